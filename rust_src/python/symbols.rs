//! The cell of a kernel that works on symbols, and of the objects that these stand for.

use super::{
    cell::{self, not_initialised},
    table::{Table, Verdicts, compare, hash},
};
use crate::{
    Error,
    kernels::{
        Categorical,
        categorical::{Symbol, Value},
    },
};
use pyo3::{PyTraverseError, PyVisit, exceptions::PyMemoryError, prelude::*};
use std::{
    array,
    sync::{Mutex, MutexGuard, TryLockError},
};

/// A kernel and the objects that its symbols stand for.
pub struct Interned<K, const N: usize> {
    pub kernel: K,
    pub tables: [Table; N],
}

/// What a kernel says, in objects.
pub enum Answer {
    Number(f64),
    Object(Py<PyAny>),
}

impl<K: Categorical<N>, const N: usize> Interned<K, N> {
    pub fn new(kernel: K) -> Self {
        Self { kernel, tables: array::from_fn(|_| Table::default()) }
    }

    /// A kernel that was read from bytes, whose symbols stand for `keys`.
    pub fn with_keys(kernel: K, keys: &[Vec<Bound<'_, PyAny>>]) -> PyResult<Result<Self, &'static str>> {
        let mut interned = Self::new(kernel);
        if keys.len() != N {
            return Ok(Err("its values are not in it"));
        }
        for (variable, keys) in keys.iter().enumerate() {
            if interned.kernel.symbols(variable).len() != keys.len() {
                return Ok(Err("values and counts differ"));
            }
            match Table::of(keys)? {
                Some(table) => interned.tables[variable] = table,
                None => return Ok(Err("two of its values are equal")),
            }
        }
        Ok(Ok(interned))
    }

    #[inline]
    fn update(
        &mut self,
        objects: [&Bound<'_, PyAny>; N],
        found: [Option<Symbol>; N],
        hashes: [u64; N],
    ) -> PyResult<Vec<Py<PyAny>>> {
        if found.contains(&None) {
            if !self.kernel.admits() {
                self.kernel.overlook(1);
                return Ok(Vec::new());
            }
            if self.tables.iter().any(|table| table.is_full(1)) {
                return Err(too_many());
            }
        }
        let symbols = array::from_fn(|i| match found[i] {
            Some(symbol) => symbol,
            None => self.tables[i].insert(objects[i].clone().unbind(), hashes[i]),
        });
        self.kernel.update(symbols);
        Ok(self.sweep(objects))
    }

    /// Takes back the symbols that the kernel no longer uses; their objects, which must not be dropped while the lock
    /// is held. `objects` are those of the update or revert.
    #[inline]
    fn sweep(&mut self, objects: [&Bound<'_, PyAny>; N]) -> Vec<Py<PyAny>> {
        let mut gone = Vec::new();
        for ((variable, table), object) in self.tables.iter_mut().enumerate().zip(objects) {
            while let Some(vacated) = self.kernel.vacated(variable) {
                gone.extend(if vacated.is_back {
                    table.replace(vacated.symbol, object.clone().unbind())
                } else {
                    table.release(vacated.symbol)
                });
            }
        }
        gone
    }

    fn get(&self, py: Python<'_>) -> Answer {
        match self.kernel.get() {
            Value::Number(number) => Answer::Number(number),
            Value::Symbol(symbol) => Answer::Object(self.tables[0].object(py, symbol)),
            Value::Nothing => Answer::Object(py.None()),
        }
    }
}

#[cold]
pub fn too_many() -> PyErr {
    PyMemoryError::new_err("more distinct values than 32 bits can number")
}

/// An [`Interned`] kernel behind a lock; empty until `__init__` ran.
///
/// The garbage collector looks through the lock, twice. It must not find it free first and taken then, or it would
/// take objects for garbage that are in use. So the lock is taken only by a thread that is attached to the interpreter,
/// which none is while a collection runs. Whoever holds it neither runs Python code nor makes an object that could start
/// a collection; while many symbols are taken in, it may detach. A collection that then finds the lock taken, at both
/// times or at the first, leaves alone what is behind it.
pub struct Objects<K, const N: usize>(Mutex<Option<Interned<K, N>>>);

impl<K: Categorical<N>, const N: usize> Objects<K, N> {
    pub fn empty() -> Self {
        Self(Mutex::new(None))
    }

    #[inline]
    pub fn lock(&self, py: Python<'_>) -> MutexGuard<'_, Option<Interned<K, N>>> {
        let mut turns = 0;
        loop {
            match self.0.try_lock() {
                Ok(guard) => return guard,
                Err(TryLockError::Poisoned(error)) => return error.into_inner(),
                Err(TryLockError::WouldBlock) => {
                    py.detach(|| cell::wait(turns));
                    turns += 1;
                }
            }
        }
    }

    /// Puts a kernel in, instead of what was there.
    pub fn set(&self, py: Python<'_>, interned: Interned<K, N>) {
        let before = self.lock(py).replace(interned);
        drop(before);
    }

    /// Lets `f` look at the kernel and its objects.
    pub fn with<R>(&self, py: Python<'_>, f: impl FnOnce(&Interned<K, N>) -> R) -> PyResult<R> {
        self.lock(py).as_ref().map(f).ok_or_else(not_initialised)
    }

    /// Finds the symbols of objects, which may run Python code any number of times, and at last lets `f` work on the
    /// kernel with what was found, under the same lock that it was found under.
    #[inline]
    fn find<R>(
        &self,
        objects: [&Bound<'_, PyAny>; N],
        f: impl FnOnce(&mut Interned<K, N>, [Option<Symbol>; N], [u64; N]) -> PyResult<R>,
    ) -> PyResult<R> {
        let py = objects[0].py();
        let mut hashes = [0; N];
        for (hash_of, object) in hashes.iter_mut().zip(objects) {
            *hash_of = hash(object)?;
        }
        let mut verdicts: [Verdicts; N] = array::from_fn(|_| Verdicts::new());
        loop {
            let mut guard = self.lock(py);
            let interned = guard.as_mut().ok_or_else(not_initialised)?;
            let mut found = [None; N];
            let mut open = None;
            for i in 0..N {
                match interned.tables[i].find(objects[i], hashes[i], &verdicts[i]) {
                    Ok(symbol) => found[i] = symbol,
                    Err(keys) => {
                        open = Some((i, keys));
                        break;
                    }
                }
            }
            let Some((i, keys)) = open else { return f(interned, found, hashes) };
            drop(guard);
            compare(&keys, objects[i], &mut verdicts[i])?;
        }
    }

    /// Takes one observation in.
    #[inline]
    pub fn update(&self, objects: [&Bound<'_, PyAny>; N]) -> PyResult<()> {
        let gone = self.find(objects, |interned, found, hashes| interned.update(objects, found, hashes))?;
        drop(gone);
        Ok(())
    }

    /// Takes one observation back.
    pub fn revert(&self, objects: [&Bound<'_, PyAny>; N]) -> PyResult<()> {
        let gone = self.find(objects, |interned, found, _| {
            if found.contains(&None) {
                return Err(Error::NotSeen.into());
            }
            interned.kernel.revert(found.map(Option::unwrap_or_default))?;
            Ok(interned.sweep(objects))
        })?;
        drop(gone);
        Ok(())
    }

    /// The value of the statistic.
    #[inline]
    pub fn get(&self, py: Python<'_>) -> PyResult<Answer> {
        self.with(py, |interned| interned.get(py))
    }

    /// The kernel, and for each variable its objects in the order of the serialised symbols.
    pub fn snapshot(&self, py: Python<'_>) -> PyResult<(K, [Vec<Py<PyAny>>; N])> {
        self.with(py, |interned| {
            let objects = |variable: usize| {
                let symbols = interned.kernel.symbols(variable);
                symbols.into_iter().map(|symbol| interned.tables[variable].object(py, symbol)).collect()
            };
            (interned.kernel.clone(), array::from_fn(objects))
        })
    }

    /// See `__traverse__` in the documentation of PyO3.
    pub fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let guard = match self.0.try_lock() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(error)) => error.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(()),
        };
        let tables = guard.iter().flat_map(|interned| &interned.tables);
        tables.flat_map(Table::objects).try_for_each(|object| visit.call(object))
    }

    /// Breaks reference cycles: the object is as before `__init__`.
    pub fn clear(&self, py: Python<'_>) {
        let before = self.lock(py).take();
        drop(before);
    }
}
