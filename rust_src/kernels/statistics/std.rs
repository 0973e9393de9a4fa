//! Standard deviation.

use crate::{
    Error,
    kernels::{
        accumulators::dispersion::Dispersion,
        aggregates::{aggregated_by, dispersion::DispersionAggregate, pivoted_sums::DispersionSums},
        batch::rolling_moments::{FromMoments, rolling_moments},
        numerics::{moments::Moments, validate},
        traits::{Statistic, weighted_by},
        watermill::{revertable, univariate},
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The root of the variance; 0 where there are no degrees of freedom.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Std {
    pub(crate) deviations: Dispersion,
    /// What is subtracted from the total weight in the divisor of the variance.
    pub ddof: u64,
}

impl Std {
    /// Over no values, with the divisor `n - ddof`.
    pub fn new(ddof: i128) -> Result<Self, Error> {
        Ok(Self { deviations: Dispersion::default(), ddof: validate::at_least_zero("ddof", ddof)? })
    }
}

impl Statistic for Std {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.deviations.update(x);
    }

    fn update_many(&mut self, xs: &[f64]) {
        self.deviations.update_many(xs);
    }

    fn get(&self) -> Option<f64> {
        Some(self.deviations.standard_deviation(self.ddof))
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

impl FromMoments for Std {
    #[inline(always)]
    fn formula(&self, n: f64) -> impl Fn(&Moments) -> f64 + Copy {
        let degrees = n - self.ddof as f64;
        // Without degrees of freedom the value is 0, but NaN if the moment is.
        let divisor = if degrees > 0.0 { degrees } else { f64::INFINITY };
        move |moments| (moments.m2 / divisor).sqrt()
    }
}

weighted_by!(Std, deviations: f64; ddof);
aggregated_by!(Std, deviations: f64 => DispersionAggregate, sums DispersionSums);
rollable!(Std: combining, weighted);
univariate!(Std);
revertable!(Std);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::statistics::var::Var;

    #[test]
    fn is_the_root_of_the_variance_and_in_range_where_that_is_not() -> Result<(), Error> {
        let (mut std, mut var) = (Std::new(1)?, Var::new(1)?);
        for x in [3.0, 5.0, 4.0, 7.0, 10.0, 12.0] {
            std.update(x);
            var.update(x);
        }
        assert_eq!(std.get(), var.get().map(f64::sqrt));

        for unit in [1e-300, 1e300] {
            let mut std = Std::new(0)?;
            std.update_many(&[unit, 3.0 * unit]);
            // `3.0 * unit` is rounded.
            assert!(std.get().is_some_and(|std| (std - unit).abs() <= 4e-16 * unit));
        }
        Ok(())
    }
}
