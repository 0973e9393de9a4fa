//! Correlation within runs.

use crate::kernels::{
    aggregates::dispersion::DispersionAggregate, numerics::double_double::DoubleDouble,
    structures::partial::PartialAggregate,
};
use serde::{Deserialize, Serialize};

/// Total weight, both means, both sums of squared deviations, as [`DispersionAggregate`] has them, and the sum of products of
/// deviations. Where one of the sums of squares leaves the range of doubles, that of products is kept divided by the
/// roots of both.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrelationAggregate {
    weight: f64,
    x: Side,
    y: Side,
    products: f64,
}

/// A variable, without the weight that both have in common.
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

    /// A run of these deviations and sum of products, all of them in the range of doubles.
    #[inline]
    pub(crate) fn from_parts(x: DispersionAggregate, y: DispersionAggregate, products: f64) -> Self {
        Self { weight: x.location().0, x: Side::of(x), y: Side::of(y), products }
    }

    /// The variables by themselves.
    #[inline]
    pub fn sides(self) -> [DispersionAggregate; 2] {
        [self.x.run(self.weight), self.y.run(self.weight)]
    }

    /// The sum of products, where it and the sums of squares are in the range of doubles.
    #[inline]
    pub fn products(self) -> Option<f64> {
        (!self.is_divided()).then_some(self.products)
    }

    /// The sum of products divided by both roots of sums of squares.
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
    fn join_divided(self, newer: Self, x: DispersionAggregate, y: DispersionAggregate) -> Self {
        let (roots, halves) = ([x.root(), y.root()], self.half_deviations(newer));
        let part = |x: f64, root: f64| if root == 0.0 { 0.0 } else { x / root };
        let [dx, dy] = [0, 1].map(|side| 2.0 * part(halves[side], roots[side]));
        let shared = |run: Self| {
            let [x, y] = run.sides().map(DispersionAggregate::root);
            run.ratio() * part(x, roots[0]) * part(y, roots[1])
        };
        let (weight, _) = x.location();
        let ratio = shared(self) + shared(newer) + dx * (newer.weight / weight) * self.weight * dy;
        let joined = Self { weight, x: Side::of(x), y: Side::of(y), products: ratio };
        if joined.is_divided() { joined } else { Self { products: ratio * roots[0] * roots[1], ..joined } }
    }

    fn half_deviations(self, newer: Self) -> [f64; 2] {
        let (older, newer) = (self.sides(), newer.sides());
        [0, 1].map(|side| older[side].half_deviation(newer[side]))
    }
}

impl PartialAggregate for CorrelationAggregate {
    #[inline]
    fn join(self, newer: Self) -> Self {
        let ([x, y], [newer_x, newer_y]) = (self.sides(), newer.sides());
        let (joined_x, joined_y) = (x.join(newer_x), y.join(newer_y));
        let (weight, _) = joined_x.location();
        let joined = Self { weight, x: Side::of(joined_x), y: Side::of(joined_y), products: 0.0 };
        if self.is_divided() || newer.is_divided() || joined.is_divided() {
            return self.join_divided(newer, joined_x, joined_y);
        }
        let (dx, dy) = (x.deviation(newer_x), y.deviation(newer_y));
        let between = dx * (newer.weight / weight) * self.weight * dy;
        Self { products: self.products + newer.products + between, ..joined }
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.x.run(self.weight).validate()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::joined, *};

    #[test]
    fn products_have_the_range_of_the_values() {
        let pairs = [(1.0, 2.0), (2.0, 1.0), (3.0, 5.0), (4.0, 3.0), (5.0, 9.0)];
        let run_of = |x_unit: f64, y_unit: f64| {
            joined(pairs.map(|(x, y)| CorrelationAggregate::new((x * x_unit, y * y_unit), 2.0)))
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
        assert_eq!(joined([1.0, 2.0, 3.0].map(|x| CorrelationAggregate::new((1e300 * x, 5.0), 1.0))).ratio(), 0.0);
        assert!(joined([1.0, f64::NAN].map(|x| CorrelationAggregate::new((1.0, x), 1.0))).ratio().is_nan());
    }
}
