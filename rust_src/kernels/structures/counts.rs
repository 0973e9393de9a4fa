//! How often each symbol was seen.

use crate::kernels::{
    numerics::validate,
    traits::{Freed, Symbol},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// More than any stream has, so that no count that was read from bytes can overflow later.
const MOST: u64 = 1 << 62;

/// Counts of symbols, and the order in which the symbols arrived.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    entries: Vec<Entry>,
    distinct: usize,
    /// How often a symbol arrived that had no count.
    arrivals: u64,
    vacated: Vec<Symbol>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    count: u64,
    /// `arrivals` when the symbol arrived.
    since: u64,
}

impl Counts {
    /// How many symbols have a count.
    pub fn distinct(&self) -> usize {
        self.distinct
    }

    /// The count of a symbol.
    #[inline]
    pub fn count(&self, symbol: Symbol) -> u64 {
        self.entries.get(symbol as usize).map_or(0, |entry| entry.count)
    }

    /// Whether a symbol ranks before another: by its larger count, or the same count and the earlier arrival.
    #[inline]
    pub fn precedes(&self, left: Symbol, right: Symbol) -> bool {
        let (left, right) = (&self.entries[left as usize], &self.entries[right as usize]);
        left.count > right.count || (left.count == right.count && left.since < right.since)
    }

    /// Adds one to the count of a symbol; returns the new count.
    #[inline]
    pub fn add(&mut self, symbol: Symbol) -> u64 {
        self.add_times(symbol, 1)
    }

    /// Adds `times`, at least one, to the count of a symbol; returns the new count.
    #[inline]
    pub fn add_times(&mut self, symbol: Symbol, times: u64) -> u64 {
        let index = symbol as usize;
        if index >= self.entries.len() {
            self.entries.resize(index + 1, Entry::default());
        }
        let entry = &mut self.entries[index];
        if entry.count == 0 {
            entry.since = self.arrivals;
            self.arrivals += 1;
            self.distinct += 1;
        }
        entry.count += times;
        entry.count
    }

    /// Subtracts one from the count of a symbol; returns what is left, or `None` if there was no count.
    #[inline]
    pub fn remove(&mut self, symbol: Symbol) -> Option<u64> {
        self.remove_times(symbol, 1)
    }

    /// Subtracts `times`, at least one, from the count of a symbol; returns what is left, or `None` if the count was
    /// smaller.
    #[inline]
    pub fn remove_times(&mut self, symbol: Symbol, times: u64) -> Option<u64> {
        let entry = self.entries.get_mut(symbol as usize).filter(|entry| entry.count >= times)?;
        entry.count -= times;
        let count = entry.count;
        if count == 0 {
            self.distinct -= 1;
            self.vacated.push(symbol);
        }
        Some(count)
    }

    /// Drops a symbol with its count.
    pub fn forget(&mut self, symbol: Symbol) {
        if let Some(entry) = self.entries.get_mut(symbol as usize).filter(|entry| entry.count > 0) {
            entry.count = 1;
            self.remove(symbol);
        }
    }

    /// See [`crate::kernels::traits::Categorical::next_freed`].
    #[inline]
    pub fn next_freed(&mut self) -> Option<Freed> {
        let symbol = self.vacated.pop()?;
        Some(Freed { symbol, reused: self.count(symbol) > 0 })
    }

    /// The symbols that have a count, with their counts, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, u64)> {
        self.entries.iter().zip(0..).filter(|(entry, _)| entry.count > 0).map(|(entry, symbol)| (symbol, entry.count))
    }

    /// See [`crate::kernels::traits::Categorical::symbols`].
    pub fn symbols(&self) -> Vec<Symbol> {
        let counted = self.iter().map(|(symbol, _)| (self.entries[symbol as usize].since, symbol));
        let mut order: Vec<(u64, Symbol)> = counted.collect();
        order.sort_unstable();
        order.into_iter().map(|(_, symbol)| symbol).collect()
    }

    /// For each symbol in use, its number in the serialised state.
    pub fn numbers(&self) -> Vec<u32> {
        let mut numbers = vec![0; self.entries.len()];
        for (symbol, number) in self.symbols().into_iter().zip(0..) {
            numbers[symbol as usize] = number;
        }
        numbers
    }

    /// Whether every symbol of `other`, which is `own[symbol]` here, has at least the count here that it has there.
    pub fn include(&self, other: &Self, own: &[Option<Symbol>]) -> bool {
        other.iter().all(|(symbol, count)| own[symbol as usize].is_some_and(|here| self.count(here) >= count))
    }

    /// The symbols in order of arrival, each mapped by `own`, with their counts.
    pub fn mapped(&self, own: &[Option<Symbol>]) -> impl Iterator<Item = (Option<Symbol>, u64)> {
        self.symbols().into_iter().map(|symbol| (own[symbol as usize], self.count(symbol)))
    }

    /// The sum of the counts.
    pub fn total(&self) -> u64 {
        self.entries.iter().map(|entry| entry.count).sum()
    }
}

/// Serialised as the counts, in the order in which their symbols arrived.
impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.symbols().into_iter().map(|symbol| self.count(symbol)))
    }
}

impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(Vec::<u64>::deserialize(deserializer)?.as_slice()).map_err(D::Error::custom)
    }
}

/// The counts of the symbols from 0 on.
impl TryFrom<&[u64]> for Counts {
    type Error = &'static str;

    fn try_from(counts: &[u64]) -> Result<Self, &'static str> {
        let (mut counted, mut total) = (Self::default(), 0_u64);
        for (&count, symbol) in counts.iter().zip(0..) {
            total = total.checked_add(count).filter(|&total| total <= MOST).ok_or("counts that are too large")?;
            validate::ensure(count > 0, "a count of zero")?;
            counted.add(symbol);
            counted.entries[symbol as usize].count = count;
        }
        Ok(counted)
    }
}
