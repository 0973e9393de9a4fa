//! Reading columns of any container.
//!
//! [`source::Source`] decides what a column is. `numbers`, `codes`, `times` and `objects` read it, each with a
//! [`validity::Validity`] that says which indices have a value, and [`rows::Rows`] puts columns side by side: a row in
//! which a value is missing is left out. All of that happens before a statistic is touched.
//!
//! For a batch of numbers: [`numbers::Numbers::read`] for each column, `times::read` or weights to go with them,
//! `Rows::of` all of these, and last of all [`rows::Blocks::new`], after which no Python code may run until the blocks
//! are read.

#![forbid(unsafe_code)]

pub mod arrow;
pub mod codes;
pub mod interner;
pub mod keys;
pub mod numbers;
pub mod objects;
pub mod rows;
pub mod sequence;
pub mod source;
pub mod times;
pub mod validity;
pub mod values;
