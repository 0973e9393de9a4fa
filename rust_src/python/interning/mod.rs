//! Hashable values as symbols.

#![forbid(unsafe_code)]

pub mod batch;
pub mod interned;
pub mod table;
