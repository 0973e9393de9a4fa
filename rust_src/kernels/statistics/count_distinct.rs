//! Number of distinct values, exactly.

use crate::{
    Error,
    kernels::{
        numerics::validate,
        structures::counts::Counts,
        traits::{Categorical, Freed, MergeSymbols, Symbol, UnmergeSymbols, Value},
        window::rolls_by_reverts,
    },
};
use serde::{Deserialize, Serialize};

/// How many distinct values were seen. How often each was seen is kept, so that values can be reverted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CountDistinct {
    n: u64,
    counts: Counts,
}

impl CountDistinct {
    /// A count of nothing.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Categorical<1> for CountDistinct {
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
        self.counts.add_times(symbol, times);
    }

    fn revert(&mut self, [symbol]: [Symbol; 1]) -> Result<(), Error> {
        self.counts.remove(symbol).ok_or(Error::NotSeen)?;
        self.n -= 1;
        Ok(())
    }

    #[inline]
    fn get(&self) -> Value {
        Value::Count(self.counts.distinct() as u64)
    }

    fn n(&self) -> u64 {
        self.n
    }

    #[inline]
    fn next_freed(&mut self, _: usize) -> Option<Freed> {
        self.counts.next_freed()
    }

    fn symbols(&self, _: usize) -> Vec<Symbol> {
        self.counts.symbols()
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.counts.total() == self.n, "values and their count differ")?;
        validate::ensure(self.n < 1 << 63, "more observations than a stream can have")
    }
}

impl MergeSymbols<1> for CountDistinct {
    fn check_merge(&self, other: &Self) -> Result<(), Error> {
        validate::joint_count(self.n, other.n).map(drop)
    }

    fn merge(&mut self, other: &Self, [own]: [&[Option<Symbol>]; 1]) {
        for (symbol, times) in other.counts.mapped(own) {
            let Some(symbol) = symbol else { continue };
            self.update_times([symbol], times);
        }
    }
}

impl UnmergeSymbols<1> for CountDistinct {
    fn unmerge(&mut self, other: &Self, [own]: [&[Option<Symbol>]; 1]) -> Result<(), Error> {
        if !self.counts.include(&other.counts, own) {
            return Err(Error::NotSeen);
        }
        for (symbol, times) in other.counts.mapped(own) {
            let Some(symbol) = symbol else { continue };
            self.counts.remove_times(symbol, times);
        }
        self.n -= other.n;
        Ok(())
    }
}

rolls_by_reverts!(CountDistinct, 1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_count_until_all_of_them_are_reverted() -> Result<(), Error> {
        let mut distinct = CountDistinct::new();
        [0, 1, 0, 2].into_iter().for_each(|symbol| distinct.update([symbol]));
        assert_eq!((distinct.get(), distinct.n()), (Value::Count(3), 4));
        distinct.revert([0])?;
        assert_eq!(distinct.get(), Value::Count(3));
        distinct.revert([0])?;
        assert_eq!((distinct.get(), distinct.next_freed(0).map(|freed| freed.symbol)), (Value::Count(2), Some(0)));
        assert!(matches!(distinct.revert([0]), Err(Error::NotSeen)));
        assert_eq!(distinct.validate(), Ok(()));
        Ok(())
    }
}
