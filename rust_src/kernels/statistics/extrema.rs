//! Smallest and largest value, with the position of each.

use crate::{
    Error,
    kernels::{
        aggregates::aggregated_whole,
        numerics::validate,
        traits::{Merge, Statistic},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The smallest and the largest value seen, and how many values came before each. Among equal values the first one
/// wins; a NaN counts as both the smallest and the largest.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extrema {
    n: u64,
    min: f64,
    max: f64,
    argmin: u64,
    argmax: u64,
}

/// Two values of an [`Extrema`] and their positions, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extremes {
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// How many values came before the smallest.
    pub argmin: u64,
    /// How many values came before the largest.
    pub argmax: u64,
}

impl Extrema {
    /// The extrema of no values.
    pub fn new() -> Self {
        Self { n: 0, min: f64::INFINITY, max: f64::NEG_INFINITY, argmin: 0, argmax: 0 }
    }

    /// The extremes and their positions; `None` if nothing has been seen.
    pub fn extremes(&self) -> Option<Extremes> {
        let Self { n, min, max, argmin, argmax } = *self;
        (n > 0).then_some(Extremes { min, max, argmin, argmax })
    }

    #[inline]
    fn take(&mut self, found: Extremes) {
        // The first NaN stays: neither comparison holds with one, and a second is refused.
        if found.min < self.min || self.n == 0 || (found.min.is_nan() && !self.min.is_nan()) {
            (self.min, self.argmin) = (found.min, found.argmin);
        }
        if found.max > self.max || self.n == 0 || (found.max.is_nan() && !self.max.is_nan()) {
            (self.max, self.argmax) = (found.max, found.argmax);
        }
    }
}

impl Default for Extrema {
    fn default() -> Self {
        Self::new()
    }
}

impl Statistic for Extrema {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.take(Extremes { min: x, max: x, argmin: self.n, argmax: self.n });
        self.n += 1;
    }

    /// As one number: the range.
    fn get(&self) -> Option<f64> {
        self.extremes().map(|found| found.max - found.min)
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "more observations than a stream can have")?;
        if self.n == 0 {
            return validate::ensure(*self == Self::new(), "extrema without values");
        }
        validate::ensure(self.argmin.max(self.argmax) < self.n, "a position beyond the values")?;
        let same = self.argmin == self.argmax;
        let values = match (self.min.is_nan(), self.max.is_nan()) {
            (true, true) => same,
            (false, false) => self.min <= self.max && same == (self.min == self.max),
            _ => false,
        };
        validate::ensure(values, "extrema that no values have")
    }
}

impl Merge for Extrema {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if let Some(mut found) = other.extremes() {
            let n = validate::joint_count(self.n, other.n)?;
            found.argmin += self.n;
            found.argmax += self.n;
            self.take(found);
            self.n = n;
        }
        Ok(())
    }
}

aggregated_whole!(Extrema);
rollable!(Extrema: combining);
univariate!(Extrema);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equal_values_counts_and_merging_keeps_positions() {
        let values = [3.0, -1.0, 7.0, 7.0, -1.0, f64::NAN, 9.0, f64::NAN];
        for n in 0..=values.len() {
            let of = |values: &[f64]| {
                let mut extrema = Extrema::new();
                extrema.update_many(values);
                extrema
            };
            let whole = of(&values[..n]);
            for split in 0..=n {
                let mut merged = of(&values[..split]);
                merged.merge(&of(&values[split..n])).unwrap();
                assert_eq!(format!("{merged:?}"), format!("{whole:?}"));
            }
            assert_eq!(whole.validate(), Ok(()));
            let expected = [None, Some((0, 0)), Some((1, 0)), Some((1, 2)), Some((1, 2)), Some((1, 2))];
            let positions = whole.extremes().map(|found| (found.argmin, found.argmax));
            assert_eq!(positions, expected.get(n).copied().unwrap_or(Some((5, 5))));
        }
    }
}
