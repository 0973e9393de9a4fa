//! The correlation of a run of pairs.

use crate::kernels::{
    accumulators::{comoments::Comoments, dispersion::Dispersion},
    aggregates::dispersion::DispersionAggregate,
    numerics::{double_double::DoubleDouble, scale::Scale},
    traits::PartialAggregate,
};
use serde::{Deserialize, Serialize};

/// Total weight, both means, both sums of squared deviations as [`DispersionAggregate`] keeps them, and the sum of products
/// of deviations. If a sum of squares leaves the range of doubles, the sum of products is kept divided by the roots of
/// both.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrelationAggregate {
    weight: f64,
    x: Side,
    y: Side,
    products: f64,
}

/// One variable, without the weight that both share.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Side {
    mean: DoubleDouble,
    squares: f64,
}

impl Side {
    #[inline]
    fn of(run: DispersionAggregate) -> Self {
        Self { mean: run.location().1, squares: run.raw_squares() }
    }

    #[inline]
    fn run(self, weight: f64) -> DispersionAggregate {
        DispersionAggregate::from_parts(weight, self.mean, self.squares)
    }
}

impl CorrelationAggregate {
    /// The run of one pair.
    #[inline]
    pub fn new((x, y): (f64, f64), w: f64) -> Self {
        let (x, y) = (Side::of(DispersionAggregate::new(x, w)), Side::of(DispersionAggregate::new(y, w)));
        Self { weight: w, x, y, products: x.squares + y.squares }
    }

    /// From deviations and a sum of products that are in the range of doubles.
    #[inline]
    pub(crate) fn from_parts(x: DispersionAggregate, y: DispersionAggregate, products: f64) -> Self {
        Self { weight: x.location().0, x: Side::of(x), y: Side::of(y), products }
    }

    /// Each variable alone.
    #[inline]
    pub fn sides(self) -> [DispersionAggregate; 2] {
        [self.x.run(self.weight), self.y.run(self.weight)]
    }

    /// The sum of products, if it and the sums of squares are in the range of doubles.
    #[inline]
    pub fn products(self) -> Option<f64> {
        (!self.is_divided()).then_some(self.products)
    }

    /// The sum of products divided by the roots of both sums of squares.
    pub fn ratio(self) -> f64 {
        if self.is_divided() || self.products == 0.0 {
            return self.products;
        }
        let [x, y] = self.sides().map(DispersionAggregate::root);
        self.products / x / y
    }

    #[inline]
    fn is_divided(self) -> bool {
        self.x.squares < 0.0 || self.y.squares < 0.0
    }

    #[cold]
    fn combine_divided(self, newer: Self, x: DispersionAggregate, y: DispersionAggregate) -> Self {
        let (roots, halves) = ([x.root(), y.root()], self.half_deviations(newer));
        let part = |x: f64, root: f64| if root == 0.0 { 0.0 } else { x / root };
        let [dx, dy] = [0, 1].map(|side| 2.0 * part(halves[side], roots[side]));
        let shared = |run: Self| {
            let [x, y] = run.sides().map(DispersionAggregate::root);
            run.ratio() * part(x, roots[0]) * part(y, roots[1])
        };
        let (weight, _) = x.location();
        let ratio = shared(self) + shared(newer) + dx * (newer.weight / weight) * self.weight * dy;
        let combined = Self { weight, x: Side::of(x), y: Side::of(y), products: ratio };
        if combined.is_divided() { combined } else { Self { products: ratio * roots[0] * roots[1], ..combined } }
    }

    fn half_deviations(self, newer: Self) -> [f64; 2] {
        let (older, newer) = (self.sides(), newer.sides());
        [0, 1].map(|side| older[side].half_deviation(newer[side]))
    }
}

impl PartialAggregate for CorrelationAggregate {
    #[inline]
    fn combine(self, newer: Self) -> Self {
        let ([x, y], [newer_x, newer_y]) = (self.sides(), newer.sides());
        let (combined_x, combined_y) = (x.combine(newer_x), y.combine(newer_y));
        let (weight, _) = combined_x.location();
        let combined = Self { weight, x: Side::of(combined_x), y: Side::of(combined_y), products: 0.0 };
        if self.is_divided() || newer.is_divided() || combined.is_divided() {
            return self.combine_divided(newer, combined_x, combined_y);
        }
        let (dx, dy) = (x.deviation(newer_x), y.deviation(newer_y));
        let between = dx * (newer.weight / weight) * self.weight * dy;
        Self { products: self.products + newer.products + between, ..combined }
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.x.run(self.weight).validate()
    }
}

impl From<CorrelationAggregate> for Comoments {
    #[inline]
    fn from(run: CorrelationAggregate) -> Self {
        let [x, y] = run.sides().map(Dispersion::from);
        let products = run.products().filter(|_| x.scale() == y.scale() && x.scale() == Scale::default());
        // The ratio has no scale; the roots have theirs.
        let products = products.unwrap_or_else(|| run.ratio() * x.squares.hi.sqrt() * y.squares.hi.sqrt());
        Self::new(x, y, products.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::traits::combine_all;

    #[test]
    fn products_have_the_range_of_the_values() {
        let pairs = [(1.0, 2.0), (2.0, 1.0), (3.0, 5.0), (4.0, 3.0), (5.0, 9.0)];
        let run_of = |x_unit: f64, y_unit: f64| {
            combine_all(pairs.map(|(x, y)| CorrelationAggregate::new((x * x_unit, y * y_unit), 2.0)))
        };
        // The sums of deviations' products are 16 for the pairs, 10 for x and 40 for y.
        let expected = 16.0 / 400_f64.sqrt();
        for x_unit in [1.0, 1e-300, 1e-140, 1e140, 1e300] {
            for y_unit in [1.0, 1e-300, 1e300] {
                let run = run_of(x_unit, y_unit);
                assert!((run.ratio() - expected).abs() < 1e-13, "{x_unit} {y_unit} {}", run.ratio());
            }
        }
        assert_eq!(run_of(1.0, 1.0).products(), Some(32.0));
        assert_eq!(combine_all([1.0, 2.0, 3.0].map(|x| CorrelationAggregate::new((1e300 * x, 5.0), 1.0))).ratio(), 0.0);
        assert!(combine_all([1.0, f64::NAN].map(|x| CorrelationAggregate::new((1.0, x), 1.0))).ratio().is_nan());
    }
}
