//! The newest values, in order of size.

use crate::kernels::structures::{chunked_queue::ChunkedQueue, order_statistics::OrderStatistics};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A window with access to the order statistics of its values; pushing and evicting are O(log n).
#[derive(Clone, Debug, Default)]
pub struct SortedWindow {
    arrivals: ChunkedQueue<f64>,
    ranks: OrderStatistics,
}

impl SortedWindow {
    /// How many values are in the window.
    #[inline]
    pub fn len(&self) -> usize {
        self.arrivals.len()
    }

    /// Whether no value is in the window.
    pub fn is_empty(&self) -> bool {
        self.arrivals.is_empty()
    }

    /// The values in order of size.
    #[inline]
    pub fn ranks(&self) -> &OrderStatistics {
        &self.ranks
    }

    /// Takes the newest value in.
    #[inline]
    pub fn push(&mut self, x: f64) {
        self.arrivals.push(x);
        self.ranks.insert(x);
    }

    /// Takes the oldest value out.
    #[inline]
    pub fn evict(&mut self) {
        if let Some(oldest) = self.arrivals.pop() {
            self.ranks.remove(oldest);
        }
    }

    /// The values, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &f64> {
        self.arrivals.iter()
    }

    /// A window of `arrivals`, whose numbers `sorted` holds in order of size, equal ones in the order of their arrival.
    pub fn from_sorted(arrivals: &[f64], sorted: &[f64]) -> Self {
        let mut fifo = ChunkedQueue::default();
        arrivals.iter().for_each(|&x| fifo.push(x));
        Self { arrivals: fifo, ranks: OrderStatistics::from_sorted(sorted, arrivals.len() - sorted.len()) }
    }

    /// Takes the newest value in, and the oldest one out of a window that holds `size` values.
    #[inline]
    pub fn slide(&mut self, x: f64, size: u64) {
        if self.len() as u64 == size
            && let Some(oldest) = self.arrivals.pop()
        {
            self.arrivals.push(x);
            self.ranks.replace(oldest, x);
        } else {
            self.push(x);
        }
    }

    /// The quantile at `q`: see [`OrderStatistics::quantile`].
    #[inline]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        self.ranks.quantile(q)
    }
}

/// The values in the order of their arrival: their order of size follows.
impl Serialize for SortedWindow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.arrivals.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SortedWindow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut window = Self::default();
        Vec::<f64>::deserialize(deserializer)?.into_iter().for_each(|x| window.push(x));
        Ok(window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against a plain sorted vector, on data with many equal values, at the sizes where leaves and nodes split.
    #[test]
    fn agrees_with_a_sorted_vector() {
        for size in [1, 2, 127, 128, 129, 1000, 20_000] {
            let mut window = SortedWindow::default();
            let mut values = Vec::new();
            let mut state = 1_u64;
            for i in 0..3 * size as u64 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let x = match i * 5 / (3 * size as u64) {
                    0 => i as f64,
                    1 => -(i as f64),
                    2 => (state >> 60) as f64,
                    _ => (state >> 40) as f64,
                };
                window.slide(x, size as u64);
                values.push(x);
                if i % 97 == 0 || size < 200 {
                    let mut sorted = values[values.len().saturating_sub(size)..].to_vec();
                    sorted.sort_by(f64::total_cmp);
                    assert!(sorted.iter().enumerate().all(|(rank, x)| window.ranks.sorted().select(rank) == Some(x)));
                    assert_eq!(window.ranks.sorted().rank(x), sorted.partition_point(|&other| other < x));
                    assert_eq!(window.ranks.sorted().len(), sorted.len());
                }
            }
            (0..size).for_each(|_| window.evict());
            assert!(window.is_empty() && window.ranks.sorted().is_empty() && window.quantile(0.5).is_none());
        }
    }
}
