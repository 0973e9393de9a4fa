//! Who may use a kernel when: the cell that holds it, a lock that may be held while Python code runs, and how deep calls
//! may nest. Uses `ffi`.

#![forbid(unsafe_code)]

pub mod kernel_cell;
pub mod nesting;
pub mod reentrant;
