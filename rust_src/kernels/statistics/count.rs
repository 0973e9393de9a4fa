//! Number of observations.

use crate::{
    Error,
    kernels::{
        numerics::validate,
        traits::{Merge, Revert, Statistic, Unmerge},
        window::{Contents, Reverting, Rollable},
    },
};
use serde::{Deserialize, Serialize};

/// How many observations were seen, whatever they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Count {
    n: u64,
}

impl Count {
    /// A count of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts this many more observations.
    pub fn update_times(&mut self, times: u64) {
        self.n += times;
    }
}

impl Statistic for Count {
    type Input = ();

    #[inline]
    fn update(&mut self, (): ()) {
        self.n += 1;
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        Some(self.n as f64)
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn update_many(&mut self, xs: &[()]) {
        self.n += xs.len() as u64;
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "more observations than a stream can have")
    }
}

impl Merge for Count {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.n = validate::joint_count(self.n, other.n)?;
        Ok(())
    }
}

impl Unmerge for Count {
    fn unmerge(&mut self, other: &Self) -> Result<(), Error> {
        self.n = self.n.saturating_sub(other.n);
        Ok(())
    }
}

impl Revert for Count {
    fn revert(&mut self, (): ()) -> Result<(), Error> {
        self.n = self.n.checked_sub(1).ok_or(Error::NotSeen)?;
        Ok(())
    }
}

impl Rollable for Count {
    type Strategy = Reverting<Self>;
    type Contents = Self;
}

/// A window keeps only the number of the observations, since their values do not matter.
impl Contents<Self> for Count {
    fn for_each(&self, f: &mut dyn FnMut((), f64)) {
        (0..self.n).for_each(|_| f((), 1.0));
    }

    /// In one step: there may be too many for a loop.
    fn append(&mut self, _: &Self, other: &Self, size: u64) -> Result<(), Error> {
        self.n = self.n.saturating_add(other.n).min(size);
        Ok(())
    }

    fn len(&self) -> usize {
        self.n as usize
    }

    fn push(&mut self, _: &Self, x: (), _: f64) {
        self.update(x);
    }

    fn evict(&mut self, _: &Self) {
        self.n = self.n.saturating_sub(1);
    }

    fn statistic(&self, _: &Self) -> Self {
        *self
    }

    fn get(&self, _: &Self) -> Option<f64> {
        Statistic::get(self)
    }
}
