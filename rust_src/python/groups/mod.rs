//! One statistic for each of many keys, as a Python object.

#![forbid(unsafe_code)]

pub mod batch;
pub mod calls;
pub mod class;
pub mod columns;
pub mod export;
pub mod keys;
pub mod merging;
pub mod own;
pub mod state;
pub mod store;
pub mod windows;
