//! Events in order of time, and their aggregate.

use crate::kernels::{
    structures::order_tree::{Item, OrderTree},
    traits::{PartialAggregate, combine},
};
use std::mem;

/// Events in order of time, those of equal time in order of arrival, with the combination of their partial aggregates.
///
/// They are kept in blocks: the oldest events are popped from one, the newest are appended to another, and the blocks
/// between are in a tree. Events in order cost O(1) amortised, since the tree holds whole blocks; a late event costs
/// O(log n).
#[derive(Clone, Debug)]
pub struct Timeline<V, P: PartialAggregate> {
    oldest: Vec<Event<V>>,
    /// How many events of the block `oldest` were popped.
    popped: usize,
    /// For each event of the block `oldest`, the combination of it and those after it in the block.
    suffixes: Vec<P>,
    between: OrderTree<Block<P>>,
    /// The combination of the tree.
    middle: Option<P>,
    blocks: Vec<Vec<Event<V>>>,
    free: Vec<usize>,
    newest: Vec<Event<V>>,
    /// The combination of the block `newest`.
    last: Option<P>,
    len: usize,
    /// The number of events ever inserted.
    arrivals: u64,
}

#[derive(Clone, Copy, Debug)]
struct Event<V> {
    time: i128,
    arrival: u64,
    value: V,
}

/// A block in the tree: the time and arrival of its first event, its index in `blocks`, and its combination.
#[derive(Clone, Copy, Debug)]
struct Block<P> {
    first: (i128, u64),
    index: usize,
    partial: P,
}

impl<P: PartialAggregate> Item for Block<P> {
    type Key = (i128, u64);
    type Summary = P;

    #[inline]
    fn key(&self) -> Self::Key {
        self.first
    }

    fn summarize(run: &[Self]) -> P {
        run[1..].iter().fold(run[0].partial, |partial, block| partial.combine(block.partial))
    }

    fn combine(left: P, right: P) -> P {
        left.combine(right)
    }
}

/// The number of events at which a block is closed; late events may double it.
const BLOCK: usize = 64;

impl<V: Copy, P: PartialAggregate> Default for Timeline<V, P> {
    fn default() -> Self {
        Self {
            oldest: Vec::new(),
            popped: 0,
            suffixes: Vec::new(),
            between: OrderTree::default(),
            middle: None,
            blocks: Vec::new(),
            free: Vec::new(),
            newest: Vec::new(),
            last: None,
            len: 0,
            arrivals: 0,
        }
    }
}

impl<V: Copy, P: PartialAggregate> Timeline<V, P> {
    /// The number of events.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no events.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The time and value of the oldest event.
    #[inline]
    pub fn front(&self) -> Option<(i128, V)> {
        self.oldest.get(self.popped).or_else(|| self.newest.first()).map(|event| (event.time, event.value))
    }

    /// The combination of all events, in order of time; `None` if there are none.
    #[inline]
    pub fn aggregate(&self) -> Option<P> {
        combine(combine(self.suffixes.get(self.popped).copied(), self.middle), self.last)
    }

    /// The times and values of the events, in order of time.
    pub fn iter(&self) -> impl Iterator<Item = (i128, V)> {
        let between = (0..self.between.len()).filter_map(|rank| self.between.select(rank));
        let blocks = between.flat_map(|block| &self.blocks[block.index]);
        self.oldest[self.popped..].iter().chain(blocks).chain(&self.newest).map(|event| (event.time, event.value))
    }

    /// Inserts an event after all that are not later. `lift` makes the partial aggregate of one value.
    pub fn insert(&mut self, time: i128, value: V, lift: impl Fn(V) -> P + Copy) {
        let event = Event { time, arrival: self.arrivals, value };
        self.arrivals += 1;
        self.len += 1;
        let first_of_newest = self.newest.first().map_or_else(|| self.latest_of_the_rest(), |event| Some(event.time));
        if first_of_newest.is_none_or(|first| time >= first) {
            self.append(event, lift);
        } else if self.between.select(0).is_some_and(|block| time >= block.first.0) {
            self.insert_between(event, lift);
        } else {
            self.insert_into_oldest(event, lift);
        }
    }

    /// Removes the oldest event.
    pub fn pop(&mut self, lift: impl Fn(V) -> P + Copy) -> Option<(i128, V)> {
        if self.popped == self.oldest.len() {
            // Then the tree is empty too: see the end of this function.
            self.oldest = mem::take(&mut self.newest);
            self.last = None;
            self.fill_suffixes(lift);
        }
        let event = *self.oldest.get(self.popped)?;
        self.popped += 1;
        self.len -= 1;
        if self.popped == self.oldest.len()
            && let Some(&block) = self.between.select(0)
        {
            self.between.remove(block.first);
            self.middle = self.between.summary();
            self.free.push(block.index);
            let emptied = mem::replace(&mut self.oldest, mem::take(&mut self.blocks[block.index]));
            if self.newest.capacity() == 0 {
                self.newest = emptied;
                self.newest.clear();
            }
            self.fill_suffixes(lift);
        }
        Some((event.time, event.value))
    }

    /// The time of the latest event outside the block `newest`.
    fn latest_of_the_rest(&self) -> Option<i128> {
        let block = self.between.len().checked_sub(1).and_then(|rank| self.between.select(rank));
        block.map_or(&self.oldest[self.popped..], |block| &self.blocks[block.index]).last().map(|event| event.time)
    }

    /// Appends to the block `newest`, which is closed when it is full.
    #[inline]
    fn append(&mut self, event: Event<V>, lift: impl Fn(V) -> P + Copy) {
        if self.newest.last().is_none_or(|last| event.time >= last.time) {
            self.newest.push(event);
            self.last = combine(self.last, Some(lift(event.value)));
        } else {
            insert_by_time(&mut self.newest, event);
            self.last = total(&self.newest, lift);
        }
        if self.newest.len() < BLOCK {
            return;
        }
        if self.popped == self.oldest.len() {
            self.oldest = mem::take(&mut self.newest);
            self.fill_suffixes(lift);
        } else {
            let closed = mem::take(&mut self.newest);
            self.store(closed, lift);
        }
        self.last = None;
    }

    fn insert_between(&mut self, event: Event<V>, lift: impl Fn(V) -> P + Copy) {
        let rank = self.between.rank((event.time, u64::MAX)).saturating_sub(1);
        let Some(&block) = self.between.select(rank) else { return };
        let events = &mut self.blocks[block.index];
        insert_by_time(events, event);
        let upper = if events.len() < 2 * BLOCK { Vec::new() } else { events.split_off(BLOCK) };
        self.between.remove(block.first);
        if let Some(partial) = total(&self.blocks[block.index], lift) {
            self.between.insert(Block { partial, ..block });
        }
        self.store(upper, lift);
    }

    fn insert_into_oldest(&mut self, event: Event<V>, lift: impl Fn(V) -> P + Copy) {
        self.oldest.drain(..self.popped);
        insert_by_time(&mut self.oldest, event);
        let upper = if self.oldest.len() < 2 * BLOCK { Vec::new() } else { self.oldest.split_off(BLOCK) };
        self.fill_suffixes(lift);
        self.store(upper, lift);
    }

    /// Moves a block to the tree, unless it is empty.
    fn store(&mut self, events: Vec<Event<V>>, lift: impl Fn(V) -> P + Copy) {
        if let (Some(first), Some(partial)) = (events.first(), total(&events, lift)) {
            let first = (first.time, first.arrival);
            let index = match self.free.pop() {
                Some(index) => {
                    self.blocks[index] = events;
                    index
                }
                None => {
                    self.blocks.push(events);
                    self.blocks.len() - 1
                }
            };
            self.between.insert(Block { first, index, partial });
        }
        self.middle = self.between.summary();
    }

    /// Computes the suffixes of the block `oldest`, from which nothing is popped yet.
    fn fill_suffixes(&mut self, lift: impl Fn(V) -> P + Copy) {
        self.popped = 0;
        self.suffixes.clear();
        let mut suffix = None;
        for event in self.oldest.iter().rev() {
            let longer = lift(event.value);
            let longer = suffix.map_or(longer, |suffix| longer.combine(suffix));
            self.suffixes.push(longer);
            suffix = Some(longer);
        }
        self.suffixes.reverse();
    }
}

fn insert_by_time<V>(events: &mut Vec<Event<V>>, event: Event<V>) {
    events.insert(events.partition_point(|other| other.time <= event.time), event);
}

fn total<V: Copy, P: PartialAggregate>(events: &[Event<V>], lift: impl Fn(V) -> P) -> Option<P> {
    events.iter().map(|event| lift(event.value)).reduce(P::combine)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};

    /// A product of matrices. It does not commute, so it shows events that are combined in the wrong order, or twice.
    #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
    struct Affine(u64, u64);

    impl PartialAggregate for Affine {
        fn combine(self, newer: Self) -> Self {
            Self(self.0.wrapping_mul(newer.0), self.1.wrapping_mul(newer.0).wrapping_add(newer.1))
        }

        fn validate(&self) -> Result<(), &'static str> {
            Ok(())
        }
    }

    fn lift(x: u64) -> Affine {
        Affine(2 * x + 3, x)
    }

    #[test]
    fn agrees_with_a_sorted_vector() {
        let mut random = fastrand::Rng::with_seed(2);
        // How late events come, how many there are at most, and how often one is popped.
        for (lateness, most, pops) in
            [(0, 1000, 2), (5, 1000, 2), (300, 2000, 2), (5000, 3000, 3), (1, 3, 2), (1_000_000, 4000, 4)]
        {
            let mut timeline = Timeline::default();
            let mut model: Vec<(i128, u64)> = Vec::new();
            for now in 0..12_000_u64 {
                // Times are even, so that many are equal.
                let time = i128::from(now / 3 * 2) - i128::from(random.u64(0..=lateness) / 2 * 2);
                timeline.insert(time, now, lift);
                model.insert(model.partition_point(|event| event.0 <= time), (time, now));
                while model.len() > most || (random.u64(..pops) == 0 && model.len() > most / 2) {
                    assert_eq!(timeline.pop(lift), Some(model.remove(0)));
                }
                assert_eq!((timeline.len(), timeline.front()), (model.len(), model.first().copied()));
                if now % 61 == 0 || most < 10 {
                    let expected = model.iter().map(|&(_, x)| lift(x)).reduce(Affine::combine);
                    assert_eq!(timeline.aggregate(), expected);
                    assert!(timeline.iter().eq(model.iter().copied()));
                }
            }
            for event in model {
                assert_eq!(timeline.pop(lift), Some(event));
            }
            assert_eq!((timeline.pop(lift), timeline.aggregate(), timeline.len()), (None, None, 0));
        }
    }
}
