//! The most frequent items: counts of some of them. Whenever there are too many, the median of the counts is subtracted
//! from each. So the count of an item is too low by at most the total that was subtracted.
//!
//! D. Anderson et al., "A high-performance algorithm for identifying frequent items in data streams", IMC 2017; the
//! implementation is that of Apache's `datasketches`.

use crate::{
    Error,
    kernels::{
        numerics::validate::{self, ensure},
        sketches::{
            item::{self, Part},
            item_sketch::{ItemSketch, in_windows},
        },
    },
};
use datasketches::frequencies::{ErrorType, FrequentItemsSketch};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The items that make up a share of a stream.
#[derive(Clone, Debug)]
pub struct HeavyHitters {
    /// The share of the observations that an item must make up to be one of the most common.
    pub support: f64,
    /// The share of the observations by which an item's count may be too low.
    pub epsilon: f64,
    n: u64,
    /// What was subtracted before the sketch was read from bytes.
    subtracted: u64,
    sketch: FrequentItemsSketch<Vec<u8>>,
    /// Scratch space in which an item is encoded.
    scratch: Vec<u8>,
}

/// Items with their counts.
type Entries = Vec<(Vec<u8>, u64)>;

/// The error of a sketch of `m` slots is at most this divided by `m`.
const ERROR: f64 = 3.5;
const SMALLEST: u8 = 3;
const LARGEST: u8 = 22;

/// Apache's bytes: the length of the preamble, and what it begins with.
const PREAMBLE: usize = 32;
const EMPTY: [u8; 3] = [1, 1, 10];
const FILLED: [u8; 3] = [4, 1, 10];
const EMPTY_FLAGS: u8 = 5;

impl HeavyHitters {
    /// A sketch of the items that make up a share of `support`, with counts that are too low by at most a share of
    /// `epsilon`.
    pub fn new(support: f64, epsilon: f64) -> Result<Self, Error> {
        let support = validate::probability("support", support)?;
        let lg_size = (SMALLEST..=LARGEST).find(|&lg_size| error_of(lg_size) <= epsilon);
        let lg_size = lg_size
            .filter(|_| epsilon <= 1.0)
            .ok_or_else(|| Error::parameter("epsilon", format!("{epsilon:?}"), "between 0.000001 and 1"))?;
        Self::of(support, epsilon, lg_size)
    }

    fn of(support: f64, epsilon: f64, lg_size: u8) -> Result<Self, Error> {
        let sketch = FrequentItemsSketch::new(1 << lg_size).map_err(|error| Error::state("HeavyHitters", error))?;
        Ok(Self { support, epsilon, n: 0, subtracted: 0, sketch, scratch: Vec::new() })
    }

    /// The largest amount by which a count may be too low, as guaranteed by the sketch.
    pub fn largest_error(&self) -> u64 {
        self.subtracted + self.sketch.maximum_error()
    }

    /// How often an item was counted, at least.
    pub fn count(&self, item: &[u8]) -> u64 {
        self.sketch.lower_bound(item)
    }

    /// How often an item was seen, at least and at most.
    pub fn bounds(&self, item: &[u8]) -> (u64, u64) {
        let count = self.count(item);
        (count, (count + self.largest_error()).min(self.n))
    }

    /// How many items are counted.
    pub fn len(&self) -> usize {
        self.sketch.num_active_items()
    }

    /// Whether no item is counted.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items that may make up a share of `support`, with their counts: the most frequent first, equally frequent ones
    /// in the order of their bytes.
    pub fn most_common(&self) -> Entries {
        let (least, error) = (self.support * self.n as f64, self.largest_error());
        let mut items = self.entries();
        items.retain(|(_, count)| (count + error) as f64 >= least);
        items.sort_unstable_by(|(left, more), (right, fewer)| fewer.cmp(more).then_with(|| left.cmp(right)));
        items
    }

    /// All items that are counted, with their counts.
    pub fn entries(&self) -> Entries {
        let rows = self.sketch.frequent_items_with_threshold(ErrorType::NoFalseNegatives, 0);
        rows.into_iter().map(|row| (row.item().clone(), row.lower_bound())).collect()
    }

    /// The same with the counts that were stored.
    fn with(mut self, n: u64, subtracted: u64, entries: Entries) -> Result<Self, &'static str> {
        let distinct = entries.len();
        ensure(distinct <= self.sketch.maximum_map_capacity(), "more items than the sketch counts")?;
        ensure(validate::is_count(n) && subtracted <= n, "a count beyond 2^53")?;
        let total = entries.iter().try_fold(0_u64, |total, (_, count)| total.checked_add(*count));
        ensure(total.is_some_and(|total| total <= n), "items and their number differ")?;
        ensure(subtracted > 0 || total == Some(n), "items and their number differ")?;
        for (item, count) in entries {
            ensure(count > 0, "an item that was never seen")?;
            item::parts(&item)?;
            self.sketch.update_with_count(item, count);
        }
        ensure(self.sketch.num_active_items() == distinct, "two of its items are equal")?;
        (self.n, self.subtracted) = (n, subtracted);
        Ok(self)
    }

    /// The sketch in the bytes of Apache's library, if all items are text.
    pub fn to_datasketches(&self) -> Result<Vec<u8>, Error> {
        let lg_size = [self.sketch.lg_max_map_size(), self.sketch.lg_cur_map_size()];
        let entries = self.entries();
        if self.n == 0 {
            return Ok([&EMPTY[..], &lg_size, &[EMPTY_FLAGS, 0, 0]].concat());
        }
        let mut bytes = [&FILLED[..], &lg_size, &[0; 3]].concat();
        bytes.extend_from_slice(&(entries.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&self.n.to_le_bytes());
        bytes.extend_from_slice(&self.largest_error().to_le_bytes());
        for (_, count) in &entries {
            bytes.extend_from_slice(&count.to_le_bytes());
        }
        for (item, _) in &entries {
            match item::single(item) {
                Some(Part::Text(text)) if std::str::from_utf8(text).is_ok() => {
                    bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
                    bytes.extend_from_slice(text);
                }
                _ => return Err(Error::Export("an item is not a str, as datasketches' frequent strings must be")),
            }
        }
        Ok(bytes)
    }

    /// The sketch that these bytes of Apache's library hold.
    pub fn from_datasketches(support: f64, bytes: &[u8]) -> Result<Self, Error> {
        let support = validate::probability("support", support)?;
        let invalid = |reason: &str| Error::state("datasketches' sketch of frequent strings", reason);
        let &[_, _, _, lg_size, _, ..] = bytes else { return Err(invalid("it is cut off")) };
        if !(SMALLEST..=LARGEST).contains(&lg_size) {
            return Err(invalid("its size is out of range"));
        }
        let made = Self::of(support, error_of(lg_size).min(1.0), lg_size)?;
        if bytes.starts_with(&EMPTY) && bytes.len() == 8 {
            return Ok(made);
        }
        let (n, subtracted, entries) = strings(bytes).ok_or_else(|| invalid("it is cut off, or something else"))?;
        made.with(n, subtracted, entries).map_err(invalid)
    }
}

/// The counts in Apache's bytes, and the strings as items.
fn strings(bytes: &[u8]) -> Option<(u64, u64, Entries)> {
    fn word(bytes: &mut &[u8]) -> Option<u64> {
        let (word, rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        Some(u64::from_le_bytes(*word))
    }
    let (head, mut rest) = bytes.split_at_checked(PREAMBLE)?;
    let mut head = head.strip_prefix(&FILLED)?.get(5..)?;
    let (count, n, subtracted) = (word(&mut head)? as u32 as usize, word(&mut head)?, word(&mut head)?);
    // Each count takes 8 bytes, which must be there before memory is reserved for the counts.
    let mut counts = rest.split_off(..count.checked_mul(8)?)?;
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        let (length, after) = rest.split_first_chunk()?;
        let (text, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let mut item = Vec::new();
        Part::Text(std::str::from_utf8(text).ok()?.as_bytes()).write(&mut item);
        entries.push((item, word(&mut counts)?));
        rest = after;
    }
    rest.is_empty().then_some((n, subtracted, entries))
}

fn error_of(lg_size: u8) -> f64 {
    ERROR / f64::from(1_u32 << lg_size)
}

impl ItemSketch for HeavyHitters {
    #[inline]
    fn update_part(&mut self, part: Part<'_>) {
        self.n += 1;
        self.scratch.clear();
        part.write(&mut self.scratch);
        self.sketch.update_ref(self.scratch.as_slice());
    }

    #[inline]
    fn update_item(&mut self, item: &[u8]) {
        self.n += 1;
        self.sketch.update_ref(item);
    }

    fn n(&self) -> u64 {
        self.n
    }

    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if self.n > 0 && other.n > 0 {
            validate::same("support", self.support, other.support)?;
            validate::same("epsilon", self.epsilon, other.epsilon)?;
        }
        self.n = validate::joint_count(self.n, other.n)?;
        self.subtracted += other.subtracted;
        self.sketch.merge(&other.sketch);
        Ok(())
    }

    fn validate(&self) -> Result<(), &'static str> {
        Ok(())
    }
}

impl Serialize for HeavyHitters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = self.entries();
        entries.sort_unstable();
        let state = (self.support, self.epsilon, self.sketch.lg_max_map_size(), self.n, self.largest_error(), entries);
        state.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for HeavyHitters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (support, epsilon, lg_size, n, subtracted, entries) =
            <(f64, f64, u8, u64, u64, Entries)>::deserialize(deserializer)?;
        let made = Self::new(support, epsilon).map_err(D::Error::custom)?;
        ensure(made.sketch.lg_max_map_size() == lg_size, "another size").map_err(D::Error::custom)?;
        made.with(n, subtracted, entries).map_err(D::Error::custom)
    }
}

in_windows!(HeavyHitters);

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn item(number: i64) -> Vec<u8> {
        let mut item = Vec::new();
        Part::Int(number).write(&mut item);
        item
    }

    #[test]
    fn counts_are_within_their_bounds_whatever_was_merged_or_stored() -> Result<(), Error> {
        let mut random = fastrand::Rng::with_seed(2);
        let (mut all, mut exact) = (HeavyHitters::new(0.02, 0.02)?, BTreeMap::new());
        for part in 0..20 {
            let mut sketch = HeavyHitters::new(0.02, 0.02)?;
            for _ in 0..random.usize(..5_000) {
                let number = (1.0 / (random.f64() + 1e-9).powf(0.8)) as i64;
                sketch.update_part(Part::Int(number));
                *exact.entry(number).or_insert(0_u64) += 1;
            }
            if part % 2 == 0 {
                let (n, error, entries) = (sketch.n, sketch.largest_error(), sketch.entries());
                sketch = HeavyHitters::new(0.02, 0.02)?.with(n, error, entries).map_err(Error::Merge)?;
            }
            all.merge(&sketch)?;
            let total: u64 = exact.values().sum();
            assert_eq!(all.n, total);
            assert!(all.largest_error() as f64 <= 0.02 * total as f64);
            for (&number, &count) in &exact {
                let (low, high) = all.bounds(&item(number));
                assert!(low <= count && count <= high, "{number}: {low} {count} {high}");
                let common = all.most_common().iter().any(|(found, _)| *found == item(number));
                assert!(common || (count as f64) < 0.02 * total as f64);
            }
        }
        Ok(())
    }
}
