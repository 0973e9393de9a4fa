//! Geometric mean.

use crate::{
    Error,
    kernels::{
        accumulators::{
            nonpositive::{Exceptions, Kind},
            weighted_sum::WeightedSum,
        },
        numerics::{
            scale::{exponent, power_of_two},
            validate,
        },
        traits::Statistic,
    },
};
use serde::{Deserialize, Serialize};
use std::f64::consts::{FRAC_1_SQRT_2, LN_2, SQRT_2};

/// The exponential of the mean logarithm: 0 with a zero among the values, NaN with a negative one, None over none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GeometricMean {
    state: Logarithms,
}

/// A value is `r m 2^e`, where `r` is the first value and `m` is between `√½` and `√2`: the sum of the `e` is exact, and
/// rounding of `ln m` cannot cost what rounding of `ln x` does where `x` is large or small, a relative error of `|ln x|`
/// units. Of equal values nothing is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Logarithms {
    reference: f64,
    exponents: WeightedSum,
    logarithms: WeightedSum,
    exceptions: Exceptions,
}

impl Default for Logarithms {
    fn default() -> Self {
        Self {
            reference: 1.0,
            exponents: WeightedSum::default(),
            logarithms: WeightedSum::default(),
            exceptions: Exceptions::default(),
        }
    }
}

impl Logarithms {
    /// The exponent `e` and the logarithm of `m`.
    #[inline]
    fn split(&self, x: f64) -> (f64, f64) {
        if !x.is_finite() {
            return (0.0, x);
        }
        let (own, others) = (exponent(x), exponent(self.reference));
        let ratio = (x / power_of_two(own)) / (self.reference / power_of_two(others));
        let exponent = f64::from(own - others);
        if ratio > SQRT_2 {
            (exponent + 1.0, (0.5 * ratio).ln())
        } else if ratio < FRAC_1_SQRT_2 {
            (exponent - 1.0, (2.0 * ratio).ln())
        } else {
            (exponent, ratio.ln())
        }
    }

    #[inline]
    fn absorb(&mut self, x: f64, w: f64) {
        if self.exceptions.absorb(Kind::of(x), w) {
            return;
        }
        if self.exponents.n() == 0.0 && x.is_finite() {
            self.reference = x;
        }
        let (exponent, logarithm) = self.split(x);
        self.exponents.absorb(exponent, w);
        self.logarithms.absorb(logarithm, w);
    }

    fn update_weighted(&mut self, x: f64, w: f64) -> Result<(), Error> {
        if validate::weight(w)? {
            validate::total_weight(self.n().into(), w)?;
            self.absorb(x, w);
        }
        Ok(())
    }

    fn revert(&mut self, x: f64, w: f64) -> Result<(), Error> {
        if !validate::weight(w)? || self.exceptions.release(Kind::of(x), w)? {
            return Ok(());
        }
        let (exponent, logarithm) = self.split(x);
        self.exponents.release(exponent, w)?;
        self.logarithms.release(logarithm, w)?;
        self.forget_reference_if_empty();
        Ok(())
    }

    fn forget_reference_if_empty(&mut self) {
        if self.exponents.n() == 0.0 {
            self.reference = 1.0;
        }
    }

    /// Changes the reference, which changes all exponents and logarithms by the same.
    fn refer_to(&mut self, reference: f64) {
        let (exponent, logarithm) = Self { reference, ..*self }.split(self.reference);
        self.reference = reference;
        self.exponents.shift(exponent);
        self.logarithms.shift(logarithm);
    }

    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        validate::total_weight(self.n().into(), other.n())?;
        if self.exponents.n() == 0.0 {
            self.reference = other.reference;
        }
        let mut other = *other;
        other.refer_to(self.reference);
        self.exponents.merge(&other.exponents)?;
        self.logarithms.merge(&other.logarithms)?;
        self.exceptions.merge(&other.exceptions);
        Ok(())
    }

    fn unmerge(&mut self, other: &Self) -> Result<(), Error> {
        let (mut left, mut other) = (*self, *other);
        other.refer_to(self.reference);
        left.exceptions.unmerge(&other.exceptions);
        left.exponents.unmerge(&other.exponents)?;
        left.logarithms.unmerge(&other.logarithms)?;
        left.forget_reference_if_empty();
        *self = left;
        Ok(())
    }

    fn n(&self) -> f64 {
        self.exponents.n() + self.exceptions.n()
    }

    fn mean(&self) -> f64 {
        let exponents = self.exponents.precise_mean();
        let whole = exponents.hi.round();
        let rest = (exponents.hi - whole) + exponents.lo;
        let fraction = (rest * LN_2 + self.logarithms.mean()).exp();
        let unit = exponent(self.reference);
        let exponent = whole as i32 + unit;
        // In two steps, as the power itself may be out of range where the result is not.
        let half = exponent / 2;
        self.reference / power_of_two(unit) * fraction * power_of_two(half) * power_of_two(exponent - half)
    }
}

impl GeometricMean {
    /// A geometric mean over no values.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Statistic for GeometricMean {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.state.absorb(x, 1.0);
    }

    fn get(&self) -> Option<f64> {
        let Logarithms { logarithms, exceptions, .. } = &self.state;
        if self.n() == 0.0 {
            return None;
        }
        // Zeros with an infinity have no mean: the logarithms of both are infinite, with opposite signs.
        let total = logarithms.total();
        let undefined = total.is_nan() || (exceptions.has_zeros() && !total.is_finite());
        Some(if exceptions.has_negatives() || undefined {
            f64::NAN
        } else if exceptions.has_zeros() {
            0.0
        } else {
            self.state.mean()
        })
    }

    fn n(&self) -> f64 {
        self.state.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        let reference = self.state.reference;
        validate::ensure(reference > 0.0 && reference.is_finite(), "a reference that is not a positive number")?;
        self.state.exponents.validate()?;
        self.state.logarithms.validate()?;
        self.state.exceptions.validate()?;
        validate::ensure(self.state.exponents.n() == self.state.logarithms.n(), "two total weights")
    }
}

crate::kernels::traits::weighted_by!(GeometricMean, state: f64);
