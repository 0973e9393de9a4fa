//! Windows by count and by time over any statistic, and the strategies by which they keep one. May use `numerics`,
//! `traits`, `structures` and `aggregates`; it knows statistics by their traits only.

pub mod blocks;
pub mod clock;
pub mod rolling;
pub mod strategies;
pub mod strategy;
pub mod time_rolling;
pub mod time_span;
pub mod tumbling;

pub use clock::{Clock, nanoseconds};
pub use rolling::{Contents, Queue, Rollable, Rolling};
pub use strategy::{Combining, Replaying, Reverting, Sorting, Strategy};
pub use time_rolling::TimeRolling;
pub use time_span::{Closed, Outlook, Place, Span, Turn};
pub use tumbling::Tumbler;

pub(crate) use strategies::rollable;
