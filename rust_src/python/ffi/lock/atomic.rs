//! The atomic type of the word, which the model of the lock takes from loom instead.

pub use std::sync::atomic::{AtomicUsize, Ordering};
