//! What is known of a run of observations, and how two neighbouring ones are joined.

use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// What is known of a run of consecutive observations, in a few words.
pub trait PartialAggregate: Copy + Debug + Send + Serialize + DeserializeOwned + 'static {
    /// What is known of this run and `newer`, the one that follows it, together.
    fn join(self, newer: Self) -> Self;

    /// Says what is wrong with a partial that was read from bytes.
    fn validate(&self) -> Result<(), &'static str>;
}

/// What is known of two neighbouring runs, of which there may be none.
#[inline]
pub fn join<P: PartialAggregate>(older: Option<P>, newer: Option<P>) -> Option<P> {
    match (older, newer) {
        (Some(older), Some(newer)) => Some(older.join(newer)),
        (older, None) => older,
        (None, newer) => newer,
    }
}
