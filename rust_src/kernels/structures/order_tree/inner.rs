//! The inner nodes of an order tree.

use crate::kernels::structures::order_tree::item::Item;

/// Children of an inner node.
pub const FANOUT: usize = 32;

/// What a parent knows of a child.
#[derive(Clone, Copy, Debug)]
pub struct Child<I: Item> {
    /// The key of the last item below the child.
    pub last: I::Key,
    /// The number of items below the child.
    pub count: usize,
    pub node: u32,
    pub summary: I::Summary,
}

/// A node above others: one array for each field of its children, with room for one child more than it may keep.
#[derive(Clone, Debug)]
pub struct Inner<I: Item> {
    pub len: usize,
    /// The key of the last item below each child.
    pub lasts: [I::Key; FANOUT + 1],
    pub counts: [usize; FANOUT + 1],
    pub nodes: [u32; FANOUT + 1],
    pub summaries: [I::Summary; FANOUT + 1],
}

impl<I: Item> Inner<I> {
    /// A node with these children, at least one.
    pub fn new(children: &[Child<I>]) -> Self {
        let mut inner = Self::filled_with(&children[0]);
        children.iter().enumerate().for_each(|(at, child)| inner.set(at, *child));
        inner.len = children.len();
        inner
    }

    fn filled_with(child: &Child<I>) -> Self {
        Self {
            len: 0,
            lasts: [child.last; FANOUT + 1],
            counts: [child.count; FANOUT + 1],
            nodes: [child.node; FANOUT + 1],
            summaries: [child.summary; FANOUT + 1],
        }
    }

    /// The number of children for whose last key `before` holds.
    #[inline]
    pub fn position(&self, before: impl Fn(I::Key) -> bool) -> usize {
        self.lasts[..self.len].iter().map(|&last| u64::from(before(last))).sum::<u64>() as usize
    }

    pub fn set(&mut self, at: usize, child: Child<I>) {
        self.lasts[at] = child.last;
        self.counts[at] = child.count;
        self.nodes[at] = child.node;
        self.summaries[at] = child.summary;
    }

    pub fn insert(&mut self, at: usize, child: Child<I>) {
        self.shift(at..self.len, at + 1);
        self.len += 1;
        self.set(at, child);
    }

    pub fn remove(&mut self, at: usize) {
        self.shift(at + 1..self.len, at);
        self.len -= 1;
    }

    /// Moves the children from `cut` on to a new node.
    pub fn split_off(&mut self, cut: usize) -> Self {
        let mut right = self.clone();
        right.shift(cut..self.len, 0);
        right.len = self.len - cut;
        self.len = cut;
        right
    }

    /// Appends the children of another node, for which there is room.
    pub fn append(&mut self, other: &Self) {
        let end = self.len + other.len;
        self.lasts[self.len..end].copy_from_slice(&other.lasts[..other.len]);
        self.counts[self.len..end].copy_from_slice(&other.counts[..other.len]);
        self.nodes[self.len..end].copy_from_slice(&other.nodes[..other.len]);
        self.summaries[self.len..end].copy_from_slice(&other.summaries[..other.len]);
        self.len = end;
    }

    /// The summary of all items below.
    pub fn summary(&self) -> I::Summary {
        self.summaries[1..self.len].iter().copied().fold(self.summaries[0], I::combine)
    }

    fn shift(&mut self, from: std::ops::Range<usize>, to: usize) {
        self.lasts.copy_within(from.clone(), to);
        self.counts.copy_within(from.clone(), to);
        self.nodes.copy_within(from.clone(), to);
        self.summaries.copy_within(from, to);
    }
}
