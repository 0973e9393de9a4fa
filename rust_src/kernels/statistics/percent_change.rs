//! Change of the newest value from the one before, as a share of that one: `(x - y) / y`, where the difference of near
//! values is exact.

use crate::{
    Error,
    kernels::{
        aggregates::aggregated_whole,
        statistics::first_difference::FirstDifference,
        traits::{Merge, Statistic},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The newest value over the one before, less 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PercentChange {
    difference: FirstDifference,
}

impl PercentChange {
    /// A change over no values.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Statistic for PercentChange {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.difference.update(x);
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        let (previous, newest) = self.difference.newest_two()?;
        let difference = newest - previous;
        Some(if difference.is_finite() { difference / previous } else { newest / previous - 1.0 })
    }

    fn n(&self) -> f64 {
        self.difference.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.difference.validate()
    }
}

impl Merge for PercentChange {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.difference.merge(&other.difference)
    }
}

aggregated_whole!(PercentChange);
rollable!(PercentChange: combining);
univariate!(PercentChange);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_exact_for_near_values_and_in_range_for_distant_ones() {
        let change = |previous, newest| {
            let mut change = PercentChange::new();
            change.update_many(&[previous, newest]);
            change.get()
        };
        assert_eq!(change(4.0, 5.0), Some(0.25));
        assert_eq!(change(1.0, 1.0 + f64::EPSILON), Some(f64::EPSILON));
        assert_eq!(change(f64::MAX, -f64::MAX), Some(-2.0));
        assert_eq!((change(0.0, 1.0), change(1.0, f64::INFINITY)), (Some(f64::INFINITY), Some(f64::INFINITY)));
        assert_eq!(change(f64::INFINITY, 1.0), Some(-1.0));
        assert!(change(0.0, 0.0).is_some_and(f64::is_nan));
    }
}
