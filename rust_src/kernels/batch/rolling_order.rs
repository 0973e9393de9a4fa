//! Two neighbouring order statistics of every window of a column.
//!
//! J. Suomela, "Median filtering is equivalent to sorting", arXiv:1406.1717 (2014). The column is cut into blocks of
//! the window's size, each of which is sorted once. A window is the end of one block and the beginning of the next: two
//! sets of ranks, from the first of which one is removed at a step, and into the second of which one is put. In each a
//! mark follows the order statistic. The paper keeps linked lists; sets of bits need no more steps, and stay in the cache.

use crate::kernels::{
    batch::{
        radix_sort::{Keyed, key, number, sort},
        rank_set::RankSet,
    },
    structures::{order_statistics::interpolate, sorted_window::SortedWindow},
};

/// The values of a block in order of size, and which of them are in the window.
#[derive(Default)]
struct Block {
    /// In order of size, equal ones (0.0 and -0.0 are) in the order of their arrival; then a NaN.
    sorted: Vec<f64>,
    /// The rank of each value in `sorted`, in the order of their arrival.
    ranks: Vec<u32>,
    /// The ranks of the values that are in the window, and that of the NaN.
    present: RankSet,
    /// The rank of the first value in the window that is not one of the smaller ones.
    mark: u32,
    /// How many smaller ones there are.
    smaller: usize,
}

/// Where blocks are sorted.
#[derive(Default)]
struct Room {
    keys: Vec<Keyed>,
    spare: Vec<Keyed>,
}

impl Block {
    /// Sorts a block, no value of which is in the window yet.
    fn fill(&mut self, values: &[f64], room: &mut Room) {
        let Room { keys, spare } = room;
        keys.clear();
        keys.extend(values.iter().zip(0..).map(|(&x, place)| (key(x), place)));
        sort(keys, spare);
        self.ranks.resize(values.len(), 0);
        self.sorted.clear();
        for (rank, &(key, place)) in (0..).zip(&*keys) {
            self.ranks[place as usize] = rank;
            let x = number(key);
            // The key does not have the sign of a zero.
            self.sorted.push(if x == 0.0 { values[place as usize] } else { x });
        }
        self.sorted.push(f64::NAN);
        let end = values.len() as u32;
        self.present.clear(values.len() + 1);
        self.present.insert(end);
        (self.mark, self.smaller) = (end, 0);
    }

    /// Puts the mark behind the `smaller` smallest of values that are all in the window.
    fn mark_behind(&mut self, smaller: usize) {
        (self.mark, self.smaller) = (smaller as u32, smaller);
    }

    /// Removes the value that arrived at `place`. It or the largest of the smaller ones is no longer among these.
    #[inline]
    fn remove(&mut self, place: usize) {
        let rank = self.ranks[place];
        self.present.remove(rank);
        if rank >= self.mark {
            if rank == self.mark {
                self.mark = self.present.next(rank);
            }
            if self.smaller == 0 {
                return;
            }
            self.mark = self.present.previous(self.mark);
        }
        self.smaller -= 1;
    }

    /// Puts the value back that arrived at `place`. If it is one of the smaller ones, the largest of them is no longer.
    #[inline]
    fn restore(&mut self, place: usize) {
        let rank = self.ranks[place];
        self.present.insert(rank);
        if rank < self.mark {
            self.mark = self.present.previous(self.mark);
        }
    }

    /// Counts the value at the mark to the smaller ones.
    #[inline]
    fn advance(&mut self) {
        self.mark = self.present.next(self.mark);
        self.smaller += 1;
    }

    /// The value at the mark, or NaN.
    #[inline]
    fn value(&self) -> f64 {
        self.sorted[self.mark as usize]
    }

    /// The value behind the mark, or NaN.
    #[inline]
    fn value_behind(&self) -> f64 {
        self.sorted[self.present.next(self.mark) as usize]
    }

    /// The values in the window in order of size.
    fn values(&self) -> impl Iterator<Item = f64> {
        let end = self.ranks.len() as u32;
        std::iter::successors(Some(self.present.first()), |&rank| Some(self.present.next(rank)))
            .take_while(move |&rank| rank < end)
            .map(|rank| self.sorted[rank as usize])
    }
}

/// In smaller windows and shorter columns there is nothing to gain.
const SMALLEST_WINDOW: usize = 12;
const SHORTEST: usize = 64;

impl SortedWindow {
    /// Takes a column in; only the last values of a long one matter.
    pub fn slide_many(&mut self, xs: &[f64], size: u64) {
        if xs.len() < SHORTEST || xs.len() < self.len() / 4 {
            return xs.iter().for_each(|&x| self.slide(x, size));
        }
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let stays = self.len().min(size.saturating_sub(xs.len()));
        let mut arrivals: Vec<f64> = self.iter().skip(self.len() - stays).copied().collect();
        arrivals.extend_from_slice(&xs[xs.len().saturating_sub(size)..]);
        let mut sorted = arrivals.clone();
        sorted.retain(|x| !x.is_nan());
        sorted.sort_by_key(|&x| key(x));
        *self = Self::from_sorted(&arrivals, &sorted);
    }

    /// Takes a column in and writes the quantile at `q` after each value into `out`. False, and nothing done, where
    /// that is not faster than value by value, or a NaN is in the way.
    pub fn accumulate_quantiles(&mut self, xs: &[f64], size: u64, q: f64, out: &mut [f64]) -> bool {
        let Ok(size) = usize::try_from(size) else { return false };
        let size = size.min(self.len() + xs.len());
        if size < SMALLEST_WINDOW || xs.len() < SHORTEST || xs.len() < self.len() / 4 {
            return false;
        }
        let before: Vec<f64> = self.iter().copied().collect();
        if before.iter().chain(xs).any(|x| x.is_nan()) {
            return false;
        }
        let Some(sorted) = rolling_quantile(&before, xs, size, q, out) else { return false };
        let stays = before.len().min(size.saturating_sub(xs.len()));
        let arrivals = [&before[before.len() - stays..], &xs[xs.len().saturating_sub(size)..]].concat();
        *self = Self::from_sorted(&arrivals, &sorted);
        true
    }
}

/// Whether `a` comes before `b`, the newer one of equals; NaN comes last.
#[inline]
fn precedes(a: f64, b: f64) -> bool {
    a <= b || b.is_nan()
}

/// Writes, for each of `xs`, the quantile at `q` of the `size` newest values up to it into `out`; `before` are the
/// values in the window before the first, oldest first. There is no NaN among them. Returns the values that are in the
/// window at the end, in order of size.
///
/// `None`, and nothing done, where the values are too many to be counted by 32 bits.
fn rolling_quantile(before: &[f64], xs: &[f64], size: usize, q: f64, out: &mut [f64]) -> Option<Vec<f64>> {
    u32::try_from(before.len() + xs.len()).ok()?;
    let (mut leaving, mut coming, mut room) = (Block::default(), Block::default(), Room::default());
    leaving.fill(&[], &mut room);
    // While the window fills, it is the beginning of the first block.
    let (first, rest) = xs.split_at(xs.len().min(size - before.len()));
    let (out_first, out_rest) = out.split_at_mut(first.len());
    coming.fill(&[before, first].concat(), &mut room);
    for place in 0..before.len() {
        coming.restore(place);
    }
    for (place, out) in (before.len()..).zip(out_first) {
        coming.restore(place);
        let position = q * place as f64;
        while coming.smaller < position as usize {
            coming.advance();
        }
        *out = interpolate(coming.value(), Some(coming.value_behind()).filter(|x| !x.is_nan()), position.fract());
    }
    let position = q * (size as f64 - 1.0);
    let smaller = position as usize;
    for (block, out) in rest.chunks(size).zip(out_rest.chunks_mut(size)) {
        std::mem::swap(&mut leaving, &mut coming);
        leaving.mark_behind(smaller);
        coming.fill(block, &mut room);
        for (place, out) in out.iter_mut().enumerate() {
            leaving.remove(place);
            coming.restore(place);
            if leaving.smaller + coming.smaller < smaller {
                if precedes(leaving.value(), coming.value()) { leaving.advance() } else { coming.advance() }
            }
            let (left, right) = (leaving.value(), coming.value());
            let older = precedes(left, right);
            let (lower, behind, other) =
                if older { (left, leaving.value_behind(), right) } else { (right, coming.value_behind(), left) };
            let upper = if precedes(behind, other) { behind } else { other };
            *out = interpolate(lower, Some(upper).filter(|x| !x.is_nan()), position.fract());
        }
    }
    Some(merge(leaving.values(), coming.values()))
}

/// The values of two sorted sequences, of equal ones the first sequence's first.
fn merge(left: impl Iterator<Item = f64>, right: impl Iterator<Item = f64>) -> Vec<f64> {
    let (mut left, mut right) = (left.peekable(), right.peekable());
    let mut merged = Vec::new();
    while let Some(&b) = right.peek() {
        merged.extend(std::iter::from_fn(|| left.next_if(|&a| a <= b)));
        merged.push(b);
        right.next();
    }
    merged.extend(left);
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{statistics::rolling_quantile::RollingQuantile, traits::Statistic};

    #[test]
    fn agrees_with_the_window_to_the_last_bit() {
        let mut random = fastrand::Rng::with_seed(7);
        let mut streams = vec![(0..500).map(f64::from).collect::<Vec<_>>(), (0..500).map(|x| f64::from(-x)).collect()];
        streams.push((0..500).map(|_| random.f64()).collect());
        streams.push(
            (0..500).map(|_| [0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NEG_INFINITY][random.usize(0..6)]).collect(),
        );
        for values in streams {
            for size in [1, 2, 3, 8, 49, 100, 499, 500, 3000] {
                for q in [0.0, 0.3, 0.5, 0.77, 1.0] {
                    for start in [0, 1, 60, 100] {
                        let before = &values[start - start.min(size)..start];
                        check(before, &values[start..], size, q);
                    }
                }
            }
        }
    }

    fn check(before: &[f64], xs: &[f64], size: usize, q: f64) {
        let mut rolling = RollingQuantile::new(q, size as i128).unwrap();
        before.iter().for_each(|&x| rolling.update(x));
        let mut out = vec![0.0; xs.len()];
        let sorted = rolling_quantile(before, xs, size, q, &mut out).unwrap();
        for (place, &x) in xs.iter().enumerate() {
            rolling.update(x);
            assert_eq!(rolling.get().unwrap().to_bits(), out[place].to_bits(), "size {size}, q {q}, place {place}");
        }
        let all = [before, xs].concat();
        let mut newest = all[all.len().saturating_sub(size)..].to_vec();
        newest.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert!(newest.iter().map(|x| x.to_bits()).eq(sorted.iter().map(|x| x.to_bits())));
    }
}
