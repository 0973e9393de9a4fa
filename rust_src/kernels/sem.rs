//! Standard error of the mean.

use super::{Mean, Statistic, Var, check, dispersion::Dispersion};
use crate::Error;
use serde::{Deserialize, Serialize};

/// The root of the variance over the total weight; None over no values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sem {
    pub(super) deviations: Dispersion,
    /// What is subtracted from the total weight in the divisor of the variance.
    pub ddof: u64,
}

impl Sem {
    /// Over no values, with the divisor `n - ddof`.
    pub fn new(ddof: i128) -> Result<Self, Error> {
        Ok(Self { deviations: Dispersion::default(), ddof: check::at_least_zero("ddof", ddof)? })
    }

    /// The standard error over values with this total weight, mean and variance.
    pub fn from_state(n: f64, mean: f64, variance: f64, ddof: i128) -> Result<Self, Error> {
        let Var { deviations, ddof } = Var::from_state(n, mean, variance, ddof)?;
        Ok(Self { deviations, ddof })
    }

    /// The mean.
    pub fn mean(&self) -> Mean {
        self.deviations.location()
    }

    /// The sum of squared deviations.
    pub fn squares(&self) -> f64 {
        self.deviations.squares()
    }
}

impl Statistic for Sem {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.deviations.update(x);
    }

    fn update_many(&mut self, xs: &[f64]) {
        self.deviations.update_many(xs);
    }

    fn get(&self) -> Option<f64> {
        (self.n() > 0.0).then(|| self.deviations.standard_error(self.ddof))
    }

    fn n(&self) -> f64 {
        self.deviations.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.deviations.validate()
    }
}

weighted_by!(Sem, deviations: f64);
