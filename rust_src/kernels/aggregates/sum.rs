//! The sum of a run.

use crate::kernels::{
    accumulators::weighted_sum::WeightedSum,
    numerics::{double_double::DoubleDouble, scale::power_of_two, weight},
    traits::PartialAggregate,
};
use serde::{Deserialize, Serialize};

/// Total weight and weighted sum. A sum out of the range of doubles is kept divided by `2^64`, marked by a negative
/// weight.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SumAggregate {
    weight: f64,
    sum: DoubleDouble,
}

const SCALED: i32 = -64;

impl SumAggregate {
    /// The run of one value.
    #[inline]
    pub fn new(x: f64, w: f64) -> Self {
        let sum = if w == 1.0 { x.into() } else { DoubleDouble::product(x, w) };
        if sum.hi.is_finite() {
            return Self { weight: w, sum };
        }
        Self::extreme(x, w)
    }

    #[cold]
    fn extreme(x: f64, w: f64) -> Self {
        let sum = DoubleDouble::product(x * power_of_two(SCALED), w);
        if x.is_finite() { Self { weight: -w, sum } } else { Self { weight: w, sum: x.into() } }
    }

    /// Total weight, sum, and the binary exponent of the factor that the sum is multiplied by.
    #[inline]
    pub(crate) fn parts(self) -> (f64, DoubleDouble, i32) {
        (self.weight.abs(), self.sum, if self.weight < 0.0 { SCALED } else { 0 })
    }

    #[cold]
    fn combine_scaled(self, newer: Self) -> Self {
        let scaled = |run: Self| {
            let mut sum = run.sum;
            if run.weight > 0.0 {
                sum.scale(power_of_two(SCALED));
            }
            sum
        };
        let mut sum = scaled(self);
        sum.add_double(scaled(newer));
        let weight = self.weight.abs() + newer.weight.abs();
        if sum.hi.is_finite() {
            Self { weight: -weight, sum }
        } else {
            Self { weight, sum: (self.sum.hi + newer.sum.hi).into() }
        }
    }
}

impl PartialAggregate for SumAggregate {
    #[inline]
    fn combine(self, newer: Self) -> Self {
        let mut sum = self.sum;
        sum.add_double(newer.sum);
        if sum.hi.is_finite() && self.weight > 0.0 && newer.weight > 0.0 {
            return Self { weight: self.weight + newer.weight, sum };
        }
        self.combine_scaled(newer)
    }

    fn validate(&self) -> Result<(), &'static str> {
        weight::validate_partial(self.weight.abs())
    }
}

impl From<SumAggregate> for WeightedSum {
    #[inline]
    fn from(run: SumAggregate) -> Self {
        let (weight, sum, exponent) = run.parts();
        Self::from_parts(weight, sum, exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::traits::combine_all;

    #[test]
    fn sums_may_leave_the_range_and_come_back() {
        let big = f64::MAX;
        let (weight, sum, exponent) = combine_all([big, big, big, -big].map(|x| SumAggregate::new(x, 1.0))).parts();
        assert_eq!((weight, sum.value() * power_of_two(-exponent - 1)), (4.0, big));
        assert_eq!(
            combine_all([f64::INFINITY, big, big].map(|x| SumAggregate::new(x, 1.0))).parts().1.hi,
            f64::INFINITY
        );
        assert!(
            combine_all([f64::INFINITY, 1.0, -f64::INFINITY].map(|x| SumAggregate::new(x, 2.0))).parts().1.hi.is_nan()
        );
        assert_eq!(combine_all([1e16, 1.0, -1e16].map(|x| SumAggregate::new(x, 1.0))).parts().1.value(), 1.0);
    }
}
