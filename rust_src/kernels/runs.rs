//! What is known of a run of observations, in fewer words than the statistics themselves take: a window holds one of
//! these for each observation.
//!
//! Where results leave the range of doubles although values and statistics do not, a second way is taken with scaled
//! numbers.

use super::{
    check,
    double::{Double, two_sum},
    scale::{exponent, power_of_two},
    window::Partial,
};
use serde::{Deserialize, Serialize};

/// Total weight and weighted sum. A sum beyond the doubles is kept divided by `2^64`, which the sign of the weight says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SumRun {
    weight: f64,
    sum: Double,
}

const SCALED: i32 = -64;

impl SumRun {
    /// The run of one value.
    #[inline]
    pub fn new(x: f64, w: f64) -> Self {
        let sum = if w == 1.0 { x.into() } else { Double::product(x, w) };
        if sum.hi.is_finite() {
            return Self { weight: w, sum };
        }
        Self::extreme(x, w)
    }

    #[cold]
    fn extreme(x: f64, w: f64) -> Self {
        let sum = Double::product(x * power_of_two(SCALED), w);
        if x.is_finite() { Self { weight: -w, sum } } else { Self { weight: w, sum: x.into() } }
    }

    /// Total weight, sum, and the binary exponent of what the sum is multiplied by.
    #[inline]
    pub fn parts(self) -> (f64, Double, i32) {
        (self.weight.abs(), self.sum, if self.weight < 0.0 { SCALED } else { 0 })
    }

    #[cold]
    fn join_scaled(self, newer: Self) -> Self {
        let scaled = |run: Self| {
            let mut sum = run.sum;
            if run.weight > 0.0 {
                sum.scale(power_of_two(SCALED));
            }
            sum
        };
        let mut sum = scaled(self);
        sum.add_double(scaled(newer));
        let weight = self.weight.abs() + newer.weight.abs();
        if sum.hi.is_finite() {
            Self { weight: -weight, sum }
        } else {
            Self { weight, sum: (self.sum.hi + newer.sum.hi).into() }
        }
    }
}

impl Partial for SumRun {
    #[inline]
    fn join(self, newer: Self) -> Self {
        let mut sum = self.sum;
        sum.add_double(newer.sum);
        if sum.hi.is_finite() && self.weight > 0.0 && newer.weight > 0.0 {
            return Self { weight: self.weight + newer.weight, sum };
        }
        self.join_scaled(newer)
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate_weight(self.weight.abs())
    }
}

fn validate_weight(weight: f64) -> Result<(), &'static str> {
    check::ensure(weight > 0.0 && weight.is_finite(), "a run without weight")
}

/// Total weight, mean, and sum of squared deviations. A sum that leaves the range of doubles, which its root never does,
/// is kept as minus that root. T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm for
/// computing sample variances", COMPSTAT 1982.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DispersionRun {
    weight: f64,
    mean: Double,
    squares: f64,
}

/// Sums of squares between these are exact to rounding, as are their terms.
const SQUARES: std::ops::RangeInclusive<f64> = 1e-280..=1e300;

/// The mean of two runs that are `deviation` apart, of which the newer one has this `share` of the weight.
#[inline]
fn mean(older: Double, deviation: f64, share: f64) -> Double {
    let (hi, error) = two_sum(older.hi, deviation * share);
    // Brought to the nearest double and the rest, so that the rest does not grow.
    let (hi, lo) = two_sum(hi, older.lo + error);
    Double { hi, lo }
}

impl DispersionRun {
    /// The run of one value.
    #[inline]
    pub fn new(x: f64, w: f64) -> Self {
        Self { weight: w, mean: x.into(), squares: if x.is_finite() { 0.0 } else { f64::NAN } }
    }

    /// The run of values of this total weight, mean and sum of squared deviations, all of ordinary size.
    #[inline]
    pub fn of(weight: f64, mean: Double, squares: f64) -> Self {
        let (hi, lo) = two_sum(mean.hi, mean.lo);
        Self { weight, mean: Double { hi, lo }, squares }
    }

    /// Total weight and mean.
    #[inline]
    pub fn location(self) -> (f64, Double) {
        (self.weight, self.mean)
    }

    /// The sum of squared deviations, where it is in the range of doubles.
    #[inline]
    pub fn squares(self) -> Option<f64> {
        (self.squares >= 0.0 || self.squares.is_nan()).then_some(self.squares)
    }

    /// The root of the sum of squared deviations.
    #[inline]
    pub fn root(self) -> f64 {
        if self.squares < 0.0 { -self.squares } else { self.squares.sqrt() }
    }

    #[cold]
    fn join_scaled(self, newer: Self) -> Self {
        let weight = self.weight + newer.weight;
        if !self.mean.hi.is_finite() || !newer.mean.hi.is_finite() {
            return Self { weight, mean: (self.mean.hi + newer.mean.hi).into(), squares: f64::NAN };
        }
        // Halves, as the difference of two doubles may be out of range.
        let half = 0.5 * newer.mean.hi - 0.5 * self.mean.hi + 0.5 * (newer.mean.lo - self.mean.lo);
        let (root_a, root_b) = (self.root(), newer.root());
        let scale = power_of_two(-exponent(half.abs().max(root_a).max(root_b)).max(-1000));
        let share = newer.weight / weight;
        let (a, b, deviation) = (root_a * scale, root_b * scale, 2.0 * (half * scale));
        let root = (a * a + b * b + deviation * deviation * share * self.weight).sqrt() / scale;
        let squares = root * root;
        Self {
            weight,
            mean: mean(self.mean, half, 2.0 * share),
            squares: if SQUARES.contains(&squares) { squares } else { -root },
        }
    }
}

impl Partial for DispersionRun {
    #[inline]
    fn join(self, newer: Self) -> Self {
        let weight = self.weight + newer.weight;
        let share = newer.weight / weight;
        let deviation = (newer.mean.hi - self.mean.hi) + (newer.mean.lo - self.mean.lo);
        let squares = self.squares + newer.squares + deviation * share * self.weight * deviation;
        let plain = self.squares >= 0.0 && newer.squares >= 0.0;
        if plain && (SQUARES.contains(&squares) || deviation == 0.0) {
            return Self { weight, mean: mean(self.mean, deviation, share), squares };
        }
        self.join_scaled(newer)
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate_weight(self.weight)
    }
}

/// Total weight, both means, and the sum of products of deviations.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductRun {
    weight: f64,
    mean_x: Double,
    mean_y: Double,
    products: f64,
}

impl ProductRun {
    /// The run of one pair.
    #[inline]
    pub fn new((x, y): (f64, f64), w: f64) -> Self {
        let products = if x.is_finite() && y.is_finite() { 0.0 } else { f64::NAN };
        Self { weight: w, mean_x: x.into(), mean_y: y.into(), products }
    }

    /// Total weight, both means, and the sum of products.
    #[inline]
    pub fn parts(self) -> (f64, Double, Double, f64) {
        (self.weight, self.mean_x, self.mean_y, self.products)
    }

    #[cold]
    fn not_finite(self, newer: Self) -> Self {
        let join = |a: Double, b: Double, deviation: f64, share: f64| {
            if a.hi.is_finite() && b.hi.is_finite() { mean(a, deviation, share) } else { (a.hi + b.hi).into() }
        };
        let weight = self.weight + newer.weight;
        // Halves, as the difference of two doubles may be out of range.
        let half = |a: Double, b: Double| 0.5 * b.hi - 0.5 * a.hi;
        let share = 2.0 * newer.weight / weight;
        let mean_x = join(self.mean_x, newer.mean_x, half(self.mean_x, newer.mean_x), share);
        let mean_y = join(self.mean_y, newer.mean_y, half(self.mean_y, newer.mean_y), share);
        let between = half(self.mean_x, newer.mean_x) * half(self.mean_y, newer.mean_y) * 2.0 * share * self.weight;
        Self { weight, mean_x, mean_y, products: self.products + newer.products + between }
    }
}

impl Partial for ProductRun {
    #[inline]
    fn join(self, newer: Self) -> Self {
        let weight = self.weight + newer.weight;
        let share = newer.weight / weight;
        let distance = |a: Double, b: Double| (b.hi - a.hi) + (b.lo - a.lo);
        let (dx, dy) = (distance(self.mean_x, newer.mean_x), distance(self.mean_y, newer.mean_y));
        if !(dx.is_finite() && dy.is_finite()) {
            return self.not_finite(newer);
        }
        Self {
            weight,
            mean_x: mean(self.mean_x, dx, share),
            mean_y: mean(self.mean_y, dy, share),
            products: self.products + newer.products + dx * share * self.weight * dy,
        }
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate_weight(self.weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined<P: Partial>(runs: impl IntoIterator<Item = P>) -> P {
        runs.into_iter().reduce(P::join).unwrap()
    }

    #[test]
    fn sums_may_leave_the_range_and_come_back() {
        let big = f64::MAX;
        let (weight, sum, exponent) = joined([big, big, big, -big].map(|x| SumRun::new(x, 1.0))).parts();
        assert_eq!((weight, sum.value() * power_of_two(-exponent - 1)), (4.0, big));
        assert_eq!(joined([f64::INFINITY, big, big].map(|x| SumRun::new(x, 1.0))).parts().1.hi, f64::INFINITY);
        assert!(joined([f64::INFINITY, 1.0, -f64::INFINITY].map(|x| SumRun::new(x, 2.0))).parts().1.hi.is_nan());
        assert_eq!(joined([1e16, 1.0, -1e16].map(|x| SumRun::new(x, 1.0))).parts().1.value(), 1.0);
    }

    #[test]
    fn deviations_have_the_range_of_the_values() {
        for unit in [1.0, 1e-300, 1e300, f64::MIN_POSITIVE * 1e10] {
            let values = [3.0, 5.0, 4.0, 7.0, 10.0, 12.0, -7.0].map(|x| DispersionRun::new(x * unit, 1.0));
            let run = joined(values);
            let ((weight, mean), root) = (run.location(), run.root());
            assert_eq!((weight, run.squares().is_some()), (7.0, unit == 1.0));
            assert!(
                (mean.value() / unit - 34.0 / 7.0).abs() < 1e-5
                    && (root / unit - 226.857_142_857_f64.sqrt()).abs() < 1e-5
            );
        }
        assert!(joined([1.0, f64::INFINITY].map(|x| DispersionRun::new(x, 1.0))).root().is_nan());
        let run = joined([f64::MAX, -f64::MAX].map(|x| DispersionRun::new(x, 1.0)));
        assert_eq!((run.location().1.value(), run.root()), (0.0, f64::INFINITY));
    }
}
