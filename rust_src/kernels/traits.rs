//! What statistics can do: the traits that kernels implement and that windows, batches and the Python classes are
//! generic over.

use crate::{Error, kernels::numerics::timestamp::Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// A statistic over a stream of observations.
pub trait Statistic: Clone + Send + Serialize + DeserializeOwned + 'static {
    /// One observation: `f64`, or `(f64, f64)` for a statistic of two variables.
    type Input: Copy + Debug + Send;

    /// Takes one observation in. It cannot fail: every `f64` is a valid observation.
    fn update(&mut self, x: Self::Input);

    /// The value of the statistic over all that was seen; `None` where there is none yet.
    fn get(&self) -> Option<f64>;

    /// How many observations were seen (their total weight, where the statistic takes weights).
    fn n(&self) -> f64;

    /// Takes many observations in; leaves the state that one [`update`](Self::update) each would leave.
    fn update_many(&mut self, xs: &[Self::Input]) {
        for &x in xs {
            self.update(x);
        }
    }

    /// Takes many observations in and writes the value after each into `out`, which has as many places: NaN where
    /// there is none yet. Leaves the state that [`update_many`](Self::update_many) leaves.
    fn accumulate(&mut self, xs: &[Self::Input], out: &mut [f64]) {
        one_by_one(self, xs, out);
    }

    /// Writes the value over the newest `size` of `xs` at each place from `start` on, which is at least 64 or `size`, into
    /// `out`, by the parameters of a statistic that has seen nothing. False, and nothing done, where there is no faster
    /// way than a window.
    fn accumulate_windows(&self, _xs: &[Self::Input], _start: usize, _size: usize, _out: &mut [f64]) -> bool {
        false
    }

    /// Says what is wrong with a state that was read from bytes, if no stream of updates can have led to it.
    fn validate(&self) -> Result<(), &'static str>;
}

/// A statistic whose observations come at points in time. One that comes without a time, by
/// [`update`](Statistic::update), counts as coming one second after the one before.
pub trait Timed: Statistic {
    /// Takes in an observation made at `t`. A time on another scale than those before, or one the statistic cannot go
    /// back to, is an error and changes nothing.
    fn update_at(&mut self, x: Self::Input, t: Timestamp) -> Result<(), Error>;
}

/// The loop that [`Statistic::accumulate`] comes to.
pub(crate) fn one_by_one<K: Statistic>(statistic: &mut K, xs: &[K::Input], out: &mut [f64]) {
    for (&x, value) in xs.iter().zip(out) {
        statistic.update(x);
        *value = statistic.get().unwrap_or(f64::NAN);
    }
}

/// Takes an observation in, with its time if there is one.
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
    /// Takes in an observation that stands for `w` of them. A weight of 0 changes nothing; one that is negative, NaN
    /// or infinite is an error and changes nothing either.
    fn update_weighted(&mut self, x: Self::Input, w: f64) -> Result<(), Error>;
}

/// A statistic that can forget an observation that it has seen.
pub trait Revert: Statistic {
    /// Undoes an update with the same observation. On an error the state is what it was.
    fn revert(&mut self, x: Self::Input) -> Result<(), Error>;
}

/// A statistic that can forget an observation that it has seen with a weight.
pub trait RevertWeighted: Weighted + Revert {
    /// Undoes an update with the same observation and weight. On an error the state is what it was.
    fn revert_weighted(&mut self, x: Self::Input, w: f64) -> Result<(), Error>;
}

/// A statistic of two streams that follows from the statistics of each.
pub trait Merge: Statistic {
    /// Takes in what `other` has seen, as if its observations had come after the own ones. Parameters
    /// that only the reading of the value depends on stay the own ones; where one shapes the state, a different one is
    /// an error. On an error the state is what it was.
    fn merge(&mut self, other: &Self) -> Result<(), Error>;
}

/// The inverse of a merge.
pub trait Unmerge: Merge {
    /// Forgets what `other` has seen, which should be part of what was seen; taking away more leaves nothing. On an error
    /// the state is what it was.
    fn unmerge(&mut self, other: &Self) -> Result<(), Error>;
}

/// A distinct value, by its number.
pub type Symbol = u32;

/// A symbol that has gone out of use.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Freed {
    /// The symbol, whose value may be dropped.
    pub symbol: Symbol,
    /// Whether the same update has brought it back in: then it stands for the value that was given there.
    pub reused: bool,
}

/// What a statistic of hashable values says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// One of the values seen.
    Symbol(Symbol),
    /// There is no value yet.
    Nothing,
}

/// A statistic of `N` variables whose values are hashable; each variable has symbols of its own.
///
/// A window over one is a queue of the symbols: push the new ones, then revert the oldest.
pub trait Categorical<const N: usize>: Clone + Send + Serialize + DeserializeOwned + 'static {
    /// Whether what the statistic says is one of the values, and not a number.
    const RETURNS_SYMBOL: bool = false;

    /// Whether values without a symbol are held at all. If not, [`skip`](Self::skip) counts them.
    fn accepts_new(&self) -> bool {
        true
    }

    /// Takes in observations that are not held.
    fn skip(&mut self, _times: u64) {}

    /// Takes one observation in.
    fn update(&mut self, symbols: [Symbol; N]);

    /// Whether of many observations it matters only how often each came and which came first. Then equal ones may be
    /// taken in together, and no symbol goes out of use meanwhile.
    fn counts_only(&self) -> bool {
        false
    }

    /// Takes the same observation in so many times.
    fn update_times(&mut self, symbols: [Symbol; N], times: u64) {
        (0..times).for_each(|_| self.update(symbols));
    }

    /// Undoes an update with the same symbols. On an error the state is what it was.
    fn revert(&mut self, symbols: [Symbol; N]) -> Result<(), Error>;

    /// The value of the statistic over all that was seen.
    fn get(&self) -> Value;

    /// How many observations were seen.
    fn n(&self) -> u64;

    /// A symbol of the variable that has gone out of use and was not returned yet. To be asked after each update and
    /// revert until it says `None`.
    fn next_freed(&mut self, variable: usize) -> Option<Freed>;

    /// The symbols of the variable in use, in the order in which their values were first seen. A serialised kernel
    /// has them numbered from 0 in this order.
    fn symbols(&self, variable: usize) -> Vec<Symbol>;

    /// Says what is wrong with a state that was read from bytes, if no stream of updates can have led to it.
    fn validate(&self) -> Result<(), &'static str>;
}

/// A kernel whose weights, reverts and merges are those of a field it is built on, of the values themselves or of what
/// `map` makes of them.
macro_rules! weighted_by {
    ($kernel:ident, $field:ident : $input:ty $(, $map:expr)?) => {
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
                self.$field.merge(&other.$field)
            }
        }

        impl $crate::kernels::traits::Unmerge for $kernel {
            fn unmerge(&mut self, other: &Self) -> Result<(), $crate::Error> {
                self.$field.unmerge(&other.$field)
            }
        }
    };
}
pub(crate) use weighted_by;
