//! A queue that never moves its values.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeSeq};
use std::collections::VecDeque;

/// A first-in, first-out queue in chunks: a push copies at most a directory of chunks, so there is no latency spike where a
/// flat queue would double. Memory grows and shrinks with the values.
#[derive(Clone, Debug)]
pub struct ChunkedQueue<T> {
    /// None is empty, and all but the last are full.
    chunks: VecDeque<Vec<T>>,
    /// How many chunks were dropped at the front.
    dropped_chunks: u64,
    /// The index of the oldest value in the first chunk.
    start: usize,
    len: usize,
    /// An emptied chunk for the next push that needs one.
    spare: Vec<T>,
    /// Chunks whose memory is not freed yet; every push frees one.
    to_free: Vec<Vec<T>>,
}

/// A position in a [`ChunkedQueue`] that stays valid while values are appended, and while those before it are removed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor {
    /// The number of the chunk, counted from the first one ever.
    chunk: u64,
    at: usize,
}

/// A new chunk has the size of the queue, within these bounds; 512 values of 8 bytes fill a page of memory.
const SMALLEST_CHUNK: usize = 4;
const LARGEST_CHUNK: usize = 512;

impl<T> Default for ChunkedQueue<T> {
    fn default() -> Self {
        Self { chunks: VecDeque::new(), dropped_chunks: 0, start: 0, len: 0, spare: Vec::new(), to_free: Vec::new() }
    }
}

impl<T> ChunkedQueue<T> {
    /// The number of values in the queue.
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
        self.to_free.pop();
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
        self.chunks.front()?.get(self.start)
    }

    /// The newest value.
    pub fn back(&self) -> Option<&T> {
        self.chunks.back()?.last()
    }

    /// The position of the oldest value.
    pub fn first(&self) -> Cursor {
        Cursor { chunk: self.dropped_chunks, at: self.start }
    }

    /// The position after the newest value.
    pub fn end(&self) -> Cursor {
        match self.chunks.back() {
            Some(last) => Cursor { chunk: self.dropped_chunks + self.chunks.len() as u64 - 1, at: last.len() },
            None => self.first(),
        }
    }

    /// The next position.
    #[inline]
    pub fn after(&self, cursor: Cursor) -> Cursor {
        let Cursor { chunk, at } = self.normalised(cursor);
        Cursor { chunk, at: at + 1 }
    }

    /// The previous position; there is none before the oldest value.
    #[inline]
    pub fn before(&self, cursor: Cursor) -> Cursor {
        match (cursor.at.checked_sub(1), cursor.chunk.wrapping_sub(1)) {
            (Some(at), _) => Cursor { chunk: cursor.chunk, at },
            (None, chunk) => Cursor { chunk, at: self.chunk(chunk).map_or(0, |chunk| chunk.len().saturating_sub(1)) },
        }
    }

    /// The value at a position.
    #[inline]
    pub fn at(&self, cursor: Cursor) -> Option<&T> {
        let Cursor { chunk, at } = self.normalised(cursor);
        self.chunk(chunk)?.get(at)
    }

    /// The value at a position, mutable.
    #[inline]
    pub fn at_mut(&mut self, cursor: Cursor) -> Option<&mut T> {
        let Cursor { chunk, at } = self.normalised(cursor);
        let chunk = usize::try_from(chunk.checked_sub(self.dropped_chunks)?).ok()?;
        self.chunks.get_mut(chunk)?.get_mut(at)
    }

    #[inline]
    fn chunk(&self, number: u64) -> Option<&Vec<T>> {
        self.chunks.get(usize::try_from(number.checked_sub(self.dropped_chunks)?).ok()?)
    }

    /// After the last value of a full chunk comes the first of the next chunk.
    #[inline]
    fn normalised(&self, cursor: Cursor) -> Cursor {
        match self.chunk(cursor.chunk) {
            None if cursor.chunk < self.dropped_chunks => self.first(),
            Some(chunk) if cursor.at == chunk.capacity() => Cursor { chunk: cursor.chunk + 1, at: 0 },
            _ => cursor,
        }
    }

    /// The values, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        let start = self.start;
        self.chunks.iter().enumerate().flat_map(move |(i, chunk)| chunk.iter().skip(if i == 0 { start } else { 0 }))
    }
}

impl<T: Copy> ChunkedQueue<T> {
    /// Appends the `count` oldest values to `values`, or all if there are fewer.
    pub fn copy_oldest(&self, count: usize, values: &mut Vec<T>) {
        let (mut left, mut start) = (count, self.start);
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
        let value = *first.get(self.start)?;
        self.start += 1;
        self.len -= 1;
        if self.start == first.len() {
            self.start = 0;
            self.dropped_chunks += 1;
            if let Some(mut emptied) = self.chunks.pop_front() {
                emptied.clear();
                // Chunks grow with the queue, so the larger one is worth keeping.
                if emptied.capacity() >= self.spare.capacity() {
                    self.spare = emptied;
                }
            }
        }
        Some(value)
    }
}

impl<T: Copy> ChunkedQueue<T> {
    /// Removes the newest values while `drop` holds; it must hold for all values newer than one for which it holds. Looks
    /// at the values of one chunk and at O(log n) others, however many it removes.
    #[inline]
    pub fn drop_newest_while(&mut self, drop: impl Fn(&T) -> bool) {
        let Some(last) = self.chunks.back() else { return };
        let start = if self.chunks.len() == 1 { self.start } else { 0 };
        let kept = last.len() - last.iter().skip(start).rev().take_while(|&value| drop(value)).count();
        if kept > start {
            self.truncate_last(kept);
        } else {
            self.drop_newest_chunks(drop);
        }
    }

    fn truncate_last(&mut self, kept: usize) {
        if let Some(last) = self.chunks.back_mut() {
            self.len -= last.len() - kept;
            last.truncate(kept);
        }
    }

    #[cold]
    fn drop_newest_chunks(&mut self, drop: impl Fn(&T) -> bool) {
        // Values before `self.start` are removed and may break the order, so the first chunk is tested by its oldest
        // value.
        if self.front().is_some_and(&drop) {
            self.to_free.extend(self.chunks.drain(..));
            (self.start, self.len) = (0, 0);
            return;
        }
        let (mut kept, mut end) = (1, self.chunks.len());
        while kept < end {
            let middle = kept + (end - kept) / 2;
            if self.chunks.get(middle).and_then(|chunk| chunk.first()).is_some_and(&drop) {
                end = middle;
            } else {
                kept = middle + 1;
            }
        }
        let removed = self.chunks.drain(kept..).inspect(|chunk| self.len -= chunk.len());
        self.to_free.extend(removed);
        self.drop_newest_while(drop);
    }
}

/// Serialised as a sequence, oldest first.
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
        let mut queue = Self::default();
        Vec::<T>::deserialize(deserializer)?.into_iter().for_each(|value| queue.push(value));
        Ok(queue)
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
                    let mut queue = ChunkedQueue::default();
                    (0..length).for_each(|i| queue.push(i));
                    (0..evicted).for_each(|_| _ = queue.pop());
                    queue.drop_newest_while(|&value| value >= threshold);
                    let mut expected: Vec<_> = (evicted..threshold.clamp(evicted, length)).collect();
                    assert!(queue.iter().eq(&expected) && queue.len() == expected.len());
                    for value in 0..length {
                        queue.push(value);
                        expected.push(value);
                    }
                    assert!(queue.iter().eq(&expected) && queue.len() == expected.len() && queue.to_free.is_empty());
                    for value in expected {
                        assert_eq!(queue.pop(), Some(value));
                    }
                    assert!(queue.is_empty() && queue.front().is_none());
                }
            }
        }
    }

    #[test]
    fn agrees_with_a_deque() {
        for length in [1, 3, 511, 512, 513, 2000] {
            let (mut queue, mut deque) = (ChunkedQueue::default(), VecDeque::new());
            for i in 0..5000_u64 {
                queue.push(i);
                deque.push_back(i);
                if deque.len() > length {
                    assert_eq!(queue.pop(), deque.pop_front());
                }
                assert_eq!((queue.len(), queue.front(), queue.back()), (deque.len(), deque.front(), deque.back()));
            }
            assert!(queue.iter().eq(deque.iter()) && queue.iter().rev().eq(deque.iter().rev()));
            while let Some(oldest) = deque.pop_front() {
                assert_eq!(queue.pop(), Some(oldest));
            }
            assert_eq!((queue.pop(), queue.front(), queue.back()), (None, None, None));
        }
    }
}
