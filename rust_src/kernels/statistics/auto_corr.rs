//! Autocorrelation: Pearson's correlation of each value with an earlier one.

use crate::{
    Error,
    kernels::{
        accumulators::comoments::Comoments, numerics::validate, statistics::pearson::PearsonCorr,
        structures::ring_buffer::RingBuffer, traits::Statistic, watermill::univariate, window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// Pearson's correlation of each value with the one `lag` updates before it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AutoCorr {
    /// The number of updates between both values.
    pub lag: u64,
    window: RingBuffer<f64>,
    pairs: Comoments,
    /// Whether a NaN was seen, though perhaps not yet in a pair.
    nan: bool,
}

impl AutoCorr {
    /// An autocorrelation over no values.
    pub fn new(lag: i128) -> Result<Self, Error> {
        let lag = validate::at_least_one("lag", lag)?;
        Ok(Self { lag, window: RingBuffer::default(), pairs: Comoments::default(), nan: false })
    }

    /// The autocorrelation with these newest values, and the correlation of the pairs so far.
    pub fn from_state(lag: i128, window: Vec<f64>, pairs: &PearsonCorr) -> Result<Self, Error> {
        let nan = window.iter().any(|x| x.is_nan()) || pairs.get().is_some_and(f64::is_nan);
        Ok(Self { window: window.into(), pairs: pairs.comoments, nan, ..Self::new(lag)? })
    }

    /// The newest values, at most `lag`, oldest first.
    pub fn window(&self) -> Vec<f64> {
        self.window.iter().copied().collect()
    }

    /// The correlation of the pairs.
    pub fn pearson(&self) -> PearsonCorr {
        PearsonCorr::of(self.pairs, 1)
    }
}

impl Statistic for AutoCorr {
    type Input = f64;

    fn update(&mut self, x: f64) {
        if let Some(past) = self.window.push(x, self.lag) {
            self.pairs.update((x, past));
        }
        self.nan |= x.is_nan();
    }

    fn get(&self) -> Option<f64> {
        Some(if self.nan { f64::NAN } else { self.pairs.correlation() })
    }

    fn n(&self) -> f64 {
        self.pairs.n() + self.window.len() as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.lag > 0, "a lag of 0")?;
        let stored = self.window.len();
        validate::ensure(stored <= self.lag, "more values than the lag")?;
        validate::ensure(self.pairs.n() == 0.0 || stored == self.lag, "pairs before the first could be made")?;
        self.pairs.validate()
    }
}

rollable!(AutoCorr: replaying);
univariate!(AutoCorr);
