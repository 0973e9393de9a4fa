//! Compensated weighted sums with a wider range than doubles: what the sum and the means share.

use crate::{
    Error,
    kernels::{
        batch::simd::{ExactSums, SUMMED},
        numerics::{
            double_double::DoubleDouble,
            scale::{Scale, divide_by_both, exponent, power_of_two},
            validate, weight,
        },
    },
};
use serde::{Deserialize, Serialize};

/// A term of a sum, which can be multiplied by a power of two without leaving the range of doubles.
pub trait Term: Copy {
    /// The term times a power of two.
    fn times(self, scale: f64) -> f64;

    /// About the binary exponent of the term; `None` if it is 0.
    fn exponent(self) -> Option<i32>;

    /// Whether the term is a finite number.
    fn is_finite(self) -> bool;
}

impl Term for f64 {
    #[inline]
    fn times(self, scale: f64) -> f64 {
        self * scale
    }

    fn exponent(self) -> Option<i32> {
        (self != 0.0).then(|| exponent(self))
    }

    fn is_finite(self) -> bool {
        f64::is_finite(self)
    }
}

/// `1/x` of a positive `x`.
#[derive(Clone, Copy, Debug)]
pub struct Reciprocal(pub f64);

impl Term for Reciprocal {
    #[inline]
    fn times(self, scale: f64) -> f64 {
        scale / self.0
    }

    fn exponent(self) -> Option<i32> {
        (self.0 != f64::INFINITY).then(|| -exponent(self.0))
    }

    fn is_finite(self) -> bool {
        self.0 > 0.0
    }
}

/// A number that is multiplied by a scale.
#[derive(Clone, Copy, Debug)]
pub struct Scaled(pub f64, pub Scale);

impl Term for Scaled {
    fn times(self, scale: f64) -> f64 {
        self.0 * (scale / self.1.factor())
    }

    fn exponent(self) -> Option<i32> {
        (self.0 != 0.0).then(|| exponent(self.0) - exponent(self.1.factor()))
    }

    fn is_finite(self) -> bool {
        self.0.is_finite()
    }
}

/// A sum and its terms within these exponents need no scale.
const LARGEST_EXPONENT: i32 = 900;
const SMALLEST_EXPONENT: i32 = -800;
/// What a scale brings those outside to.
const TARGET_EXPONENT: i32 = 512;

/// More terms than are ever reverted; up to here, a double holds every integer.
const MANY: f64 = f64::from_bits((1023 + 53) << 52);

/// Total weight and weighted sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WeightedSum {
    weight: DoubleDouble,
    /// Multiplied by the scale.
    sum: DoubleDouble,
    scale: Scale,
}

impl WeightedSum {
    /// From a total weight and a sum that is multiplied by `2^exponent`.
    #[inline]
    pub fn from_parts(weight: f64, sum: DoubleDouble, exponent: i32) -> Self {
        let mut scale = Scale::default();
        if exponent != 0 {
            scale.change(exponent);
        }
        Self { weight: weight.into(), sum, scale }
    }

    /// A sum of which only the total is known. It counts as having so many terms that any may be reverted.
    pub fn of_total(total: f64) -> Self {
        let mut sum = Self::default();
        if total != 0.0 {
            sum.add(total, 1.0);
            sum.weight = MANY.into();
        }
        sum
    }

    /// Updates with one number.
    #[inline]
    pub fn update(&mut self, x: f64) {
        self.weight.add(1.0);
        let mut sum = self.sum;
        sum.add(x.times(self.scale.factor()));
        // Sums of doubles are exact at the lower end of the range. An infinity or NaN fails this too.
        if sum.hi.abs() <= power_of_two(LARGEST_EXPONENT) {
            self.sum = sum;
        } else {
            self.rescale_and_add(x, 1.0);
        }
    }

    /// Updates with many numbers.
    pub fn update_many(&mut self, xs: &[f64]) {
        let mut exact = ExactSums::default();
        for block in xs.chunks(SUMMED) {
            let sum = if self.scale == Scale::default() { exact.sum(block) } else { None };
            self.update_block(block, sum);
        }
    }

    /// Updates with a block of numbers, whose sum without rounding errors may already be known.
    pub fn update_block(&mut self, xs: &[f64], block_sum: Option<DoubleDouble>) {
        let mut sum = self.sum;
        let added = block_sum.filter(|_| self.scale == Scale::default()).map(|part| sum.add_double(part));
        if added.is_some() && sum.hi.abs() <= power_of_two(LARGEST_EXPONENT) {
            self.weight.add(xs.len() as f64);
            self.sum = sum;
        } else {
            xs.iter().for_each(|&x| self.update(x));
        }
    }

    /// Updates with a number of weight `w`.
    #[inline]
    pub fn update_weighted(&mut self, x: f64, w: f64) -> Result<(), Error> {
        if weight::is_positive(w)? {
            weight::check_total(self.weight, w)?;
            self.add(x, w);
        }
        Ok(())
    }

    /// Reverts a number of weight `w`.
    pub fn revert(&mut self, x: f64, w: f64) -> Result<(), Error> {
        if weight::is_positive(w)? { self.remove(x, w) } else { Ok(()) }
    }

    /// Adds a term of weight `w`, which is positive and checked.
    #[inline]
    pub fn add(&mut self, term: impl Term, w: f64) {
        self.weight.add(w);
        self.accumulate(term, w);
    }

    /// Removes a term of weight `w`, which is positive and checked.
    pub fn remove(&mut self, term: impl Term, w: f64) -> Result<(), Error> {
        match weight::after_revert(self.weight, w.into())? {
            Some(left) => {
                self.weight = left;
                self.accumulate(term, -w);
            }
            None => *self = Self::default(),
        }
        Ok(())
    }

    #[inline]
    fn accumulate(&mut self, term: impl Term, w: f64) {
        let product = DoubleDouble::product(w, term.times(self.scale.factor()));
        let mut sum = self.sum;
        sum.add_double(product);
        let fits = product.hi.abs() >= power_of_two(SMALLEST_EXPONENT);
        if fits && sum.hi.abs() <= power_of_two(LARGEST_EXPONENT) {
            self.sum = sum;
        } else {
            self.rescale_and_add(term, w);
        }
    }

    #[cold]
    fn rescale_and_add(&mut self, term: impl Term, w: f64) {
        if !term.is_finite() || !self.sum.hi.is_finite() {
            self.sum = (self.sum.hi + w * term.times(1.0)).into();
            return;
        }
        let Some(added) = term.exponent() else {
            return;
        };
        let largest = Scaled(self.sum.value(), self.scale).exponent().unwrap_or(i32::MIN).max(added + exponent(w));
        let ratio = self.scale.change(match largest {
            LARGEST_EXPONENT.. => TARGET_EXPONENT - largest,
            ..SMALLEST_EXPONENT => -TARGET_EXPONENT - largest,
            _ => 0,
        });
        self.sum.scale(ratio);
        self.sum.add_double(DoubleDouble::product(w, term.times(self.scale.factor())));
    }

    /// Merges another sum.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        weight::check_joint(self.n(), other.n())?;
        self.weight.add_double(other.weight);
        self.add_sum(other, 1.0);
        Ok(())
    }

    /// Unmerges another sum.
    pub fn unmerge(&mut self, other: &Self) -> Result<(), Error> {
        match weight::after_unmerge(self.weight, other.weight) {
            Some(left) => {
                self.weight = left;
                self.add_sum(other, -1.0);
            }
            None => *self = Self::default(),
        }
        Ok(())
    }

    fn add_sum(&mut self, other: &Self, sign: f64) {
        self.accumulate(Scaled(other.sum.hi, other.scale), sign);
        if other.sum.lo != 0.0 {
            self.accumulate(Scaled(other.sum.lo, other.scale), sign);
        }
    }

    /// Adds `x` to all terms.
    pub fn shift(&mut self, x: f64) {
        if x != 0.0 && self.n() > 0.0 {
            self.accumulate(x, self.n());
        }
    }

    /// The sum of one term, with more than a double's precision in the term and in its weight.
    pub fn from_product(term: DoubleDouble, scale: Scale, weight: DoubleDouble) -> Self {
        let mut sum = Self::default();
        for part in [term.hi, term.lo] {
            for w in [weight.hi, weight.lo] {
                if part != 0.0 && w != 0.0 {
                    sum.accumulate(Scaled(part, scale), w);
                }
            }
        }
        Self { weight, ..sum }
    }

    /// The total weight.
    #[inline]
    pub fn n(&self) -> f64 {
        self.weight.value()
    }

    /// The sum.
    pub fn total(&self) -> f64 {
        self.scale.undo(self.sum.value())
    }

    /// The sum over the total weight.
    #[inline]
    pub fn mean(&self) -> f64 {
        if self.scale == Scale::default() {
            return self.sum.divided_by(self.weight);
        }
        let (weight, unit) = self.normal_weight();
        divide_by_both(self.sum.divided_by(weight), self.scale.factor(), unit)
    }

    /// The mean multiplied by a scale, since a subnormal mean would lose digits.
    pub fn scaled_mean(&self, scale: Scale) -> f64 {
        let mut sum = self.sum;
        sum.scale(scale.factor() / self.scale.factor());
        let mean = sum.divided_by(self.weight);
        if mean.is_normal() { mean } else { scale.apply(self.mean()) }
    }

    /// The sum over the total weight, as a double-double if the terms need no scale.
    pub fn precise_mean(&self) -> DoubleDouble {
        if self.scale == Scale::default() { self.sum.quotient(self.weight) } else { self.mean().into() }
    }

    /// The total weight over the sum.
    pub fn inverse_mean(&self) -> f64 {
        let (weight, unit) = self.normal_weight();
        let inverse = weight.divided_by(self.sum);
        let (small, large) = (unit.min(self.scale.factor()), unit.max(self.scale.factor()));
        if inverse < 1.0 { inverse * large * small } else { inverse * small * large }
    }

    /// The total weight as a number near 1, and the power of two it was divided by.
    fn normal_weight(&self) -> (DoubleDouble, f64) {
        let unit = power_of_two(exponent(self.n()));
        (DoubleDouble { hi: self.weight.hi / unit, lo: self.weight.lo / unit }, unit)
    }

    /// Checks a decoded sum.
    pub fn validate(&self) -> Result<(), &'static str> {
        weight::validate_total(self.weight)?;
        self.scale.validate()?;
        validate::ensure(self.n() > 0.0 || *self == Self::default(), "a sum without terms")?;
        validate::ensure(self.sum.hi.is_finite() || self.sum.lo == 0.0, "a sum that is not finite, with an error")
    }
}
