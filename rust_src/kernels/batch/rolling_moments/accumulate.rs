//! The choice between the algorithms for small and large windows.

use crate::kernels::batch::rolling_moments::{
    from_moments::FromMoments,
    large::{self, Tables},
    neighbours::Neighbours,
    small,
};

/// Windows up to this size are processed one by one.
const SMALL: usize = 40;

/// For each index of `xs` from `start`, which is at least 64 or `size`, writes the value over the `size` values up to it to
/// `out`. `K` is the highest power that the statistic needs.
pub fn rolling_moments<const K: usize, S: FromMoments>(
    statistic: &S,
    xs: &[f64],
    start: usize,
    size: usize,
    out: &mut [f64],
) {
    // While the window is filling, each block is as long as all values before it.
    let mut tables = Tables::<K>::new();
    let mut from = start;
    while from < size.min(xs.len()) {
        let to = (2 * from).min(size).min(xs.len());
        let windows = Neighbours { staying: &xs[..from], leaving: &[], entering: &xs[from..to] };
        large::write(windows, statistic, &mut tables, &mut out[from - start..to - start]);
        from = to;
    }
    if size <= SMALL {
        return small::write::<K, S>(statistic, xs, from, size, &mut out[from - start..]);
    }
    while from < xs.len() {
        let to = (from + size).min(xs.len());
        let windows = Neighbours { staying: &[], leaving: &xs[from - size..from], entering: &xs[from..to] };
        large::write(windows, statistic, &mut tables, &mut out[from - start..to - start]);
        from = to;
    }
}
