//! The sum of every window of a column.
//!
//! The column is cut into blocks of `size` values: each window is a suffix of one block and a prefix of the next.
//! Nothing is subtracted, so a sum is as exact as that of its values alone, and a NaN affects only the windows that it
//! is in.

use crate::kernels::numerics::{double_double::DoubleDouble, scale::power_of_two};

/// The binary exponent beyond which a sum might leave the range of doubles where its terms and the mean do not.
const LARGEST_EXPONENT: i32 = 900;

/// For each index of `xs` from `start`, writes the result of `value` for the number and the sum of the `size` values up
/// to it, or of all if there are fewer, to `out`. Returns false, having done nothing, if sums could leave the range of
/// doubles.
pub fn rolling_sum(
    xs: &[f64],
    start: usize,
    size: usize,
    out: &mut [f64],
    value: impl Fn(f64, DoubleDouble) -> f64,
) -> bool {
    let largest = power_of_two(LARGEST_EXPONENT);
    if xs.iter().fold(false, |beyond, x| beyond | ((x.abs() > largest) & x.is_finite())) {
        return false;
    }
    // An infinite sum has no rounding error.
    let value = |n: usize, sum: DoubleDouble| value(n as f64, if sum.hi.is_finite() { sum } else { sum.hi.into() });
    let filled = start.max(size).min(xs.len());
    let (first, mut rest) = out.split_at_mut(filled - start);
    let mut sum = DoubleDouble::default();
    xs[..start].iter().for_each(|&x| sum.add(x));
    for ((&x, out), n) in xs[start..].iter().zip(first).zip(start + 1..) {
        sum.add(x);
        *out = value(n, sum);
    }
    // For each value of the block that is leaving, the sum of the values after it.
    let mut suffixes = vec![DoubleDouble::default(); if rest.is_empty() { 0 } else { size }];
    for (leaving, entering) in xs[filled - suffixes.len()..].chunks(size).zip(xs[filled..].chunks(size)) {
        let mut suffix = DoubleDouble::default();
        for (stored, &x) in suffixes.iter_mut().zip(leaving).rev() {
            *stored = suffix;
            suffix.add(x);
        }
        let (out, further) = rest.split_at_mut(entering.len());
        let mut prefix = DoubleDouble::default();
        for ((&x, suffix), out) in entering.iter().zip(&suffixes).zip(out) {
            prefix.add(x);
            let mut sum = prefix;
            sum.add_double(*suffix);
            *out = value(size, sum);
        }
        rest = further;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against sums of integers, which are exact.
    #[test]
    fn sums_are_those_of_the_values_in_the_windows() {
        let mut random = fastrand::Rng::with_seed(3);
        for (length, start, size) in [
            (300, 64, 1),
            (300, 64, 2),
            (300, 64, 64),
            (300, 64, 250),
            (300, 64, 300),
            (100, 64, usize::MAX),
            (70, 70, 9),
        ] {
            let integers: Vec<i64> = (0..length).map(|_| random.i64(-1 << 52..1 << 52)).collect();
            let xs: Vec<f64> = integers.iter().map(|&x| x as f64).collect();
            let [mut sums, mut numbers] = [(); 2].map(|()| vec![0.0; length - start]);
            assert!(rolling_sum(&xs, start, size, &mut sums, |_, sum| sum.value()));
            assert!(rolling_sum(&xs, start, size, &mut numbers, |n, _| n));
            for ((i, sum), n) in (start..).zip(sums).zip(numbers) {
                let window = &integers[(i + 1).saturating_sub(size)..=i];
                assert_eq!(sum, window.iter().map(|&x| i128::from(x)).sum::<i128>() as f64);
                assert_eq!(n, window.len() as f64);
            }
        }
    }

    #[test]
    fn what_is_not_finite_ends_with_its_windows() {
        let mut xs = vec![1.0; 200];
        (xs[100], xs[110], xs[150]) = (f64::INFINITY, f64::NEG_INFINITY, f64::NAN);
        let mut out = vec![0.0; 136];
        assert!(rolling_sum(&xs, 64, 20, &mut out, |_, sum| sum.value()));
        for (i, sum) in (64..).zip(out) {
            let expected: f64 = xs[i - 19..=i].iter().sum();
            assert!(sum == expected || (sum.is_nan() && expected.is_nan()), "{sum} at {i}");
        }
    }

    #[test]
    fn sums_that_could_overflow_are_left_to_the_window() {
        let mut xs = vec![1.0; 100];
        xs[7] = 1e300;
        assert!(!rolling_sum(&xs, 64, 10, &mut [0.0; 36], |_, sum| sum.value()));
    }
}
