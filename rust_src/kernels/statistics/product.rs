//! Product: a mantissa of two doubles and a binary exponent, so that neither overflow on the way nor the number of
//! factors costs digits. Zeros are counted, so that they can be reverted.

use crate::{
    Error,
    kernels::{
        aggregates::aggregated_whole,
        numerics::{
            double_double::DoubleDouble,
            scale::{exponent, power_of_two, times_power_of_two},
            validate,
        },
        traits::{Merge, Revert, Statistic, Unmerge},
        watermill::{revertable, univariate},
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Mantissas and factors in this range are multiplied as they are.
const ORDINARY: RangeInclusive<f64> = power(-256)..=power(256);

const fn power(exponent: i64) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

/// The product; 1 over no values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Product {
    n: u64,
    zeros: u64,
    /// The product of all factors except zeros, with the signs of the zeros.
    mantissa: DoubleDouble,
    exponent: i64,
}

impl Default for Product {
    fn default() -> Self {
        Self { n: 0, zeros: 0, mantissa: 1.0.into(), exponent: 0 }
    }
}

impl Product {
    /// A product over no values.
    pub fn new() -> Self {
        Self::default()
    }

    /// What a value contributes: whether it is a zero, the factor, and its exponent.
    #[inline]
    fn split(x: f64) -> (bool, f64, i64) {
        if ORDINARY.contains(&x.abs()) || !x.is_finite() {
            return (false, x, 0);
        }
        if x == 0.0 {
            return (true, 1_f64.copysign(x), 0);
        }
        let unit = exponent(x);
        (false, times_power_of_two(x, -unit), unit.into())
    }

    /// Sets the mantissa, or if that is not finite the result in plain arithmetic.
    #[inline]
    fn set(&mut self, mantissa: DoubleDouble, plain: f64) {
        self.mantissa = if mantissa.hi.is_finite() { mantissa } else { plain.into() };
        if !ORDINARY.contains(&self.mantissa.hi.abs()) && self.mantissa.hi.is_finite() {
            let unit = exponent(self.mantissa.hi);
            self.mantissa.scale(power_of_two(-unit));
            self.exponent = self.exponent.saturating_add(unit.into());
        }
    }
}

impl Statistic for Product {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        let (is_zero, factor, unit) = Self::split(x);
        self.n += 1;
        self.zeros += u64::from(is_zero);
        self.exponent = self.exponent.saturating_add(unit);
        self.set(self.mantissa.times_double(factor.into()), self.mantissa.hi * factor);
    }

    fn get(&self) -> Option<f64> {
        let mantissa = self.mantissa.value();
        if self.zeros > 0 {
            return Some(mantissa * 0.0);
        }
        Some(times_power_of_two(mantissa, self.exponent.clamp(-4096, 4096) as i32))
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(
            validate::is_count(self.n) && self.zeros <= self.n,
            "more observations than a stream can have",
        )?;
        validate::ensure(self.n > 0 || *self == Self::default(), "a product without factors")?;
        let DoubleDouble { hi, lo } = self.mantissa;
        let ordinary = ORDINARY.contains(&hi.abs()) && lo.abs() <= hi.abs() * f64::EPSILON;
        validate::ensure(ordinary || (!hi.is_finite() && lo == 0.0), "a mantissa out of range")
    }
}

impl Revert for Product {
    fn revert(&mut self, x: f64) -> Result<(), Error> {
        let (is_zero, factor, unit) = Self::split(x);
        if self.n == 0 {
            return Err(Error::Revert { weight: 1.0, n: 0.0 });
        }
        self.unmerge(&Self { n: 1, zeros: is_zero.into(), mantissa: factor.into(), exponent: unit })
    }
}

impl Merge for Product {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.n = validate::joint_count(self.n, other.n)?;
        self.zeros += other.zeros;
        self.exponent = self.exponent.saturating_add(other.exponent);
        self.set(self.mantissa.times_double(other.mantissa), self.mantissa.hi * other.mantissa.hi);
        Ok(())
    }
}

impl Unmerge for Product {
    fn unmerge(&mut self, other: &Self) -> Result<(), Error> {
        if other.n >= self.n {
            *self = Self::default();
            return Ok(());
        }
        self.zeros = self.zeros.checked_sub(other.zeros).ok_or(Error::NotSeen)?;
        self.n -= other.n;
        self.exponent = self.exponent.saturating_sub(other.exponent);
        self.set(self.mantissa.quotient(other.mantissa), self.mantissa.hi / other.mantissa.hi);
        Ok(())
    }
}

aggregated_whole!(Product);
rollable!(Product: combining);
univariate!(Product);
revertable!(Product);

#[cfg(test)]
mod tests {
    use super::*;

    fn product(values: &[f64]) -> Product {
        let mut product = Product::new();
        product.update_many(values);
        product
    }

    #[test]
    fn factors_of_any_size_cancel() {
        assert_eq!(
            product(&[f64::MAX, f64::MAX, 3.0, 1.0 / f64::MAX, 1.0 / f64::MAX]).get().map(f64::round),
            Some(3.0)
        );
        assert_eq!(product(&[5e-324, 2.0_f64.powi(1000), 2.0_f64.powi(74)]).get(), Some(1.0));
        assert_eq!(product(&[5e-324, 0.5, 2.0]).get(), Some(5e-324));
        assert_eq!(product(&[1e300; 9]).get(), Some(f64::INFINITY));
        assert_eq!(product(&[]).get(), Some(1.0));
        assert!(product(&[f64::INFINITY, 0.0]).get().is_some_and(f64::is_nan));
        assert!(product(&[0.0, -3.0]).get().is_some_and(|x| x == 0.0 && x.is_sign_negative()));
    }

    #[test]
    fn zeros_can_be_reverted() -> Result<(), Error> {
        let mut all = product(&[3.0, 0.0, -7.0]);
        assert_eq!(all.get(), Some(0.0));
        all.revert(0.0)?;
        assert_eq!(all.get(), Some(-21.0));
        assert!(matches!(all.revert(0.0), Err(Error::NotSeen)));
        all.revert(3.0)?;
        all.unmerge(&product(&[-7.0]))?;
        assert_eq!(all, Product::new());
        assert!(all.revert(1.0).is_err());
        Ok(())
    }
}
