//! Running statistics over unbounded streams.
//!
//! [`kernels`] is pure Rust and knows nothing of Python: each statistic is one file in `kernels/statistics`, and implements
//! [`kernels::Statistic`] and the traits of the `watermill` crate. The Python module `river.stats._rust_stats` is built with
//! the feature `python`.

pub mod error;
pub mod kernels;
#[cfg(feature = "python")]
mod python;

pub use error::Error;
