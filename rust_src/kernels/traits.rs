//! What statistics can do: the traits that kernels implement, and that windows, columns and the Python classes are
//! generic over.

use crate::{Error, kernels::numerics::timestamp::Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// A statistic over a stream of observations.
pub trait Statistic: Clone + Send + Serialize + DeserializeOwned + 'static {
    /// One observation: `f64`, or `(f64, f64)` for a statistic of two variables.
    type Input: Copy + Debug + Send;

    /// Updates with one observation. This cannot fail: every `f64` is a valid observation.
    fn update(&mut self, x: Self::Input);

    /// The value of the statistic; `None` if there is none yet. If the value is several numbers, one of them.
    fn get(&self) -> Option<f64>;

    /// How many numbers make up the value, at least one, if it is a sequence; `None` if it is a single number.
    fn width(&self) -> Option<usize> {
        None
    }

    /// Writes the numbers of the value to `out`, whose length is [`width`](Self::width). Returns false, having done
    /// nothing, if there is no value yet or if it is a single number.
    fn values(&self, _out: &mut [f64]) -> bool {
        false
    }

    /// The number of observations; their total weight if the statistic takes weights.
    fn n(&self) -> f64;

    /// Whether a missing observation changes the state, by [`update_missing`](Self::update_missing). If not, it is
    /// ignored.
    fn counts_missing(&self) -> bool {
        false
    }

    /// Updates with a missing observation, of which at most the time is known. An error changes nothing.
    fn update_missing(&mut self, _t: Option<Timestamp>) -> Result<(), Error> {
        Ok(())
    }

    /// For a window, the largest number of observations that a value covers; else 0. A column that is copied for a
    /// window comes in pieces that are much longer.
    fn reach(&self) -> u64 {
        0
    }

    /// Whether `update_many` and `accumulate` derive no index from a number. Then another thread may change the numbers
    /// while they are read, and columns need not be copied.
    fn reads_in_place(&self) -> bool {
        true
    }

    /// Updates with many observations; leaves the state that an [`update`](Self::update) with each would leave.
    fn update_many(&mut self, xs: &[Self::Input]) {
        for &x in xs {
            self.update(x);
        }
    }

    /// Updates with many observations and writes the value after each to `out`, which is as long as `xs`, or
    /// [`width`](Self::width) times as long; NaN if there is no value yet. Leaves the state that
    /// [`update_many`](Self::update_many) leaves.
    fn accumulate(&mut self, xs: &[Self::Input], out: &mut [f64]) {
        one_by_one(self, xs, out);
    }

    /// For each index of `xs` from `start`, which is at least 64 or `size`, writes the value over the `size`
    /// observations up to it to `out`; of `self` only the parameters are used. Returns false, having done nothing, if
    /// there is no algorithm faster than a window.
    fn accumulate_windows(&self, _xs: &[Self::Input], _start: usize, _size: usize, _out: &mut [f64]) -> bool {
        false
    }

    /// Checks a decoded state: an error if no stream of updates can lead to it.
    fn validate(&self) -> Result<(), &'static str>;
}

/// A statistic whose observations come at points in time. An observation without a time, by
/// [`update`](Statistic::update), counts as coming one second after the last.
pub trait Timed: Statistic {
    /// Whether the statistic looks at times. If not, an observation with a time is an error.
    fn is_timed(&self) -> bool;

    /// Updates with an observation at time `t`. A time on a different scale from those before, or one that the
    /// statistic cannot go back to, is an error and changes nothing.
    fn update_at(&mut self, x: Self::Input, t: Timestamp) -> Result<(), Error>;
}

/// [`Statistic::accumulate`] as a loop over `update` and `get`.
pub(crate) fn one_by_one<K: Statistic>(statistic: &mut K, xs: &[K::Input], out: &mut [f64]) {
    if let Some(width) = statistic.width() {
        for (&x, values) in xs.iter().zip(out.chunks_mut(width.max(1))) {
            statistic.update(x);
            write_value(statistic, values);
        }
        return;
    }
    for (&x, value) in xs.iter().zip(out) {
        statistic.update(x);
        *value = statistic.get().unwrap_or(f64::NAN);
    }
}

/// Writes the value, whether one number or several, to `out`, which has room for it; NaN if there is no value yet.
#[inline]
pub fn write_value<K: Statistic>(statistic: &K, out: &mut [f64]) {
    if statistic.width().is_none() {
        out.fill(statistic.get().unwrap_or(f64::NAN));
    } else if !statistic.values(out) {
        out.fill(f64::NAN);
    }
}

/// Updates with an observation, and its time if it has one.
pub fn update_at<K: Timed>(kernel: &mut K, x: K::Input, t: Option<Timestamp>) -> Result<(), Error> {
    match t {
        Some(t) => kernel.update_at(x, t),
        None => {
            kernel.update(x);
            Ok(())
        }
    }
}

/// A statistic whose observations can have frequency weights.
pub trait Weighted: Statistic {
    /// Updates with an observation that counts as `w` equal ones. A weight of 0 changes nothing. A negative, infinite or
    /// NaN weight is an error and changes nothing either.
    fn update_weighted(&mut self, x: Self::Input, w: f64) -> Result<(), Error>;
}

/// A statistic that can undo an update.
pub trait Revert: Statistic {
    /// Undoes an update with the same observation. An error leaves the state as it was.
    fn revert(&mut self, x: Self::Input) -> Result<(), Error>;
}

/// A statistic that can undo an update with a weight.
pub trait RevertWeighted: Weighted + Revert {
    /// Undoes an update with the same observation and weight. An error leaves the state as it was.
    fn revert_weighted(&mut self, x: Self::Input, w: f64) -> Result<(), Error>;

    /// Updates with an observation of weight `w`; a negative `w` undoes an update of weight `-w`, which is how some
    /// models revert.
    #[inline]
    fn update_or_revert(&mut self, x: Self::Input, w: f64) -> Result<(), Error> {
        if w < 0.0 && w.is_finite() { self.revert_weighted(x, -w) } else { self.update_weighted(x, w) }
    }
}

/// A statistic that can be merged: over two streams it follows from the statistics over each.
pub trait Merge: Statistic {
    /// Adds the observations of `other`, as if they came after those of `self`. The parameters stay those of `self`;
    /// different ones are an error unless one of both is empty. An error leaves the state as it was.
    fn merge(&mut self, other: &Self) -> Result<(), Error>;
}

/// What windows need of a statistic, whatever it observes.
pub trait Windowed: Clone + Send + Serialize + DeserializeOwned + 'static {
    /// Whether there has been no observation yet.
    fn is_new(&self) -> bool;

    /// Checks a decoded state; see [`Statistic::validate`].
    fn check(&self) -> Result<(), &'static str>;
}

impl<K: Statistic> Windowed for K {
    fn is_new(&self) -> bool {
        self.n() == 0.0
    }

    fn check(&self) -> Result<(), &'static str> {
        self.validate()
    }
}

/// A statistic from which windows of panes can be made, whatever it observes.
pub trait InPanes: Windowed {
    /// Adds the observations of `other`; see [`Merge::merge`].
    fn add(&mut self, other: &Self) -> Result<(), Error>;
}

impl<K: Merge> InPanes for K {
    fn add(&mut self, other: &Self) -> Result<(), Error> {
        self.merge(other)
    }
}

/// The inverse of a merge.
pub trait Unmerge: Merge {
    /// Removes the observations of `other`, which should be among those of `self`. Removing more than there is leaves
    /// an empty statistic; one that keeps the values returns an error. An error leaves the state as it was.
    fn unmerge(&mut self, other: &Self) -> Result<(), Error>;
}

/// The number that stands for a distinct hashable value.
pub type Symbol = u32;

/// A symbol that a kernel no longer uses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Freed {
    /// The symbol; its value may be dropped.
    pub symbol: Symbol,
    /// Whether the same update has already reused it: it then stands for the value of that update.
    pub reused: bool,
}

/// The value of a statistic of hashable values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A count.
    Count(u64),
    /// One of the values seen.
    Symbol(Symbol),
    /// There is no value yet.
    Nothing,
}

/// A statistic of `N` variables with hashable values; each variable has its own symbols, or all share those of the first.
pub trait Categorical<const N: usize>: Clone + Send + Serialize + DeserializeOwned + 'static {
    /// Whether the value of the statistic is one of the values seen, and not a number.
    const RETURNS_SYMBOL: bool = false;

    /// Whether all variables share one set of symbols. They then belong to the first variable, the others have none in
    /// use and free none, and no symbol is freed and reused by one update.
    const SHARED: bool = false;

    /// The variable whose symbols a variable uses.
    #[inline]
    fn owner(variable: usize) -> usize {
        if Self::SHARED { 0 } else { variable }
    }

    /// The variables that have symbols of their own.
    fn owners() -> std::ops::Range<usize> {
        0..Self::owner(N - 1) + 1
    }

    /// Whether values that are new to the kernel can be added. If not, [`skip`](Self::skip) counts them.
    fn accepts_new(&self) -> bool {
        true
    }

    /// Counts observations that were not added.
    fn skip(&mut self, _times: u64) {}

    /// Updates with one observation.
    fn update(&mut self, symbols: [Symbol; N]);

    /// Whether only counts and the order of first occurrences matter. Then equal observations may be added together, and
    /// updates free no symbol.
    fn counts_only(&self) -> bool {
        false
    }

    /// Updates with the same observation `times` times.
    fn update_times(&mut self, symbols: [Symbol; N], times: u64) {
        (0..times).for_each(|_| self.update(symbols));
    }

    /// Undoes an update with the same symbols. An error leaves the state as it was.
    fn revert(&mut self, symbols: [Symbol; N]) -> Result<(), Error>;

    /// The value of the statistic.
    fn get(&self) -> Value;

    /// The number of observations.
    fn n(&self) -> u64;

    /// A symbol of the variable that is no longer in use and has not been returned yet. Call it after each update and
    /// revert until it returns `None`.
    fn next_freed(&mut self, variable: usize) -> Option<Freed>;

    /// The symbols of the variable that are in use, in the order of first occurrence. A serialised kernel numbers them
    /// from 0 in this order.
    fn symbols(&self, variable: usize) -> Vec<Symbol>;

    /// Checks a decoded state: an error if no stream of updates can lead to it.
    fn validate(&self) -> Result<(), &'static str>;
}

/// A statistic of hashable values that can be merged: over two streams it follows from the statistics over each.
///
/// Each has its own symbols: `own[variable][symbol]` is the symbol in `self` for a symbol of `other`.
pub trait MergeSymbols<const N: usize>: Categorical<N> {
    /// How many more values of a variable can be added.
    fn room(&self) -> u64 {
        u64::MAX
    }

    /// An error if `other` cannot be merged.
    fn check_merge(&self, other: &Self) -> Result<(), Error>;

    /// Adds the observations of `other`, which has been checked, as if they came after those of `self`. `own` has
    /// symbols for all of its values, or for as many of the first new ones as there is [`room`](Self::room) for. As
    /// after an update, symbols may be freed.
    fn merge(&mut self, other: &Self, own: [&[Option<Symbol>]; N]);
}

/// The inverse of [`MergeSymbols::merge`].
pub trait UnmergeSymbols<const N: usize>: MergeSymbols<N> {
    /// Removes the observations of `other`. If they are not all among those of `self`, returns an error and changes
    /// nothing.
    fn unmerge(&mut self, other: &Self, own: [&[Option<Symbol>]; N]) -> Result<(), Error>;
}

/// What is known of a run of consecutive observations, in a few numbers. Two neighbouring runs combine into one; the
/// operation is associative, but need not commute.
pub trait PartialAggregate: Copy + Debug + Send + Serialize + DeserializeOwned + 'static {
    /// The partial aggregate of this run followed by `newer`.
    fn combine(self, newer: Self) -> Self;

    /// Checks a decoded partial aggregate.
    fn validate(&self) -> Result<(), &'static str>;
}

/// The partial aggregate that says nothing about a run.
impl PartialAggregate for () {
    #[inline]
    fn combine(self, _: Self) {}

    fn validate(&self) -> Result<(), &'static str> {
        Ok(())
    }
}

/// Combines two neighbouring runs, either of which may be empty.
#[inline]
pub fn combine<P: PartialAggregate>(older: Option<P>, newer: Option<P>) -> Option<P> {
    match (older, newer) {
        (Some(older), Some(newer)) => Some(older.combine(newer)),
        (older, None) => older,
        (None, newer) => newer,
    }
}

/// The combination of some runs.
#[cfg(test)]
pub(crate) fn combine_all<P: PartialAggregate>(runs: impl IntoIterator<Item = P>) -> P {
    runs.into_iter().reduce(P::combine).unwrap()
}

/// A statistic that follows from a partial aggregate of its observations. The operations are called as in the literature
/// on sliding windows: lift, combine, lower (K. Tangwongsan et al., "General incremental sliding-window aggregation",
/// Proceedings of the VLDB Endowment 8 (2015)).
pub trait Aggregate: Statistic {
    /// What is known of a run of observations.
    type Partial: PartialAggregate;

    /// The partial aggregate of the observation `x` of weight `w`.
    fn lift(&self, x: Self::Input, w: f64) -> Self::Partial;

    /// The partial aggregates of all suffixes of a run: of the newest observation, of the newest two, and so on.
    fn suffixes(&self, newest_first: impl Iterator<Item = (Self::Input, f64)>) -> impl Iterator<Item = Self::Partial> {
        let mut suffix = None;
        newest_first.map(move |(x, w)| {
            let one = self.lift(x, w);
            let longer = suffix.map_or(one, |suffix| one.combine(suffix));
            suffix = Some(longer);
            longer
        })
    }

    /// The partial aggregate of a run; `None` if it is empty.
    fn total(&self, newest_first: impl Iterator<Item = (Self::Input, f64)> + Clone) -> Option<Self::Partial> {
        self.suffixes(newest_first).last()
    }

    /// The statistic over a run, with the parameters of `self`; an empty statistic for `None`.
    fn lower(&self, run: Option<Self::Partial>) -> Self;
}

/// Implements merges of statistics that contain a window: the values in the newer window follow those in the older one.
macro_rules! merged_windows {
    ($kernel:ty: $($parameter:ident),+) => {
        impl $crate::kernels::traits::Merge for $kernel {
            fn merge(&mut self, other: &Self) -> Result<(), $crate::Error> {
                $crate::kernels::traits::same_parameters!(self, other; $($parameter),+);
                let newer: Vec<f64> = other.window.iter().copied().collect();
                $crate::kernels::traits::Statistic::update_many(self, &newer);
                Ok(())
            }
        }
    };
}
pub(crate) use merged_windows;

/// Returns an error where two statistics, neither of which is empty, differ in a parameter.
macro_rules! same_parameters {
    ($left:expr, $right:expr) => {};
    ($left:expr, $right:expr; $($parameter:ident),+) => {
        if $crate::kernels::traits::Statistic::n($left) > 0.0 && $crate::kernels::traits::Statistic::n($right) > 0.0 {
            $($crate::kernels::numerics::validate::same(stringify!($parameter), &$left.$parameter, &$right.$parameter)?;)+
        }
    };
}
pub(crate) use same_parameters;

/// Implements weights, reverts and merges by delegating to a field, with the values themselves or with the results of
/// `map`. After a semicolon come the parameters that must be the same in two statistics that are merged.
macro_rules! weighted_by {
    ($kernel:ident, $field:ident : $input:ty $(, $map:expr)? $(; $($parameter:ident),+)?) => {
        impl $crate::kernels::traits::Weighted for $kernel {
            #[inline]
            fn update_weighted(&mut self, x: $input, w: f64) -> Result<(), $crate::Error> {
                $(let x = $map(x);)?
                self.$field.update_weighted(x, w)
            }
        }

        impl $crate::kernels::traits::Revert for $kernel {
            fn revert(&mut self, x: $input) -> Result<(), $crate::Error> {
                $crate::kernels::traits::RevertWeighted::revert_weighted(self, x, 1.0)
            }
        }

        impl $crate::kernels::traits::RevertWeighted for $kernel {
            fn revert_weighted(&mut self, x: $input, w: f64) -> Result<(), $crate::Error> {
                $(let x = $map(x);)?
                self.$field.revert(x, w)
            }
        }

        impl $crate::kernels::traits::Merge for $kernel {
            fn merge(&mut self, other: &Self) -> Result<(), $crate::Error> {
                $crate::kernels::traits::same_parameters!(self, other $(; $($parameter),+)?);
                self.$field.merge(&other.$field)
            }
        }

        impl $crate::kernels::traits::Unmerge for $kernel {
            fn unmerge(&mut self, other: &Self) -> Result<(), $crate::Error> {
                $crate::kernels::traits::same_parameters!(self, other $(; $($parameter),+)?);
                self.$field.unmerge(&other.$field)
            }
        }
    };
}
pub(crate) use weighted_by;
