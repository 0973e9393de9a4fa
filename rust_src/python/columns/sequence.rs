//! Lists, tuples, generators: Python objects one at a time.

use crate::python::{columns::Column, convert::number::Number};
use pyo3::{
    exceptions::{PyMemoryError, PyOverflowError, PyTypeError, PyValueError},
    intern,
    prelude::*,
    types::{PyIterator, PyList, PyTuple},
};

/// For how many items there is room at once because an object says that it has so many. It may say anything.
const BELIEVED: usize = 4_096;

/// Reads whatever can be iterated over.
pub fn read<'py>(object: &Bound<'py, PyAny>, name: &str) -> PyResult<Column<'py>> {
    let items = iterate(object, || super::refuse(object, name))?;
    let mut values = room_for(object)?;
    for (index, item) in items.enumerate() {
        let item = item?;
        let value = Number::extract(item.as_borrowed()).map_err(|error| at_place(object.py(), error, name, index))?.0;
        push(&mut values, value)?;
    }
    Ok(Column::own(values))
}

/// An iterator over the object; `refusal` is the error if there is none.
pub fn iterate<'py>(object: &Bound<'py, PyAny>, refusal: impl FnOnce() -> PyErr) -> PyResult<Bound<'py, PyIterator>> {
    let py = object.py();
    object.try_iter().map_err(|error| if error.is_instance_of::<PyTypeError>(py) { refusal() } else { error })
}

/// An empty list for what is read of the items of an object.
pub fn room_for<T>(object: &Bound<'_, PyAny>) -> PyResult<Vec<T>> {
    let length = match object.len() {
        Ok(length) => length,
        Err(error) if error.is_instance_of::<PyTypeError>(object.py()) => 0,
        Err(error) => return Err(error),
    };
    let is_sure = object.cast_exact::<PyList>().is_ok() || object.cast_exact::<PyTuple>().is_ok();
    let mut room = Vec::new();
    reserve(&mut room, if is_sure { length } else { length.min(BELIEVED) })?;
    Ok(room)
}

/// Appends to a list that grows for as long as there is memory.
#[inline]
pub fn push<T>(list: &mut Vec<T>, item: T) -> PyResult<()> {
    if list.len() == list.capacity() {
        reserve(list, 1)?;
    }
    list.push(item);
    Ok(())
}

/// Makes room for so many more items.
pub fn reserve<T>(list: &mut Vec<T>, more: usize) -> PyResult<()> {
    let all = list.len().saturating_add(more);
    list.try_reserve(more).map_err(|_| PyMemoryError::new_err(format!("no memory for {all} values")))
}

/// The error that one value made, with the place of the value.
#[cold]
pub fn at_place(py: Python<'_>, error: PyErr, name: &str, index: usize) -> PyErr {
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
