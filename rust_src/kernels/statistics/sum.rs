//! Sum.

use crate::kernels::{
    accumulators::weighted_sum::WeightedSum,
    aggregates::{aggregated_by, sum::SumAggregate},
    batch::rolling_sum::rolling_sum,
    traits::{Statistic, weighted_by},
    watermill::{revertable, univariate},
    window::rollable,
};
use serde::{Deserialize, Serialize};

/// Compensated sum, exact wherever 106 bits hold it; 0 over no values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sum {
    pub(crate) sum: WeightedSum,
}

impl Sum {
    /// A sum over no values.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Statistic for Sum {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.sum.update(x);
    }

    fn update_many(&mut self, xs: &[f64]) {
        self.sum.update_many(xs);
    }

    fn get(&self) -> Option<f64> {
        Some(self.sum.total())
    }

    fn n(&self) -> f64 {
        self.sum.n()
    }

    fn accumulate_windows(&self, xs: &[f64], start: usize, size: usize, out: &mut [f64]) -> bool {
        rolling_sum(xs, start, size, out, |n, sum| WeightedSum::from_parts(n, sum, 0).total())
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.sum.validate()
    }
}

weighted_by!(Sum, sum: f64);
aggregated_by!(Sum, sum: f64 => SumAggregate);
rollable!(Sum: combining, weighted);
univariate!(Sum);
revertable!(Sum);
