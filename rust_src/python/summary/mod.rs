//! Many statistics of one stream, as Python objects.

#![forbid(unsafe_code)]

pub mod class;
pub mod columns;
pub mod state;
pub mod store;
