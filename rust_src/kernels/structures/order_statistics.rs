//! The order statistics of a changing set of values.

use crate::{
    Error,
    kernels::{numerics::validate::Shown, structures::order_tree::OrderTree},
};
use serde::{Deserialize, Serialize};

/// What a quantile is if its position falls between two order statistics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Interpolation {
    /// The number at the same fraction of the way between both.
    #[default]
    Linear,
    /// The lower one.
    Lower,
    /// The higher one.
    Higher,
    /// The one whose position is nearer; half-way between, the one with the even position.
    Nearest,
    /// The number half-way between both.
    Midpoint,
}

impl Interpolation {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Linear, Self::Lower, Self::Higher, Self::Nearest, Self::Midpoint];

    /// The names, as errors show them.
    pub const NAMES: &str = "'linear', 'lower', 'higher', 'nearest' or 'midpoint'";

    /// The interpolation with this name; the names are NumPy's.
    pub fn named(name: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|interpolation| interpolation.name() == name);
        found.ok_or_else(|| Error::parameter("interpolation", format!("'{name}'"), Self::NAMES))
    }

    /// The name, as a parameter.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Lower => "lower",
            Self::Higher => "higher",
            Self::Nearest => "nearest",
            Self::Midpoint => "midpoint",
        }
    }

    /// The rank of the order statistic at or below a quantile, and the fraction of the way to the next one, for a
    /// position of at least 0 that may fall between two.
    #[inline]
    pub fn position(self, position: f64) -> (usize, f64) {
        let rank = position as usize;
        // Not by `fract`, which calls a function. No rank is too large for an `i64`.
        let fraction = position - rank as i64 as f64;
        match self {
            Self::Linear => (rank, fraction),
            Self::Lower => (rank, 0.0),
            Self::Higher => (rank + usize::from(fraction > 0.0), 0.0),
            Self::Nearest => (rank + usize::from(fraction > 0.5 || (fraction == 0.5 && rank % 2 == 1)), 0.0),
            Self::Midpoint => (rank, if fraction > 0.0 { 0.5 } else { 0.0 }),
        }
    }
}

impl Shown for Interpolation {
    fn shown(&self) -> String {
        format!("'{}'", self.name())
    }
}

/// A multiset of values with access by rank; inserting and removing a value is O(log n).
///
/// NaNs are only counted; while there is one, every order statistic is NaN.
#[derive(Clone, Debug, Default)]
pub struct OrderStatistics {
    sorted: OrderTree<f64>,
    nans: usize,
}

impl OrderStatistics {
    /// From numbers in ascending order, equal ones in order of arrival, and a number of NaNs.
    pub fn from_sorted(sorted: &[f64], nans: usize) -> Self {
        Self { sorted: OrderTree::from_sorted(sorted), nans }
    }

    /// The number of values.
    #[inline]
    pub fn len(&self) -> usize {
        self.sorted.len() + self.nans
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values that are not NaN.
    pub fn sorted(&self) -> &OrderTree<f64> {
        &self.sorted
    }

    /// Inserts a value.
    #[inline]
    pub fn insert(&mut self, x: f64) {
        if x.is_nan() {
            self.nans += 1;
        } else {
            self.sorted.insert(x);
        }
    }

    /// Removes a value that was inserted.
    #[inline]
    pub fn remove(&mut self, x: f64) {
        if x.is_nan() {
            self.nans -= 1;
        } else {
            self.sorted.remove(x);
        }
    }

    /// Removes a value that was inserted, and inserts another.
    #[inline]
    pub fn replace(&mut self, old: f64, new: f64) {
        if old.is_nan() || new.is_nan() {
            self.remove(old);
            self.insert(new);
        } else {
            self.sorted.replace(old, new);
        }
    }

    /// The quantile at `q` in `[0, 1]`, by linear interpolation between order statistics (R. J. Hyndman, Y. Fan,
    /// "Sample quantiles in statistical packages", The American Statistician 50 (1996), definition 7). NaN if a NaN is
    /// among the values, `None` if there is no value.
    #[inline]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        self.quantile_by(q, Interpolation::Linear)
    }

    /// The same, by any interpolation.
    #[inline]
    pub fn quantile_by(&self, q: f64, interpolation: Interpolation) -> Option<f64> {
        if self.nans > 0 {
            return Some(f64::NAN);
        }
        let (rank, fraction) = interpolation.position(q * self.len().checked_sub(1)? as f64);
        let (&lower, upper) = self.sorted.select_pair(rank)?;
        Some(interpolate(lower, upper.copied(), fraction))
    }

    /// Writes the quantiles at `qs` to `out`. Returns false, having done nothing, if there is no value.
    pub fn quantiles_by(&self, qs: &[f64], interpolation: Interpolation, out: &mut [f64]) -> bool {
        let Some(last) = self.len().checked_sub(1) else { return false };
        if self.nans > 0 {
            out.fill(f64::NAN);
            return true;
        }
        for (out, &q) in out.iter_mut().zip(qs) {
            let (rank, fraction) = interpolation.position(q * last as f64);
            if let Some((&lower, upper)) = self.sorted.select_pair(rank) {
                *out = interpolate(lower, upper.copied(), fraction);
            }
        }
        true
    }

    /// The median of the distances from the median; `None` if there is no value. Below the median and above it the
    /// distances are already in order, so a bisection of both finds it in O(log² n).
    pub fn median_absolute_deviation(&self) -> Option<f64> {
        let median = self.quantile(0.5)?;
        if !median.is_finite() {
            return Some(f64::NAN);
        }
        let last = self.len() - 1;
        let lower = self.distance(median, last / 2)?;
        let upper = if last & 1 == 0 { None } else { self.distance(median, last / 2 + 1) };
        Some(interpolate(lower, upper, 0.5))
    }

    /// The distance from `centre` that has this rank among all distances.
    fn distance(&self, centre: f64, rank: usize) -> Option<f64> {
        let below = self.sorted.rank(centre);
        let above = self.len() - below;
        let left = |i: usize| self.sorted.select(below - 1 - i).map(|x| centre - x);
        let right = |i: usize| self.sorted.select(below + i).map(|x| x - centre);
        // How many of the `rank + 1` smallest distances are on the left: those that are smaller than the distance on the
        // right that would replace them.
        let (mut least, mut most) = ((rank + 1).saturating_sub(above), below.min(rank + 1));
        while least < most {
            let middle = least + (most - least) / 2;
            if left(middle)? < right(rank - middle)? {
                least = middle + 1;
            } else {
                most = middle;
            }
        }
        let on_left = least.checked_sub(1).and_then(left);
        let on_right = rank.checked_sub(least).and_then(right);
        on_left.into_iter().chain(on_right).reduce(f64::max)
    }
}

/// The number at `fraction` of the way from one order statistic to the next; `upper` is `None` for the last one.
#[inline]
pub fn interpolate(lower: f64, upper: Option<f64>, fraction: f64) -> f64 {
    match upper {
        Some(upper) if fraction > 0.0 && upper != lower => {
            let step = (upper - lower) * fraction;
            if step.is_finite() {
                lower + step
            } else {
                // One is infinite, or their difference is out of range.
                lower * (1.0 - fraction) + upper * fraction
            }
        }
        _ => lower,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn median(mut values: Vec<f64>) -> f64 {
        values.sort_by(f64::total_cmp);
        let middle = (values.len() - 1) / 2;
        interpolate(values[middle], values.get(middle + 1).copied(), if values.len() & 1 == 0 { 0.5 } else { 0.0 })
    }

    #[test]
    fn deviations_agree_with_their_definition() {
        let mut random = fastrand::Rng::with_seed(3);
        for length in (1..60).chain([500, 501]) {
            for spread in [2, 10, 1_000_000] {
                let values: Vec<f64> = (0..length).map(|_| f64::from(random.i32(-spread..spread)) * 0.25).collect();
                let mut sorted = OrderStatistics::default();
                values.iter().for_each(|&x| sorted.insert(x));
                let centre = median(values.clone());
                let expected = median(values.iter().map(|x| (x - centre).abs()).collect());
                assert_eq!(sorted.median_absolute_deviation(), Some(expected), "{values:?}");
            }
        }
    }

    #[test]
    fn deviations_of_infinities() {
        let of = |values: &[f64]| {
            let mut sorted = OrderStatistics::default();
            values.iter().for_each(|&x| sorted.insert(x));
            sorted.median_absolute_deviation()
        };
        let inf = f64::INFINITY;
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[-inf, 1.0, 2.0, 4.0, inf]), Some(2.0));
        assert_eq!(of(&[1.0, 2.0, inf]), Some(1.0));
        assert!(of(&[1.0, inf, inf]).is_some_and(f64::is_nan));
        assert!(of(&[1.0, f64::NAN]).is_some_and(f64::is_nan));
    }
}
