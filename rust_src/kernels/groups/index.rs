//! Keys and their indices.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

/// A key of one type.
pub trait Key: Clone + Default {
    /// The borrowed form of a key, for look-ups.
    type Ref<'a>: Copy;

    /// 64 bits that are stored in the table next to the index of the key; equal keys have equal tags.
    fn tag(key: Self::Ref<'_>, hashes: &DefaultHashBuilder) -> u64;
    /// The hash of a key with this tag.
    fn hash(tag: u64, hashes: &DefaultHashBuilder) -> u64;
    /// Whether this is the key; called only if the tags are equal.
    fn is(&self, key: Self::Ref<'_>) -> bool;
    /// The owned form of a key.
    fn owned(key: Self::Ref<'_>) -> Self;
    /// The borrowed form of this key.
    fn borrowed(&self) -> Self::Ref<'_>;
}

impl Key for i64 {
    type Ref<'a> = i64;

    #[inline]
    fn tag(key: i64, _: &DefaultHashBuilder) -> u64 {
        key as u64
    }

    #[inline]
    fn hash(tag: u64, hashes: &DefaultHashBuilder) -> u64 {
        hashes.hash_one(tag)
    }

    #[inline]
    fn is(&self, _: i64) -> bool {
        true
    }

    #[inline]
    fn owned(key: i64) -> Self {
        key
    }

    #[inline]
    fn borrowed(&self) -> i64 {
        *self
    }
}

impl Key for Box<str> {
    type Ref<'a> = &'a str;

    fn tag(key: &str, hashes: &DefaultHashBuilder) -> u64 {
        hashes.hash_one(key)
    }

    fn hash(tag: u64, _: &DefaultHashBuilder) -> u64 {
        tag
    }

    fn is(&self, key: &str) -> bool {
        **self == *key
    }

    fn owned(key: &str) -> Self {
        key.into()
    }

    fn borrowed(&self) -> &str {
        self
    }
}

/// Distinct keys, numbered from 0 on without gaps. One of them may be `None`: that of observations without a key.
#[derive(Clone)]
pub struct Index<K> {
    hashes: DefaultHashBuilder,
    table: HashTable<(u64, u32)>,
    keys: Vec<K>,
    none: Option<u32>,
}

impl<K> Default for Index<K> {
    fn default() -> Self {
        Self { hashes: DefaultHashBuilder::default(), table: HashTable::new(), keys: Vec::new(), none: None }
    }
}

impl<K: Key> Index<K> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key at an index; `None` is the key of observations without one.
    #[inline]
    pub fn key(&self, index: usize) -> Option<K::Ref<'_>> {
        if self.none == Some(index as u32) { None } else { self.keys.get(index).map(K::borrowed) }
    }

    /// All keys in the order of their indices.
    pub fn keys(&self) -> impl Iterator<Item = Option<K::Ref<'_>>> {
        (0..self.len()).map(|index| self.key(index))
    }

    /// The index of a key.
    #[inline]
    pub fn find(&self, key: Option<K::Ref<'_>>) -> Option<u32> {
        let Some(key) = key else { return self.none };
        let tag = K::tag(key, &self.hashes);
        let same = |&(other, index): &(u64, u32)| other == tag && self.keys[index as usize].is(key);
        self.table.find(K::hash(tag, &self.hashes), same).map(|&(_, index)| index)
    }

    /// The index of a key; the next index if the key is new.
    #[inline]
    pub fn find_or_insert(&mut self, key: Option<K::Ref<'_>>) -> u32 {
        let next = self.keys.len() as u32;
        let Some(key) = key else {
            return *self.none.get_or_insert_with(|| {
                self.keys.push(K::default());
                next
            });
        };
        let (tag, hashes, keys) = (K::tag(key, &self.hashes), &self.hashes, &mut self.keys);
        let entry = self.table.entry(
            K::hash(tag, hashes),
            |&(other, index)| other == tag && keys[index as usize].is(key),
            |&(tag, _)| K::hash(tag, hashes),
        );
        let found = entry.or_insert_with(|| {
            keys.push(K::owned(key));
            (tag, next)
        });
        found.get().1
    }

    /// Removes the key at an index; the last key takes its index.
    pub fn swap_remove(&mut self, index: usize) {
        let last = self.keys.len() - 1;
        self.forget(index);
        if index < last {
            if self.none == Some(last as u32) {
                self.none = Some(index as u32);
            } else if let Some((slot, _)) = self.slot(last) {
                slot.1 = index as u32;
            }
        }
        self.keys.swap_remove(index);
    }

    /// Removes the keys from an index on.
    pub fn truncate(&mut self, len: usize) {
        for index in len..self.keys.len() {
            self.forget(index);
        }
        self.keys.truncate(len);
    }

    fn forget(&mut self, index: usize) {
        if self.none == Some(index as u32) {
            self.none = None;
        } else if let Some((_, hash)) = self.slot(index)
            && let Ok(entry) = self.table.find_entry(hash, |&(_, other)| other as usize == index)
        {
            entry.remove();
        }
    }

    fn slot(&mut self, index: usize) -> Option<(&mut (u64, u32), u64)> {
        let hash = K::hash(K::tag(self.keys[index].borrowed(), &self.hashes), &self.hashes);
        self.table.find_mut(hash, |&(_, other)| other as usize == index).map(|slot| (slot, hash))
    }
}

/// The largest range of integers for which there may be a direct table of indices: 8 MB.
const DIRECT: u64 = 1 << 21;

impl Index<i64> {
    /// Appends the index of each key. If the keys are close together, a direct table saves hashing.
    pub fn find_or_insert_all(&mut self, keys: &[i64], indices: &mut Vec<u32>) {
        let (Some(&least), Some(&most)) = (keys.iter().min(), keys.iter().max()) else { return };
        let span = most.abs_diff(least);
        if span >= DIRECT || span > keys.len() as u64 {
            indices.extend(keys.iter().map(|&key| self.find_or_insert(Some(key))));
            return;
        }
        let mut known = vec![u32::MAX; span as usize + 1];
        indices.extend(keys.iter().map(|&key| {
            let slot = &mut known[key.abs_diff(least) as usize];
            if *slot == u32::MAX {
                *slot = self.find_or_insert(Some(key));
            }
            *slot
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn indices_stay_without_gaps_while_keys_come_and_go() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut index = Index::<i64>::default();
        let mut expected: Vec<Option<i64>> = Vec::new();
        for _ in 0..20_000 {
            let key = Some(random.i64(-40..40)).filter(|key| *key != 39);
            match expected.iter().position(|&other| other == key) {
                Some(at) if random.bool() => {
                    index.swap_remove(at);
                    expected.swap_remove(at);
                }
                Some(at) => assert_eq!(index.find_or_insert(key), at as u32),
                None if random.u8(..) == 0 => {
                    let len = random.usize(..=expected.len());
                    index.truncate(len);
                    expected.truncate(len);
                }
                None => {
                    assert_eq!(index.find(key), None);
                    assert_eq!(index.find_or_insert(key), expected.len() as u32);
                    expected.push(key);
                }
            }
            assert_eq!(index.keys().collect::<Vec<_>>(), expected);
            assert!(expected.iter().enumerate().all(|(at, &key)| index.find(key) == Some(at as u32)));
        }
    }

    #[test]
    fn many_keys_have_the_indices_of_each() {
        for step in [1, 1 << 40] {
            let keys: Vec<i64> = (0..5_000).map(|i| (i * 37 % 100 - 50) * step).collect();
            let (mut index, mut indices) = (Index::default(), Vec::new());
            index.find_or_insert_all(&keys, &mut indices);
            assert_eq!(index.len(), 100);
            assert!(keys.iter().zip(&indices).all(|(&key, &found)| index.find(Some(key)) == Some(found)));
            assert_eq!(indices[..3], [0, 1, 2]);
        }
    }

    #[test]
    fn texts_are_told_apart() {
        let mut index = Index::<Box<str>>::default();
        let mut expected = HashMap::new();
        for number in 0..10_000 {
            let text = format!("key {}", number % 3_000);
            let next = expected.len() as u32;
            assert_eq!(index.find_or_insert(Some(&text)), *expected.entry(text).or_insert(next));
        }
        assert_eq!(index.find(Some("key")), None);
        assert_eq!(index.find_or_insert(None), 3_000);
        assert_eq!((index.key(3_000), index.key(1)), (None, Some("key 1")));
    }
}
