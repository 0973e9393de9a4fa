//! The aggregate of a queue in worst-case constant time: DABA Lite.
//!
//! K. Tangwongsan, M. Hirzel, S. Schneider, "In-order sliding-window aggregation in worst-case constant time", The
//! VLDB Journal 30 (2021), 933-957.
//!
//! Positions are counted from the first value ever pushed. Six of them cut the queue: `front <= left <= right <= rise <=
//! back <= end`. With `l..r` for the combination of the values pushed at these positions, slot `i` holds
//!
//! ```text
//! front to left    i..back
//! left to right    i..right
//! right to rise    i..i+1, as it was pushed
//! rise to back     i..back
//! back to end      i..i+1, as it was pushed
//! ```
//!
//! Each operation does one step of the work that makes all slots before `back` hold `i..back`. The work is done when as
//! many values have been pushed behind `back` as are left before it; then `back` moves to the end.

use crate::kernels::{
    numerics::{outlined::Outlined, validate},
    structures::chunked_queue::{ChunkedQueue, Cursor},
    traits::{PartialAggregate, combine},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A queue of partial aggregates whose combination is always known. Pushing, evicting and reading take at most four
/// combinations each, whatever the length. Nothing is ever subtracted, so evicted values leave no trace.
#[derive(Clone, Debug)]
pub struct Daba<P> {
    slots: ChunkedQueue<P>,
    front: u64,
    left: u64,
    right: u64,
    rise: u64,
    back: u64,
    left_slot: Cursor,
    rise_slot: Cursor,
    /// `right..back`, while `left < right`.
    middle: Option<P>,
    /// `back..end`.
    newest: Option<P>,
}

impl<P> Default for Daba<P> {
    fn default() -> Self {
        Self {
            slots: ChunkedQueue::default(),
            front: 0,
            left: 0,
            right: 0,
            rise: 0,
            back: 0,
            left_slot: Cursor::default(),
            rise_slot: Cursor::default(),
            middle: None,
            newest: None,
        }
    }
}

impl<P: PartialAggregate> Daba<P> {
    /// The number of partial aggregates in the queue.
    #[inline]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether the queue is empty.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Appends the newest partial aggregate.
    #[inline]
    pub fn push(&mut self, partial: P) {
        self.slots.push(partial);
        self.newest = combine(self.newest, Some(partial));
        self.step();
    }

    /// Removes the oldest partial aggregate.
    #[inline]
    pub fn evict(&mut self) {
        if self.slots.pop().is_some() {
            self.front += 1;
            self.step();
        }
    }

    /// The combination of all partial aggregates, oldest first; `None` if the queue is empty.
    #[inline]
    pub fn aggregate(&self) -> Option<P> {
        let before = if self.front == self.back { None } else { self.slots.front().copied() };
        combine(before, self.newest)
    }

    #[inline]
    fn step(&mut self) {
        if self.front == self.back {
            self.restart();
            return;
        }
        if self.left == self.back {
            self.left = self.front;
            self.left_slot = self.slots.first();
            self.right = self.back;
            self.middle = self.newest.take();
            self.back = self.end();
            self.rise = self.back;
            self.rise_slot = self.slots.end();
        }
        if self.left == self.right {
            self.right += 1;
            self.rise += 1;
            self.rise_slot = self.slots.after(self.rise_slot);
        } else {
            if let (Some(slot), Some(middle)) = (self.slots.at_mut(self.left_slot), self.middle) {
                *slot = slot.combine(middle);
            }
            let risen = if self.rise == self.back { None } else { self.slots.at(self.rise_slot).copied() };
            self.rise -= 1;
            self.rise_slot = self.slots.before(self.rise_slot);
            if let (Some(slot), Some(risen)) = (self.slots.at_mut(self.rise_slot), risen) {
                *slot = slot.combine(risen);
            }
        }
        self.left += 1;
        self.left_slot = self.slots.after(self.left_slot);
    }

    /// At most one partial aggregate is in the queue: it is its own combination.
    #[inline]
    fn restart(&mut self) {
        let end = self.end();
        (self.left, self.right, self.rise, self.back) = (end, end, end, end);
        (self.left_slot, self.rise_slot) = (self.slots.end(), self.slots.end());
        (self.middle, self.newest) = (None, None);
    }

    #[inline]
    fn end(&self) -> u64 {
        self.front + self.slots.len() as u64
    }
}

/// A stored queue; positions are counted from the front. The other positions follow: `left` from how much of the work
/// is done, and `rise` because `right` to `rise` is as long as `left` to `right`.
#[derive(Serialize, Deserialize)]
struct Stored<S, P> {
    slots: S,
    right: u64,
    back: u64,
    middle: P,
    newest: P,
}

impl<P: PartialAggregate> Serialize for Daba<P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (right, back) = (self.right - self.front, self.back - self.front);
        let (middle, newest) = (Outlined(&self.middle), Outlined(&self.newest));
        Stored { slots: &self.slots, right, back, middle, newest }.serialize(serializer)
    }
}

impl<'de, P: PartialAggregate> Deserialize<'de> for Daba<P> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored::<ChunkedQueue<P>, Outlined<_>> { slots, right, back, middle, newest } =
            Stored::deserialize(deserializer)?;
        Self::restored(slots, right, back, middle.0, newest.0).map_err(D::Error::custom)
    }
}

impl<P: PartialAggregate> Daba<P> {
    fn restored(
        slots: ChunkedQueue<P>,
        right: u64,
        back: u64,
        middle: Option<P>,
        newest: Option<P>,
    ) -> Result<Self, &'static str> {
        let end = slots.len() as u64;
        if end == 0 {
            validate::ensure(right == 0 && back == 0 && newest.is_none(), "an aggregate without values")?;
            return Ok(Self::default());
        }
        validate::ensure(back <= end && right <= back, "a queue cut behind its end")?;
        let left = end - back + 1;
        validate::ensure(left <= right, "a queue cut out of order")?;
        let rise = 2 * right - left;
        validate::ensure(rise <= back, "a queue cut out of order")?;
        validate::ensure(middle.is_some() || left == right, "a queue without its middle")?;
        validate::ensure(newest.is_some() == (back < end), "a queue without its newest")?;
        for partial in slots.iter().chain(&middle).chain(&newest) {
            partial.validate()?;
        }
        let slot = |index| (0..index).fold(slots.first(), |cursor, _| slots.after(cursor));
        let (left_slot, rise_slot) = (slot(left), slot(rise));
        Ok(Self { slots, front: 0, left, right, rise, back, left_slot, rise_slot, middle, newest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// The run `from..to` of consecutive numbers. Concatenation does not commute, so it shows a slot that was combined in
    /// the wrong order or twice.
    #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
    struct Run(u64, u64);

    impl PartialAggregate for Run {
        fn combine(self, newer: Self) -> Self {
            assert_eq!(self.1, newer.0, "runs that are not neighbours");
            Self(self.0, newer.1)
        }

        fn validate(&self) -> Result<(), &'static str> {
            validate::ensure(self.0 < self.1, "an empty run")
        }
    }

    #[test]
    fn aggregates_any_sequence_of_pushes_and_evictions() {
        let mut random = fastrand::Rng::with_seed(7);
        for round in 0..200 {
            let (mut queue, mut model, mut next) = (Daba::default(), VecDeque::new(), 0);
            let longest = [1, 2, 3, 10, 100, 3000][round % 6];
            for _ in 0..4 * longest + 50 {
                if model.len() < longest && (model.is_empty() || random.u8(..) < [100, 128, 220][round % 3]) {
                    queue.push(Run(next, next + 1));
                    model.push_back(next);
                    next += 1;
                } else {
                    queue.evict();
                    model.pop_front();
                }
                let expected = model.front().map(|&first| Run(first, next));
                assert_eq!((queue.aggregate(), queue.len()), (expected, model.len()));
            }
        }
    }

    #[test]
    fn slides() {
        for size in [1, 2, 3, 4, 5, 511, 512, 513, 5000] {
            let mut queue = Daba::default();
            for i in 0..4 * size + 10 {
                if i >= size {
                    queue.evict();
                }
                queue.push(Run(i, i + 1));
                assert_eq!(queue.aggregate(), Some(Run((i + 1).saturating_sub(size), i + 1)));
            }
        }
    }

    #[test]
    fn goes_on_from_any_restored_state() {
        let mut queue = Daba::default();
        for i in 0..200_u64 {
            if i % 3 == 2 && i > 20 || i > 150 && i % 7 > 1 {
                queue.evict();
            }
            queue.push(Run(i, i + 1));
            let cut = queue.front;
            let mut copy =
                Daba::restored(queue.slots.clone(), queue.right - cut, queue.back - cut, queue.middle, queue.newest)
                    .unwrap();
            assert_eq!(copy.aggregate(), queue.aggregate());
            for j in 1..40 {
                copy.push(Run(i + j, i + j + 1));
                copy.evict();
                assert_eq!(copy.aggregate(), Some(Run(copy.slots.front().unwrap().0, i + j + 1)));
            }
        }
    }

    #[test]
    fn refuses_impossible_cuts() {
        let mut slots = ChunkedQueue::default();
        (0..4).for_each(|i| slots.push(Run(i, i + 1)));
        let mut accepted = 0;
        for right in 0..7 {
            for back in 0..7 {
                let run = Some(Run(0, 1));
                let newest = if back < 4 { run } else { None };
                accepted += usize::from(Daba::restored(slots.clone(), right, back, run, newest).is_ok());
            }
        }
        // back = 4: left = 1 and right = 1 or 2; back = 3: left = 2 and right = 2.
        assert_eq!(accepted, 3);
    }
}
