//! Hashable values as symbols.

#![forbid(unsafe_code)]

pub mod interned;
pub mod table;
