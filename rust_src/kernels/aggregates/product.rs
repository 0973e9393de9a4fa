//! Products of deviations within runs.

use crate::kernels::{
    aggregates::{mean, validate_weight},
    numerics::double_double::DoubleDouble,
    structures::partial::PartialAggregate,
};
use serde::{Deserialize, Serialize};

/// Total weight, both means, and the sum of products of deviations.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductAggregate {
    weight: f64,
    mean_x: DoubleDouble,
    mean_y: DoubleDouble,
    products: f64,
}

impl ProductAggregate {
    /// The run of one pair.
    #[inline]
    pub fn new((x, y): (f64, f64), w: f64) -> Self {
        let products = if x.is_finite() && y.is_finite() { 0.0 } else { f64::NAN };
        Self { weight: w, mean_x: x.into(), mean_y: y.into(), products }
    }

    /// A run of this weight, these means and sum of products.
    #[inline]
    pub(crate) fn from_parts(weight: f64, mean_x: DoubleDouble, mean_y: DoubleDouble, products: f64) -> Self {
        Self { weight, mean_x, mean_y, products }
    }

    /// Total weight, both means, and the sum of products.
    #[inline]
    pub fn parts(self) -> (f64, DoubleDouble, DoubleDouble, f64) {
        (self.weight, self.mean_x, self.mean_y, self.products)
    }

    #[cold]
    fn not_finite(self, newer: Self) -> Self {
        let join = |a: DoubleDouble, b: DoubleDouble, deviation: f64, share: f64| {
            if a.hi.is_finite() && b.hi.is_finite() { mean(a, deviation, share) } else { (a.hi + b.hi).into() }
        };
        let weight = self.weight + newer.weight;
        // Halves, as the difference of two doubles may be out of range.
        let half = |a: DoubleDouble, b: DoubleDouble| 0.5 * b.hi - 0.5 * a.hi;
        let share = 2.0 * newer.weight / weight;
        let mean_x = join(self.mean_x, newer.mean_x, half(self.mean_x, newer.mean_x), share);
        let mean_y = join(self.mean_y, newer.mean_y, half(self.mean_y, newer.mean_y), share);
        let between = half(self.mean_x, newer.mean_x) * half(self.mean_y, newer.mean_y) * 2.0 * share * self.weight;
        Self { weight, mean_x, mean_y, products: self.products + newer.products + between }
    }
}

impl PartialAggregate for ProductAggregate {
    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        let weight = self.weight + newer.weight;
        let share = newer.weight / weight;
        let distance = |a: DoubleDouble, b: DoubleDouble| (b.hi - a.hi) + (b.lo - a.lo);
        let (dx, dy) = (distance(self.mean_x, newer.mean_x), distance(self.mean_y, newer.mean_y));
        if !(dx.is_finite() && dy.is_finite()) {
            return self.not_finite(newer);
        }
        Self {
            weight,
            mean_x: mean(self.mean_x, dx, share),
            mean_y: mean(self.mean_y, dy, share),
            products: self.products + newer.products + dx * share * self.weight * dy,
        }
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate_weight(self.weight)
    }
}
