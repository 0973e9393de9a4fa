//! Mean and sum of squared deviations with frequency weights: what variance, standard error, coefficient of variation
//! and root mean square share.
//!
//! Updates follow West (see [`super::centre`]), merges T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a
//! pairwise algorithm for computing sample variances", COMPSTAT 1982: with the total weights `a` and `b` and the
//! distance `δ` of the means, `S = S_a + S_b + δ² ab / (a + b)`. The sum is compensated, so its error does not grow with
//! the number of values.

use crate::{
    Error,
    kernels::{
        accumulators::centre::Centre,
        batch::simd::{self, BLOCK},
        numerics::{double_double::DoubleDouble, scale::Scale, validate, weight},
    },
};
use serde::{Deserialize, Serialize};

/// A sum of products of deviations over the degrees of freedom; 0 if there are none, but NaN if the sum is NaN.
pub fn over_degrees(products: f64, degrees: f64) -> f64 {
    if degrees > 0.0 || products.is_nan() { products / degrees } else { 0.0 }
}

/// Total weight, mean and sum of squared deviations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Dispersion {
    pub(crate) weight: DoubleDouble,
    pub(crate) centre: Centre,
    /// Multiplied by the square of the centre's scale.
    pub(crate) squares: DoubleDouble,
}

impl Dispersion {
    /// From a total weight, a mean, and the root of the sum of squared deviations, of any magnitude.
    #[cold]
    pub fn from_root(weight: f64, mean: DoubleDouble, mut root: f64) -> Self {
        let mut centre = Centre { scale: Scale::default(), mean };
        let magnitude = mean.hi.abs().max(root);
        if magnitude.is_finite() && magnitude > 0.0 {
            centre.scale.fit(magnitude, true);
            let factor = centre.scale.factor();
            centre.mean.scale(factor);
            root *= factor;
        }
        Self { weight: weight.into(), centre, squares: (root * root).into() }
    }

    /// From a total weight, a mean and a sum of squared deviations.
    pub fn from_state(n: f64, mean: f64, squares: f64) -> Self {
        let mut state = Self::default();
        if n > 0.0 {
            state.add(mean, n);
            // A mean of 0 leaves the scale to the deviations.
            if state.centre.mean.hi == 0.0
                && let Some(ratio) = state.centre.fit(squares.sqrt(), 1.0, true)
            {
                state.squares.scale(ratio * ratio);
            }
            state.squares = state.centre.scale.apply(state.centre.scale.apply(squares)).into();
        }
        state
    }

    /// Updates with one value.
    #[inline]
    pub fn update(&mut self, x: f64) {
        self.add(x, 1.0);
    }

    /// Updates with many values, a block at a time: two passes over each, the second about the mean from the first.
    pub fn update_many(&mut self, xs: &[f64]) {
        xs.chunks(BLOCK).for_each(|block| self.update_block(block, None));
    }

    /// Updates with a block of values, whose sum may already be known.
    pub fn update_block(&mut self, xs: &[f64], sum: Option<f64>) {
        match Self::of_block(xs, sum) {
            Some(part) if self.merge(&part).is_ok() => {}
            _ => xs.iter().for_each(|&x| self.update(x)),
        }
    }

    fn of_block(xs: &[f64], sum: Option<f64>) -> Option<Self> {
        let n = xs.len() as f64;
        let (shift, [first, second]) = simd::power_sums(xs, sum);
        let offset = first / n;
        let centre = Centre::unscaled(DoubleDouble { hi: shift, lo: offset }, second)?;
        Some(Self { weight: n.into(), centre, squares: (second - first * offset).max(0.0).into() })
    }

    /// Updates with a value of weight `w`.
    pub fn update_weighted(&mut self, x: f64, w: f64) -> Result<(), Error> {
        if weight::is_positive(w)? {
            weight::check_total(self.weight, w)?;
            self.add(x, w);
        }
        Ok(())
    }

    #[inline]
    fn add(&mut self, x: f64, w: f64) {
        let before = self.n();
        self.weight.add(w);
        let moved = self.centre.add(x, w, self.n(), self.squares.hi == 0.0);
        if moved.ratio != 1.0 {
            self.squares.scale(moved.ratio * moved.ratio);
        }
        self.squares.add(moved.step * before * moved.deviation);
    }

    /// Reverts a value of weight `w`.
    pub fn revert(&mut self, x: f64, w: f64) -> Result<(), Error> {
        if !weight::is_positive(w)? {
            return Ok(());
        }
        let Some(left) = weight::after_revert(self.weight, w.into())? else {
            *self = Self::default();
            return Ok(());
        };
        let before = self.n();
        let moved = self.centre.remove(x, w, left.value());
        self.weight = left;
        self.squares.scale(moved.ratio * moved.ratio);
        self.squares.reduce((moved.step * before * moved.deviation).into());
        Ok(())
    }

    /// Merges another stream.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if self.n() == 0.0 {
            *self = *other;
            return Ok(());
        }
        weight::check_joint(self.n(), other.n())?;
        if other.n() == 0.0 {
            return Ok(());
        }
        let (before, other) = (self.n(), self.aligned(other));
        self.weight.add_double(other.weight);
        let moved = self.centre.merge(&other.centre, other.n(), self.n());
        self.squares.add_double(other.squares);
        self.squares.add(moved.step * before * moved.deviation);
        Ok(())
    }

    /// Unmerges another stream.
    pub fn unmerge(&mut self, other: &Self) -> Result<(), Error> {
        let Some(left) = weight::after_unmerge(self.weight, other.weight) else {
            *self = Self::default();
            return Ok(());
        };
        if other.n() == 0.0 {
            return Ok(());
        }
        let (before, other) = (self.n(), self.aligned(other));
        let moved = self.centre.unmerge(&other.centre, other.n(), left.value());
        self.weight = left;
        let mut reverted = other.squares;
        reverted.add(moved.step * before * moved.deviation);
        self.squares.reduce(reverted);
        Ok(())
    }

    /// Brings both to one scale; returns `other` in it.
    fn aligned(&mut self, other: &Self) -> Self {
        let mut other = *other;
        let blank = (self.is_blank(), other.is_blank());
        let (own, others) = self.centre.align(&mut other.centre, blank);
        self.squares.scale(own * own);
        other.squares.scale(others * others);
        other
    }

    fn is_blank(&self) -> bool {
        self.centre.mean.hi == 0.0 && self.squares.hi == 0.0
    }

    /// The total weight.
    #[inline]
    pub fn n(&self) -> f64 {
        self.weight.value()
    }

    /// The sum of squared deviations.
    pub fn squares(&self) -> f64 {
        self.unscaled(self.unscaled(self.squares.value()))
    }

    /// The sum of squared deviations over `n - ddof`; 0 if that is not positive.
    pub fn variance(&self, ddof: u64) -> f64 {
        self.unscaled(self.unscaled(self.scaled_variance(ddof)))
    }

    /// The root of the variance.
    pub fn standard_deviation(&self, ddof: u64) -> f64 {
        self.unscaled(self.scaled_variance(ddof).sqrt())
    }

    /// The root of the variance over the total weight.
    pub fn standard_error(&self, ddof: u64) -> f64 {
        self.unscaled((self.scaled_variance(ddof) / self.n()).sqrt())
    }

    /// The standard deviation over the magnitude of `unit`, which is multiplied by the scale.
    pub fn relative_deviation(&self, ddof: u64, unit: f64) -> f64 {
        self.scaled_variance(ddof).sqrt() / unit.abs()
    }

    /// The root of the mean of squares.
    pub fn root_mean_square(&self) -> f64 {
        self.unscaled(self.centre.mean.value().hypot((self.squares.value() / self.n()).sqrt()))
    }

    /// The mean of squares.
    pub fn mean_square(&self) -> f64 {
        let mean = self.centre.mean.value();
        if mean.is_infinite() {
            return f64::INFINITY;
        }
        self.unscaled(self.unscaled(mean * mean + self.squares.value() / self.n()))
    }

    /// The distance of `x` from the mean in standard deviations; 0 if there is no deviation.
    pub fn standard_score(&self, x: f64, ddof: u64) -> f64 {
        let standard = self.scaled_variance(ddof).sqrt();
        if standard == 0.0 { 0.0 } else { self.centre.deviation(x) / standard }
    }

    fn scaled_variance(&self, ddof: u64) -> f64 {
        over_degrees(self.squares.value(), self.n() - ddof as f64)
    }

    fn unscaled(&self, x: f64) -> f64 {
        self.centre.scale.undo(x)
    }

    /// The power of two that values are multiplied by.
    pub fn scale(&self) -> Scale {
        self.centre.scale
    }

    /// Checks a decoded dispersion.
    pub fn validate(&self) -> Result<(), &'static str> {
        weight::validate_total(self.weight)?;
        self.centre.validate()?;
        validate::ensure(validate::is_sum_of_squares(self.squares.value()), "a negative sum of squares")?;
        validate::ensure(self.n() > 0.0 || *self == Self::default(), "deviations without values")
    }
}
