//! The table of the classes, and what a row of it becomes.

pub mod accessors;
pub mod categorical;
pub mod docs;
pub mod merging;
pub mod methods;
pub mod numeric;
pub mod table;
