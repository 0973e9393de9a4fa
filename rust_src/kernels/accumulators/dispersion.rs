//! Mean and sum of squared deviations under frequency weights: the common part of variance, standard error,
//! coefficient of variation and root mean square.
//!
//! Value by value after West (see [`super::centre`]), stream by stream after T. F. Chan, G. H. Golub, R. J. LeVeque,
//! "Updating formulae and a pairwise algorithm for computing sample variances", COMPSTAT 1982: with the totals `a` and
//! `b` and the distance `δ` of the means, `S = S_a + S_b + δ² ab / (a + b)`. The sum is compensated, so that its error
//! does not grow with the number of values.

use crate::{
    Error,
    kernels::{
        accumulators::centre::Centre,
        aggregates::dispersion::DispersionAggregate,
        batch::{BLOCK, simd},
        numerics::{
            double_double::DoubleDouble,
            scale::{LARGE, Scale},
            validate,
        },
        statistics::mean::Mean,
    },
};
use serde::{Deserialize, Serialize};

/// A sum of products of deviations over the degrees of freedom: 0 where there are none, but NaN where it is NaN.
pub fn over_degrees(products: f64, degrees: f64) -> f64 {
    if degrees > 0.0 || products.is_nan() { products / degrees } else { 0.0 }
}

/// Total weight, mean and sum of squared deviations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Dispersion {
    pub(crate) weight: DoubleDouble,
    pub(crate) centre: Centre,
    /// In the unit of the centre's scale, squared.
    pub(crate) squares: DoubleDouble,
}

impl Dispersion {
    /// What a run has led to, or nothing where there is none.
    #[inline]
    pub fn of_run(run: Option<DispersionAggregate>) -> Self {
        let Some(run) = run else { return Self::default() };
        let (weight, mean) = run.location();
        let centre = Centre { scale: Scale::default(), mean };
        match run.squares() {
            Some(squares) if mean.hi.abs() <= LARGE => Self { weight: weight.into(), centre, squares: squares.into() },
            _ => Self { weight: weight.into(), centre, squares: run.root().into() }.rescaled(),
        }
    }

    /// Brings the mean and the root, which stands for its square still, into the middle of the range.
    #[cold]
    fn rescaled(mut self) -> Self {
        let root = self.squares.hi;
        let magnitude = self.centre.mean.hi.abs().max(root);
        if magnitude.is_finite() && magnitude > 0.0 {
            self.centre.scale.fit(magnitude, true);
            let factor = self.centre.scale.factor();
            self.centre.mean.scale(factor);
            self.squares.scale(factor);
        }
        let root = self.squares.hi;
        self.squares = (root * root).into();
        self
    }

    /// What streams with this total weight, mean and sum of squared deviations have led to.
    pub fn from_state(n: f64, mean: f64, squares: f64) -> Self {
        let mut state = Self::default();
        if n > 0.0 {
            state.absorb(mean, n);
            // Where the mean leaves the scale open, the deviations set it.
            if state.centre.mean.hi == 0.0
                && let Some(ratio) = state.centre.fit(squares.sqrt(), 1.0, true)
            {
                state.squares.scale(ratio * ratio);
            }
            state.squares = state.centre.scale.apply(state.centre.scale.apply(squares)).into();
        }
        state
    }

    /// Takes in one value.
    #[inline]
    pub fn update(&mut self, x: f64) {
        self.absorb(x, 1.0);
    }

    /// Takes in many values, a block at a time: two passes over each, the second about the mean that the first has found.
    pub fn update_many(&mut self, xs: &[f64]) {
        for block in xs.chunks(BLOCK) {
            match Self::of_block(block) {
                Some(part) if self.merge(&part).is_ok() => {}
                _ => block.iter().for_each(|&x| self.update(x)),
            }
        }
    }

    fn of_block(xs: &[f64]) -> Option<Self> {
        let n = xs.len() as f64;
        let (shift, [first, second]) = simd::power_sums(xs);
        let offset = first / n;
        let centre = Centre::unscaled(DoubleDouble { hi: shift, lo: offset }, second)?;
        Some(Self { weight: n.into(), centre, squares: (second - first * offset).max(0.0).into() })
    }

    /// Takes in a value that stands for `w`; see [`validate::weight`].
    pub fn update_weighted(&mut self, x: f64, w: f64) -> Result<(), Error> {
        if validate::weight(w)? {
            validate::total_weight(self.weight, w)?;
            self.absorb(x, w);
        }
        Ok(())
    }

    #[inline]
    fn absorb(&mut self, x: f64, w: f64) {
        let before = self.n();
        self.weight.add(w);
        let moved = self.centre.absorb(x, w, self.n(), self.squares.hi == 0.0);
        if moved.ratio != 1.0 {
            self.squares.scale(moved.ratio * moved.ratio);
        }
        self.squares.add(moved.step * before * moved.deviation);
    }

    /// Takes back a value that stands for `w`.
    pub fn revert(&mut self, x: f64, w: f64) -> Result<(), Error> {
        if !validate::weight(w)? {
            return Ok(());
        }
        let Some(left) = validate::remaining(self.weight, w.into())? else {
            *self = Self::default();
            return Ok(());
        };
        let before = self.n();
        let moved = self.centre.release(x, w, left.value());
        self.weight = left;
        self.squares.scale(moved.ratio * moved.ratio);
        self.squares.reduce((moved.step * before * moved.deviation).into());
        Ok(())
    }

    /// Takes in another stream.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if self.n() == 0.0 {
            *self = *other;
            return Ok(());
        }
        validate::total_weight(self.weight, other.n())?;
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

    /// Takes back another stream.
    pub fn unmerge(&mut self, other: &Self) -> Result<(), Error> {
        let Some(left) = validate::left_of(self.weight, other.weight) else {
            *self = Self::default();
            return Ok(());
        };
        if other.n() == 0.0 {
            return Ok(());
        }
        let (before, other) = (self.n(), self.aligned(other));
        let moved = self.centre.unmerge(&other.centre, other.n(), left.value());
        self.weight = left;
        let mut taken = other.squares;
        taken.add(moved.step * before * moved.deviation);
        self.squares.reduce(taken);
        Ok(())
    }

    /// `other`, after both were brought to one scale.
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

    /// The sum of squared deviations over `n - ddof`, 0 where that is not positive.
    pub fn variance(&self, ddof: u64) -> f64 {
        self.unscaled(self.unscaled(self.scaled_variance(ddof)))
    }

    /// The root of the variance over the total weight.
    pub fn standard_error(&self, ddof: u64) -> f64 {
        self.unscaled((self.scaled_variance(ddof) / self.n()).sqrt())
    }

    /// The standard deviation over the magnitude of `unit`, which is not 0 and multiplied by the scale.
    pub fn relative_deviation(&self, ddof: u64, unit: f64) -> f64 {
        self.scaled_variance(ddof).sqrt() / unit.abs()
    }

    /// The root of the mean of squares.
    pub fn root_mean_square(&self) -> f64 {
        self.unscaled(self.centre.mean.value().hypot((self.squares.value() / self.n()).sqrt()))
    }

    fn scaled_variance(&self, ddof: u64) -> f64 {
        over_degrees(self.squares.value(), self.n() - ddof as f64)
    }

    fn unscaled(&self, x: f64) -> f64 {
        self.centre.scale.undo(x)
    }

    /// The mean as a statistic.
    pub fn location(&self) -> Mean {
        Mean::from_centre(self.weight, &self.centre)
    }

    /// The power of two that values are multiplied by.
    pub fn scale(&self) -> Scale {
        self.centre.scale
    }

    /// See [`super::Statistic::validate`].
    pub fn validate(&self) -> Result<(), &'static str> {
        self.weight.validate_weight()?;
        self.centre.validate()?;
        self.squares.validate_squares()?;
        validate::ensure(self.n() > 0.0 || *self == Self::default(), "deviations without values")
    }
}
