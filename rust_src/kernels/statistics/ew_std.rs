//! Exponentially weighted standard deviation: the root of the exponentially weighted variance.

use crate::{
    Error,
    kernels::{
        numerics::timestamp::Timestamp,
        statistics::ew_var::EwVar,
        traits::{Aggregate, Merge, Statistic, Timed},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// Exponentially weighted standard deviation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EwStd {
    /// The variance.
    pub var: EwVar,
}

impl EwStd {
    /// Over no values; for the parameters see [`ExponentialWeights`].
    ///
    /// [`ExponentialWeights`]: crate::kernels::accumulators::exponential_weights::ExponentialWeights
    pub fn new(
        fading_factor: f64,
        halflife: Option<f64>,
        adjust: bool,
        bias: bool,
        min_samples: i128,
        ignore_na: bool,
    ) -> Result<Self, Error> {
        Ok(Self { var: EwVar::new(fading_factor, halflife, adjust, bias, min_samples, ignore_na)? })
    }
}

impl Statistic for EwStd {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.var.update(x);
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        self.var.get().map(f64::sqrt)
    }

    fn n(&self) -> f64 {
        self.var.n()
    }

    fn counts_missing(&self) -> bool {
        self.var.counts_missing()
    }

    fn update_missing(&mut self, t: Option<Timestamp>) -> Result<(), Error> {
        self.var.update_missing(t)
    }

    fn accumulate(&mut self, xs: &[f64], out: &mut [f64]) {
        self.var.accumulate(xs, out);
        out.iter_mut().for_each(|value| *value = value.sqrt());
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.var.validate()
    }
}

impl Timed for EwStd {
    fn is_timed(&self) -> bool {
        self.var.is_timed()
    }

    fn update_at(&mut self, x: f64, t: Timestamp) -> Result<(), Error> {
        self.var.update_at(x, t)
    }
}

impl Merge for EwStd {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.var.merge(&other.var)
    }
}

impl Aggregate for EwStd {
    type Partial = <EwVar as Aggregate>::Partial;

    #[inline]
    fn lift(&self, x: f64, w: f64) -> Self::Partial {
        self.var.lift(x, w)
    }

    #[inline]
    fn lower(&self, run: Option<Self::Partial>) -> Self {
        Self { var: self.var.lower(run) }
    }
}

rollable!(EwStd: combining, in order);
rollable!(EwStd: timed);
univariate!(EwStd);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_root_of_the_variance() -> Result<(), Error> {
        let (mut std, mut out) = (EwStd::new(0.5, None, false, true, 0, true)?, [0.0; 3]);
        std.accumulate(&[1.0, 3.0, 5.0], &mut out);
        assert_eq!(out, [0.0, 1.0, 2.75_f64.sqrt()]);
        Ok(())
    }
}
