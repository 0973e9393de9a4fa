//! Exponentially weighted statistics of a run of observations, so that neighbouring runs can be joined.
//!
//! Within a run the newest observation weighs 1 and each other one `κ = 1 - α` times the one after it. With `B` the
//! newer run, of `n` observations, all of `A` weigh `κ^n` times what they weighed by themselves; then means and sums of
//! products join as those of any weighted data do (see [`super::centre`]). Adjusted statistics are read off directly.
//! The others multiply all weights by α, so that they add up to `1 - κ^n`, and give the rest, `κ^n`, to the first
//! observation, which is why a run remembers it. All terms are sums of like signs: nothing cancels.

use crate::kernels::{
    accumulators::exponential_weights::ExponentialWeights, numerics::validate, structures::partial::PartialAggregate,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// A value, or a pair of them.
pub trait Point: Copy + Debug + Send + Serialize + DeserializeOwned + 'static {
    /// The distance from `other`, by coordinate.
    fn from(self, other: Self) -> Self;

    /// The mean of this point, of the weight `w`, and `other`, of the weight `v`.
    fn mean(self, w: f64, other: Self, v: f64) -> Self;

    /// The product of the first and the last coordinate.
    fn product(self) -> f64;
}

impl Point for f64 {
    #[inline]
    fn from(self, other: Self) -> Self {
        self - other
    }

    #[inline]
    fn mean(self, w: f64, other: Self, v: f64) -> Self {
        let mean = self + (other - self) * (v / (w + v));
        // Infinite values: `inf - inf` would make them NaN.
        if mean.is_finite() { mean } else { (w * self + v * other) / (w + v) }
    }

    #[inline]
    fn product(self) -> f64 {
        self * self
    }
}

impl Point for (f64, f64) {
    #[inline]
    fn from(self, other: Self) -> Self {
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

/// What is known of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ExponentialAggregate<P: Point> {
    n: u64,
    /// What is left of the weight of all before the run, `κ^n`.
    kept: f64,
    /// The sum of the weights.
    total: f64,
    first: P,
    mean: P,
    /// The weighted sum of products of deviations.
    products: f64,
}

/// A factor that is not 0 must not become it, however long the run: an infinity before it would become NaN.
fn positive(kept: f64, present: bool) -> f64 {
    if present { kept.max(f64::MIN_POSITIVE) } else { kept }
}

impl<P: Point> ExponentialAggregate<P> {
    /// The run of one observation.
    #[inline]
    pub fn new(weights: &ExponentialWeights, x: P) -> Self {
        let kept = positive(weights.kept(), weights.kept() > 0.0);
        Self { n: 1, kept, total: 1.0, first: x, mean: x, products: Point::from(x, x).product() }
    }

    /// The weights after the run, the mean, and the mean of products of deviations.
    #[inline]
    pub fn lower(self, weights: &ExponentialWeights) -> (ExponentialWeights, P, f64) {
        let after = weights.having_seen(self.n, self.total);
        if weights.adjust || self.n == 1 {
            return (after, self.mean, self.products / self.total);
        }
        let alpha = weights.fading_factor;
        let rest = alpha * self.total;
        let apart = Point::from(self.first, self.mean).product();
        let products = alpha * self.products + if apart == 0.0 { 0.0 } else { rest * self.kept * apart };
        (after, self.mean.mean(rest, self.first, self.kept), products)
    }
}

impl<P: Point> PartialAggregate for ExponentialAggregate<P> {
    #[inline]
    fn join(self, newer: Self) -> Self {
        let faded = newer.kept * self.total;
        let total = faded + newer.total;
        let between = Point::from(newer.mean, self.mean).product();
        Self {
            n: self.n + newer.n,
            kept: positive(self.kept * newer.kept, self.kept > 0.0 && newer.kept > 0.0),
            total,
            first: self.first,
            mean: self.mean.mean(faded, newer.mean, newer.total),
            products: newer.kept * self.products + newer.products + faded * (newer.total / total) * between,
        }
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.n > 0, "an empty run")?;
        validate::ensure((0.0..=1.0).contains(&self.kept), "a weight out of range")?;
        validate::ensure((1.0..=self.n as f64).contains(&self.total), "weights that their number cannot have")
    }
}
