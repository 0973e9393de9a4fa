//! Exponentially weighted mean.

use super::{Statistic, Timed, check, fading::Fading, fading_run::FadingRun, time::Timestamp, window::Aggregate};
use crate::Error;
use serde::{Deserialize, Serialize};

/// Exponentially weighted mean: `mean += α (x - mean)`, where the first value is the first mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EwMean {
    /// The weights.
    pub fading: Fading,
    mean: f64,
}

impl EwMean {
    /// A mean whose weights fade as [`Fading::new`] says.
    pub fn new(fading_factor: f64, halflife: Option<f64>, adjust: bool) -> Result<Self, Error> {
        Ok(Self { fading: Fading::new(fading_factor, halflife, adjust)?, mean: 0.0 })
    }
}

impl Statistic for EwMean {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        match self.fading.advance() {
            Some(share) => _ = share.draw(&mut self.mean, x),
            None => self.mean = x,
        }
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        Some(self.mean)
    }

    fn n(&self) -> f64 {
        self.fading.n() as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.fading.validate()?;
        check::ensure(self.fading.n() > 0 || self.mean == 0.0, "a mean without values")
    }
}

impl Timed for EwMean {
    fn update_at(&mut self, x: f64, t: Timestamp) -> Result<(), Error> {
        match self.fading.advance_to(t)? {
            Some(share) => _ = share.draw(&mut self.mean, x),
            None => self.mean = x,
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
        Self { fading, mean }
    }
}
