//! The products of deviations of a run of pairs.

use crate::kernels::{
    accumulators::{centre::Centre, comoments::Comoments, dispersion::Dispersion},
    numerics::{double_double::DoubleDouble, scale::Scale, weight},
    traits::PartialAggregate,
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

    /// From a weight, the means and the sum of products.
    #[inline]
    pub(crate) fn from_parts(weight: f64, mean_x: DoubleDouble, mean_y: DoubleDouble, products: f64) -> Self {
        Self { weight, mean_x, mean_y, products }
    }

    #[cold]
    fn combine_not_finite(self, newer: Self) -> Self {
        let mean = |a: DoubleDouble, b: DoubleDouble, deviation: f64, share: f64| {
            if a.hi.is_finite() && b.hi.is_finite() { a.plus(deviation * share) } else { (a.hi + b.hi).into() }
        };
        let weight = self.weight + newer.weight;
        // Halves, since the difference of two doubles may be out of range.
        let half = |a: DoubleDouble, b: DoubleDouble| 0.5 * b.hi - 0.5 * a.hi;
        let share = 2.0 * newer.weight / weight;
        let mean_x = mean(self.mean_x, newer.mean_x, half(self.mean_x, newer.mean_x), share);
        let mean_y = mean(self.mean_y, newer.mean_y, half(self.mean_y, newer.mean_y), share);
        let between = half(self.mean_x, newer.mean_x) * half(self.mean_y, newer.mean_y) * 2.0 * share * self.weight;
        Self { weight, mean_x, mean_y, products: self.products + newer.products + between }
    }
}

impl PartialAggregate for ProductAggregate {
    #[inline(always)]
    fn combine(self, newer: Self) -> Self {
        let weight = self.weight + newer.weight;
        let share = newer.weight / weight;
        let distance = |a: DoubleDouble, b: DoubleDouble| (b.hi - a.hi) + (b.lo - a.lo);
        let (dx, dy) = (distance(self.mean_x, newer.mean_x), distance(self.mean_y, newer.mean_y));
        if !(dx.is_finite() && dy.is_finite()) {
            return self.combine_not_finite(newer);
        }
        Self {
            weight,
            mean_x: self.mean_x.plus(dx * share),
            mean_y: self.mean_y.plus(dy * share),
            products: self.products + newer.products + dx * share * self.weight * dy,
        }
    }

    fn validate(&self) -> Result<(), &'static str> {
        weight::validate_partial(self.weight)
    }
}

/// The sums of squares, which are not known, are the least that allow for the products.
impl From<ProductAggregate> for Comoments {
    #[inline]
    fn from(run: ProductAggregate) -> Self {
        let (weight, squares) = (run.weight.into(), run.products.abs().into());
        let side = |mean| Dispersion { weight, centre: Centre { scale: Scale::default(), mean }, squares };
        Self::new(side(run.mean_x), side(run.mean_y), run.products.into())
    }
}
