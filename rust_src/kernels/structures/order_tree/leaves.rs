//! The leaves of an order tree.

use crate::kernels::structures::order_tree::item::Item;

/// The most items of a leaf. A search reads a whole leaf from memory and an insertion moves half of it: with twice as many
/// items both cost more than the level of inner nodes that it saves.
pub const LEAF: usize = 128;
/// The number of leaves in a slab.
const SLAB: usize = 64;

/// Slots for leaves, in slabs. The address of a leaf follows from its number, and its parent knows how many items it
/// holds, so access reads nothing but the leaf.
#[derive(Clone, Debug)]
pub struct Leaves<I> {
    slabs: Vec<Vec<I>>,
    /// The number of slots ever used.
    slots: u32,
    free: Vec<u32>,
}

impl<I> Default for Leaves<I> {
    /// With an empty leaf in slot 0.
    fn default() -> Self {
        Self { slabs: vec![Vec::new()], slots: 1, free: Vec::new() }
    }
}

/// The number of items that are counted together: those of a cache line.
const LINE: usize = 8;

/// The number of items for which `before` holds: first by whole lines, then within the next line. There is no branch to
/// mispredict, and no read waits for another, so the lines of an uncached leaf arrive together.
#[inline]
pub fn position<I: Item>(leaf: &[I], before: impl Fn(I::Key) -> bool) -> usize {
    let lines = leaf.chunks_exact(LINE);
    let whole = LINE * lines.map(|line| usize::from(before(line[LINE - 1].key()))).sum::<usize>();
    let next = leaf[whole..].iter().take(LINE - 1);
    whole + next.map(|item| usize::from(before(item.key()))).sum::<usize>()
}

impl<I: Item> Leaves<I> {
    /// The items of a leaf that holds `count` of them.
    #[inline]
    pub fn get(&self, leaf: u32, count: usize) -> &[I] {
        let start = leaf as usize % SLAB * LEAF;
        &self.slabs[leaf as usize / SLAB][start..start + count]
    }

    /// The same, mutable; keys must not change.
    #[inline]
    pub fn get_mut(&mut self, leaf: u32, count: usize) -> &mut [I] {
        let start = leaf as usize % SLAB * LEAF;
        &mut self.slabs[leaf as usize / SLAB][start..start + count]
    }

    /// Inserts an item at an index. A full leaf is split; returns the new right-hand leaf and its number of items.
    #[inline]
    pub fn insert(&mut self, leaf: u32, count: usize, at: usize, item: I) -> Option<(u32, usize)> {
        if count < LEAF {
            // A tree of one leaf takes only as much memory as its items need.
            if leaf == 0 && self.slabs[0].len() == count {
                self.slabs[0].push(item);
            }
            let items = self.get_mut(leaf, count + 1);
            items.copy_within(at..count, at + 1);
            items[at] = item;
            return None;
        }
        // Growth at one end, as with ascending or descending data, fills leaves completely.
        let cut = if at == LEAF || at == 0 { at } else { LEAF / 2 };
        let right = self.take(item);
        if at == 0 {
            // All items move to the right-hand leaf, and the new one stays alone.
            self.append(right, 0, leaf, LEAF);
            self.get_mut(leaf, 1)[0] = item;
            return Some((right, LEAF));
        }
        let mut moved = self.get(leaf, LEAF)[cut..].to_vec();
        if at > cut || cut == LEAF {
            moved.insert(at - cut, item);
        } else {
            let items = self.get_mut(leaf, cut + 1);
            items.copy_within(at..cut, at + 1);
            items[at] = item;
        }
        self.get_mut(right, moved.len()).copy_from_slice(&moved);
        Some((right, moved.len()))
    }

    /// Removes the item at an index, if it has the key.
    #[inline]
    pub fn remove(&mut self, leaf: u32, count: usize, at: usize, key: I::Key) -> Option<I> {
        let items = self.get_mut(leaf, count);
        let item = *items.get(at)?;
        if item.key() != key {
            return None;
        }
        items.copy_within(at + 1.., at);
        Some(item)
    }

    /// Removes the item at index `from`, if it has the key, and inserts another at index `to`, counted before the removal.
    /// Only the items between them move.
    #[inline]
    pub fn replace(&mut self, leaf: u32, count: usize, from: usize, key: I::Key, to: usize, item: I) -> Option<I> {
        let items = self.get_mut(leaf, count);
        let removed = *items.get(from)?;
        if removed.key() != key {
            return None;
        }
        if from < to {
            items.copy_within(from + 1..to, from);
            items[to - 1] = item;
        } else {
            items.copy_within(to..from, to + 1);
            items[to] = item;
        }
        Some(removed)
    }

    /// Appends the items of one leaf to those of another.
    pub fn append(&mut self, into: u32, held: usize, from: u32, moved: usize) {
        let tail = self.get(from, moved).to_vec();
        self.get_mut(into, held + moved)[held..].copy_from_slice(&tail);
    }

    /// A new leaf of these items, of which there is at least one.
    pub fn add(&mut self, items: &[I]) -> u32 {
        let leaf = self.take(items[0]);
        self.get_mut(leaf, items.len()).copy_from_slice(items);
        leaf
    }

    /// Gives a slot back.
    pub fn release(&mut self, leaf: u32) {
        self.free.push(leaf);
    }

    /// A free slot, filled with an arbitrary item.
    fn take(&mut self, item: I) -> u32 {
        if let Some(leaf) = self.free.pop() {
            return leaf;
        }
        let leaf = self.slots;
        self.slots += 1;
        let slab = leaf as usize / SLAB;
        if slab == self.slabs.len() {
            self.slabs.push(Vec::with_capacity(SLAB * LEAF));
        }
        self.slabs[slab].resize((leaf as usize % SLAB + 1) * LEAF, item);
        leaf
    }
}
