//! Statistics of the central moments of every window of a column.
//!
//! As for extrema (see [`super::rolling_extremum`]) the column is cut into blocks of the window's size, and a window is
//! the end of one and the beginning of the next. Of all ends and beginnings the sums of powers of distances from one
//! number next to the mean of both blocks are taken, and added up: nothing is ever subtracted that was added before. From
//! them follow the moments of the window about its own mean, which loses digits where that is far from the number. Where
//! it does, or a sum leaves the middle of the range, runs are joined instead, as in the window itself.
//!
//! In small windows, two passes over each are faster, with many windows side by side.

mod small;
#[cfg(test)]
mod tests;

use crate::kernels::{
    accumulators::moments::{FromMoments, Moments},
    batch::simd::{LANES, centre, deal, fold, vectorised},
    numerics::scale::LARGE,
    structures::partial::{PartialAggregate, join},
};
use pulp::{Arch, NullaryFnOnce, Simd, WithSimd};

/// Windows up to this size are gone through one by one.
const SMALL: usize = 40;
/// How many windows are looked at together, where they are larger.
const CHUNK: usize = 256;
/// The first windows, which are small, are left to the window itself.
pub const GROWN: usize = 64;

/// The sums of the first `K` powers of distances from a number.
type Sums<const K: usize> = [f64; K];

/// How many times as large the second sum may be about a number as it is about the mean. Third and fourth powers grow
/// faster.
const fn most_apart(powers: usize) -> f64 {
    if powers == 2 { 32.0 } else { 8.0 }
}

/// Writes the value over the newest `size` values at each place of `xs` from `start` on, which is at least [`GROWN`],
/// or `size`, into `out`. `K` is the highest power that the statistic needs.
pub fn rolling_moments<const K: usize, S: FromMoments>(
    statistic: &S,
    xs: &[f64],
    start: usize,
    size: usize,
    out: &mut [f64],
) {
    // While the window fills, blocks as long as all that is before them.
    let mut tables = Tables::<K>::new();
    let mut place = start;
    while place < size.min(xs.len()) {
        let end = (2 * place).min(size).min(xs.len());
        let pair = Pair { staying: &xs[..place], leaving: &[], coming: &xs[place..end] };
        pair.write(statistic, &mut tables, &mut out[place - start..end - start]);
        place = end;
    }
    if size <= SMALL {
        return small::small_windows::<K, S>(statistic, xs, place, size, &mut out[place - start..]);
    }
    while place < xs.len() {
        let end = (place + size).min(xs.len());
        let pair = Pair { staying: &[], leaving: &xs[place - size..place], coming: &xs[place..end] };
        pair.write(statistic, &mut tables, &mut out[place - start..end - start]);
        place = end;
    }
}

/// The values of neighbouring windows: with each value of `coming` one of `leaving` leaves, if there are any.
#[derive(Clone, Copy)]
struct Pair<'a> {
    staying: &'a [f64],
    leaving: &'a [f64],
    coming: &'a [f64],
}

vectorised! {
    Total [const K: usize] [K] { xs: &'a [f64], shift: f64 } -> Sums<K> {
        let mut sums = [[0.0; LANES]; K];
        deal(xs, |lane, x| {
            let mut power = 1.0;
            for sum in &mut sums {
                power *= x - shift;
                sum[lane] += power;
            }
        });
        sums.map(fold)
    }
}

vectorised! {
    Middle [] [] { leaving: &'a [f64], others: &'a [f64] } -> f64 {
        let (n, m) = (leaving.len() as f64, others.len() as f64);
        let other = centre(others, |x| x);
        if n == 0.0 { return other; }
        let first = centre(leaving, |x| x);
        first + (other - first) * (m / (n + m))
    }
}

/// Sums at the places of a chunk, side by side.
type Table<const K: usize> = [[[f64; LANES]; K]; CHUNK / LANES];

/// What a chunk's windows are computed from; kept, as clearing it would take longer than filling it.
struct Tables<const K: usize> {
    ends: Table<K>,
    beginnings: Table<K>,
}

impl<const K: usize> Tables<K> {
    fn new() -> Self {
        let zeros = [[[0.0; LANES]; K]; CHUNK / LANES];
        Self { ends: zeros, beginnings: zeros }
    }
}

#[inline(always)]
fn store<const K: usize>(table: &mut Table<K>, place: usize, sums: &Sums<K>) {
    for (row, &sum) in table[place / LANES % (CHUNK / LANES)].iter_mut().zip(sums) {
        row[place % LANES] = sum;
    }
}

/// The windows at the places of `coming`, at most [`CHUNK`].
struct Chunk<'a, const K: usize, T> {
    statistic: &'a T,
    leaving: &'a [f64],
    coming: &'a [f64],
    shift: f64,
    rest: Sums<K>,
    n: f64,
    tables: &'a mut Tables<K>,
    out: &'a mut [f64],
}

impl<const K: usize, T: FromMoments> WithSimd for Chunk<'_, K, T> {
    /// Whether all are fine, and the sums over `coming`.
    type Output = (bool, Sums<K>);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> (bool, Sums<K>) {
        let Self { statistic, leaving, coming, shift, rest, n, tables, out } = self;
        // Without the sums over the rest, these are small, and their rounding errors too.
        let mut sums = [0.0; K];
        for (place, &x) in leaving.iter().enumerate().rev() {
            store(&mut tables.ends, place, &sums);
            add_powers(&mut sums, x - shift);
        }
        if leaving.is_empty() {
            (0..coming.len()).for_each(|place| store(&mut tables.ends, place, &[0.0; K]));
        }
        sums = [0.0; K];
        for (place, &x) in coming.iter().enumerate() {
            add_powers(&mut sums, x - shift);
            store(&mut tables.beginnings, place, &sums);
        }
        let mut spoilt = [0.0; LANES];
        let steady = statistic.reading(n);
        for (row, out) in out.chunks_mut(LANES).enumerate() {
            let row_of_table = row % (CHUNK / LANES);
            let (all, beginnings) = (&mut tables.ends[row_of_table], &tables.beginnings[row_of_table]);
            // In explicit vectors: compilers would gather one lane of all powers, which takes longer than all the rest.
            for ((all, beginnings), rest) in all.iter_mut().zip(beginnings).zip(rest) {
                let rest = simd.splat_f64s(rest);
                let beginnings = S::as_simd_f64s(beginnings).0;
                for (all, &beginning) in S::as_mut_simd_f64s(all).0.iter_mut().zip(beginnings) {
                    *all = simd.add_f64s(rest, simd.add_f64s(*all, beginning));
                }
            }
            let values = if leaving.is_empty() {
                let first = n + (row * LANES + 1) as f64;
                read(|lane| first + lane as f64, |n| statistic.reading(n), all, [shift; LANES], out.len(), &mut spoilt)
            } else {
                read(|_| n, |_| steady, all, [shift; LANES], out.len(), &mut spoilt)
            };
            out.copy_from_slice(&values[..out.len()]);
        }
        let fine = spoilt.iter().all(|&spoilt| spoilt == 0.0);
        (fine, sums)
    }
}

#[inline(always)]
fn add_powers<const K: usize>(sums: &mut Sums<K>, distance: f64) {
    let mut power = 1.0;
    for sum in sums {
        power *= distance;
        *sum += power;
    }
}

/// The moments that follow from sums about `shift`, how far from it the mean is, and whether they are any better than
/// rounding errors.
#[inline(always)]
fn central<const K: usize>(n: f64, sums: &Sums<K>, shift: f64) -> (Moments, f64, bool) {
    let at = |power: usize| if power <= K { sums[power - 1] } else { 0.0 };
    let (s1, s2, s3, s4) = (at(1), at(2), at(3), at(4));
    let offset = s1 / n;
    let m2 = s2 - s1 * offset;
    let m3 = s3 - offset * (3.0 * s2 - 2.0 * s1 * offset);
    let m4 = s4 - offset * (4.0 * s3 - offset * (6.0 * s2 - 3.0 * s1 * offset));
    // About a number of ordinary size, distances are 0 or far above the smallest doubles.
    let constant = (s2 == 0.0) & (shift.abs() >= 1.0 / LARGE);
    #[allow(clippy::manual_range_contains, reason = "without a branch, for vectors")]
    let near = (s2 >= 1.0 / LARGE) & (s2 <= LARGE) & (m2 * most_apart(K) >= s2);
    (Moments { n, m2, m3, m4 }, offset, constant | near)
}

/// The values over windows side by side, of the number of values and the sums about a number of each. Of those lanes that
/// are in use, such as are no better than rounding errors are marked as spoilt.
#[inline(always)]
fn read<const K: usize, R: Fn(&Moments) -> f64>(
    n: impl Fn(usize) -> f64,
    reading: impl Fn(f64) -> R,
    sums: &[[f64; LANES]; K],
    shifts: [f64; LANES],
    used: usize,
    spoilt: &mut [f64; LANES],
) -> [f64; LANES] {
    let mut values = [0.0; LANES];
    for lane in 0..LANES {
        let n = n(lane);
        let (moments, _, usable) = central(n, &sums.each_ref().map(|row| row[lane]), shifts[lane]);
        values[lane] = reading(n)(&moments);
        spoilt[lane] = if usable | (lane >= used) { spoilt[lane] } else { 1.0 };
    }
    values
}

/// The sums over more values, in chunks, whose rounding errors are small.
fn total<const K: usize>(arch: Arch, sums: Sums<K>, xs: &[f64], shift: f64) -> Sums<K> {
    xs.chunks(CHUNK).fold(sums, |mut sums, xs| {
        let more = arch.dispatch(Total::<K> { xs, shift });
        sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        sums
    })
}

impl Pair<'_> {
    fn write<const K: usize, S: FromMoments>(self, statistic: &S, tables: &mut Tables<K>, out: &mut [f64]) {
        if !self.write_by_sums(statistic, tables, out) {
            self.write_by_joining(statistic, out);
        }
    }

    /// False where rounding may have spoilt a value.
    fn write_by_sums<const K: usize, S: FromMoments>(
        self,
        statistic: &S,
        tables: &mut Tables<K>,
        out: &mut [f64],
    ) -> bool {
        let arch = Arch::new();
        let others = if self.staying.is_empty() { self.coming } else { self.staying };
        let shift = arch.dispatch(Middle { leaving: self.leaving, others });
        let mut beginning = total(arch, [0.0; K], self.staying, shift);
        let mut ends: Vec<Sums<K>> = vec![[0.0; K]];
        let mut end = [0.0; K];
        for chunk in self.leaving.chunks(CHUNK).skip(1).rev() {
            end = total(arch, end, chunk, shift);
            ends.push(end);
        }
        let mut leaving = self.leaving.chunks(CHUNK);
        let n = (self.staying.len() + self.leaving.len()) as f64;
        for (place, (coming, out)) in self.coming.chunks(CHUNK).zip(out.chunks_mut(CHUNK)).enumerate() {
            let mut rest = beginning;
            if let Some(end) = ends.pop() {
                rest.iter_mut().zip(end).for_each(|(sum, end)| *sum += end);
            }
            let leaving = leaving.next().unwrap_or_default();
            let n = if self.leaving.is_empty() { n + (place * CHUNK) as f64 } else { n };
            let (fine, sums) = arch.dispatch(Chunk { statistic, leaving, coming, shift, rest, n, tables, out });
            if !fine {
                return false;
            }
            beginning.iter_mut().zip(sums).for_each(|(sum, more)| *sum += more);
        }
        true
    }

    fn write_by_joining<S: FromMoments>(self, statistic: &S, out: &mut [f64]) {
        let lift = |&x: &f64| statistic.lift(x, 1.0);
        let mut ends: Vec<Option<S::Partial>> = Vec::new();
        let mut end = None;
        for (place, x) in self.leaving.iter().enumerate().rev() {
            if place < self.coming.len() {
                ends.push(end);
            }
            end = join(Some(lift(x)), end);
        }
        let mut beginning = self.staying.iter().map(lift).reduce(S::Partial::join);
        for (x, out) in self.coming.iter().zip(out) {
            beginning = join(beginning, Some(lift(x)));
            *out = statistic.lower(join(ends.pop().flatten(), beginning)).get().unwrap_or(f64::NAN);
        }
    }
}
