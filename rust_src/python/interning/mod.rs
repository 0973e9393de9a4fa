//! Hashable values as symbols.

pub mod batch;
pub mod interned;
pub mod table;
