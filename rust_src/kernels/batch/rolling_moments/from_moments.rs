//! Statistics that follow from moments, and their values over windows side by side.

use crate::kernels::{
    batch::simd::LANES,
    numerics::{
        moments::{Moments, about_mean},
        scale::LARGE,
    },
    traits::Aggregate,
};

/// A statistic that follows from the central moments of the values.
pub trait FromMoments: Aggregate<Input = f64> {
    /// How the value over `n` values, at least one, follows from their moments. What follows from `n` alone is computed
    /// once for all windows of this size.
    fn formula(&self, n: f64) -> impl Fn(&Moments) -> f64 + Copy;
}

/// The sums of the first `K` powers of distances from a number.
pub type Sums<const K: usize> = [f64; K];

/// How many times as large the second sum may be about a number as about the mean. Third and fourth powers grow faster.
const fn largest_ratio(powers: usize) -> f64 {
    if powers == 2 { 32.0 } else { 8.0 }
}

/// The moments that follow from sums about `shift`, and whether they are better than rounding errors.
#[inline(always)]
fn central<const K: usize>(n: f64, sums: &Sums<K>, shift: f64) -> (Moments, bool) {
    let at = |power: usize| if power <= K { sums[power - 1] } else { 0.0 };
    let s2 = at(2);
    let (_, [m2, m3, m4]) = about_mean(n, [at(1), s2, at(3), at(4)]);
    // About a number of ordinary magnitude, distances are 0 or far above the smallest doubles.
    let constant = (s2 == 0.0) & (shift.abs() >= 1.0 / LARGE);
    #[allow(clippy::manual_range_contains, reason = "without a branch, for vectors")]
    let near = (s2 >= 1.0 / LARGE) & (s2 <= LARGE) & (m2 * largest_ratio(K) >= s2);
    (Moments { n, m2, m3, m4 }, constant | near)
}

/// The values over windows side by side, from the number of values and the sums about a number in each lane. Sets the flag
/// of each of the first `used` lanes whose value is no better than rounding errors.
#[inline(always)]
pub fn values<const K: usize, F: Fn(&Moments) -> f64>(
    n: impl Fn(usize) -> f64,
    formula: impl Fn(f64) -> F,
    sums: &[[f64; LANES]; K],
    shifts: [f64; LANES],
    used: usize,
    spoilt: &mut [f64; LANES],
) -> [f64; LANES] {
    let mut values = [0.0; LANES];
    for lane in 0..LANES {
        let n = n(lane);
        let (moments, usable) = central(n, &sums.each_ref().map(|row| row[lane]), shifts[lane]);
        values[lane] = formula(n)(&moments);
        spoilt[lane] = if usable | (lane >= used) { spoilt[lane] } else { 1.0 };
    }
    values
}
