//! Exponentially weighted mean.

use super::{Statistic, check};
use crate::Error;
use serde::{Deserialize, Serialize};

/// Exponentially weighted mean: `mean += α (x - mean)`, where the first value is the first mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EwMean {
    /// The weight α of the newest value.
    pub fading_factor: f64,
    n: u64,
    mean: f64,
}

impl EwMean {
    /// A mean in which the newest value weighs `fading_factor`, between 0 and 1.
    pub fn new(fading_factor: f64) -> Result<Self, Error> {
        Ok(Self { fading_factor: check::probability("fading_factor", fading_factor)?, n: 0, mean: 0.0 })
    }

    /// Takes `x` in and returns how far it was from the mean so far (0 for the first value).
    #[inline]
    pub(super) fn absorb(&mut self, x: f64) -> f64 {
        if self.n == 0 {
            self.n = 1;
            self.mean = x;
            return 0.0;
        }
        self.n += 1;
        let deviation = x - self.mean;
        if deviation.is_finite() {
            self.mean += self.fading_factor * deviation;
        } else {
            // An infinite mean stays infinite when a finite value arrives; `inf - inf` would make it NaN.
            self.mean = self.fading_factor * x + (1.0 - self.fading_factor) * self.mean;
        }
        deviation
    }
}

impl Statistic for EwMean {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.absorb(x);
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        Some(self.mean)
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        check::ensure(check::is_count(self.n), "a count beyond 2^53")?;
        check::ensure((0.0..=1.0).contains(&self.fading_factor), "fading_factor is outside 0 to 1")?;
        check::ensure(self.n > 0 || self.mean == 0.0, "a mean without values")
    }
}
