//! Python values as Rust ones, and errors that name the argument.

#![forbid(unsafe_code)]

pub mod argument;
pub mod number;
pub mod probabilities;
pub mod signature;
pub mod time;
