//! The moments of a run.

use crate::kernels::{
    accumulators::central_moments::CentralMoments,
    aggregates::dispersion::DispersionAggregate,
    numerics::{double_double::DoubleDouble, moments, scale::LARGE, validate},
    traits::PartialAggregate,
};
use serde::{Deserialize, Serialize};

/// Number of values, mean, and sums of the second to fourth powers of deviations; the fourth is 0 unless `FOURTH`. If
/// fourth powers could leave the range of doubles, the sums of third and fourth powers are kept divided by that power of
/// the root of the sum of squares.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MomentsAggregate<const FOURTH: bool> {
    spread: DispersionAggregate,
    m3: f64,
    m4: f64,
}

/// Even the squares of sums of squares in this range are exact up to rounding.
const EXACT_FOURTH_POWERS: std::ops::RangeInclusive<f64> = 1e-120..=1e120;

/// Whether a sum of squares is in this range, or 0.
#[inline]
pub(crate) fn is_ordinary(squares: f64) -> bool {
    EXACT_FOURTH_POWERS.contains(&squares) || squares == 0.0
}

/// The sums of powers of deviations that are divided by a number; of squares, the root.
struct Divided {
    root: f64,
    m3: f64,
    m4: f64,
}

impl Divided {
    fn powers(&self) -> [f64; 3] {
        [self.root * self.root, self.m3, self.m4]
    }
}

impl<const FOURTH: bool> MomentsAggregate<FOURTH> {
    /// The run of one value.
    #[inline]
    pub fn new(x: f64, w: f64) -> Self {
        let spread = DispersionAggregate::new(x, w);
        // NaN if the sum of squares is.
        let zero = spread.raw_squares();
        Self { spread, m3: zero, m4: if FOURTH { zero } else { 0.0 } }
    }

    /// From deviations and sums of third and fourth powers that are in the range of doubles.
    #[inline]
    pub(crate) fn from_parts(spread: DispersionAggregate, m3: f64, m4: f64) -> Self {
        Self { spread, m3, m4 }
    }

    /// Number of values and mean.
    #[inline]
    pub fn location(self) -> (f64, DoubleDouble) {
        self.spread.location()
    }

    /// The sums of powers, if all are in the range of doubles.
    #[inline]
    pub fn powers(self) -> Option<[f64; 3]> {
        let squares = self.spread.raw_squares();
        (is_ordinary(squares) || squares.is_nan()).then_some([squares, self.m3, self.m4])
    }

    /// The root of the sum of squares.
    pub fn root(self) -> f64 {
        self.spread.root()
    }

    /// The sums of powers of deviations that are multiplied by `factor`.
    pub fn powers_times(self, factor: f64) -> [f64; 3] {
        self.with_root(self.root() * factor).powers()
    }

    /// The deviations divided so that the root of the sum of squares is `root`, in the middle of the range or close to 0.
    fn with_root(self, root: f64) -> Divided {
        let own = self.root();
        let divide_by = if is_ordinary(self.spread.raw_squares()) && own > 0.0 { own } else { 1.0 };
        let cube = |x: f64| x * x * x;
        Divided {
            root,
            m3: self.m3 / cube(divide_by) * cube(root),
            m4: self.m4 / (divide_by * cube(divide_by)) * (root * cube(root)),
        }
    }

    #[cold]
    fn combine_scaled(self, newer: Self, spread: DispersionAggregate) -> Self {
        let root = spread.root();
        let divided = |run: Self| run.with_root(if root > 0.0 { run.root() / root } else { 0.0 }).powers();
        let deviation = 2.0 * (self.spread.half_deviation(newer.spread) / root);
        let weights = (self.location().0, newer.location().0);
        let [_, m3, m4] = moments::combine_powers::<FOURTH>(divided(self), divided(newer), deviation, weights);
        let unit = if is_ordinary(spread.raw_squares()) { root } else { 1.0 };
        let cube = unit * unit * unit;
        Self { spread, m3: m3 * cube, m4: m4 * (unit * cube) }
    }
}

impl<const FOURTH: bool> PartialAggregate for MomentsAggregate<FOURTH> {
    #[inline(always)]
    fn combine(self, newer: Self) -> Self {
        let spread = self.spread.combine(newer.spread);
        let (older, younger) = (self.spread.raw_squares(), newer.spread.raw_squares());
        if !(is_ordinary(older) && is_ordinary(younger) && is_ordinary(spread.raw_squares())) {
            return self.combine_scaled(newer, spread);
        }
        let [_, m3, m4] = moments::combine_powers::<FOURTH>(
            [older, self.m3, self.m4],
            [younger, newer.m3, newer.m4],
            self.spread.deviation(newer.spread),
            (self.location().0, newer.location().0),
        );
        Self { spread, m3, m4 }
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.spread.validate()?;
        let n = self.location().0;
        validate::ensure(n.fract() == 0.0 && validate::is_count(n as u64), "a run with an invalid number of values")?;
        validate::ensure(validate::is_sum_of_squares(self.m4), "a negative sum of even powers")
    }
}

impl<const FOURTH: bool> From<MomentsAggregate<FOURTH>> for CentralMoments {
    #[inline]
    fn from(run: MomentsAggregate<FOURTH>) -> Self {
        let (n, mean) = run.location();
        match run.powers() {
            Some(powers) if mean.hi.abs() <= LARGE => Self::from_parts(n as u64, mean, powers),
            _ => Self::from_root(n as u64, mean, run.root(), |factor| run.powers_times(factor)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::traits::combine_all;

    #[test]
    fn powers_have_the_range_of_the_values() {
        let values = [3.0, 5.0, 4.0, 7.0, 10.0, 12.0, -7.0];
        let run_of = |unit: f64| combine_all(values.map(|x| MomentsAggregate::<true>::new(x * unit, 1.0)));
        let plain = run_of(1.0);
        let [m2, m3, m4] = plain.powers().unwrap();
        let expected = [2, 3, 4].map(|power| values.iter().map(|x| (x - 34.0 / 7.0).powi(power)).sum::<f64>());
        for (actual, expected) in [m2, m3, m4].iter().zip(expected) {
            assert!((actual - expected).abs() < 1e-12 * expected.abs());
        }
        for unit in [1e-300, 1e-80, 1e-45, 1e45, 1e80, 1e300] {
            let run = run_of(unit);
            let factor = 1.0 / run.root();
            let [one, skew, tails] = run.powers_times(factor);
            let near = |x: f64, y: f64| (x - y).abs() < 1e-12 * y.abs();
            assert!(near(one, 1.0) && near(skew, m3 / m2.powf(1.5)) && near(tails, m4 / (m2 * m2)), "{unit}");
        }
        assert_eq!(combine_all([4.0; 9].map(|x| MomentsAggregate::<true>::new(x, 1.0))).powers(), Some([0.0; 3]));
        let infinite = combine_all([1.0, f64::INFINITY].map(|x| MomentsAggregate::<true>::new(x, 1.0)));
        assert!(infinite.powers().unwrap().iter().all(|power| power.is_nan()));
    }

    #[test]
    fn runs_of_very_different_magnitude_combine() {
        // One value far from many: the skewness of n values is (n - 2) / √(n - 1), whatever the distance.
        for unit in [1e-290, 1.0, 1e290] {
            let run = combine_all([0.0, 1.0, 0.0, 1e10, 0.0].map(|x| MomentsAggregate::<true>::new(x * unit, 1.0)));
            let [_, skew, _] = run.powers_times(1.0 / run.root());
            assert!((5_f64.sqrt() * skew - 1.5).abs() < 1e-9, "{unit}");
        }
    }
}
