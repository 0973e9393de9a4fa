//! The tree itself.

use crate::kernels::structures::order_tree::{
    inner::{Child, FANOUT, Inner},
    item::Item,
    leaves::{LEAF, Leaves, position},
};

/// A B+ tree whose nodes know the number of items below each child, and their summary. Items with equal keys stay in the
/// order of insertion.
///
/// In a window of a million values most of the time is spent waiting for memory, so nodes are laid out for few cache
/// misses: leaves in slabs without headers (their lengths are the counts in their parents), inner nodes as one array for
/// each of their fields.
#[derive(Clone, Debug)]
pub struct OrderTree<I: Item> {
    pub(super) leaves: Leaves<I>,
    inners: Vec<Box<Inner<I>>>,
    free_inners: Vec<u32>,
    /// A leaf if `height` is 0, else an inner node.
    pub(super) root: u32,
    pub(super) height: usize,
    pub(super) len: usize,
}

impl<I: Item> Default for OrderTree<I> {
    fn default() -> Self {
        Self { leaves: Leaves::default(), inners: Vec::new(), free_inners: Vec::new(), root: 0, height: 0, len: 0 }
    }
}

impl<I: Item> OrderTree<I> {
    /// The number of items in the tree.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the tree is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Inserts an item after all whose key is not greater.
    pub fn insert(&mut self, item: I) {
        let split = self.insert_below(self.root, self.height, self.len, item);
        self.len += 1;
        if let Some(sibling) = split {
            let first = self.child(self.root, self.height, self.len - sibling.count);
            self.root = self.store(Inner::new(&[first, sibling]));
            self.height += 1;
        }
    }

    /// Removes the first item with the key.
    pub fn remove(&mut self, key: I::Key) -> Option<I> {
        let item = self.remove_below(self.root, self.height, self.len, key)?;
        self.len -= 1;
        while self.height > 0 && self.inner(self.root).len == 1 {
            let only = self.inner(self.root).nodes[0];
            self.free_inners.push(self.root);
            (self.root, self.height) = (only, self.height - 1);
        }
        Some(item)
    }

    /// Removes the first item with the key, and inserts another item after all whose key is not greater.
    #[inline]
    pub fn replace(&mut self, key: I::Key, item: I) -> Option<I> {
        if self.height == 0 {
            let (new, leaf) = (item.key(), self.leaves.get(self.root, self.len));
            let (from, to) = (position(leaf, |other| other < key), position(leaf, |other| other <= new));
            return self.leaves.replace(self.root, self.len, from, key, to, item);
        }
        let removed = self.remove(key);
        self.insert(item);
        removed
    }

    /// Changes the first item with the key by `f`, which must not change the key; returns whether there is one.
    pub fn change(&mut self, key: I::Key, f: impl FnOnce(&mut I)) -> bool {
        self.change_below(self.root, self.height, self.len, key, f)
    }

    /// The first item with the key.
    pub fn find(&self, key: I::Key) -> Option<&I> {
        let (mut node, mut count) = (self.root, self.len);
        for _ in 0..self.height {
            let inner = self.inner(node);
            let at = inner.position(|last| last < key);
            if at == inner.len {
                return None;
            }
            (node, count) = (inner.nodes[at], inner.counts[at]);
        }
        let leaf = self.leaves.get(node, count);
        leaf.get(position(leaf, |other| other < key)).filter(|item| item.key() == key)
    }

    /// The items in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = &I> {
        let mut nodes = vec![(self.root, self.height, self.len)];
        std::iter::from_fn(move || {
            loop {
                let (node, height, count) = nodes.pop()?;
                if height == 0 {
                    return Some(self.leaves.get(node, count).iter());
                }
                let inner = self.inner(node);
                nodes.extend((0..inner.len).rev().map(|at| (inner.nodes[at], height - 1, inner.counts[at])));
            }
        })
        .flatten()
    }

    /// The item at `rank`, counted from 0.
    pub fn select(&self, rank: usize) -> Option<&I> {
        let (leaf, at) = self.locate(rank)?;
        leaf.get(at)
    }

    /// The items at `rank` and after it; the latter is `None` at the end.
    pub fn select_pair(&self, rank: usize) -> Option<(&I, Option<&I>)> {
        let (leaf, at) = self.locate(rank)?;
        let item = leaf.get(at)?;
        Some((item, leaf.get(at + 1).or_else(|| self.select(rank + 1))))
    }

    /// The number of items with a key below `key`.
    pub fn rank(&self, key: I::Key) -> usize {
        self.lower_bound(key).0
    }

    /// The same, and the item after the one at that rank.
    pub fn rank_and_next(&self, key: I::Key) -> (usize, Option<&I>) {
        let (rank, leaf, at) = self.lower_bound(key);
        (rank, leaf.get(at + 1).or_else(|| self.select(rank + 1)))
    }

    /// The rank of the first item with a key of `key` or more, its leaf, and its index there.
    #[inline]
    fn lower_bound(&self, key: I::Key) -> (usize, &[I], usize) {
        let (mut node, mut count, mut rank) = (self.root, self.len, 0);
        for _ in 0..self.height {
            let inner = self.inner(node);
            let at = inner.position(|last| last < key);
            rank += inner.counts[..at].iter().sum::<usize>();
            if at == inner.len {
                return (rank, &[], 0);
            }
            (node, count) = (inner.nodes[at], inner.counts[at]);
        }
        let leaf = self.leaves.get(node, count);
        let at = position(leaf, |other| other < key);
        (rank + at, leaf, at)
    }

    /// The summary of all items; `None` if there is none.
    pub fn summary(&self) -> Option<I::Summary> {
        match (self.len, self.height) {
            (0, _) => None,
            (_, 0) => Some(I::summarize(self.leaves.get(self.root, self.len))),
            _ => Some(self.inner(self.root).summary()),
        }
    }

    /// The leaf that holds the item at `rank`, and its index there.
    #[inline]
    fn locate(&self, mut rank: usize) -> Option<(&[I], usize)> {
        if rank >= self.len {
            return None;
        }
        let (mut node, mut count) = (self.root, self.len);
        for _ in 0..self.height {
            let inner = self.inner(node);
            let mut at = 0;
            while rank >= inner.counts[at] {
                rank -= inner.counts[at];
                at += 1;
            }
            (node, count) = (inner.nodes[at], inner.counts[at]);
        }
        Some((self.leaves.get(node, count), rank))
    }

    /// Inserts below a node that holds `count` items; returns the new right-hand sibling if the node had to be split.
    fn insert_below(&mut self, node: u32, height: usize, count: usize, item: I) -> Option<Child<I>> {
        let key = item.key();
        if height == 0 {
            let at = position(self.leaves.get(node, count), |other| other <= key);
            let right = self.leaves.insert(node, count, at, item)?;
            return Some(self.child(right.0, 0, right.1));
        }
        let inner = self.inner(node);
        let at = inner.position(|last| last <= key).min(inner.len - 1);
        let (below, held) = (inner.nodes[at], inner.counts[at]);
        let Some(sibling) = self.insert_below(below, height - 1, held, item) else {
            let inner = self.inner_mut(node);
            inner.counts[at] += 1;
            if key > inner.lasts[at] {
                inner.lasts[at] = key;
            }
            self.summarize_again(node, at, height);
            return None;
        };
        let left = self.child(below, height - 1, held + 1 - sibling.count);
        let inner = self.inner_mut(node);
        inner.set(at, left);
        inner.insert(at + 1, sibling);
        if inner.len <= FANOUT {
            return None;
        }
        // Growth at the end, as with ascending data, fills nodes completely.
        let cut = if at + 2 == inner.len { FANOUT } else { FANOUT / 2 };
        let right = inner.split_off(cut);
        let moved = right.counts[..right.len].iter().sum();
        let right = self.store(right);
        Some(self.child(right, height, moved))
    }

    fn change_below(&mut self, node: u32, height: usize, count: usize, key: I::Key, f: impl FnOnce(&mut I)) -> bool {
        if height == 0 {
            let leaf = self.leaves.get_mut(node, count);
            let at = position(leaf, |other| other < key);
            return leaf.get_mut(at).filter(|item| item.key() == key).map(f).is_some();
        }
        let inner = self.inner(node);
        let at = inner.position(|last| last < key);
        if at == inner.len {
            return false;
        }
        let changed = self.change_below(inner.nodes[at], height - 1, inner.counts[at], key, f);
        if changed {
            self.summarize_again(node, at, height);
        }
        changed
    }

    fn remove_below(&mut self, node: u32, height: usize, count: usize, key: I::Key) -> Option<I> {
        if height == 0 {
            let at = position(self.leaves.get(node, count), |other| other < key);
            return self.leaves.remove(node, count, at, key);
        }
        let inner = self.inner(node);
        let at = inner.position(|last| last < key);
        if at == inner.len {
            return None;
        }
        let (below, held) = (inner.nodes[at], inner.counts[at]);
        let item = self.remove_below(below, height - 1, held, key)?;
        let inner = self.inner_mut(node);
        inner.counts[at] -= 1;
        if held == 1 {
            inner.remove(at);
            self.release(below, height - 1);
        } else if !self.join(node, at, height) {
            if key == self.inner(node).lasts[at] {
                self.inner_mut(node).lasts[at] = self.last(below, height - 1, held - 1);
            }
            self.summarize_again(node, at, height);
        }
        Some(item)
    }

    /// Joins a child that has become small with a sibling, if that leaves room for growth; returns whether it did.
    fn join(&mut self, node: u32, at: usize, height: usize) -> bool {
        let capacity = if height == 1 { LEAF } else { FANOUT };
        let entries = |at: usize| match height {
            1 => self.inner(node).counts[at],
            _ => self.inner(self.inner(node).nodes[at]).len,
        };
        let len = entries(at);
        if len > capacity / 2 {
            return false;
        }
        let fits = |other: usize| len + entries(other) <= capacity * 3 / 4;
        let left = if at > 0 && fits(at - 1) {
            at - 1
        } else if at + 1 < self.inner(node).len && fits(at + 1) {
            at
        } else {
            return false;
        };
        let inner = self.inner_mut(node);
        let (into, from) = (inner.nodes[left], inner.nodes[left + 1]);
        let (held, moved) = (inner.counts[left], inner.counts[left + 1]);
        inner.remove(left + 1);
        if height == 1 {
            self.leaves.append(into, held, from, moved);
        } else {
            let children = self.inner(from).clone();
            self.inner_mut(into).append(&children);
        }
        self.release(from, height - 1);
        let joined = self.child(into, height - 1, held + moved);
        self.inner_mut(node).set(left, joined);
        true
    }

    /// What a parent knows of a node that holds `count` items, not 0.
    pub(super) fn child(&self, node: u32, height: usize, count: usize) -> Child<I> {
        let summary = match height {
            0 => I::summarize(self.leaves.get(node, count)),
            _ => self.inner(node).summary(),
        };
        Child { last: self.last(node, height, count), count, node, summary }
    }

    fn last(&self, node: u32, height: usize, count: usize) -> I::Key {
        match height {
            0 => self.leaves.get(node, count)[count - 1].key(),
            _ => self.inner(node).lasts[self.inner(node).len - 1],
        }
    }

    /// Updates the summary of a child.
    #[inline]
    fn summarize_again(&mut self, node: u32, at: usize, height: usize) {
        if size_of::<I::Summary>() > 0 {
            let inner = self.inner(node);
            let summary = self.child(inner.nodes[at], height - 1, inner.counts[at]).summary;
            self.inner_mut(node).summaries[at] = summary;
        }
    }

    #[inline]
    fn inner(&self, node: u32) -> &Inner<I> {
        &self.inners[node as usize]
    }

    #[inline]
    fn inner_mut(&mut self, node: u32) -> &mut Inner<I> {
        &mut self.inners[node as usize]
    }

    pub(super) fn store(&mut self, inner: Inner<I>) -> u32 {
        match self.free_inners.pop() {
            Some(node) => {
                *self.inner_mut(node) = inner;
                node
            }
            None => {
                self.inners.push(Box::new(inner));
                (self.inners.len() - 1) as u32
            }
        }
    }

    fn release(&mut self, node: u32, height: usize) {
        match height {
            0 => self.leaves.release(node),
            _ => self.free_inners.push(node),
        }
    }
}
