//! The statistics, in pure Rust: one file each.
//!
//! A kernel holds its parameters and its state and implements [`Statistic`]. Where the mathematics allows, it
//! implements the further traits of this file too; windows, batches and the Python classes are generic over them.

#![forbid(unsafe_code)]

/// A kernel whose weights, reverts and merges are those of a field it is built on, of the values themselves or of what
/// `map` makes of them.
macro_rules! weighted_by {
    ($kernel:ident, $field:ident : $input:ty $(, $map:expr)?) => {
        impl $crate::kernels::Weighted for $kernel {
            #[inline]
            fn update_weighted(&mut self, x: $input, w: f64) -> Result<(), $crate::Error> {
                $(let x = $map(x);)?
                self.$field.update_weighted(x, w)
            }
        }

        impl $crate::kernels::Revert for $kernel {
            fn revert(&mut self, x: $input) -> Result<(), $crate::Error> {
                $crate::kernels::RevertWeighted::revert_weighted(self, x, 1.0)
            }
        }

        impl $crate::kernels::RevertWeighted for $kernel {
            fn revert_weighted(&mut self, x: $input, w: f64) -> Result<(), $crate::Error> {
                $(let x = $map(x);)?
                self.$field.revert(x, w)
            }
        }

        impl $crate::kernels::Merge for $kernel {
            fn merge(&mut self, other: &Self) -> Result<(), $crate::Error> {
                self.$field.merge(&other.$field)
            }
        }

        impl $crate::kernels::Unmerge for $kernel {
            fn unmerge(&mut self, other: &Self) -> Result<(), $crate::Error> {
                self.$field.unmerge(&other.$field)
            }
        }
    };
}

mod auto_corr;
mod bayesian_mean;
pub mod categorical;
mod centre;
pub mod check;
mod chi_squared;
mod coefficient_of_variation;
pub mod column;
mod comoments;
mod count;
mod cov;
mod dispersion;
pub mod double;
mod entropy;
mod ew_cov;
mod ew_mean;
mod ew_var;
pub mod extrema;
pub mod extreme;
pub mod fading;
mod fading_run;
mod first_difference;
mod gamma;
mod geometric_mean;
mod harmonic_mean;
mod interop;
mod iqr;
mod kolmogorov_smirnov;
mod kurtosis;
mod latest;
mod mad;
mod mean;
mod mode;
pub mod moments;
mod peak_to_peak;
mod pearson;
mod positives;
mod quantile;
pub mod ranking;
mod rate;
mod rolling_extreme;
mod rolling_iqr;
mod rolling_mode;
mod rolling_peak_to_peak;
mod rolling_quantile;
mod rolls;
mod root_mean_square;
mod runs;
pub mod scale;
mod sem;
mod shift;
mod skew;
mod summing;
mod sums;
pub mod tally;
pub mod time;
mod var;
mod widened;
pub mod window;

pub use auto_corr::AutoCorr;
pub use bayesian_mean::BayesianMean;
pub use categorical::Categorical;
pub use chi_squared::ChiSquared;
pub use coefficient_of_variation::CoefficientOfVariation;
pub use count::Count;
pub use cov::Cov;
pub use entropy::Entropy;
pub use ew_cov::EwCov;
pub use ew_mean::EwMean;
pub use ew_var::EwVar;
pub use extrema::Extrema;
pub use extreme::{AbsMax, Max, Min};
pub use first_difference::FirstDifference;
pub use geometric_mean::GeometricMean;
pub use harmonic_mean::HarmonicMean;
pub use iqr::Iqr;
pub use kolmogorov_smirnov::{Distance, KolmogorovSmirnov};
pub use kurtosis::Kurtosis;
pub use mad::Mad;
pub use mean::Mean;
pub use mode::Mode;
pub use peak_to_peak::PeakToPeak;
pub use pearson::PearsonCorr;
pub use quantile::Quantile;
pub use rate::Rate;
pub use rolling_extreme::{RollingAbsMax, RollingMax, RollingMin};
pub use rolling_iqr::RollingIqr;
pub use rolling_mode::RollingMode;
pub use rolling_peak_to_peak::RollingPeakToPeak;
pub use rolling_quantile::RollingQuantile;
pub use root_mean_square::RootMeanSquare;
pub use sem::Sem;
pub use shift::Shift;
pub use skew::Skew;
pub use summing::Sum;
pub use var::Var;

use crate::Error;
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// A statistic over a stream of observations.
pub trait Statistic: Clone + Send + Serialize + DeserializeOwned + 'static {
    /// One observation: `f64`, or `(f64, f64)` for a statistic of two variables.
    type Input: Copy + Debug + Send;

    /// Takes one observation in. It cannot fail: every `f64` is a valid observation.
    fn update(&mut self, x: Self::Input);

    /// The value of the statistic over all that was seen; `None` where there is none yet.
    fn get(&self) -> Option<f64>;

    /// How many observations were seen (their total weight, where the statistic takes weights).
    fn n(&self) -> f64;

    /// Takes many observations in; leaves the state that one [`update`](Self::update) each would leave.
    fn update_many(&mut self, xs: &[Self::Input]) {
        for &x in xs {
            self.update(x);
        }
    }

    /// Takes many observations in and writes the value after each into `out`, which has as many places: NaN where
    /// there is none yet. Leaves the state that [`update_many`](Self::update_many) leaves.
    fn accumulate(&mut self, xs: &[Self::Input], out: &mut [f64]) {
        one_by_one(self, xs, out);
    }

    /// Writes the value over the newest `size` of `xs` at each place from `start` on, which is at least 64 or `size`, into
    /// `out`, by the parameters of a statistic that has seen nothing. False, and nothing done, where there is no faster
    /// way than a window.
    fn accumulate_windows(&self, _xs: &[Self::Input], _start: usize, _size: usize, _out: &mut [f64]) -> bool {
        false
    }

    /// Says what is wrong with a state that was read from bytes, if no stream of updates can have led to it.
    fn validate(&self) -> Result<(), &'static str>;
}

/// A statistic whose observations come at points in time. One that comes without a time, by
/// [`update`](Statistic::update), counts as coming one second after the one before.
pub trait Timed: Statistic {
    /// Takes in an observation made at `t`. A time on another scale than those before, or one the statistic cannot go
    /// back to, is an error and changes nothing.
    fn update_at(&mut self, x: Self::Input, t: time::Timestamp) -> Result<(), Error>;
}

/// The loop that [`Statistic::accumulate`] comes to.
fn one_by_one<K: Statistic>(statistic: &mut K, xs: &[K::Input], out: &mut [f64]) {
    for (&x, value) in xs.iter().zip(out) {
        statistic.update(x);
        *value = statistic.get().unwrap_or(f64::NAN);
    }
}

/// Takes an observation in, with its time if there is one.
pub fn update_at<K: Timed>(kernel: &mut K, x: K::Input, t: Option<time::Timestamp>) -> Result<(), Error> {
    match t {
        Some(t) => kernel.update_at(x, t),
        None => {
            kernel.update(x);
            Ok(())
        }
    }
}

/// A statistic whose observations can have frequency weights.
pub trait Weighted: Statistic {
    /// Takes in an observation that stands for `w` of them. A weight of 0 changes nothing; one that is negative, NaN
    /// or infinite is an error and changes nothing either.
    fn update_weighted(&mut self, x: Self::Input, w: f64) -> Result<(), Error>;
}

/// A statistic that can forget an observation that it has seen.
pub trait Revert: Statistic {
    /// Undoes an update with the same observation. On an error the state is what it was.
    fn revert(&mut self, x: Self::Input) -> Result<(), Error>;
}

/// A statistic that can forget an observation that it has seen with a weight.
pub trait RevertWeighted: Weighted + Revert {
    /// Undoes an update with the same observation and weight. On an error the state is what it was.
    fn revert_weighted(&mut self, x: Self::Input, w: f64) -> Result<(), Error>;
}

/// A statistic of two streams that follows from the statistics of each.
pub trait Merge: Statistic {
    /// Takes in what `other` has seen, as if its observations had come after the own ones. Parameters
    /// that only the reading of the value depends on stay the own ones; where one shapes the state, a different one is
    /// an error. On an error the state is what it was.
    fn merge(&mut self, other: &Self) -> Result<(), Error>;
}

/// The inverse of a merge.
pub trait Unmerge: Merge {
    /// Forgets what `other` has seen, which should be part of what was seen; taking away more leaves nothing. On an error
    /// the state is what it was.
    fn unmerge(&mut self, other: &Self) -> Result<(), Error>;
}
