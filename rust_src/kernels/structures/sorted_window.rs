//! A window whose order statistics are known.

use crate::kernels::{
    numerics::sort_key::sort_key,
    structures::{chunked_queue::ChunkedQueue, order_statistics::OrderStatistics},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Shorter columns are processed value by value.
const SHORTEST: usize = 64;

/// The newest values in order of arrival, with access to their order statistics; pushing and evicting are O(log n).
#[derive(Clone, Debug, Default)]
pub struct SortedWindow {
    arrivals: ChunkedQueue<f64>,
    order: OrderStatistics,
}

impl SortedWindow {
    /// The number of values in the window.
    #[inline]
    pub fn len(&self) -> usize {
        self.arrivals.len()
    }

    /// Whether the window is empty.
    pub fn is_empty(&self) -> bool {
        self.arrivals.is_empty()
    }

    /// The order statistics.
    #[inline]
    pub fn order(&self) -> &OrderStatistics {
        &self.order
    }

    /// Adds the newest value.
    #[inline]
    pub fn push(&mut self, x: f64) {
        self.arrivals.push(x);
        self.order.insert(x);
    }

    /// Removes the oldest value.
    #[inline]
    pub fn evict(&mut self) {
        if let Some(oldest) = self.arrivals.pop() {
            self.order.remove(oldest);
        }
    }

    /// The values, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &f64> {
        self.arrivals.iter()
    }

    /// From the values in order of arrival and those of them that are not NaN in ascending order, equal ones in order of
    /// arrival.
    pub fn from_sorted(arrivals: &[f64], sorted: &[f64]) -> Self {
        let mut queue = ChunkedQueue::default();
        arrivals.iter().for_each(|&x| queue.push(x));
        Self { arrivals: queue, order: OrderStatistics::from_sorted(sorted, arrivals.len() - sorted.len()) }
    }

    /// Adds the newest value, and evicts the oldest if the window holds `size` values.
    #[inline]
    pub fn slide(&mut self, x: f64, size: u64) {
        if self.len() as u64 == size
            && let Some(oldest) = self.arrivals.pop()
        {
            self.arrivals.push(x);
            self.order.replace(oldest, x);
        } else {
            self.push(x);
        }
    }

    /// Adds a column; only the last `size` values matter.
    pub fn slide_many(&mut self, xs: &[f64], size: u64) {
        if !self.is_long(xs) {
            return xs.iter().for_each(|&x| self.slide(x, size));
        }
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let staying = self.len().min(size.saturating_sub(xs.len()));
        let mut arrivals: Vec<f64> = self.iter().skip(self.len() - staying).copied().collect();
        arrivals.extend_from_slice(&xs[xs.len().saturating_sub(size)..]);
        let mut sorted = arrivals.clone();
        sorted.retain(|x| !x.is_nan());
        sorted.sort_by_key(|&x| sort_key(x));
        *self = Self::from_sorted(&arrivals, &sorted);
    }

    /// Whether a column is long enough for building the window anew to be faster than pushing value by value.
    pub fn is_long(&self, xs: &[f64]) -> bool {
        xs.len() >= SHORTEST && xs.len() >= self.len() / 4
    }

    /// The quantile at `q`; see [`OrderStatistics::quantile`].
    #[inline]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        self.order.quantile(q)
    }
}

/// Serialised as the values in order of arrival; the rest follows.
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
                    assert!(sorted.iter().enumerate().all(|(rank, x)| window.order.sorted().select(rank) == Some(x)));
                    assert_eq!(window.order.sorted().rank(x), sorted.partition_point(|&other| other < x));
                    assert_eq!(window.order.sorted().len(), sorted.len());
                }
            }
            (0..size).for_each(|_| window.evict());
            assert!(window.is_empty() && window.order.sorted().is_empty() && window.quantile(0.5).is_none());
        }
    }
}
