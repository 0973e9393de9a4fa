//! What a tree holds.

use std::fmt::Debug;

/// An item of an order tree.
pub trait Item: Copy + Debug {
    /// The sort key. Unordered keys, such as NaN, must not be inserted.
    type Key: Copy + Debug + PartialOrd;
    /// What is known of a run of items; `()` if nothing is.
    type Summary: Copy + Debug;

    /// The item's key.
    fn key(&self) -> Self::Key;

    /// The summary of a run of items.
    fn summarize(run: &[Self]) -> Self::Summary;

    /// The summary of two neighbouring runs.
    fn combine(left: Self::Summary, right: Self::Summary) -> Self::Summary;
}

impl Item for f64 {
    type Key = f64;
    type Summary = ();

    #[inline]
    fn key(&self) -> f64 {
        *self
    }

    #[inline]
    fn summarize(_: &[f64]) {}

    #[inline]
    fn combine(_: (), _: ()) {}
}
