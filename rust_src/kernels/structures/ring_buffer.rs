//! The newest values of a stream.

use serde::{Deserialize, Serialize, Serializer, ser::SerializeSeq};

/// The newest values, up to a number that the owner gives with each push. Memory grows with the values.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Vec<f64>")]
pub struct RingBuffer {
    values: Vec<f64>,
    /// The index of the oldest value.
    oldest: usize,
}

impl RingBuffer {
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
    pub fn oldest(&self) -> Option<f64> {
        self.values.get(self.oldest).copied()
    }

    /// Appends a value; if there are already `size`, it replaces the oldest, which is returned.
    #[inline]
    pub fn push(&mut self, x: f64, size: u64) -> Option<f64> {
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
    pub fn iter(&self) -> impl Iterator<Item = f64> {
        let (newer, older) = self.values.split_at(self.oldest);
        older.iter().chain(newer).copied()
    }
}

impl From<Vec<f64>> for RingBuffer {
    fn from(values: Vec<f64>) -> Self {
        Self { values, oldest: 0 }
    }
}

impl Serialize for RingBuffer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(self.values.len()))?;
        for value in self.iter() {
            sequence.serialize_element(&value)?;
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
                assert_eq!(buffer.iter().collect::<Vec<_>>(), kept);
                assert_eq!((buffer.oldest(), buffer.len()), (Some(kept[0]), kept.len() as u64));
            }
        }
        assert_eq!(RingBuffer::default().push(1.0, 0), None);
    }
}
