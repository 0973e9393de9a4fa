//! Windows as Python objects.

#![forbid(unsafe_code)]

pub mod arguments;
pub mod batch;
pub mod calls;
pub mod class;
pub mod events;
