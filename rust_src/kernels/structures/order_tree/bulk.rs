//! A tree built from many items at once.

use crate::kernels::structures::order_tree::{
    inner::{Child, FANOUT, Inner},
    item::Item,
    leaves::LEAF,
    tree::OrderTree,
};

impl<I: Item> OrderTree<I> {
    /// A tree of sorted items in O(n); inserting them one by one would be O(n log n). Nodes are three quarters full, as
    /// they are on average after many insertions.
    pub fn from_sorted(items: &[I]) -> Self {
        let mut tree = Self::default();
        if items.len() <= LEAF {
            items.iter().for_each(|&item| tree.insert(item));
            return tree;
        }
        let mut level: Vec<Child<I>> = Vec::with_capacity(items.len() / LEAF * 2);
        for run in items.chunks(LEAF * 3 / 4) {
            let leaf = tree.leaves.add(run);
            level.push(tree.child(leaf, 0, run.len()));
        }
        // The leaf of an empty tree.
        tree.leaves.release(0);
        while level.len() > 1 {
            tree.height += 1;
            let mut above = Vec::with_capacity(level.len() / FANOUT * 2 + 1);
            for children in level.chunks(FANOUT * 3 / 4) {
                let node = tree.store(Inner::new(children));
                above.push(tree.child(node, tree.height, children.iter().map(|child| child.count).sum()));
            }
            level = above;
        }
        tree.len = items.len();
        tree.root = level.first().map_or(0, |child| child.node);
        tree
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behaves_as_a_tree_built_by_insertions() {
        for length in [0, 1, 2, 96, 97, 128, 3000, 100_000] {
            let items: Vec<f64> = (0..length).map(|i| f64::from(i / 2)).collect();
            let mut tree = OrderTree::from_sorted(&items);
            assert_eq!(tree.len(), items.len());
            assert!(items.iter().enumerate().step_by(7).all(|(rank, item)| tree.select(rank) == Some(item)));
            tree.insert(0.25);
            assert_eq!(tree.rank(0.25), items.len().min(2), "{length}");
            tree.insert(1e9);
            assert_eq!(tree.select(items.len() + 1), Some(&1e9));
            for item in items.iter().chain(&[0.25, 1e9]) {
                assert_eq!(tree.remove(*item).map(|removed| removed == *item), Some(true));
            }
            assert!(tree.is_empty());
        }
    }
}
