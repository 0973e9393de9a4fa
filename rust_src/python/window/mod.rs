//! Windows as Python objects.

pub mod batch;
pub mod build;
pub mod class;
pub mod erased;
pub mod hashable;
pub mod python_events;
