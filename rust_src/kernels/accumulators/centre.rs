//! A running mean, and the deviations from it that sums of squares and products are made of.
//!
//! With `n` the total weight, the new `w` included, and `δ` the distance of `x` from the old mean, the mean moves by
//! `δ w/n`, and a sum of products of deviations grows by `(n - w)` times the step of one variable times the `δ` of the
//! other. D. H. D. West, "Updating mean and variance estimates: an improved method", Comm. ACM 22 (1979).

use crate::kernels::numerics::{
    double_double::DoubleDouble,
    scale::{LARGE, Scale},
    validate,
};
use serde::{Deserialize, Serialize};

/// The mean is kept as a [`DoubleDouble`]: with an offset of 1e9 and unit noise, rounding it to one would cost the
/// deviations seven of their digits. It and all deviations are multiplied by the scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Centre {
    /// The power of two that values are multiplied by.
    pub scale: Scale,
    /// The mean, so multiplied.
    pub mean: DoubleDouble,
}

/// What a value has changed.
#[derive(Clone, Copy, Debug)]
pub struct Move {
    /// What sums of deviations are to be multiplied by first; sums of squares by its square.
    pub ratio: f64,
    /// The distance of the value from the mean before (of a value taken back: from the mean with it).
    pub deviation: f64,
    /// How far the mean moved (of a value taken back: how far it moves back).
    pub step: f64,
}

impl Move {
    const NONE: Self = Self { ratio: 1.0, deviation: f64::NAN, step: f64::NAN };
}

/// The part `w` of the total `n` of a deviation. All of it is the deviation itself, to the last bit, and the product with
/// a large weight may be out of range where its share is not.
#[inline]
fn share(deviation: f64, w: f64, n: f64) -> f64 {
    if w == 1.0 { deviation / n } else { deviation * (w / n) }
}

impl Centre {
    /// A mean that needs no scale, nor do values whose sum of squared deviations from it is `squares`. None where one of
    /// them may be too large or too small for that, or not finite.
    #[inline]
    pub fn unscaled(mean: DoubleDouble, squares: f64) -> Option<Self> {
        // About a mean of ordinary size, deviations are 0 or far above the smallest doubles.
        let smallest = if mean.hi.abs() >= 1.0 / LARGE { 0.0 } else { 1.0 / LARGE };
        let fits = mean.hi.abs() <= LARGE && (smallest..=LARGE).contains(&squares);
        fits.then(|| Self { scale: Scale::default(), mean })
    }

    /// Takes in `x` with the weight `w`, part of the total `n`. A centre is `blank` where all deviations so far are 0.
    #[inline]
    pub fn absorb(&mut self, x: f64, w: f64, n: f64, blank: bool) -> Move {
        let Some(ratio) = self.fit(x, w, blank) else {
            return Move::NONE;
        };
        let deviation = self.deviation(x);
        let step = share(deviation, w, n);
        self.mean.add(step);
        Move { ratio, deviation, step }
    }

    /// Takes back `x` with the weight `w`, which leaves the total `n`.
    #[inline]
    pub fn release(&mut self, x: f64, w: f64, n: f64) -> Move {
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

    /// Makes room for `x`; None, and a mean as IEEE has it, where it or the mean is not finite.
    #[inline]
    pub fn fit(&mut self, x: f64, w: f64, blank: bool) -> Option<f64> {
        let scaled = self.scale.apply(x);
        // A mean of zero is where tiny values could need a scale of their own.
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
        // Sums of squares carry the weight, so that its root belongs to the magnitude.
        let magnitude = if w == 1.0 { x.abs() } else { (x.abs() * w.sqrt()).clamp(f64::from_bits(1), f64::MAX) };
        let ratio = self.scale.fit(magnitude, blank && self.mean.hi == 0.0);
        self.mean.scale(ratio);
        Some(ratio)
    }

    /// Brings this centre and `other` to one scale, that of the larger data; of a `blank` one nothing is lost whatever
    /// its scale. Returns what to multiply the sums of both by.
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

    /// Takes in the mean of another stream, of the weight `w` within the total `n`; both centres are [aligned].
    ///
    /// [aligned]: Self::align
    pub fn merge(&mut self, other: &Self, w: f64, n: f64) -> Move {
        let deviation = other.mean.minus(self.mean);
        self.shift(other, deviation, deviation * (w / n), 1.0)
    }

    /// Takes back the mean of another stream, of the weight `w`, which leaves the total `n`; both are aligned.
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

    /// See [`super::Statistic::validate`].
    pub fn validate(&self) -> Result<(), &'static str> {
        self.scale.validate()?;
        validate::ensure(self.mean.hi.is_finite() || self.mean.lo == 0.0, "a mean that is not finite, with an error")
    }
}
