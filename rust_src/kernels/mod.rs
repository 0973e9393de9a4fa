//! The kernels: running statistics in pure Rust, which know nothing of Python. `docs/design.md` lists the rooms from the
//! ground floor up; each may use lower floors only.

#![forbid(unsafe_code)]

pub mod accumulators;
pub mod aggregates;
pub mod batch;
pub mod groups;
pub mod numerics;
pub mod sketches;
pub mod statistics;
pub mod structures;
pub mod summary;
pub mod traits;
mod watermill;
pub mod watermill_states;
pub mod window;

pub use sketches::*;
pub use statistics::*;
pub use traits::*;
