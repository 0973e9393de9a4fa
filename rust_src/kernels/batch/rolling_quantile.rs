//! The quantile of every window of a column.
//!
//! J. Suomela, "Median filtering is equivalent to sorting", arXiv:1406.1717 (2014). The column is cut into blocks of the
//! window's size, and each block is sorted once. A window is a suffix of one block and a prefix of the next: two sets of
//! ranks. Each step removes a rank from the first set and inserts one into the second. A mark in each set follows the
//! order statistic. The paper uses linked lists; bit sets need no more steps, and stay in the cache.

use crate::kernels::{
    batch::{
        radix_sort::{Keyed, Spare, sort},
        rank_set::RankSet,
        small_windows::{LARGEST_WINDOW, small_windows},
    },
    numerics::sort_key::{from_sort_key, sort_key},
    structures::{
        order_statistics::{Interpolation, interpolate},
        sorted_window::SortedWindow,
    },
};

/// The sorted values of a block, and which of them are in the window.
#[derive(Default)]
struct SortedBlock {
    /// In ascending order, equal ones (0.0 and -0.0) in order of arrival; then a NaN.
    sorted: Vec<f64>,
    /// The rank of each value, in order of arrival.
    ranks: Vec<u32>,
    /// The ranks of the values in the window, and of the NaN.
    present: RankSet,
    /// The rank of the first value in the window that is not counted in `smaller`.
    mark: u32,
    /// The number of values in the window before the mark.
    smaller: usize,
}

/// Scratch space for sorting.
#[derive(Default)]
struct Scratch {
    keys: Vec<Keyed>,
    spare: Spare,
}

impl SortedBlock {
    /// Sorts a block; none of its values is in the window yet.
    fn fill(&mut self, values: &[f64], scratch: &mut Scratch) {
        let Scratch { keys, spare } = scratch;
        keys.clear();
        keys.extend(values.iter().zip(0..).map(|(&x, index)| (sort_key(x), index)));
        sort(keys, spare);
        self.ranks.resize(values.len(), 0);
        self.sorted.clear();
        for (rank, &(key, index)) in (0..).zip(&*keys) {
            self.ranks[index as usize] = rank;
            let x = from_sort_key(key);
            // The key lacks the sign of a zero.
            self.sorted.push(if x == 0.0 { values[index as usize] } else { x });
        }
        self.sorted.push(f64::NAN);
        let end = values.len() as u32;
        self.present.clear(values.len() + 1);
        self.present.insert(end);
        (self.mark, self.smaller) = (end, 0);
    }

    /// Sets the mark after the `smaller` smallest values, all of which are in the window.
    fn set_mark(&mut self, smaller: usize) {
        (self.mark, self.smaller) = (smaller as u32, smaller);
    }

    /// Removes the value with this index. Either it or the largest value before the mark no longer counts as smaller.
    #[inline]
    fn remove(&mut self, index: usize) {
        let rank = self.ranks[index];
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

    /// Inserts the value with this index. If it is before the mark, the largest value there no longer counts as smaller.
    #[inline]
    fn restore(&mut self, index: usize) {
        let rank = self.ranks[index];
        self.present.insert(rank);
        if rank < self.mark {
            self.mark = self.present.previous(self.mark);
        }
    }

    /// Moves the mark past its value.
    #[inline]
    fn advance(&mut self) {
        self.mark = self.present.next(self.mark);
        self.smaller += 1;
    }

    /// The value at the mark, or NaN.
    #[inline]
    fn value_at_mark(&self) -> f64 {
        self.sorted[self.mark as usize]
    }

    /// The value after the mark, or NaN.
    #[inline]
    fn value_after_mark(&self) -> f64 {
        self.sorted[self.present.next(self.mark) as usize]
    }

    /// The values in the window in ascending order.
    fn values(&self) -> impl Iterator<Item = f64> {
        let end = self.ranks.len() as u32;
        std::iter::successors(Some(self.present.first()), |&rank| Some(self.present.next(rank)))
            .take_while(move |&rank| rank < end)
            .map(|rank| self.sorted[rank as usize])
    }
}

/// The probabilities of quantiles, at least one, and what is between two values.
pub type Wanted<'a> = (&'a [f64], Interpolation);

/// Adds a column to a window and writes the quantiles after each value to `out`, one after the other. Returns false, having
/// done nothing but written, if that is not faster than value by value, or if there is a NaN.
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

/// For each of `xs`, writes the quantiles of the `size` newest values up to it to `out`. `before` are the values in the window
/// before the first, oldest first. Returns the values in the window at the end, in ascending order; `None`, having done
/// nothing but written, if there is a NaN, or too many values for 32-bit ranks.
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
    if let [q] = *qs {
        return rolling_quantile(before, xs, size, (q, interpolation), out);
    }
    let (mut sorted, mut column) = (None, vec![0.0; xs.len()]);
    for (index, &q) in qs.iter().enumerate() {
        sorted = Some(rolling_quantile(before, xs, size, (q, interpolation), &mut column)?);
        let of_this = out.iter_mut().skip(index).step_by(qs.len());
        of_this.zip(&column).for_each(|(out, &quantile)| *out = quantile);
    }
    sorted
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

/// Whether the older value `a` comes before `b` in the order; NaN comes last.
#[inline]
fn precedes(a: f64, b: f64) -> bool {
    a <= b || b.is_nan()
}

/// For each of `xs`, writes the quantile at `q` of the `size` newest values up to it to `out`. `before` are the values in
/// the window before the first, oldest first; there is no NaN. Returns the values in the window at the end, in ascending
/// order; `None`, having done nothing, if there are too many values for 32-bit ranks.
fn rolling_quantile(
    before: &[f64],
    xs: &[f64],
    size: usize,
    (q, interpolation): (f64, Interpolation),
    out: &mut [f64],
) -> Option<Vec<f64>> {
    u32::try_from(before.len() + xs.len()).ok()?;
    let (mut leaving, mut entering, mut scratch) = (SortedBlock::default(), SortedBlock::default(), Scratch::default());
    leaving.fill(&[], &mut scratch);
    // While the window is filling, it is a prefix of the first block.
    let (first, rest) = xs.split_at(xs.len().min(size - before.len()));
    let (out_first, out_rest) = out.split_at_mut(first.len());
    entering.fill(&[before, first].concat(), &mut scratch);
    for index in 0..before.len() {
        entering.restore(index);
    }
    for (index, out) in (before.len()..).zip(out_first) {
        entering.restore(index);
        let (rank, fraction) = interpolation.position(q * index as f64);
        while entering.smaller < rank {
            entering.advance();
        }
        *out =
            interpolate(entering.value_at_mark(), Some(entering.value_after_mark()).filter(|x| !x.is_nan()), fraction);
    }
    let (smaller, fraction) = interpolation.position(q * (size as f64 - 1.0));
    for (block, out) in rest.chunks(size).zip(out_rest.chunks_mut(size)) {
        std::mem::swap(&mut leaving, &mut entering);
        leaving.set_mark(smaller);
        entering.fill(block, &mut scratch);
        for (index, out) in out.iter_mut().enumerate() {
            leaving.remove(index);
            entering.restore(index);
            if leaving.smaller + entering.smaller < smaller {
                if precedes(leaving.value_at_mark(), entering.value_at_mark()) {
                    leaving.advance()
                } else {
                    entering.advance()
                }
            }
            let (left, right) = (leaving.value_at_mark(), entering.value_at_mark());
            let older = precedes(left, right);
            let (lower, next, other) = if older {
                (left, leaving.value_after_mark(), right)
            } else {
                (right, entering.value_after_mark(), left)
            };
            let upper = if precedes(next, other) { next } else { other };
            *out = interpolate(lower, Some(upper).filter(|x| !x.is_nan()), fraction);
        }
    }
    Some(merge(leaving.values(), entering.values()))
}

/// Merges two sorted sequences; of equal values those of the first come first.
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
        let mut rolling = RollingQuantile::new(q.into(), size as i128, interpolation).unwrap();
        before.iter().for_each(|&x| rolling.update(x));
        let mut out = vec![0.0; xs.len()];
        let sorted = rolling_quantile(before, xs, size, (q, interpolation), &mut out).unwrap();
        if size <= 2 * LARGEST_WINDOW {
            let mut small = vec![0.0; xs.len()];
            let values = small_quantiles(before, xs, size, (&[q], interpolation), &mut small);
            assert!(
                small.iter().chain(&values).map(|x| x.to_bits()).eq(out.iter().chain(&sorted).map(|x| x.to_bits()))
            );
        }
        for (index, &x) in xs.iter().enumerate() {
            rolling.update(x);
            assert_eq!(rolling.get().unwrap().to_bits(), out[index].to_bits(), "size {size}, q {q}, index {index}");
        }
        let all = [before, xs].concat();
        let mut newest = all[all.len().saturating_sub(size)..].to_vec();
        newest.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert!(newest.iter().map(|x| x.to_bits()).eq(sorted.iter().map(|x| x.to_bits())));
    }
}
