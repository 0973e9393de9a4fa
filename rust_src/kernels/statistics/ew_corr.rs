//! Exponentially weighted correlation: the exponentially weighted covariance over the roots of both variances.

use crate::{
    Error,
    kernels::{
        numerics::timestamp::Timestamp,
        statistics::{ew_cov::EwCov, ew_var::EwVar},
        traits::{Aggregate, Merge, PartialAggregate, Statistic, Timed},
        watermill::bivariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// Exponentially weighted correlation, between -1 and 1; 0 if a variable is constant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EwCorr {
    /// The covariance.
    pub cov: EwCov,
    var_x: EwVar,
    var_y: EwVar,
}

impl EwCorr {
    /// Over no pairs; for the parameters see [`ExponentialWeights`].
    ///
    /// [`ExponentialWeights`]: crate::kernels::accumulators::exponential_weights::ExponentialWeights
    pub fn new(
        fading_factor: f64,
        halflife: Option<f64>,
        adjust: bool,
        min_samples: i128,
        ignore_na: bool,
    ) -> Result<Self, Error> {
        // A bias cancels in the ratio.
        let cov = EwCov::new(fading_factor, halflife, adjust, true, min_samples, ignore_na)?;
        let var = EwVar::new(fading_factor, halflife, adjust, true, min_samples, ignore_na)?;
        Ok(Self { cov, var_x: var.clone(), var_y: var })
    }
}

impl Statistic for EwCorr {
    type Input = (f64, f64);

    #[inline]
    fn update(&mut self, (x, y): (f64, f64)) {
        self.cov.update((x, y));
        self.var_x.update(x);
        self.var_y.update(y);
    }

    fn get(&self) -> Option<f64> {
        let (cov, x, y) = (self.cov.get()?, self.var_x.get()?, self.var_y.get()?);
        if (x == 0.0 || y == 0.0) && !cov.is_nan() && !x.is_nan() && !y.is_nan() {
            return Some(0.0);
        }
        let correlation = cov / (x.sqrt() * y.sqrt());
        Some(correlation.clamp(-1.0, 1.0))
    }

    fn n(&self) -> f64 {
        self.cov.n()
    }

    fn counts_missing(&self) -> bool {
        self.cov.counts_missing()
    }

    fn update_missing(&mut self, t: Option<Timestamp>) -> Result<(), Error> {
        self.cov.update_missing(t)?;
        self.var_x.update_missing(t)?;
        self.var_y.update_missing(t)
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.cov.validate()?;
        self.var_x.validate()?;
        self.var_y.validate()?;
        crate::kernels::numerics::validate::ensure(
            [&self.var_x, &self.var_y].iter().all(|var| var.stream.weights == self.cov.stream.weights),
            "parts with different weights",
        )
    }
}

impl Timed for EwCorr {
    fn is_timed(&self) -> bool {
        self.cov.is_timed()
    }

    fn update_at(&mut self, (x, y): (f64, f64), t: Timestamp) -> Result<(), Error> {
        self.cov.update_at((x, y), t)?;
        self.var_x.update_at(x, t)?;
        self.var_y.update_at(y, t)
    }
}

impl Merge for EwCorr {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        // All have the same weights: if one of them cannot be merged, it is the first.
        self.cov.merge(&other.cov)?;
        self.var_x.merge(&other.var_x)?;
        self.var_y.merge(&other.var_y)
    }
}

/// What is known of a run: the partial aggregates of the covariance and of both variances.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct CorrelatedRun {
    cov: <EwCov as Aggregate>::Partial,
    var_x: <EwVar as Aggregate>::Partial,
    var_y: <EwVar as Aggregate>::Partial,
}

impl PartialAggregate for CorrelatedRun {
    #[inline]
    fn combine(self, newer: Self) -> Self {
        Self {
            cov: self.cov.combine(newer.cov),
            var_x: self.var_x.combine(newer.var_x),
            var_y: self.var_y.combine(newer.var_y),
        }
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.cov.validate()?;
        self.var_x.validate()?;
        self.var_y.validate()
    }
}

impl Aggregate for EwCorr {
    type Partial = CorrelatedRun;

    #[inline]
    fn lift(&self, (x, y): (f64, f64), w: f64) -> CorrelatedRun {
        CorrelatedRun { cov: self.cov.lift((x, y), w), var_x: self.var_x.lift(x, w), var_y: self.var_y.lift(y, w) }
    }

    #[inline]
    fn lower(&self, run: Option<CorrelatedRun>) -> Self {
        Self {
            cov: self.cov.lower(run.map(|run| run.cov)),
            var_x: self.var_x.lower(run.map(|run| run.var_x)),
            var_y: self.var_y.lower(run.map(|run| run.var_y)),
        }
    }
}

rollable!(EwCorr: combining, in order);
rollable!(EwCorr: timed);
bivariate!(EwCorr);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_for_a_line_and_nothing_for_constants() -> Result<(), Error> {
        let mut corr = EwCorr::new(0.3, None, false, 0, true)?;
        assert_eq!(corr.get(), Some(0.0));
        for i in 0..20 {
            let x = 1e9 + f64::from(i * i % 7);
            corr.update((x, -3.0 * x));
        }
        assert!(corr.get().is_some_and(|corr| (corr + 1.0).abs() < 1e-14));
        let mut constant = EwCorr::new(0.3, None, false, 0, true)?;
        constant.update_many(&[(1.0, 5.0), (2.0, 5.0)]);
        assert_eq!(constant.get(), Some(0.0));
        Ok(())
    }
}
