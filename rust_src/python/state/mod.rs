//! Bytes and pickles.

#![forbid(unsafe_code)]

pub mod envelope;
pub mod python_windows;
pub mod river_pickles;
pub mod snapshot;
pub mod twin;
pub mod values;
