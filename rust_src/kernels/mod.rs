//! The statistics, in pure Rust: one file each.
//!
//! A kernel holds its parameters and its state and implements [`Statistic`]. Where the mathematics allows, it
//! implements the further traits of this file too; windows, batches and the Python classes are generic over them.

#![forbid(unsafe_code)]

pub mod check;
mod interop;

mod ew_mean;
mod ew_var;
mod iqr;
mod kurtosis;
pub mod moments;
mod peak_to_peak;
mod quantile;
mod rolling_iqr;
mod rolling_quantile;
mod skew;
pub mod window;

pub use ew_mean::EwMean;
pub use ew_var::EwVar;
pub use iqr::Iqr;
pub use kurtosis::Kurtosis;
pub use peak_to_peak::PeakToPeak;
pub use quantile::Quantile;
pub use rolling_iqr::RollingIqr;
pub use rolling_quantile::RollingQuantile;
pub use skew::Skew;

use crate::Error;
use serde::{Serialize, de::DeserializeOwned};

/// A statistic over a stream of observations.
pub trait Statistic: Clone + Send + Serialize + DeserializeOwned + 'static {
    /// One observation: `f64`, or `(f64, f64)` for a statistic of two variables.
    type Input: Copy + Send;

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

    /// Says what is wrong with a state that was read from bytes, if no stream of updates can have led to it.
    fn validate(&self) -> Result<(), &'static str>;
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

/// A statistic of two streams that follows from the statistics of each.
pub trait Merge: Statistic {
    /// Takes in what `other` has seen, as if its observations had come after the own ones. Kernels with different
    /// parameters are an error; on an error the state is what it was.
    fn merge(&mut self, other: &Self) -> Result<(), Error>;
}

/// The inverse of a merge.
pub trait Unmerge: Merge {
    /// Forgets what `other` has seen, which must be part of what was seen. On an error the state is what it was.
    fn unmerge(&mut self, other: &Self) -> Result<(), Error>;
}
