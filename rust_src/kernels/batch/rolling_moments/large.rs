//! Windows of any size but the smallest.
//!
//! As for extrema (see [`rolling_extremum`](crate::kernels::batch::rolling_extremum)) the column is cut into blocks of the
//! window's size, and a window is a suffix of one block and a prefix of the next. Sums of powers of distances from one
//! number, close to the mean of both blocks, are taken over all suffixes and prefixes and added: nothing is ever subtracted
//! that was added before. The moments of a window about its own mean follow, and lose digits if that mean is far from the
//! number. If they do, or a sum leaves the middle of the range, partial aggregates are combined instead.

use crate::kernels::batch::{
    rolling_moments::{
        from_moments::{FromMoments, Sums, values},
        neighbours::Neighbours,
    },
    simd::{LANES, deal, fold, near_mean, vectorised},
};
use pulp::{Arch, NullaryFnOnce, Simd, WithSimd};

/// The number of windows that are computed together.
const CHUNK: usize = 256;

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
        let other = near_mean(others, |x| x);
        if n == 0.0 { return other; }
        let first = near_mean(leaving, |x| x);
        first + (other - first) * (m / (n + m))
    }
}

/// The sums at each index of a chunk, side by side.
type SumTable<const K: usize> = [[[f64; LANES]; K]; CHUNK / LANES];

/// The sums over suffixes and prefixes in a chunk. Kept between chunks, since clearing would take longer than filling.
pub struct Tables<const K: usize> {
    suffixes: SumTable<K>,
    prefixes: SumTable<K>,
}

impl<const K: usize> Tables<K> {
    pub fn new() -> Self {
        let zeros = [[[0.0; LANES]; K]; CHUNK / LANES];
        Self { suffixes: zeros, prefixes: zeros }
    }
}

#[inline(always)]
fn store<const K: usize>(table: &mut SumTable<K>, index: usize, sums: &Sums<K>) {
    for (row, &sum) in table[index / LANES % (CHUNK / LANES)].iter_mut().zip(sums) {
        row[index % LANES] = sum;
    }
}

/// The windows that end in `entering`, at most [`CHUNK`].
struct Chunk<'a, const K: usize, T> {
    statistic: &'a T,
    leaving: &'a [f64],
    entering: &'a [f64],
    shift: f64,
    rest: Sums<K>,
    n: f64,
    tables: &'a mut Tables<K>,
    out: &'a mut [f64],
}

impl<const K: usize, T: FromMoments> WithSimd for Chunk<'_, K, T> {
    /// Whether all values are precise, and the sums over `entering`.
    type Output = (bool, Sums<K>);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> (bool, Sums<K>) {
        let Self { statistic, leaving, entering, shift, rest, n, tables, out } = self;
        // Without the sums over the rest these sums are small, and so are their rounding errors.
        let mut sums = [0.0; K];
        for (i, &x) in leaving.iter().enumerate().rev() {
            store(&mut tables.suffixes, i, &sums);
            add_powers(&mut sums, x - shift);
        }
        if leaving.is_empty() {
            (0..entering.len()).for_each(|i| store(&mut tables.suffixes, i, &[0.0; K]));
        }
        sums = [0.0; K];
        for (i, &x) in entering.iter().enumerate() {
            add_powers(&mut sums, x - shift);
            store(&mut tables.prefixes, i, &sums);
        }
        let mut spoilt = [0.0; LANES];
        let constant = statistic.formula(n);
        for (row, out) in out.chunks_mut(LANES).enumerate() {
            let row_of_table = row % (CHUNK / LANES);
            let (all, prefixes) = (&mut tables.suffixes[row_of_table], &tables.prefixes[row_of_table]);
            // Explicit vectors: compilers would gather one lane of all powers, which takes longer than everything else.
            for ((all, prefixes), rest) in all.iter_mut().zip(prefixes).zip(rest) {
                let rest = simd.splat_f64s(rest);
                let prefixes = S::as_simd_f64s(prefixes).0;
                for (all, &prefix) in S::as_mut_simd_f64s(all).0.iter_mut().zip(prefixes) {
                    *all = simd.add_f64s(rest, simd.add_f64s(*all, prefix));
                }
            }
            let row_values = if leaving.is_empty() {
                let first = n + (row * LANES + 1) as f64;
                values(
                    |lane| first + lane as f64,
                    |n| statistic.formula(n),
                    all,
                    [shift; LANES],
                    out.len(),
                    &mut spoilt,
                )
            } else {
                values(|_| n, |_| constant, all, [shift; LANES], out.len(), &mut spoilt)
            };
            out.copy_from_slice(&row_values[..out.len()]);
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

/// Adds the sums over more values, in chunks whose rounding errors are small.
fn total<const K: usize>(arch: Arch, sums: Sums<K>, xs: &[f64], shift: f64) -> Sums<K> {
    xs.chunks(CHUNK).fold(sums, |mut sums, xs| {
        let more = arch.dispatch(Total::<K> { xs, shift });
        sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        sums
    })
}

/// Writes the value over each window.
pub fn write<const K: usize, S: FromMoments>(
    windows: Neighbours<'_>,
    statistic: &S,
    tables: &mut Tables<K>,
    out: &mut [f64],
) {
    if !write_by_sums(windows, statistic, tables, out) {
        windows.write_by_combining(statistic, out);
    }
}

/// Returns false if rounding may have spoilt a value.
fn write_by_sums<const K: usize, S: FromMoments>(
    Neighbours { staying, leaving, entering }: Neighbours<'_>,
    statistic: &S,
    tables: &mut Tables<K>,
    out: &mut [f64],
) -> bool {
    let arch = Arch::new();
    let others = if staying.is_empty() { entering } else { staying };
    let shift = arch.dispatch(Middle { leaving, others });
    let mut prefix = total(arch, [0.0; K], staying, shift);
    let mut suffixes: Vec<Sums<K>> = vec![[0.0; K]];
    let mut suffix = [0.0; K];
    for chunk in leaving.chunks(CHUNK).skip(1).rev() {
        suffix = total(arch, suffix, chunk, shift);
        suffixes.push(suffix);
    }
    let mut leaving_chunks = leaving.chunks(CHUNK);
    let n = (staying.len() + leaving.len()) as f64;
    for (i, (entering, out)) in entering.chunks(CHUNK).zip(out.chunks_mut(CHUNK)).enumerate() {
        let mut rest = prefix;
        if let Some(suffix) = suffixes.pop() {
            rest.iter_mut().zip(suffix).for_each(|(sum, suffix)| *sum += suffix);
        }
        let n = if leaving.is_empty() { n + (i * CHUNK) as f64 } else { n };
        let leaving = leaving_chunks.next().unwrap_or_default();
        let (fine, sums) = arch.dispatch(Chunk { statistic, leaving, entering, shift, rest, n, tables, out });
        if !fine {
            return false;
        }
        prefix.iter_mut().zip(sums).for_each(|(sum, more)| *sum += more);
    }
    true
}
