//! Two statistics in sequence.

#![forbid(unsafe_code)]

pub mod batch;
pub mod class;
pub mod sides;
