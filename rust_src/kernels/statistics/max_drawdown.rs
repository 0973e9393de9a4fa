//! Largest drawdown: how far values have fallen from the largest one before them, as a share of it.
//!
//! Where runs are joined, the newer one's smallest value is compared with the older one's peak. If the smallest came after
//! a higher peak of the newer run, that run has known a larger drawdown already, so nothing wrong is added.

use crate::{
    Error,
    kernels::{
        aggregates::aggregated_whole,
        numerics::validate,
        traits::{Merge, Statistic},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The largest of `(peak - x) / peak`, in which values below 0 count as 0; 0 over no values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaxDrawdown {
    n: u64,
    peak: f64,
    smallest: f64,
    drawdown: f64,
}

impl Default for MaxDrawdown {
    fn default() -> Self {
        Self { n: 0, peak: 0.0, smallest: f64::INFINITY, drawdown: 0.0 }
    }
}

impl MaxDrawdown {
    /// A drawdown over no values.
    pub fn new() -> Self {
        Self::default()
    }

    #[inline]
    fn fall_to(&mut self, x: f64) {
        if x < self.peak {
            let drawdown = (self.peak - x) / self.peak;
            // A NaN stays.
            if drawdown > self.drawdown {
                self.drawdown = drawdown;
            }
        }
    }
}

impl Statistic for MaxDrawdown {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.n += 1;
        if !x.is_finite() {
            self.drawdown = f64::NAN;
            return;
        }
        let x = x.max(0.0);
        self.fall_to(x);
        self.peak = self.peak.max(x);
        self.smallest = self.smallest.min(x);
    }

    fn get(&self) -> Option<f64> {
        Some(self.drawdown)
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "more observations than a stream can have")?;
        validate::ensure(self.n > 0 || *self == Self::default(), "values that were never seen")?;
        let finite = self.smallest >= 0.0 && self.smallest <= self.peak && self.peak < f64::INFINITY;
        let blank = self.peak == 0.0 && self.smallest == f64::INFINITY && (self.n == 0 || self.drawdown.is_nan());
        validate::ensure(finite || blank, "a smallest value above the peak")?;
        validate::ensure(
            (0.0..=1.0).contains(&self.drawdown) || (self.drawdown.is_nan() && self.n > 0),
            "a share outside 0 to 1",
        )
    }
}

impl Merge for MaxDrawdown {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.n = validate::joint_count(self.n, other.n)?;
        self.fall_to(other.smallest);
        if other.drawdown > self.drawdown || other.drawdown.is_nan() {
            self.drawdown = other.drawdown;
        }
        self.peak = self.peak.max(other.peak);
        self.smallest = self.smallest.min(other.smallest);
        Ok(())
    }
}

aggregated_whole!(MaxDrawdown);
rollable!(MaxDrawdown: combining);
univariate!(MaxDrawdown);

#[cfg(test)]
mod tests {
    use super::*;

    fn over(values: &[f64]) -> MaxDrawdown {
        let mut drawdown = MaxDrawdown::new();
        drawdown.update_many(values);
        drawdown
    }

    #[test]
    fn runs_join_anywhere() -> Result<(), Error> {
        let mut random = fastrand::Rng::with_seed(3);
        for _ in 0..200 {
            let values: Vec<f64> = (0..12).map(|_| f64::from(random.u8(0..20)) - 3.0).collect();
            for split in 0..=values.len() {
                let mut left = over(&values[..split]);
                left.merge(&over(&values[split..]))?;
                assert_eq!(left, over(&values), "{values:?} at {split}");
            }
        }
        Ok(())
    }

    #[test]
    fn is_a_share_of_the_peak() {
        assert_eq!(over(&[100.0, 120.0, 90.0, 130.0, 104.0]).get(), Some(0.25));
        assert_eq!(over(&[-5.0, 0.0, -7.0]).get(), Some(0.0));
        assert_eq!(over(&[3.0, -7.0]).get(), Some(1.0));
        assert!(over(&[3.0, f64::NAN, 1.0]).get().is_some_and(f64::is_nan));
    }
}
