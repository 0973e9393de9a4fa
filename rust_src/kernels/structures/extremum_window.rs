//! A window whose extremum is known.

use crate::kernels::structures::{chunked_queue::ChunkedQueue, monotonic_queue::Follow};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Shorter columns are processed value by value.
const SHORTEST: usize = 64;

/// The newest values in order of arrival, with one or two monotonic queues that follow them; NaNs are only counted.
#[derive(Clone, Debug, Default)]
pub struct ExtremumWindow<F> {
    arrivals: ChunkedQueue<f64>,
    nans: usize,
    queues: F,
}

impl<F: Follow> ExtremumWindow<F> {
    /// The number of values in the window.
    #[inline]
    pub fn len(&self) -> usize {
        self.arrivals.len()
    }

    /// Whether the window is empty.
    pub fn is_empty(&self) -> bool {
        self.arrivals.is_empty()
    }

    /// The values, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &f64> {
        self.arrivals.iter()
    }

    /// The values in ascending order, NaN last.
    pub fn sorted(&self) -> Vec<f64> {
        let mut values: Vec<f64> = self.iter().copied().collect();
        // Stable: equal values, such as 0.0 and -0.0, keep their order of arrival.
        values.sort_by(|a, b| a.partial_cmp(b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan())));
        values
    }

    /// Adds the newest value.
    #[inline]
    pub fn push(&mut self, x: f64) {
        self.arrivals.push(x);
        if x.is_nan() {
            self.nans += 1;
        } else {
            self.queues.push(x);
        }
    }

    /// Removes the oldest value.
    #[inline]
    pub fn evict(&mut self) {
        match self.arrivals.pop() {
            Some(oldest) if oldest.is_nan() => self.nans -= 1,
            Some(oldest) => self.queues.evict(oldest),
            None => {}
        }
    }

    /// Adds the newest value, and evicts the oldest if the window holds `size` values.
    #[inline]
    pub fn slide(&mut self, x: f64, size: u64) {
        if self.len() as u64 == size {
            self.evict();
        }
        self.push(x);
    }

    /// The values, oldest first, if neither they nor `xs` contain a NaN, and `xs` is long enough for the copy to pay.
    pub fn all_numbers(&self, xs: &[f64]) -> Option<Vec<f64>> {
        let long = xs.len() >= SHORTEST && xs.len() >= self.len() / 4;
        let numbers = long && self.nans == 0 && !xs.iter().any(|x| x.is_nan());
        numbers.then(|| self.iter().copied().collect())
    }

    /// Adds a column; only the last `size` values matter.
    pub fn slide_many(&mut self, xs: &[f64], size: u64) {
        let newest = usize::try_from(size).map_or(xs, |size| &xs[xs.len().saturating_sub(size)..]);
        if newest.len() as u64 == size {
            *self = Self::default();
        }
        newest.iter().for_each(|&x| self.slide(x, size));
    }

    /// The result of `of` on the queues; NaN if a NaN is in the window.
    #[inline]
    pub fn read(&self, of: impl FnOnce(&F) -> Option<f64>) -> Option<f64> {
        if self.nans > 0 { Some(f64::NAN) } else { of(&self.queues) }
    }
}

/// Serialised as the values in order of arrival; the rest follows.
impl<F> Serialize for ExtremumWindow<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.arrivals.serialize(serializer)
    }
}

impl<'de, F: Follow> Deserialize<'de> for ExtremumWindow<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut window = Self::default();
        Vec::<f64>::deserialize(deserializer)?.into_iter().for_each(|x| window.push(x));
        Ok(window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{
        numerics::order::{Largest, Smallest},
        structures::monotonic_queue::MonotonicQueue,
    };

    #[test]
    fn agrees_with_a_search_through_the_window() {
        for size in [1, 2, 5, 600, 3000] {
            let mut window = ExtremumWindow::<(MonotonicQueue<Largest>, MonotonicQueue<Smallest>)>::default();
            let mut values: Vec<f64> = Vec::new();
            for i in 0..4 * size {
                // Falls, rises, stays, jumps: candidates fill many chunks and are dropped at once.
                let x = match i * 9 / (4 * size) {
                    0 | 3 => -(i as f64),
                    1 | 4 => i as f64,
                    2 => 7.0,
                    5 => f64::INFINITY,
                    6 if i % 50 == 0 => f64::NAN,
                    _ => ((i * i) % 97) as f64 * if i % 2 == 0 { 1.0 } else { -1.0 },
                };
                window.slide(x, size as u64);
                values.push(x);
                if i % 13 == 0 || size < 10 {
                    let newest = &values[values.len().saturating_sub(size)..];
                    let poisoned = newest.iter().any(|x| x.is_nan());
                    for (best, fold) in [
                        (window.read(|f| f.0.best()), f64::max as fn(f64, f64) -> f64),
                        (window.read(|f| f.1.best()), f64::min),
                    ] {
                        let expected = if poisoned { None } else { newest.iter().copied().reduce(fold) };
                        assert_eq!(best.filter(|best| !best.is_nan()), expected);
                    }
                    assert!(window.iter().zip(newest).all(|(a, b)| a.to_bits() == b.to_bits()));
                }
            }
            (0..size).for_each(|_| window.evict());
            assert!(window.is_empty() && window.read(|f| f.0.best()).is_none() && window.nans == 0);
        }
    }
}
