//! The exponentially weighted mean and products of deviations of a run.
//!
//! In a run the newest observation weighs 1, and each other one `κ = 1 - α` times as much as the next. When a newer run
//! of `n` observations follows, all weights of the older run are multiplied by `κ^n`; then means and sums of products
//! combine as those of any weighted data (see [`Centre`](crate::kernels::accumulators::centre)). Adjusted statistics
//! follow directly. The others multiply all weights by α, so that they add up to `1 - κ^n`, and give the rest, `κ^n`, to
//! the first observation, which a run therefore remembers. All sums have terms of one sign: nothing cancels.

use crate::kernels::{
    accumulators::exponential_weights::ExponentialWeights, numerics::validate, traits::PartialAggregate,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// A value, or a pair of values.
pub trait Coordinates: Copy + Debug + Send + Serialize + DeserializeOwned + 'static {
    /// The distance from `other`, by coordinate.
    fn minus(self, other: Self) -> Self;

    /// The mean of `self` with weight `w` and `other` with weight `v`.
    fn mean(self, w: f64, other: Self, v: f64) -> Self;

    /// The product of the first and the last coordinate.
    fn product(self) -> f64;
}

impl Coordinates for f64 {
    #[inline]
    fn minus(self, other: Self) -> Self {
        self - other
    }

    #[inline]
    fn mean(self, w: f64, other: Self, v: f64) -> Self {
        let mean = self + (other - self) * (v / (w + v));
        // Of infinite values `inf - inf` would be NaN.
        if mean.is_finite() { mean } else { (w * self + v * other) / (w + v) }
    }

    #[inline]
    fn product(self) -> f64 {
        self * self
    }
}

impl Coordinates for (f64, f64) {
    #[inline]
    fn minus(self, other: Self) -> Self {
        (self.0 - other.0, self.1 - other.1)
    }

    #[inline]
    fn mean(self, w: f64, other: Self, v: f64) -> Self {
        (self.0.mean(w, other.0, v), self.1.mean(w, other.1, v))
    }

    #[inline]
    fn product(self) -> f64 {
        self.0 * self.1
    }
}

/// The weights, the first observation, the mean and the products of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ExponentialAggregate<P: Coordinates> {
    n: u64,
    /// The factor of all weights before the run, `κ^n`.
    decay: f64,
    /// The sum of the weights.
    total: f64,
    first: P,
    mean: P,
    /// The weighted sum of products of deviations.
    products: f64,
}

/// A factor that is not 0 must not become 0 in a long run: an infinity before it would become NaN.
fn positive(decay: f64, present: bool) -> f64 {
    if present { decay.max(f64::MIN_POSITIVE) } else { decay }
}

impl<P: Coordinates> ExponentialAggregate<P> {
    /// The run of one observation.
    #[inline]
    pub fn new(weights: &ExponentialWeights, x: P) -> Self {
        let decay = positive(weights.decay(), weights.decay() > 0.0);
        Self { n: 1, decay, total: 1.0, first: x, mean: x, products: x.minus(x).product() }
    }

    /// The weights after the run, the mean, and the mean product of deviations.
    #[inline]
    pub fn lower(self, weights: &ExponentialWeights) -> (ExponentialWeights, P, f64) {
        let after = weights.after(self.n, self.total);
        if weights.adjust || self.n == 1 {
            return (after, self.mean, self.products / self.total);
        }
        let alpha = weights.fading_factor;
        let rest = alpha * self.total;
        let apart = self.first.minus(self.mean).product();
        let products = alpha * self.products + if apart == 0.0 { 0.0 } else { rest * self.decay * apart };
        (after, self.mean.mean(rest, self.first, self.decay), products)
    }
}

impl<P: Coordinates> PartialAggregate for ExponentialAggregate<P> {
    #[inline]
    fn combine(self, newer: Self) -> Self {
        let faded = newer.decay * self.total;
        let total = faded + newer.total;
        let between = newer.mean.minus(self.mean).product();
        Self {
            n: self.n + newer.n,
            decay: positive(self.decay * newer.decay, self.decay > 0.0 && newer.decay > 0.0),
            total,
            first: self.first,
            mean: self.mean.mean(faded, newer.mean, newer.total),
            products: newer.decay * self.products + newer.products + faded * (newer.total / total) * between,
        }
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.n > 0, "an empty run")?;
        validate::ensure((0.0..=1.0).contains(&self.decay), "a weight out of range")?;
        validate::ensure((1.0..=self.n as f64).contains(&self.total), "weights that their number cannot have")
    }
}
