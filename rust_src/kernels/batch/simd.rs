//! Loops over a block of values with several accumulators side by side, which become vector instructions.

use crate::kernels::{
    numerics::{
        double_double::DoubleDouble,
        scale::{exponent, power_of_two},
    },
    statistics::min_max::Order,
};
use pulp::{Arch, NullaryFnOnce};
use std::marker::PhantomData;

/// How many accumulators a sum is spread over. It is the same on all machines, whatever the width of their vectors, so
/// that they all do the same additions in the same order.
pub(crate) const LANES: usize = 16;

/// A loop that is compiled for several levels of vector instructions, and run in the widest that the machine has.
macro_rules! vectorised {
    ($(#[$doc:meta])* $name:ident $([$($generics:tt)*] [$($names:tt)*])? { $($field:ident: $type:ty),* } -> $output:ty $body:block) => {
        $(#[$doc])*
        struct $name<'a $(, $($generics)*)?> { $($field: $type),* }

        impl<'a $(, $($generics)*)?> NullaryFnOnce for $name<'a $(, $($names)*)?> {
            type Output = $output;

            #[inline(always)]
            fn call(self) -> $output {
                let Self { $($field),* } = self;
                $body
            }
        }
    };
}

pub(crate) use vectorised;

/// Hands the values to `step`, each with the lane that it belongs to.
#[inline(always)]
pub(crate) fn deal<T: Copy>(values: &[T], mut step: impl FnMut(usize, T)) {
    let rows = values.chunks_exact(LANES);
    let rest = rows.remainder();
    for row in rows {
        // An array's length is known to the compiler.
        if let Ok(row) = <&[T; LANES]>::try_from(row) {
            for (lane, &x) in row.iter().enumerate() {
                step(lane, x);
            }
        }
    }
    for (lane, &x) in rest.iter().enumerate() {
        step(lane, x);
    }
}

vectorised! {
    AnchoredSums { xs: &'a [f64], anchor: f64 } -> (f64, f64, [f64; LANES]) {
        let (mut sums, mut errors, mut largest) = ([anchor; LANES], [0.0; LANES], [0.0_f64; LANES]);
        deal(xs, |lane, x| {
            let sum = sums[lane] + x;
            errors[lane] += x - (sum - sums[lane]);
            sums[lane] = sum;
            largest[lane] = if x.abs() > largest[lane] { x.abs() } else { largest[lane] };
        });
        (fold(sums.map(|sum| sum - anchor)), fold(errors), largest)
    }
}

/// Blocks of values that are summed up without loss.
///
/// A lane begins at an anchor, a power of two far above the values, so that its sum is always the larger operand of an
/// addition, and the rounding error of `s = a + b` follows as `b - (s - a)` (T. J. Dekker, "A floating-point technique
/// for extending the available precision", Numer. Math. 18 (1971)): half the operations of the general case. The errors
/// are smaller than the anchor's last place and are summed up as they are.
#[derive(Default)]
pub struct ExactSums {
    anchor: f64,
}

/// Binary places from the largest value up to the anchor. With the least of them, all lanes of a block together stay
/// below half the anchor, so that without it their sum is exact.
const HEADROOM: i32 = 17;
const LEAST_HEADROOM: i32 = 14;
/// How many values are summed up together, at most.
pub const SUMMED: usize = 4 * super::BLOCK;
/// Values so much smaller deserve a new anchor.
const MOST_HEADROOM: i32 = 40;

impl ExactSums {
    /// The sum of a block of at most [`SUMMED`] values; `None` where a value is not finite, or too large
    /// or small for an anchor.
    pub fn sum(&mut self, xs: &[f64]) -> Option<DoubleDouble> {
        for _ in 0..2 {
            let anchor = self.anchor;
            let (hi, lo, largest) = Arch::new().dispatch(AnchoredSums { xs, anchor });
            let largest = largest.into_iter().fold(0.0, f64::max);
            let headroom = anchor / largest;
            if headroom >= power_of_two(LEAST_HEADROOM) && headroom <= power_of_two(MOST_HEADROOM) {
                // An infinity or NaN has left its mark in the errors.
                return lo.is_finite().then_some(DoubleDouble { hi, lo });
            }
            let above = exponent(largest) + HEADROOM;
            if !(-900..900).contains(&above) {
                return None;
            }
            self.anchor = power_of_two(above);
        }
        None
    }
}

/// The sum over all lanes. Not inlined, as compilers would gather the first lanes of several sums, then the second lanes,
/// and so on, which takes longer than the sums themselves.
#[inline(never)]
pub(crate) fn fold(mut lanes: [f64; LANES]) -> f64 {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
        width /= 2;
    }
    lanes[0]
}

/// `Σ x`, with an error of some units in the last place of `Σ |x|`.
#[inline(always)]
fn sum<T: Copy>(xs: &[T], of: impl Fn(T) -> f64) -> f64 {
    let mut sums = [0.0; LANES];
    deal(xs, |lane, x| sums[lane] += of(x));
    fold(sums)
}

/// A number next to the mean, and exactly the value that all are equal to where they are: distances from it are 0 then,
/// which those from a rounded mean would not be.
#[inline(always)]
pub(crate) fn centre<T: Copy>(xs: &[T], of: impl Fn(T) -> f64 + Copy) -> f64 {
    let mean = sum(xs, of) / xs.len() as f64;
    let first = xs.first().map_or(0.0, |&x| of(x));
    if (mean - first).abs() <= 1e-12 * first.abs() { first } else { mean }
}

vectorised! {
    PowerSums [const K: usize] [K] { xs: &'a [f64] } -> (f64, [f64; K]) {
        let shift = centre(xs, |x| x);
        let mut sums = [[0.0; LANES]; K];
        deal(xs, |lane, x| {
            let distance = x - shift;
            let mut power = 1.0;
            for sum in &mut sums {
                power *= distance;
                sum[lane] += power;
            }
        });
        (shift, sums.map(fold))
    }
}

/// A number next to the mean of the values, and the sums of powers of their distances `d` from it: `Σ d`, `Σ d²`, ...
pub fn power_sums<const K: usize>(xs: &[f64]) -> (f64, [f64; K]) {
    // Compilers make better vector code of four powers than of three, and must not drop one that is not used.
    std::hint::black_box(Arch::new().dispatch(PowerSums { xs }))
}

vectorised! {
    ProductSums { pairs: &'a [(f64, f64)] } -> ((f64, f64), [f64; 5]) {
        let shift = (centre(pairs, |(x, _)| x), centre(pairs, |(_, y)| y));
        let mut sums = [[0.0; LANES]; 5];
        deal(pairs, |lane, (x, y)| {
            let (dx, dy) = (x - shift.0, y - shift.1);
            for (sum, term) in sums.iter_mut().zip([dx, dy, dx * dx, dy * dy, dx * dy]) {
                sum[lane] += term;
            }
        });
        (shift, sums.map(fold))
    }
}

/// Numbers next to the means of two variables, and the sums of the distances from them, of their squares and of their
/// products: `Σ dx`, `Σ dy`, `Σ dx²`, `Σ dy²`, `Σ dx dy`.
pub fn product_sums(pairs: &[(f64, f64)]) -> ((f64, f64), [f64; 5]) {
    Arch::new().dispatch(ProductSums { pairs })
}

vectorised! {
    Extremum [O: Order] [O] { xs: &'a [f64], order: PhantomData<O> } -> Option<f64> {
        let PhantomData = order;
        let (mut bests, mut sums) = ([O::NONE; LANES], [0.0; LANES]);
        deal(xs, |lane, x| {
            let x = O::key(x);
            bests[lane] = if O::beats(x, bests[lane]) { x } else { bests[lane] };
            // A NaN stays in a sum, and costs less to find there than in every value.
            sums[lane] += x;
        });
        let best = bests.into_iter().fold(O::NONE, |best, x| if O::beats(x, best) { x } else { best });
        (!sums.iter().any(|sum| sum.is_nan())).then_some(best)
    }
}

/// The extremum of the values, the first of equal ones; `None` where one may be NaN.
pub fn extremum<O: Order>(xs: &[f64]) -> Option<f64> {
    let best = Arch::new().dispatch(Extremum::<O> { xs, order: PhantomData })?;
    // Zeros are equal whatever their sign, and lanes do not know which was the first.
    if best == 0.0 { xs.iter().copied().map(O::key).find(|&x| x == 0.0) } else { Some(best) }
}
