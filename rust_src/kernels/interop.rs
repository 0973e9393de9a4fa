//! The kernels as statistics of the `watermill` crate, so that both can be mixed in Rust.
//!
//! Watermill's `get` returns a plain number: a statistic that has no value yet says NaN there.

use super::{EwMean, EwVar, Iqr, Kurtosis, PeakToPeak, Quantile, RollingIqr, RollingQuantile, Skew, Statistic};
use watermill::stats::Univariate;

macro_rules! univariate {
    ($($kernel:ty),* $(,)?) => {$(
        impl Univariate<f64> for $kernel {
            #[inline]
            fn update(&mut self, x: f64) {
                Statistic::update(self, x);
            }

            fn get(&self) -> f64 {
                Statistic::get(self).unwrap_or(f64::NAN)
            }
        }
    )*};
}

univariate!(EwMean, EwVar, Iqr, Kurtosis, PeakToPeak, Quantile, RollingIqr, RollingQuantile, Skew);
