//! The most frequent value.

use crate::{
    Error,
    kernels::{
        numerics::validate,
        structures::{count_heap::CountHeap, counts::Counts},
        traits::{Categorical, Freed, MergeSymbols, Symbol, UnmergeSymbols, Value},
        window::RollableSymbols,
    },
};
use serde::{Deserialize, Serialize};

/// The most frequent of the values seen, perhaps of the first few distinct ones only.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mode {
    /// How many distinct values are counted; -1 for all.
    pub k: i64,
    n: u64,
    heap: CountHeap,
}

fn is_limit(k: i64) -> bool {
    k == -1 || k >= 1
}

impl Mode {
    /// The mode of the first `k` distinct values, or of all where `k` is -1.
    pub fn new(k: i128) -> Result<Self, Error> {
        let limit = i64::try_from(k).ok().filter(|&k| is_limit(k));
        let expected = "an integer from 1 to 9223372036854775807, or -1 for no limit";
        let k = limit.ok_or_else(|| Error::parameter("k", validate::shown(k), expected))?;
        Ok(Self { k, n: 0, heap: CountHeap::default() })
    }

    /// The mode of all values.
    pub fn of_all() -> Self {
        Self { k: -1, n: 0, heap: CountHeap::default() }
    }

    /// How often each value was counted.
    pub fn counts(&self) -> &Counts {
        self.heap.counts()
    }
}

/// Counts are lost once values past `k` were left out.
const LEFT_OUT: Error = Error::Merge(
    "values past the first k distinct ones were left out, so that their counts are not known; k=-1 counts all, and \
     HeavyHitters bounds what it leaves out",
);

impl Mode {
    fn left_out(&self) -> bool {
        self.counts().total() < self.n
    }
}

impl MergeSymbols<1> for Mode {
    fn room(&self) -> u64 {
        if self.k == -1 { u64::MAX } else { self.k.unsigned_abs() - self.counts().distinct() as u64 }
    }

    fn check_merge(&self, other: &Self) -> Result<(), Error> {
        if other.n == 0 {
            return Ok(());
        }
        if self.n > 0 || other.left_out() {
            validate::same("k", self.k, other.k)?;
        }
        if self.n > 0 && (self.left_out() || other.left_out()) {
            return Err(LEFT_OUT);
        }
        validate::joint_count(self.n, other.n).map(drop)
    }

    fn merge(&mut self, other: &Self, [own]: [&[Option<Symbol>]; 1]) {
        let n = self.n + other.n;
        for (symbol, times) in other.counts().mapped(own) {
            if let Some(symbol) = symbol {
                self.heap.add_times(symbol, times);
            }
        }
        self.n = n;
    }
}

impl UnmergeSymbols<1> for Mode {
    fn unmerge(&mut self, other: &Self, [own]: [&[Option<Symbol>]; 1]) -> Result<(), Error> {
        if other.n == 0 {
            return Ok(());
        }
        validate::same("k", self.k, other.k)?;
        if self.left_out() || other.left_out() {
            return Err(LEFT_OUT);
        }
        if !self.counts().include(other.counts(), own) {
            return Err(Error::NotSeen);
        }
        for (symbol, times) in other.counts().mapped(own) {
            if let Some(symbol) = symbol {
                self.heap.remove_times(symbol, times);
            }
        }
        self.n -= other.n;
        Ok(())
    }
}

impl Categorical<1> for Mode {
    const RETURNS_SYMBOL: bool = true;

    #[inline]
    fn accepts_new(&self) -> bool {
        self.k == -1 || (self.heap.counts().distinct() as u64) < self.k.unsigned_abs()
    }

    fn skip(&mut self, times: u64) {
        self.n += times;
    }

    #[inline]
    fn update(&mut self, symbols: [Symbol; 1]) {
        self.update_times(symbols, 1);
    }

    fn counts_only(&self) -> bool {
        true
    }

    #[inline]
    fn update_times(&mut self, [symbol]: [Symbol; 1], times: u64) {
        self.n += times;
        self.heap.add_times(symbol, times);
    }

    #[inline]
    fn revert(&mut self, [symbol]: [Symbol; 1]) -> Result<(), Error> {
        if !self.heap.remove(symbol) {
            return Err(Error::NotSeen);
        }
        self.n -= 1;
        Ok(())
    }

    #[inline]
    fn get(&self) -> Value {
        self.heap.top().map_or(Value::Nothing, Value::Symbol)
    }

    fn n(&self) -> u64 {
        self.n
    }

    #[inline]
    fn next_freed(&mut self, _: usize) -> Option<Freed> {
        self.heap.next_freed()
    }

    fn symbols(&self, _: usize) -> Vec<Symbol> {
        self.heap.counts().symbols()
    }

    fn validate(&self) -> Result<(), &'static str> {
        let (distinct, counted) = (self.heap.counts().distinct() as u64, self.heap.counts().total());
        validate::ensure(is_limit(self.k), "k is neither -1 nor at least 1")?;
        validate::ensure(self.k == -1 || distinct <= self.k.unsigned_abs(), "more distinct values than k")?;
        validate::ensure(counted <= self.n && self.n < 1 << 63, "values and their count differ")?;
        validate::ensure(counted == self.n || self.k != -1, "values were left out without reason")
    }
}

/// The mode of a window, in which values that leave make room for others, so the running mode counts all values. Its
/// value is that of the first `k` distinct ones unless there are more.
impl RollableSymbols<1> for Mode {
    type Running = Self;

    fn running(&self) -> Self {
        Self::of_all()
    }

    fn value_of(&self, running: &Self) -> Option<Value> {
        let whole = self.k == -1 || running.counts().distinct() as u64 <= self.k.unsigned_abs();
        whole.then(|| running.get())
    }

    fn statistic_of(&self, running: &Self) -> Option<Self> {
        (self.k == -1).then(|| running.clone())
    }
}
