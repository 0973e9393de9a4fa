//! Hashable values as symbols.

#![forbid(unsafe_code)]

pub mod interned;
pub mod key;
pub mod rows;
pub mod table;
