//! Arguments whose errors name them.
//!
//! What PyO3 extracts does not know what it is called, and PyO3 tells its name in a note beside the error. So a method
//! takes an [`Argument`], which is extracted whatever it is, and says its name when it asks for the value.

use crate::{
    kernels::statistics::kolmogorov_smirnov::Distance,
    python::{
        convert::{
            number::{Integer, Number, Word, wrong_type},
            time::{Duration, OptionalTime, Time},
        },
        ffi::attach::attached,
    },
};
use pyo3::{exceptions::PyTypeError, prelude::*};

/// What an argument can be converted to.
pub trait Kind: for<'a, 'py> FromPyObject<'a, 'py> {
    /// What is right, where an error says that something else is not.
    const WANTED: &'static str;
}

macro_rules! kinds {
    ($($kind:ty = $wanted:expr;)*) => {
        $(impl Kind for $kind {
            const WANTED: &'static str = $wanted;
        })*
    };
}

kinds! {
    f64 = "a number";
    Option<f64> = "a number or None";
    Number = "a number";
    Integer = "an integer";
    bool = "True or False";
    Word = Distance::NAMES;
    Duration = "a timedelta, a number of seconds, or None";
    Time = "a datetime, a timedelta or a number of seconds";
    OptionalTime = "a datetime, a timedelta, a number of seconds, or None";
}

/// The value of the argument of this name.
#[inline]
pub fn read<T: Kind>(object: Borrowed<'_, '_, PyAny>, name: &str) -> PyResult<T> {
    T::extract(object).map_err(|error| named::<T>(object, name, error.into()))
}

/// The error of a wrong type as one that says what would be right, and where.
#[cold]
fn named<T: Kind>(object: Borrowed<'_, '_, PyAny>, name: &str, error: PyErr) -> PyErr {
    attached(object.py(), |py| {
        if !error.is_instance_of::<PyTypeError>(py) {
            return error;
        }
        PyTypeError::new_err(format!("{name} {}", wrong_type(object, T::WANTED).value(py)))
    })
}

/// An argument as it was given, or the default; it is converted when it is asked for.
pub enum Argument<'py, T> {
    Given(Bound<'py, PyAny>),
    Default(T),
}

impl<'py, T> FromPyObject<'_, 'py> for Argument<'py, T> {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self::Given(object.to_owned()))
    }
}

impl<T: Kind> Argument<'_, T> {
    /// The value of the argument, which is called so.
    pub fn named(self, name: &str) -> PyResult<T> {
        match self {
            Self::Given(object) => {
                let object = object.as_borrowed();
                T::extract(object).map_err(|error| named::<T>(object, name, error.into()))
            }
            Self::Default(value) => Ok(value),
        }
    }
}
