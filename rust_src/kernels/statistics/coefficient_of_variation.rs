//! Coefficient of variation: the standard deviation over the absolute mean.

use crate::{
    Error,
    kernels::{
        accumulators::{dispersion::Dispersion, weighted_sum::WeightedSum},
        aggregates::{aggregated_by, variation::VariationAggregate},
        numerics::validate,
        traits::{Statistic, weighted_by},
        watermill::{revertable, univariate},
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The coefficient of variation; `None` over no values. If the mean is 0 it is infinite, or NaN without a deviation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoefficientOfVariation {
    pub(crate) state: Variation,
    /// What is subtracted from the total weight in the divisor of the variance.
    pub ddof: u64,
}

/// The mean of [`Dispersion`] is only as precise as the deviations. Since values may cancel in it, the exact sum is kept
/// too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Variation {
    sum: WeightedSum,
    deviations: Dispersion,
}

impl From<VariationAggregate> for Variation {
    #[inline]
    fn from(run: VariationAggregate) -> Self {
        Self { sum: run.sum.into(), deviations: run.deviations.into() }
    }
}

impl Variation {
    fn update_weighted(&mut self, x: f64, w: f64) -> Result<(), Error> {
        self.sum.update_weighted(x, w)?;
        self.deviations.update_weighted(x, w)
    }

    fn revert(&mut self, x: f64, w: f64) -> Result<(), Error> {
        self.sum.revert(x, w)?;
        self.deviations.revert(x, w)
    }

    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.sum.merge(&other.sum)?;
        self.deviations.merge(&other.deviations)
    }

    fn unmerge(&mut self, other: &Self) -> Result<(), Error> {
        self.sum.unmerge(&other.sum)?;
        self.deviations.unmerge(&other.deviations)
    }
}

impl CoefficientOfVariation {
    /// The coefficient over no values, with the divisor `n - ddof`.
    pub fn new(ddof: i128) -> Result<Self, Error> {
        Ok(Self { state: Variation::default(), ddof: validate::at_least_zero("ddof", ddof)? })
    }
}

impl Statistic for CoefficientOfVariation {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.state.sum.update(x);
        self.state.deviations.update(x);
    }

    fn update_many(&mut self, xs: &[f64]) {
        self.state.sum.update_many(xs);
        self.state.deviations.update_many(xs);
    }

    fn get(&self) -> Option<f64> {
        if self.n() == 0.0 {
            return None;
        }
        let Variation { sum, deviations } = &self.state;
        let mean = sum.scaled_mean(deviations.scale());
        Some(deviations.relative_deviation(self.ddof, mean))
    }

    fn n(&self) -> f64 {
        self.state.sum.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.state.sum.validate()?;
        self.state.deviations.validate()?;
        validate::ensure(self.state.sum.n() == self.state.deviations.n(), "two total weights")
    }
}

weighted_by!(CoefficientOfVariation, state: f64; ddof);
aggregated_by!(CoefficientOfVariation, state: f64 => VariationAggregate);
rollable!(CoefficientOfVariation: combining, weighted);
univariate!(CoefficientOfVariation);
revertable!(CoefficientOfVariation);
