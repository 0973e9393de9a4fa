//! A set of small integers with fast access to neighbours.

/// A bit set of the numbers below a bound, with levels above it: one bit for each word of 64 bits that is not empty, and
/// so on. A million numbers take 130 kB, which fits into a near cache where a linked list does not.
#[derive(Default)]
pub struct RankSet {
    levels: Vec<Vec<u64>>,
}

const BITS: usize = u64::BITS as usize;

impl RankSet {
    /// Empties the set, for numbers below `bound`.
    pub fn clear(&mut self, bound: usize) {
        let (mut depth, mut words) = (0, bound);
        while depth == 0 || words > 1 {
            words = words.div_ceil(BITS);
            if self.levels.len() == depth {
                self.levels.push(Vec::new());
            }
            self.levels[depth].clear();
            self.levels[depth].resize(words, 0);
            depth += 1;
        }
        self.levels.truncate(depth);
    }

    /// Inserts a number.
    #[inline]
    pub fn insert(&mut self, number: u32) {
        let mut at = number as usize;
        for level in &mut self.levels {
            let word = &mut level[at / BITS];
            let before = *word;
            *word |= 1 << (at % BITS);
            if before != 0 {
                break;
            }
            at /= BITS;
        }
    }

    /// Removes a number.
    #[inline]
    pub fn remove(&mut self, number: u32) {
        let mut at = number as usize;
        for level in &mut self.levels {
            let word = &mut level[at / BITS];
            *word &= !(1 << (at % BITS));
            if *word != 0 {
                break;
            }
            at /= BITS;
        }
    }

    /// The next larger number in the set; the number itself if there is none.
    #[inline]
    pub fn next(&self, number: u32) -> u32 {
        let at = number as usize;
        let above = self.levels[0][at / BITS] & (u64::MAX << (at % BITS) << 1);
        if above != 0 {
            return (at - at % BITS) as u32 + above.trailing_zeros();
        }
        match self.levels[0].get(at / BITS + 1) {
            Some(&word) if word != 0 => (at - at % BITS + BITS) as u32 + word.trailing_zeros(),
            _ => self.search::<true>(number),
        }
    }

    /// The next smaller number in the set; the number itself if there is none.
    #[inline]
    pub fn previous(&self, number: u32) -> u32 {
        let at = number as usize;
        let below = self.levels[0][at / BITS] & ((1 << (at % BITS)) - 1);
        if below != 0 {
            return (at - at % BITS) as u32 + below.ilog2();
        }
        match (at / BITS).checked_sub(1).map(|before| self.levels[0][before]) {
            Some(word) if word != 0 => (at - at % BITS - BITS) as u32 + word.ilog2(),
            _ => self.search::<false>(number),
        }
    }

    /// The smallest number in the set; 0 if there is none.
    pub fn first(&self) -> u32 {
        if self.levels.first().is_some_and(|words| words[0] & 1 == 1) { 0 } else { self.next(0) }
    }

    /// Goes up to a level with a neighbour, and down again to its first or last number.
    #[inline(never)]
    fn search<const UP: bool>(&self, number: u32) -> u32 {
        let mut at = number as usize;
        for (height, level) in self.levels.iter().enumerate() {
            let mask = if UP { u64::MAX << (at % BITS) << 1 } else { (1 << (at % BITS)) - 1 };
            let near = level[at / BITS] & mask;
            if near != 0 {
                let nearest = |word: u64| (if UP { word.trailing_zeros() } else { word.ilog2() }) as usize;
                at = at - at % BITS + nearest(near);
                for level in self.levels[..height].iter().rev() {
                    at = at * BITS + nearest(level[at]);
                }
                return at as u32;
            }
            at /= BITS;
        }
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn finds_the_neighbours_that_an_ordered_set_has() {
        let mut random = fastrand::Rng::with_seed(9);
        let mut set = RankSet::default();
        for bound in [1_u32, 2, 64, 65, 4096, 5000, 300_000] {
            set.clear(bound as usize);
            let mut model = BTreeSet::new();
            for step in 0..4000 {
                let number = if step % 3 == 0 { random.u32(0..bound.min(70)) } else { random.u32(0..bound) };
                if random.bool() && model.insert(number) {
                    set.insert(number);
                } else if model.remove(&number) {
                    set.remove(number);
                }
                let from = random.u32(0..bound);
                assert_eq!(set.next(from), model.range(from + 1..).next().copied().unwrap_or(from), "{bound}");
                assert_eq!(set.previous(from), model.range(..from).next_back().copied().unwrap_or(from));
                assert_eq!(set.first(), model.first().copied().unwrap_or(0));
            }
        }
    }
}
