//! Range of the values seen.

use super::{Statistic, check};
use serde::{Deserialize, Serialize};

/// Largest minus smallest value.
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
        // Written so that a NaN, once in, is never replaced: comparisons with it are false.
        if x < self.min || x.is_nan() {
            self.min = x;
        }
        if x > self.max || x.is_nan() {
            self.max = x;
        }
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        Some(if self.n == 0 { 0.0 } else { self.max - self.min })
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        check::ensure(check::is_count(self.n), "a count beyond 2^53")?;
        let empty = *self == Self::new();
        let nan = self.min.is_nan() && self.max.is_nan();
        check::ensure((self.n == 0) == empty, "values and their count differ")?;
        check::ensure(empty || nan || self.min <= self.max, "the minimum is above the maximum")
    }
}
