//! Counts of symbols, with O(1) access to the most frequent one.

use crate::kernels::{
    structures::counts::Counts,
    traits::{Freed, Symbol},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An indexed binary heap of the symbols: it knows where each symbol is, so a changed count can move its symbol. The
/// top is read in O(1). A change moves a symbol past those it overtakes on its way to the top or to the bottom: at most
/// O(log n), and mostly none or one, since counts change by one and a new symbol ranks last.
#[derive(Clone, Debug, Default)]
pub struct CountHeap {
    counts: Counts,
    heap: Vec<Symbol>,
    /// The index in the heap of each symbol in use.
    indices: Vec<u32>,
}

impl CountHeap {
    /// The counts.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// See [`crate::kernels::traits::Categorical::next_freed`].
    #[inline]
    pub fn next_freed(&mut self) -> Option<Freed> {
        self.counts.next_freed()
    }

    /// The most frequent symbol; of several, the one that arrived first.
    #[inline]
    pub fn top(&self) -> Option<Symbol> {
        self.heap.first().copied()
    }

    /// Adds one to the count of a symbol.
    #[inline]
    pub fn add(&mut self, symbol: Symbol) {
        self.add_times(symbol, 1);
    }

    /// Adds `times`, at least one, to the count of a symbol.
    #[inline]
    pub fn add_times(&mut self, symbol: Symbol, times: u64) {
        if self.counts.add_times(symbol, times) == times {
            if self.indices.len() <= symbol as usize {
                self.indices.resize(symbol as usize + 1, 0);
            }
            self.heap.push(symbol);
            self.rise(self.heap.len() - 1, symbol);
        } else {
            self.rise(self.indices[symbol as usize] as usize, symbol);
        }
    }

    /// Subtracts one from the count of a symbol; returns whether it had a count.
    #[inline]
    pub fn remove(&mut self, symbol: Symbol) -> bool {
        self.remove_times(symbol, 1)
    }

    /// Subtracts `times`, at least one, from the count of a symbol; returns whether the count was that large.
    #[inline]
    pub fn remove_times(&mut self, symbol: Symbol, times: u64) -> bool {
        let Some(count) = self.counts.remove_times(symbol, times) else { return false };
        let index = self.indices[symbol as usize] as usize;
        if count > 0 {
            self.sink(index, symbol);
        } else if let Some(last) = self.heap.pop()
            && last != symbol
        {
            self.sink(index, last);
            self.rise(self.indices[last as usize] as usize, last);
        }
        true
    }

    #[inline]
    fn put(&mut self, index: usize, symbol: Symbol) {
        self.heap[index] = symbol;
        self.indices[symbol as usize] = index as u32;
    }

    /// Moves a symbol from its index towards the top.
    #[inline]
    fn rise(&mut self, mut index: usize, symbol: Symbol) {
        while index > 0 {
            let above = self.heap[(index - 1) / 2];
            if self.counts.precedes(above, symbol) {
                break;
            }
            self.put(index, above);
            index = (index - 1) / 2;
        }
        self.put(index, symbol);
    }

    /// Moves a symbol from its index towards the bottom.
    #[inline]
    fn sink(&mut self, mut index: usize, symbol: Symbol) {
        while let Some(&(mut below)) = self.heap.get(2 * index + 1) {
            let mut next = 2 * index + 1;
            if let Some(&other) = self.heap.get(next + 1)
                && self.counts.precedes(other, below)
            {
                (below, next) = (other, next + 1);
            }
            if self.counts.precedes(symbol, below) {
                break;
            }
            self.put(index, below);
            index = next;
        }
        self.put(index, symbol);
    }
}

impl From<Counts> for CountHeap {
    fn from(counts: Counts) -> Self {
        let mut heap = Self { indices: vec![0; counts.numbers().len()], counts, heap: Vec::new() };
        for symbol in heap.counts.symbols() {
            heap.heap.push(symbol);
            heap.rise(heap.heap.len() - 1, symbol);
        }
        heap
    }
}

impl Serialize for CountHeap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.counts.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CountHeap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Counts::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the definition, with symbols that go out of use and come back.
    #[test]
    fn the_top_is_the_most_frequent_and_of_several_the_first() {
        let mut random = fastrand::Rng::with_seed(1);
        for distinct in [1, 2, 3, 10, 40] {
            let mut heap = CountHeap::default();
            let mut counts: Vec<(Symbol, u64)> = Vec::new();
            for _ in 0..5_000 {
                let symbol = random.u32(..distinct);
                let at = counts.iter().position(|&(other, _)| other == symbol);
                if random.bool() {
                    heap.add(symbol);
                    match at {
                        Some(at) => counts[at].1 += 1,
                        None => counts.push((symbol, 1)),
                    }
                } else {
                    assert_eq!(heap.remove(symbol), at.is_some());
                    if let Some(at) = at {
                        counts[at].1 -= 1;
                        if counts[at].1 == 0 {
                            counts.remove(at);
                            assert_eq!(heap.next_freed(), Some(Freed { symbol, reused: false }));
                        }
                    }
                }
                assert_eq!(heap.next_freed(), None);
                let most = counts.iter().map(|&(_, count)| count).max();
                let first = counts.iter().find(|&&(_, count)| Some(count) == most);
                assert_eq!(heap.top(), first.map(|&(symbol, _)| symbol));
                assert!(heap.counts().symbols().into_iter().eq(counts.iter().map(|&(symbol, _)| symbol)));
                let copied = CountHeap::from(heap.counts().clone());
                assert_eq!(copied.top(), heap.top());
            }
        }
    }
}
