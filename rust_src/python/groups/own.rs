//! What groups of Python objects share with those in Rust: how keys, columns and times are read, and tables written.

use crate::{
    kernels::window::Clock,
    python::{
        columns::{
            keys::{self, KeyColumn},
            objects::Objects,
            rows::Rows,
            validity::Validity,
        },
        convert::time::Time,
        ffi::arrow_export::stream,
        groups::export::{KEY, of_objects},
        interning::key::{Key, canonical},
    },
};
use pyo3::{
    prelude::*,
    types::{PyCapsule, PyDict, PyTuple},
};

/// Return the object that stands for a key; raise a TypeError if the key is not hashable.
#[pyfunction]
pub fn group_key<'py>(key: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let key = canonical(key)?;
    Key::of(&key)?;
    Ok(key)
}

/// Return a time in nanoseconds; raise a TypeError if it is of another kind than the first.
#[pyfunction]
pub fn group_time(t: Time, first: Option<Time>) -> PyResult<i128> {
    let mut clock = Clock::default();
    if let Some(first) = first {
        clock.read(first.0)?;
    }
    Ok(clock.read(t.0)?)
}

/// The positional and keyword arguments of a row; none where a value is missing.
type Row<'py> = Option<(Bound<'py, PyTuple>, Bound<'py, PyDict>)>;

/// Return the keys of a column, each with the arguments of its row, or with None if a value is missing.
#[pyfunction]
pub fn group_rows<'py>(
    keys: &Bound<'py, PyAny>,
    columns: &Bound<'py, PyTuple>,
    named: &Bound<'py, PyDict>,
) -> PyResult<(Vec<Bound<'py, PyAny>>, Vec<Row<'py>>)> {
    let py = keys.py();
    let codes = KeyColumn::read(keys)?.into_codes();
    let distinct = (0..codes.distinct()).map(|code| codes.key(code).object(py)).collect::<PyResult<Vec<_>>>()?;
    let name = |index: usize| ["X", "Y", "w"].get(index).copied().unwrap_or("columns");
    let read = |(index, column): (usize, Bound<'py, PyAny>)| Objects::read(&column, name(index));
    let columns = columns.iter().enumerate().map(read).collect::<PyResult<Vec<_>>>()?;
    let mut beside = Vec::new();
    for (key, column) in named {
        let label = if key.eq("w")? { "w" } else { "t" };
        beside.push((key, Objects::read(&column, label)?));
    }
    let all = Validity::ALL;
    let each = columns.iter().enumerate().map(|(index, column)| (name(index), column));
    let each = each.chain(beside.iter().map(|(_, column)| ("a named column", column)));
    let each = each.map(|(name, column)| (name, column.items.len(), &column.validity));
    let rows = Rows::of([(keys::NAME, codes.codes.len(), &all)].into_iter().chain(each))?;
    let row = |index: usize| {
        if !rows.validity.is_valid(index) {
            return Ok(None);
        }
        let named = PyDict::new(py);
        beside.iter().try_for_each(|(key, column)| named.set_item(key, &column.items[index]))?;
        Ok(Some((PyTuple::new(py, columns.iter().map(|column| &column.items[index]))?, named)))
    };
    let arguments = (0..rows.len).map(row).collect::<PyResult<Vec<_>>>()?;
    Ok((codes.codes.iter().map(|&code| distinct[code as usize].clone()).collect(), arguments))
}

/// Return an Arrow table of keys and, under this name, values.
#[pyfunction]
pub fn group_table<'py>(
    py: Python<'py>,
    name: &str,
    keys: Vec<Bound<'py, PyAny>>,
    values: Vec<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let mut columns = of_objects(KEY, &keys)?;
    columns.extend(of_objects(name, &values)?);
    stream(py, columns)
}
