//! A sorted sequence with O(log n) insertion, removal and access by rank.

use std::fmt::Debug;

/// What an [`OrderTree`] holds.
pub trait Item: Copy + Debug {
    /// What items are sorted by. Keys that are unordered, such as NaN, must not be inserted.
    type Key: Copy + Debug + PartialOrd;
    /// What is known of a run of items; `()` where nothing is asked.
    type Summary: Copy + Debug;

    /// The item's key.
    fn key(&self) -> Self::Key;

    /// The summary of a run of items.
    fn summarize(run: &[Self]) -> Self::Summary;

    /// The summary of two neighbouring runs.
    fn combine(left: Self::Summary, right: Self::Summary) -> Self::Summary;
}

impl Item for f64 {
    type Key = f64;
    type Summary = ();

    #[inline]
    fn key(&self) -> f64 {
        *self
    }

    #[inline]
    fn summarize(_: &[f64]) {}

    #[inline]
    fn combine(_: (), _: ()) {}
}

/// Items of a leaf: two or three cache lines of keys are moved at an insertion, and few leaves are visited.
const LEAF: usize = 128;
/// Children of an inner node.
const FANOUT: usize = 32;

/// A B+ tree whose nodes know how many items are below each child, and their summary. Items with equal keys stay in
/// the order in which they were inserted.
#[derive(Clone, Debug)]
pub struct OrderTree<I: Item> {
    leaves: Vec<Vec<I>>,
    inners: Vec<Vec<Child<I>>>,
    free_leaves: Vec<usize>,
    free_inners: Vec<usize>,
    /// A leaf where `height` is 0, else an inner node.
    root: usize,
    height: usize,
    len: usize,
}

#[derive(Clone, Debug)]
struct Child<I: Item> {
    last: I::Key,
    count: usize,
    node: usize,
    summary: I::Summary,
}

/// How many items of a sorted leaf are before a place. Counting them all takes as many instructions as a binary search
/// has misses: the reads depend on nothing, so a leaf that is not in the cache arrives at once.
#[inline]
fn place<I: Item>(leaf: &[I], before: impl Fn(I::Key) -> bool) -> usize {
    leaf.iter().map(|item| u64::from(before(item.key()))).sum::<u64>() as usize
}

impl<I: Item> Default for OrderTree<I> {
    fn default() -> Self {
        Self {
            leaves: vec![Vec::new()],
            inners: Vec::new(),
            free_leaves: Vec::new(),
            free_inners: Vec::new(),
            root: 0,
            height: 0,
            len: 0,
        }
    }
}

impl<I: Item> OrderTree<I> {
    /// How many items are in the tree.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the tree is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Inserts an item behind all whose key is not greater.
    pub fn insert(&mut self, item: I) {
        self.len += 1;
        if let Some(sibling) = self.insert_below(self.root, self.height, item) {
            let first = self.child(self.root, self.height);
            self.root = Self::store(&mut self.inners, &mut self.free_inners, vec![first, sibling]);
            self.height += 1;
        }
    }

    /// Removes the first item with the key.
    pub fn remove(&mut self, key: I::Key) -> Option<I> {
        let item = self.remove_below(self.root, self.height, key)?;
        self.len -= 1;
        while self.height > 0 && self.inners[self.root].len() == 1 {
            let only = self.inners[self.root][0].node;
            self.inners[self.root].clear();
            self.free_inners.push(self.root);
            (self.root, self.height) = (only, self.height - 1);
        }
        Some(item)
    }

    /// The item at `rank`, counted from 0 in the order of keys.
    pub fn select(&self, rank: usize) -> Option<&I> {
        let (leaf, rank) = self.locate(rank)?;
        self.leaves[leaf].get(rank)
    }

    /// The items at `rank` and behind it, the latter `None` at the end.
    pub fn select_pair(&self, rank: usize) -> Option<(&I, Option<&I>)> {
        let (leaf, at) = self.locate(rank)?;
        let leaf = &self.leaves[leaf];
        let item = leaf.get(at)?;
        Some((item, leaf.get(at + 1).or_else(|| self.select(rank + 1))))
    }

    /// How many items have a key below `key`.
    pub fn rank(&self, key: I::Key) -> usize {
        let (mut node, mut rank) = (self.root, 0);
        for _ in 0..self.height {
            let children = &self.inners[node];
            let at = children.partition_point(|child| child.last < key);
            rank += children[..at].iter().map(|child| child.count).sum::<usize>();
            match children.get(at) {
                Some(child) => node = child.node,
                None => return rank,
            }
        }
        rank + place(&self.leaves[node], |other| other < key)
    }

    /// The summary of all items; `None` where there are none.
    pub fn summary(&self) -> Option<I::Summary> {
        match (self.len, self.height) {
            (0, _) => None,
            (_, 0) => Some(I::summarize(&self.leaves[self.root])),
            _ => self.inners[self.root].iter().map(|child| child.summary).reduce(I::combine),
        }
    }

    /// The leaf that holds the item at `rank`, and its place there.
    #[inline]
    fn locate(&self, mut rank: usize) -> Option<(usize, usize)> {
        if rank >= self.len {
            return None;
        }
        let mut node = self.root;
        for _ in 0..self.height {
            for child in &self.inners[node] {
                if rank < child.count {
                    node = child.node;
                    break;
                }
                rank -= child.count;
            }
        }
        Some((node, rank))
    }

    /// Inserts below a node; the new right-hand neighbour, if the node had to be split.
    fn insert_below(&mut self, node: usize, height: usize, item: I) -> Option<Child<I>> {
        let key = item.key();
        if height == 0 {
            let leaf = &mut self.leaves[node];
            let at = place(leaf, |other| other <= key);
            if leaf.len() < LEAF {
                leaf.insert(at, item);
                return None;
            }
            // Growth at one end, as with rising or falling data, leaves full leaves behind it.
            let cut = if at == LEAF || at == 0 { at } else { LEAF / 2 };
            let mut right = Vec::with_capacity(LEAF);
            right.extend(leaf.drain(cut..));
            if at <= cut && cut < LEAF {
                leaf.insert(at, item)
            } else {
                right.insert(at - cut, item)
            }
            let right = Self::store(&mut self.leaves, &mut self.free_leaves, right);
            return Some(self.child(right, 0));
        }
        let children = &self.inners[node];
        let at = children.partition_point(|child| child.last <= key).min(children.len() - 1);
        let below = children[at].node;
        let split = self.insert_below(below, height - 1, item);
        let Some(sibling) = split else {
            let child = &mut self.inners[node][at];
            child.count += 1;
            if key > child.last {
                child.last = key;
            }
            self.summarize_again(node, at, height);
            return None;
        };
        self.inners[node][at] = self.child(below, height - 1);
        let children = &mut self.inners[node];
        children.insert(at + 1, sibling);
        if children.len() <= FANOUT {
            return None;
        }
        let cut = if at + 2 == children.len() { FANOUT } else { FANOUT / 2 };
        let right = children.split_off(cut);
        let right = Self::store(&mut self.inners, &mut self.free_inners, right);
        Some(self.child(right, height))
    }

    fn remove_below(&mut self, node: usize, height: usize, key: I::Key) -> Option<I> {
        if height == 0 {
            let leaf = &mut self.leaves[node];
            let at = place(leaf, |other| other < key);
            return leaf.get(at).is_some_and(|item| item.key() == key).then(|| leaf.remove(at));
        }
        let at = self.inners[node].partition_point(|child| child.last < key);
        let below = self.inners[node].get(at)?.node;
        let item = self.remove_below(below, height - 1, key)?;
        let child = &mut self.inners[node][at];
        child.count -= 1;
        if child.count == 0 {
            self.inners[node].remove(at);
            self.release(below, height - 1);
        } else if !self.join(node, at, height) {
            if key == self.inners[node][at].last {
                self.inners[node][at].last = self.last(below, height - 1);
            }
            self.summarize_again(node, at, height);
        }
        Some(item)
    }

    /// Joins a child that has become small with a neighbour, if the two leave room for growth; whether it did.
    fn join(&mut self, node: usize, at: usize, height: usize) -> bool {
        let (capacity, len) =
            if height == 1 { (LEAF, self.entries(node, at, 1)) } else { (FANOUT, self.entries(node, at, height)) };
        if len > capacity / 2 {
            return false;
        }
        let count = self.inners[node].len();
        let fits = |other: usize| len + self.entries(node, other, height) <= capacity * 3 / 4;
        let left = if at > 0 && fits(at - 1) {
            at - 1
        } else if at + 1 < count && fits(at + 1) {
            at
        } else {
            return false;
        };
        let (into, from) = (self.inners[node][left].node, self.inners[node][left + 1].node);
        if height == 1 {
            let moved = std::mem::take(&mut self.leaves[from]);
            self.leaves[into].extend(moved);
        } else {
            let moved = std::mem::take(&mut self.inners[from]);
            self.inners[into].extend(moved);
        }
        self.inners[node].remove(left + 1);
        self.release(from, height - 1);
        self.inners[node][left] = self.child(into, height - 1);
        true
    }

    fn entries(&self, node: usize, at: usize, height: usize) -> usize {
        let below = self.inners[node][at].node;
        if height == 1 { self.leaves[below].len() } else { self.inners[below].len() }
    }

    /// A node as its parent knows it. The node is not empty.
    fn child(&self, node: usize, height: usize) -> Child<I> {
        let (count, summary) = if height == 0 {
            (self.leaves[node].len(), I::summarize(&self.leaves[node]))
        } else {
            let children = &self.inners[node];
            let rest = children[1..].iter().map(|child| child.summary);
            (children.iter().map(|child| child.count).sum(), rest.fold(children[0].summary, I::combine))
        };
        Child { last: self.last(node, height), count, node, summary }
    }

    fn last(&self, node: usize, height: usize) -> I::Key {
        if height == 0 {
            self.leaves[node][self.leaves[node].len() - 1].key()
        } else {
            self.inners[node][self.inners[node].len() - 1].last
        }
    }

    /// Brings the summary of a child up to date.
    #[inline]
    fn summarize_again(&mut self, node: usize, at: usize, height: usize) {
        if size_of::<I::Summary>() > 0 {
            self.inners[node][at].summary = self.child(self.inners[node][at].node, height - 1).summary;
        }
    }

    fn store<N>(nodes: &mut Vec<N>, free: &mut Vec<usize>, node: N) -> usize {
        match free.pop() {
            Some(index) => {
                nodes[index] = node;
                index
            }
            None => {
                nodes.push(node);
                nodes.len() - 1
            }
        }
    }

    fn release(&mut self, node: usize, height: usize) {
        if height == 0 {
            self.leaves[node] = Vec::new();
            self.free_leaves.push(node);
        } else {
            self.inners[node] = Vec::new();
            self.free_inners.push(node);
        }
    }
}
