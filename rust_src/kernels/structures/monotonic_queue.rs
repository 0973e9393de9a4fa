//! The extrema of the newest values.

use crate::kernels::{statistics::min_max::Order, structures::chunked_queue::ChunkedQueue};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::marker::PhantomData;

/// The values of a window that are, or can still become, its extremum: those that no newer one beats, the oldest and
/// best in front. Every value enters and leaves once, so a value costs O(1) amortised; the many that one value can
/// drive out at once leave by whole chunks. Of equal values all stay, so that the one leaving the window is at the
/// front exactly if it is equal to what is there.
#[derive(Clone, Debug)]
pub struct MonotonicQueue<O> {
    candidates: ChunkedQueue<f64>,
    order: PhantomData<O>,
}

/// What follows the values of a window as they come and go; NaN does neither.
pub trait Follow: Clone + Default + Send + 'static {
    /// The newest value has come.
    fn push(&mut self, x: f64);

    /// The oldest value has gone.
    fn evict(&mut self, oldest: f64);
}

impl<O> Default for MonotonicQueue<O> {
    fn default() -> Self {
        Self { candidates: ChunkedQueue::default(), order: PhantomData }
    }
}

impl<O: Order> MonotonicQueue<O> {
    /// The extremum.
    #[inline]
    pub fn best(&self) -> Option<f64> {
        self.candidates.front().copied()
    }
}

impl<O: Order> Follow for MonotonicQueue<O> {
    #[inline]
    fn push(&mut self, x: f64) {
        self.candidates.drop_newest_while(|&candidate| O::beats(x, candidate));
        self.candidates.push(x);
    }

    #[inline]
    fn evict(&mut self, oldest: f64) {
        if self.best() == Some(oldest) {
            self.candidates.pop();
        }
    }
}

impl<A: Follow, B: Follow> Follow for (A, B) {
    #[inline]
    fn push(&mut self, x: f64) {
        self.0.push(x);
        self.1.push(x);
    }

    #[inline]
    fn evict(&mut self, oldest: f64) {
        self.0.evict(oldest);
        self.1.evict(oldest);
    }
}

/// Shorter columns are taken value by value.
const SHORTEST: usize = 64;

/// The newest values in the order of their arrival, and what follows them.
#[derive(Clone, Debug, Default)]
pub struct ExtremumWindow<F> {
    arrivals: ChunkedQueue<f64>,
    nans: usize,
    followers: F,
}

impl<F: Follow> ExtremumWindow<F> {
    /// How many values are in the window.
    #[inline]
    pub fn len(&self) -> usize {
        self.arrivals.len()
    }

    /// Whether no value is in the window.
    pub fn is_empty(&self) -> bool {
        self.arrivals.is_empty()
    }

    /// The values, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &f64> {
        self.arrivals.iter()
    }

    /// The values, the smallest first and NaN last.
    pub fn sorted(&self) -> Vec<f64> {
        let mut values: Vec<f64> = self.iter().copied().collect();
        // Stable, so that equal values (0.0 and -0.0 are) keep the order of their arrival.
        values.sort_by(|a, b| a.partial_cmp(b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan())));
        values
    }

    /// Takes the newest value in.
    #[inline]
    pub fn push(&mut self, x: f64) {
        self.arrivals.push(x);
        if x.is_nan() {
            self.nans += 1;
        } else {
            self.followers.push(x);
        }
    }

    /// Takes the oldest value out.
    #[inline]
    pub fn evict(&mut self) {
        match self.arrivals.pop() {
            Some(oldest) if oldest.is_nan() => self.nans -= 1,
            Some(oldest) => self.followers.evict(oldest),
            None => {}
        }
    }

    /// Takes the newest value in, and the oldest one out of a window that holds `size` values.
    #[inline]
    pub fn slide(&mut self, x: f64, size: u64) {
        if self.len() as u64 == size {
            self.evict();
        }
        self.push(x);
    }

    /// The values, the oldest first, if they and all of `xs` are numbers, and `xs` is long enough for the copy to pay.
    pub fn all_numbers(&self, xs: &[f64]) -> Option<Vec<f64>> {
        let long = xs.len() >= SHORTEST && xs.len() >= self.len() / 4;
        let numbers = long && self.nans == 0 && !xs.iter().any(|x| x.is_nan());
        numbers.then(|| self.iter().copied().collect())
    }

    /// Takes a column in; only the last values of a long one matter.
    pub fn slide_many(&mut self, xs: &[f64], size: u64) {
        let newest = usize::try_from(size).map_or(xs, |size| &xs[xs.len().saturating_sub(size)..]);
        if newest.len() as u64 == size {
            *self = Self::default();
        }
        newest.iter().for_each(|&x| self.slide(x, size));
    }

    /// What `of` makes of the followers; NaN where a NaN is in the window.
    #[inline]
    pub fn read(&self, of: impl FnOnce(&F) -> Option<f64>) -> Option<f64> {
        if self.nans > 0 { Some(f64::NAN) } else { of(&self.followers) }
    }
}

/// The values in the order of their arrival: the rest follows.
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
    use crate::kernels::statistics::min_max::{Largest, Smallest};

    #[test]
    fn agrees_with_a_search_through_the_window() {
        for size in [1, 2, 5, 600, 3000] {
            let mut window = ExtremumWindow::<(MonotonicQueue<Largest>, MonotonicQueue<Smallest>)>::default();
            let mut values: Vec<f64> = Vec::new();
            for i in 0..4 * size {
                // Falls, rises, stays, jumps: candidates come to fill many chunks, and are driven out at once.
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
