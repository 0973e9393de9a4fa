//! What all windows have in common, whatever they hold and wherever they end.

use crate::Error;
use serde::{Deserialize, Serialize};

/// Which of its two ends belong to a span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Closed {
    /// The later one.
    Right,
    /// The earlier one.
    Left,
    /// Both.
    Both,
    /// None.
    Neither,
}

impl Closed {
    /// The sides by their names.
    pub fn new(name: &str) -> Result<Self, Error> {
        match name {
            "right" => Ok(Self::Right),
            "left" => Ok(Self::Left),
            "both" => Ok(Self::Both),
            "neither" => Ok(Self::Neither),
            _ => Err(Error::parameter("closed", format!("{name:?}"), "\"right\", \"left\", \"both\" or \"neither\"")),
        }
    }

    /// The name of the sides.
    pub fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Left => "left",
            Self::Both => "both",
            Self::Neither => "neither",
        }
    }

    pub(super) fn on_the_left(self) -> bool {
        matches!(self, Self::Left | Self::Both)
    }

    pub(super) fn on_the_right(self) -> bool {
        matches!(self, Self::Right | Self::Both)
    }
}

/// The parameters of a window; lengths of time are nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// How many observations it holds at most.
    pub window_size: Option<u64>,
    /// How long it is.
    pub period: Option<i128>,
    /// Which ends of a sliding window belong to it.
    pub closed: Option<Closed>,
    /// Where one of the tumbling windows starts.
    pub offset: i128,
    /// The number of panes, if it is a window of panes.
    pub panes: Option<u64>,
    /// Whether a missing value takes up a slot in a window by count.
    pub slots: bool,
}

/// One of the statistics of a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Which {
    /// The empty one.
    Empty,
    /// The one over the sliding or open window.
    Current,
    /// The one over the tumbling window that closed last.
    Closed,
}
