//! The docstrings of methods that many classes have.

use crate::python::ffi::arguments::{Parameter, Signature};

/// The docstring of `update`.
pub fn update(signature: &Signature) -> String {
    let errors = errors(signature, "");
    format!("Update the statistic with one observation.\n\n{}{errors}", parameters(signature))
}

/// The docstring of `revert`.
pub fn revert(signature: &Signature) -> String {
    let has_weight = signature.parameters().iter().any(|parameter| parameter.name == "w");
    let weight = if has_weight { " with that weight" } else { "" };
    let errors = errors(signature, &format!("`update` cannot have seen the observation{weight}"));
    let summary = "Revert an `update`: the statistic becomes what it would be without the observation.";
    format!("{summary}\n\n{}{errors}", parameters(signature))
}

/// The docstring of `get`.
pub fn get(value: &str) -> String {
    format!("Return the current value.\n\nReturns\n-------\n{value}")
}

fn parameters(signature: &Signature) -> String {
    let mut section = String::from("Parameters\n----------\n");
    for Parameter { name, doc, .. } in signature.parameters() {
        section.push_str(&format!("{name}\n    {doc}\n"));
    }
    section
}

/// The errors of a method that may have a further reason for a ValueError.
fn errors(signature: &Signature, further: &str) -> String {
    let parameters = signature.parameters();
    let types: Vec<_> = parameters.iter().map(|parameter| parameter.type_error).collect();
    let mut values: Vec<_> = parameters.iter().map(|parameter| parameter.value_error).collect();
    values.push(further);
    let mut section = String::new();
    for (error, reasons) in [("TypeError", types), ("ValueError", values)] {
        let reasons: Vec<_> = reasons.into_iter().filter(|reason| !reason.is_empty()).collect();
        if !reasons.is_empty() {
            let reasons = reasons.join(", or if ");
            section.push_str(&format!("{error}\n    If {reasons}. The statistic is left unchanged.\n"));
        }
    }
    if section.is_empty() { section } else { format!("\nRaises\n------\n{section}") }
}

macro_rules! update_many {
    () => {
        "Update with many observations, as one `update` per observation would, at the speed of the hardware.

With 10,000 observations or more, other threads run meanwhile. If one of them writes to an array that is being read,
the result may be wrong, but nothing worse happens; no thread, however, may free the memory of the array by
`resize(refcheck=False)` before the call returns.

Parameters
----------
X, Y
    A column for each variable, of the same length: a NumPy array, a pandas Series, anything with Arrow's PyCapsule
    interface or the buffer protocol, or any iterable. If a value is missing (masked, or an Arrow null), the
    observation is skipped; NaN is not missing.
w, t
    If `update` takes a weight or a time, a column of them, in which none may be missing.

Raises
------
TypeError
    If a column, or one of its values, is of the wrong type. The statistic is left unchanged.
ValueError
    If a column has more than one dimension, columns differ in length, a weight or a time is one that `update` refuses,
    an Arrow column is not valid, or Python code that converts one column changes another. The statistic is left
    unchanged."
    };
}
pub(crate) use update_many;

macro_rules! accumulate {
    () => {
        "Update with many observations and return the value after each.

Parameters
----------
X, Y, w, t
    As for `update_many`.

Returns
-------
A NumPy array as long as the columns, with NaN where `get` returns None. It is two-dimensional if each value is a list
of numbers, and of dtype object if the values are neither numbers nor such lists. After a missing value, the result is
unchanged. If a column is an iterator, the result is an iterator that makes one update at each step.

Raises
------
TypeError, ValueError
    As for `update_many`."
    };
}
pub(crate) use accumulate;

macro_rules! n {
    () => {
        "The number of observations that the value is based on; if they have weights, their total weight."
    };
}
pub(crate) use n;

macro_rules! to_bytes {
    () => {
        "Return the parameters and the state as bytes.

They contain a format version, the name of the class and a checksum. Attributes that a subclass has added are not
included; pickle keeps those too.

Returns
-------
The bytes, for `from_bytes` of the same class."
    };
}
pub(crate) use to_bytes;

macro_rules! from_bytes {
    () => {
        "Return the statistic that is stored in the bytes.

Bytes from any source are safe to read: they are checked as a whole, and then part by part.

Parameters
----------
data
    What `to_bytes` returned, in this or an earlier version of the package.

Returns
-------
A new object of the class. If the class has an `__init__` of its own, it is not called.

Raises
------
ValueError
    If the bytes were altered or cut off, are those of another class, or hold a state that no stream of updates can
    lead to."
    };
}
pub(crate) use from_bytes;
