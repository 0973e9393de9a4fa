//! The sum and the deviations of a run.

use crate::kernels::{
    aggregates::{dispersion::DispersionAggregate, sum::SumAggregate},
    traits::PartialAggregate,
};
use serde::{Deserialize, Serialize};

/// Sum and deviations: if values cancel in the mean, the exact sum has more digits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct VariationAggregate {
    /// The sum.
    pub sum: SumAggregate,
    /// The deviations.
    pub deviations: DispersionAggregate,
}

impl VariationAggregate {
    /// The run of one value.
    #[inline]
    pub fn new(x: f64, w: f64) -> Self {
        Self { sum: SumAggregate::new(x, w), deviations: DispersionAggregate::new(x, w) }
    }
}

impl PartialAggregate for VariationAggregate {
    #[inline(always)]
    fn combine(self, newer: Self) -> Self {
        Self { sum: self.sum.combine(newer.sum), deviations: self.deviations.combine(newer.deviations) }
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.sum.validate()?;
        self.deviations.validate()
    }
}
