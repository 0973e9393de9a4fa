//! Type-erased statistics: what makes windows of them, and what a window holds. Windows use it; whatever else holds
//! statistics of any class can. May use `state`, `batch`, `interning` and all lower floors.

#![forbid(unsafe_code)]

pub mod class;
pub mod held;
pub mod kernel;
pub mod kernels;
pub mod number_windows;
pub mod numbers;
pub mod objects;
pub mod observation;
