//! Who may touch a kernel when.

pub mod kernel_cell;
pub mod reentrant;
