//! Python objects as the kernels' inputs and parameters.

use crate::{
    kernels::{statistics::kolmogorov_smirnov::Distance, structures::order_statistics::Interpolation},
    python::ffi::{attach::attached, number},
};
use pyo3::{
    exceptions::{PyOverflowError, PyTypeError},
    prelude::*,
    types::{PyInt, PyString},
};
use std::convert::Infallible;

/// An observation: a float, or anything that says how it converts to one.
#[derive(Clone, Copy)]
pub struct Number(pub f64);

impl<'py> FromPyObject<'_, 'py> for Number {
    type Error = PyErr;

    #[inline]
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match number::float(object) {
            Some(value) => Ok(Self(value)),
            None => convert(object).map(Self),
        }
    }
}

#[cold]
fn convert(object: Borrowed<'_, '_, PyAny>) -> PyResult<f64> {
    if let Some(number) = number::int(object) {
        return Ok(number);
    }
    attached(object.py(), |py| {
        object.extract::<f64>().map_err(|error| {
            if error.is_instance_of::<PyTypeError>(py) { wrong_type(object, "a number") } else { error }
        })
    })
}

/// The error for an object of a wrong type.
pub fn wrong_type(object: Borrowed<'_, '_, PyAny>, wanted: &str) -> PyErr {
    let kind = object.get_type().name().map_or_else(|_| "?".into(), |name| name.to_string());
    PyTypeError::new_err(match object.repr() {
        Ok(repr) if repr.len().is_ok_and(|length| length <= 60) => format!("must be {wanted}, got {repr} ({kind})"),
        _ => format!("must be {wanted}, got {kind}"),
    })
}

/// An integer parameter. One beyond 128 bits counts as the largest or smallest there is, for the kernel to check.
#[derive(Clone, Copy)]
pub struct Integer(pub i128);

impl<'py> FromPyObject<'_, 'py> for Integer {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Some(int) = number::int64(object) {
            return Ok(int.into());
        }
        object.extract::<i128>().map(Self).or_else(|error| {
            attached(object.py(), |py| {
                if !error.is_instance_of::<PyOverflowError>(py) {
                    return Err(wrong_type(object, "an integer"));
                }
                let negative = object.cast::<PyInt>().is_ok_and(|int| int.lt(0).unwrap_or(false));
                Ok(Self(if negative { i128::MIN } else { i128::MAX }))
            })
        })
    }
}

impl From<Integer> for i128 {
    fn from(integer: Integer) -> Self {
        integer.0
    }
}

impl From<u64> for Integer {
    fn from(value: u64) -> Self {
        Self(value.into())
    }
}

impl From<i64> for Integer {
    fn from(value: i64) -> Self {
        Self(value.into())
    }
}

impl<'py> IntoPyObject<'py> for Integer {
    type Target = PyInt;
    type Output = Bound<'py, PyInt>;
    type Error = Infallible;

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Infallible> {
        // Converting more than 64 bits takes four times as long.
        i64::try_from(self.0).map_or_else(|_| self.0.into_pyobject(py), |int| int.into_pyobject(py))
    }
}

/// An integer parameter that may be None.
#[derive(Clone, Copy)]
pub struct OptionalInteger(pub Option<i128>);

impl<'py> FromPyObject<'_, 'py> for OptionalInteger {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_none() {
            return Ok(Self(None));
        }
        Integer::extract(object).map(|Integer(int)| Self(Some(int)))
    }
}

impl From<OptionalInteger> for Option<i128> {
    fn from(integer: OptionalInteger) -> Self {
        integer.0
    }
}

impl From<Option<i64>> for OptionalInteger {
    fn from(value: Option<i64>) -> Self {
        Self(value.map(i128::from))
    }
}

impl<'py> IntoPyObject<'py> for OptionalInteger {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = Infallible;

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Infallible> {
        self.0.into_pyobject(py)
    }
}

/// A parameter that is one of a few words.
#[derive(Clone)]
pub struct Word(String);

impl Word {
    /// For defaults in the table of the classes.
    pub fn new(word: &str) -> Self {
        Self(word.into())
    }
}

impl<'py> FromPyObject<'_, 'py> for Word {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        attached(object.py(), |_| object.extract().map(Self).map_err(|_| wrong_type(object, "a word")))
    }
}

impl From<Word> for String {
    fn from(word: Word) -> Self {
        word.0
    }
}

impl From<Distance> for Word {
    fn from(distance: Distance) -> Self {
        Self::new(distance.name())
    }
}

impl<'py> IntoPyObject<'py> for Word {
    type Target = PyString;
    type Output = Bound<'py, PyString>;
    type Error = Infallible;

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Infallible> {
        self.0.into_pyobject(py)
    }
}

impl<'py> FromPyObject<'_, 'py> for Interpolation {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        attached(object.py(), |_| {
            let name = object.cast::<PyString>().map_err(|_| wrong_type(object, Self::NAMES))?;
            Ok(Self::named(&name.to_string_lossy())?)
        })
    }
}

impl<'py> IntoPyObject<'py> for Interpolation {
    type Target = PyString;
    type Output = Bound<'py, PyString>;
    type Error = Infallible;

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Infallible> {
        Ok(PyString::intern(py, self.name()))
    }
}
