//! Mean with a prior.

use crate::{
    Error,
    kernels::{
        accumulators::weighted_sum::WeightedSum,
        aggregates::{aggregated_by, sum::SumAggregate},
        numerics::{validate, weight},
        traits::{Statistic, weighted_by},
        watermill::{revertable, univariate},
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The mean of the values and of `prior_weight` further ones that equal `prior`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BayesianMean {
    pub(crate) sum: WeightedSum,
    /// The mean before any value.
    pub prior: f64,
    /// The number of values that the prior counts as.
    pub prior_weight: f64,
}

impl BayesianMean {
    /// The mean over the prior alone.
    pub fn new(prior: f64, prior_weight: f64) -> Result<Self, Error> {
        let prior = validate::finite("prior", prior)?;
        let prior_weight = validate::not_negative("prior_weight", prior_weight)?;
        Ok(Self { sum: WeightedSum::default(), prior, prior_weight })
    }
}

impl Statistic for BayesianMean {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.sum.update(x);
    }

    fn update_many(&mut self, xs: &[f64]) {
        self.sum.update_many(xs);
    }

    fn get(&self) -> Option<f64> {
        let mut all = self.sum;
        if self.prior_weight > 0.0 {
            all.add(self.prior, self.prior_weight);
        }
        Some(if all.n() == 0.0 { self.prior } else { all.mean() })
    }

    fn n(&self) -> f64 {
        self.sum.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.prior.is_finite(), "a prior that is not finite")?;
        validate::ensure(
            weight::is_positive(self.prior_weight).is_ok(),
            "a prior's weight that is negative or not finite",
        )?;
        self.sum.validate()
    }
}

weighted_by!(BayesianMean, sum: f64; prior, prior_weight);
aggregated_by!(BayesianMean, sum: f64 => SumAggregate);
rollable!(BayesianMean: combining, weighted);
univariate!(BayesianMean);
revertable!(BayesianMean);
