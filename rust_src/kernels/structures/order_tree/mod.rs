//! A sorted sequence with O(log n) insertion, removal and access by rank. Uses nothing else of the crate.

mod bulk;
mod inner;
mod item;
mod leaves;
mod tree;

pub use item::Item;
pub use tree::OrderTree;
