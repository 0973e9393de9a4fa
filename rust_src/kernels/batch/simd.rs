//! Loops over a block of values with several accumulators side by side, which compile to vector instructions.

use crate::kernels::numerics::{
    double_double::DoubleDouble,
    order::Order,
    scale::{exponent, power_of_two},
};
use pulp::{Arch, NullaryFnOnce};
use std::marker::PhantomData;

/// The number of values in a block: what one pass reads, the next finds in the fastest cache.
pub const BLOCK: usize = 2048;

/// The number of accumulators of a sum. It does not depend on the width of a machine's vectors, so that all machines do
/// the same additions in the same order.
pub(crate) const LANES: usize = 16;

/// A loop that is compiled for several sets of vector instructions and run with the widest that the machine has.
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

/// Calls `step` with each value and its lane.
#[inline(always)]
pub(crate) fn deal<T: Copy>(values: &[T], mut step: impl FnMut(usize, T)) {
    let rows = values.chunks_exact(LANES);
    let rest = rows.remainder();
    for row in rows {
        // The compiler knows the length of an array.
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

vectorised! {
    AnchoredFacts { xs: &'a [f64], anchor: f64 } -> (f64, f64, [f64; 2]) {
        let (mut sums, mut errors) = ([anchor; LANES], [0.0; LANES]);
        let (mut smallest, mut largest) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
        deal(xs, |lane, x| {
            let sum = sums[lane] + x;
            errors[lane] += x - (sum - sums[lane]);
            sums[lane] = sum;
            smallest[lane] = if x < smallest[lane] { x } else { smallest[lane] };
            largest[lane] = if x > largest[lane] { x } else { largest[lane] };
        });
        let extrema = [smallest.into_iter().fold(f64::INFINITY, f64::min), largest.into_iter().fold(f64::NEG_INFINITY, f64::max)];
        (fold(sums.map(|sum| sum - anchor)), fold(errors), extrema)
    }
}

/// What one pass over a block of finite values tells several statistics.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The values.
    pub xs: &'a [f64],
    /// Their sum, without rounding errors.
    pub sum: DoubleDouble,
    /// The smallest of them, the first of equal ones.
    pub smallest: f64,
    /// The largest, in the same way.
    pub largest: f64,
}

/// Sums of blocks of values without rounding errors.
///
/// A lane begins at an anchor, a power of two far above the values. So its sum is always the larger operand of an
/// addition, and the rounding error of `s = a + b` is `b - (s - a)` (T. J. Dekker, "A floating-point technique for
/// extending the available precision", Numer. Math. 18 (1971)): half the operations of the general case. The errors are
/// smaller than the last bit of the anchor and are summed plainly.
#[derive(Default)]
pub struct ExactSums {
    anchor: f64,
}

/// The exponent of the anchor minus that of the largest value. With the least headroom, all lanes of a block together stay
/// below half the anchor, so that their sum without it is exact.
const HEADROOM: i32 = 17;
const LEAST_HEADROOM: i32 = 14;
/// The most values that are summed at once.
pub const SUMMED: usize = 4 * BLOCK;
/// With more headroom the anchor is chosen anew.
const MOST_HEADROOM: i32 = 40;

impl ExactSums {
    /// The sum of at most [`SUMMED`] values; `None` if a value is not finite, or too large or small for an anchor.
    pub fn sum(&mut self, xs: &[f64]) -> Option<DoubleDouble> {
        let pass = |anchor| {
            let (hi, lo, largest) = Arch::new().dispatch(AnchoredSums { xs, anchor });
            (DoubleDouble { hi, lo }, largest.into_iter().fold(0.0, f64::max), ())
        };
        self.anchored(pass).map(|(sum, ())| sum)
    }

    /// The sum of at most [`SUMMED`] values as [`sum`](Self::sum) returns it, and the other facts that the same pass
    /// yields.
    pub fn facts<'a>(&mut self, xs: &'a [f64]) -> Option<Facts<'a>> {
        let pass = |anchor| {
            let (hi, lo, extrema) = Arch::new().dispatch(AnchoredFacts { xs, anchor });
            (DoubleDouble { hi, lo }, extrema.into_iter().map(f64::abs).fold(0.0, f64::max), extrema)
        };
        let (sum, extrema) = self.anchored(pass)?;
        let [smallest, largest] = extrema.map(|extremum| first_of_equal(xs, extremum, |x| x));
        Some(Facts { xs, sum, smallest, largest })
    }

    /// The results of a pass over values, which is repeated if the anchor does not suit the largest magnitude that it
    /// finds.
    fn anchored<T>(&mut self, pass: impl Fn(f64) -> (DoubleDouble, f64, T)) -> Option<(DoubleDouble, T)> {
        for _ in 0..2 {
            let (sum, largest, found) = pass(self.anchor);
            let headroom = self.anchor / largest;
            if headroom >= power_of_two(LEAST_HEADROOM) && headroom <= power_of_two(MOST_HEADROOM) {
                // An infinity or NaN shows in the errors.
                return sum.lo.is_finite().then_some((sum, found));
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

/// The sum over all lanes. Not inlined: compilers would gather the first lanes of several sums, then the second lanes, and
/// so on, which takes longer than the sums.
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

/// `Σ x`, with an error of a few units in the last place of `Σ |x|`.
#[inline(always)]
fn sum<T: Copy>(xs: &[T], of: impl Fn(T) -> f64) -> f64 {
    let mut sums = [0.0; LANES];
    deal(xs, |lane, x| sums[lane] += of(x));
    fold(sums)
}

/// A number close to the mean; if all values are equal, exactly that value. Distances from it are then 0, and those from a
/// rounded mean might not be.
#[inline(always)]
pub(crate) fn near_mean<T: Copy>(xs: &[T], of: impl Fn(T) -> f64 + Copy) -> f64 {
    let mean = sum(xs, of) / xs.len() as f64;
    apart_from(mean, xs.first().map_or(0.0, |&x| of(x)))
}

/// A rounded mean, or the first value where it is that close.
#[inline(always)]
fn apart_from(mean: f64, first: f64) -> f64 {
    if (mean - first).abs() <= 1e-12 * first.abs() { first } else { mean }
}

vectorised! {
    PowerSums [const K: usize] [K] { xs: &'a [f64], shift: Option<f64> } -> (f64, [f64; K]) {
        let shift = shift.unwrap_or_else(|| near_mean(xs, |x| x));
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

/// A number close to the mean of the values, and the sums of powers of the distances `d` from it: `Σ d`, `Σ d²`, ...
pub fn power_sums<const K: usize>(xs: &[f64], sum: Option<f64>) -> (f64, [f64; K]) {
    let first = xs.first().copied().unwrap_or_default();
    let shift = sum.map(|sum| apart_from(sum / xs.len() as f64, first));
    // Compilers make better vector code of four powers than of three, so they must not drop an unused one.
    std::hint::black_box(Arch::new().dispatch(PowerSums { xs, shift }))
}

vectorised! {
    ProductSums { pairs: &'a [(f64, f64)] } -> ((f64, f64), [f64; 5]) {
        let shift = (near_mean(pairs, |(x, _)| x), near_mean(pairs, |(_, y)| y));
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

/// Numbers close to the means of two variables, and the sums of the distances from them, of their squares and of their
/// products: `Σ dx`, `Σ dy`, `Σ dx²`, `Σ dy²`, `Σ dx dy`.
pub fn product_sums(pairs: &[(f64, f64)]) -> ((f64, f64), [f64; 5]) {
    Arch::new().dispatch(ProductSums { pairs })
}

vectorised! {
    BlockExtremum [O: Order] [O] { xs: &'a [f64], order: PhantomData<O> } -> Option<f64> {
        let PhantomData = order;
        let (mut bests, mut sums) = ([O::NONE; LANES], [0.0; LANES]);
        deal(xs, |lane, x| {
            let x = O::key(x);
            bests[lane] = if O::beats(x, bests[lane]) { x } else { bests[lane] };
            // A NaN shows in the sum, where it costs less to find than in every value.
            sums[lane] += x;
        });
        let best = bests.into_iter().fold(O::NONE, |best, x| if O::beats(x, best) { x } else { best });
        (!sums.iter().any(|sum| sum.is_nan())).then_some(best)
    }
}

/// The extremum of the values, the first of equal ones; `None` if a value may be NaN.
pub fn extremum<O: Order>(xs: &[f64]) -> Option<f64> {
    let best = Arch::new().dispatch(BlockExtremum::<O> { xs, order: PhantomData })?;
    Some(first_of_equal(xs, best, O::key))
}

/// The first of the values that equal an extremum: zeros of either sign are equal, and lanes do not know which came first.
fn first_of_equal(xs: &[f64], extremum: f64, key: impl Fn(f64) -> f64) -> f64 {
    let first = || xs.iter().map(|&x| key(x)).find(|&x| x == 0.0);
    if extremum == 0.0 { first().unwrap_or(extremum) } else { extremum }
}
