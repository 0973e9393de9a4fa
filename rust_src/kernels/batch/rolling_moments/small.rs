//! Small windows, in two passes over each.

use crate::kernels::batch::{
    rolling_moments::{
        from_moments::{FromMoments, values},
        neighbours::Neighbours,
    },
    simd::{LANES, vectorised},
};
use pulp::{Arch, NullaryFnOnce, Simd, WithSimd};

/// Windows of `size` values side by side; each begins one value after the one before.
struct SideBySide<'a, const K: usize> {
    xs: &'a [f64],
    size: usize,
}

/// Numbers close to the means, and the sums of powers of distances from them.
struct LaneSums<const K: usize>([f64; LANES], [[f64; LANES]; K]);

impl<const K: usize> WithSimd for SideBySide<'_, K> {
    type Output = LaneSums<K>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> LaneSums<K> {
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
        LaneSums(shifts, sums)
    }
}

vectorised! {
    Values [const K: usize, S: FromMoments] [K, S] {
        statistic: &'a S, n: f64, sums: &'a LaneSums<K>, out: &'a mut [f64; LANES]
    } -> bool {
        let mut spoilt = [0.0; LANES];
        let formula = statistic.formula(n);
        *out = values(|_| n, |_| formula, &sums.1, sums.0, LANES, &mut spoilt);
        spoilt.iter().all(|&spoilt| spoilt == 0.0)
    }
}

/// For each index of `xs` from `start`, writes the value over the `size` values up to it.
pub fn write<const K: usize, S: FromMoments>(statistic: &S, xs: &[f64], start: usize, size: usize, out: &mut [f64]) {
    let arch = Arch::new();
    let mut from = start;
    for row in out.chunks_mut(LANES) {
        let mut values = [0.0; LANES];
        let sums = arch.dispatch(SideBySide::<K> { xs: &xs[from + 1 - size..], size });
        let n = size as f64;
        if row.len() == LANES && arch.dispatch(Values { statistic, n, sums: &sums, out: &mut values }) {
            row.copy_from_slice(&values);
            from += LANES;
        } else {
            for part in row.chunks_mut(size) {
                let to = from + part.len();
                let windows = Neighbours { staying: &[], leaving: &xs[from - size..from], entering: &xs[from..to] };
                windows.write_by_combining(statistic, part);
                from = to;
            }
        }
    }
}
