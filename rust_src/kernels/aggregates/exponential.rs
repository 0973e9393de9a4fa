//! The exponentially weighted mean and products of deviations of a run.
//!
//! In a run the newest observation weighs 1, and each other one `κ = 1 - α` times as much as the next. When a newer run
//! of `n` observations follows, all weights of the older run are multiplied by `κ^n`; then means and sums of products
//! combine as those of any weighted data (see [`Centre`](crate::kernels::accumulators::centre)). Adjusted statistics
//! follow directly. The others multiply all weights by α, so that they add up to `1 - κ^n`, and give the rest, `κ^n`, to
//! the first observation, which a run therefore remembers. All sums have terms of one sign: nothing cancels.

use crate::kernels::{
    accumulators::exponential_weights::ExponentialWeights,
    numerics::{double_double::DoubleDouble, serde_compat, validate},
    traits::PartialAggregate,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// A value, or a pair of values.
pub trait Coordinates: Copy + Debug + Send + Serialize + DeserializeOwned + 'static {
    /// The mean of several.
    type Mean: Copy + Debug + Send + Serialize + DeserializeOwned + From<Self> + 'static;
    /// Whether the products of deviations are known.
    const PRODUCTS: bool = true;

    /// The product of the distances from `from` to `to`, by the first and by the last coordinate.
    fn product(from: Self::Mean, to: Self::Mean) -> f64;

    /// The mean of `older` with weight `w` and `newer` with weight `v`.
    fn mean(older: Self::Mean, w: f64, newer: Self::Mean, v: f64) -> Self::Mean;
}

/// A value of which only the mean is needed. Its rounding errors are of the size of the mean, so one double will do.
/// Stored as other means are.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(from = "Coordinate", into = "Coordinate")]
pub struct MeanOnly(pub f64);

impl From<Coordinate> for MeanOnly {
    fn from(Coordinate(mean): Coordinate) -> Self {
        // Adding 0 would turn -0.0 into 0.0.
        Self(if mean.lo == 0.0 { mean.hi } else { mean.value() })
    }
}

impl From<MeanOnly> for Coordinate {
    fn from(MeanOnly(mean): MeanOnly) -> Self {
        mean.into()
    }
}

impl Coordinates for MeanOnly {
    type Mean = Self;
    const PRODUCTS: bool = false;

    #[inline]
    fn product(_: Self, _: Self) -> f64 {
        0.0
    }

    #[inline]
    fn mean(Self(older): Self, w: f64, Self(newer): Self, v: f64) -> Self {
        let mean = older + (newer - older) * (v / (w + v));
        // Of infinite values `inf - inf` would be NaN.
        Self(if mean.is_finite() { mean } else { (w * older + v * newer) / (w + v) })
    }
}

/// One coordinate of a mean that is kept with products: with a single double, an offset of 1e9 would cost each
/// combination seven digits of the products.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Coordinate(#[serde(with = "serde_compat")] DoubleDouble);

impl From<f64> for Coordinate {
    #[inline]
    fn from(x: f64) -> Self {
        Self(x.into())
    }
}

impl From<Coordinate> for DoubleDouble {
    #[inline]
    fn from(coordinate: Coordinate) -> Self {
        coordinate.0
    }
}

impl Coordinate {
    #[inline]
    fn distance(self, to: Self) -> f64 {
        (to.0.hi - self.0.hi) + (to.0.lo - self.0.lo)
    }

    #[inline]
    fn moved(self, w: f64, newer: Self, v: f64) -> Self {
        let mean = self.0.plus(self.distance(newer) * (v / (w + v)));
        // Of infinite values `inf - inf` would be NaN.
        if mean.value().is_finite() { Self(mean) } else { ((w * self.0.hi + v * newer.0.hi) / (w + v)).into() }
    }
}

impl Coordinates for f64 {
    type Mean = Coordinate;

    #[inline]
    fn product(from: Coordinate, to: Coordinate) -> f64 {
        let distance = from.distance(to);
        distance * distance
    }

    #[inline]
    fn mean(older: Coordinate, w: f64, newer: Coordinate, v: f64) -> Coordinate {
        older.moved(w, newer, v)
    }
}

/// The mean of pairs.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Point(pub Coordinate, pub Coordinate);

impl From<(f64, f64)> for Point {
    #[inline]
    fn from((x, y): (f64, f64)) -> Self {
        Self(x.into(), y.into())
    }
}

impl Coordinates for (f64, f64) {
    type Mean = Point;

    #[inline]
    fn product(from: Point, to: Point) -> f64 {
        from.0.distance(to.0) * from.1.distance(to.1)
    }

    #[inline]
    fn mean(older: Point, w: f64, newer: Point, v: f64) -> Point {
        Point(older.0.moved(w, newer.0, v), older.1.moved(w, newer.1, v))
    }
}

/// The weights, the first observation, the mean and the products of a run.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ExponentialAggregate<P: Coordinates> {
    n: u64,
    /// The factor by which the run multiplies all weights before it, `κ^n`.
    decay: f64,
    /// The sum of the weights.
    total: f64,
    first: P,
    mean: P::Mean,
    /// The weighted sum of products of deviations.
    products: f64,
}

/// A factor that is not 0 must not become 0 in a long run: an infinity before it would become NaN.
#[inline]
fn positive(decay: f64, present: bool) -> f64 {
    if present { decay.max(f64::MIN_POSITIVE) } else { decay }
}

impl<P: Coordinates> ExponentialAggregate<P> {
    /// The run of one observation.
    #[inline]
    pub fn new(weights: &ExponentialWeights, x: P) -> Self {
        let decay = positive(weights.decay(), weights.decay() > 0.0);
        let mean = x.into();
        Self { n: 1, decay, total: 1.0, first: x, mean, products: P::product(mean, mean) }
    }

    /// The weights after the run, the mean, and the mean product of deviations.
    #[inline]
    pub fn lower(self, weights: &ExponentialWeights) -> (ExponentialWeights, P::Mean, f64) {
        let after = weights.after(self.n, self.total);
        if weights.adjust || self.n == 1 {
            return (after, self.mean, self.products / self.total);
        }
        let alpha = weights.fading_factor;
        let rest = alpha * self.total;
        let apart = P::product(self.mean, self.first.into());
        let products = alpha * self.products + if apart == 0.0 { 0.0 } else { rest * self.decay * apart };
        (after, P::mean(self.mean, rest, self.first.into(), self.decay), products)
    }
}

impl<P: Coordinates> PartialAggregate for ExponentialAggregate<P> {
    #[inline]
    fn combine(self, newer: Self) -> Self {
        let faded = newer.decay * self.total;
        let total = faded + newer.total;
        let between = P::product(self.mean, newer.mean);
        Self {
            n: self.n + newer.n,
            decay: positive(self.decay * newer.decay, self.decay > 0.0 && newer.decay > 0.0),
            total,
            first: self.first,
            mean: P::mean(self.mean, faded, newer.mean, newer.total),
            products: if P::PRODUCTS {
                newer.decay * self.products + newer.products + faded * (newer.total / total) * between
            } else {
                0.0
            },
        }
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.n > 0, "an empty run")?;
        validate::ensure((0.0..=1.0).contains(&self.decay), "a weight out of range")?;
        validate::ensure((1.0..=self.n as f64).contains(&self.total), "weights that their number cannot have")
    }
}
