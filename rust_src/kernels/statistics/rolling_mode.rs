//! The most frequent of the newest values.

use crate::{
    Error,
    kernels::{
        numerics::validate,
        statistics::mode::Mode,
        structures::{chunked_queue::ChunkedQueue, count_heap::CountHeap, counts::Counts},
        traits::{Categorical, Freed, MergeSymbols, Symbol, Value},
        window::RollableSymbols,
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The mode of a window; of several values, the one that has been in it longest without a break.
#[derive(Clone, Debug)]
pub struct RollingMode {
    /// How many values the window holds at most.
    pub window_size: u64,
    window: ChunkedQueue<Symbol>,
    heap: CountHeap,
}

impl RollingMode {
    /// The mode of the newest `window_size` values.
    pub fn new(window_size: i128) -> Result<Self, Error> {
        let window_size = validate::at_least_one("window_size", window_size)?;
        Ok(Self { window_size, window: ChunkedQueue::default(), heap: CountHeap::default() })
    }

    /// The values in the window, oldest first.
    pub fn window(&self) -> impl Iterator<Item = Symbol> {
        self.window.iter().copied()
    }

    /// How often each value is in the window.
    pub fn counts(&self) -> &Counts {
        self.heap.counts()
    }
}

impl Categorical<1> for RollingMode {
    const RETURNS_SYMBOL: bool = true;

    #[inline]
    fn update(&mut self, [symbol]: [Symbol; 1]) {
        if self.window.len() as u64 == self.window_size
            && let Some(oldest) = self.window.pop()
        {
            self.heap.remove(oldest);
        }
        self.window.push(symbol);
        self.heap.add(symbol);
    }

    /// Reverts the oldest value, which is the only one that a window can revert.
    fn revert(&mut self, [symbol]: [Symbol; 1]) -> Result<(), Error> {
        if self.window.front() != Some(&symbol) {
            return Err(Error::NotSeen);
        }
        self.window.pop();
        self.heap.remove(symbol);
        Ok(())
    }

    #[inline]
    fn get(&self) -> Value {
        self.heap.top().map_or(Value::Nothing, Value::Symbol)
    }

    fn n(&self) -> u64 {
        self.window.len() as u64
    }

    #[inline]
    fn next_freed(&mut self, _: usize) -> Option<Freed> {
        self.heap.next_freed()
    }

    fn symbols(&self, _: usize) -> Vec<Symbol> {
        self.heap.counts().symbols()
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.window_size >= 1, "a window without room")?;
        validate::ensure(self.window.len() as u64 <= self.window_size, "more values than the window takes")
    }
}

/// The values in the newer window follow those in the older one.
impl MergeSymbols<1> for RollingMode {
    fn check_merge(&self, other: &Self) -> Result<(), Error> {
        if self.n() > 0 && other.n() > 0 {
            validate::same("window_size", self.window_size, other.window_size)?;
        }
        Ok(())
    }

    fn merge(&mut self, other: &Self, [own]: [&[Option<Symbol>]; 1]) {
        other.window().filter_map(|symbol| own[symbol as usize]).for_each(|symbol| self.update([symbol]));
    }
}

/// Size, counts, and the window in numbers that follow the order of the counts.
impl Serialize for RollingMode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let numbers = self.heap.counts().numbers();
        let window: Vec<u32> = self.window.iter().map(|&symbol| numbers[symbol as usize]).collect();
        (self.window_size, &self.heap, window).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RollingMode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (window_size, heap, numbers) = <(u64, CountHeap, Vec<u32>)>::deserialize(deserializer)?;
        let (mut window, mut left) = (ChunkedQueue::default(), heap.counts().clone());
        for &number in &numbers {
            left.remove(number).ok_or_else(|| D::Error::custom("a value without its count"))?;
            window.push(number);
        }
        if left.distinct() > 0 {
            return Err(D::Error::custom("a count without its values"));
        }
        Ok(Self { window_size, window, heap })
    }
}

impl RollableSymbols<1> for RollingMode {
    type Running = Mode;

    fn running(&self) -> Mode {
        Mode::of_all()
    }

    fn value_of(&self, _: &Mode) -> Option<Value> {
        None
    }

    fn statistic_of(&self, _: &Mode) -> Option<Self> {
        None
    }
}
