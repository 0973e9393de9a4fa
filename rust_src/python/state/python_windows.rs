//! States of windows that are kept in Python, as bytes.

use crate::{
    Error,
    python::state::{envelope, values},
};
use pyo3::prelude::*;

/// What such states are of.
const KINDS: [&str; 3] = ["Rolling", "TimeRolling", "TumblingWindow"];

fn known(kind: &str) -> Result<&'static str, Error> {
    let found = KINDS.into_iter().find(|&known| known == kind);
    found.ok_or_else(|| Error::parameter("kind", format!("{kind:?}"), "the name of a class of windows"))
}

/// Put a value of None, bool, int, float, str, bytes and tuples of these into the envelope of states.
#[pyfunction]
pub fn seal(py: Python<'_>, kind: &str, value: Py<PyAny>) -> PyResult<Vec<u8>> {
    Ok(envelope::seal(known(kind)?, &values::write(py, &[value])?)?)
}

/// Take the value out of the envelope.
#[pyfunction]
pub fn unseal<'py>(py: Python<'py>, kind: &str, data: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    let kind = known(kind)?;
    let objects = values::read(py, envelope::open(kind, data, |_| Ok(()))?)?.unwrap_or_default();
    match <[_; 1]>::try_from(objects) {
        Ok([value]) => Ok(value),
        Err(_) => Err(Error::state(kind, "its values cannot be read").into()),
    }
}
