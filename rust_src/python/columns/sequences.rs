//! Lists, tuples, generators: Python objects one at a time.

use super::Column;
use crate::python::input::Number;
use pyo3::{
    exceptions::{PyOverflowError, PyTypeError, PyValueError},
    intern,
    prelude::*,
};

/// Reads whatever can be iterated over.
pub fn read<'py>(object: &Bound<'py, PyAny>, name: &str) -> PyResult<Column<'py>> {
    let mut values = Vec::with_capacity(object.len().unwrap_or(0));
    for (index, item) in object.try_iter()?.enumerate() {
        let item = item?;
        values.push(Number::extract(item.as_borrowed()).map_err(|error| at(object.py(), error, name, index))?.0);
    }
    Ok(Column::own(values))
}

/// The error that one value made, with the place of the value.
#[cold]
pub fn at(py: Python<'_>, error: PyErr, name: &str, index: usize) -> PyErr {
    let kind = error.get_type(py);
    let plain = [py.get_type::<PyTypeError>(), py.get_type::<PyValueError>(), py.get_type::<PyOverflowError>()];
    if plain.iter().any(|other| kind.is(other)) {
        let located = PyErr::from_type(kind, format!("{name}[{index}] {}", error.value(py)));
        located.set_cause(py, Some(error));
        return located;
    }
    // An exception of the value's own making stays what it is. A note that cannot be added is not worth another one.
    let _ = error.value(py).call_method1(intern!(py, "add_note"), (format!("while reading {name}[{index}]"),));
    error
}
