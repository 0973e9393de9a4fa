//! Parameters as attributes of objects.

use crate::{
    kernels::{sketches::Probabilities, structures::order_statistics::Interpolation},
    python::convert::{
        number::{Integer, Word},
        time::Duration,
    },
};
use pyo3::{IntoPyObjectExt, prelude::*};

/// A kind of parameter.
pub trait Kind: for<'py> IntoPyObject<'py> {
    /// Whether its object cannot be changed. Then the statistic keeps one, which is read as a member of it; of others, a new
    /// one is made each time.
    const IS_IMMUTABLE: bool = true;
}

impl Kind for bool {}
impl Kind for f64 {}
impl Kind for Duration {}
impl Kind for Integer {}
impl Kind for Interpolation {}
impl Kind for Word {}

/// A number or a list.
impl Kind for Probabilities {
    const IS_IMMUTABLE: bool = false;
}

/// The object of a parameter.
pub fn object<K: Kind>(py: Python<'_>, parameter: K) -> PyResult<Bound<'_, PyAny>> {
    parameter.into_bound_py_any(py)
}
