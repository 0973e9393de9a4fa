//! The table of the classes, and what a row of it becomes.

#![forbid(unsafe_code)]

pub mod accessors;
pub mod calls;
pub mod categorical;
pub mod clones;
pub mod counts;
pub mod docs;
pub mod initialise;
pub mod merging;
pub mod merging_objects;
pub mod merging_shift;
pub mod methods;
pub mod native;
pub mod numeric;
pub mod parameters;
pub mod shift;
pub mod table;
