//! A set of small integers with fast access to neighbours.

use std::hint::select_unpredictable;

/// A hierarchical bit set of the numbers below a bound: a second set holds which of its 64-bit words are not empty, and
/// so on. A million numbers take 130 kB, which fits into a near cache where a linked list does not.
#[derive(Default)]
pub struct RankSet {
    words: Vec<u64>,
    /// Which words are not empty, if there are several.
    above: Option<Box<RankSet>>,
}

const BITS: u32 = u64::BITS;

impl RankSet {
    /// Empties the set, for numbers below `bound`.
    pub fn clear(&mut self, bound: usize) {
        let words = bound.div_ceil(BITS as usize);
        self.words.clear();
        self.words.resize(words, 0);
        let above = self.above.take().unwrap_or_default();
        self.above = (words > 1).then_some(above);
        if let Some(above) = &mut self.above {
            above.clear(words);
        }
    }

    /// Inserts a number.
    #[inline]
    pub fn insert(&mut self, number: u32) {
        let word = &mut self.words[(number / BITS) as usize];
        let before = *word;
        *word |= 1 << (number % BITS);
        if before == 0
            && let Some(above) = &mut self.above
        {
            above.insert(number / BITS);
        }
    }

    /// Removes a number.
    #[inline]
    pub fn remove(&mut self, number: u32) {
        let word = &mut self.words[(number / BITS) as usize];
        *word &= !(1 << (number % BITS));
        if *word == 0
            && let Some(above) = &mut self.above
        {
            above.remove(number / BITS);
        }
    }

    /// The number in the set that has this many smaller ones.
    pub fn select(&self, mut smaller: usize) -> Option<u32> {
        for (start, &word) in (0..).step_by(BITS as usize).zip(&self.words) {
            let here = word.count_ones() as usize;
            if smaller < here {
                let larger = (0..smaller).fold(word, |word, _| word & (word - 1));
                return Some(start + larger.trailing_zeros());
            }
            smaller -= here;
        }
        None
    }

    /// If `up`, the next larger number in the set; if `down`, the next smaller one; otherwise the number itself. With
    /// it, the next larger number after that one. A neighbour that does not exist is the number itself.
    ///
    /// The direction is unpredictable, so there is no branch on it.
    #[inline]
    pub fn step(&self, number: u32, up: bool, down: bool) -> (u32, u32) {
        let (start, bit) = (number - number % BITS, number % BITS);
        let word = self.words[(number / BITS) as usize];
        let from = u64::MAX << bit;
        let larger = word & (from << u32::from(up));
        let smaller = (word & !from).checked_ilog2().map_or(0, |bit| larger | 1 << bit);
        let here = select_unpredictable(down, smaller, larger);
        let after = here & here.wrapping_sub(1);
        if after != 0 {
            return (start + here.trailing_zeros(), start + after.trailing_zeros());
        }
        self.step_far(number, up, down)
    }

    /// [`Self::step`] where it leads to another word.
    #[cold]
    #[inline(never)]
    fn step_far(&self, number: u32, up: bool, down: bool) -> (u32, u32) {
        let neighbour = if up {
            self.next(number)
        } else if down {
            self.previous(number)
        } else {
            None
        };
        let number = neighbour.unwrap_or(number);
        (number, self.next(number).unwrap_or(number))
    }

    fn next(&self, number: u32) -> Option<u32> {
        let larger = self.words[(number / BITS) as usize] & (u64::MAX << (number % BITS) << 1);
        if larger != 0 {
            return Some(number - number % BITS + larger.trailing_zeros());
        }
        let at = self.above.as_ref()?.next(number / BITS)?;
        Some(at * BITS + self.words[at as usize].trailing_zeros())
    }

    fn previous(&self, number: u32) -> Option<u32> {
        let smaller = self.words[(number / BITS) as usize] & !(u64::MAX << (number % BITS));
        if smaller != 0 {
            return Some(number - number % BITS + smaller.ilog2());
        }
        let at = self.above.as_ref()?.previous(number / BITS)?;
        Some(at * BITS + self.words[at as usize].ilog2())
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
        for bound in [1_u32, 300_000, 2, 64, 65, 4096, 5000] {
            set.clear(bound as usize);
            let mut model = BTreeSet::new();
            for step in 0..4000 {
                let number = if step % 3 == 0 { random.u32(0..bound.min(70)) } else { random.u32(0..bound) };
                if random.bool() && model.insert(number) {
                    set.insert(number);
                } else if model.remove(&number) {
                    set.remove(number);
                }
                let rank = random.usize(0..=model.len());
                assert_eq!(set.select(rank), model.iter().nth(rank).copied(), "{bound}");
                // The number is in the set if it stays.
                let from = random.u32(0..bound);
                let stays = model.range(from..).next().or(model.last()).copied();
                let next = |number| model.range(number + 1..).next().copied().unwrap_or(number);
                let previous = model.range(..from).next_back().copied().unwrap_or(from);
                assert_eq!(set.step(from, true, false), (next(from), next(next(from))), "{bound}");
                assert_eq!(set.step(from, false, true), (previous, next(previous)), "{bound}");
                if let Some(stays) = stays {
                    assert_eq!(set.step(stays, false, false), (stays, next(stays)), "{bound}");
                }
            }
        }
    }
}
