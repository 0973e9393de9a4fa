//! Windows as Python objects.

#![forbid(unsafe_code)]

pub mod batch;
pub mod build;
pub mod class;
pub mod erased;
pub mod hashable;
pub mod python_events;
