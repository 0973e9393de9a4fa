//! Weights of buckets, stored contiguously from the first bucket with a weight to the last.

use crate::kernels::numerics::validate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Weights by the index of a bucket.
#[derive(Clone, Debug, Default)]
pub struct Buckets {
    /// The index of the first weight.
    first: i32,
    /// The weights. At both ends there may be zeros, as room to grow into.
    weights: Vec<f64>,
}

impl Buckets {
    /// Adds to the weight of a bucket.
    #[inline]
    pub fn add(&mut self, index: i32, w: f64) {
        // Below the first bucket, the difference is a large number.
        match self.weights.get_mut(index.wrapping_sub(self.first) as u32 as usize) {
            Some(weight) => *weight += w,
            None => self.grow(index, w),
        }
    }

    /// Makes room for a bucket outside the present range, and for a quarter of the present number beyond it.
    #[cold]
    fn grow(&mut self, index: i32, w: f64) {
        let room = 8 + self.weights.len() / 4;
        if self.weights.is_empty() {
            self.first = index;
            self.weights = vec![w];
        } else if index < self.first {
            let first = index - room as i32;
            let mut weights = vec![0.0; (self.first - first) as usize + self.weights.len()];
            weights[(self.first - first) as usize..].copy_from_slice(&self.weights);
            weights[room] = w;
            (self.first, self.weights) = (first, weights);
        } else {
            let at = (index - self.first) as usize;
            self.weights.reserve_exact(at + 1 + room - self.weights.len());
            self.weights.resize(at + 1 + room, 0.0);
            self.weights[at] = w;
        }
    }

    /// Adds all weights of `other`.
    pub fn merge(&mut self, other: &Self) {
        let (first, weights) = other.used();
        if let [first_weight, .., last_weight] = weights {
            // Both ends first, so that there is room for all buckets between them.
            self.add(first, *first_weight);
            self.add(first + weights.len() as i32 - 1, *last_weight);
            let at = (first - self.first) as usize;
            for (weight, w) in self.weights[at + 1..].iter_mut().zip(&weights[1..weights.len() - 1]) {
                *weight += w;
            }
        } else if let [weight] = weights {
            self.add(first, *weight);
        }
    }

    /// The first index with a weight, and the weights from there to the last one.
    fn used(&self) -> (i32, &[f64]) {
        let is_used = |w: &f64| *w > 0.0;
        let start = self.weights.iter().position(is_used).unwrap_or(0);
        let end = self.weights.iter().rposition(is_used).map_or(0, |last| last + 1);
        if end == 0 { (0, &[]) } else { (self.first + start as i32, &self.weights[start..end]) }
    }

    /// The buckets that have a weight, in the order of their indexes.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (i32, f64)> + Clone {
        let (first, weights) = (self.first, &self.weights);
        weights.iter().enumerate().filter(|(_, w)| **w > 0.0).map(move |(i, w)| (first + i as i32, *w))
    }

    /// All weights.
    pub fn total(&self) -> f64 {
        self.weights.iter().sum()
    }

    /// Checks decoded weights, whose indexes are in this range.
    pub fn validate(&self, (lowest, highest): (i32, i32)) -> Result<(), &'static str> {
        let last = i64::from(self.first) + self.weights.len() as i64 - 1;
        let inside = self.weights.is_empty() || (self.first >= lowest && last <= i64::from(highest));
        validate::ensure(inside, "buckets beyond all values")?;
        validate::ensure(self.weights.iter().all(|w| (0.0..f64::INFINITY).contains(w)), "a weight out of range")?;
        let (first, weights) = self.used();
        validate::ensure(weights.len() == self.weights.len() && first == self.first, "buckets of no weight at an end")
    }
}

/// Serialised as the first index and the weights, without spare room, so that the order of updates makes no difference.
impl Serialize for Buckets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.used().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Buckets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (first, weights) = Deserialize::deserialize(deserializer)?;
        Ok(Self { first, weights })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn are_those_of_a_map() {
        let mut random = fastrand::Rng::with_seed(1);
        let (mut all, mut expected) = (Buckets::default(), BTreeMap::new());
        for round in 0..50 {
            let mut some = Buckets::default();
            for _ in 0..random.usize(..40) {
                let (index, w) = (random.i32(-10 * round - 1..100), f64::from(random.u8(1..4)));
                some.add(index, w);
                *expected.entry(index).or_insert(0.0) += w;
            }
            all.merge(&some);
            assert!(all.iter().eq(expected.iter().map(|(&index, &w)| (index, w))));
            assert_eq!(all.total(), expected.values().sum::<f64>());
        }
    }
}
