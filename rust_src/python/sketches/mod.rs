//! What sketches have beyond other statistics.

#![forbid(unsafe_code)]

pub mod items;
pub mod quantiles;
pub mod table;
pub mod windows;
