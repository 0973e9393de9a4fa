//! Arguments whose errors name them: PyO3 gives the name of what it extracts only in a note on the error.

use crate::{
    kernels::{
        sketches::Probabilities, statistics::kolmogorov_smirnov::Distance, structures::order_statistics::Interpolation,
    },
    python::{
        convert::{
            number::{Integer, Number, OptionalInteger, Word, wrong_type},
            time::{Duration, OptionalTime, Time},
        },
        ffi::attach::attached,
    },
};
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
};

/// What an argument can be converted to.
pub trait Kind: for<'a, 'py> FromPyObject<'a, 'py> {
    /// What is expected, for errors about anything else.
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
    Option<Py<PyAny>> = "any object";
    Number = "a number";
    Integer = "an integer";
    OptionalInteger = "an integer or None";
    Probabilities = "a number or a sequence of numbers";
    bool = "True or False";
    Word = Distance::NAMES;
    Interpolation = Interpolation::NAMES;
    Duration = "a timedelta, a number of seconds, a string such as '1h30min', or None";
    Time = "a datetime, a timedelta or a number of seconds";
    OptionalTime = "a datetime, a timedelta, a number of seconds, or None";
}

/// The value of the argument of this name.
#[inline]
pub fn read<'a, 'py: 'a, T: Kind>(object: impl Into<Borrowed<'a, 'py, PyAny>>, name: &str) -> PyResult<T> {
    let object = object.into();
    T::extract(object).map_err(|error| named::<T>(object, name, error.into()))
}

/// As [`read`], or the default where there is no argument.
pub fn read_or<T: Kind>(
    object: Option<Borrowed<'_, '_, PyAny>>,
    name: &str,
    default: impl FnOnce() -> Option<T>,
) -> PyResult<T> {
    match object {
        Some(object) => read(object, name),
        None => default().ok_or_else(|| PyTypeError::new_err(format!("{name} is missing"))),
    }
}

/// Turns the error of a wrong type into one that names the argument and says what is expected.
#[cold]
fn named<T: Kind>(object: Borrowed<'_, '_, PyAny>, name: &str, error: PyErr) -> PyErr {
    attached(object.py(), |py| {
        if !error.is_instance_of::<PyTypeError>(py) {
            let reason = error.value(py).to_string();
            let nameless = error.is_instance_of::<PyValueError>(py) && reason.starts_with("must be ");
            return if nameless { PyValueError::new_err(format!("{name} {reason}")) } else { error };
        }
        PyTypeError::new_err(format!("{name} {}", wrong_type(object, T::WANTED).value(py)))
    })
}
