//! What windows over hashable values have in common.

use crate::{
    Error,
    kernels::{
        numerics::timestamp::Timestamp,
        traits::{Categorical, Symbol},
        window::bounds::{Bounds, Which},
    },
};

/// A statistic, and the window's symbols for its own.
#[derive(Clone, Debug)]
pub struct Part<K, const N: usize> {
    /// The statistic.
    pub kernel: K,
    /// The window's symbol for each symbol of the statistic; `None` if they are the same.
    pub symbols: Option<[Vec<Symbol>; N]>,
}

impl<K: Categorical<N>, const N: usize> Part<K, N> {
    /// The window's symbol for a symbol of the statistic.
    pub fn here(&self, variable: usize, symbol: Symbol) -> Symbol {
        self.symbols.as_ref().map_or(symbol, |symbols| symbols[variable][symbol as usize])
    }

    pub(super) fn used(&self, variable: usize) -> impl Iterator<Item = Symbol> {
        self.kernel.symbols(variable).into_iter().map(move |symbol| self.here(variable, symbol))
    }
}

/// A window of a categorical statistic, which is one itself: its symbols are those in the window.
pub trait TimedSymbols<const N: usize>: Categorical<N> {
    /// The statistic.
    type Kernel: Categorical<N>;

    /// An error if an observation at this time is refused; nothing changes.
    fn admit(&self, t: Option<Timestamp>) -> Result<(), Error>;

    /// Updates with an observation that was admitted; returns whether a window has closed. Symbols that are not used
    /// are freed.
    fn update_at(&mut self, symbols: [Symbol; N], t: Option<Timestamp>) -> Result<bool, Error>;

    /// Advances the clock, by a row if rows are counted; returns whether a window has closed.
    fn advance(&mut self, t: Option<Timestamp>) -> Result<bool, Error>;

    /// How many rows there were, where they are counted.
    fn rows(&self) -> i128 {
        0
    }

    /// One of its statistics, if there is one.
    fn part(&self, which: Which) -> Option<Part<Self::Kernel, N>>;

    /// How many observations were dropped because they came too late.
    fn n_late(&self) -> u64;

    /// The observations in a window that keeps them, with their times if it is one of time; oldest first.
    fn events(&self) -> Option<Vec<([Symbol; N], Option<Timestamp>)>> {
        None
    }

    /// The latest time seen by a window that keeps its observations.
    fn now(&self) -> Option<Timestamp> {
        None
    }

    /// Counts observations that came when they were outside the window of another stream.
    fn count_late(&mut self, _n: u64) {}

    /// The parameters of the window.
    fn bounds(&self) -> Bounds;

    /// How many observations it needs to have a value.
    fn min_samples(&self) -> u64;
}
