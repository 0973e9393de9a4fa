//! Lists, tuples, generators: Python objects one at a time.

use pyo3::{
    exceptions::{PyMemoryError, PyOverflowError, PyTypeError, PyValueError},
    intern,
    prelude::*,
    types::{PyList, PyTuple},
};

/// The most items for which memory is reserved because an object claims to have that many. It may claim any number.
const BELIEVED: usize = 4_096;

/// The results of `read` for each item of the argument called `name`; an error names the index.
pub fn read<'py, T>(
    column: &Bound<'py, PyAny>,
    (name, values): (&str, &str),
    mut read: impl FnMut(usize, Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let py = column.py();
    let items = column.try_iter().map_err(|error| match error {
        error if error.is_instance_of::<PyTypeError>(py) => refused(column, name, values),
        error => error,
    })?;
    let mut all = room_for(column)?;
    for (index, item) in items.enumerate() {
        let item = read(index, item?).map_err(|error| at_index(py, error, name, index))?;
        push(&mut all, item)?;
    }
    Ok(all)
}

/// An empty list for what is read from the items of an object.
fn room_for<T>(object: &Bound<'_, PyAny>) -> PyResult<Vec<T>> {
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

/// Makes room for this many more items.
pub fn reserve<T>(list: &mut Vec<T>, more: usize) -> PyResult<()> {
    let all = list.len().saturating_add(more);
    list.try_reserve(more).map_err(|_| PyMemoryError::new_err(format!("no memory for {all} values")))
}

/// The error for one value, with the index of the value.
#[cold]
pub fn at_index(py: Python<'_>, error: PyErr, name: &str, index: usize) -> PyErr {
    let kind = error.get_type(py);
    let plain = [py.get_type::<PyTypeError>(), py.get_type::<PyValueError>(), py.get_type::<PyOverflowError>()];
    if plain.iter().any(|other| kind.is(other)) {
        let located = PyErr::from_type(kind, format!("{name}[{index}] {}", error.value(py)));
        located.set_cause(py, Some(error));
        return located;
    }
    // An exception that the value itself raised stays what it is. A failure to add the note is not worth another
    // exception.
    let _ = error.value(py).call_method1(intern!(py, "add_note"), (format!("while reading {name}[{index}]"),));
    error
}

/// The error for an object that is not a column.
#[cold]
pub fn refused(object: &Bound<'_, PyAny>, name: &str, values: &str) -> PyErr {
    let kind = object.get_type().name().map_or_else(|_| "?".into(), |name| name.to_string());
    PyTypeError::new_err(format!("{name} must be a column of {values} (an array, a Series, a list ...), got {kind}"))
}
