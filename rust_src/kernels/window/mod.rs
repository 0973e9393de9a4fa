//! Sliding windows, generic over the statistics.

mod blocks;
mod clock;
mod daba;
mod fifo;
mod method;
mod monotone;
mod order_tree;
mod ranks;
mod rolling;
mod sorted_window;
mod span;
mod time_rolling;
mod timeline;
mod tumbler;

pub use blocks::Blocks;
pub use clock::{Clock, nanoseconds};
pub use daba::Daba;
pub use fifo::{Cursor, Fifo};
pub use method::{Aggregate, Merging, Method, Ranking, Replaying, Reverting, Whole};
pub use monotone::{Follow, FollowedWindow, Monotone};
pub use order_tree::{Item, OrderTree};
pub use ranks::{OrderStatistic, Ranks, interpolate};
pub use rolling::{Contents, Queue, Rolling, Rolls};
pub use sorted_window::SortedWindow;
pub use span::{Closed, Outlook, Place, Span, Turn};
pub use time_rolling::TimeRolling;
pub use timeline::Timeline;
pub use tumbler::Tumbler;

use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// What is known of a run of consecutive observations, in a few words.
pub trait Partial: Copy + Debug + Send + Serialize + DeserializeOwned + 'static {
    /// What is known of this run and `newer`, the one that follows it, together.
    fn join(self, newer: Self) -> Self;

    /// Says what is wrong with a partial that was read from bytes.
    fn validate(&self) -> Result<(), &'static str>;
}

/// What is known of two neighbouring runs, of which there may be none.
#[inline]
pub fn join<P: Partial>(older: Option<P>, newer: Option<P>) -> Option<P> {
    match (older, newer) {
        (Some(older), Some(newer)) => Some(older.join(newer)),
        (older, None) => older,
        (None, newer) => newer,
    }
}
