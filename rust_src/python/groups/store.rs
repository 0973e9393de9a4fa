//! The groups: their keys, their kernels, and which of them are to be evicted.

use crate::{
    Error,
    kernels::{
        groups::Eviction,
        numerics::{timestamp::Timestamp, weight},
    },
    python::{
        erased::{held::Shape, kernel::Kernel, kernels::Kernels},
        groups::keys::Keys,
        interning::key::Key,
        sync::kernel_cell::KernelCell,
    },
};
use pyo3::prelude::*;
use std::iter;

/// Statistics by key, as a Python object.
#[pyclass(module = "river.stats._rust_stats", subclass, frozen)]
pub struct RsGroupBy(pub KernelCell<Groups>);

/// What it holds.
pub struct Groups {
    pub keys: Keys,
    /// One for each key, by its index.
    pub kernels: Box<dyn Kernels>,
    pub eviction: Eviction,
    /// Whether the period after which groups are evicted is a number of seconds for the user.
    pub in_seconds: bool,
    /// Whether NaN and None are left out.
    pub skipna: bool,
    /// How many observations were left out.
    pub n_skipped: u64,
    /// Whether evictions have to be reported.
    pub tells: bool,
    /// How many groups were evicted.
    pub n_evicted: u64,
}

/// An observation.
#[derive(Clone, Copy)]
pub struct Observation {
    pub x: f64,
    pub y: f64,
    /// The weight, which is not 0.
    pub w: f64,
    pub t: Option<Timestamp>,
}

/// What is no longer in the groups: to be looked at, and dropped, when no lock is held.
#[derive(Default)]
pub struct Removals {
    /// Keys and statistics whose eviction has to be reported.
    pub evicted: Vec<(Py<PyAny>, Box<dyn Kernel>)>,
    pub dropped: Vec<Py<PyAny>>,
    /// Indices whose group was removed, each with the index of the group that has it now, in order.
    pub moves: Vec<(usize, usize)>,
}

impl Groups {
    pub fn new(kernels: Box<dyn Kernels>, eviction: Eviction, in_seconds: bool, skipna: bool) -> Self {
        let keys = Keys::default();
        Self { keys, kernels, eviction, in_seconds, skipna, n_skipped: 0, tells: false, n_evicted: 0 }
    }

    pub fn copied(&self, py: Python<'_>) -> Self {
        Self {
            keys: self.keys.clone_ref(py),
            kernels: self.kernels.select(&mut (0..self.kernels.len())),
            eviction: self.eviction.clone(),
            ..*self
        }
    }

    pub fn len(&self) -> usize {
        self.kernels.len()
    }

    /// The time that kernels get; an error if there is one that nothing uses, or none although it is needed.
    pub fn told_time(&self, t: Option<Timestamp>) -> Result<Option<Timestamp>, Error> {
        let by_time = self.eviction.idle_after.is_some();
        match t {
            None if by_time => Err(Error::Type("t is missing: idle_after needs the time of each observation".into())),
            None if self.kernels.shape() == Shape::Event => {
                Err(Error::Type("t is missing: the time of the event".into()))
            }
            Some(_) if !by_time && !self.kernels.is_timed() => {
                let name = self.kernels.name();
                Err(Error::Type(format!("{name} takes no argument t here: it does not look at times")))
            }
            t => Ok(t.filter(|_| self.kernels.is_timed())),
        }
    }

    /// Whether an observation of this weight counts. A weight of 0 changes nothing.
    pub fn counts(w: f64) -> Result<bool, Error> {
        weight::is_any(w)
    }

    /// Updates the group of a key, whose index was found, with an observation, and evicts whatever has to be evicted
    /// then. Returns the index of a new group. An error leaves everything as it was.
    pub fn update(
        &mut self,
        py: Python<'_>,
        key: &Key<'_, '_>,
        found: Option<u32>,
        observation: Observation,
        removals: &mut Removals,
    ) -> PyResult<Option<u32>> {
        let Observation { x, y, w, t } = observation;
        let told = self.told_time(t)?;
        let time = t.filter(|_| self.eviction.is_limited()).map(|t| self.eviction.read(t)).transpose()?;
        let found = found.map(|index| index as usize).filter(|&index| !self.eviction.is_silent(index, time));
        let index = match found {
            Some(index) => index,
            None if !self.eviction.is_limited() => {
                let index = self.kernels.len();
                self.kernels.push();
                let updated = self.kernels.update(index, x, y, w, told).map_err(|error| PyErr::from(*error));
                let inserted = updated.and_then(|()| self.keys.insert(py, key));
                if inserted.is_err() {
                    self.kernels.truncate(index);
                }
                return inserted.map(Some);
            }
            None => return self.update_new(py, key, observation, told, removals),
        };
        self.kernels.update(index, x, y, w, told).map_err(|error| PyErr::from(*error))?;
        if self.eviction.is_limited() {
            self.advance(py, t, Some(index), removals)?;
        }
        Ok(None)
    }

    /// Updates a group that is not there, or has been silent for too long.
    #[cold]
    fn update_new(
        &mut self,
        py: Python<'_>,
        key: &Key<'_, '_>,
        Observation { x, y, w, t }: Observation,
        told: Option<Timestamp>,
        removals: &mut Removals,
    ) -> PyResult<Option<u32>> {
        let mut new = self.kernels.select(&mut iter::empty());
        new.push();
        new.update(0, x, y, w, told).map_err(|error| PyErr::from(*error))?;
        self.advance(py, t, None, removals)?;
        self.make_room(py, removals)?;
        let index = self.insert(py, key)?;
        self.kernels.replace(index as usize, &*new, 0);
        Ok(Some(index))
    }

    /// Advances the clock to a time, if there is one, at which a group may have been updated; and evicts the silent
    /// ones.
    pub fn advance(
        &mut self,
        py: Python<'_>,
        t: Option<Timestamp>,
        updated: Option<usize>,
        removals: &mut Removals,
    ) -> PyResult<()> {
        if let Some(t) = t {
            self.eviction.advance(t)?;
        }
        if let Some(index) = updated {
            self.eviction.touch(index);
        }
        while let Some(index) = self.eviction.silent() {
            self.evict(py, index, removals)?;
        }
        Ok(())
    }

    /// Evicts groups until there is room for one more.
    pub fn make_room(&mut self, py: Python<'_>, removals: &mut Removals) -> PyResult<()> {
        while let Some(index) = self.eviction.surplus(1) {
            self.evict(py, index, removals)?;
        }
        Ok(())
    }

    /// Evicts the groups above the limit.
    pub fn evict_surplus(&mut self, py: Python<'_>, removals: &mut Removals) -> PyResult<()> {
        while let Some(index) = self.eviction.surplus(0) {
            self.evict(py, index, removals)?;
        }
        Ok(())
    }

    fn evict(&mut self, py: Python<'_>, index: usize, removals: &mut Removals) -> PyResult<()> {
        if self.tells {
            removals.evicted.push((self.keys.object(py, index)?.unbind(), self.kernels.kernel(Some(index))));
        }
        self.n_evicted += 1;
        removals.moves.push((index, self.len() - 1));
        removals.dropped.extend(self.remove(index));
        Ok(())
    }

    /// Removes a group; the last group takes its index. The object is not to be dropped while a lock is held.
    #[must_use]
    pub fn remove(&mut self, index: usize) -> Option<Py<PyAny>> {
        self.kernels.swap_remove(index);
        if self.eviction.is_limited() {
            self.eviction.swap_remove(index);
        }
        self.keys.swap_remove(index)
    }

    /// Adds an empty group; returns its index.
    pub fn insert(&mut self, py: Python<'_>, key: &Key<'_, '_>) -> PyResult<u32> {
        let index = self.keys.insert(py, key)?;
        self.kernels.push();
        if self.eviction.is_limited() {
            self.eviction.push();
        }
        Ok(index)
    }
}
