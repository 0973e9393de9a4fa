//! Standard error of the mean: the root of the variance over the total weight.

use crate::{
    Error,
    kernels::{
        accumulators::dispersion::Dispersion,
        aggregates::{aggregated_by, dispersion::DispersionAggregate, pivoted_sums::DispersionSums},
        batch::rolling_moments::{FromMoments, rolling_moments},
        numerics::{moments::Moments, validate},
        statistics::{mean::Mean, var::Var},
        traits::{Statistic, weighted_by},
        watermill::{revertable, univariate},
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The standard error of the mean; `None` over no values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sem {
    pub(crate) deviations: Dispersion,
    /// What is subtracted from the total weight in the divisor of the variance.
    pub ddof: u64,
}

impl Sem {
    /// The standard error over no values, with the divisor `n - ddof`.
    pub fn new(ddof: i128) -> Result<Self, Error> {
        Ok(Self { deviations: Dispersion::default(), ddof: validate::at_least_zero("ddof", ddof)? })
    }

    /// The standard error over values with this total weight, mean and variance.
    pub fn from_state(n: f64, mean: f64, variance: f64, ddof: i128) -> Result<Self, Error> {
        let Var { deviations, ddof } = Var::from_state(n, mean, variance, ddof)?;
        Ok(Self { deviations, ddof })
    }

    /// The mean.
    pub fn mean(&self) -> Mean {
        Mean::from_dispersion(&self.deviations)
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

    fn accumulate_windows(&self, xs: &[f64], start: usize, size: usize, out: &mut [f64]) -> bool {
        rolling_moments::<2, Self>(self, xs, start, size, out);
        true
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.deviations.validate()
    }
}

impl FromMoments for Sem {
    #[inline(always)]
    fn formula(&self, n: f64) -> impl Fn(&Moments) -> f64 + Copy {
        let degrees = n - self.ddof as f64;
        // Without degrees of freedom the value is 0, but NaN if the moment is.
        let divisor = if degrees > 0.0 { degrees } else { f64::INFINITY };
        move |moments| (moments.m2 / divisor / n).sqrt()
    }
}

weighted_by!(Sem, deviations: f64; ddof);
aggregated_by!(Sem, deviations: f64 => DispersionAggregate, sums DispersionSums);
rollable!(Sem: combining, weighted);
univariate!(Sem);
revertable!(Sem);
