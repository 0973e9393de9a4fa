//! Covariance: the sum of products of deviations over `n - ddof`.

use crate::{
    Error,
    kernels::{
        accumulators::comoments::Comoments,
        aggregates::{aggregated_by, pivoted_sums::ProductSums, product::ProductAggregate},
        numerics::validate,
        statistics::mean::Mean,
        traits::{Statistic, weighted_by},
        watermill::bivariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The covariance; 0 if `n - ddof` is not positive.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cov {
    pub(crate) comoments: Comoments,
    /// What is subtracted from the total weight in the divisor.
    pub ddof: u64,
}

impl Cov {
    /// The covariance over no values, with the divisor `n - ddof`.
    pub fn new(ddof: i128) -> Result<Self, Error> {
        Ok(Self { comoments: Comoments::default(), ddof: validate::at_least_zero("ddof", ddof)? })
    }

    /// The covariance of pairs with this total weight, means and covariance.
    pub fn from_state(n: f64, mean_x: f64, mean_y: f64, cov: f64, ddof: i128) -> Result<Self, Error> {
        let n = validate::not_negative("n", n)?;
        let ddof = validate::at_least_zero("ddof", ddof)?;
        let degrees = n - ddof as f64;
        let products = if degrees > 0.0 { degrees * cov } else { 0.0 };
        Ok(Self { comoments: Comoments::from_state(n, mean_x, mean_y, products), ddof })
    }

    /// The covariance of these comoments.
    pub fn of(comoments: Comoments, ddof: u64) -> Self {
        Self { comoments, ddof }
    }

    /// The mean of the first variable.
    pub fn mean_x(&self) -> Mean {
        Mean::from_dispersion(&self.comoments.dispersion_x())
    }

    /// The mean of the second variable.
    pub fn mean_y(&self) -> Mean {
        Mean::from_dispersion(&self.comoments.dispersion_y())
    }
}

impl Statistic for Cov {
    type Input = (f64, f64);

    #[inline]
    fn update(&mut self, pair: (f64, f64)) {
        self.comoments.update(pair);
    }

    fn update_many(&mut self, xs: &[(f64, f64)]) {
        self.comoments.update_many(xs);
    }

    fn get(&self) -> Option<f64> {
        Some(self.comoments.covariance(self.ddof))
    }

    fn n(&self) -> f64 {
        self.comoments.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.comoments.validate()
    }
}

weighted_by!(Cov, comoments: (f64, f64); ddof);
aggregated_by!(Cov, comoments: (f64, f64) => ProductAggregate, sums ProductSums);
rollable!(Cov: combining, weighted);
bivariate!(Cov);
