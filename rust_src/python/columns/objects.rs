//! Columns of any values as Python objects, and how many values there are.

use crate::python::{
    columns::{
        arrow::{self, export},
        interner,
        numbers::Numbers,
        sequence::{self, reserve},
        source::{Source, present},
        validity::Validity,
    },
    ffi::arrow::Exported,
};
use numpy::{PyArrayDescrMethods, PyUntypedArrayMethods};
use pyo3::{intern, prelude::*, types::PyFloat};

/// The objects of a column, and which indices have one. The elements of a NumPy, pandas or Arrow array become Python's
/// own objects.
pub struct Objects<'py> {
    pub items: Vec<Bound<'py, PyAny>>,
    pub validity: Validity,
}

/// The method by which an Arrow column converts its values to Python objects, if it has one.
pub fn converter<'py>(column: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    Ok(match column.getattr_opt("to_pylist")? {
        None => column.getattr_opt("to_list")?,
        found => found,
    })
}

/// How many indices a column has, and which of them have a value.
pub struct Presence {
    pub len: usize,
    pub validity: Validity,
}

/// Tells whether an object is a missing value.
pub type IsMissing = fn(&Bound<'_, PyAny>) -> PyResult<bool>;

/// Whether an observation is None.
pub fn is_none(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(value.is_none())
}

/// Whether an observation is None or NaN, which does not equal itself.
pub fn is_missing(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(value.is_none() || value.ne(value)?)
}

impl<'py> Objects<'py> {
    /// What the errors call the values of such a column.
    pub const VALUES: &'static str = "hashable values";

    /// Reads the argument called `name`.
    pub fn read(column: &Bound<'py, PyAny>, name: &'static str) -> PyResult<Self> {
        Self::of(&Source::of(column, name, Self::VALUES)?, name)
    }

    /// As [`read`](Self::read), where objects for which `missing` returns true count as missing.
    pub fn read_without(column: &Bound<'py, PyAny>, name: &'static str, missing: IsMissing) -> PyResult<Self> {
        let Self { items, validity } = Self::read(column, name)?;
        let value = |(index, item)| Ok(validity.is_valid(index) && !missing(item)?);
        let values = items.iter().enumerate().map(value).collect::<PyResult<Vec<bool>>>()?;
        Ok(Self { items, validity: Validity::of(values.len(), values.into_iter())? })
    }

    pub fn of(source: &Source<'py>, name: &'static str) -> PyResult<Self> {
        let py = source.object().py();
        let (items, validity) = match source {
            Source::Items(column) => (Self::of_items(column, name)?, Validity::ALL),
            Source::Array(array, validity) => {
                // As integers, times would lose their unit.
                let is_time = matches!(array.dtype().kind(), b'M' | b'm');
                let list =
                    if is_time { array.clone().into_any() } else { array.call_method0(intern!(py, "tolist"))? };
                (Self::of_items(&list, name)?, validity.clone())
            }
            Source::Categories(series) | Source::Nullable(series) => {
                let validity = present(series)?;
                (Self::of_items(&series.call_method0(intern!(py, "tolist"))?, name)?, validity)
            }
            Source::Arrow(column) => match converter(column)? {
                // Its owner makes the objects.
                Some(convert) => {
                    let items = Self::of_items(&convert.call0()?, name)?;
                    let validity = Validity::of(items.len(), items.iter().map(|item| !item.is_none()))?;
                    (items, validity)
                }
                None => return Self::of_exported(py, export(column, name)?, name),
            },
        };
        validity.check(items.len(), name)?;
        Ok(Self { items, validity })
    }

    pub fn of_items(column: &Bound<'py, PyAny>, name: &str) -> PyResult<Vec<Bound<'py, PyAny>>> {
        sequence::read(column, (name, Self::VALUES), |_, item| Ok(item))
    }

    /// From a column of strings, integers and other numbers.
    pub fn of_exported(py: Python<'py>, exported: Exported, name: &'static str) -> PyResult<Self> {
        let validity = arrow::validity(&exported, name)?;
        let mut items = Vec::new();
        if let Some((codes, labels)) = interner::of_arrow(&exported, name)? {
            let values = labels.into_iter().map(|label| label.into_object(py, name)).collect::<PyResult<Vec<_>>>()?;
            reserve(&mut items, codes.len())?;
            let value = |code: u32| values.get(code as usize).cloned().unwrap_or_else(|| py.None().into_bound(py));
            items.extend(codes.into_iter().map(value));
        } else {
            let numbers = Numbers::of_arrow(exported, name)?.from(0)?;
            reserve(&mut items, numbers.len())?;
            items.extend(numbers.into_iter().map(|x| PyFloat::new(py, x).into_any()));
        }
        Ok(Self { items, validity })
    }

    /// The objects that are values.
    pub fn present(&self) -> impl Iterator<Item = &Bound<'py, PyAny>> {
        let items = self.items.iter().enumerate();
        items.filter(|&(index, _)| self.validity.is_valid(index)).map(|(_, item)| item)
    }
}

impl Presence {
    /// Reads the argument called `name`.
    pub fn read(column: &Bound<'_, PyAny>, name: &'static str) -> PyResult<Self> {
        let source = Source::of(column, name, Objects::VALUES)?;
        let (len, validity) = match &source {
            Source::Array(array, validity) => (array.len(), validity.clone()),
            Source::Categories(series) | Source::Nullable(series) => (series.len()?, present(series)?),
            Source::Arrow(column) => {
                let exported = export(column, name)?;
                (exported.len(name)?, arrow::validity(&exported, name)?)
            }
            Source::Items(column) => match source.len_of_items() {
                Some(len) => (len, Validity::ALL),
                None => (Objects::of_items(column, name)?.len(), Validity::ALL),
            },
        };
        validity.check(len, name)?;
        Ok(Self { len, validity })
    }

    /// As [`Presence::read`], where objects for which `missing` returns true count as missing.
    pub fn read_without(column: &Bound<'_, PyAny>, name: &'static str, missing: IsMissing) -> PyResult<Self> {
        let Objects { items, validity } = Objects::read_without(column, name, missing)?;
        Ok(Self { len: items.len(), validity })
    }

    /// How many indices have a value.
    pub fn count(&self) -> u64 {
        self.validity.count(self.len) as u64
    }
}
