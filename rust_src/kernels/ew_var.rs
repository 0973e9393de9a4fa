//! Exponentially weighted variance.

use super::{EwMean, Statistic, check};
use crate::Error;
use serde::{Deserialize, Serialize};

/// Exponentially weighted variance about the exponentially weighted mean, in the incremental form of
/// T. Finch, "Incremental calculation of weighted mean and variance" (2009), section 9:
/// `variance = (1 - α) variance + (1 - α) α (x - mean)²`. No term is ever negative, so neither is the variance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EwVar {
    mean: EwMean,
    /// The weight α of the newest value.
    pub fading_factor: f64,
    variance: f64,
}

impl EwVar {
    /// A variance in which the newest value weighs `fading_factor`, between 0 and 1.
    pub fn new(fading_factor: f64) -> Result<Self, Error> {
        Ok(Self { mean: EwMean::new(fading_factor)?, fading_factor, variance: 0.0 })
    }
}

impl Statistic for EwVar {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        let deviation = self.mean.absorb(x);
        let alpha = self.fading_factor;
        let increment = if deviation.is_finite() && x.is_finite() {
            (1.0 - alpha) * deviation * (alpha * deviation)
        } else if !x.is_finite() {
            // A first value that is infinite has no distance of 0 from itself.
            f64::NAN
        } else if alpha == 0.0 || alpha == 1.0 {
            // Two finite values may be further apart than any double, but a weight of 0 is stronger.
            0.0
        } else {
            deviation * deviation
        };
        self.variance = (1.0 - alpha) * self.variance + increment;
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        Some(self.variance)
    }

    fn n(&self) -> f64 {
        self.mean.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.mean.validate()?;
        check::ensure(self.fading_factor == self.mean.fading_factor, "two fading factors")?;
        check::ensure(check::is_sum_of_squares(self.variance), "a negative variance")?;
        check::ensure(self.n() > 1.0 || self.variance == 0.0 || self.variance.is_nan(), "a variance without values")
    }
}
