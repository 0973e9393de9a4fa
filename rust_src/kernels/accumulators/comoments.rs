//! Means, sums of squared deviations and the sum of their products for two variables with frequency weights: what
//! covariance and correlation share. The formulae are those of [`super::dispersion`], with a product of two deviations
//! in place of a square.

use crate::{
    Error,
    kernels::{
        accumulators::{
            centre::{Centre, Move},
            dispersion::{Dispersion, over_degrees},
        },
        batch::simd::{self, BLOCK},
        numerics::{double_double::DoubleDouble, scale::divide_by_both, validate, weight},
    },
};
use serde::{Deserialize, Serialize};

/// One variable of the two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Side {
    centre: Centre,
    squares: DoubleDouble,
}

impl Side {
    fn is_blank(&self) -> bool {
        self.centre.mean.hi == 0.0 && self.squares.hi == 0.0
    }

    /// Brings both centres to one scale; returns the factors for the deviations of both.
    fn align(&mut self, other: &mut Self) -> (f64, f64) {
        let blank = (self.is_blank(), other.is_blank());
        self.centre.align(&mut other.centre, blank)
    }

    /// Multiplies the deviations by a factor.
    fn rescale(&mut self, ratio: f64) {
        self.squares.scale(ratio * ratio);
    }
}

/// Total weight, both variables, and the sum of products of their deviations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Comoments {
    weight: DoubleDouble,
    x: Side,
    y: Side,
    products: DoubleDouble,
}

impl Comoments {
    /// From the deviations of both variables, which have the same weight, and the sum of their products.
    #[inline]
    pub fn new(x: Dispersion, y: Dispersion, products: DoubleDouble) -> Self {
        let side = |side: Dispersion| Side { centre: side.centre, squares: side.squares };
        Self { weight: x.weight, x: side(x), y: side(y), products }
    }

    /// From the total weight, the means and the sum of products of pairs. The sums of squares are the least that allow
    /// for the products.
    pub fn from_state(n: f64, mean_x: f64, mean_y: f64, products: f64) -> Self {
        let squares = products.abs();
        let x = Dispersion::from_state(n, mean_x, squares);
        let y = Dispersion::from_state(n, mean_y, squares);
        Self::from_sides(x, y, products)
    }

    /// From the deviations of both variables, which have the same weight, and the sum of their products without a scale.
    pub fn from_sides(x: Dispersion, y: Dispersion, products: f64) -> Self {
        let products = x.scale().apply(y.scale().apply(products)).into();
        let products = if x.n() > 0.0 { products } else { DoubleDouble::default() };
        Self::new(x, y, products)
    }

    /// Updates with one pair.
    #[inline]
    pub fn update(&mut self, (x, y): (f64, f64)) {
        self.add(x, y, 1.0);
    }

    /// Updates with many pairs, a block at a time, as [`Dispersion`] does.
    pub fn update_many(&mut self, pairs: &[(f64, f64)]) {
        for block in pairs.chunks(BLOCK) {
            match Self::of_block(block) {
                Some(part) if self.merge(&part).is_ok() => {}
                _ => block.iter().for_each(|&pair| self.update(pair)),
            }
        }
    }

    fn of_block(pairs: &[(f64, f64)]) -> Option<Self> {
        let n = pairs.len() as f64;
        let (shift, [x, y, xx, yy, xy]) = simd::product_sums(pairs);
        let side = |shift: f64, first: f64, second: f64| {
            let centre = Centre::unscaled(DoubleDouble { hi: shift, lo: first / n }, second)?;
            Some(Side { centre, squares: (second - first * (first / n)).max(0.0).into() })
        };
        let (side_x, side_y) = (side(shift.0, x, xx)?, side(shift.1, y, yy)?);
        Some(Self { weight: n.into(), x: side_x, y: side_y, products: (xy - x * (y / n)).into() })
    }

    /// Updates with a pair of weight `w`.
    pub fn update_weighted(&mut self, (x, y): (f64, f64), w: f64) -> Result<(), Error> {
        if weight::is_positive(w)? {
            weight::check_total(self.weight, w)?;
            self.add(x, y, w);
        }
        Ok(())
    }

    #[inline]
    fn add(&mut self, x: f64, y: f64, w: f64) {
        let before = self.n();
        self.weight.add(w);
        let n = self.n();
        let moved_x = self.x.centre.add(x, w, n, self.x.squares.hi == 0.0);
        let moved_y = self.y.centre.add(y, w, n, self.y.squares.hi == 0.0);
        self.grow(moved_x, moved_y, before);
    }

    /// Adds to the sums what two moves of the means add, with the total weight `before` them.
    #[inline]
    fn grow(&mut self, x: Move, y: Move, before: f64) {
        if x.ratio != 1.0 || y.ratio != 1.0 {
            self.rescale(x.ratio, y.ratio);
        }
        let (step_x, step_y) = (x.step * before, y.step * before);
        self.x.squares.add(step_x * x.deviation);
        self.y.squares.add(step_y * y.deviation);
        self.products.add(step_x * y.deviation);
    }

    /// Subtracts what two moves of the means had added, and the sums of `other`.
    fn shrink(&mut self, x: Move, y: Move, before: f64, other: &Self) {
        self.rescale(x.ratio, y.ratio);
        let mut reverted = *other;
        reverted.grow(Move { ratio: 1.0, ..x }, Move { ratio: 1.0, ..y }, before);
        self.x.squares.reduce(reverted.x.squares);
        self.y.squares.reduce(reverted.y.squares);
        self.products.subtract(reverted.products);
        if (self.x.squares.hi == 0.0 || self.y.squares.hi == 0.0) && self.products.value().is_finite() {
            self.products = DoubleDouble::default();
        }
    }

    #[cold]
    fn rescale(&mut self, x: f64, y: f64) {
        self.x.rescale(x);
        self.y.rescale(y);
        // One by one: the product of both factors may be out of range.
        self.products.scale(x);
        self.products.scale(y);
    }

    /// Reverts a pair of weight `w`.
    pub fn revert(&mut self, (x, y): (f64, f64), w: f64) -> Result<(), Error> {
        if !weight::is_positive(w)? {
            return Ok(());
        }
        let Some(left) = weight::after_revert(self.weight, w.into())? else {
            *self = Self::default();
            return Ok(());
        };
        let before = self.n();
        let moved_x = self.x.centre.remove(x, w, left.value());
        let moved_y = self.y.centre.remove(y, w, left.value());
        self.weight = left;
        self.shrink(moved_x, moved_y, before, &Self::default());
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
        let (w, n) = (other.n(), self.n());
        let moved_x = self.x.centre.merge(&other.x.centre, w, n);
        let moved_y = self.y.centre.merge(&other.y.centre, w, n);
        self.x.squares.add_double(other.x.squares);
        self.y.squares.add_double(other.y.squares);
        self.products.add_double(other.products);
        self.grow(moved_x, moved_y, before);
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
        let (w, n) = (other.n(), left.value());
        let moved_x = self.x.centre.unmerge(&other.x.centre, w, n);
        let moved_y = self.y.centre.unmerge(&other.y.centre, w, n);
        self.weight = left;
        self.shrink(moved_x, moved_y, before, &other);
        Ok(())
    }

    /// Brings both to common scales; returns `other` in them.
    fn aligned(&mut self, other: &Self) -> Self {
        let mut other = *other;
        let x = self.x.align(&mut other.x);
        let y = self.y.align(&mut other.y);
        self.rescale(x.0, y.0);
        other.rescale(x.1, y.1);
        other
    }

    /// The total weight.
    #[inline]
    pub fn n(&self) -> f64 {
        self.weight.value()
    }

    /// The deviations of x alone.
    pub fn dispersion_x(&self) -> Dispersion {
        Dispersion { weight: self.weight, centre: self.x.centre, squares: self.x.squares }
    }

    /// The deviations of y alone.
    pub fn dispersion_y(&self) -> Dispersion {
        Dispersion { weight: self.weight, centre: self.y.centre, squares: self.y.squares }
    }

    /// The sum of products.
    pub fn products(&self) -> f64 {
        divide_by_both(self.products.value(), self.x.centre.scale.factor(), self.y.centre.scale.factor())
    }

    /// The sum of products over `n - ddof`; 0 if that is not positive.
    pub fn covariance(&self, ddof: u64) -> f64 {
        let covariance = over_degrees(self.products.value(), self.n() - ddof as f64);
        divide_by_both(covariance, self.x.centre.scale.factor(), self.y.centre.scale.factor())
    }

    /// The slope of the least-squares line of y on x; `None` if x is constant, and NaN if a value of y is.
    pub fn slope(&self) -> Option<f64> {
        let (squares, products) = (self.x.squares.value(), self.products.value());
        if self.y.centre.mean.hi.is_nan() {
            return Some(f64::NAN);
        }
        (squares != 0.0).then(|| self.in_y_over_x(products / squares))
    }

    /// Where a line of this slope through both means meets x = 0.
    pub fn intercept(&self, slope: f64) -> f64 {
        let mean = |side: &Side| [side.centre.mean.hi, side.centre.mean.lo].map(|x| side.centre.scale.undo(x)).into();
        let (mut x, mut y): (DoubleDouble, DoubleDouble) = (mean(&self.x), mean(&self.y));
        x = x.times(slope);
        y.subtract(x);
        y.value()
    }

    /// The standard deviation of y over that of x.
    pub fn ratio_of_deviations(&self) -> f64 {
        self.in_y_over_x((self.y.squares.value() / self.x.squares.value()).sqrt())
    }

    /// A ratio of scaled y and x, unscaled.
    fn in_y_over_x(&self, ratio: f64) -> f64 {
        let (x, y) = (self.x.centre.scale.factor(), self.y.centre.scale.factor());
        // The ratio of both scales may be out of range where the result is not.
        if (x > 1.0) == (ratio.abs() > 1.0) { ratio / y * x } else { ratio * x / y }
    }

    /// Pearson's correlation; 0 if a variable is constant. It is never outside -1 to 1: the sum of products is divided
    /// by the geometric mean of the sums of squares, or by its own magnitude if rounding made that the larger.
    pub fn correlation(&self) -> f64 {
        let (x, y, products) = (self.x.squares.value(), self.y.squares.value(), self.products.value());
        if (x == 0.0 || y == 0.0) && !products.is_nan() {
            return 0.0;
        }
        // One root of the product is exact where both are equal, unless the product is out of range.
        let product = x * y;
        let bound = if product.is_normal() { product.sqrt() } else { x.sqrt() * y.sqrt() };
        if products.abs() > bound { products.signum() } else { products / bound }
    }

    /// Checks decoded comoments.
    pub fn validate(&self) -> Result<(), &'static str> {
        self.dispersion_x().validate()?;
        self.dispersion_y().validate()?;
        validate::ensure(self.n() > 0.0 || *self == Self::default(), "products without values")
    }
}
