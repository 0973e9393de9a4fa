//! Pearson's correlation: the covariance over both standard deviations.

use crate::{
    Error,
    kernels::{
        accumulators::comoments::Comoments,
        aggregates::{aggregated_by, correlation::CorrelationAggregate, pivoted_sums::CorrelationSums},
        numerics::validate,
        statistics::{cov::Cov, var::Var},
        traits::{Statistic, weighted_by},
        watermill::bivariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The correlation, between -1 and 1; 0 if a variable is constant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PearsonCorr {
    pub(crate) comoments: Comoments,
    /// What is subtracted from the total weight in the divisors of variances and covariance. It cancels in the correlation.
    pub ddof: u64,
}

impl PearsonCorr {
    /// A correlation over no values.
    pub fn new(ddof: i128) -> Result<Self, Error> {
        Ok(Self { comoments: Comoments::default(), ddof: validate::at_least_zero("ddof", ddof)? })
    }

    /// The correlation of these comoments.
    pub fn of(comoments: Comoments, ddof: u64) -> Self {
        Self { comoments, ddof }
    }

    /// The variance of the first variable.
    pub fn var_x(&self) -> Var {
        Var { deviations: self.comoments.dispersion_x(), ddof: self.ddof }
    }

    /// The variance of the second variable.
    pub fn var_y(&self) -> Var {
        Var { deviations: self.comoments.dispersion_y(), ddof: self.ddof }
    }

    /// The covariance of both.
    pub fn cov_xy(&self) -> Cov {
        Cov::of(self.comoments, self.ddof)
    }
}

impl Statistic for PearsonCorr {
    type Input = (f64, f64);

    #[inline]
    fn update(&mut self, pair: (f64, f64)) {
        self.comoments.update(pair);
    }

    fn update_many(&mut self, xs: &[(f64, f64)]) {
        self.comoments.update_many(xs);
    }

    fn get(&self) -> Option<f64> {
        Some(self.comoments.correlation())
    }

    fn n(&self) -> f64 {
        self.comoments.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.comoments.validate()
    }
}

weighted_by!(PearsonCorr, comoments: (f64, f64); ddof);
aggregated_by!(PearsonCorr, comoments: (f64, f64) => CorrelationAggregate, sums CorrelationSums);
rollable!(PearsonCorr: combining, weighted);
bivariate!(PearsonCorr);
