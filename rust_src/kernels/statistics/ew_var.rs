//! Exponentially weighted variance about the exponentially weighted mean, in the incremental form of T. Finch, "Incremental
//! calculation of weighted mean and variance" (2009), section 9: `variance = (1 - α) variance + (1 - α) α (x - mean)²`. No
//! term is negative, so neither is the variance.

use crate::{
    Error,
    kernels::{
        accumulators::{
            exponential_stream::{Appended, ExponentialStream},
            exponential_weights::ExponentialWeights,
            share::Share,
        },
        aggregates::exponential::ExponentialAggregate,
        batch::simd::BLOCK,
        numerics::{double_double::DoubleDouble, serde_compat, timestamp::Timestamp, validate},
        traits::{Aggregate, Merge, Statistic, Timed, one_by_one},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// Exponentially weighted variance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EwVar {
    /// The weights, and the first value.
    pub stream: ExponentialStream<f64>,
    #[serde(with = "serde_compat")]
    mean: DoubleDouble,
    variance: f64,
}

impl EwVar {
    /// A variance over no values; for the parameters see [`ExponentialWeights`].
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
        Self { stream: ExponentialStream::new(weights), mean: DoubleDouble::default(), variance: 0.0 }
    }

    /// The variance of values from their mean and the mean of their squares, if there were any.
    pub fn from_state(fading_factor: f64, means: Option<(f64, f64)>) -> Result<Self, Error> {
        let Some((mean, mean_of_squares)) = means else {
            return Ok(Self::over(ExponentialWeights::new(fading_factor, None, false)?));
        };
        // Rounding may make the difference negative.
        let variance = mean_of_squares - mean * mean;
        let variance = if variance < 0.0 { 0.0 } else { variance };
        let n = if variance == 0.0 { 1 } else { 2 };
        let weights = ExponentialWeights::new(fading_factor, None, false)?.after(n, 0.0);
        Ok(Self { stream: ExponentialStream::new(weights), mean: mean.into(), variance })
    }

    #[inline(always)]
    fn add(&mut self, x: f64, share: Option<Share>) {
        let Some(share) = share else {
            self.mean = x.into();
            // A first value that is not finite has no finite deviation from itself.
            self.variance = if x.is_finite() { 0.0 } else { f64::NAN };
            return;
        };
        let deviation = share.move_mean(&mut self.mean, x);
        self.variance = share.older * self.variance + share.product(deviation, deviation, x.is_finite());
    }

    /// Like [`accumulate`](Statistic::accumulate), without checks for values that are not finite, if the variance
    /// itself is the value. Returns false, having changed nothing but `out`, if it is not, or if the mean is not finite
    /// at some point; it is then not finite at the end either.
    fn accumulate_finite(&mut self, xs: &[f64], out: &mut [f64]) -> bool {
        let weights = &self.stream.weights;
        let Some(share) = weights.constant().filter(|_| weights.bias && weights.are_enough()) else { return false };
        let (mut mean, mut variance) = (self.mean, self.variance);
        for (&x, out) in xs.iter().zip(out) {
            let deviation = share.move_mean(&mut mean, x);
            variance = share.older * variance + share.older * deviation * (share.newest * deviation);
            *out = variance;
        }
        let finite = mean.value().is_finite();
        if finite {
            self.stream.weights.count(xs.len());
            (self.mean, self.variance) = (mean, variance);
        }
        finite
    }
}

impl Statistic for EwVar {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        let share = self.stream.advance(x);
        self.add(x, share);
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        self.stream.weights.estimate(self.variance)
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

    fn accumulate(&mut self, xs: &[f64], out: &mut [f64]) {
        for (xs, out) in xs.chunks(BLOCK).zip(out.chunks_mut(BLOCK)) {
            if !self.accumulate_finite(xs, out) {
                one_by_one(self, xs, out);
            }
        }
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.stream.validate()?;
        validate::ensure(self.stream.weights.n() > 0 || self.mean == DoubleDouble::default(), "a mean without values")?;
        validate::ensure(validate::is_sum_of_squares(self.variance), "a negative variance")?;
        validate::ensure(self.n() > 1.0 || self.variance == 0.0 || self.variance.is_nan(), "a variance without values")
    }
}

impl Timed for EwVar {
    fn is_timed(&self) -> bool {
        self.stream.weights.halflife.is_some()
    }

    fn update_at(&mut self, x: f64, t: Timestamp) -> Result<(), Error> {
        let share = self.stream.advance_to(x, t)?;
        self.add(x, share);
        Ok(())
    }
}

impl Merge for EwVar {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        match self.stream.append(&other.stream)? {
            Appended::Nothing => {}
            Appended::All => (self.mean, self.variance) = (other.mean, other.variance),
            Appended::Joint(joint) => {
                let coordinates = (self.mean, other.mean, joint.first);
                let variance = joint.product((self.variance, other.variance), [coordinates; 2]);
                // What is left without the first value may be close to 0, and rounded below it.
                self.variance = if variance < 0.0 { 0.0 } else { variance };
                self.mean = joint.mean(self.mean, other.mean, joint.first);
            }
        }
        Ok(())
    }
}

impl Aggregate for EwVar {
    type Partial = ExponentialAggregate<f64>;

    #[inline]
    fn lift(&self, x: f64, _: f64) -> Self::Partial {
        ExponentialAggregate::new(&self.stream.weights, x)
    }

    #[inline]
    fn lower(&self, run: Option<Self::Partial>) -> Self {
        let Some(run) = run else { return self.clone() };
        let (weights, mean, variance) = run.lower(&self.stream.weights);
        Self { stream: ExponentialStream::new(weights), mean: mean.into(), variance }
    }
}

rollable!(EwVar: combining, in order);
rollable!(EwVar: timed);
univariate!(EwVar);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_costs_no_digits() {
        for fading_factor in [0.9, 0.5, 0.01] {
            let [mut plain, mut offset] =
                [0, 1].map(|_| EwVar::new(fading_factor, None, false, true, 0, true).unwrap());
            // The offset begins after the first value, which sets the first origin.
            offset.update(0.0);
            for i in 0..20_000 {
                let x = f64::from(i * i % 101) / 64.0;
                plain.update(x);
                offset.update(1e9 + x);
            }
            assert!((offset.variance / plain.variance - 1.0).abs() < 1e-13, "{fading_factor}");
        }
    }

    #[test]
    fn columns_leave_what_the_loop_leaves() {
        let mut random = fastrand::Rng::with_seed(5);
        for (fading_factor, wild) in [(0.1, 0.0), (0.5, f64::INFINITY), (1.0, 1e308), (0.0, f64::NAN), (0.3, -1e308)] {
            let mut xs: Vec<f64> = (0..3 * BLOCK).map(|_| random.f64() - 1e3).collect();
            xs[2 * BLOCK + 7] += wild;
            let mut at_once = EwVar::new(fading_factor, None, false, true, 0, true).unwrap();
            let (mut one_each, mut out) = (at_once.clone(), vec![0.0; xs.len()]);
            for part in [0..5, 5..BLOCK, BLOCK..xs.len()] {
                at_once.accumulate(&xs[part.clone()], &mut out[part]);
            }
            for (&x, &value) in xs.iter().zip(&out) {
                one_each.update(x);
                assert_eq!(one_each.variance.to_bits(), value.to_bits());
            }
            assert_eq!(
                (one_each.mean.value().to_bits(), one_each.mean.lo.to_bits(), one_each.n()),
                (at_once.mean.value().to_bits(), at_once.mean.lo.to_bits(), at_once.n()),
                "{fading_factor} {wild}"
            );
        }
    }
}
