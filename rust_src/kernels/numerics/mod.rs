//! Arithmetic that knows no statistic. May use the crate's error and nothing else.

pub mod double_double;
pub mod moments;
pub mod order;
pub mod outlined;
pub mod scale;
pub mod serde_compat;
pub mod sort_key;
pub mod special;
pub mod timestamp;
pub mod validate;
pub mod weight;
