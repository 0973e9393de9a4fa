//! Statistics of hashable values.
//!
//! A kernel does not hold the values: whoever feeds it gives each distinct value a small number, its symbol, and
//! keeps the value for as long as the kernel uses the symbol. Symbols that are no longer in use are given out again,
//! so they stay dense and a kernel can keep what it knows of them in plain vectors.

use crate::Error;
use serde::{Serialize, de::DeserializeOwned};

/// A distinct value, by its number.
pub type Symbol = u32;

/// A symbol that has gone out of use.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vacated {
    /// The symbol, whose value may be dropped.
    pub symbol: Symbol,
    /// Whether the same update has brought it back in: then it stands for the value that was given there.
    pub is_back: bool,
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
    const IS_A_VALUE: bool = false;

    /// Whether values without a symbol are held at all. If not, [`overlook`](Self::overlook) counts them.
    fn admits(&self) -> bool {
        true
    }

    /// Takes in observations that are not held.
    fn overlook(&mut self, _times: u64) {}

    /// Takes one observation in.
    fn update(&mut self, symbols: [Symbol; N]);

    /// Whether of many observations it matters only how often each came and which came first. Then equal ones may be
    /// taken in together, and no symbol goes out of use meanwhile.
    fn gathers(&self) -> bool {
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
    fn vacated(&mut self, variable: usize) -> Option<Vacated>;

    /// The symbols of the variable in use, in the order in which their values were first seen. A serialised kernel
    /// has them numbered from 0 in this order.
    fn symbols(&self, variable: usize) -> Vec<Symbol>;

    /// Says what is wrong with a state that was read from bytes, if no stream of updates can have led to it.
    fn validate(&self) -> Result<(), &'static str>;
}
