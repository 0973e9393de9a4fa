//! Groups in the order of their last updates.

/// Indices from 0 on in a doubly linked list, least recently updated first. A sentinel, node 0 of `links`, links the
/// two ends together, so that no link is missing.
#[derive(Clone, Debug)]
pub struct Recency {
    /// The neighbours of each node: the one touched before it and the one after. Index `i` is node `i + 1`.
    links: Vec<[u32; 2]>,
}

impl Default for Recency {
    fn default() -> Self {
        Self { links: vec![[0, 0]] }
    }
}

impl Recency {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.links.len() - 1
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds the next index, as the newest.
    pub fn push(&mut self) {
        self.links.push([0, 0]);
        self.link_last(self.links.len() as u32 - 1);
    }

    /// Makes an index the newest.
    #[inline]
    pub fn touch(&mut self, index: usize) {
        let node = index as u32 + 1;
        if self.links[0][0] != node {
            self.unlink(node);
            self.link_last(node);
        }
    }

    /// The least recently updated index.
    pub fn oldest(&self) -> Option<usize> {
        (self.links[0][1] as usize).checked_sub(1)
    }

    /// All indices, least recently updated first.
    pub fn order(&self) -> impl Iterator<Item = usize> {
        let mut node = 0;
        (0..self.len()).map(move |_| {
            node = self.links[node as usize][1];
            node as usize - 1
        })
    }

    /// Removes an index; the group with the last index takes it.
    pub fn swap_remove(&mut self, index: usize) {
        let (node, last) = (index as u32 + 1, self.links.len() as u32 - 1);
        self.unlink(node);
        if node < last {
            let [before, after] = self.links[last as usize];
            self.links[node as usize] = [before, after];
            self.links[before as usize][1] = node;
            self.links[after as usize][0] = node;
        }
        self.links.pop();
    }

    fn unlink(&mut self, node: u32) {
        let [before, after] = self.links[node as usize];
        self.links[before as usize][1] = after;
        self.links[after as usize][0] = before;
    }

    fn link_last(&mut self, node: u32) {
        let newest = self.links[0][0];
        self.links[node as usize] = [newest, 0];
        self.links[newest as usize][1] = node;
        self.links[0][0] = node;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_a_list() {
        let mut random = fastrand::Rng::with_seed(2);
        let (mut recency, mut expected) = (Recency::default(), Vec::new());
        for _ in 0..5_000 {
            let len = expected.len();
            match random.u8(..4) {
                0 if len < 30 => {
                    recency.push();
                    expected.push(len);
                }
                1 if len > 0 => {
                    let index = random.usize(..len);
                    recency.swap_remove(index);
                    expected.retain(|&other| other != index);
                    expected.iter_mut().filter(|other| **other == len - 1).for_each(|other| *other = index);
                }
                _ if len > 0 => {
                    let index = random.usize(..len);
                    recency.touch(index);
                    expected.retain(|&other| other != index);
                    expected.push(index);
                }
                _ => {}
            }
            assert_eq!(recency.order().collect::<Vec<_>>(), expected);
            assert_eq!(recency.oldest(), expected.first().copied());
        }
    }
}
