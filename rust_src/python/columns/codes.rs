//! Columns of hashable values, in codes.

use crate::python::{
    columns::{
        arrow,
        interner::{self, MISSING},
        numbers::{changed, integers},
        objects::{Objects, converter},
        sequence::at_index,
        source::Source,
        validity::Validity,
    },
    ffi::memory::Memory,
    interning::table::{self, Table},
};
use numpy::{PyArrayDescrMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::{intern, prelude::*, types::PyBytes};
use std::mem;

/// A column of hashable values: the same code at indices with the same value.
#[derive(Default)]
pub struct Coded<'py> {
    /// For each index its code, [`MISSING`] where there is no value.
    pub codes: Vec<u32>,
    /// For each code its value, with the value's hash.
    values: Vec<(Bound<'py, PyAny>, u64)>,
    /// The object at each index, where equal ones need not be the same.
    items: Option<Vec<Bound<'py, PyAny>>>,
}

impl<'py> Coded<'py> {
    /// Reads the argument called `name`.
    pub fn read(column: &Bound<'py, PyAny>, name: &'static str) -> PyResult<Self> {
        let py = column.py();
        let source = Source::of(column, name, Objects::VALUES)?;
        let objects = match &source {
            Source::Array(array, validity) => match Self::of_array(array, validity, name)? {
                Some(coded) => return Ok(coded),
                None => Objects::of(&source, name)?,
            },
            Source::Categories(array) => return Self::of_categories(array, name),
            Source::Arrow(column) => {
                let exported = arrow::export(column, name)?;
                match py.detach(|| interner::of_arrow(&exported, name))? {
                    Some((codes, labels)) => {
                        return Self::with(codes, labels.into_iter().map(|label| label.into_object(py, name)));
                    }
                    None if converter(column)?.is_some() => Objects::of(&source, name)?,
                    None => Objects::of_exported(py, exported, name)?,
                }
            }
            Source::Items(_) | Source::Nullable(_) => Objects::of(&source, name)?,
        };
        Self::of_objects(objects, name)
    }

    /// The value of a code, and its hash.
    pub fn value(&self, code: usize) -> (&Bound<'py, PyAny>, u64) {
        (&self.values[code].0, self.values[code].1)
    }

    /// How many codes there are.
    pub fn distinct(&self) -> usize {
        self.values.len()
    }

    /// The object at an index that has one.
    pub fn object(&self, index: usize) -> &Bound<'py, PyAny> {
        match &self.items {
            Some(items) => &items[index],
            None => &self.values[self.codes[index] as usize].0,
        }
    }

    /// Gives columns the same codes for the same values. Each keeps its own objects.
    pub fn join(&mut self, other: &mut Self) -> PyResult<()> {
        let mut table = Table::default();
        for (value, hash) in &self.values {
            table.insert(value.clone().unbind(), *hash);
        }
        let mut joint = Vec::with_capacity(other.values.len());
        for (value, hash) in &other.values {
            joint.push(match table.look_up(value, *hash)? {
                Some(code) => code,
                None => {
                    self.values.push((value.clone(), *hash));
                    table.insert(value.clone().unbind(), *hash)
                }
            });
        }
        let own = mem::replace(&mut other.values, self.values.clone());
        own.into_iter().zip(&joint).for_each(|(value, &code)| other.values[code as usize] = value);
        other.codes.iter_mut().filter(|code| **code != MISSING).for_each(|code| *code = joint[*code as usize]);
        Ok(())
    }

    /// Which indices have a value.
    pub fn validity(&self) -> PyResult<Validity> {
        Validity::of(self.codes.len(), self.codes.iter().map(|&code| code != MISSING))
    }

    /// From codes, and the value of each.
    pub fn with(codes: Vec<u32>, values: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>) -> PyResult<Self> {
        let hashed = |value: PyResult<Bound<'py, PyAny>>| {
            let value = value?;
            table::hash(&value).map(|hash| (value, hash))
        };
        Ok(Self { codes, values: values.map(hashed).collect::<PyResult<_>>()?, items: None })
    }

    fn of_objects(Objects { items, validity }: Objects<'py>, name: &str) -> PyResult<Self> {
        let mut table = Table::default();
        let mut coded = Self { codes: Vec::with_capacity(items.len()), ..Self::default() };
        for (index, item) in items.iter().enumerate() {
            if !validity.is_valid(index) {
                coded.codes.push(MISSING);
                continue;
            }
            let look_up = || {
                let hash = table::hash(item)?;
                Ok((hash, table.look_up(item, hash)?))
            };
            let (hash, found) = look_up().map_err(|error| at_index(item.py(), error, name, index))?;
            coded.codes.push(found.unwrap_or_else(|| {
                coded.values.push((item.clone(), hash));
                table.insert(item.clone().unbind(), hash)
            }));
        }
        coded.items = Some(items);
        Ok(coded)
    }

    /// From an array whose elements are equal if their bytes are; `None` for any other array.
    fn of_array(array: &Bound<'py, PyUntypedArray>, validity: &Validity, name: &str) -> PyResult<Option<Self>> {
        let (py, dtype) = (array.py(), array.dtype());
        let width = dtype.itemsize();
        if !matches!(dtype.kind(), b'U' | b'S' | b'b' | b'i' | b'u') || width == 0 {
            return Ok(None);
        }
        let contiguous = py.import(intern!(py, "numpy"))?.call_method1(intern!(py, "ascontiguousarray"), (array,))?;
        let contiguous = contiguous.cast::<PyUntypedArray>()?;
        let memory = Memory::of_array(contiguous).filter(|_| contiguous.dtype().is_equiv_to(&dtype));
        let memory = memory.ok_or_else(|| changed(name))?;
        validity.check(memory.bytes() / width, name)?;
        let (codes, distinct) = py.detach(|| interner::of_memory(memory, width, validity))?;
        let distinct = (PyBytes::new(py, &distinct), dtype);
        let distinct = py.import(intern!(py, "numpy"))?.call_method1(intern!(py, "frombuffer"), distinct)?;
        let values = distinct.call_method0(intern!(py, "tolist"))?.extract::<Vec<_>>()?;
        Self::with(codes, values.into_iter().map(Ok)).map(Some)
    }

    /// From categories, numbered in the order in which they first occur; -1 stands for a missing value.
    fn of_categories(array: &Bound<'py, PyAny>, name: &'static str) -> PyResult<Self> {
        let py = array.py();
        let categories = array.getattr(intern!(py, "categories"))?.call_method0(intern!(py, "tolist"))?;
        let categories = Objects::of_items(&categories, name)?;
        let codes = integers(&array.getattr(intern!(py, "codes"))?, name)?;
        let (mut known, mut values) = (vec![MISSING; categories.len()], Vec::new());
        let mut coded = Vec::new();
        for index in codes {
            let code = usize::try_from(index).ok().and_then(|index| known.get_mut(index).zip(categories.get(index)));
            coded.push(match code {
                Some((code, category)) => {
                    if *code == MISSING {
                        *code = values.len() as u32;
                        values.push(Ok(category.clone()));
                    }
                    *code
                }
                None => MISSING,
            });
        }
        Self::with(coded, values.into_iter()).map_err(|error| at_index(py, error, name, 0))
    }
}
