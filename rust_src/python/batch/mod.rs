//! `update_many` and `accumulate`: whole columns at once.
//!
//! For numbers, [`numbers::Batch`] is what is read: columns, weights and times; [`hashables`] reads codes; [`walk`]
//! goes row by row through objects. What `accumulate` returns is written by [`results`].

#![forbid(unsafe_code)]

pub mod hashables;
pub mod numbers;
pub mod results;
pub mod walk;
