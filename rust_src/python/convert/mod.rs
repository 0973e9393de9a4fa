//! Python values as Rust ones, and errors that name the argument.

pub mod argument;
pub mod number;
pub mod time;
