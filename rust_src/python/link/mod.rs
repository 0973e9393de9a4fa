//! Two statistics in sequence.

pub mod batch;
pub mod class;
pub mod native;
