//! All `unsafe` code of the crate, behind safe interfaces: methods as C functions, their arguments, memory of
//! NumPy's and Arrow's, the lock, the end of the stack. It uses PyO3 and nothing of the rooms above it.

#![allow(unsafe_code)]

pub mod arguments;
pub mod arrow;
pub mod arrow_export;
pub mod attach;
pub mod class_version;
pub mod descriptor;
pub mod initialiser;
pub mod lock;
pub mod members;
pub mod memory;
pub mod number;
pub mod object;
pub mod stack;
