//! Sum.

use crate::kernels::{accumulators::weighted_sum::WeightedSum, traits::Statistic};
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

    fn validate(&self) -> Result<(), &'static str> {
        self.sum.validate()
    }
}

crate::kernels::traits::weighted_by!(Sum, sum: f64);
