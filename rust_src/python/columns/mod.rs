//! Whole columns of numbers, whatever holds them, as contiguous `f64`.
//!
//! Memory that already is contiguous `f64` is read where it lies: NumPy's, that of the buffer protocol, Arrow's. Other
//! types, strides and byte orders are converted by NumPy or Arrow, in one pass; Python sequences value by value. All of
//! it happens before a statistic is touched, so a column that cannot be read changes nothing.

#![forbid(unsafe_code)]

pub mod arrow;
pub mod categories;
pub mod interner;
pub mod numpy;
pub mod pandas;
pub mod sequence;
pub mod times;
pub mod values;

use crate::python::ffi::capsule::Exported;
use ::numpy::PyReadonlyArray1;
use arrow_buffer::ScalarBuffer;
use pyo3::{
    buffer::PyUntypedBuffer,
    exceptions::{PyBufferError, PyTypeError, PyValueError},
    prelude::*,
    sync::PyOnceLock,
    types::{PyByteArray, PyBytes, PyDict, PyIterator, PyList, PyString, PyTuple, PyType},
};
use std::borrow::Cow;

/// A column: its numbers, and which of its places have none.
pub struct Column<'py> {
    values: Values<'py>,
    /// One for each place, true where no number is; `None` where every place has one.
    missing: Option<Vec<bool>>,
}

enum Values<'py> {
    Array(PyReadonlyArray1<'py, f64>),
    Arrow(Vec<ScalarBuffer<f64>>),
    Own(Vec<f64>),
}

impl<'py> Column<'py> {
    /// Reads the argument called `name`.
    pub fn read(object: &Bound<'py, PyAny>, name: &str) -> PyResult<Self> {
        if object.cast_exact::<PyList>().is_ok() || object.cast_exact::<PyTuple>().is_ok() {
            return sequence::read(object, name);
        }
        if is_no_column(object)? {
            return Err(refuse(object, name));
        }
        if let Some(array) = numpy::cast(object)? {
            return numpy::read(array, name);
        }
        if pandas::is_series(object)? {
            return pandas::read(object, name);
        }
        if let Some(column) = Exported::of(object)? {
            return arrow::read(&column, name);
        }
        if is_buffer(object)? {
            return numpy::read(&numpy::of_buffer(object)?, name);
        }
        sequence::read(object, name)
    }

    fn own(values: Vec<f64>) -> Self {
        Self { values: Values::Own(values), missing: None }
    }

    /// The numbers of this column, which has one at each place, with the places that had none. Whoever derives a class
    /// from an array's may tell the two apart.
    fn without(self, missing: Vec<bool>, name: &str) -> PyResult<Self> {
        let present = missing.iter().filter(|&&missing| !missing).count();
        let len = self.len()?;
        if len != present {
            return Err(PyValueError::new_err(format!(
                "{name} must have as many values as its mask leaves, got {len} values and a mask that leaves {present}"
            )));
        }
        Ok(Self { values: self.values, missing: Some(missing) })
    }

    /// The numbers, without places that have none, in as many pieces as they lie in.
    fn chunks(&self) -> PyResult<Vec<&[f64]>> {
        Ok(match &self.values {
            Values::Array(array) => vec![array.as_slice()?],
            Values::Arrow(chunks) => chunks.iter().map(|chunk| &**chunk).collect(),
            Values::Own(values) => vec![values],
        })
    }

    /// The numbers in one piece.
    fn contiguous(&self) -> PyResult<Cow<'_, [f64]>> {
        let chunks = self.chunks()?;
        Ok(match chunks[..] {
            [chunk] => Cow::Borrowed(chunk),
            _ => Cow::Owned(chunks.concat()),
        })
    }

    /// How many places there are.
    pub fn len(&self) -> PyResult<usize> {
        match &self.missing {
            Some(missing) => Ok(missing.len()),
            None => Ok(self.chunks()?.iter().map(|chunk| chunk.len()).sum()),
        }
    }
}

/// Columns of equal length side by side.
pub struct Aligned<'a> {
    /// The numbers at the places where every column has one: in one piece each, but as many as it lies in where there
    /// is a single column.
    pub columns: Vec<Vec<Cow<'a, [f64]>>>,
    /// Which places are left out.
    pub missing: Option<Vec<bool>>,
    /// How many places are not left out.
    pub len: usize,
}

impl<'a> Aligned<'a> {
    /// Puts columns with these names side by side.
    pub fn new(columns: &'a [Column<'_>], names: &[&str]) -> PyResult<Self> {
        if let [column] = columns {
            let chunks = column.chunks()?;
            let len = chunks.iter().map(|chunk| chunk.len()).sum();
            let columns = vec![chunks.into_iter().map(Cow::Borrowed).collect()];
            return Ok(Self { columns, missing: column.missing.clone(), len });
        }
        let lengths = columns.iter().map(Column::len).collect::<PyResult<Vec<_>>>()?;
        same_length(names, &lengths)?;
        let mut missing: Option<Vec<bool>> = None;
        for own in columns.iter().filter_map(|column| column.missing.as_deref()) {
            match &mut missing {
                Some(missing) => missing.iter_mut().zip(own).for_each(|(any, &own)| *any |= own),
                None => missing = Some(own.to_vec()),
            }
        }
        let mut len = lengths[0];
        let mut aligned = Vec::with_capacity(columns.len());
        for column in columns {
            let values = column.contiguous()?;
            let values = match &missing {
                Some(left_out) => Cow::Owned(select(&values, column.missing.as_deref(), left_out)),
                None => values,
            };
            len = values.len();
            aligned.push(vec![values]);
        }
        Ok(Self { columns: aligned, missing, len })
    }
}

/// Refuses columns of different lengths.
pub fn same_length(names: &[&str], lengths: &[usize]) -> PyResult<()> {
    if lengths.iter().all(|&length| length == lengths[0]) {
        return Ok(());
    }
    let found: Vec<_> = names.iter().zip(lengths).map(|(name, length)| format!("{name} {length}")).collect();
    let message = format!("columns must have the same length, got {} values", found.join(", "));
    Err(PyValueError::new_err(message))
}

/// Of the numbers of a column with the places `missing`, those at places that are not `left_out`.
fn select(values: &[f64], missing: Option<&[bool]>, left_out: &[bool]) -> Vec<f64> {
    let mut values = values.iter();
    let here = |place: usize| missing.is_none_or(|missing| !missing[place]);
    let present = left_out.iter().enumerate().filter(|&(place, _)| here(place));
    present.filter_map(|(_, left_out)| values.next().filter(|_| !left_out).copied()).collect()
}

/// Whether values come one at a time and only once.
pub fn is_iterator(object: &Bound<'_, PyAny>) -> bool {
    object.cast::<PyIterator>().is_ok()
}

/// What can be iterated over and is no column all the same. Python code may run to find out, and an exception in it
/// says nothing about the object.
fn is_no_column(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    static MAPPING: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    Ok(object.is_instance_of::<PyString>()
        || object.is_instance_of::<PyBytes>()
        || object.is_instance_of::<PyByteArray>()
        || object.is_instance_of::<PyDict>()
        || object.is_instance(MAPPING.import(object.py(), "collections.abc", "Mapping")?)?)
}

/// Whether the object shows its memory through the buffer protocol.
fn is_buffer(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = object.py();
    match PyUntypedBuffer::get(object) {
        Ok(_) => Ok(true),
        Err(error) if error.is_instance_of::<PyTypeError>(py) || error.is_instance_of::<PyBufferError>(py) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Refuses a mask of another length than the column.
fn same_places(name: &str, len: usize, missing: Option<&[bool]>) -> PyResult<()> {
    match missing {
        Some(missing) if missing.len() != len => Err(PyValueError::new_err(format!(
            "{name} must be as long as its mask, got {len} values and a mask of {}",
            missing.len()
        ))),
        _ => Ok(()),
    }
}

#[cold]
fn refuse(object: &Bound<'_, PyAny>, name: &str) -> PyErr {
    let kind = object.get_type().name().map_or_else(|_| "?".into(), |name| name.to_string());
    PyTypeError::new_err(format!("{name} must be a column of numbers (an array, a Series, a list ...), got {kind}"))
}

/// The refusal of a column that holds something else than numbers.
#[cold]
fn not_numbers(name: &str, what: impl std::fmt::Display) -> PyErr {
    PyTypeError::new_err(format!("{name} must hold real numbers, got {what}"))
}
