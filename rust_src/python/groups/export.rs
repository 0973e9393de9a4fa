//! Groups as a table of Arrow's: a row a group, its key, and its value.

use crate::{
    kernels::statistics::extrema::Extremes,
    python::{
        erased::numbers::Reading,
        ffi::arrow_export::{Buffer, Column, stream},
        groups::{keys::Keys, store::Groups},
    },
};
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBool, PyBytes, PyCapsule, PyFloat, PyInt, PyString, PyTuple},
};
use std::{collections::BTreeSet, ffi::CString, iter};

/// The name of the column of keys; if there are several, each has its number added.
pub const KEY: &str = "key";

/// What is exported of groups, for use after the lock is released.
pub enum Content<'py> {
    Columns(Vec<Column>),
    /// The keys are objects.
    Objects(Vec<Bound<'py, PyAny>>, Vec<Column>),
}

/// What groups hold, with values under this name.
pub fn content<'py>(py: Python<'py>, groups: &Groups, name: &str) -> PyResult<Content<'py>> {
    let readings: Vec<_> = (0..groups.len()).map(|index| groups.kernels.reading(Some(index))).collect();
    let values = values(name, &readings.iter().collect::<Vec<_>>(), &groups.kernels.reading(None))?;
    let keys = match &groups.keys {
        Keys::Integers(keys) => {
            let missing = keys.keys().enumerate().filter(|(_, key)| key.is_none()).map(|(index, _)| index);
            let integers = keys.keys().map(Option::unwrap_or_default).collect();
            Column::new(named(KEY)?, c"l", keys.len(), missing, vec![Buffer::Integers(integers)])
        }
        Keys::Texts(keys) => {
            let missing = keys.keys().enumerate().filter(|(_, key)| key.is_none()).map(|(index, _)| index);
            let all = keys.keys().map(|key| key.unwrap_or_default().as_bytes());
            Column::new(named(KEY)?, c"U", keys.len(), missing, bytes(all))
        }
        Keys::Objects(..) => {
            let objects = (0..groups.len()).map(|index| groups.keys.object(py, index)).collect::<PyResult<_>>()?;
            return Ok(Content::Objects(objects, values));
        }
    };
    Ok(Content::Columns(iter::once(keys).chain(values).collect()))
}

impl<'py> Content<'py> {
    pub fn into_stream(self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        match self {
            Self::Columns(columns) => stream(py, columns),
            Self::Objects(keys, values) => {
                let mut columns = of_objects(KEY, &keys)?;
                columns.extend(values);
                stream(py, columns)
            }
        }
    }
}

fn named(name: &str) -> PyResult<CString> {
    Ok(CString::new(name)?)
}

/// The columns of the values, all of which are like this one: one for numbers, four for extremes, one for each of
/// several quantiles, and for summaries those of each statistic, by their names.
pub fn values(name: &str, readings: &[&Reading], like: &Reading) -> PyResult<Vec<Column>> {
    let len = readings.len();
    if let Reading::Named(names, each) = like {
        let mut columns = Vec::new();
        for (index, (name, like)) in names.iter().zip(each).enumerate() {
            let parts = readings.iter().filter_map(|reading| match reading {
                Reading::Named(_, parts) => parts.get(index),
                _ => None,
            });
            let parts: Vec<_> = parts.collect();
            columns.extend(values(name, &parts, like)?);
        }
        return Ok(columns);
    }
    if matches!(like, Reading::Count(_)) {
        let count = |reading: &&Reading| if let Reading::Count(count) = reading { *count as i64 } else { 0 };
        let counts = readings.iter().map(count);
        let buffers = vec![Buffer::Integers(counts.collect())];
        return Ok(vec![Column::new(named(name)?, c"l", len, [].into_iter(), buffers)]);
    }
    let none = |index: &usize| matches!(readings[*index], Reading::Number(None));
    if let Some(several) = readings.iter().find_map(|reading| reading.several()) {
        let column = |i: usize| {
            let one = |reading: &&Reading| if let Reading::Several(found) = reading { found[i] } else { 0.0 };
            let buffers = vec![Buffer::Floats(readings.iter().map(one).collect())];
            Ok(Column::new(named(&format!("{name}_{i}"))?, c"g", len, (0..len).filter(none), buffers))
        };
        return (0..several).map(column).collect();
    }
    if !readings.iter().any(|reading| matches!(reading, Reading::Extremes(_))) {
        let number = |reading: &&Reading| if let Reading::Number(Some(number)) = reading { *number } else { 0.0 };
        let buffers = vec![Buffer::Floats(readings.iter().map(number).collect())];
        return Ok(vec![Column::new(named(name)?, c"g", len, (0..len).filter(none), buffers)]);
    }
    let extremes = |of: fn(&Extremes) -> f64| {
        let one = |reading: &&Reading| if let Reading::Extremes(found) = reading { of(found) } else { 0.0 };
        Buffer::Floats(readings.iter().map(one).collect())
    };
    let places = |of: fn(&Extremes) -> u64| {
        let one = |reading: &&Reading| if let Reading::Extremes(found) = reading { of(found) as i64 } else { 0 };
        Buffer::Integers(readings.iter().map(one).collect())
    };
    let column = |part: &str, format, buffer| -> PyResult<Column> {
        let name = named(&format!("{name}_{part}"))?;
        Ok(Column::new(name, format, len, (0..len).filter(none), vec![buffer]))
    };
    Ok(vec![
        column("min", c"g", extremes(|found| found.min))?,
        column("max", c"g", extremes(|found| found.max))?,
        column("argmin", c"l", places(|found| found.argmin))?,
        column("argmax", c"l", places(|found| found.argmax))?,
    ])
}

/// The bytes of strings, and where each ends.
fn bytes<'a>(all: impl Iterator<Item = &'a [u8]>) -> Vec<Buffer> {
    let (mut ends, mut data) = (vec![0], Vec::new());
    for one in all {
        data.extend_from_slice(one);
        ends.push(data.len() as i64);
    }
    vec![Buffer::Integers(ends), Buffer::Bytes(data)]
}

/// A column of objects of one type, or None; for tuples, one for each of their items. A TypeError names the types if
/// there are several, or if they have no column.
pub fn of_objects(name: &str, objects: &[Bound<'_, PyAny>]) -> PyResult<Vec<Column>> {
    let kinds: BTreeSet<String> = objects
        .iter()
        .filter(|object| !object.is_none())
        .map(|object| object.get_type().name().map(|name| name.to_string()))
        .collect::<PyResult<_>>()?;
    let present = || objects.iter().filter(|object| !object.is_none());
    let Some(first) = present().next() else { return plain(name, c"n", objects, Vec::new()) };
    if kinds.len() > 1 {
        let kinds: Vec<_> = kinds.into_iter().collect();
        let message = format!("the values of an Arrow column must be of one type, got {name} of {}", kinds.join(", "));
        return Err(PyTypeError::new_err(message));
    }
    if first.is_exact_instance_of::<PyTuple>() {
        return of_tuples(name, objects);
    }
    if first.is_exact_instance_of::<PyInt>() {
        let integers: PyResult<Vec<i64>> = objects.iter().map(or_zero).collect();
        return plain(name, c"l", objects, vec![Buffer::Integers(integers?)]);
    }
    if first.is_exact_instance_of::<PyFloat>() {
        let floats: PyResult<Vec<f64>> = objects.iter().map(or_zero).collect();
        return plain(name, c"g", objects, vec![Buffer::Floats(floats?)]);
    }
    if first.is_exact_instance_of::<PyBool>() {
        let mut bits = vec![0; objects.len().div_ceil(8)];
        for (index, object) in objects.iter().enumerate() {
            bits[index / 8] |= u8::from(object.is_truthy()?) << (index % 8);
        }
        return plain(name, c"b", objects, vec![Buffer::Bytes(bits)]);
    }
    if first.is_exact_instance_of::<PyString>() {
        let texts = objects.iter().map(|object| match object.cast_exact::<PyString>() {
            Ok(text) => text.to_str(),
            Err(_) => Ok(""),
        });
        let texts = texts.collect::<PyResult<Vec<_>>>()?;
        return plain(name, c"U", objects, bytes(texts.into_iter().map(str::as_bytes)));
    }
    if first.is_exact_instance_of::<PyBytes>() {
        let all = objects.iter().map(|object| object.cast_exact::<PyBytes>().map_or(&[][..], |bytes| bytes.as_bytes()));
        return plain(name, c"Z", objects, bytes(all));
    }
    Err(PyTypeError::new_err(format!(
        "{name} must have values of a type that is exported to Arrow, got {}",
        first.get_type().name()?
    )))
}

fn or_zero<'py, T: Default + for<'a> FromPyObject<'a, 'py, Error = PyErr>>(object: &Bound<'py, PyAny>) -> PyResult<T> {
    if object.is_none() { Ok(T::default()) } else { object.extract() }
}

fn plain(
    name: &str,
    format: &'static std::ffi::CStr,
    objects: &[Bound<'_, PyAny>],
    buffers: Vec<Buffer>,
) -> PyResult<Vec<Column>> {
    let missing = objects.iter().enumerate().filter(|(_, object)| object.is_none()).map(|(index, _)| index);
    Ok(vec![Column::new(named(name)?, format, objects.len(), missing, buffers)])
}

fn of_tuples(name: &str, objects: &[Bound<'_, PyAny>]) -> PyResult<Vec<Column>> {
    let mut parts: Vec<Vec<Bound<'_, PyAny>>> = Vec::new();
    for object in objects {
        let tuple = object.cast_exact::<PyTuple>().map_err(|_| {
            PyTypeError::new_err(format!(
                "the values of an Arrow column must be of one type, got {name} of tuple and None"
            ))
        })?;
        if parts.is_empty() {
            parts = vec![Vec::new(); tuple.len()];
        }
        if tuple.len() != parts.len() {
            let message = format!("tuples must be of one length, got {name} of {} and {}", parts.len(), tuple.len());
            return Err(PyTypeError::new_err(message));
        }
        parts.iter_mut().zip(tuple).for_each(|(part, item)| part.push(item));
    }
    let mut columns = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        columns.extend(of_objects(&format!("{name}_{index}"), part)?);
    }
    Ok(columns)
}
