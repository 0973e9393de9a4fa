//! Who may use a kernel when: the cell that holds it, and a lock that may be held while Python code runs. Uses `ffi`.

#![forbid(unsafe_code)]

pub mod kernel_cell;
pub mod reentrant;
