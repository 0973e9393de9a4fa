//! Windows by count and by time over any statistic, and the strategies by which they keep one. May use `numerics`,
//! `traits`, `structures` and `aggregates`; it knows statistics by their traits only.

pub mod blocks;
pub mod bounds;
pub mod clock;
pub mod panes;
pub mod rolling;
pub mod strategies;
pub mod strategy;
mod symbol_states;
pub mod symbol_tumbling;
pub mod symbol_window;
pub mod symbols;
pub mod time_rolling;
pub mod time_span;
pub mod timestamped;
pub mod tumbling;

pub use bounds::{Bounds, Closed, Which};
pub use clock::{Clock, nanoseconds};
pub use panes::Panes;
pub use rolling::{Contents, Queue, Rollable, Rolling};
pub use strategy::{Combining, Replaying, Reverting, Sorting, Strategy};
pub use symbol_tumbling::SymbolTumbling;
pub(crate) use symbol_window::rolls_by_reverts;
pub use symbol_window::{RollableSymbols, SymbolWindow};
pub use symbols::{Part, TimedSymbols};
pub use time_rolling::TimeRolling;
pub use time_span::{Outlook, Place, Span, Turn};
pub use timestamped::Timestamped;
pub use tumbling::{Ends, Step, Succession, Tumbler, Tumbling};

pub(crate) use strategies::rollable;
