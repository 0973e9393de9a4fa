//! Difference of the newest value and the one before.

use crate::{
    Error,
    kernels::{
        numerics::validate,
        traits::{Merge, Statistic},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The newest value minus the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FirstDifference {
    n: u64,
    previous: f64,
    newest: f64,
}

impl FirstDifference {
    /// A difference over no values.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value before the newest one, and that one.
    #[inline]
    pub fn newest_two(&self) -> Option<(f64, f64)> {
        (self.n > 1).then_some((self.previous, self.newest))
    }
}

impl Merge for FirstDifference {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        let n = validate::joint_count(self.n, other.n)?;
        match other.n {
            0 => {}
            1 => (self.previous, self.newest) = (self.newest, other.newest),
            _ => (self.previous, self.newest) = (other.previous, other.newest),
        }
        self.n = n;
        Ok(())
    }
}

impl Statistic for FirstDifference {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.n += 1;
        (self.previous, self.newest) = (self.newest, x);
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        self.newest_two().map(|(previous, newest)| newest - previous)
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "more observations than a stream can have")?;
        validate::ensure(self.n > 0 || self.newest == 0.0, "a value that was never seen")?;
        validate::ensure(self.n > 1 || self.previous == 0.0, "a value that was never seen")
    }
}

rollable!(FirstDifference: replaying);
univariate!(FirstDifference);
