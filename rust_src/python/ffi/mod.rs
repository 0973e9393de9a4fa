//! All `unsafe` of the crate: C-level descriptors, the arguments of calls, Arrow's capsules, the lock.

pub mod arguments;
pub mod capsule;
pub mod descriptor;
pub mod init;
pub mod lock;
pub mod methods;
pub mod objects;
pub mod windows;
