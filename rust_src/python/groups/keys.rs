//! The keys of groups, by which their indices are found.

use crate::{
    kernels::groups::Index,
    python::interning::{
        key::{Key, Kind},
        table::{Table, Verdict, hash},
    },
};
use pyo3::{prelude::*, types::PyString};

/// Distinct keys, numbered from 0 on without gaps.
///
/// Integers and texts need no Python object, as long as all keys are of the one kind or the other, or None. Keys are
/// the same if they are the same for Python's `dict`.
pub enum Keys {
    Integers(Index<i64>),
    Texts(Index<Box<str>>),
    Objects(Table, usize),
}

impl Default for Keys {
    fn default() -> Self {
        Self::Integers(Index::default())
    }
}

impl Keys {
    pub fn len(&self) -> usize {
        match self {
            Self::Integers(index) => index.len(),
            Self::Texts(index) => index.len(),
            Self::Objects(_, len) => *len,
        }
    }

    /// The index of a key, if it has one; or an error with the keys that are to be compared with it first.
    pub fn find(
        &mut self,
        py: Python<'_>,
        key: &Key<'_, '_>,
        verdicts: &[Verdict],
    ) -> PyResult<Result<Option<u32>, Vec<Py<PyAny>>>> {
        if let Some(found) = self.quick(key) {
            return Ok(Ok(found));
        }
        self.make_objects(py)?;
        let Self::Objects(table, _) = self else { return Ok(Ok(None)) };
        let (object, hash) = key.hashed(py)?;
        Ok(table.find(&object, hash, verdicts))
    }

    /// The same, without looking at objects; `None` if they have to be looked at.
    #[inline]
    pub fn quick(&self, key: &Key<'_, '_>) -> Option<Option<u32>> {
        match (self, key.kind) {
            (Self::Integers(index), Kind::None) => Some(index.find(None)),
            (Self::Integers(index), Kind::Integer(key) | Kind::Number(Some(key))) => Some(index.find(Some(key))),
            (Self::Integers(_), Kind::Text(_) | Kind::Number(None) | Kind::Apart) => Some(None),
            (Self::Integers(index), Kind::Other) if index.is_empty() => Some(None),
            (Self::Texts(index), Kind::None) => Some(index.find(None)),
            (Self::Texts(index), Kind::Text(text)) => Some(index.find(Some(text))),
            (Self::Texts(_), Kind::Integer(_) | Kind::Number(_) | Kind::Apart) => Some(None),
            (Self::Integers(_) | Self::Texts(_), Kind::Other) | (Self::Objects(..), _) => None,
        }
    }

    /// Adds a key that has no index; returns its index, which is the next one.
    pub fn insert(&mut self, py: Python<'_>, key: &Key<'_, '_>) -> PyResult<u32> {
        if let (Self::Integers(index), Kind::Text(_)) = (&*self, key.kind)
            && index.len() == usize::from(index.find(None).is_some())
        {
            // A None on its own fits either kind.
            let mut texts = Index::default();
            index.find(None).iter().for_each(|_| _ = texts.find_or_insert(None));
            *self = Self::Texts(texts);
        }
        match (&mut *self, key.kind) {
            (Self::Integers(index), Kind::None) => Ok(index.find_or_insert(None)),
            (Self::Integers(index), Kind::Integer(key)) => Ok(index.find_or_insert(Some(key))),
            (Self::Texts(index), Kind::None) => Ok(index.find_or_insert(None)),
            (Self::Texts(index), Kind::Text(text)) => Ok(index.find_or_insert(Some(text))),
            _ => {
                let (object, hash) = key.hashed(py)?;
                self.make_objects(py)?;
                let next = self.len() as u32;
                if let Self::Objects(table, len) = self {
                    table.insert(object.unbind(), hash);
                    *len += 1;
                }
                Ok(next)
            }
        }
    }

    /// Keeps the keys as objects from now on.
    fn make_objects(&mut self, py: Python<'_>) -> PyResult<()> {
        if matches!(self, Self::Objects(..)) {
            return Ok(());
        }
        let (mut table, len) = (Table::default(), self.len());
        for index in 0..len {
            let object = self.object(py, index)?;
            let hash = hash(&object)?;
            table.insert(object.unbind(), hash);
        }
        *self = Self::Objects(table, len);
        Ok(())
    }

    /// The key at an index.
    pub fn object<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
        let none = || py.None().into_bound(py);
        Ok(match self {
            Self::Integers(keys) => match keys.key(index) {
                Some(key) => key.into_pyobject(py)?.into_any(),
                None => none(),
            },
            Self::Texts(keys) => keys.key(index).map_or_else(none, |key| PyString::new(py, key).into_any()),
            Self::Objects(table, _) => table.object(py, index as u32).into_bound(py),
        })
    }

    /// Removes the key at an index; the last key takes the index. The object of the removed key is not to be dropped
    /// while a lock is held.
    #[must_use]
    pub fn swap_remove(&mut self, index: usize) -> Option<Py<PyAny>> {
        match self {
            Self::Integers(keys) => keys.swap_remove(index),
            Self::Texts(keys) => keys.swap_remove(index),
            Self::Objects(table, len) => {
                *len -= 1;
                return table.swap_remove(index as u32, *len as u32);
            }
        }
        None
    }

    /// Removes the keys from an index on. The objects are not to be dropped while a lock is held.
    #[must_use]
    pub fn truncate(&mut self, to: usize) -> Vec<Py<PyAny>> {
        match self {
            Self::Integers(keys) => keys.truncate(to),
            Self::Texts(keys) => keys.truncate(to),
            Self::Objects(table, len) => {
                let removed = (to..*len).rev().filter_map(|index| table.release(index as u32)).collect();
                *len = to;
                return removed;
            }
        }
        Vec::new()
    }

    pub fn clone_ref(&self, py: Python<'_>) -> Self {
        match self {
            Self::Integers(keys) => Self::Integers(keys.clone()),
            Self::Texts(keys) => Self::Texts(keys.clone()),
            Self::Objects(table, len) => Self::Objects(table.clone_ref(py), *len),
        }
    }

    /// The objects that are held.
    pub fn held(&self) -> impl Iterator<Item = &Py<PyAny>> {
        let table = if let Self::Objects(table, _) = self { Some(table) } else { None };
        table.into_iter().flat_map(Table::objects)
    }
}
