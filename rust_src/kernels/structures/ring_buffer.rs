//! The newest values of a stream.

use serde::{Deserialize, Serialize, Serializer, ser::SerializeSeq};

/// The newest values, up to a number that the owner gives with each push. Memory grows with the values.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Vec<T>")]
pub struct RingBuffer<T> {
    values: Vec<T>,
    /// The index of the oldest value.
    oldest: usize,
}

impl<T> RingBuffer<T> {
    /// The number of values.
    #[inline]
    pub fn len(&self) -> u64 {
        self.values.len() as u64
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The oldest value.
    #[inline]
    pub fn oldest(&self) -> Option<&T> {
        self.values.get(self.oldest)
    }

    /// Appends a value; if there are already `size`, it replaces the oldest, which is returned.
    #[inline]
    pub fn push(&mut self, x: T, size: u64) -> Option<T> {
        if self.len() < size {
            self.values.push(x);
            return None;
        }
        let evicted = std::mem::replace(self.values.get_mut(self.oldest)?, x);
        self.oldest += 1;
        if self.oldest == self.values.len() {
            self.oldest = 0;
        }
        Some(evicted)
    }

    /// The values, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        let (newer, older) = self.values.split_at(self.oldest);
        older.iter().chain(newer)
    }

    /// The values, in no order.
    pub fn into_values(self) -> Vec<T> {
        self.values
    }
}

impl<T> Default for RingBuffer<T> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl<T> From<Vec<T>> for RingBuffer<T> {
    fn from(values: Vec<T>) -> Self {
        Self { values, oldest: 0 }
    }
}

impl<T: Serialize> Serialize for RingBuffer<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(self.values.len()))?;
        for value in self.iter() {
            sequence.serialize_element(value)?;
        }
        sequence.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_newest_in_order() {
        for size in [1, 2, 5] {
            let mut buffer = RingBuffer::default();
            for i in 0..12_u64 {
                let evicted = buffer.push(i as f64, size);
                assert_eq!(evicted, i.checked_sub(size).map(|evicted| evicted as f64));
                let kept: Vec<_> = ((i + 1).saturating_sub(size)..=i).map(|value| value as f64).collect();
                assert_eq!(buffer.iter().copied().collect::<Vec<_>>(), kept);
                assert_eq!((buffer.oldest(), buffer.len()), (Some(&kept[0]), kept.len() as u64));
            }
        }
        assert_eq!(RingBuffer::default().push(1.0, 0), None);
    }
}
