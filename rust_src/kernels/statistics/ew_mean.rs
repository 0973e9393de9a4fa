//! Exponentially weighted mean: `mean += α (x - mean)`, beginning with the first value.

use crate::{
    Error,
    kernels::{
        accumulators::{
            exponential_stream::{Appended, ExponentialStream},
            exponential_weights::ExponentialWeights,
        },
        aggregates::exponential::{ExponentialAggregate, MeanOnly},
        numerics::{double_double::DoubleDouble, serde_compat, timestamp::Timestamp, validate},
        traits::{Aggregate, Merge, Statistic, Timed},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// Exponentially weighted mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EwMean {
    /// The weights, and the first value.
    pub stream: ExponentialStream<f64>,
    #[serde(with = "serde_compat")]
    mean: DoubleDouble,
}

impl EwMean {
    /// A mean over no values; for the parameters see [`ExponentialWeights`].
    pub fn new(
        fading_factor: f64,
        halflife: Option<f64>,
        adjust: bool,
        min_samples: i128,
        ignore_na: bool,
    ) -> Result<Self, Error> {
        let weights = ExponentialWeights::new(fading_factor, halflife, adjust)?;
        let weights = weights.observing(true, min_samples, ignore_na)?;
        Ok(Self { stream: ExponentialStream::new(weights), mean: DoubleDouble::default() })
    }

    /// The mean of values from their mean alone, if there were any.
    pub fn from_state(fading_factor: f64, mean: Option<f64>) -> Result<Self, Error> {
        let weights = ExponentialWeights::new(fading_factor, None, false)?.after(mean.is_some().into(), 0.0);
        Ok(Self { stream: ExponentialStream::new(weights), mean: mean.unwrap_or_default().into() })
    }

    /// The mean, if there were values.
    pub fn mean(&self) -> Option<f64> {
        (self.stream.weights.n() > 0).then(|| self.mean.value())
    }
}

impl Statistic for EwMean {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        match self.stream.advance(x) {
            Some(share) => _ = share.move_mean(&mut self.mean, x),
            None => self.mean = x.into(),
        }
    }

    fn update_many(&mut self, mut xs: &[f64]) {
        if let (0, Some((&first, others))) = (self.stream.weights.n(), xs.split_first()) {
            self.update(first);
            xs = others;
        }
        let Some(share) = self.stream.weights.constant() else { return xs.iter().for_each(|&x| self.update(x)) };
        // A local mean stays in registers.
        let mut mean = self.mean;
        for &x in xs {
            share.move_mean(&mut mean, x);
        }
        self.mean = mean;
        self.stream.weights.count(xs.len());
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        self.stream.weights.are_enough().then(|| self.mean.value())
    }

    fn n(&self) -> f64 {
        self.stream.weights.n() as f64
    }

    fn counts_missing(&self) -> bool {
        !self.stream.weights.ignore_na
    }

    fn update_missing(&mut self, t: Option<Timestamp>) -> Result<(), Error> {
        self.stream.weights.skip(t)
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.stream.validate()?;
        validate::ensure(self.stream.weights.n() > 0 || self.mean == DoubleDouble::default(), "a mean without values")
    }
}

impl Timed for EwMean {
    fn is_timed(&self) -> bool {
        self.stream.weights.halflife.is_some()
    }

    fn update_at(&mut self, x: f64, t: Timestamp) -> Result<(), Error> {
        match self.stream.advance_to(x, t)? {
            Some(share) => _ = share.move_mean(&mut self.mean, x),
            None => self.mean = x.into(),
        }
        Ok(())
    }
}

impl Merge for EwMean {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        match self.stream.append(&other.stream)? {
            Appended::Nothing => {}
            Appended::All => self.mean = other.mean,
            Appended::Joint(joint) => self.mean = joint.mean(self.mean, other.mean, joint.first),
        }
        Ok(())
    }
}

impl Aggregate for EwMean {
    type Partial = ExponentialAggregate<MeanOnly>;

    #[inline]
    fn lift(&self, x: f64, _: f64) -> Self::Partial {
        ExponentialAggregate::new(&self.stream.weights, MeanOnly(x))
    }

    #[inline]
    fn lower(&self, run: Option<Self::Partial>) -> Self {
        let Some(run) = run else { return self.clone() };
        let (weights, MeanOnly(mean), _) = run.lower(&self.stream.weights);
        Self { stream: ExponentialStream::new(weights), mean: mean.into() }
    }
}

rollable!(EwMean: combining, in order);
rollable!(EwMean: timed);
univariate!(EwMean);
