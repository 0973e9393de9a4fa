//! The one error type of the crate. Here it becomes a Python exception.

use thiserror::Error as ThisError;

/// What can go wrong in a kernel.
#[derive(Clone, Debug, PartialEq, ThisError)]
pub enum Error {
    /// A parameter is outside its range.
    #[error("{name} must be {expected}, got {value}")]
    Parameter {
        /// The parameter's name, as in the Python signature.
        name: &'static str,
        /// The value that was given.
        value: String,
        /// The values that are allowed.
        expected: &'static str,
    },
    /// An argument of the wrong type.
    #[error("{0}")]
    Type(String),
    /// An observation to revert that was not seen.
    #[error("cannot revert an observation that is not among those seen")]
    NotSeen,
    /// A weight to revert that is larger than the total.
    #[error("cannot revert a weight of {weight:?}: the total weight is {n:?}")]
    Revert {
        /// The weight to revert.
        weight: f64,
        /// The total weight.
        n: f64,
    },
    /// Two statistics that have no exact merge.
    #[error("cannot merge: {0}")]
    Merge(&'static str),
    /// A state that another library cannot hold.
    #[error("cannot export: {0}")]
    Export(&'static str),
    /// Bytes that are not a state.
    #[error("not a valid state of {class}: {reason}")]
    State {
        /// The class that should read them.
        class: String,
        /// What is wrong with them.
        reason: String,
    },
}

impl Error {
    /// A parameter outside its range.
    pub fn parameter(name: &'static str, value: impl ToString, expected: &'static str) -> Self {
        Self::Parameter { name, value: value.to_string(), expected }
    }

    /// A state that cannot be read back.
    pub fn state(class: impl ToString, reason: impl ToString) -> Self {
        Self::State { class: class.to_string(), reason: reason.to_string() }
    }
}

#[cfg(feature = "python")]
impl From<Error> for pyo3::PyErr {
    fn from(error: Error) -> Self {
        match error {
            Error::Type(_) => pyo3::exceptions::PyTypeError::new_err(error.to_string()),
            _ => pyo3::exceptions::PyValueError::new_err(error.to_string()),
        }
    }
}
