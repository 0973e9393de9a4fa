//! Statistics of the central moments of every window of a column.
//!
//! As for extrema (see [`super::rolling_extremum`]) the column is cut into blocks of the window's size, and a window is
//! the end of one and the beginning of the next. Of all ends and beginnings the sums of powers of distances from one
//! number next to the mean of both blocks are taken, and added up: nothing is ever subtracted that was added before. From
//! them follow the moments of the window about its own mean, which loses digits where that is far from the number. Where
//! it does, or a sum leaves the middle of the range, runs are joined instead, as in the window itself.
//!
//! In small windows, two passes over each are faster, with many windows side by side.

use super::{
    BLOCK,
    lanes::{LANES, centre, deal, fold, vectorised},
};
use crate::kernels::{
    double::Double,
    moments::{Moments, OfMoments},
    scale::LARGE,
    window::{Partial, join},
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
pub fn rolling_moments<const K: usize, S: OfMoments>(
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
        return small_windows::<K, S>(statistic, xs, place, size, &mut out[place - start..]);
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

impl<const K: usize, T: OfMoments> WithSimd for Chunk<'_, K, T> {
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

/// The combinations of the values from each place on, as they would be joined one by one.
pub fn ends<const K: usize, S: OfMoments>(statistic: &S, xs: &[f64]) -> Vec<S::Partial> {
    let arch = Arch::new();
    let mut ends: Vec<S::Partial> = Vec::with_capacity(xs.len());
    let append = |ends: &mut Vec<S::Partial>, x: f64| {
        let run = statistic.lift(x, 1.0);
        ends.push(ends.last().map_or(run, |&newer| run.join(newer)));
    };
    xs.iter().rev().take(GROWN).for_each(|&x| append(&mut ends, x));
    while ends.len() < xs.len() {
        let (before, staying) = xs.split_at(xs.len() - ends.len());
        let block = &before[before.len().saturating_sub(staying.len())..];
        let shift = arch.dispatch(Middle { leaving: &[], others: staying });
        let mut rest = total(arch, [0.0; K], staying, shift);
        for chunk in block.rchunks(CHUNK) {
            let mut powers = [0.0; K];
            for &x in chunk.iter().rev() {
                add_powers(&mut powers, x - shift);
                let sums: Sums<K> = std::array::from_fn(|power| rest[power] + powers[power]);
                match central(ends.len() as f64 + 1.0, &sums, shift) {
                    (moments, offset, true) => ends.push(statistic.partial(&moments, Double { hi: shift, lo: offset })),
                    _ => append(&mut ends, x),
                }
            }
            rest.iter_mut().zip(powers).for_each(|(sum, more)| *sum += more);
        }
    }
    ends.reverse();
    ends
}

/// The combination of all values.
pub fn run<const K: usize, S: OfMoments>(statistic: &S, xs: &[f64]) -> Option<S::Partial> {
    let arch = Arch::new();
    let run = |block: &[f64]| {
        let shift = arch.dispatch(Middle { leaving: &[], others: block });
        match central(block.len() as f64, &total::<K>(arch, [0.0; K], block, shift), shift) {
            (moments, offset, true) => Some(statistic.partial(&moments, Double { hi: shift, lo: offset })),
            _ => block.iter().map(|&x| statistic.lift(x, 1.0)).reduce(S::Partial::join),
        }
    };
    xs.chunks(BLOCK).filter_map(run).reduce(S::Partial::join)
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
    fn write<const K: usize, S: OfMoments>(self, statistic: &S, tables: &mut Tables<K>, out: &mut [f64]) {
        if !self.write_by_sums(statistic, tables, out) {
            self.write_by_joining(statistic, out);
        }
    }

    /// False where rounding may have spoilt a value.
    fn write_by_sums<const K: usize, S: OfMoments>(
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

    fn write_by_joining<S: OfMoments>(self, statistic: &S, out: &mut [f64]) {
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

/// Windows side by side: of `size` values each, the first of them at the beginning of `xs`, the next one place on.
struct SideBySide<'a, const K: usize> {
    xs: &'a [f64],
    size: usize,
}

/// Numbers next to the means, and the sums about them.
struct Sides<const K: usize>([f64; LANES], [[f64; LANES]; K]);

impl<const K: usize> WithSimd for SideBySide<'_, K> {
    type Output = Sides<K>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Sides<K> {
        let Self { xs, size } = self;
        let (mut shifts, mut sums) = ([0.0; LANES], [[0.0; LANES]; K]);
        for from in (0..LANES).step_by(S::F64_LANES) {
            let windows = xs.windows(S::F64_LANES).skip(from).take(size);
            let rows = windows.filter_map(|row| S::as_simd_f64s(row).0.first().copied());
            let Some(oldest) = rows.clone().next() else { break };
            let mut shift = simd.splat_f64s(0.0);
            for row in rows.clone() {
                shift = simd.add_f64s(shift, simd.sub_f64s(row, oldest));
            }
            shift = simd.add_f64s(oldest, simd.div_f64s(shift, simd.splat_f64s(size as f64)));
            let mut all = [simd.splat_f64s(0.0); K];
            for row in rows {
                let distance = simd.sub_f64s(row, shift);
                let mut power = distance;
                for (order, sum) in all.iter_mut().enumerate() {
                    if order > 0 {
                        power = simd.mul_f64s(power, distance);
                    }
                    *sum = simd.add_f64s(*sum, power);
                }
            }
            let to = from + S::F64_LANES;
            shifts[from..to].copy_from_slice(pulp::bytemuck::cast_slice(&[shift]));
            for (sums, all) in sums.iter_mut().zip(all) {
                sums[from..to].copy_from_slice(pulp::bytemuck::cast_slice(&[all]));
            }
        }
        Sides(shifts, sums)
    }
}

vectorised! {
    ReadSides [const K: usize, S: OfMoments] [K, S] {
        statistic: &'a S, n: f64, sides: &'a Sides<K>, out: &'a mut [f64; LANES]
    } -> bool {
        let mut spoilt = [0.0; LANES];
        let reading = statistic.reading(n);
        *out = read(|_| n, |_| reading, &sides.1, sides.0, LANES, &mut spoilt);
        spoilt.iter().all(|&spoilt| spoilt == 0.0)
    }
}

fn small_windows<const K: usize, S: OfMoments>(statistic: &S, xs: &[f64], start: usize, size: usize, out: &mut [f64]) {
    let arch = Arch::new();
    let mut place = start;
    for row in out.chunks_mut(LANES) {
        let mut values = [0.0; LANES];
        let sides = arch.dispatch(SideBySide::<K> { xs: &xs[place + 1 - size..], size });
        let n = size as f64;
        if row.len() == LANES && arch.dispatch(ReadSides { statistic, n, sides: &sides, out: &mut values }) {
            row.copy_from_slice(&values);
            place += LANES;
        } else {
            for part in row.chunks_mut(size) {
                let end = place + part.len();
                let pair = Pair { staying: &[], leaving: &xs[place - size..place], coming: &xs[place..end] };
                pair.write_by_joining(statistic, part);
                place = end;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::kernels::{
        Kurtosis, Sem, Skew, Statistic, Var,
        window::{Rolling, Rolls},
    };

    /// A column at once against the window that takes value by value, and both once more behind it.
    fn check<K: Rolls<Input = f64>>(kernel: &K, values: &[f64], (tolerance, least): (f64, f64)) {
        for size in SIZES {
            for before in [0, 1, 90, 200] {
                let mut window = Rolling::new(kernel.clone(), size as i128).unwrap();
                values[..before].iter().for_each(|&x| window.update(x));
                let mut loops = window.clone();
                let mut out = vec![0.0; values.len() - before];
                window.accumulate(&values[before..], &mut out);
                let near = |actual: f64, expected: f64, place: usize| {
                    let same = actual == expected || (actual.is_nan() && expected.is_nan());
                    let near = (actual - expected).abs() <= tolerance * expected.abs().max(least);
                    let wrong = format!("{actual} instead of {expected} at {place} in a window of {size}");
                    assert!(same || near, "{wrong}");
                };
                for (place, &x) in values[before..].iter().enumerate() {
                    loops.update(x);
                    near(out[place], loops.get().unwrap(), place + before);
                }
                assert_eq!(window.len(), loops.len());
                for &x in &values[..150] {
                    window.update(x);
                    loops.update(x);
                    near(window.get().unwrap(), loops.get().unwrap(), values.len());
                }
            }
        }
    }

    const SIZES: [usize; 13] = [1, 2, 3, 5, 16, 17, 40, 41, 64, 100, 300, 1000, 5000];

    fn noise(length: usize) -> Vec<f64> {
        let mut random = fastrand::Rng::with_seed(17);
        (0..length).map(|_| (0..6).map(|_| random.f64() - 0.5).sum()).collect()
    }

    fn check_all(values: &[f64], tolerance: f64) {
        check(&Var::new(1).unwrap(), values, (tolerance, 0.0));
        check(&Sem::new(0).unwrap(), values, (tolerance, 0.0));
        // Skewness and excess kurtosis are next to 0 where their terms are not.
        check(&Skew::new(true), values, (tolerance, 1.0));
        check(&Kurtosis::new(false), values, (tolerance, 1.0));
    }

    #[test]
    fn values_of_any_magnitude_and_offset() {
        let noise = noise(1300);
        for unit in [1.0, 1e-40, 1e40, 1e-150, 1e150, 1e-300, 1e300] {
            let values: Vec<f64> = noise.iter().map(|x| x * unit).collect();
            check_all(&values, 1e-11);
        }
        let values: Vec<f64> = noise.iter().map(|x| x + 1e9).collect();
        check_all(&values, 1e-11);
    }

    #[test]
    fn trends_steps_and_stretches_of_equal_values() {
        let noise = noise(1300);
        let of =
            |f: &dyn Fn(usize, f64) -> f64| -> Vec<f64> { noise.iter().enumerate().map(|(i, &x)| f(i, x)).collect() };
        check_all(&of(&|i, x| x + 3.0 * i as f64), 1e-11);
        check_all(&of(&|i, x| x + if i < 700 { 0.0 } else { 1e6 }), 1e-10);
        check_all(&of(&|i, x| x * (i as f64 / 100.0).exp()), 1e-10);
        check_all(&of(&|i, x| if i % 400 < 150 { 0.1 } else { x }), 1e-11);
        check_all(&vec![0.1; 500], 0.0);
        check_all(&vec![0.0; 500], 0.0);
        let mut sum = 0.0;
        check_all(
            &of(&|_, x| {
                _ = x;
                1.0 / 3.0
            }),
            0.0,
        );
        let walk: Vec<f64> = noise
            .iter()
            .map(|x| {
                sum += x;
                sum
            })
            .collect();
        check_all(&walk, 1e-11);
    }

    #[test]
    fn what_leaves_the_window_leaves_no_trace() {
        for special in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e17, 1e200, f64::MAX] {
            let mut values = noise(1300);
            for place in [100, 640, 641, 1299] {
                values[place] = special;
            }
            check_all(&values, 1e-11);
        }
    }
}
