//! The quantiles of every window of a column.
//!
//! J. Suomela, "Median filtering is equivalent to sorting", arXiv:1406.1717 (2014): the column is cut into blocks, each
//! of which is sorted once; then each step removes one rank from a set and inserts another. In the paper a window spans
//! two blocks with a set each, and the sets are linked lists. Here a block is a window and the values that follow it,
//! so that one set is enough, and the bit sets need no more steps than lists and stay in the cache. A cursor in the set
//! follows each quantile; several quantiles share everything else.

use crate::kernels::{
    batch::{
        radix_sort::{MOST, Order},
        rank_set::RankSet,
        small_windows::{LARGEST_WINDOW, small_windows},
    },
    structures::{
        order_statistics::{Interpolation, interpolate},
        sorted_window::SortedWindow,
    },
};
use std::slice::ChunksExactMut;

/// The length of a block, in windows. In longer ones fewer values are sorted twice, but large windows leave the cache.
const WINDOWS: usize = 3;

/// The order of the values of a block, and which of them are in the window.
#[derive(Default)]
struct SortedBlock {
    order: Order,
    /// The rank of each value, in order of arrival.
    ranks: Vec<u32>,
    /// The ranks of the values in the window.
    present: RankSet,
}

/// Where a quantile is in a block.
#[derive(Clone, Copy, Default)]
struct Cursor {
    /// The number of values in the window below it.
    smaller: usize,
    /// The fraction of the way from there to the next value.
    fraction: f64,
    /// The rank in the block.
    rank: u32,
}

impl SortedBlock {
    /// Sorts a block, of which the first `len` values are in the window.
    fn fill(&mut self, values: &[f64], len: usize, cursors: &mut [Cursor]) {
        self.order.sort(values);
        self.ranks.resize(values.len(), 0);
        (0..).zip(self.order.indices()).for_each(|(rank, index)| self.ranks[index] = rank);
        // Cursors in an empty window are after the last rank.
        self.present.clear(values.len() + 1);
        self.ranks[..len].iter().for_each(|&rank| self.present.insert(rank));
        for cursor in cursors {
            cursor.rank = self.present.select(cursor.smaller).unwrap_or(values.len() as u32);
        }
    }

    /// Lets the values after the first `len` enter the window until it holds `size`.
    fn grow(
        &mut self,
        values: &[f64],
        (len, size): (usize, usize),
        cursors: &mut [Cursor],
        (qs, interpolation): Wanted<'_>,
        out: &mut ChunksExactMut<'_, f64>,
    ) {
        let Self { order, ranks, present } = self;
        let value = |rank| values[order.index(rank)];
        for ((last, &new), out) in (0..size).zip(&*ranks).skip(len).zip(out) {
            present.insert(new);
            for ((cursor, &q), out) in cursors.iter_mut().zip(qs).zip(out) {
                let (smaller, fraction) = interpolation.position(q * last as f64);
                let (mut rank, mut next) = present.step(cursor.rank, false, new < cursor.rank);
                for _ in cursor.smaller..smaller {
                    (rank, next) = present.step(rank, true, false);
                }
                *cursor = Cursor { smaller, fraction, rank };
                *out = interpolate(value(rank), Some(value(next)), fraction);
            }
        }
    }

    /// Lets the values after the first `size` enter the window, and the first ones leave it.
    fn slide(&mut self, values: &[f64], size: usize, cursors: &mut [Cursor], out: &mut ChunksExactMut<'_, f64>) {
        let Self { order, ranks, present } = self;
        let value = |rank| values[order.index(rank)];
        for ((&old, &new), out) in ranks.iter().zip(ranks.iter().skip(size)).zip(out) {
            present.remove(old);
            present.insert(new);
            let (least, distance) = (old.min(new), old.abs_diff(new));
            for (cursor, out) in cursors.iter_mut().zip(out) {
                let moves = cursor.rank.wrapping_sub(least) <= distance;
                let (rank, next) = present.step(cursor.rank, moves & (new > old), moves & (new < old));
                cursor.rank = rank;
                *out = interpolate(value(rank), Some(value(next)), cursor.fraction);
            }
        }
    }
}

/// The probabilities of quantiles, at least one, and the interpolation between two values.
pub type Wanted<'a> = (&'a [f64], Interpolation);

/// Adds a column to a window and writes the quantiles after each value to `out`, one after the other. Returns false,
/// having changed nothing but `out`, if that is not faster than value by value, or if there is a NaN.
pub fn accumulate_quantiles(
    window: &mut SortedWindow,
    xs: &[f64],
    size: u64,
    wanted: Wanted<'_>,
    out: &mut [f64],
) -> bool {
    let Ok(size) = usize::try_from(size) else { return false };
    let size = size.min(window.len() + xs.len());
    if !window.is_long(xs) {
        return false;
    }
    let before: Vec<f64> = window.iter().copied().collect();
    let Some(sorted) = quantiles(&before, xs, size, wanted, out) else { return false };
    let staying = before.len().min(size.saturating_sub(xs.len()));
    let arrivals = [&before[before.len() - staying..], &xs[xs.len().saturating_sub(size)..]].concat();
    *window = SortedWindow::from_sorted(&arrivals, &sorted);
    true
}

/// As [`Statistic::accumulate_windows`](crate::kernels::traits::Statistic::accumulate_windows).
pub fn window_quantiles(xs: &[f64], start: usize, size: usize, wanted: Wanted<'_>, out: &mut [f64]) -> bool {
    let (before, xs) = xs.split_at(start);
    let size = size.min(before.len() + xs.len());
    quantiles(&before[before.len().saturating_sub(size)..], xs, size, wanted, out).is_some()
}

/// For each of `xs`, writes the quantiles of the `size` newest values up to it to `out`. `before` are the values in the
/// window before the first, oldest first. Returns the values in the window at the end, in ascending order; `None`,
/// having changed nothing but `out`, if there is a NaN, or too many values for 32-bit ranks.
fn quantiles(
    before: &[f64],
    xs: &[f64],
    size: usize,
    (qs, interpolation): Wanted<'_>,
    out: &mut [f64],
) -> Option<Vec<f64>> {
    if before.iter().chain(xs).any(|x| x.is_nan()) {
        return None;
    }
    if size <= LARGEST_WINDOW {
        return Some(small_quantiles(before, xs, size, (qs, interpolation), out));
    }
    large_quantiles(before, xs, size, (qs, interpolation), out)
}

/// [`quantiles`] of small windows, where there is no NaN.
fn small_quantiles(
    before: &[f64],
    xs: &[f64],
    size: usize,
    (qs, interpolation): Wanted<'_>,
    out: &mut [f64],
) -> Vec<f64> {
    let mut out = out.iter_mut();
    small_windows(before, xs, size, |sorted| {
        let last = (sorted.len() - 1) as f64;
        for (&q, out) in qs.iter().zip(&mut out) {
            let (rank, fraction) = interpolation.position(q * last);
            *out = interpolate(sorted[rank], sorted.get(rank + 1).copied(), fraction);
        }
    })
}

/// [`quantiles`] of windows of any size, where there is no NaN.
fn large_quantiles(
    before: &[f64],
    xs: &[f64],
    size: usize,
    (qs, interpolation): Wanted<'_>,
    out: &mut [f64],
) -> Option<Vec<f64>> {
    if before.len() + xs.len().min(WINDOWS * size) > MOST {
        return None;
    }
    let mut block = SortedBlock::default();
    let last = before.len().saturating_sub(1) as f64;
    let mut cursors: Vec<Cursor> = qs
        .iter()
        .map(|q| interpolation.position(q * last))
        .map(|(smaller, fraction)| Cursor { smaller, fraction, rank: 0 })
        .collect();
    let mut out = out.chunks_exact_mut(qs.len());
    let (mut at, mut len) = (0, before.len());
    loop {
        let end = xs.len().min(at + WINDOWS * size - len);
        let joined;
        let values = if at == 0 {
            joined = [before, &xs[..end]].concat();
            &joined
        } else {
            &xs[at - size..end]
        };
        block.fill(values, len, &mut cursors);
        block.grow(values, (len, size), &mut cursors, (qs, interpolation), &mut out);
        block.slide(values, size, &mut cursors, &mut out);
        (at, len) = (end, size.min(values.len()));
        if end == xs.len() {
            let within = values.len() - len;
            return Some(block.order.indices().filter(|&index| index >= within).map(|index| values[index]).collect());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{sketches::Probabilities, statistics::rolling_quantile::RollingQuantile, traits::Statistic};

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
                    for (start, interpolation) in
                        [0, 1, 60, 100].into_iter().zip(Interpolation::ALL.into_iter().cycle())
                    {
                        let before = &values[start - start.min(size)..start];
                        check(before, &values[start..], size, (q, Interpolation::Linear));
                        check(before, &values[start..], size, (q, interpolation));
                    }
                }
            }
        }
    }

    fn check(before: &[f64], xs: &[f64], size: usize, (q, interpolation): (f64, Interpolation)) {
        let qs = [q, 0.5, 1.0 - q];
        let mut rolling = RollingQuantile::new(Probabilities::Many(qs.to_vec()), size as i128, interpolation).unwrap();
        before.iter().for_each(|&x| rolling.update(x));
        let mut out = vec![0.0; qs.len() * xs.len()];
        let sorted = large_quantiles(before, xs, size, (&qs, interpolation), &mut out).unwrap();
        if size <= 2 * LARGEST_WINDOW {
            let mut small = vec![0.0; out.len()];
            let values = small_quantiles(before, xs, size, (&qs, interpolation), &mut small);
            assert!(
                small.iter().chain(&values).map(|x| x.to_bits()).eq(out.iter().chain(&sorted).map(|x| x.to_bits()))
            );
        }
        let mut expected = qs;
        for (index, (&x, out)) in xs.iter().zip(out.chunks(qs.len())).enumerate() {
            rolling.update(x);
            assert!(rolling.values(&mut expected));
            assert_eq!(
                expected.map(f64::to_bits).to_vec(),
                out.iter().map(|x| x.to_bits()).collect::<Vec<_>>(),
                "size {size}, q {q}, index {index}"
            );
        }
        let all = [before, xs].concat();
        let mut newest = all[all.len().saturating_sub(size)..].to_vec();
        newest.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert!(newest.iter().map(|x| x.to_bits()).eq(sorted.iter().map(|x| x.to_bits())));
    }
}
