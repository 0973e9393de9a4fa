//! A queue that never moves what it holds.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeSeq};
use std::collections::VecDeque;

/// First in, first out, in chunks: no push copies more than a directory of chunks, so there is no latency spike where
/// a flat queue would double; memory follows what is stored.
#[derive(Clone, Debug)]
pub struct Fifo<T> {
    /// None of them is empty, and all but the last are full.
    chunks: VecDeque<Vec<T>>,
    /// How many values of the first chunk are gone.
    gone: usize,
    len: usize,
    /// An emptied chunk for the next push that needs one.
    spare: Vec<T>,
}

/// A chunk takes as many values as are in the queue when it is made, within these bounds; 512 values of 8 bytes fill a
/// page of memory.
const SMALLEST_CHUNK: usize = 4;
const LARGEST_CHUNK: usize = 512;

impl<T> Default for Fifo<T> {
    fn default() -> Self {
        Self { chunks: VecDeque::new(), gone: 0, len: 0, spare: Vec::new() }
    }
}

impl<T> Fifo<T> {
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

    /// The values from the oldest to the newest.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        let gone = self.gone;
        self.chunks.iter().enumerate().flat_map(move |(i, chunk)| chunk.iter().skip(if i == 0 { gone } else { 0 }))
    }
}

impl<T: Copy> Fifo<T> {
    /// Removes the oldest value.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        let first = self.chunks.front()?;
        let value = *first.get(self.gone)?;
        self.gone += 1;
        self.len -= 1;
        if self.gone == first.len() {
            self.gone = 0;
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

/// As a sequence, oldest value first.
impl<T: Serialize> Serialize for Fifo<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(self.len))?;
        for value in self.iter() {
            sequence.serialize_element(value)?;
        }
        sequence.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Fifo<T> {
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
    fn agrees_with_a_deque() {
        for length in [1, 3, 511, 512, 513, 2000] {
            let (mut fifo, mut deque) = (Fifo::default(), VecDeque::new());
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
