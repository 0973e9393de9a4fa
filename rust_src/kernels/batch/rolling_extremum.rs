//! The extremum of every window of a column.
//!
//! M. van Herk, "A fast algorithm for local minimum and maximum filters on rectangular and octagonal kernels", Pattern
//! Recognition Letters 13 (1992); J. Gil, M. Werman, "Computing 2-D min, median, and max filters", IEEE Transactions
//! on Pattern Analysis and Machine Intelligence 15 (1993). The column is cut into blocks of the window's size: a window is
//! a suffix of one block and a prefix of the next, and the extrema of all suffixes and prefixes take one comparison each.

use crate::kernels::numerics::order::Order;

/// For each of `xs`, writes the extremum of the `size` newest values up to it to `out`. `before` are the values in the
/// window before the first, oldest first; there is no NaN. Of equal values (0.0 and -0.0) the oldest counts.
pub fn rolling_extremum<O: Order>(before: &[f64], xs: &[f64], size: u64, out: &mut [f64]) {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let mut ends = Vec::with_capacity(xs.len().min(size).max(before.len()));
    suffix_extrema::<O>(&mut ends, before);
    for (block, out) in xs.chunks(size).zip(out.chunks_mut(size)) {
        let mut best = O::NONE;
        for (&x, out) in block.iter().zip(&mut *out) {
            best = better::<O>(best, O::key(x));
            *out = best;
        }
        // While the window is filling, it holds all values before the block.
        let (filling, full) = out.split_at_mut((size - ends.len()).min(block.len()));
        if let Some(&end) = ends.first() {
            filling.iter_mut().for_each(|best| *best = better::<O>(end, *best));
        }
        let leaving = ends.get(1..).unwrap_or_default();
        full.iter_mut().zip(leaving).for_each(|(best, &end)| *best = better::<O>(end, *best));
        suffix_extrema::<O>(&mut ends, block);
    }
}

/// The extremum of an older value and a newer one.
#[inline]
fn better<O: Order>(older: f64, newer: f64) -> f64 {
    if O::beats(newer, older) { newer } else { older }
}

/// The extrema of all suffixes of a block, longest first.
fn suffix_extrema<O: Order>(ends: &mut Vec<f64>, block: &[f64]) {
    ends.clear();
    ends.extend(block.iter().map(|&x| O::key(x)));
    let mut best = O::NONE;
    for x in ends.iter_mut().rev() {
        best = better::<O>(*x, best);
        *x = best;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{
        numerics::order::{Largest, LargestMagnitude, Smallest},
        statistics::rolling_min_max::{RollingAbsMax, RollingMax, RollingMin},
        traits::Statistic,
    };

    #[test]
    fn agrees_with_the_window_to_the_last_bit() {
        let mut random = fastrand::Rng::with_seed(5);
        let values: Vec<f64> = (0..400)
            .map(|_| [0.0, -0.0, 1.0, -1.0, f64::INFINITY][random.usize(0..5)] * random.f64().round())
            .collect();
        let values: Vec<f64> = values.into_iter().map(|x| if x.is_nan() { 0.5 } else { x }).collect();
        for size in [1, 2, 3, 7, 50, 399, 400, 1000] {
            for start in [0_usize, 1, size / 2, size, 200] {
                let start = start.min(200);
                let before = &values[start.saturating_sub(size)..start];
                check::<Largest>(RollingMax::new(size as i128).unwrap(), before, &values[start..], size);
                check::<Smallest>(RollingMin::new(size as i128).unwrap(), before, &values[start..], size);
                check::<LargestMagnitude>(RollingAbsMax::new(size as i128).unwrap(), before, &values[start..], size);
            }
        }
    }

    fn check<O: Order>(mut rolling: impl Statistic<Input = f64>, before: &[f64], xs: &[f64], size: usize) {
        before.iter().for_each(|&x| rolling.update(x));
        let mut out = vec![0.0; xs.len()];
        rolling_extremum::<O>(before, xs, size as u64, &mut out);
        for (i, &x) in xs.iter().enumerate() {
            rolling.update(x);
            assert_eq!(rolling.get().unwrap().to_bits(), out[i].to_bits(), "{size} {i}");
        }
    }
}
