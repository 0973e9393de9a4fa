//! What every `Rs*` class of numbers has: parameters, state and pickling.

use super::{cell::Cell, state};
use crate::{Error, kernels::Statistic};
use pyo3::{
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
        pub struct $rust(Cell<$kernel>);

        #[pymethods]
        impl $rust {
            #[new]
            #[pyo3(signature = (*_args, **_kwargs))]
            fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
                Self(Cell::empty())
            }

            #[pyo3(signature = ($($param $(= $default)?),*))]
            fn __init__(&self, py: Python<'_>, $($param: $kind),*) -> PyResult<()> {
                self.0.set(py, class::Made::kernel(<$kernel>::new($($param.into()),*))?);
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
                class::to_bytes(py, $name, &self.0)
            }

            #[doc = docs::from_bytes!()]
            #[classmethod]
            fn from_bytes<'py>(cls: &Bound<'py, PyType>, data: &[u8]) -> PyResult<Bound<'py, PyAny>> {
                let py = cls.py();
                let object = cls.call_method1("__new__", (cls,))?;
                object.cast::<Self>()?.get().0.set(py, state::decode($name, data)?);
                Ok(object)
            }

            fn __getstate__<'py>(this: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyAny>)> {
                let py = this.py();
                Ok((class::to_bytes(py, $name, &this.get().0)?, class::attributes(this.as_any())?))
            }

            fn __setstate__(this: &Bound<'_, Self>, state: &Bound<'_, PyAny>) -> PyResult<()> {
                let py = this.py();
                let (data, attributes): (Bound<'_, PyBytes>, Bound<'_, PyAny>) = state.extract()?;
                let kernel = state::decode($name, data.as_bytes())?;
                class::set_attributes(this.as_any(), &attributes)?;
                this.get().0.set(py, kernel);
                Ok(())
            }

            fn __reduce__<'py>(this: &Bound<'py, Self>) -> PyResult<class::Reduced<'py>> {
                class::reduce(this.as_any())
            }
        }

        impl fast::Holds for $rust {
            type Kernel = $kernel;

            #[inline]
            fn cell(&self) -> &Cell<$kernel> {
                &self.0
            }

            const NAMES: held::Names = held::Names {
                statistic: $name,
                rolling: concat!("Rolling(", $name, ")"),
                time_rolling: concat!("TimeRolling(", $name, ")"),
            };

            fn public() -> &'static PyOnceLock<Py<PyType>> {
                static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
                &CLASS
            }
        }

        $(abilities::$ability! { $rust })*
    };
}
pub(super) use class;

/// What a kernel's `new` returns: the kernel, or an error where parameters can be wrong.
pub(super) trait Made<K> {
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

pub(super) fn to_bytes<'py, K: Statistic>(
    py: Python<'py>,
    class: &'static str,
    cell: &Cell<K>,
) -> PyResult<Bound<'py, PyBytes>> {
    let bytes = cell.with(py, |kernel| state::encode(class, kernel))??;
    Ok(PyBytes::new(py, &bytes))
}

/// `copyreg.__newobj__(cls)` followed by `__setstate__`: it serves every pickle protocol, and `copy` as well.
pub(super) type Reduced<'py> = (Bound<'py, PyAny>, (Bound<'py, PyType>,), Bound<'py, PyAny>);

pub(super) fn reduce<'py>(object: &Bound<'py, PyAny>) -> PyResult<Reduced<'py>> {
    static NEW_OBJECT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let new_object = NEW_OBJECT.import(object.py(), "copyreg", "__newobj__")?;
    Ok((new_object.clone(), (object.get_type(),), object.call_method0("__getstate__")?))
}

/// The attributes a subclass has added, as `object.__getstate__` gives them: None, a dict, or a pair of a dict (or
/// None) and the dict of its slots.
pub(super) fn attributes<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    object.py().get_type::<PyAny>().call_method1("__getstate__", (object,))
}

pub(super) fn set_attributes(object: &Bound<'_, PyAny>, attributes: &Bound<'_, PyAny>) -> PyResult<()> {
    if attributes.is_none() {
        return Ok(());
    }
    let (instance, slots) = match attributes.cast::<PyTuple>() {
        Ok(pair) => (pair.get_item(0)?, pair.get_item(1)?),
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
