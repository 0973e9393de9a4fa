//! Variance: the sum of squared deviations over `n - ddof`.

use crate::{
    Error,
    kernels::{
        accumulators::dispersion::Dispersion,
        aggregates::{aggregated_by, dispersion::DispersionAggregate, pivoted_sums::DispersionSums},
        batch::rolling_moments::{FromMoments, rolling_moments},
        numerics::{moments::Moments, validate},
        statistics::mean::Mean,
        traits::{Statistic, weighted_by},
        watermill::{revertable, univariate},
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The variance; 0 if `n - ddof` is not positive.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Var {
    pub(crate) deviations: Dispersion,
    /// What is subtracted from the total weight in the divisor of the variance.
    pub ddof: u64,
}

impl Var {
    /// The variance over no values, with the divisor `n - ddof`.
    pub fn new(ddof: i128) -> Result<Self, Error> {
        Ok(Self { deviations: Dispersion::default(), ddof: validate::at_least_zero("ddof", ddof)? })
    }

    /// The variance of values with this total weight, mean and variance.
    pub fn from_state(n: f64, mean: f64, variance: f64, ddof: i128) -> Result<Self, Error> {
        let n = validate::not_negative("n", n)?;
        let ddof = validate::at_least_zero("ddof", ddof)?;
        if variance < 0.0 {
            return Err(Error::parameter("var", variance, ">= 0, as a variance is"));
        }
        let degrees = n - ddof as f64;
        let squares = if degrees > 0.0 { degrees * variance } else { 0.0 };
        Ok(Self { deviations: Dispersion::from_state(n, mean, squares), ddof })
    }

    /// The sum of squared deviations.
    pub fn squares(&self) -> f64 {
        self.deviations.squares()
    }

    /// The mean.
    pub fn mean(&self) -> Mean {
        Mean::from_dispersion(&self.deviations)
    }
}

impl Statistic for Var {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.deviations.update(x);
    }

    fn update_many(&mut self, xs: &[f64]) {
        self.deviations.update_many(xs);
    }

    fn get(&self) -> Option<f64> {
        Some(self.deviations.variance(self.ddof))
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

impl FromMoments for Var {
    #[inline(always)]
    fn formula(&self, n: f64) -> impl Fn(&Moments) -> f64 + Copy {
        let degrees = n - self.ddof as f64;
        // Without degrees of freedom the value is 0, but NaN if the moment is.
        let divisor = if degrees > 0.0 { degrees } else { f64::INFINITY };
        move |moments| moments.m2 / divisor
    }
}

weighted_by!(Var, deviations: f64; ddof);
aggregated_by!(Var, deviations: f64 => DispersionAggregate, sums DispersionSums);
rollable!(Var: combining, weighted);
univariate!(Var);
revertable!(Var);
