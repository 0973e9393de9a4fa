//! Means, sums of squared deviations and their sum of products of two variables under frequency weights: the common
//! part of covariance and correlation. Formulae as in [`super::dispersion`], with a product of two deviations where a
//! square stands there.

use crate::{
    Error,
    kernels::{
        accumulators::{
            centre::{Centre, Move},
            dispersion::{Dispersion, over_degrees},
        },
        aggregates::{correlation::CorrelationAggregate, product::ProductAggregate},
        batch::{BLOCK, simd},
        numerics::{
            double_double::DoubleDouble,
            scale::{Scale, divide_by_both},
            validate,
        },
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

    /// Brings both centres to one scale; returns what that does to the deviations of each.
    fn align(&mut self, other: &mut Self) -> (f64, f64) {
        let blank = (self.is_blank(), other.is_blank());
        self.centre.align(&mut other.centre, blank)
    }

    /// Multiplies the sum of squares as the deviations were.
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
    /// What a run has led to, or nothing where there is none. The sums of squares are the least that allow for the
    /// products.
    #[inline]
    pub fn of_products(run: Option<ProductAggregate>) -> Self {
        let Some((weight, mean_x, mean_y, products)) = run.map(ProductAggregate::parts) else { return Self::default() };
        let side = |mean| Side { centre: Centre { scale: Scale::default(), mean }, squares: products.abs().into() };
        Self { weight: weight.into(), x: side(mean_x), y: side(mean_y), products: products.into() }
    }

    /// What a run has led to, or nothing where there is none.
    #[inline]
    pub fn of_correlation(run: Option<CorrelationAggregate>) -> Self {
        let Some(run) = run else { return Self::default() };
        let [x, y] = run.sides().map(|side| Dispersion::of_run(Some(side)));
        let products = run.products().filter(|_| x.scale() == y.scale() && x.scale() == Scale::default());
        // Without the scales, which the roots have.
        let products = products.unwrap_or_else(|| run.ratio() * x.squares.hi.sqrt() * y.squares.hi.sqrt());
        let side = |side: Dispersion| Side { centre: side.centre, squares: side.squares };
        Self { weight: x.weight, x: side(x), y: side(y), products: products.into() }
    }

    /// What streams with this total weight, these means and this sum of products have led to. The sums of squares
    /// are the least that allow for the products.
    pub fn from_state(n: f64, mean_x: f64, mean_y: f64, products: f64) -> Self {
        let squares = products.abs();
        let x = Dispersion::from_state(n, mean_x, squares);
        let y = Dispersion::from_state(n, mean_y, squares);
        let products = x.scale().apply(y.scale().apply(products)).into();
        Self {
            weight: x.weight,
            x: Side { centre: x.centre, squares: x.squares },
            y: Side { centre: y.centre, squares: y.squares },
            products: if x.n() > 0.0 { products } else { DoubleDouble::default() },
        }
    }

    /// Takes in one pair.
    #[inline]
    pub fn update(&mut self, (x, y): (f64, f64)) {
        self.absorb(x, y, 1.0);
    }

    /// Takes in many pairs, a block at a time, as [`Dispersion`] takes values.
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

    /// Takes in a pair that stands for `w`; see [`validate::weight`].
    pub fn update_weighted(&mut self, (x, y): (f64, f64), w: f64) -> Result<(), Error> {
        if validate::weight(w)? {
            validate::total_weight(self.weight, w)?;
            self.absorb(x, y, w);
        }
        Ok(())
    }

    #[inline]
    fn absorb(&mut self, x: f64, y: f64, w: f64) {
        let before = self.n();
        self.weight.add(w);
        let n = self.n();
        let moved_x = self.x.centre.absorb(x, w, n, self.x.squares.hi == 0.0);
        let moved_y = self.y.centre.absorb(y, w, n, self.y.squares.hi == 0.0);
        self.grow(moved_x, moved_y, before);
    }

    /// Adds what two moves add to the sums, `before` being the total weight before them.
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

    /// Takes away what two moves back take away, and the sums of `other` with it.
    fn shrink(&mut self, x: Move, y: Move, before: f64, other: &Self) {
        self.rescale(x.ratio, y.ratio);
        let mut taken = *other;
        taken.grow(Move { ratio: 1.0, ..x }, Move { ratio: 1.0, ..y }, before);
        self.x.squares.reduce(taken.x.squares);
        self.y.squares.reduce(taken.y.squares);
        self.products.subtract(taken.products);
        if (self.x.squares.hi == 0.0 || self.y.squares.hi == 0.0) && self.products.value().is_finite() {
            self.products = DoubleDouble::default();
        }
    }

    #[cold]
    fn rescale(&mut self, x: f64, y: f64) {
        self.x.rescale(x);
        self.y.rescale(y);
        // One after the other: the product of both may be out of range.
        self.products.scale(x);
        self.products.scale(y);
    }

    /// Takes back a pair that stands for `w`.
    pub fn revert(&mut self, (x, y): (f64, f64), w: f64) -> Result<(), Error> {
        if !validate::weight(w)? {
            return Ok(());
        }
        let Some(left) = validate::remaining(self.weight, w.into())? else {
            *self = Self::default();
            return Ok(());
        };
        let before = self.n();
        let moved_x = self.x.centre.release(x, w, left.value());
        let moved_y = self.y.centre.release(y, w, left.value());
        self.weight = left;
        self.shrink(moved_x, moved_y, before, &Self::default());
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
        let (w, n) = (other.n(), self.n());
        let moved_x = self.x.centre.merge(&other.x.centre, w, n);
        let moved_y = self.y.centre.merge(&other.y.centre, w, n);
        self.x.squares.add_double(other.x.squares);
        self.y.squares.add_double(other.y.squares);
        self.products.add_double(other.products);
        self.grow(moved_x, moved_y, before);
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
        let (w, n) = (other.n(), left.value());
        let moved_x = self.x.centre.unmerge(&other.x.centre, w, n);
        let moved_y = self.y.centre.unmerge(&other.y.centre, w, n);
        self.weight = left;
        self.shrink(moved_x, moved_y, before, &other);
        Ok(())
    }

    /// `other`, after both were brought to common scales.
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

    /// The sum of products over `n - ddof`, 0 where that is not positive.
    pub fn covariance(&self, ddof: u64) -> f64 {
        let covariance = over_degrees(self.products.value(), self.n() - ddof as f64);
        divide_by_both(covariance, self.x.centre.scale.factor(), self.y.centre.scale.factor())
    }

    /// Pearson's correlation, 0 where one variable is constant. It is never beyond -1 and 1: the products are divided
    /// by the geometric mean of the sums of squares, or by their own size where rounding has made that the larger.
    pub fn correlation(&self) -> f64 {
        let (x, y, products) = (self.x.squares.value(), self.y.squares.value(), self.products.value());
        if (x == 0.0 || y == 0.0) && !products.is_nan() {
            return 0.0;
        }
        // One root of both is exact where both are the same, unless their product is out of range.
        let product = x * y;
        let bound = if product.is_normal() { product.sqrt() } else { x.sqrt() * y.sqrt() };
        if products.abs() > bound { products.signum() } else { products / bound }
    }

    /// See [`super::Statistic::validate`].
    pub fn validate(&self) -> Result<(), &'static str> {
        self.dispersion_x().validate()?;
        self.dispersion_y().validate()?;
        validate::ensure(self.n() > 0.0 || *self == Self::default(), "products without values")
    }
}
