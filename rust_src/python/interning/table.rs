//! The objects of a variable and their symbols: which of them are the same value.

use crate::{kernels::traits::Symbol, python::sync::nesting::release};
use hashbrown::HashTable;
use pyo3::{
    prelude::*,
    types::{PyBool, PyBytes, PyFloat, PyInt, PyString},
};
use std::{collections::HashSet, mem};

/// The objects of one variable and their symbols. Objects are the same value if they are the same key for Python's
/// `dict`: the same object, or equal with the same hash.
#[derive(Default)]
pub struct Table {
    index: HashTable<Symbol>,
    keys: Vec<Option<Key>>,
    free: Vec<Symbol>,
}

/// What a table knows of an object.
#[derive(Clone, Copy)]
pub enum Known {
    Symbol(Symbol),
    Absent,
    /// Only Python code can tell it from a key with the same hash.
    Unclear,
}

/// A symbol, and the object with its hash that it stands for from now on, if any.
pub type Change = (Symbol, Option<(Py<PyAny>, u64)>);

struct Key {
    hash: u64,
    object: Py<PyAny>,
}

/// An object that was compared with the one that is looked for, and whether it is equal.
pub type Verdict = (Py<PyAny>, bool);

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

/// Whether a deep copy of the object would be the object itself.
pub fn is_constant(object: &Bound<'_, PyAny>) -> bool {
    family(object) != Family::Other
}

/// Whether a key is the same value as the object; `None` if only Python code can tell and has not been asked.
#[inline]
fn is_same(key: &Bound<'_, PyAny>, object: &Bound<'_, PyAny>, verdicts: &[Verdict]) -> Option<bool> {
    if key.is(object) {
        return Some(true);
    }
    let (left, right) = (family(key), family(object));
    if left == Family::Other || right == Family::Other {
        return verdicts.iter().find(|(other, _)| other.is(key)).map(|&(_, equal)| equal);
    }
    if left == right { key.eq(object).ok() } else { Some(false) }
}

impl Drop for Table {
    fn drop(&mut self) {
        release(self.keys.drain(..).flatten().map(|key| key.object));
    }
}

impl Table {
    /// The symbol of the key for which `is_same` holds, which is called for keys with the same hash.
    #[inline]
    fn probe(&self, py: Python<'_>, hash: u64, mut is_same: impl FnMut(&Bound<'_, PyAny>) -> bool) -> Option<Symbol> {
        let found = self.index.find(hash, |&symbol| match &self.keys[symbol as usize] {
            Some(key) => key.hash == hash && is_same(key.object.bind(py)),
            None => false,
        });
        found.copied()
    }

    /// The symbol of an object, if that can be said without Python code.
    #[inline]
    pub fn known(&self, object: &Bound<'_, PyAny>, hash: u64) -> Known {
        let mut absent = Known::Absent;
        let found = self.probe(object.py(), hash, |key| {
            is_same(key, object, &[]).unwrap_or_else(|| {
                absent = Known::Unclear;
                false
            })
        });
        found.map_or(absent, Known::Symbol)
    }

    /// The symbol of an object, if it has one; or an error with the keys that are to be compared with it first.
    pub fn find(
        &self,
        object: &Bound<'_, PyAny>,
        hash: u64,
        verdicts: &[Verdict],
    ) -> Result<Option<Symbol>, Vec<Py<PyAny>>> {
        let mut open = Vec::new();
        let found = self.probe(object.py(), hash, |key| {
            is_same(key, object, verdicts).unwrap_or_else(|| {
                open.push(key.clone().unbind());
                false
            })
        });
        if found.is_none() && !open.is_empty() { Err(open) } else { Ok(found) }
    }

    /// As [`find`](Self::find), for a table that nobody else can access: the keys are compared as needed.
    pub fn look_up(&self, object: &Bound<'_, PyAny>, hash: u64) -> PyResult<Option<Symbol>> {
        let mut verdicts = Vec::new();
        loop {
            match self.find(object, hash, &verdicts) {
                Ok(found) => return Ok(found),
                Err(open) => compare(&open, object, &mut verdicts)?,
            }
        }
    }

    /// A table of the same objects.
    pub fn clone_ref(&self, py: Python<'_>) -> Self {
        let key = |key: &Key| Key { hash: key.hash, object: key.object.clone_ref(py) };
        let keys = self.keys.iter().map(|held| held.as_ref().map(key)).collect();
        Self { index: self.index.clone(), keys, free: self.free.clone() }
    }

    /// A table with some of the objects of this one: `symbols` are pairs of the symbol in the new table and the one
    /// here.
    pub fn select(&self, py: Python<'_>, symbols: &[(Symbol, Symbol)]) -> Self {
        let object = |symbol: Symbol| {
            let key = self.keys.get(symbol as usize).and_then(Option::as_ref)?;
            Some((key.object.clone_ref(py), key.hash))
        };
        let changes: Vec<Change> = symbols.iter().map(|&(symbol, here)| (symbol, object(here))).collect();
        let used: HashSet<Symbol> = changes.iter().map(|change| change.0).collect();
        let all = used.iter().max().map_or(0, |&last| last + 1);
        let mut table = Self::default();
        // An empty table has nothing to give back.
        table.settle(changes, (0..all).filter(|symbol| !used.contains(symbol)).collect());
        table
    }

    /// Whether there is no room for this many more objects.
    pub fn is_full(&self, more: usize) -> bool {
        self.free.len() + (Symbol::MAX as usize - self.keys.len()) < more
    }

    /// How many symbols there are, and those of them that are not in use, the last of which is assigned next.
    pub fn symbols(&self) -> (usize, &[Symbol]) {
        (self.keys.len(), &self.free)
    }

    /// Lets symbols stand for other objects, or for none; `free` are then those that stand for none. Returns the
    /// objects that they stood for.
    pub fn settle(&mut self, changes: Vec<Change>, free: Vec<Symbol>) -> Vec<Py<PyAny>> {
        let mut discarded = Vec::new();
        for &(symbol, _) in &changes {
            if let Some(key) = self.keys.get_mut(symbol as usize).and_then(Option::take) {
                if let Ok(entry) = self.index.find_entry(key.hash, |&other| other == symbol) {
                    entry.remove();
                }
                discarded.push(key.object);
            }
        }
        for (symbol, key) in changes {
            let Some((object, hash)) = key else { continue };
            if self.keys.len() <= symbol as usize {
                self.keys.resize_with(symbol as usize + 1, || None);
            }
            self.keys[symbol as usize] = Some(Key { hash, object });
            let keys = &self.keys;
            let hash_of = |&symbol: &Symbol| keys[symbol as usize].as_ref().map_or(0, |key| key.hash);
            self.index.insert_unique(hash, symbol, hash_of);
        }
        if let Some(&last) = free.iter().max().filter(|&&last| last as usize >= self.keys.len()) {
            self.keys.resize_with(last as usize + 1, || None);
        }
        self.free = free;
        discarded
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

    /// Gives a symbol another object, which is the same value; returns the one it had.
    pub fn replace(&mut self, symbol: Symbol, object: Py<PyAny>) -> Option<Py<PyAny>> {
        let key = self.keys[symbol as usize].as_mut()?;
        Some(mem::replace(&mut key.object, object))
    }

    /// Frees a symbol; returns its object.
    pub fn release(&mut self, symbol: Symbol) -> Option<Py<PyAny>> {
        let key = self.keys[symbol as usize].take()?;
        if let Ok(entry) = self.index.find_entry(key.hash, |&other| other == symbol) {
            entry.remove();
        }
        self.free.push(symbol);
        Some(key.object)
    }

    /// Frees a symbol and gives it the object of the last one; returns the object that it stood for. All symbols from 0
    /// to the last must be in use; afterwards, all but the last are.
    pub fn swap_remove(&mut self, symbol: Symbol, last: Symbol) -> Option<Py<PyAny>> {
        let hash = self.keys[last as usize].as_ref().map_or(0, |key| key.hash);
        let moved = self.release(last)?;
        if symbol == last {
            return Some(moved);
        }
        let object = self.release(symbol);
        self.insert(moved, hash);
        object
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
            let hash = hash(object)?;
            if table.look_up(object, hash)?.is_some() {
                return Ok(None);
            }
            table.insert(object.clone().unbind(), hash);
        }
        Ok(Some(table))
    }
}

/// Lets Python compare keys with an object, with the operands in the order that `dict` uses.
pub fn compare(keys: &[Py<PyAny>], object: &Bound<'_, PyAny>, verdicts: &mut Vec<Verdict>) -> PyResult<()> {
    for key in keys {
        let equal = key.bind(object.py()).eq(object)?;
        verdicts.push((key.clone_ref(object.py()), equal));
    }
    Ok(())
}
