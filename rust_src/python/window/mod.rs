//! Windows as Python objects.

#![forbid(unsafe_code)]

pub mod batch;
pub mod call;
pub mod class;
pub mod events;
