//! The cell of a kernel that works on symbols, and of the objects that these stand for.

use crate::{
    Error,
    kernels::traits::{Categorical, Freed, Symbol, Value},
    python::{
        ffi::{attach::attached, descriptor::Returned, lock::Lock},
        interning::table::{Known, Table, Verdict, compare, hash},
        sync::kernel_cell::not_initialised,
    },
};
use pyo3::{PyClass, PyTraverseError, PyVisit, exceptions::PyMemoryError, prelude::*, pyclass::boolean_struct::True};
use std::array;

/// Objects that are no longer held, if there are any.
type Discarded = Option<Vec<Py<PyAny>>>;

/// A kernel and the objects that its symbols stand for.
pub struct Interned<K, const N: usize> {
    pub kernel: K,
    pub tables: [Table; N],
}

/// The value of a kernel, with the object that a symbol stands for.
pub enum Answer {
    Number(f64),
    Count(u64),
    Object(Py<PyAny>),
}

impl Answer {
    /// The value as an object, reusing the reference that it holds: fast methods must not drop a `Py`.
    #[inline]
    pub fn into_object(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        match self {
            Self::Number(number) => Some(number).into_object(py),
            Self::Count(count) => count.into_object(py),
            Self::Object(object) => Ok(object.into_bound(py)),
        }
    }
}

impl<K: Categorical<N>, const N: usize> Interned<K, N> {
    pub fn new(kernel: K) -> Self {
        Self { kernel, tables: array::from_fn(|_| Table::default()) }
    }

    /// A kernel that was read from bytes, whose symbols stand for `keys`.
    pub fn with_keys(kernel: K, keys: &[Vec<Bound<'_, PyAny>>]) -> PyResult<Result<Self, &'static str>> {
        let sizes = array::from_fn(|variable| kernel.symbols(variable).len());
        Ok(tables(sizes, keys)?.map(|tables| Self { kernel, tables }))
    }

    /// The same kernel with the same objects.
    pub fn clone_ref(&self, py: Python<'_>) -> Self {
        Self { kernel: self.kernel.clone(), tables: self.tables.each_ref().map(|table| table.clone_ref(py)) }
    }

    /// Updates with an observation, if no Python code has to run for that; returns whether it did.
    ///
    /// The return value is small: a result with an error in it goes through memory, written in pieces of other sizes
    /// than it is read in, and the processor's stall on that takes longer than all the rest.
    #[inline]
    fn update_known(&mut self, objects: [&Bound<'_, PyAny>; N], hashes: [u64; N], discarded: &mut Discarded) -> bool {
        let mut symbols = [0; N];
        for i in 0..N {
            match self.tables[K::owner(i)].known(objects[i], hashes[i]) {
                Known::Symbol(symbol) => symbols[i] = symbol,
                Known::Absent if N == 1 && !self.kernel.accepts_new() => {
                    self.kernel.skip(1);
                    return true;
                }
                Known::Absent | Known::Unclear => return false,
            }
        }
        self.kernel.update(symbols);
        self.sweep(objects, discarded);
        true
    }

    /// Updates with an observation for which these symbols were found.
    fn update(
        &mut self,
        objects: [&Bound<'_, PyAny>; N],
        found: [Option<Symbol>; N],
        hashes: [u64; N],
        discarded: &mut Discarded,
    ) -> PyResult<()> {
        self.update_by(objects, found, hashes, discarded, |kernel, symbols| kernel.update(symbols)).map(drop)
    }

    /// The same by another method of the kernel, if the kernel accepts new values or the observation has none. If
    /// variables share symbols, equal values must be the same object: see [`unified`].
    pub fn update_by<R>(
        &mut self,
        objects: [&Bound<'_, PyAny>; N],
        found: [Option<Symbol>; N],
        hashes: [u64; N],
        discarded: &mut Discarded,
        update: impl FnOnce(&mut K, [Symbol; N]) -> R,
    ) -> PyResult<Option<R>> {
        if found.contains(&None) {
            if !self.kernel.accepts_new() {
                self.kernel.skip(1);
                return Ok(None);
            }
            if self.tables.iter().any(|table| table.is_full(N)) {
                return Err(too_many());
            }
        }
        let mut symbols = [0; N];
        for i in 0..N {
            symbols[i] = match found[i] {
                Some(symbol) => symbol,
                None if K::owner(i) < i && objects[i].is(objects[0]) => symbols[0],
                None => self.tables[K::owner(i)].insert(objects[i].clone().unbind(), hashes[i]),
            };
        }
        let updated = update(&mut self.kernel, symbols);
        self.sweep(objects, discarded);
        Ok(Some(updated))
    }

    /// Another kernel. Each of its symbols stands for the object of the symbol here that `here` returns for it.
    pub fn with_kernel<L: Categorical<N>>(
        &self,
        py: Python<'_>,
        kernel: L,
        here: impl Fn(usize, Symbol) -> Symbol,
    ) -> Interned<L, N> {
        let tables = array::from_fn(|variable| {
            let symbols = kernel.symbols(variable).into_iter().map(|symbol| (symbol, here(variable, symbol)));
            self.tables[variable].select(py, &symbols.collect::<Vec<_>>())
        });
        Interned { kernel, tables }
    }

    /// Frees the symbols that the kernel no longer uses; their objects go to `discarded`, as they must not be dropped
    /// while the lock is held. `objects` are those of the update or revert.
    #[inline]
    fn sweep(&mut self, objects: [&Bound<'_, PyAny>; N], discarded: &mut Discarded) {
        for (variable, object) in objects.into_iter().enumerate() {
            while let Some(vacated) = self.kernel.next_freed(variable) {
                self.free_symbol(variable, vacated, object, discarded.get_or_insert_default());
            }
        }
    }

    /// The same after a change without an observation, which reuses no symbol.
    pub fn release_freed(&mut self, discarded: &mut Vec<Py<PyAny>>) {
        for variable in 0..N {
            while let Some(Freed { symbol, reused: false }) = self.kernel.next_freed(variable) {
                discarded.extend(self.tables[variable].release(symbol));
            }
        }
    }

    #[inline(never)]
    fn free_symbol(
        &mut self,
        variable: usize,
        vacated: Freed,
        object: &Bound<'_, PyAny>,
        discarded: &mut Vec<Py<PyAny>>,
    ) {
        let table = &mut self.tables[variable];
        discarded.extend(if vacated.reused {
            table.replace(vacated.symbol, object.clone().unbind())
        } else {
            table.release(vacated.symbol)
        });
    }

    #[inline]
    pub fn get(&self, py: Python<'_>) -> Answer {
        match self.kernel.get() {
            Value::Number(number) => Answer::Number(number),
            Value::Count(count) => Answer::Count(count),
            Value::Symbol(symbol) => Answer::Object(self.tables[0].object(py, symbol)),
            Value::Nothing => Answer::Object(py.None()),
        }
    }
}

/// Tables of the keys, of which there must be this many for each variable.
fn tables<const N: usize>(
    sizes: [usize; N],
    keys: &[Vec<Bound<'_, PyAny>>],
) -> PyResult<Result<[Table; N], &'static str>> {
    let mut tables = array::from_fn(|_| Table::default());
    if keys.len() != N {
        return Ok(Err("its values are not in it"));
    }
    for (variable, keys) in keys.iter().enumerate() {
        if sizes[variable] != keys.len() {
            return Ok(Err("values and counts differ"));
        }
        match Table::of(keys)? {
            Some(table) => tables[variable] = table,
            None => return Ok(Err("two of its values are equal")),
        }
    }
    Ok(Ok(tables))
}

#[inline]
fn hashes<const N: usize>(objects: [&Bound<'_, PyAny>; N]) -> PyResult<[u64; N]> {
    let mut hashes = [0; N];
    for (hash_of, object) in hashes.iter_mut().zip(objects) {
        *hash_of = hash(object)?;
    }
    Ok(hashes)
}

/// The objects of an observation, where equal values of variables that share symbols are made the same object.
fn unified<'a, 'py, K: Categorical<N>, const N: usize>(
    mut objects: [&'a Bound<'py, PyAny>; N],
    hashes: [u64; N],
) -> PyResult<[&'a Bound<'py, PyAny>; N]> {
    for i in 1..N {
        if K::SHARED && hashes[i] == hashes[0] && objects[0].eq(objects[i])? {
            objects[i] = objects[0];
        }
    }
    Ok(objects)
}

/// A variable whose object has to be compared with some keys first.
type Open = (usize, Vec<Py<PyAny>>);

/// The symbols of objects, where they have some.
fn symbols<const N: usize>(
    tables: [&Table; N],
    objects: [&Bound<'_, PyAny>; N],
    hashes: [u64; N],
    verdicts: &[Vec<Verdict>; N],
) -> Result<[Option<Symbol>; N], Open> {
    let mut found = [None; N];
    for i in 0..N {
        found[i] = tables[i].find(objects[i], hashes[i], &verdicts[i]).map_err(|keys| (i, keys))?;
    }
    Ok(found)
}

#[cold]
pub fn too_many() -> PyErr {
    PyMemoryError::new_err("more distinct values than 32 bits can number")
}

/// A class whose objects hold a kernel and the objects that its symbols stand for.
pub trait HoldsObjects<const N: usize>: PyClass<Frozen = True> + Sync {
    type Kernel: Categorical<N>;

    fn objects(&self) -> &Objects<Self::Kernel, N>;

    /// Replaces the kernel and its objects, and the attributes that show its parameters.
    fn set(&self, py: Python<'_>, interned: Interned<Self::Kernel, N>) -> PyResult<()>;
}

/// An [`Interned`] kernel behind a lock; empty until `__init__` ran.
///
/// Whoever holds the lock neither runs Python code nor makes an object that could start a collection; while many symbols
/// come in one batch, it may detach. A collection that then finds the lock taken leaves alone what is behind it.
pub struct Objects<K, const N: usize>(Lock<Interned<K, N>>);

impl<K: Categorical<N>, const N: usize> Objects<K, N> {
    pub fn empty() -> Self {
        Self(Lock::empty())
    }

    /// Replaces the kernel and its objects.
    pub fn set(&self, py: Python<'_>, interned: Interned<K, N>) -> PyResult<()> {
        let former = self.0.replace(py, Some(interned))?;
        if former.is_some() {
            attached(py, |_| drop(former));
        }
        Ok(())
    }

    /// Lets `f` look at the kernel and its objects.
    #[inline]
    pub fn with<R>(&self, py: Python<'_>, f: impl FnOnce(&Interned<K, N>) -> R) -> PyResult<R> {
        self.0.with(py, |interned| f(interned))?.ok_or_else(not_initialised)
    }

    /// Lets `f` work on the kernel and its objects.
    #[inline]
    pub fn with_mut<R>(&self, py: Python<'_>, f: impl FnOnce(&mut Interned<K, N>) -> R) -> PyResult<R> {
        self.0.with(py, f)?.ok_or_else(not_initialised)
    }

    /// As [`Objects::with_mut`], but `f` may detach.
    pub fn claim<R>(&self, py: Python<'_>, f: impl FnOnce(&mut Interned<K, N>) -> R) -> PyResult<R> {
        self.0.claim(py, f)?.ok_or_else(not_initialised)
    }

    /// Finds the symbols of objects, which may run Python code any number of times, and finally lets `f` work on the
    /// kernel with what was found, under the same lock that it was found under.
    #[inline(never)]
    fn find(
        &self,
        objects: [&Bound<'_, PyAny>; N],
        hashes: [u64; N],
        mut f: impl FnMut(&mut Interned<K, N>, [Option<Symbol>; N]) -> PyResult<()>,
    ) -> PyResult<()> {
        let mut verdicts: [Vec<Verdict>; N] = array::from_fn(|_| Vec::new());
        loop {
            let open = self.with_mut(objects[0].py(), |interned| {
                let tables = array::from_fn(|i| &interned.tables[K::owner(i)]);
                match symbols(tables, objects, hashes, &verdicts) {
                    Ok(found) => f(interned, found).map(|()| None),
                    Err(open) => Ok(Some(open)),
                }
            })??;
            match open {
                Some((i, keys)) => compare(&keys, objects[i], &mut verdicts[i])?,
                None => return Ok(()),
            }
        }
    }

    /// Lets `f` look at the kernel and the symbols of objects, where they have some.
    pub fn look_up<R>(
        &self,
        objects: [&Bound<'_, PyAny>; N],
        f: impl Fn(&K, [Option<Symbol>; N]) -> R,
    ) -> PyResult<Option<R>> {
        let mut seen = None;
        self.find(objects, hashes(objects)?, |interned, found| {
            seen = Some(f(&interned.kernel, found));
            Ok(())
        })?;
        Ok(seen)
    }

    /// Updates with one observation.
    #[inline]
    pub fn update(&self, objects: [&Bound<'_, PyAny>; N]) -> PyResult<()> {
        let hashes = hashes(objects)?;
        let (py, mut discarded) = (objects[0].py(), None);
        if self.with_mut(py, |interned| interned.update_known(objects, hashes, &mut discarded))? {
            // After the lock is released, since this may run Python code.
            discarded.into_iter().flatten().for_each(|object| drop(object.into_bound(py)));
            return Ok(());
        }
        attached(py, |_| {
            let (objects, mut discarded) = (unified::<K, N>(objects, hashes)?, None);
            self.find(objects, hashes, |interned, found| interned.update(objects, found, hashes, &mut discarded))
        })
    }

    /// Updates with one observation by `update`, unless `admit` refuses it; returns the result of `then`.
    pub fn update_by<U, R>(
        &self,
        objects: [&Bound<'_, PyAny>; N],
        admit: impl Fn(&K) -> Result<(), Error>,
        update: impl Fn(&mut K, [Symbol; N]) -> Result<U, Error>,
        then: impl Fn(&Interned<K, N>, U) -> R,
    ) -> PyResult<Option<R>> {
        let (hashes, mut discarded, mut made) = (hashes(objects)?, None, None);
        let objects = unified::<K, N>(objects, hashes)?;
        self.find(objects, hashes, |interned, found| {
            admit(&interned.kernel)?;
            let updated = interned.update_by(objects, found, hashes, &mut discarded, &update)?.transpose()?;
            made = updated.map(|updated| then(interned, updated));
            Ok(())
        })?;
        Ok(made)
    }

    /// Lets `change` work on the kernel without an observation, and frees the symbols that it no longer uses.
    pub fn change<R>(&self, py: Python<'_>, change: impl FnOnce(&mut Interned<K, N>) -> R) -> PyResult<R> {
        let mut discarded = Vec::new();
        self.with_mut(py, |interned| {
            let changed = change(interned);
            interned.release_freed(&mut discarded);
            changed
        })
    }

    /// Reverts one observation.
    pub fn revert(&self, objects: [&Bound<'_, PyAny>; N]) -> PyResult<()> {
        self.revert_by(objects, K::revert)
    }

    /// The same by another method of the kernel.
    pub fn revert_by(
        &self,
        objects: [&Bound<'_, PyAny>; N],
        revert: impl Fn(&mut K, [Symbol; N]) -> Result<(), Error>,
    ) -> PyResult<()> {
        let mut discarded = None;
        self.find(objects, hashes(objects)?, |interned, found| {
            if found.contains(&None) {
                return Err(Error::NotSeen.into());
            }
            revert(&mut interned.kernel, found.map(Option::unwrap_or_default))?;
            interned.sweep(objects, &mut discarded);
            Ok(())
        })
    }

    /// The value of the statistic.
    #[inline]
    pub fn get<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.with(py, |interned| interned.get(py).into_object(py))?
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
        let visited = self.0.peek(visit, |interned| {
            interned.tables.iter().flat_map(Table::objects).try_for_each(|object| visit.call(object))
        });
        visited.unwrap_or(Ok(()))
    }

    /// Breaks reference cycles: the object is as before `__init__`.
    pub fn clear(&self, py: Python<'_>) {
        // If this thread is using it, it is not garbage.
        drop(self.0.replace(py, None));
    }
}
