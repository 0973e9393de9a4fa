//! Numbers kept as the unevaluated sum of two doubles: 106 bits of precision instead of 53.
//!
//! T. J. Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18 (1971); the
//! running sum is that of A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen",
//! ZAMM 54 (1974).

use serde::{Deserialize, Serialize};

/// `a + b` exactly, as the rounded sum and its error (Knuth, TAOCP vol. 2, section 4.2.2, theorem B).
#[inline]
pub fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_rounded = sum - a;
    let a_rounded = sum - b_rounded;
    (sum, (a - a_rounded) + (b - b_rounded))
}

/// The number `hi + lo`, where `lo` collects the rounding errors of `hi`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DoubleDouble {
    /// The number in plain arithmetic.
    pub hi: f64,
    /// The rounding error of `hi`.
    pub lo: f64,
}

impl From<f64> for DoubleDouble {
    fn from(x: f64) -> Self {
        Self { hi: x, lo: 0.0 }
    }
}

impl From<[f64; 2]> for DoubleDouble {
    fn from([hi, lo]: [f64; 2]) -> Self {
        Self { hi, lo }
    }
}

impl From<DoubleDouble> for [f64; 2] {
    fn from(x: DoubleDouble) -> Self {
        [x.hi, x.lo]
    }
}

impl DoubleDouble {
    /// `a + b` exactly.
    #[inline]
    pub fn sum(a: f64, b: f64) -> Self {
        let (hi, lo) = two_sum(a, b);
        Self { hi, lo }
    }

    /// `a * b`, exact unless the error of the rounded product is below the smallest double.
    #[inline]
    pub fn product(a: f64, b: f64) -> Self {
        let hi = a * b;
        Self { hi, lo: a.mul_add(b, -hi) }
    }

    /// Adds a number.
    #[inline]
    pub fn add(&mut self, x: f64) {
        let (sum, error) = two_sum(self.hi, x);
        self.hi = sum;
        self.lo += error;
    }

    /// Adds a double-double.
    #[inline]
    pub fn add_double(&mut self, other: Self) {
        self.add(other.hi);
        self.lo += other.lo;
    }

    /// Subtracts a double-double.
    #[inline]
    pub fn subtract(&mut self, other: Self) {
        self.add_double(Self { hi: -other.hi, lo: -other.lo });
    }

    /// Subtracts reverted terms from a sum of squares. A result below the rounding errors of the sum before becomes 0:
    /// none of its digits would be right, and perhaps not even its sign.
    pub fn reduce(&mut self, by: Self) {
        const ROUNDING: f64 = f64::from_bits((1023 - 48) << 52);
        let before = self.value();
        self.subtract(by);
        if self.value() <= before * ROUNDING {
            *self = Self::default();
        }
    }

    /// `self * x`, rounded to about twice the digits of a double.
    #[inline]
    pub fn times(self, x: f64) -> Self {
        let mut product = Self::product(self.hi, x);
        product.lo += self.lo * x;
        product
    }

    /// `self * other`; the error is of the order of the square of the precision of doubles.
    #[inline]
    pub fn times_double(self, other: Self) -> Self {
        let mut product = Self::product(self.hi, other.hi);
        product.add(self.hi * other.lo + self.lo * other.hi);
        product
    }

    /// Multiplies by a power of two, which is exact within the range of doubles. Zero stays zero, even if the power is
    /// infinite.
    pub fn scale(&mut self, power: f64) {
        if self.hi != 0.0 || self.lo != 0.0 {
            self.hi *= power;
            self.lo *= power;
        }
    }

    /// `self + x`, brought to the nearest double and its error, so that the error does not grow.
    #[inline]
    pub fn plus(self, x: f64) -> Self {
        let (hi, error) = two_sum(self.hi, x);
        let (hi, lo) = two_sum(hi, self.lo + error);
        Self { hi, lo }
    }

    /// The nearest double.
    #[inline]
    pub fn value(self) -> f64 {
        self.hi + self.lo
    }

    /// `self - other`, rounded once.
    #[inline]
    pub fn minus(mut self, other: Self) -> f64 {
        self.subtract(other);
        self.value()
    }

    /// The quotient, rounded once.
    pub fn divided_by(self, divisor: Self) -> f64 {
        self.quotient(divisor).value()
    }

    /// The quotient, to about twice the digits of a double.
    pub fn quotient(self, divisor: Self) -> Self {
        let (numerator, numerator_low) = two_sum(self.hi, self.lo);
        // A total weight is usually exact. Without the branch, compilers compute both sums at once, in vectors whose
        // loads wait for the stores of their halves.
        let exact = divisor.lo == 0.0;
        let (denominator, denominator_low) = if exact { (divisor.hi, 0.0) } else { two_sum(divisor.hi, divisor.lo) };
        let hi = numerator / denominator;
        let remainder = (-hi).mul_add(denominator, numerator) + (numerator_low - hi * denominator_low);
        let lo = remainder / denominator;
        // Infinities and NaN leave no remainder.
        Self { hi, lo: if lo.is_finite() { lo } else { 0.0 } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_keeps_what_plain_addition_loses() {
        let mut sum = DoubleDouble::default();
        for x in [1e16, 1.0, -1e16] {
            sum.add(x);
        }
        assert_eq!(sum.value(), 1.0);
    }

    #[test]
    fn a_quotient_is_rounded_once() {
        let mut sum = DoubleDouble::default();
        for n in 1..1000 {
            sum.add(0.1);
            assert_eq!(sum.divided_by(f64::from(n).into()), 0.1);
        }
        assert_eq!(DoubleDouble::from(f64::INFINITY).divided_by(2.0.into()), f64::INFINITY);
        assert!(DoubleDouble::from(f64::NAN).divided_by(2.0.into()).is_nan());
    }

    #[test]
    fn a_product_is_exact() {
        let x = 1.0 + f64::EPSILON;
        assert_eq!(
            DoubleDouble::product(x, x),
            DoubleDouble { hi: 1.0 + 2.0 * f64::EPSILON, lo: f64::EPSILON * f64::EPSILON }
        );
    }
}
