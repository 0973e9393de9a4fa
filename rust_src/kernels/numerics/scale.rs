//! Powers of two that bring extreme magnitudes into the middle of the range of doubles.
//!
//! Multiplying by a power of two is exact. So values are kept multiplied by one, and the squares of neither 1e300 nor
//! 1e-300 leave the range.

use crate::kernels::numerics::validate;
use serde::{Deserialize, Serialize};

/// Magnitudes between `1/LARGE` and `LARGE` need no scale: not even their fourth powers leave the range.
pub const LARGE: f64 = f64::from_bits((1023 + 200) << 52);

const FRACTION_BITS: u32 = 52;
const SMALLEST: i32 = -1074;
const SMALLEST_NORMAL: i32 = -1022;
const LARGEST: i32 = 1023;

/// The binary exponent of a finite number; that of the smallest double for zero.
pub fn exponent(x: f64) -> i32 {
    let bits = x.abs().to_bits();
    match (bits >> FRACTION_BITS) as i32 {
        0 => SMALLEST + 63 - (bits | 1).leading_zeros() as i32,
        biased => biased - 1023,
    }
}

/// `2^exponent`, or the nearest power of two that is a double.
pub fn power_of_two(exponent: i32) -> f64 {
    let exponent = exponent.clamp(SMALLEST, LARGEST);
    f64::from_bits(if exponent < SMALLEST_NORMAL {
        1 << (exponent - SMALLEST)
    } else {
        ((exponent + 1023) as u64) << FRACTION_BITS
    })
}

/// `x * 2^exponent` of an `x` of ordinary size, rounded once, in two steps: the power itself may be out of range where the
/// result is not.
pub fn times_power_of_two(x: f64, exponent: i32) -> f64 {
    let half = exponent / 2;
    x * power_of_two(half) * power_of_two(exponent - half)
}

/// `x / a / b` for two powers of two, in the order that stays in range if the result does.
pub fn divide_by_both(x: f64, a: f64, b: f64) -> f64 {
    let (small, large) = (a.min(b), a.max(b));
    if x.abs() < 1.0 { x / small / large } else { x / large / small }
}

/// The power of two that values are multiplied by.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scale(f64);

impl Default for Scale {
    fn default() -> Self {
        Self(1.0)
    }
}

impl Scale {
    /// `x` multiplied by the scale.
    #[inline]
    pub fn apply(self, x: f64) -> f64 {
        x * self.0
    }

    /// `x` divided by the scale. Exact unless the result is subnormal.
    #[inline]
    pub fn undo(self, x: f64) -> f64 {
        x / self.0
    }

    /// The power of two itself.
    #[inline]
    pub fn factor(self) -> f64 {
        self.0
    }

    /// Changes to `2^exponent`; returns the factor for what is kept at the old scale.
    pub fn change(&mut self, exponent: i32) -> f64 {
        // 2^1022 is the largest whose inverse is a normal double.
        let scale = power_of_two(exponent.min(-SMALLEST_NORMAL));
        let ratio = scale / self.0;
        self.0 = scale;
        ratio
    }

    /// Changes so that `magnitude`, finite and not zero, comes near 1, unless it needs no scale; returns the factor for
    /// what is kept at the old scale. The scale may grow only if `blank`, that is, if nothing but zeros is kept.
    pub fn fit(&mut self, magnitude: f64, blank: bool) -> f64 {
        if !blank && magnitude * self.0 <= LARGE {
            return 1.0;
        }
        let ordinary = (1.0 / LARGE..=LARGE).contains(&magnitude);
        let ratio = self.change(if ordinary { 0 } else { (-exponent(magnitude)).max(SMALLEST_NORMAL) });
        // Zeros are zeros at any scale, and the ratio itself may be out of range.
        if blank { 1.0 } else { ratio }
    }

    /// Checks a decoded scale.
    pub fn validate(self) -> Result<(), &'static str> {
        let valid = self.0 > 0.0 && self.0.is_finite() && self.0 == power_of_two(exponent(self.0));
        validate::ensure(valid, "a scale that is not a power of two")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_and_powers_are_inverse() {
        for e in SMALLEST..=LARGEST {
            let power = power_of_two(e);
            assert_eq!(exponent(power), e);
            assert_eq!(exponent(-power), e);
            assert_eq!(power, 2f64.powi(e / 2) * 2f64.powi(e - e / 2));
        }
        assert_eq!(exponent(0.0), SMALLEST);
        assert_eq!(exponent(f64::MAX), LARGEST);
        assert_eq!(exponent(3.0), 1);
    }

    #[test]
    fn ordinary_magnitudes_stay_as_they_are() {
        let mut scale = Scale::default();
        for magnitude in [1.0, 1e50, 1e-50] {
            assert_eq!(scale.fit(magnitude, true), 1.0);
        }
        scale.fit(1e-300, true);
        assert!((0.5..2.0).contains(&scale.apply(1e-300)));
        scale.fit(1.0, false);
        assert_eq!(scale, Scale::default());
    }
}
