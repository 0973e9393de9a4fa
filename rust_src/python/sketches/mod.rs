//! What sketches have beyond other statistics.

#![forbid(unsafe_code)]

pub mod quantiles;
