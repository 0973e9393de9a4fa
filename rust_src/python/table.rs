//! The objects of a variable and their symbols: which of them are one value.

use crate::kernels::categorical::Symbol;
use hashbrown::HashTable;
use pyo3::{
    prelude::*,
    types::{PyBool, PyBytes, PyFloat, PyInt, PyString},
};
use std::mem;

/// The objects of one variable and their symbols. Which objects are one value is what Python's `dict` says: the same
/// object, or the same hash and equal.
#[derive(Default)]
pub struct Table {
    index: HashTable<Symbol>,
    keys: Vec<Option<Key>>,
    free: Vec<Symbol>,
}

struct Key {
    hash: u64,
    object: Py<PyAny>,
}

/// Objects that were compared with the one that is looked for.
pub type Verdicts = Vec<(Py<PyAny>, bool)>;

/// Python's hash, spread over all bits: a table needs different high ones, and an int is its own hash.
pub fn hash(object: &Bound<'_, PyAny>) -> PyResult<u64> {
    let product = u128::from(object.hash()? as u64 ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93;
    Ok((product as u64) ^ (product >> 64) as u64)
}

/// Types whose comparison runs no Python code; those of one family can be equal.
#[derive(PartialEq)]
enum Family {
    Text,
    Number,
    Bytes,
    Nothing,
    Other,
}

#[inline]
fn family(object: &Bound<'_, PyAny>) -> Family {
    if object.is_exact_instance_of::<PyString>() {
        Family::Text
    } else if object.is_exact_instance_of::<PyInt>()
        || object.is_exact_instance_of::<PyFloat>()
        || object.is_exact_instance_of::<PyBool>()
    {
        Family::Number
    } else if object.is_exact_instance_of::<PyBytes>() {
        Family::Bytes
    } else if object.is_none() {
        Family::Nothing
    } else {
        Family::Other
    }
}

/// Whether a key is the object's value; `None` where only Python code can tell and has not been asked.
#[inline]
fn is_same(key: &Bound<'_, PyAny>, object: &Bound<'_, PyAny>, verdicts: &Verdicts) -> Option<bool> {
    if key.is(object) {
        return Some(true);
    }
    let (left, right) = (family(key), family(object));
    if left == Family::Other || right == Family::Other {
        return verdicts.iter().find(|(other, _)| other.is(key)).map(|&(_, equal)| equal);
    }
    if left == right { key.eq(object).ok() } else { Some(false) }
}

impl Table {
    /// The symbol of an object, if it has one; or an error with the keys that are to be compared with it first.
    #[inline]
    pub fn find(
        &self,
        object: &Bound<'_, PyAny>,
        hash: u64,
        verdicts: &Verdicts,
    ) -> Result<Option<Symbol>, Vec<Py<PyAny>>> {
        let mut open = Vec::new();
        let found = self.index.find(hash, |&symbol| match &self.keys[symbol as usize] {
            Some(key) if key.hash == hash => {
                let bound = key.object.bind(object.py());
                is_same(bound, object, verdicts).unwrap_or_else(|| {
                    open.push(bound.clone().unbind());
                    false
                })
            }
            _ => false,
        });
        match found {
            None if !open.is_empty() => Err(open),
            found => Ok(found.copied()),
        }
    }

    /// Whether there is no symbol left.
    pub fn is_full(&self) -> bool {
        self.free.is_empty() && self.keys.len() == Symbol::MAX as usize
    }

    /// Gives an object that is not in the table a symbol.
    pub fn insert(&mut self, object: Py<PyAny>, hash: u64) -> Symbol {
        let key = Some(Key { hash, object });
        let symbol = match self.free.pop() {
            Some(symbol) => {
                self.keys[symbol as usize] = key;
                symbol
            }
            None => {
                self.keys.push(key);
                (self.keys.len() - 1) as Symbol
            }
        };
        let keys = &self.keys;
        let hash_of = |&symbol: &Symbol| keys[symbol as usize].as_ref().map_or(0, |key| key.hash);
        self.index.insert_unique(hash, symbol, hash_of);
        symbol
    }

    /// Gives a symbol another object, which is the same value; the one it had.
    pub fn replace(&mut self, symbol: Symbol, object: Py<PyAny>) -> Option<Py<PyAny>> {
        let key = self.keys[symbol as usize].as_mut()?;
        Some(mem::replace(&mut key.object, object))
    }

    /// Takes a symbol back; its object.
    pub fn release(&mut self, symbol: Symbol) -> Option<Py<PyAny>> {
        let key = self.keys[symbol as usize].take()?;
        if let Ok(entry) = self.index.find_entry(key.hash, |&other| other == symbol) {
            entry.remove();
        }
        self.free.push(symbol);
        Some(key.object)
    }

    /// The object of a symbol.
    pub fn object(&self, py: Python<'_>, symbol: Symbol) -> Py<PyAny> {
        let key = self.keys.get(symbol as usize).and_then(Option::as_ref);
        key.map_or_else(|| py.None(), |key| key.object.clone_ref(py))
    }

    /// All objects.
    pub fn objects(&self) -> impl Iterator<Item = &Py<PyAny>> {
        self.keys.iter().flatten().map(|key| &key.object)
    }

    /// A table in which the objects have the symbols from 0 on; `None` where two of them are the same value.
    pub fn of(objects: &[Bound<'_, PyAny>]) -> PyResult<Option<Self>> {
        let mut table = Self::default();
        for object in objects {
            let (hash, mut verdicts) = (hash(object)?, Verdicts::new());
            loop {
                match table.find(object, hash, &verdicts) {
                    Ok(None) => break,
                    Ok(Some(_)) => return Ok(None),
                    Err(open) => compare(&open, object, &mut verdicts)?,
                }
            }
            table.insert(object.clone().unbind(), hash);
        }
        Ok(Some(table))
    }
}

/// Lets Python compare keys with an object, in the order of operands that `dict` has.
pub fn compare(keys: &[Py<PyAny>], object: &Bound<'_, PyAny>, verdicts: &mut Verdicts) -> PyResult<()> {
    for key in keys {
        let equal = key.bind(object.py()).eq(object)?;
        verdicts.push((key.clone_ref(object.py()), equal));
    }
    Ok(())
}
