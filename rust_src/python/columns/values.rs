//! Columns of values of any type, for statistics that return them as they came.

use crate::python::{
    columns::{
        Column,
        categories::{Items, objects},
        is_buffer, numpy, pandas,
    },
    convert::number::Number,
};
use ::numpy::{PyArrayDescr, PyArrayDescrMethods, PyUntypedArrayMethods};
use pyo3::{
    exceptions::{PyException, PyOverflowError, PyTypeError, PyValueError},
    intern,
    prelude::*,
    types::{PyFloat, PyList, PySlice, PyTuple},
};
use std::borrow::Cow;

/// A column: its values as numbers or as objects, and which of its indices have none.
pub struct Values<'py> {
    content: Content<'py>,
    name: &'static str,
}

enum Content<'py> {
    /// All values are numbers, and objects are made of those alone that are asked for.
    Numbers { numbers: Column<'py>, source: Bound<'py, PyAny>, are_floats: bool },
    Objects {
        items: Vec<Bound<'py, PyAny>>,
        missing: Option<Vec<bool>>,
        /// The values, if numbers are wanted and each is one.
        numbers: Option<Vec<f64>>,
    },
}

impl<'py> Values<'py> {
    /// Reads the argument called `name`.
    pub fn read(column: &Bound<'py, PyAny>, name: &'static str) -> PyResult<Self> {
        if let Some(are_floats) = in_memory(column)? {
            match Column::read(column, name) {
                Ok(numbers) => {
                    let content = Content::Numbers { numbers, source: column.clone(), are_floats };
                    return Ok(Self { content, name });
                }
                Err(error) if is_of_another_type(&error, column.py()) => {}
                Err(error) => return Err(error),
            }
        }
        objects(column, name).map(|items| Self::of_items(items, name))
    }

    /// As [`read`](Self::read), so that [`numbers`](Self::numbers) knows them.
    pub fn read_for_numbers(column: &Bound<'py, PyAny>, name: &'static str) -> PyResult<Self> {
        let mut values = Self::read(column, name)?;
        let number = |item: &Bound<'_, PyAny>| if item.is_none() { Ok(None) } else { number(item) };
        let found = values.present().map(number).collect::<PyResult<_>>()?;
        if let Content::Objects { numbers, .. } = &mut values.content {
            *numbers = found;
        }
        Ok(values)
    }

    /// Reads a column that must hold numbers.
    pub fn of_numbers(column: &Bound<'py, PyAny>, name: &'static str) -> PyResult<Self> {
        let numbers = Column::read(column, name)?;
        Ok(Self { content: Content::Numbers { numbers, source: column.clone(), are_floats: true }, name })
    }

    fn of_items((items, missing): Items<'py>, name: &'static str) -> Self {
        Self { content: Content::Objects { items, missing, numbers: None }, name }
    }

    /// Which indices have no value, if any has none.
    pub fn missing(&self) -> Option<&[bool]> {
        match &self.content {
            Content::Numbers { numbers, .. } => numbers.missing.as_deref(),
            Content::Objects { missing, .. } => missing.as_deref(),
        }
    }

    /// How many indices there are.
    pub fn indices(&self) -> PyResult<usize> {
        match &self.content {
            Content::Numbers { numbers, .. } => numbers.len(),
            Content::Objects { items, .. } => Ok(items.len()),
        }
    }

    /// How many values there are.
    pub fn len(&self) -> PyResult<usize> {
        let missing = self.missing().map_or(0, |missing| missing.iter().filter(|&&missing| missing).count());
        Ok(self.indices()? - missing)
    }

    /// The values as numbers, in as many pieces as they lie in; `None` if one of them is no number.
    pub fn numbers(&self) -> PyResult<Option<Vec<Cow<'_, [f64]>>>> {
        Ok(match &self.content {
            Content::Numbers { numbers, .. } => Some(numbers.chunks()?.into_iter().map(Cow::Borrowed).collect()),
            Content::Objects { numbers, .. } => numbers.as_deref().map(|numbers| vec![Cow::Borrowed(numbers)]),
        })
    }

    /// The last `count` values as objects: Python's own where an array holds them.
    pub fn last(&self, count: usize) -> PyResult<Vec<Py<PyAny>>> {
        if count == 0 {
            return Ok(Vec::new());
        }
        let first = self.len()? - count;
        match &self.content {
            Content::Objects { .. } => Ok(self.present().skip(first).map(|value| value.clone().unbind()).collect()),
            Content::Numbers { numbers, source, are_floats: true } => {
                let float = |&x: &f64| PyFloat::new(source.py(), x).into_any().unbind();
                Ok(numbers.chunks()?.into_iter().flatten().skip(first).map(float).collect())
            }
            Content::Numbers { source, .. } => {
                let index = match self.missing() {
                    Some(missing) => {
                        let mut present = (0..missing.len()).filter(|&index| !missing[index]);
                        present.nth(first).unwrap_or(missing.len())
                    }
                    None => first,
                };
                let rest = Self::of_items(objects(&tail(source, index)?, self.name)?, self.name);
                // Where the column cannot be sliced, these are all.
                let len = rest.len()?;
                if len < count {
                    let message = format!("{} must have {count} values from its index {index} on", self.name);
                    return Err(PyValueError::new_err(format!("{message}, got {len}")));
                }
                rest.last(count)
            }
        }
    }

    /// The objects of a column, and which indices have no value; the column itself if it is known as numbers.
    pub fn into_objects(self) -> Result<Items<'py>, Self> {
        match self.content {
            Content::Objects { items, missing, numbers: None } => Ok((items, missing)),
            content => Err(Self { content, name: self.name }),
        }
    }

    /// The objects that are values.
    fn present(&self) -> impl Iterator<Item = &Bound<'py, PyAny>> {
        let (items, missing) = match &self.content {
            Content::Objects { items, missing, .. } => (&items[..], missing.as_deref()),
            Content::Numbers { .. } => (&[][..], None),
        };
        let items = items.iter().enumerate();
        items.filter(move |&(index, _)| missing.is_none_or(|missing| !missing[index])).map(|(_, item)| item)
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

/// Whether the values of a column are floats; `None` if it is one of Python objects, which are read one by one.
fn in_memory(column: &Bound<'_, PyAny>) -> PyResult<Option<bool>> {
    let py = column.py();
    if column.is_exact_instance_of::<PyList>() || column.is_exact_instance_of::<PyTuple>() {
        return Ok(None);
    }
    let are_floats = |dtype: &Bound<'_, PyArrayDescr>| dtype.kind() == b'f' && dtype.itemsize() <= size_of::<f64>();
    if let Some(array) = numpy::cast(column)? {
        return Ok(Some(are_floats(&array.dtype())));
    }
    if pandas::is_series(column)? {
        let dtype = column.getattr(intern!(py, "dtype"))?;
        return Ok(Some(dtype.cast::<PyArrayDescr>().is_ok_and(are_floats)));
    }
    let exports = |name| column.hasattr(name);
    let is_arrow = exports(intern!(py, "__arrow_c_stream__"))? || exports(intern!(py, "__arrow_c_array__"))?;
    Ok(if is_arrow || is_buffer(column)? { Some(false) } else { None })
}

/// Whether a column was refused because its values are no numbers.
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
