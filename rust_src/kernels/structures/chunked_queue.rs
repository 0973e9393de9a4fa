//! A queue that never moves what it holds.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeSeq};
use std::collections::VecDeque;

/// First in, first out, in chunks: no push copies more than a directory of chunks, so there is no latency spike where
/// a flat queue would double; memory follows what is stored.
#[derive(Clone, Debug)]
pub struct ChunkedQueue<T> {
    /// None of them is empty, and all but the last are full.
    chunks: VecDeque<Vec<T>>,
    /// How many chunks are gone.
    passed: u64,
    /// How many values of the first chunk are gone.
    gone: usize,
    len: usize,
    /// An emptied chunk for the next push that needs one.
    spare: Vec<T>,
    /// Chunks that were dropped at once; every push frees one of them.
    dropped: Vec<Vec<T>>,
}

/// A place in a [`ChunkedQueue`] that stays valid while values are appended, and while those before it are removed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor {
    /// The chunk's number, those that are gone included.
    chunk: u64,
    at: usize,
}

/// A chunk takes as many values as are in the queue when it is made, within these bounds; 512 values of 8 bytes fill a
/// page of memory.
const SMALLEST_CHUNK: usize = 4;
const LARGEST_CHUNK: usize = 512;

impl<T> Default for ChunkedQueue<T> {
    fn default() -> Self {
        Self { chunks: VecDeque::new(), passed: 0, gone: 0, len: 0, spare: Vec::new(), dropped: Vec::new() }
    }
}

impl<T> ChunkedQueue<T> {
    /// How many values are in the queue.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the queue is empty.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends the newest value.
    #[inline]
    pub fn push(&mut self, value: T) {
        self.dropped.pop();
        match self.chunks.back_mut() {
            Some(last) if last.len() < last.capacity() => last.push(value),
            _ => {
                let mut chunk = std::mem::take(&mut self.spare);
                if chunk.capacity() == 0 {
                    chunk.reserve_exact(self.len.clamp(SMALLEST_CHUNK, LARGEST_CHUNK));
                }
                chunk.push(value);
                self.chunks.push_back(chunk);
            }
        }
        self.len += 1;
    }

    /// The oldest value.
    #[inline]
    pub fn front(&self) -> Option<&T> {
        self.chunks.front()?.get(self.gone)
    }

    /// The newest value.
    pub fn back(&self) -> Option<&T> {
        self.chunks.back()?.last()
    }

    /// The place of the oldest value.
    pub fn first(&self) -> Cursor {
        Cursor { chunk: self.passed, at: self.gone }
    }

    /// The place behind the newest value.
    pub fn end(&self) -> Cursor {
        match self.chunks.back() {
            Some(last) => Cursor { chunk: self.passed + self.chunks.len() as u64 - 1, at: last.len() },
            None => self.first(),
        }
    }

    /// The next place.
    #[inline]
    pub fn after(&self, cursor: Cursor) -> Cursor {
        let Cursor { chunk, at } = self.settled(cursor);
        Cursor { chunk, at: at + 1 }
    }

    /// The place before; that of the oldest value has none.
    #[inline]
    pub fn before(&self, cursor: Cursor) -> Cursor {
        match (cursor.at.checked_sub(1), cursor.chunk.wrapping_sub(1)) {
            (Some(at), _) => Cursor { chunk: cursor.chunk, at },
            (None, chunk) => Cursor { chunk, at: self.chunk(chunk).map_or(0, |chunk| chunk.len().saturating_sub(1)) },
        }
    }

    /// The value at a place.
    #[inline]
    pub fn at(&self, cursor: Cursor) -> Option<&T> {
        let Cursor { chunk, at } = self.settled(cursor);
        self.chunk(chunk)?.get(at)
    }

    /// The value at a place, to be changed.
    #[inline]
    pub fn at_mut(&mut self, cursor: Cursor) -> Option<&mut T> {
        let Cursor { chunk, at } = self.settled(cursor);
        let chunk = usize::try_from(chunk.checked_sub(self.passed)?).ok()?;
        self.chunks.get_mut(chunk)?.get_mut(at)
    }

    #[inline]
    fn chunk(&self, number: u64) -> Option<&Vec<T>> {
        self.chunks.get(usize::try_from(number.checked_sub(self.passed)?).ok()?)
    }

    /// Behind the last value of a chunk is the first of the next, once there is one.
    #[inline]
    fn settled(&self, cursor: Cursor) -> Cursor {
        match self.chunk(cursor.chunk) {
            None if cursor.chunk < self.passed => self.first(),
            Some(chunk) if cursor.at == chunk.capacity() => Cursor { chunk: cursor.chunk + 1, at: 0 },
            _ => cursor,
        }
    }

    /// The values from the oldest to the newest.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        let gone = self.gone;
        self.chunks.iter().enumerate().flat_map(move |(i, chunk)| chunk.iter().skip(if i == 0 { gone } else { 0 }))
    }
}

impl<T: Copy> ChunkedQueue<T> {
    /// Appends the `count` oldest values, or all there are, to `values`.
    pub fn copy_oldest(&self, count: usize, values: &mut Vec<T>) {
        let (mut left, mut start) = (count, self.gone);
        for chunk in &self.chunks {
            let part = chunk.get(start..).unwrap_or_default();
            let part = part.get(..left).unwrap_or(part);
            values.extend_from_slice(part);
            (left, start) = (left - part.len(), 0);
            if left == 0 {
                break;
            }
        }
    }

    /// Removes the oldest value.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        let first = self.chunks.front()?;
        let value = *first.get(self.gone)?;
        self.gone += 1;
        self.len -= 1;
        if self.gone == first.len() {
            self.gone = 0;
            self.passed += 1;
            if let Some(mut emptied) = self.chunks.pop_front() {
                emptied.clear();
                // While the queue grows, so do its chunks: the larger of two is worth keeping.
                if emptied.capacity() >= self.spare.capacity() {
                    self.spare = emptied;
                }
            }
        }
        Some(value)
    }
}

impl<T: Copy> ChunkedQueue<T> {
    /// Removes the newest values as far as `gone` holds, which it must do for all values newer than one for which it
    /// does. It looks at O(log n) of them and at those of one chunk, however many it removes.
    #[inline]
    pub fn drop_newest_while(&mut self, gone: impl Fn(&T) -> bool) {
        let Some(last) = self.chunks.back() else { return };
        let start = if self.chunks.len() == 1 { self.gone } else { 0 };
        let kept = last.len() - last.iter().skip(start).rev().take_while(|&value| gone(value)).count();
        if kept > start {
            self.truncate_last(kept);
        } else {
            self.drop_newest_chunks(gone);
        }
    }

    fn truncate_last(&mut self, kept: usize) {
        if let Some(last) = self.chunks.back_mut() {
            self.len -= last.len() - kept;
            last.truncate(kept);
        }
    }

    #[cold]
    fn drop_newest_chunks(&mut self, gone: impl Fn(&T) -> bool) {
        // What is before `self.gone` in the first chunk may be in any order, so that one is judged by its oldest value.
        if self.front().is_some_and(&gone) {
            self.dropped.extend(self.chunks.drain(..));
            (self.gone, self.len) = (0, 0);
            return;
        }
        let (mut kept, mut end) = (1, self.chunks.len());
        while kept < end {
            let middle = kept + (end - kept) / 2;
            if self.chunks.get(middle).and_then(|chunk| chunk.first()).is_some_and(&gone) {
                end = middle;
            } else {
                kept = middle + 1;
            }
        }
        let removed = self.chunks.drain(kept..).inspect(|chunk| self.len -= chunk.len());
        self.dropped.extend(removed);
        self.drop_newest_while(gone);
    }
}

/// As a sequence, oldest value first.
impl<T: Serialize> Serialize for ChunkedQueue<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(self.len))?;
        for value in self.iter() {
            sequence.serialize_element(value)?;
        }
        sequence.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ChunkedQueue<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fifo = Self::default();
        Vec::<T>::deserialize(deserializer)?.into_iter().for_each(|value| fifo.push(value));
        Ok(fifo)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_the_newest_of_any_number() {
        for length in [1, 3, 5, 511, 513, 4000] {
            for evicted in [0, 1, length / 2, length - 1] {
                for threshold in [0, evicted, evicted + 1, length / 2, length * 3 / 4, length - 1, length] {
                    let mut fifo = ChunkedQueue::default();
                    (0..length).for_each(|i| fifo.push(i));
                    (0..evicted).for_each(|_| _ = fifo.pop());
                    fifo.drop_newest_while(|&value| value >= threshold);
                    let mut expected: Vec<_> = (evicted..threshold.clamp(evicted, length)).collect();
                    assert!(fifo.iter().eq(&expected) && fifo.len() == expected.len());
                    for value in 0..length {
                        fifo.push(value);
                        expected.push(value);
                    }
                    assert!(fifo.iter().eq(&expected) && fifo.len() == expected.len() && fifo.dropped.is_empty());
                    for value in expected {
                        assert_eq!(fifo.pop(), Some(value));
                    }
                    assert!(fifo.is_empty() && fifo.front().is_none());
                }
            }
        }
    }

    #[test]
    fn agrees_with_a_deque() {
        for length in [1, 3, 511, 512, 513, 2000] {
            let (mut fifo, mut deque) = (ChunkedQueue::default(), VecDeque::new());
            for i in 0..5000_u64 {
                fifo.push(i);
                deque.push_back(i);
                if deque.len() > length {
                    assert_eq!(fifo.pop(), deque.pop_front());
                }
                assert_eq!((fifo.len(), fifo.front(), fifo.back()), (deque.len(), deque.front(), deque.back()));
            }
            assert!(fifo.iter().eq(deque.iter()) && fifo.iter().rev().eq(deque.iter().rev()));
            while let Some(oldest) = deque.pop_front() {
                assert_eq!(fifo.pop(), Some(oldest));
            }
            assert_eq!((fifo.pop(), fifo.front(), fifo.back()), (None, None, None));
        }
    }
}
