//! Parameters as attributes of objects.

use crate::{
    kernels::{sketches::Probabilities, structures::order_statistics::Interpolation},
    python::convert::{
        number::{Integer, Word},
        time::Duration,
    },
};
use pyo3::{IntoPyObjectExt, prelude::*};

/// A kind of parameter. Its objects cannot be changed, so that a statistic keeps one, which is read as a member of it.
pub trait Kind: for<'py> IntoPyObject<'py> {}

impl Kind for bool {}
impl Kind for f64 {}
impl Kind for Duration {}
impl Kind for Integer {}
impl Kind for Interpolation {}
impl Kind for Probabilities {}
impl Kind for Word {}

/// The object of a parameter.
pub fn object<K: Kind>(py: Python<'_>, parameter: K) -> PyResult<Bound<'_, PyAny>> {
    parameter.into_bound_py_any(py)
}
