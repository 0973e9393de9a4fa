//! Deviations within runs.

use crate::kernels::{
    aggregates::{SQUARES, mean, sum::SumAggregate, validate_weight},
    numerics::{
        double_double::DoubleDouble,
        scale::{exponent, power_of_two},
    },
    structures::partial::PartialAggregate,
};
use serde::{Deserialize, Serialize};

/// Total weight, mean, and sum of squared deviations. A sum that leaves the range of doubles, which its root never does,
/// is kept as minus that root. T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm for
/// computing sample variances", COMPSTAT 1982.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DispersionAggregate {
    weight: f64,
    mean: DoubleDouble,
    squares: f64,
}

impl DispersionAggregate {
    /// The run of one value.
    #[inline]
    pub fn new(x: f64, w: f64) -> Self {
        Self { weight: w, mean: x.into(), squares: if x.is_finite() { 0.0 } else { f64::NAN } }
    }

    /// A run of this weight, mean and sum of squares, as [`raw_squares`](Self::raw_squares) has it.
    #[inline]
    pub(crate) fn from_parts(weight: f64, mean: DoubleDouble, squares: f64) -> Self {
        Self { weight, mean, squares }
    }

    /// The sum of squared deviations, or minus its root where it is out of the range of doubles.
    #[inline]
    pub(crate) fn raw_squares(self) -> f64 {
        self.squares
    }

    /// The distance of the means, where that is in the range of doubles.
    #[inline]
    pub(crate) fn deviation(self, newer: Self) -> f64 {
        (newer.mean.hi - self.mean.hi) + (newer.mean.lo - self.mean.lo)
    }

    /// Half the distance of the means: it is in the range of doubles where the distance may not be.
    pub(crate) fn half_deviation(self, newer: Self) -> f64 {
        0.5 * newer.mean.hi - 0.5 * self.mean.hi + 0.5 * (newer.mean.lo - self.mean.lo)
    }

    /// Total weight and mean.
    #[inline]
    pub fn location(self) -> (f64, DoubleDouble) {
        (self.weight, self.mean)
    }

    /// The sum of squared deviations, where it is in the range of doubles.
    #[inline]
    pub fn squares(self) -> Option<f64> {
        (self.squares >= 0.0 || self.squares.is_nan()).then_some(self.squares)
    }

    /// The root of the sum of squared deviations.
    #[inline]
    pub fn root(self) -> f64 {
        if self.squares < 0.0 { -self.squares } else { self.squares.sqrt() }
    }

    #[cold]
    fn join_scaled(self, newer: Self) -> Self {
        let weight = self.weight + newer.weight;
        if !self.mean.hi.is_finite() || !newer.mean.hi.is_finite() {
            return Self { weight, mean: (self.mean.hi + newer.mean.hi).into(), squares: f64::NAN };
        }
        let half = self.half_deviation(newer);
        let (root_a, root_b) = (self.root(), newer.root());
        let scale = power_of_two(-exponent(half.abs().max(root_a).max(root_b)).max(-1000));
        let share = newer.weight / weight;
        let (a, b, deviation) = (root_a * scale, root_b * scale, 2.0 * (half * scale));
        let root = (a * a + b * b + deviation * deviation * share * self.weight).sqrt() / scale;
        let squares = root * root;
        Self {
            weight,
            mean: mean(self.mean, half, 2.0 * share),
            squares: if SQUARES.contains(&squares) { squares } else { -root },
        }
    }
}

impl PartialAggregate for DispersionAggregate {
    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        let weight = self.weight + newer.weight;
        let share = newer.weight / weight;
        let deviation = self.deviation(newer);
        let squares = self.squares + newer.squares + deviation * share * self.weight * deviation;
        let plain = self.squares >= 0.0 && newer.squares >= 0.0;
        if plain && (SQUARES.contains(&squares) || deviation == 0.0) {
            return Self { weight, mean: mean(self.mean, deviation, share), squares };
        }
        self.join_scaled(newer)
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate_weight(self.weight)
    }
}

/// Sum and deviations: where values cancel in the mean, the sum, which is exact, is known to more digits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct VariationAggregate {
    /// The sum.
    pub sum: SumAggregate,
    /// The deviations.
    pub deviations: DispersionAggregate,
}

impl VariationAggregate {
    /// The run of one value.
    #[inline]
    pub fn new(x: f64, w: f64) -> Self {
        Self { sum: SumAggregate::new(x, w), deviations: DispersionAggregate::new(x, w) }
    }
}

impl PartialAggregate for VariationAggregate {
    #[inline(always)]
    fn join(self, newer: Self) -> Self {
        Self { sum: self.sum.join(newer.sum), deviations: self.deviations.join(newer.deviations) }
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.sum.validate()?;
        self.deviations.validate()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::joined, *};

    #[test]
    fn deviations_have_the_range_of_the_values() {
        for unit in [1.0, 1e-300, 1e300, f64::MIN_POSITIVE * 1e10] {
            let values = [3.0, 5.0, 4.0, 7.0, 10.0, 12.0, -7.0].map(|x| DispersionAggregate::new(x * unit, 1.0));
            let run = joined(values);
            let ((weight, mean), root) = (run.location(), run.root());
            assert_eq!((weight, run.squares().is_some()), (7.0, unit == 1.0));
            assert!(
                (mean.value() / unit - 34.0 / 7.0).abs() < 1e-5
                    && (root / unit - 226.857_142_857_f64.sqrt()).abs() < 1e-5
            );
        }
        assert!(joined([1.0, f64::INFINITY].map(|x| DispersionAggregate::new(x, 1.0))).root().is_nan());
        let run = joined([f64::MAX, -f64::MAX].map(|x| DispersionAggregate::new(x, 1.0)));
        assert_eq!((run.location().1.value(), run.root()), (0.0, f64::INFINITY));
    }
}
