//! Groups as a table of Arrow's: a row a group, its key, and its value.

use crate::python::{
    erased::numbers::Reading,
    ffi::arrow_export::{Buffer, Column, stream},
    groups::{keys::Keys, store::Groups},
};
use pyo3::{
    IntoPyObjectExt,
    exceptions::PyTypeError,
    intern,
    prelude::*,
    types::{PyBool, PyBytes, PyCapsule, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple},
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
    let column = |name: &str, format, buffer| -> PyResult<Column> {
        let none = (0..len).filter(|&index| readings[index].is_none());
        Ok(Column::new(named(name)?, format, len, none, vec![buffer]))
    };
    let floats = |of: &dyn Fn(&Reading) -> Option<f64>| {
        Buffer::Floats(readings.iter().map(|reading| of(reading).unwrap_or_default()).collect())
    };
    let integers = |of: &dyn Fn(&Reading) -> Option<u64>| {
        Buffer::Integers(readings.iter().map(|reading| of(reading).unwrap_or_default() as i64).collect())
    };
    let extremes = |reading: &Reading| if let Reading::Extremes(Some(found)) = reading { Some(**found) } else { None };
    match like {
        Reading::Number(_) => {
            let number = |reading: &Reading| if let &Reading::Number(number) = reading { number } else { None };
            Ok(vec![column(name, c"g", floats(&number))?])
        }
        Reading::Count(_) => {
            let count = |reading: &Reading| if let &Reading::Count(count) = reading { count } else { None };
            Ok(vec![column(name, c"l", integers(&count))?])
        }
        Reading::Several(width, _) => {
            let one = |i: usize| {
                let number = |reading: &Reading| match reading {
                    Reading::Several(_, Some(numbers)) => numbers.get(i).copied(),
                    _ => None,
                };
                column(&format!("{name}_{i}"), c"g", floats(&number))
            };
            (0..*width).map(one).collect()
        }
        Reading::Extremes(_) => Ok(vec![
            column(&format!("{name}_min"), c"g", floats(&|reading| Some(extremes(reading)?.min)))?,
            column(&format!("{name}_max"), c"g", floats(&|reading| Some(extremes(reading)?.max)))?,
            column(&format!("{name}_argmin"), c"l", integers(&|reading| Some(extremes(reading)?.argmin)))?,
            column(&format!("{name}_argmax"), c"l", integers(&|reading| Some(extremes(reading)?.argmax)))?,
        ]),
        Reading::Named(names, each) => {
            let mut columns = Vec::new();
            for (index, (name, like)) in names.iter().zip(each).enumerate() {
                let parts = readings.iter().filter_map(|reading| match reading {
                    Reading::Named(_, parts) => parts.get(index),
                    _ => None,
                });
                columns.extend(values(name, &parts.collect::<Vec<_>>(), like)?);
            }
            Ok(columns)
        }
    }
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

/// A column of objects of one type, or None; for tuples, lists of floats and dicts, one for each of their items. A
/// TypeError names the types if there are several, or if they have no column.
pub fn of_objects<'py>(name: &str, objects: &[Bound<'py, PyAny>]) -> PyResult<Vec<Column>> {
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
    let parts = parts(name, first)?;
    if !parts.is_empty() {
        let mut columns = Vec::new();
        for (name, part) in parts {
            let of_part = |object: &Bound<'py, PyAny>| match object.is_none() {
                true => Ok(object.clone()),
                false => object.get_item(&part),
            };
            columns.extend(of_objects(&name, &objects.iter().map(of_part).collect::<PyResult<Vec<_>>>()?)?);
        }
        return Ok(columns);
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

/// The parts of a value that has several, by the names of their columns: those of a list of floats or of a named tuple,
/// such as extremes, are named after the value, those of a dict, such as the values of a summary, by their keys.
fn parts<'py>(name: &str, value: &Bound<'py, PyAny>) -> PyResult<Vec<(String, Bound<'py, PyAny>)>> {
    let py = value.py();
    if let Ok(dict) = value.cast_exact::<PyDict>() {
        return dict.keys().iter().map(|key| Ok((key.extract()?, key))).collect();
    }
    let labels = match value.cast_exact::<PyList>() {
        // Lists of anything else, such as those of frequent items, differ in length.
        Ok(list) if !list.iter().all(|item| item.is_exact_instance_of::<PyFloat>()) => Vec::new(),
        Ok(list) => (0..list.len()).map(|index| index.to_string()).collect(),
        Err(_) => value.getattr_opt(intern!(py, "_fields"))?.map_or(Ok(Vec::new()), |fields| fields.extract())?,
    };
    let labels = labels.into_iter().enumerate();
    labels
        .map(|(index, label): (usize, String)| Ok((format!("{name}_{label}"), index.into_bound_py_any(py)?)))
        .collect()
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
