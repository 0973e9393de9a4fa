//! Columns of values of any type, for statistics that return them as they came.

use crate::python::{
    columns::{
        numbers::Numbers,
        objects::{Objects, converter},
        rows::{Blocks, Rows},
        source::Source,
    },
    convert::number::Number,
};
use numpy::{PyArrayDescrMethods, PyUntypedArrayMethods};
use pyo3::{
    exceptions::{PyException, PyOverflowError, PyTypeError, PyValueError},
    intern,
    prelude::*,
    types::{PyFloat, PySlice},
};
use std::slice;

/// A column: its values as numbers or as objects.
pub struct Values<'py> {
    name: &'static str,
    source: Source<'py>,
    content: Content<'py>,
    pub rows: Rows,
}

enum Content<'py> {
    /// Numbers, of which only those that are asked for are converted to objects.
    Numbers(Numbers<'py>),
    /// The objects, and the values as numbers if these are wanted and each is one.
    Objects(Objects<'py>, Option<Numbers<'py>>),
}

impl<'py> Values<'py> {
    /// Reads the argument called `name`.
    pub fn read(column: &Bound<'py, PyAny>, name: &'static str) -> PyResult<Self> {
        let source = Source::of(column, name, Objects::VALUES)?;
        let once = matches!(&source, Source::Arrow(column) if converter(column)?.is_none());
        if !once && !matches!(source, Source::Items(_)) {
            match Numbers::of(&source, name) {
                Ok(numbers) => return Self::of_numbers(source, numbers, name),
                Err(error) if is_of_another_type(&error, column.py()) => {}
                Err(error) => return Err(error),
            }
        }
        Self::of_objects(source, name)
    }

    /// Reads a column whose numbers nobody asks for.
    pub fn read_objects(column: &Bound<'py, PyAny>, name: &'static str) -> PyResult<Self> {
        Self::of_objects(Source::of(column, name, Objects::VALUES)?, name)
    }

    fn of_objects(source: Source<'py>, name: &'static str) -> PyResult<Self> {
        let objects = Objects::of(&source, name)?;
        let rows = Rows::of([(name, objects.items.len(), &objects.validity)])?;
        Ok(Self { name, source, content: Content::Objects(objects, None), rows })
    }

    /// As [`read`](Self::read), so that [`blocks`](Self::blocks) knows the numbers.
    pub fn read_for_numbers(column: &Bound<'py, PyAny>, name: &'static str) -> PyResult<Self> {
        let mut values = Self::read(column, name)?;
        if let Content::Objects(objects, numbers) = &mut values.content {
            let number = |(index, item): (usize, &Bound<'py, PyAny>)| match item {
                _ if !objects.validity.is_valid(index) => Ok(Some(0.0)),
                item if item.is_none() => Ok(None),
                item => number(item),
            };
            let found = objects.items.iter().enumerate().map(number).collect::<PyResult<Option<_>>>()?;
            *numbers = found.map(|found| Numbers::own(found, objects.validity.clone(), name));
        }
        Ok(values)
    }

    /// Reads a column that must hold numbers.
    pub fn read_numbers(column: &Bound<'py, PyAny>, name: &'static str) -> PyResult<Self> {
        let source = Source::of(column, name, Numbers::VALUES)?;
        let numbers = Numbers::of(&source, name)?;
        Self::of_numbers(source, numbers, name)
    }

    fn of_numbers(source: Source<'py>, numbers: Numbers<'py>, name: &'static str) -> PyResult<Self> {
        let rows = Rows::of([(name, numbers.len()?, &numbers.validity)])?;
        Ok(Self { name, source, content: Content::Numbers(numbers), rows })
    }

    /// The values as numbers; `None` if one of them is not a number.
    pub fn blocks(&self) -> PyResult<Option<Blocks<'_>>> {
        let (Content::Numbers(numbers) | Content::Objects(_, Some(numbers))) = &self.content else { return Ok(None) };
        Blocks::new(&self.rows, slice::from_ref(numbers)).map(Some)
    }

    /// The values as numbers, in a list; an empty one if one of them is not a number.
    pub fn numbers(&self) -> PyResult<Vec<f64>> {
        let (Content::Numbers(numbers) | Content::Objects(_, Some(numbers))) = &self.content else {
            return Ok(Vec::new());
        };
        let mut numbers = numbers.from(0)?;
        self.rows.validity.retain(0, &mut numbers);
        Ok(numbers)
    }

    /// The last `count` values as objects: Python's own where an array holds them.
    pub fn last(&self, count: usize) -> PyResult<Vec<Py<PyAny>>> {
        if count == 0 {
            return Ok(Vec::new());
        }
        let first = self.rows.count - count;
        match &self.content {
            Content::Objects(objects, _) => {
                Ok(objects.present().skip(first).map(|value| value.clone().unbind()).collect())
            }
            Content::Numbers(numbers) if self.are_floats() => {
                let py = self.source.object().py();
                let index = self.rows.index(first);
                let mut last = numbers.from(index)?;
                self.rows.validity.retain(index, &mut last);
                Ok(last.into_iter().map(|x| PyFloat::new(py, x).into_any().unbind()).collect())
            }
            Content::Numbers(_) => {
                let index = self.rows.index(first);
                let rest = Objects::read(&tail(self.source.object(), index)?, self.name)?;
                let mut rest: Vec<_> = rest.present().map(|value| value.clone().unbind()).collect();
                // If the column cannot be sliced, these are all of its objects.
                if rest.len() < count {
                    let message = format!("{} must have {count} values from index {index} on", self.name);
                    return Err(PyValueError::new_err(format!("{message}, got {}", rest.len())));
                }
                Ok(rest.split_off(rest.len() - count))
            }
        }
    }

    /// The objects, unless the values are known as numbers.
    pub fn objects(&self) -> Option<&Objects<'py>> {
        if let Content::Objects(objects, None) = &self.content { Some(objects) } else { None }
    }

    /// Whether the values as Python's own objects are floats.
    fn are_floats(&self) -> bool {
        match &self.source {
            Source::Items(_) => true,
            Source::Array(array, _) => array.dtype().kind() == b'f' && array.dtype().itemsize() <= size_of::<f64>(),
            _ => false,
        }
    }
}

/// The number that an object is, if it is one.
pub fn number(object: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    match Number::extract(object.as_borrowed()) {
        Ok(Number(number)) => Ok(Some(number)),
        Err(error) if error.is_instance_of::<PyException>(object.py()) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a column was refused because its values are not numbers.
fn is_of_another_type(error: &PyErr, py: Python<'_>) -> bool {
    error.is_instance_of::<PyTypeError>(py) || error.is_instance_of::<PyOverflowError>(py)
}

/// The part of a column that begins at an index, or all of it if it has no parts.
fn tail<'py>(column: &Bound<'py, PyAny>, index: usize) -> PyResult<Bound<'py, PyAny>> {
    let py = column.py();
    let parts = column.getattr_opt(intern!(py, "iloc"))?.unwrap_or_else(|| column.clone());
    if !parts.hasattr(intern!(py, "__getitem__"))? {
        return Ok(parts);
    }
    parts.get_item(PySlice::new(py, index as isize, isize::MAX, 1))
}
