//! Arithmetic that knows no statistic. Uses nothing else of the crate but its error.

pub mod double_double;
pub mod scale;
pub mod serde_compat;
pub mod special;
pub mod timestamp;
pub mod validate;
