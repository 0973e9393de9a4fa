//! A running mean, and the deviations from it that sums of squares and of products are made of.
//!
//! With `n` the total weight including the new `w`, and `δ` the distance of `x` from the old mean, the mean moves by
//! `δ w/n`, and a sum of products of deviations grows by `(n - w)` times the step of one variable times the `δ` of the
//! other. D. H. D. West, "Updating mean and variance estimates: an improved method", Comm. ACM 22 (1979).

use crate::kernels::numerics::{
    double_double::DoubleDouble,
    scale::{LARGE, Scale},
    validate,
};
use serde::{Deserialize, Serialize};

/// The mean as a [`DoubleDouble`]: with an offset of 1e9 and unit noise, a mean in one double would cost the deviations
/// seven of their digits. The mean and all deviations are multiplied by the scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Centre {
    /// The power of two that values are multiplied by.
    pub scale: Scale,
    /// The mean, multiplied by the scale.
    pub mean: DoubleDouble,
}

/// How an update or revert moves the mean.
#[derive(Clone, Copy, Debug)]
pub struct Move {
    /// The factor by which to rescale sums of deviations first; sums of squares by its square.
    pub ratio: f64,
    /// The distance of the value from the mean before.
    pub deviation: f64,
    /// How far the mean moved; in a revert, how far it moves back.
    pub step: f64,
}

impl Move {
    const NONE: Self = Self { ratio: 1.0, deviation: f64::NAN, step: f64::NAN };
}

/// `deviation * w / n`: for `w = n` exactly the deviation, and in range even if the deviation times a large weight is not.
#[inline]
fn share(deviation: f64, w: f64, n: f64) -> f64 {
    if w == 1.0 { deviation / n } else { deviation * (w / n) }
}

impl Centre {
    /// A mean without a scale, of values whose sum of squared deviations is `squares`; `None` if either may be too large
    /// or too small for that, or is not finite.
    #[inline]
    pub fn unscaled(mean: DoubleDouble, squares: f64) -> Option<Self> {
        // About a mean of ordinary size, deviations are 0 or far above the smallest doubles.
        let smallest = if mean.hi.abs() >= 1.0 / LARGE { 0.0 } else { 1.0 / LARGE };
        let fits = mean.hi.abs() <= LARGE && (smallest..=LARGE).contains(&squares);
        fits.then(|| Self { scale: Scale::default(), mean })
    }

    /// Adds `x` with weight `w`, which makes the total weight `n`. `blank` says that all deviations so far are 0.
    #[inline]
    pub fn add(&mut self, x: f64, w: f64, n: f64, blank: bool) -> Move {
        let Some(ratio) = self.fit(x, w, blank) else {
            return Move::NONE;
        };
        let deviation = self.deviation(x);
        let step = share(deviation, w, n);
        self.mean.add(step);
        Move { ratio, deviation, step }
    }

    /// Removes `x` with weight `w`, which leaves the total weight `n`.
    #[inline]
    pub fn remove(&mut self, x: f64, w: f64, n: f64) -> Move {
        let Some(ratio) = self.fit(x, w, false) else {
            return Move::NONE;
        };
        let deviation = self.deviation(x);
        let step = share(deviation, w, n);
        self.mean.add(-step);
        Move { ratio, deviation, step }
    }

    /// The distance of `x` from the mean, scaled.
    #[inline]
    pub fn deviation(&self, x: f64) -> f64 {
        (self.scale.apply(x) - self.mean.hi) - self.mean.lo
    }

    /// Changes the scale if `x` needs it; returns the factor for sums of deviations. `None` if `x` or the mean is not
    /// finite; the mean is then what IEEE arithmetic makes of both.
    #[inline]
    pub fn fit(&mut self, x: f64, w: f64, blank: bool) -> Option<f64> {
        let scaled = self.scale.apply(x);
        // About a mean of 0, tiny values could need a scale.
        let fits = scaled.abs() <= LARGE && (self.mean.hi != 0.0 || scaled == 0.0) && self.mean.hi.abs() <= f64::MAX;
        if fits && (1.0 / LARGE..=LARGE).contains(&w) { Some(1.0) } else { self.refit(x, w, blank) }
    }

    #[cold]
    fn refit(&mut self, x: f64, w: f64, blank: bool) -> Option<f64> {
        if !x.is_finite() || !self.mean.hi.is_finite() {
            self.mean = (self.mean.hi + x).into();
            return None;
        }
        if x == 0.0 {
            return Some(1.0);
        }
        // Sums of squares contain the weight, so the magnitude contains its root.
        let magnitude = if w == 1.0 { x.abs() } else { (x.abs() * w.sqrt()).clamp(f64::from_bits(1), f64::MAX) };
        let ratio = self.scale.fit(magnitude, blank && self.mean.hi == 0.0);
        self.mean.scale(ratio);
        Some(ratio)
    }

    /// Brings this centre and `other` to one scale, that of the larger data; a `blank` one loses nothing at any scale.
    /// Returns the factors for the sums of both.
    pub fn align(&mut self, other: &mut Self, (blank, other_blank): (bool, bool)) -> (f64, f64) {
        let larger = self.scale.factor() < other.scale.factor();
        let common = if other_blank || (larger && !blank) { self.scale } else { other.scale };
        let bring = |centre: &mut Self| {
            let ratio = common.factor() / centre.scale.factor();
            centre.scale = common;
            centre.mean.scale(ratio);
            ratio
        };
        (bring(self), bring(other))
    }

    /// Merges the mean of another stream of weight `w`, which makes the total `n`; both centres are [aligned].
    ///
    /// [aligned]: Self::align
    pub fn merge(&mut self, other: &Self, w: f64, n: f64) -> Move {
        let deviation = other.mean.minus(self.mean);
        self.shift(other, deviation, deviation * (w / n), 1.0)
    }

    /// Unmerges the mean of another stream of weight `w`, which leaves the total `n`; both are aligned.
    pub fn unmerge(&mut self, other: &Self, w: f64, n: f64) -> Move {
        let deviation = other.mean.minus(self.mean);
        self.shift(other, deviation, deviation * (w / n), -1.0)
    }

    fn shift(&mut self, other: &Self, deviation: f64, step: f64, sign: f64) -> Move {
        if !self.mean.hi.is_finite() || !other.mean.hi.is_finite() {
            self.mean = (self.mean.hi + other.mean.hi).into();
            return Move::NONE;
        }
        self.mean.add(sign * step);
        Move { ratio: 1.0, deviation, step }
    }

    /// Checks a decoded centre.
    pub fn validate(&self) -> Result<(), &'static str> {
        self.scale.validate()?;
        validate::ensure(self.mean.hi.is_finite() || self.mean.lo == 0.0, "a mean that is not finite, with an error")
    }
}
