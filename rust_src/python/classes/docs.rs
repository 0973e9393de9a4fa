//! The docstrings of methods that many classes have.

use crate::python::ffi::arguments::{Parameter, Signature};

/// Of `update`.
pub fn update(signature: &Signature) -> String {
    let errors = errors(signature, "");
    format!("Update the statistic with one observation.\n\n{}{errors}", parameters(signature))
}

/// Of `revert`.
pub fn revert(signature: &Signature) -> String {
    let has_weight = signature.parameters().iter().any(|parameter| parameter.name == "w");
    let weight = if has_weight { ", with that weight," } else { "" };
    let errors = errors(signature, &format!("the observation{weight} cannot be one that `update` has seen"));
    let summary = "Revert an `update`: the statistic becomes what it would be without the observation.";
    format!("{summary}\n\n{}{errors}", parameters(signature))
}

/// Of `get`.
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
            section.push_str(&format!("{error}\n    If {}. Nothing has changed then.\n", reasons.join(", or if ")));
        }
    }
    if section.is_empty() { section } else { format!("\nRaises\n------\n{section}") }
}

macro_rules! update_many {
    () => {
        "Update with many observations, as one `update` each would, at the speed of the hardware.

From 10,000 observations on, other threads run meanwhile. One that writes to an array that is being read makes wrong
numbers and nothing worse; but no thread may free its memory by `resize(refcheck=False)` before the call returns.

Parameters
----------
X, Y
    A column for each variable, of the same length: a NumPy array, a pandas Series, anything with Arrow's PyCapsule
    interface or the buffer protocol, or whatever can be iterated over. Where a value is missing (a mask's, Arrow's
    nulls), the observation is skipped; NaN is not missing.
w, t
    Where `update` takes a weight or a time: a column of them, in which none may be missing.

Raises
------
TypeError
    If a column, or one of its values, is none that `update` takes. Nothing has changed then.
ValueError
    If a column has more than one dimension, columns differ in length, a weight or a time is none that `update` takes,
    an Arrow column is not valid, or Python code that converts one column changes another. Nothing has changed then."
    };
}
pub(crate) use update_many;

macro_rules! accumulate {
    () => {
        "Update with many observations and return the value after each.

Parameters
----------
X, Y, w, t
    As in `update_many`.

Returns
-------
A NumPy array as long as the columns, NaN where `get` returns None; of two dimensions where each value is a list of
numbers, of objects where it is something else. A missing value leaves the value what it was. If a column is an
iterator, an iterator, each step of which is one update.

Raises
------
TypeError, ValueError
    As by `update_many`."
    };
}
pub(crate) use accumulate;

macro_rules! n {
    () => {
        "How many observations the value is of; where they have weights, their total weight."
    };
}
pub(crate) use n;

macro_rules! to_bytes {
    () => {
        "Return the parameters and the state as bytes.

They carry a format version, the class and a checksum. Attributes that a subclass has added are not among them; pickle
keeps those too.

Returns
-------
The bytes, for `from_bytes` of the same class."
    };
}
pub(crate) use to_bytes;

macro_rules! from_bytes {
    () => {
        "Return the statistic that the bytes hold.

It is safe to read bytes from anywhere: they are checked as a whole and then in their parts.

Parameters
----------
data
    What `to_bytes` returned, in this or an earlier version of the package.

Returns
-------
A new object of the class. Where the class has an `__init__` of its own, it is not called.

Raises
------
ValueError
    If the bytes were changed or cut off, are those of another class, or hold a state that no stream of updates can
    lead to."
    };
}
pub(crate) use from_bytes;
