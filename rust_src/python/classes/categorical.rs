//! What every `Rs*` class of hashable values has: parameters, state and pickling.

use crate::{
    Error,
    kernels::traits::Categorical,
    python::{
        interning::interned::{Interned, Objects},
        state::{
            envelope,
            values::{self, Token},
        },
    },
};
use pyo3::{prelude::*, types::PyTuple};

/// As `class::class`, for a kernel that works on symbols.
macro_rules! object_class {
    ($rust:ident = $name:literal, $kernel:ty, $variables:literal,
     ($($param:ident : $kind:ty $(= $default:expr)?),*), $($ability:ident)*) => {
        #[pyclass(module = "river.stats._rust_stats", subclass, frozen)]
        pub struct $rust(Objects<$kernel, $variables>);

        #[pymethods]
        impl $rust {
            #[new]
            #[pyo3(signature = (*_args, **_kwargs))]
            fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
                Self(Objects::empty())
            }

            $(
                #[doc = concat!("The parameter `", stringify!($param), "`.")]
                #[getter]
                fn $param(&self, py: Python<'_>) -> PyResult<$kind> {
                    self.0.with(py, |interned| interned.kernel.$param.into())
                }
            )*

            #[doc = docs::n!()]
            #[getter]
            fn n(&self, py: Python<'_>) -> PyResult<u64> {
                self.0.with(py, |interned| interned.kernel.n())
            }

            fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
                self.0.traverse(&visit)
            }

            fn __clear__(&self, py: Python<'_>) {
                self.0.clear(py);
            }
        }

        initialised! {
            $rust, $kernel, ($($param: $kind $(= $default)?),*),
            |py, this, kernel| this.0.set(py, Interned::new(kernel))
        }

        impl HoldsObjects<$variables> for $rust {
            type Kernel = $kernel;

            #[inline]
            fn objects(&self) -> &Objects<$kernel, $variables> {
                &self.0
            }
        }

        impl Stateful for $rust {
            const CLASS: &'static str = $name;

            fn is_made(&self, py: Python<'_>) -> bool {
                self.0.with(py, |_| ()).is_ok()
            }

            fn to_bytes(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
                categorical::to_bytes(py, Self::CLASS, &self.0)
            }

            fn state<'py>(&self, py: Python<'py>) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)> {
                categorical::state(py, Self::CLASS, &self.0)
            }

            fn set_state(this: &Bound<'_, Self>, data: &[u8], objects: &Bound<'_, PyTuple>) -> PyResult<()> {
                let py = this.py();
                this.get().0.set(py, categorical::decode(py, Self::CLASS, data, objects)?)
            }

            fn copy_to(&self, py: Python<'_>, target: &Self) -> PyResult<()> {
                target.0.set(py, self.0.with(py, |interned| interned.clone_ref(py))?)
            }
        }

        stateful! {
            $rust,
            "",
            "Raises",
            "------",
            "TypeError",
            "    If one of the values is not None, bool, int, float, str, bytes or a tuple of these. Pickle keeps values",
            "    of any type.",
            "ValueError",
            "    If tuples are nested more than 100 deep."
        }
        $(methods::$ability! { methods $rust })*

        impl $rust {
            /// Gives a class, this one or a subclass, the fast methods.
            fn install_methods(class: &Bound<'_, PyType>) -> PyResult<()> {
                install_initialiser::<$rust, initialise::Initialise>(class)?;
                $(methods::$ability! { install $rust class })*
                Ok(())
            }
        }
    };
}
pub(crate) use object_class;

/// The kernel and the objects that its symbols stand for, all in bytes.
pub(crate) fn to_bytes<K: Categorical<N>, const N: usize>(
    py: Python<'_>,
    class: &'static str,
    objects: &Objects<K, N>,
) -> PyResult<Vec<u8>> {
    let (kernel, keys) = objects.snapshot(py)?;
    let tokens = keys.iter().map(|keys| values::write(py, keys)).collect::<PyResult<Vec<_>>>()?;
    Ok(envelope::seal(class, &(kernel, tokens))?)
}

/// As [`to_bytes`], but where bytes cannot hold the objects, these are in a list for each variable beside the bytes.
pub(crate) fn state<'py, K: Categorical<N>, const N: usize>(
    py: Python<'py>,
    class: &'static str,
    objects: &Objects<K, N>,
) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)> {
    let (kernel, keys) = objects.snapshot(py)?;
    let tokens: PyResult<Vec<_>> = keys.iter().map(|keys| values::write(py, keys)).collect();
    let (tokens, beside) = match tokens {
        Ok(tokens) if !tokens.iter().any(|tokens| values::hold_nan(tokens)) => (tokens, Vec::new()),
        _ => (Vec::new(), vec![Vec::from(keys).into_pyobject(py)?]),
    };
    Ok((envelope::seal(class, &(kernel, tokens))?, beside))
}

/// The kernel that the bytes hold, and its objects, which may be beside them.
pub(crate) fn decode<K: Categorical<N>, const N: usize>(
    py: Python<'_>,
    class: &'static str,
    data: &[u8],
    beside: &Bound<'_, PyTuple>,
) -> PyResult<Interned<K, N>> {
    let invalid = |reason| Error::state(class, reason);
    let (kernel, tokens): (K, Vec<Vec<Token>>) = envelope::open(class, data, |(kernel, _): &(K, _)| kernel.validate())?;
    let mut keys = Vec::new();
    for tokens in tokens {
        keys.push(values::read(py, tokens)?.ok_or_else(|| invalid("its values cannot be read"))?);
    }
    if !beside.is_empty() {
        if !keys.is_empty() {
            return Err(invalid("its values are given twice").into());
        }
        [keys] = beside.extract::<[Vec<Vec<_>>; 1]>()?;
    }
    Ok(Interned::with_keys(kernel, &keys)?.map_err(invalid)?)
}
