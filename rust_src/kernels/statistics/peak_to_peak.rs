//! Range of the values: largest minus smallest.

use crate::{
    Error,
    kernels::{
        aggregates::aggregated_whole,
        batch::simd::{self, BLOCK},
        numerics::{
            order::{Largest, Smallest},
            validate,
        },
        traits::{Merge, Statistic},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The range; 0 over no values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeakToPeak {
    n: u64,
    min: f64,
    max: f64,
}

impl PeakToPeak {
    /// A range over no values.
    pub fn new() -> Self {
        Self { n: 0, min: f64::INFINITY, max: f64::NEG_INFINITY }
    }

    /// From the smallest and the largest value alone: of one value if they are equal, and of two if they differ. A largest
    /// below the smallest is that of no values.
    pub fn from_state(min: f64, max: f64) -> Self {
        if max < min { Self::new() } else { Self { n: if min == max { 1 } else { 2 }, min, max } }
    }

    #[inline]
    fn take(&mut self, min: f64, max: f64) {
        // A NaN is never replaced: comparisons with it are false.
        if min < self.min || min.is_nan() {
            self.min = min;
        }
        if max > self.max || max.is_nan() {
            self.max = max;
        }
    }
}

impl Default for PeakToPeak {
    fn default() -> Self {
        Self::new()
    }
}

impl Statistic for PeakToPeak {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.n += 1;
        self.take(x, x);
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        Some(if self.n == 0 { 0.0 } else { self.max - self.min })
    }

    fn update_many(&mut self, xs: &[f64]) {
        for block in xs.chunks(BLOCK) {
            match (simd::extremum::<Smallest>(block), simd::extremum::<Largest>(block)) {
                (Some(min), Some(max)) => {
                    self.n += block.len() as u64;
                    self.take(min, max);
                }
                _ => block.iter().for_each(|&x| self.update(x)),
            }
        }
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "more observations than a stream can have")?;
        let empty = *self == Self::new();
        let nan = self.min.is_nan() && self.max.is_nan();
        validate::ensure((self.n == 0) == empty, "values and their count differ")?;
        validate::ensure(empty || nan || self.min <= self.max, "the minimum is above the maximum")
    }
}

impl Merge for PeakToPeak {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.n = validate::joint_count(self.n, other.n)?;
        self.take(other.min, other.max);
        Ok(())
    }
}

aggregated_whole!(PeakToPeak);
rollable!(PeakToPeak: combining);
univariate!(PeakToPeak);
