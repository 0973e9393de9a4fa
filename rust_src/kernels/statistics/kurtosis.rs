//! Excess kurtosis: `g2 = n M4 / M2² - 3`, or without `bias` the sample excess kurtosis
//! `G2 = (n - 1) / ((n - 2)(n - 3)) ((n + 1) g2 + 6)`.
//!
//! D. N. Joanes, C. A. Gill, "Comparing measures of sample skewness and kurtosis", The Statistician 47 (1998).

use crate::{
    Error,
    kernels::{
        accumulators::central_moments::CentralMoments,
        aggregates::{aggregated_by, moments::MomentsAggregate, pivoted_sums::MomentsSums},
        batch::rolling_moments::{FromMoments, rolling_moments},
        numerics::moments::Moments,
        traits::{Merge, Statistic, same_parameters},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// Excess kurtosis.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kurtosis {
    pub(crate) moments: CentralMoments,
    /// Whether to return `g2`, and not `G2`.
    pub bias: bool,
}

impl Kurtosis {
    /// A kurtosis over no values.
    pub fn new(bias: bool) -> Self {
        Self { moments: CentralMoments::default(), bias }
    }
}

impl Statistic for Kurtosis {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.moments.update4(x);
    }

    fn update_many(&mut self, xs: &[f64]) {
        self.moments.update_many4(xs);
    }

    fn get(&self) -> Option<f64> {
        let sums = self.moments.sums();
        Some(self.formula(sums.n)(&sums))
    }

    fn n(&self) -> f64 {
        self.moments.n()
    }

    fn accumulate_windows(&self, xs: &[f64], start: usize, size: usize, out: &mut [f64]) -> bool {
        rolling_moments::<4, Self>(self, xs, start, size, out);
        true
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.moments.validate()
    }
}

impl FromMoments for Kurtosis {
    #[inline(always)]
    fn formula(&self, n: f64) -> impl Fn(&Moments) -> f64 + Copy {
        let of_constant = if n <= 3.0 { -3.0 } else { f64::NAN };
        let factor = (n - 1.0) / ((n - 2.0) * (n - 3.0));
        let (factor, weight, shift) = if self.bias || n <= 3.0 { (1.0, 1.0, 0.0) } else { (factor, n + 1.0, 6.0) };
        move |&Moments { n, m2, m4, .. }| {
            let excess = n * (m4 / m2) / m2 - 3.0;
            let kurtosis = factor * (weight * excess + shift);
            if m2 == 0.0 { of_constant } else { kurtosis }
        }
    }
}

impl Merge for Kurtosis {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        same_parameters!(self, other; bias);
        self.moments.merge4(&other.moments)
    }
}

aggregated_by!(Kurtosis, moments: f64 => MomentsAggregate<true>, sums MomentsSums<true>);
rollable!(Kurtosis: combining);
univariate!(Kurtosis);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_does_not_grow_with_the_number_of_values() {
        let mut kurtosis = Kurtosis::new(true);
        for i in 0..1_000_000 {
            kurtosis.update([0.1, 0.3, 0.3, 0.7][i % 4]);
        }
        // Of 1, 3, 3 and 7: the mean is 3.5, the mean square of deviations 4.75, and of their fourth powers 47.3125.
        assert!((kurtosis.get().unwrap() - (47.3125 / (4.75 * 4.75) - 3.0)).abs() < 1e-14);
    }
}
