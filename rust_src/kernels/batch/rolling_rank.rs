//! The rank of the newest value of every window of a column.
//!
//! Vector instructions compare a value with several of its window at once. Up to a few hundred values that is faster
//! than keeping them sorted.

use crate::kernels::{batch::simd::vectorised, structures::sorted_window::SortedWindow};
use pulp::{Arch, NullaryFnOnce};

/// In larger windows, searching a tree is faster.
const LARGEST_WINDOW: usize = 512;

vectorised! {
    /// For each of `values` from `start`, writes its rank among the `size` values up to it to `out`.
    Ranks { values: &'a [f64], start: usize, size: usize, pct: bool, out: &'a mut [f64] } -> () {
        for (last, out) in (start..).zip(out) {
            let window = &values[(last + 1).saturating_sub(size)..=last];
            let x = values[last];
            let twice: u64 = window.iter().map(|&other| u64::from(other < x) + u64::from(other <= x)).sum();
            let rank = (twice + 1) as f64 / 2.0;
            *out = if pct { rank / window.len() as f64 } else { rank };
        }
    }
}

/// Adds a column to a window and writes the rank of each value, divided by the number of values if `pct`, to `out`. Returns
/// false, having done nothing, if that is not faster than value by value, or if there is a NaN.
pub fn accumulate_ranks(window: &mut SortedWindow, xs: &[f64], size: u64, pct: bool, out: &mut [f64]) -> bool {
    let Some(size) = usize::try_from(size).ok().filter(|&size| size <= LARGEST_WINDOW) else { return false };
    if !window.is_long(xs) || window.iter().chain(xs).any(|x| x.is_nan()) {
        return false;
    }
    let before: Vec<f64> = window.iter().copied().collect();
    let (first, rest) = out.split_at_mut(xs.len().min(size - 1));
    let values = [&before, &xs[..first.len()]].concat();
    let arch = Arch::new();
    arch.dispatch(Ranks { values: &values, start: before.len(), size, pct, out: first });
    arch.dispatch(Ranks { values: xs, start: size - 1, size, pct, out: rest });
    window.slide_many(xs, size as u64);
    true
}

#[cfg(test)]
mod tests {
    use crate::kernels::{statistics::rolling_rank::RollingRank, traits::Statistic};

    #[test]
    fn agrees_with_the_window() {
        let mut random = fastrand::Rng::with_seed(5);
        let infinite = [f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, 1.0];
        let noise: Vec<f64> =
            (0..700).map(|_| if random.bool() { infinite[random.usize(0..5)] } else { random.f64() }).collect();
        for size in [1, 2, 7, 64, 511, 512, 513] {
            for (pct, before) in [(false, 0), (true, 1), (false, 90), (true, 200)] {
                let mut rank = RollingRank::new(size, pct).unwrap();
                noise[..before].iter().for_each(|&x| rank.update(x));
                let (mut loops, mut out) = (rank.clone(), vec![0.0; noise.len() - before]);
                rank.accumulate(&noise[before..], &mut out);
                for (&x, value) in noise[before..].iter().zip(out) {
                    loops.update(x);
                    assert_eq!(loops.get(), Some(value), "in a window of {size}");
                }
                rank.update(0.5);
                loops.update(0.5);
                assert_eq!((rank.get(), rank.n()), (loops.get(), loops.n()));
            }
        }
    }
}
