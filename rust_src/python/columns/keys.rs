//! Columns of keys: 64-bit integers, or codes of hashable values.

use crate::{
    kernels::groups::Index,
    python::{
        columns::{
            arrow::{self, convert, integers},
            codes::Coded,
            interner::MISSING,
            numbers,
            objects::Objects,
            rows::Rows,
            sequence::reserve,
            source::Source,
            validity::Validity,
        },
        ffi::{
            arrow::{Buffers, Exported},
            number::int64,
        },
        interning::{
            key::{Key, canonical},
            table::{self, Table},
        },
    },
};
use hashbrown::{HashMap, hash_map::Entry};
use numpy::{PyArrayDescrMethods, PyUntypedArrayMethods};
use pyo3::{
    exceptions::PyValueError,
    prelude::*,
    types::{PyList, PyTuple},
};
use std::mem;

/// The name of the argument in errors.
pub const NAME: &str = "keys";

/// A column of keys. Where one is missing, the key is None.
pub enum KeyColumn<'py> {
    Integers(Vec<i64>, Validity),
    Codes(KeyCodes<'py>),
}

/// Keys in codes: the same code at indices with the same key.
pub struct KeyCodes<'py> {
    pub codes: Vec<u32>,
    distinct: Distinct<'py>,
}

/// The key of each code.
enum Distinct<'py> {
    Integers(Vec<Option<i64>>),
    Objects(Vec<(Bound<'py, PyAny>, u64)>),
}

impl<'py> KeyColumn<'py> {
    /// Reads the argument `keys`: a column, or a tuple of columns, whose keys are tuples.
    pub fn read(keys: &Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(columns) = keys.cast_exact::<PyTuple>() {
            return of_columns(columns).map(Self::Codes);
        }
        Ok(match integers_of(keys)? {
            Some((keys, validity)) => Self::Integers(keys, validity),
            None => Self::Codes(KeyCodes::of(keys)?),
        })
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Integers(keys, _) => keys.len(),
            Self::Codes(keys) => keys.codes.len(),
        }
    }

    /// The keys in codes, in the order in which they first occur.
    pub fn into_codes(self) -> KeyCodes<'py> {
        let (keys, validity) = match self {
            Self::Integers(keys, validity) => (keys, validity),
            Self::Codes(codes) => return codes,
        };
        let mut index = Index::<i64>::default();
        let keys = keys.into_iter().enumerate();
        let codes = keys.map(|(at, key)| index.find_or_insert(validity.is_valid(at).then_some(key))).collect();
        KeyCodes { codes, distinct: Distinct::Integers(index.keys().collect()) }
    }
}

impl<'py> KeyCodes<'py> {
    fn of(column: &Bound<'py, PyAny>) -> PyResult<Self> {
        let mut coded = Coded::read(column, NAME)?;
        let (mut table, mut values, mut codes) = (Table::default(), Vec::new(), Vec::new());
        for code in 0..coded.distinct() {
            let (value, hash) = coded.value(code);
            let key = canonical(value.clone())?;
            // Every NaN has a code of its own so far.
            let hash = if key.is(value) { hash } else { table::hash(&key)? };
            codes.push(match table.look_up(&key, hash)? {
                Some(code) => code,
                None => {
                    values.push(key.clone());
                    table.insert(key.unbind(), hash)
                }
            });
        }
        if values.len() < codes.len() {
            coded.codes.iter_mut().filter(|code| **code != MISSING).for_each(|code| *code = codes[*code as usize]);
        }
        Self::with(column.py(), coded.codes, values)
    }

    fn with(py: Python<'py>, mut codes: Vec<u32>, mut values: Vec<Bound<'py, PyAny>>) -> PyResult<Self> {
        if codes.contains(&MISSING) {
            let none = values.len() as u32;
            codes.iter_mut().filter(|code| **code == MISSING).for_each(|code| *code = none);
            values.push(py.None().into_bound(py));
        }
        let hashed = |value: Bound<'py, PyAny>| Key::of(&value).map(|key| key.hash).map(|hash| (value, hash));
        let values = values.into_iter().map(hashed).collect::<PyResult<_>>()?;
        Ok(Self { codes, distinct: Distinct::Objects(values) })
    }

    /// How many codes there are.
    pub fn distinct(&self) -> usize {
        match &self.distinct {
            Distinct::Integers(keys) => keys.len(),
            Distinct::Objects(keys) => keys.len(),
        }
    }

    /// The key of a code.
    pub fn key(&self, code: usize) -> Key<'_, 'py> {
        match &self.distinct {
            Distinct::Integers(keys) => Key::integer(keys[code]),
            Distinct::Objects(keys) => Key::with_hash(&keys[code].0, keys[code].1),
        }
    }
}

/// The keys of several columns: tuples.
fn of_columns<'py>(columns: &Bound<'py, PyTuple>) -> PyResult<KeyCodes<'py>> {
    let py = columns.py();
    if columns.is_empty() {
        return Err(PyValueError::new_err("keys must be a column or a tuple of at least one, got ()"));
    }
    let parts = columns.iter().map(|column| KeyColumn::read_one(&column)).collect::<PyResult<Vec<_>>>()?;
    let names = ["keys[0]", "keys[1]", "keys[2]", "keys[3]"];
    let name = |index: usize| names.get(index).copied().unwrap_or("keys[...]");
    Rows::of(parts.iter().enumerate().map(|(i, part)| (name(i), part.codes.len(), &Validity::ALL)))?;
    // Combines the codes of the first columns with one more column at a time.
    let (mut codes, mut first) = (parts[0].codes.clone(), Vec::new());
    for part in &parts[1..] {
        let mut pairs = HashMap::new();
        for (code, &other) in codes.iter_mut().zip(&part.codes) {
            let next = pairs.len() as u32;
            *code = *pairs.entry((*code, other)).or_insert(next);
        }
    }
    let mut renumbered = HashMap::new();
    for (index, code) in codes.iter_mut().enumerate() {
        let next = first.len() as u32;
        *code = match renumbered.entry(*code) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(free) => {
                first.push(index);
                *free.insert(next)
            }
        };
    }
    let tuple = |index: usize| {
        let items = parts.iter().map(|part| part.key(part.codes[index] as usize).object(py));
        Ok(PyTuple::new(py, items.collect::<PyResult<Vec<_>>>()?)?.into_any())
    };
    let values = mem::take(&mut first).into_iter().map(tuple).collect::<PyResult<Vec<_>>>()?;
    KeyCodes::with(py, codes, values)
}

impl<'py> KeyColumn<'py> {
    fn read_one(column: &Bound<'py, PyAny>) -> PyResult<KeyCodes<'py>> {
        Ok(match integers_of(column)? {
            Some((keys, validity)) => Self::Integers(keys, validity).into_codes(),
            None => KeyCodes::of(column)?,
        })
    }
}

/// The integers of a column, and which of them are there; `None` if it is not one of integers of 64 bits.
fn integers_of(column: &Bound<'_, PyAny>) -> PyResult<Option<(Vec<i64>, Validity)>> {
    if let Ok(list) = column.cast_exact::<PyList>() {
        return of_list(list);
    }
    match Source::of(column, NAME, Objects::VALUES)? {
        Source::Array(array, validity) if matches!(array.dtype().kind(), b'i' | b'u') => {
            let integers = numbers::integers(array.as_any(), NAME)?;
            validity.check(integers.len(), NAME)?;
            // Values beyond 63 bits have become negative.
            let wraps = array.dtype().kind() == b'u' && array.dtype().itemsize() == 8;
            Ok(if wraps && integers.iter().any(|&key| key < 0) { None } else { Some((integers, validity)) })
        }
        Source::Arrow(column) => of_arrow(&arrow::export(&column, NAME)?),
        _ => Ok(None),
    }
}

fn of_list(list: &Bound<'_, PyList>) -> PyResult<Option<(Vec<i64>, Validity)>> {
    let (mut keys, mut valid) = (Vec::new(), Vec::new());
    reserve(&mut keys, list.len())?;
    for item in list {
        match int64(item.as_borrowed()) {
            Some(key) => keys.push(key),
            None if item.is_none() => {
                valid.resize(keys.len(), true);
                valid.push(false);
                keys.push(0);
            }
            None => return Ok(None),
        }
    }
    if !valid.is_empty() {
        valid.resize(keys.len(), true);
    }
    let validity = if valid.is_empty() { Validity::ALL } else { Validity::of(keys.len(), valid.into_iter())? };
    Ok(Some((keys, validity)))
}

fn of_arrow(column: &Exported) -> PyResult<Option<(Vec<i64>, Validity)>> {
    let mut keys = Vec::new();
    for chunk in &column.chunks {
        let values = chunk.values(NAME)?;
        let (Buffers::Fixed(memory), None) = (&values.buffers, &values.dictionary) else { return Ok(None) };
        reserve(&mut keys, values.len)?;
        if values.kind.format == "L" || !integers!(values, *memory, keys, |key| i128::from(key) as i64) {
            return Ok(None);
        }
    }
    if column.chunks.is_empty() {
        return Ok(None);
    }
    Ok(Some((keys, arrow::validity(column, NAME)?)))
}
