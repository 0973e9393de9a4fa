//! Geometric mean: the exponential of the mean logarithm.
//!
//! A value is `r m 2^e`, with the first value `r`, and `m` between `√½` and `√2`. The sum of the `e` is exact, and rounding
//! `ln m` costs less than rounding `ln x`, which for large or small `x` has a relative error of `|ln x|` units. Equal values
//! are not rounded at all.

use crate::{
    Error,
    kernels::{
        accumulators::{
            nonpositive::{Nonpositive, Sign},
            weighted_sum::WeightedSum,
        },
        aggregates::aggregated_whole,
        numerics::{
            scale::{exponent, power_of_two, times_power_of_two},
            validate, weight,
        },
        traits::{Statistic, weighted_by},
        watermill::{revertable, univariate},
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};
use std::f64::consts::{FRAC_1_SQRT_2, LN_2, SQRT_2};

/// The geometric mean: 0 if a value is 0, NaN if one is negative, `None` over no values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GeometricMean {
    state: Logarithms,
}

/// The first value, the sums of `e` and of `ln m`, and the values that have no logarithm.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Logarithms {
    reference: f64,
    exponents: WeightedSum,
    logarithms: WeightedSum,
    nonpositive: Nonpositive,
}

impl Default for Logarithms {
    fn default() -> Self {
        Self {
            reference: 1.0,
            exponents: WeightedSum::default(),
            logarithms: WeightedSum::default(),
            nonpositive: Nonpositive::default(),
        }
    }
}

impl Logarithms {
    /// The exponent `e` and `ln m`.
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
    fn add(&mut self, x: f64, w: f64) {
        if self.nonpositive.add(Sign::of(x), w) {
            return;
        }
        if self.exponents.n() == 0.0 && x.is_finite() {
            self.reference = x;
        }
        let (exponent, logarithm) = self.split(x);
        self.exponents.add(exponent, w);
        self.logarithms.add(logarithm, w);
    }

    fn update_weighted(&mut self, x: f64, w: f64) -> Result<(), Error> {
        if weight::is_positive(w)? {
            weight::check_total(self.n().into(), w)?;
            self.add(x, w);
        }
        Ok(())
    }

    fn revert(&mut self, x: f64, w: f64) -> Result<(), Error> {
        if !weight::is_positive(w)? || self.nonpositive.remove(Sign::of(x), w)? {
            return Ok(());
        }
        let (exponent, logarithm) = self.split(x);
        self.exponents.remove(exponent, w)?;
        self.logarithms.remove(logarithm, w)?;
        self.forget_reference_if_empty();
        Ok(())
    }

    fn forget_reference_if_empty(&mut self) {
        if self.exponents.n() == 0.0 {
            self.reference = 1.0;
        }
    }

    /// Changes the reference, which shifts all exponents and all logarithms.
    fn refer_to(&mut self, reference: f64) {
        let (exponent, logarithm) = Self { reference, ..*self }.split(self.reference);
        self.reference = reference;
        self.exponents.shift(exponent);
        self.logarithms.shift(logarithm);
    }

    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if self.n() == 0.0 || other.n() == 0.0 {
            *self = if self.n() == 0.0 { *other } else { *self };
            return Ok(());
        }
        weight::check_joint(self.n(), other.n())?;
        if self.exponents.n() == 0.0 {
            self.reference = other.reference;
        }
        let mut other = *other;
        other.refer_to(self.reference);
        self.exponents.merge(&other.exponents)?;
        self.logarithms.merge(&other.logarithms)?;
        self.nonpositive.merge(&other.nonpositive);
        Ok(())
    }

    fn unmerge(&mut self, other: &Self) -> Result<(), Error> {
        let (mut left, mut other) = (*self, *other);
        other.refer_to(self.reference);
        left.nonpositive.unmerge(&other.nonpositive);
        left.exponents.unmerge(&other.exponents)?;
        left.logarithms.unmerge(&other.logarithms)?;
        left.forget_reference_if_empty();
        *self = left;
        Ok(())
    }

    fn n(&self) -> f64 {
        self.exponents.n() + self.nonpositive.n()
    }

    fn mean(&self) -> f64 {
        let exponents = self.exponents.precise_mean();
        let whole = exponents.hi.round();
        let rest = (exponents.hi - whole) + exponents.lo;
        let fraction = (rest * LN_2 + self.logarithms.mean()).exp();
        let unit = exponent(self.reference);
        let exponent = (whole as i32).saturating_add(unit);
        times_power_of_two(self.reference / power_of_two(unit) * fraction, exponent)
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
        self.state.add(x, 1.0);
    }

    fn get(&self) -> Option<f64> {
        let Logarithms { logarithms, nonpositive, .. } = &self.state;
        if self.n() == 0.0 {
            return None;
        }
        // A zero and an infinity have no mean: both logarithms are infinite, with opposite signs.
        let total = logarithms.total();
        let undefined = total.is_nan() || (nonpositive.has_zeros() && !total.is_finite());
        Some(if nonpositive.has_negatives() || undefined {
            f64::NAN
        } else if nonpositive.has_zeros() {
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
        self.state.nonpositive.validate()?;
        validate::ensure(self.state.exponents.n() == self.state.logarithms.n(), "two total weights")
    }
}

weighted_by!(GeometricMean, state: f64);
aggregated_whole!(GeometricMean; weighted);
rollable!(GeometricMean: combining, weighted);
univariate!(GeometricMean);
revertable!(GeometricMean);
