//! The contents of a window whose statistic combines partial aggregates.

use crate::kernels::{
    numerics::{outlined::Outlined, validate},
    structures::{chunked_queue::ChunkedQueue, daba::Daba},
    traits::{Aggregate, PartialAggregate, combine},
    window::rolling::Contents,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt::Debug;

/// A queue of observations whose aggregate is always known, in worst-case constant time. Nothing is ever subtracted, so
/// evicted observations leave no trace.
///
/// The observations are cut into blocks. The oldest are evicted from a block for which the partial aggregate of every
/// suffix is known; the blocks after it, of `BLOCK` observations each, are in a [`Daba`]; the newest observations will
/// become a block. So an observation costs two combinations and its share of a block's, where a [`Daba`] of
/// observations would cost four each, and would keep a partial aggregate for each.
#[derive(Clone, Debug)]
pub struct Blocks<I, P> {
    observations: ChunkedQueue<(I, f64)>,
    /// The number of observations left of the oldest block.
    opened: usize,
    /// The partial aggregates of its suffixes, longest last.
    suffixes: Vec<P>,
    blocks: Daba<P>,
    /// A copy of the observations after the last block.
    newest: Vec<(I, f64)>,
    /// Scratch space for a block.
    block: Vec<(I, f64)>,
    /// The partial aggregate of everything after the oldest block.
    rest: Option<P>,
}

/// Opening or closing a block of this size takes less than a microsecond.
const BLOCK: usize = 32;

impl<I, P> Default for Blocks<I, P> {
    fn default() -> Self {
        Self {
            observations: ChunkedQueue::default(),
            opened: 0,
            suffixes: Vec::new(),
            blocks: Daba::default(),
            newest: Vec::new(),
            block: Vec::new(),
            rest: None,
        }
    }
}

impl<I: Copy + Debug + Send, P: PartialAggregate> Blocks<I, P> {
    #[inline]
    fn take<K: Aggregate<Input = I, Partial = P>>(&mut self, kernel: &K, x: I, w: f64) {
        // In place: reading a copy right after its parts were written would stall.
        match &mut self.rest {
            Some(rest) => *rest = rest.combine(kernel.lift(x, w)),
            rest @ None => *rest = Some(kernel.lift(x, w)),
        }
        self.observations.push((x, w));
        self.newest.push((x, w));
        if self.newest.len() == BLOCK {
            self.close(kernel);
        }
    }

    #[inline(never)]
    fn close<K: Aggregate<Input = I, Partial = P>>(&mut self, kernel: &K) {
        if let Some(run) = self.newest_run(kernel) {
            self.blocks.push(run);
        }
        self.newest.clear();
        self.rest = self.blocks.aggregate();
    }

    fn newest_run<K: Aggregate<Input = I, Partial = P>>(&self, kernel: &K) -> Option<P> {
        kernel.total(self.newest.iter().rev().copied())
    }

    /// Computes the suffixes of the oldest block, from which nothing is evicted yet.
    #[inline(never)]
    fn open<K: Aggregate<Input = I, Partial = P>>(&mut self, kernel: &K) {
        if self.blocks.is_empty() {
            self.sum_up(kernel, self.newest.len());
            self.newest.clear();
            self.rest = None;
        } else {
            self.sum_up(kernel, BLOCK);
            self.blocks.evict();
            self.rest = combine(self.blocks.aggregate(), self.newest_run(kernel));
        }
    }

    #[inline(never)]
    fn sum_up<K: Aggregate<Input = I, Partial = P>>(&mut self, kernel: &K, length: usize) {
        self.opened = length;
        self.block.clear();
        self.observations.copy_oldest(length, &mut self.block);
        self.suffixes.clear();
        kernel.suffixes(self.block.iter().rev().copied()).for_each(|suffix| self.suffixes.push(suffix));
    }
}

impl<I, P, K> Contents<K> for Blocks<I, P>
where
    I: Copy + Debug + Send + Serialize + for<'de> Deserialize<'de> + 'static,
    P: PartialAggregate,
    K: Aggregate<Input = I, Partial = P>,
{
    #[inline]
    fn len(&self) -> usize {
        self.observations.len()
    }

    #[inline]
    fn push(&mut self, kernel: &K, x: I, w: f64) {
        self.take(kernel, x, w);
    }

    #[inline]
    fn evict(&mut self, kernel: &K) {
        if self.opened == 0 {
            self.open(kernel);
        }
        self.suffixes.pop();
        if self.observations.pop().is_some() {
            self.opened -= 1;
        }
    }

    fn newest(&self) -> Option<I> {
        self.observations.back().map(|&(x, _)| x)
    }

    fn for_each(&self, f: &mut dyn FnMut(I, f64)) {
        self.observations.iter().for_each(|&(x, w)| f(x, w));
    }

    #[inline(always)]
    fn statistic(&self, kernel: &K) -> K {
        match (self.suffixes.last(), &self.rest) {
            (Some(oldest), Some(rest)) => kernel.lower(Some(oldest.combine(*rest))),
            (oldest, rest) => kernel.lower(oldest.or(rest.as_ref()).copied()),
        }
    }

    #[inline]
    fn get(&self, kernel: &K) -> Option<f64> {
        self.statistic(kernel).get()
    }

    fn of(kernel: &K, xs: &[I]) -> Self {
        let mut contents = Self::default();
        let blocks = xs.chunks_exact(BLOCK);
        contents.newest.extend(blocks.remainder().iter().map(|&x| (x, 1.0)));
        blocks.filter_map(|block| kernel.total(block.iter().rev().map(|&x| (x, 1.0)))).for_each(|run| {
            contents.blocks.push(run);
        });
        contents.rest = combine(contents.blocks.aggregate(), contents.newest_run(kernel));
        xs.iter().for_each(|&x| contents.observations.push((x, 1.0)));
        contents
    }

    fn restore(&mut self, kernel: &K) {
        self.sum_up(kernel, self.opened);
    }
}

/// A stored queue; the suffixes follow from the observations.
#[derive(Serialize, Deserialize)]
struct Stored<O, B, R> {
    observations: O,
    opened: u64,
    blocks: B,
    rest: R,
}

impl<I: Serialize, P: PartialAggregate> Serialize for Blocks<I, P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let opened = self.opened as u64;
        let (observations, rest) = (Outlined(&self.observations), Outlined(&self.rest));
        Stored { observations, opened, blocks: &self.blocks, rest }.serialize(serializer)
    }
}

impl<'de, I: Copy + Deserialize<'de>, P: PartialAggregate> Deserialize<'de> for Blocks<I, P> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored: Stored<Outlined<_>, _, Outlined<_>> = Stored::deserialize(deserializer)?;
        Self::restored(stored.observations.0, stored.opened, stored.blocks, stored.rest.0).map_err(D::Error::custom)
    }
}

impl<I: Copy, P: PartialAggregate> Blocks<I, P> {
    #[inline(never)]
    fn restored(
        observations: ChunkedQueue<(I, f64)>,
        opened: u64,
        blocks: Daba<P>,
        rest: Option<P>,
    ) -> Result<Self, &'static str> {
        validate::ensure(observations.iter().all(|&(_, w)| w > 0.0 && w.is_finite()), "a weight out of range")?;
        let opened = usize::try_from(opened).ok().filter(|&opened| opened <= BLOCK);
        let behind = opened.and_then(|opened| observations.len().checked_sub(opened));
        let newest = behind.and_then(|behind| behind.checked_sub(blocks.len().checked_mul(BLOCK)?));
        let newest = newest.filter(|&newest| newest < BLOCK).ok_or("observations that are in no block")?;
        validate::ensure(rest.is_some() == (newest > 0 || !blocks.is_empty()), "no aggregate of the newest")?;
        rest.iter().try_for_each(P::validate)?;
        let newest = observations.iter().skip(observations.len() - newest).copied().collect();
        let opened = opened.unwrap_or_default();
        Ok(Self { observations, opened, blocks, newest, rest, ..Self::default() })
    }
}
