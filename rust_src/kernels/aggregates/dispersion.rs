//! The deviations of a run. T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm for
//! computing sample variances", COMPSTAT 1982.

use crate::kernels::{
    accumulators::{centre::Centre, dispersion::Dispersion},
    numerics::{
        double_double::DoubleDouble,
        scale::{LARGE, Scale, exponent, power_of_two},
        weight,
    },
    traits::PartialAggregate,
};
use serde::{Deserialize, Serialize};

/// Sums of squares in this range are exact up to rounding, as are their terms.
pub(crate) const EXACT_SQUARES: std::ops::RangeInclusive<f64> = 1e-280..=1e300;

/// Total weight, mean, and sum of squared deviations. A sum out of the range of doubles is kept as minus its root, which
/// is always in range.
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

    /// From a weight, a mean, and a sum of squares as [`raw_squares`](Self::raw_squares) returns it.
    #[inline]
    pub(crate) fn from_parts(weight: f64, mean: DoubleDouble, squares: f64) -> Self {
        Self { weight, mean, squares }
    }

    /// The sum of squared deviations, or minus its root if the sum is out of the range of doubles.
    #[inline]
    pub(crate) fn raw_squares(self) -> f64 {
        self.squares
    }

    /// The distance of the means, if it is in the range of doubles.
    #[inline]
    pub(crate) fn deviation(self, newer: Self) -> f64 {
        (newer.mean.hi - self.mean.hi) + (newer.mean.lo - self.mean.lo)
    }

    /// Half the distance of the means, which is always in the range of doubles.
    pub(crate) fn half_deviation(self, newer: Self) -> f64 {
        0.5 * newer.mean.hi - 0.5 * self.mean.hi + 0.5 * (newer.mean.lo - self.mean.lo)
    }

    /// Total weight and mean.
    #[inline]
    pub fn location(self) -> (f64, DoubleDouble) {
        (self.weight, self.mean)
    }

    /// The sum of squared deviations, if it is in the range of doubles.
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
    fn combine_scaled(self, newer: Self) -> Self {
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
            mean: self.mean.plus(half * (2.0 * share)),
            squares: if EXACT_SQUARES.contains(&squares) { squares } else { -root },
        }
    }
}

impl PartialAggregate for DispersionAggregate {
    #[inline(always)]
    fn combine(self, newer: Self) -> Self {
        let weight = self.weight + newer.weight;
        let share = newer.weight / weight;
        let deviation = self.deviation(newer);
        let squares = self.squares + newer.squares + deviation * share * self.weight * deviation;
        let plain = self.squares >= 0.0 && newer.squares >= 0.0;
        if plain && (EXACT_SQUARES.contains(&squares) || deviation == 0.0) {
            return Self { weight, mean: self.mean.plus(deviation * share), squares };
        }
        self.combine_scaled(newer)
    }

    fn validate(&self) -> Result<(), &'static str> {
        weight::validate_partial(self.weight)
    }
}

impl From<DispersionAggregate> for Dispersion {
    #[inline]
    fn from(run: DispersionAggregate) -> Self {
        let (weight, mean) = run.location();
        match run.squares() {
            Some(squares) if mean.hi.abs() <= LARGE => {
                let centre = Centre { scale: Scale::default(), mean };
                Self { weight: weight.into(), centre, squares: squares.into() }
            }
            _ => Self::from_root(weight, mean, run.root()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::traits::combine_all;

    #[test]
    fn deviations_have_the_range_of_the_values() {
        for unit in [1.0, 1e-300, 1e300, f64::MIN_POSITIVE * 1e10] {
            let values = [3.0, 5.0, 4.0, 7.0, 10.0, 12.0, -7.0].map(|x| DispersionAggregate::new(x * unit, 1.0));
            let run = combine_all(values);
            let ((weight, mean), root) = (run.location(), run.root());
            assert_eq!((weight, run.squares().is_some()), (7.0, unit == 1.0));
            assert!(
                (mean.value() / unit - 34.0 / 7.0).abs() < 1e-5
                    && (root / unit - 226.857_142_857_f64.sqrt()).abs() < 1e-5
            );
        }
        assert!(combine_all([1.0, f64::INFINITY].map(|x| DispersionAggregate::new(x, 1.0))).root().is_nan());
        let run = combine_all([f64::MAX, -f64::MAX].map(|x| DispersionAggregate::new(x, 1.0)));
        assert_eq!((run.location().1.value(), run.root()), (0.0, f64::INFINITY));
    }
}
