//! What every `Rs*` class of numbers has: parameters, state and pickling.

use crate::{
    Error,
    kernels::traits::Statistic,
    python::{
        ffi::object,
        state::{
            envelope::{self, Names},
            river_pickles,
        },
        sync::kernel_cell::{HoldsKernel, KernelCell},
    },
};
use pyo3::{
    intern,
    prelude::*,
    sync::PyOnceLock,
    types::{PyBytes, PyDict, PyString, PyTuple, PyType},
};

/// A `Rs*` class: its kernel, the kernel's name in states, and the words of its row.
///
/// `__new__` takes whatever a subclass's `__init__` takes and leaves the cell empty; `__init__` makes the kernel. So
/// a subclass may have another signature and call `super().__init__`, as with a class written in Python.
macro_rules! class {
    ($rust:ident = $name:literal, $kernel:ty, ($($param:ident $(in $owner:ident)? : $kind:ty $(= $default:expr)?),*),
     $($ability:ident)*) => {
        #[pyclass(module = "river.stats._rust_stats", subclass, frozen)]
        pub struct $rust(KernelCell<$kernel>);

        #[pymethods]
        impl $rust {
            #[new]
            #[pyo3(signature = (*_args, **_kwargs))]
            fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
                Self(KernelCell::empty())
            }

            #[pyo3(signature = ($($param $(= Argument::Default($default))?),*))]
            fn __init__(&self, py: Python<'_>, $($param: Argument<'_, $kind>),*) -> PyResult<()> {
                $(let $param = $param.named(stringify!($param))?;)*
                self.0.set(py, numeric::Made::kernel(<$kernel>::new($($param.into()),*))?);
                Ok(())
            }

            $(
                #[doc = concat!("The parameter `", stringify!($param), "`.")]
                #[getter]
                fn $param(&self, py: Python<'_>) -> PyResult<$kind> {
                    self.0.with(py, |kernel| kernel.$($owner.)?$param.into())
                }
            )*

            #[doc = docs::to_bytes!()]
            fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
                numeric::to_bytes(py, $name, &self.0)
            }

            #[doc = docs::from_bytes!()]
            #[classmethod]
            fn from_bytes<'py>(cls: &Bound<'py, PyType>, data: &[u8]) -> PyResult<Bound<'py, PyAny>> {
                let object = numeric::new_object(cls)?;
                object.cast::<Self>()?.get()._set_kernel_state(cls.py(), data)?;
                Ok(object)
            }

            fn _kernel_state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
                (self.to_bytes(py)?,).into_pyobject(py)
            }

            fn _set_kernel_state(&self, py: Python<'_>, data: &[u8]) -> PyResult<()> {
                self.0.set(py, envelope::open($name, data, Statistic::validate)?);
                Ok(())
            }

            fn __setstate__(this: &Bound<'_, Self>, state: &Bound<'_, PyAny>) -> PyResult<()> {
                let is_made = this.get().0.try_with(this.py(), |_| ()).is_some();
                numeric::set_state(this.as_any(), $name, state, is_made)
            }

            fn __reduce__<'py>(this: &Bound<'py, Self>) -> PyResult<numeric::Rebuilt<'py>> {
                numeric::rebuilt(this.as_any(), this.get()._kernel_state(this.py())?)
            }
        }

        impl HoldsKernel for $rust {
            type Kernel = $kernel;

            #[inline]
            fn cell(&self) -> &KernelCell<$kernel> {
                &self.0
            }
        }

        impl numeric::Class for $rust {
            const NAMES: envelope::Names = envelope::Names {
                statistic: $name,
                rolling: concat!("Rolling(", $name, ")"),
                time_rolling: concat!("TimeRolling(", $name, ")"),
            };

            fn public() -> &'static PyOnceLock<Py<PyType>> {
                static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
                &CLASS
            }
        }

        $(methods::$ability! { $rust })*
    };
}
pub(crate) use class;

/// A class of the table: its names in states, and what users know it as.
pub trait Class: HoldsKernel {
    /// What it and its windows are called in states.
    const NAMES: Names;

    /// The Python class that users know, once there is one.
    fn public() -> &'static PyOnceLock<Py<PyType>>;
}

/// An object of the public class of T with this kernel, as that class's `__init__` makes one with no further attributes.
pub(crate) fn made<'py, T: Class>(py: Python<'py>, kernel: T::Kernel) -> PyResult<Bound<'py, PyAny>> {
    let class = match T::public().get(py) {
        Some(class) => class.bind(py).clone(),
        None => py.get_type::<T>(),
    };
    let object = object::new_object::<T>(&class)?;
    object.get().cell().set(py, kernel);
    Ok(object.into_any())
}

/// What a kernel's `new` returns: the kernel, or an error where parameters can be wrong.
pub(crate) trait Made<K> {
    fn kernel(self) -> Result<K, Error>;
}

impl<K> Made<K> for K {
    fn kernel(self) -> Result<K, Error> {
        Ok(self)
    }
}

impl<K> Made<K> for Result<K, Error> {
    fn kernel(self) -> Result<K, Error> {
        self
    }
}

pub(crate) fn to_bytes<'py, K: Statistic>(
    py: Python<'py>,
    class: &'static str,
    cell: &KernelCell<K>,
) -> PyResult<Bound<'py, PyBytes>> {
    let bytes = cell.with(py, |kernel| envelope::seal(class, kernel))??;
    Ok(PyBytes::new(py, &bytes))
}

/// An object of the class that is still without a statistic.
pub(crate) fn new_object<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
    class.call_method1(intern!(class.py(), "__new__"), (class,))
}

/// What pickle and `copy` make an object of: [`rebuild`], its arguments, and what the object itself says its state is.
/// The kernel is no part of that, so that a subclass may say what it likes.
pub(crate) type Rebuilt<'py> = (Bound<'py, PyAny>, Bound<'py, PyTuple>, Bound<'py, PyAny>);

pub(crate) fn rebuilt<'py>(object: &Bound<'py, PyAny>, kernel: Bound<'py, PyTuple>) -> PyResult<Rebuilt<'py>> {
    static REBUILD: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = object.py();
    let rebuild = REBUILD.import(py, "river.stats._rust_stats", "rebuild")?;
    let arguments = (object.get_type(),).into_pyobject(py)?.add(kernel)?;
    Ok((rebuild.clone(), arguments.cast_into()?, object.call_method0(intern!(py, "__getstate__"))?))
}

/// Make an object of the class with what its `_kernel_state` returned; pickles name this function.
#[pyfunction]
#[pyo3(signature = (class_, *kernel), text_signature = "(class_, /, *kernel)")]
pub(crate) fn rebuild<'py>(class_: &Bound<'py, PyType>, kernel: &Bound<'py, PyTuple>) -> PyResult<Bound<'py, PyAny>> {
    let object = new_object(class_)?;
    object.call_method1(intern!(class_.py(), "_set_kernel_state"), kernel)?;
    Ok(object)
}

/// Sets what `__getstate__` returned. It comes after the kernel, unless river has written the pickle.
pub(crate) fn set_state(
    object: &Bound<'_, PyAny>,
    class: &'static str,
    state: &Bound<'_, PyAny>,
    is_made: bool,
) -> PyResult<()> {
    if is_made {
        return set_attributes(object, state);
    }
    let river_pickles::Read { kernel, attributes } = river_pickles::read(class, state)?;
    object.call_method1(intern!(object.py(), "_set_kernel_state"), kernel)?;
    set_attributes(object, &attributes)
}

/// As pickles of links are made: `copyreg.__newobj__(cls)` followed by `__setstate__`.
pub(crate) type Reduced<'py> = (Bound<'py, PyAny>, (Bound<'py, PyType>,), Bound<'py, PyAny>);

pub(crate) fn reduce<'py>(object: &Bound<'py, PyAny>) -> PyResult<Reduced<'py>> {
    static NEW_OBJECT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let new_object = NEW_OBJECT.import(object.py(), "copyreg", "__newobj__")?;
    Ok((new_object.clone(), (object.get_type(),), object.call_method0("__getstate__")?))
}

/// The attributes a subclass has added, as `object.__getstate__` gives them: None, a dict, or a pair of a dict (or
/// None) and the dict of its slots.
pub(crate) fn attributes<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    object.py().get_type::<PyAny>().call_method1("__getstate__", (object,))
}

pub(crate) fn set_attributes(object: &Bound<'_, PyAny>, attributes: &Bound<'_, PyAny>) -> PyResult<()> {
    if attributes.is_none() {
        return Ok(());
    }
    let (instance, slots) = match attributes.cast::<PyTuple>() {
        Ok(pair) => pair.extract()?,
        Err(_) => (attributes.clone(), attributes.py().None().into_bound(attributes.py())),
    };
    for values in [instance, slots] {
        if values.is_none() {
            continue;
        }
        for (name, value) in values.cast_into::<PyDict>()? {
            object.setattr(name.cast_into::<PyString>()?, value)?;
        }
    }
    Ok(())
}
