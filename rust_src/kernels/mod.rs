//! The kernels: running statistics in pure Rust, which know nothing of Python.
//!
//! The folders stand on floors; each may use those above it in this list.

#![forbid(unsafe_code)]

pub mod accumulators;
pub mod aggregates;
pub mod batch;
pub mod numerics;
pub mod statistics;
pub mod structures;
pub mod traits;
mod watermill;
pub mod watermill_states;
pub mod window;

pub use statistics::*;
pub use traits::*;
