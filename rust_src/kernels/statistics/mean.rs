//! Arithmetic mean: the compensated weighted sum over the total weight.

use crate::{
    Error,
    kernels::{
        accumulators::{dispersion::Dispersion, weighted_sum::WeightedSum},
        aggregates::{aggregated_by, sum::SumAggregate},
        batch::rolling_sum::rolling_sum,
        numerics::validate,
        traits::{Statistic, weighted_by},
        watermill::{revertable, univariate},
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The mean; 0 over no values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mean {
    pub(crate) sum: WeightedSum,
}

impl Mean {
    /// A mean over no values.
    pub fn new() -> Self {
        Self::default()
    }

    /// The mean of values with this total weight and mean.
    pub fn from_state(n: f64, mean: f64) -> Result<Self, Error> {
        let n = validate::not_negative("n", n)?;
        let mut sum = WeightedSum::default();
        if n > 0.0 {
            sum.add(mean, n);
        }
        Ok(Self { sum })
    }

    /// The mean that deviations are taken from.
    pub fn from_dispersion(Dispersion { weight, centre, .. }: &Dispersion) -> Self {
        Self { sum: WeightedSum::from_product(centre.mean, centre.scale, *weight) }
    }
}

impl Statistic for Mean {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.sum.update(x);
    }

    fn update_many(&mut self, xs: &[f64]) {
        self.sum.update_many(xs);
    }

    fn get(&self) -> Option<f64> {
        Some(if self.n() == 0.0 { 0.0 } else { self.sum.mean() })
    }

    fn n(&self) -> f64 {
        self.sum.n()
    }

    fn accumulate_windows(&self, xs: &[f64], start: usize, size: usize, out: &mut [f64]) -> bool {
        rolling_sum(xs, start, size, out, |n, sum| WeightedSum::from_parts(n, sum, 0).mean())
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.sum.validate()
    }
}

weighted_by!(Mean, sum: f64);
aggregated_by!(Mean, sum: f64 => SumAggregate);
rollable!(Mean: combining, weighted);
univariate!(Mean);
revertable!(Mean);
