//! Exponentially weighted covariance about the exponentially weighted means, the bilinear form of [`super::ew_var`]:
//! `covariance = (1 - α) covariance + (1 - α) α (x - mean_x) (y - mean_y)`.

use crate::{
    Error,
    kernels::{
        accumulators::{
            exponential_stream::{Appended, ExponentialStream},
            exponential_weights::ExponentialWeights,
            share::Share,
        },
        aggregates::exponential::{ExponentialAggregate, Point},
        numerics::{double_double::DoubleDouble, serde_compat, timestamp::Timestamp, validate},
        traits::{Aggregate, Merge, Statistic, Timed},
        watermill::bivariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// Exponentially weighted covariance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EwCov {
    /// The weights, and the first pair.
    pub stream: ExponentialStream<(f64, f64)>,
    #[serde(with = "serde_compat")]
    mean_x: DoubleDouble,
    #[serde(with = "serde_compat")]
    mean_y: DoubleDouble,
    covariance: f64,
}

impl EwCov {
    /// A covariance over no values; for the parameters see [`ExponentialWeights`].
    pub fn new(
        fading_factor: f64,
        halflife: Option<f64>,
        adjust: bool,
        bias: bool,
        min_samples: i128,
        ignore_na: bool,
    ) -> Result<Self, Error> {
        let weights = ExponentialWeights::new(fading_factor, halflife, adjust)?;
        Ok(Self::over(weights.observing(bias, min_samples, ignore_na)?))
    }

    fn over(weights: ExponentialWeights) -> Self {
        let (mean_x, mean_y) = Default::default();
        Self { stream: ExponentialStream::new(weights), mean_x, mean_y, covariance: 0.0 }
    }

    /// The covariance of pairs from their means and the mean of their products, if there were any.
    pub fn from_state(fading_factor: f64, means: Option<(f64, f64, f64)>) -> Result<Self, Error> {
        let Some((mean_x, mean_y, mean_of_products)) = means else {
            return Ok(Self::over(ExponentialWeights::new(fading_factor, None, false)?));
        };
        let covariance = mean_of_products - mean_x * mean_y;
        let n = if covariance == 0.0 { 1 } else { 2 };
        let weights = ExponentialWeights::new(fading_factor, None, false)?.after(n, 0.0);
        Ok(Self { stream: ExponentialStream::new(weights), mean_x: mean_x.into(), mean_y: mean_y.into(), covariance })
    }

    #[inline(always)]
    fn add(&mut self, (x, y): (f64, f64), share: Option<Share>) {
        let Some(share) = share else {
            (self.mean_x, self.mean_y) = (x.into(), y.into());
            // First values that are not finite have no finite deviation from themselves.
            self.covariance = if x.is_finite() && y.is_finite() { 0.0 } else { f64::NAN };
            return;
        };
        let (dx, dy) = (share.move_mean(&mut self.mean_x, x), share.move_mean(&mut self.mean_y, y));
        let product = share.product(dx, dy, x.is_finite() && y.is_finite());
        self.covariance = share.older * self.covariance + product;
    }
}

impl Statistic for EwCov {
    type Input = (f64, f64);

    #[inline]
    fn update(&mut self, pair: (f64, f64)) {
        let share = self.stream.advance(pair);
        self.add(pair, share);
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        self.stream.weights.estimate(self.covariance)
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
        let means = self.mean_x == DoubleDouble::default() && self.mean_y == DoubleDouble::default();
        validate::ensure(self.stream.weights.n() > 0 || means, "means without values")?;
        let covariance = self.covariance == 0.0 || self.covariance.is_nan();
        validate::ensure(self.n() > 1.0 || covariance, "a covariance without values")
    }
}

impl Timed for EwCov {
    fn is_timed(&self) -> bool {
        self.stream.weights.halflife.is_some()
    }

    fn update_at(&mut self, pair: (f64, f64), t: Timestamp) -> Result<(), Error> {
        let share = self.stream.advance_to(pair, t)?;
        self.add(pair, share);
        Ok(())
    }
}

impl Merge for EwCov {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        match self.stream.append(&other.stream)? {
            Appended::Nothing => {}
            Appended::All => {
                (self.mean_x, self.mean_y, self.covariance) = (other.mean_x, other.mean_y, other.covariance);
            }
            Appended::Joint(joint) => {
                let (first_x, first_y) = joint.first.unzip();
                let (x, y) = ((self.mean_x, other.mean_x, first_x), (self.mean_y, other.mean_y, first_y));
                self.covariance = joint.product((self.covariance, other.covariance), [x, y]);
                self.mean_x = joint.mean(x.0, x.1, x.2);
                self.mean_y = joint.mean(y.0, y.1, y.2);
            }
        }
        Ok(())
    }
}

impl Aggregate for EwCov {
    type Partial = ExponentialAggregate<(f64, f64)>;

    #[inline]
    fn lift(&self, x: (f64, f64), _: f64) -> Self::Partial {
        ExponentialAggregate::new(&self.stream.weights, x)
    }

    #[inline]
    fn lower(&self, run: Option<Self::Partial>) -> Self {
        let Some(run) = run else { return self.clone() };
        let (weights, Point(mean_x, mean_y), covariance) = run.lower(&self.stream.weights);
        Self { stream: ExponentialStream::new(weights), mean_x: mean_x.into(), mean_y: mean_y.into(), covariance }
    }
}

rollable!(EwCov: combining, in order);
rollable!(EwCov: timed);
bivariate!(EwCov);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::statistics::ew_var::EwVar;

    #[test]
    fn the_covariance_of_a_variable_with_itself_is_its_variance() {
        for (halflife, adjust) in [(None, false), (None, true), (Some(3.0), false), (Some(3.0), true)] {
            let mut cov = EwCov::new(0.3, halflife, adjust, true, 0, true).unwrap();
            let mut var = EwVar::new(0.3, halflife, adjust, true, 0, true).unwrap();
            for i in 0..50 {
                let x = 1e8 + f64::from(i * i % 17);
                cov.update((x, x));
                var.update(x);
                assert_eq!(cov.get(), var.get());
            }
            assert!(var.get() > Some(0.0));
        }
    }
}
