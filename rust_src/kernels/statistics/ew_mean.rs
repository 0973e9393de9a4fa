//! Exponentially weighted mean.

use crate::{
    Error,
    kernels::{
        accumulators::exponential_weights::Fading,
        aggregates::exponential::FadingRun,
        numerics::{double_double::Double, serde_compat, timestamp::Timestamp, validate},
        traits::{Statistic, Timed},
        window::strategy::Aggregate,
    },
};
use serde::{Deserialize, Serialize};

/// Exponentially weighted mean: `mean += α (x - mean)`, where the first value is the first mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EwMean {
    /// The weights.
    pub fading: Fading,
    #[serde(with = "serde_compat")]
    mean: Double,
}

impl EwMean {
    /// A mean whose weights fade as [`Fading::new`] says.
    pub fn new(fading_factor: f64, halflife: Option<f64>, adjust: bool) -> Result<Self, Error> {
        Ok(Self { fading: Fading::new(fading_factor, halflife, adjust)?, mean: Double::default() })
    }
}

impl Statistic for EwMean {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        match self.fading.advance() {
            Some(share) => _ = share.draw(&mut self.mean, x),
            None => self.mean = x.into(),
        }
    }

    fn update_many(&mut self, mut xs: &[f64]) {
        if let (0, Some((&first, others))) = (self.fading.n(), xs.split_first()) {
            self.update(first);
            xs = others;
        }
        let Some(share) = self.fading.steady() else { return xs.iter().for_each(|&x| self.update(x)) };
        // A local mean stays in registers.
        let mut mean = self.mean;
        for &x in xs {
            share.draw(&mut mean, x);
        }
        self.mean = mean;
        self.fading.count(xs.len());
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        Some(self.mean.value())
    }

    fn n(&self) -> f64 {
        self.fading.n() as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.fading.validate()?;
        validate::ensure(self.fading.n() > 0 || self.mean == Double::default(), "a mean without values")
    }
}

impl Timed for EwMean {
    fn update_at(&mut self, x: f64, t: Timestamp) -> Result<(), Error> {
        match self.fading.advance_to(t)? {
            Some(share) => _ = share.draw(&mut self.mean, x),
            None => self.mean = x.into(),
        }
        Ok(())
    }
}

impl Aggregate for EwMean {
    type Partial = FadingRun<f64>;

    #[inline]
    fn lift(&self, x: f64, _: f64) -> Self::Partial {
        FadingRun::new(&self.fading, x)
    }

    #[inline]
    fn lower(&self, run: Option<Self::Partial>) -> Self {
        let Some(run) = run else { return self.clone() };
        let (fading, mean, _) = run.lower(&self.fading);
        Self { fading, mean: mean.into() }
    }
}
