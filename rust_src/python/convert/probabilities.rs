//! One probability or a sequence of them.

use crate::{
    kernels::sketches::Probabilities,
    python::{
        convert::number::{Number, wrong_type},
        ffi::{attach::attached, number},
    },
};
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBytes, PyString, PyTuple},
};

impl<'py> FromPyObject<'_, 'py> for Probabilities {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match number::float(object) {
            Some(q) => Ok(Self::One(q)),
            None => attached(object.py(), |_| extract(object)),
        }
    }
}

/// An object with a length is a sequence, even if it converts to a number as an array of one element does.
fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Probabilities> {
    let refused = || wrong_type(object, "a number or a sequence of numbers");
    if object.is_instance_of::<PyString>() || object.is_instance_of::<PyBytes>() {
        return Err(refused());
    }
    if object.len().is_err() {
        return match Number::extract(object) {
            Ok(Number(q)) => Ok(Probabilities::One(q)),
            Err(error) if error.is_instance_of::<PyTypeError>(object.py()) => Err(refused()),
            Err(error) => Err(error),
        };
    }
    numbers(&object).map(Probabilities::Many)
}

/// The numbers of a sequence.
pub fn numbers(sequence: &Bound<'_, PyAny>) -> PyResult<Vec<f64>> {
    sequence.try_iter()?.map(|number| Ok(Number::extract(number?.as_borrowed())?.0)).collect()
}

impl<'py> IntoPyObject<'py> for Probabilities {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::One(q) => Ok(q.into_pyobject(py)?.into_any()),
            Self::Many(qs) => Ok(PyTuple::new(py, qs)?.into_any()),
        }
    }
}
