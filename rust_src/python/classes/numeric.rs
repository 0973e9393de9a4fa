//! What every `Rs*` class of numbers has: parameters, state and pickling.

use crate::{
    kernels::traits::Statistic,
    python::{
        classes::clones::Renew,
        ffi::object,
        state::{envelope, pickle::Stateful},
        sync::kernel_cell::HoldsKernel,
    },
};
use pyo3::{prelude::*, types::PyTuple};

/// A `Rs*` class: its kernel, the kernel's name in states, and the abilities in its row.
///
/// `__new__` takes whatever a subclass's `__init__` takes and leaves the cell empty; `__init__` makes the kernel. So
/// a subclass may have another signature and call `super().__init__`, as with a class written in Python.
macro_rules! class {
    ($rust:ident = $name:literal, $kernel:ty, ($($param:ident $(in $($owner:ident).+)? : $kind:ty $(= $default:expr)?),*),
     $($ability:ident)*) => {
        #[pyclass(module = "river.stats._rust_stats", subclass, frozen)]
        pub struct $rust(KernelCell<$kernel>, Members<{ <[&str]>::len(&[$(stringify!($param)),*]) }>);

        #[pymethods]
        impl $rust {
            #[new]
            #[pyo3(signature = (*_args, **_kwargs))]
            fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
                Self(KernelCell::empty(), Members::none())
            }

            $(
                #[doc = concat!("The parameter `", stringify!($param), "`.")]
                #[getter]
                fn $param(&self, py: Python<'_>) -> PyResult<$kind> {
                    self.0.with(py, |kernel| Clone::clone(&kernel.$($($owner.)+)?$param).into())
                }
            )*
        }

        initialised! {
            $rust, $kernel, ($($param: $kind $(= $default)?),*), |py, this, kernel| HoldsKernel::set(this, py, kernel)
        }

        impl HoldsKernel for $rust {
            type Kernel = $kernel;

            #[inline]
            fn cell(&self) -> &KernelCell<$kernel> {
                &self.0
            }

            #[allow(unused_variables, reason = "a class may have no parameters")]
            fn set(&self, py: Python<'_>, kernel: $kernel) -> PyResult<()> {
                let shown =
                    [$(parameters::object::<$kind>(py, Clone::clone(&kernel.$($($owner.)+)?$param).into())?),*];
                self.0.set(py, kernel)?;
                self.1.set(shown);
                Ok(())
            }
        }

        impl numeric::Class for $rust {
            const STATE_NAME: &'static str = $name;
        }

        impl clones::Renew for $rust {
            fn public() -> &'static PyOnceLock<clones::Public> {
                static PUBLIC: PyOnceLock<clones::Public> = PyOnceLock::new();
                &PUBLIC
            }

            fn parameters() -> &'static [Parameter] {
                <initialise::Initialise as FastMethod<Self>>::signature().parameters()
            }

            #[allow(unused_variables, reason = "a class may have no parameters")]
            fn renew_to(&self, py: Python<'_>, target: &Self) -> PyResult<bool> {
                let made = self.0.with(py, |kernel| {
                    $(let $param: $kind = Clone::clone(&kernel.$($($owner.)+)?$param).into();)*
                    initialise::Made::kernel(<$kernel>::new($($param.into()),*))
                })?;
                HoldsKernel::set(target, py, made?)?;
                Ok(true)
            }
        }

        stateful! { $rust }
        $(methods::$ability! { methods $rust })*

        impl $rust {
            /// Gives a class, this one or a subclass, the fast methods.
            fn install_methods(class: &Bound<'_, PyType>) -> PyResult<()> {
                install_initialiser::<$rust, initialise::Initialise>(class)?;
                let names = [$(stringify!($param)),*];
                members::install::<$rust, _>(class, names, |this| &this.1)?;
                $(methods::$ability! { install $rust class })*
                Ok(())
            }
        }
    };
}
pub(crate) use class;

/// A class of the table: its name in states, and what users know it as.
pub trait Class: HoldsKernel + Renew {
    /// What it is called in states.
    const STATE_NAME: &'static str;
}

/// An object of the public class of T with this kernel, as that class's `__init__` makes one with no further attributes.
pub(crate) fn public_object<'py, T: Class>(py: Python<'py>, kernel: T::Kernel) -> PyResult<Bound<'py, PyAny>> {
    let class = match T::public().get(py) {
        Some(public) => public.class.bind(py).clone(),
        None => py.get_type::<T>(),
    };
    let object = object::new_object::<T>(&class)?;
    object.get().set(py, kernel)?;
    Ok(object.into_any())
}

impl<T: Class> Stateful for T {
    const CLASS: &'static str = T::STATE_NAME;

    fn is_made(&self, py: Python<'_>) -> bool {
        self.cell().try_with(py, |_| ()).is_ok_and(|found| found.is_some())
    }

    fn to_bytes(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
        Ok(self.cell().with(py, |kernel| envelope::seal(Self::CLASS, kernel))??)
    }

    fn set_state(this: &Bound<'_, Self>, data: &[u8], objects: &Bound<'_, PyTuple>) -> PyResult<()> {
        let [] = objects.extract::<[Bound<'_, PyAny>; 0]>()?;
        this.get().set(this.py(), envelope::open(Self::CLASS, data, Statistic::validate)?)
    }

    fn copy_to(&self, py: Python<'_>, target: &Self) -> PyResult<()> {
        target.set(py, self.cell().with(py, |kernel| kernel.clone())?)
    }

    fn holds_constants(&self, _: Python<'_>) -> PyResult<bool> {
        Ok(true)
    }
}
