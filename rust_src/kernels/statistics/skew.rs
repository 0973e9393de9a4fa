//! Skewness: `g1 = √n M3 / M2^1.5`, or without `bias` the sample skewness `G1 = √(n (n - 1)) / (n - 2) g1`.
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

/// Skewness.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Skew {
    pub(crate) moments: CentralMoments,
    /// Whether to return `g1`, and not `G1`.
    pub bias: bool,
}

impl Skew {
    /// A skewness over no values.
    pub fn new(bias: bool) -> Self {
        Self { moments: CentralMoments::default(), bias }
    }
}

impl Statistic for Skew {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.moments.update3(x);
    }

    fn update_many(&mut self, xs: &[f64]) {
        self.moments.update_many3(xs);
    }

    fn get(&self) -> Option<f64> {
        let sums = self.moments.sums();
        Some(self.formula(sums.n)(&sums))
    }

    fn n(&self) -> f64 {
        self.moments.n()
    }

    fn accumulate_windows(&self, xs: &[f64], start: usize, size: usize, out: &mut [f64]) -> bool {
        rolling_moments::<3, Self>(self, xs, start, size, out);
        true
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.moments.validate()
    }
}

impl FromMoments for Skew {
    #[inline(always)]
    fn formula(&self, n: f64) -> impl Fn(&Moments) -> f64 + Copy {
        let factor = if self.bias || n <= 2.0 { 1.0 } else { (n * (n - 1.0)).sqrt() / (n - 2.0) };
        let of_constant = if n <= 2.0 { 0.0 } else { f64::NAN };
        let root = n.sqrt();
        move |&Moments { m2, m3, .. }| {
            let skewness = factor * (root * m3 / (m2 * m2.sqrt()));
            if m2 == 0.0 { of_constant } else { skewness }
        }
    }
}

impl Merge for Skew {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        same_parameters!(self, other; bias);
        self.moments.merge3(&other.moments)
    }
}

aggregated_by!(Skew, moments: f64 => MomentsAggregate<false>, sums MomentsSums<false>);
rollable!(Skew: combining);
univariate!(Skew);
