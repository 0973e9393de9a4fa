//! The partial aggregates of the newest values of a block, by plain sums.
//!
//! Sums of powers of distances from one of the values need no division for each value: with `s_k = Σ (x - pivot)^k` over
//! `n` values, the mean is `pivot + s1/n` and the sum of squared deviations `s2 - s1²/n`. No value is further from the
//! mean than `√n` standard deviations, so the difference loses at most `log2 (n + 1)` bits, and `n` is small here.

use crate::kernels::{
    aggregates::{
        correlation::CorrelationAggregate,
        dispersion::{DispersionAggregate, EXACT_SQUARES},
        moments::{self, MomentsAggregate},
        product::ProductAggregate,
    },
    numerics::{double_double::DoubleDouble, moments::about_mean},
    traits::PartialAggregate,
};

/// Sums over some values, of their distances from one of them, the pivot.
pub trait PivotedSums: Copy {
    /// A value or pair of values.
    type Value: Copy;
    /// The partial aggregate of the values.
    type Run: PartialAggregate;

    /// Empty sums with this pivot.
    fn about(pivot: Self::Value) -> Self;

    /// Adds a value.
    fn add(&mut self, x: Self::Value);

    /// The partial aggregate, unless a sum has left the range of doubles.
    fn run(&self) -> Option<Self::Run>;
}

/// See [`Aggregate::suffixes`](crate::kernels::traits::Aggregate::suffixes).
pub fn suffixes<S: PivotedSums>(
    newest_first: impl Iterator<Item = (S::Value, f64)>,
    lift: impl Fn(S::Value, f64) -> S::Run,
) -> impl Iterator<Item = S::Run> {
    let (mut sums, mut suffix, mut unweighted) = (None, None, true);
    newest_first.map(move |(x, w)| {
        let sums = sums.get_or_insert_with(|| S::about(x));
        sums.add(x);
        unweighted &= w == 1.0;
        let known = if unweighted { sums.run() } else { None };
        let longer = known.unwrap_or_else(|| suffix.map_or(lift(x, w), |suffix| lift(x, w).combine(suffix)));
        suffix = Some(longer);
        longer
    })
}

/// The last of the [`suffixes`].
pub fn total<S: PivotedSums>(
    newest_first: impl Iterator<Item = (S::Value, f64)> + Clone,
    lift: impl Fn(S::Value, f64) -> S::Run,
) -> Option<S::Run> {
    let mut values = newest_first.clone();
    let mut sums = S::about(values.clone().next()?.0);
    let unweighted = values.all(|(x, w)| {
        sums.add(x);
        w == 1.0
    });
    sums.run().filter(|_| unweighted).or_else(|| suffixes::<S>(newest_first, lift).last())
}

/// For [`DispersionAggregate`].
#[derive(Clone, Copy)]
pub struct DispersionSums {
    n: f64,
    pivot: f64,
    s1: f64,
    s2: f64,
    /// Whether all values are equal. The squares of deviations may be 0 where the deviations are not.
    constant: bool,
}

impl PivotedSums for DispersionSums {
    type Value = f64;
    type Run = DispersionAggregate;

    #[inline]
    fn about(pivot: f64) -> Self {
        Self { n: 0.0, pivot, s1: 0.0, s2: 0.0, constant: true }
    }

    #[inline]
    fn add(&mut self, x: f64) {
        let d = x - self.pivot;
        self.n += 1.0;
        self.s1 += d;
        self.s2 += d * d;
        self.constant &= d == 0.0;
    }

    #[inline]
    fn run(&self) -> Option<DispersionAggregate> {
        let offset = self.s1 / self.n;
        let squares = (self.s2 - self.s1 * offset).max(0.0);
        let fits = EXACT_SQUARES.contains(&self.s2) || self.constant;
        fits.then(|| DispersionAggregate::from_parts(self.n, DoubleDouble::sum(self.pivot, offset), squares))
    }
}

/// For [`MomentsAggregate`].
#[derive(Clone, Copy)]
pub struct MomentsSums<const FOURTH: bool> {
    squares: DispersionSums,
    s3: f64,
    s4: f64,
}

impl<const FOURTH: bool> PivotedSums for MomentsSums<FOURTH> {
    type Value = f64;
    type Run = MomentsAggregate<FOURTH>;

    #[inline]
    fn about(pivot: f64) -> Self {
        Self { squares: DispersionSums::about(pivot), s3: 0.0, s4: 0.0 }
    }

    #[inline]
    fn add(&mut self, x: f64) {
        let d = x - self.squares.pivot;
        self.squares.add(x);
        self.s3 += d * d * d;
        if FOURTH {
            self.s4 += (d * d) * (d * d);
        }
    }

    #[inline]
    fn run(&self) -> Option<MomentsAggregate<FOURTH>> {
        let DispersionSums { n, s1, s2, .. } = self.squares;
        let (_, [_, m3, m4]) = about_mean(n, [s1, s2, self.s3, self.s4]);
        let m4 = if FOURTH { m4.max(0.0) } else { 0.0 };
        let spread = self.squares.run()?;
        let fits = moments::is_ordinary(s2) && moments::is_ordinary(spread.raw_squares());
        fits.then(|| MomentsAggregate::from_parts(spread, m3, m4))
    }
}

/// For [`CorrelationAggregate`], and for the products alone.
#[derive(Clone, Copy)]
pub struct CorrelationSums {
    x: DispersionSums,
    y: DispersionSums,
    products: f64,
}

impl CorrelationSums {
    #[inline]
    fn products(&self) -> f64 {
        self.products - self.x.s1 * (self.y.s1 / self.y.n)
    }
}

impl PivotedSums for CorrelationSums {
    type Value = (f64, f64);
    type Run = CorrelationAggregate;

    #[inline]
    fn about((x, y): (f64, f64)) -> Self {
        Self { x: DispersionSums::about(x), y: DispersionSums::about(y), products: 0.0 }
    }

    #[inline]
    fn add(&mut self, (x, y): (f64, f64)) {
        self.products += (x - self.x.pivot) * (y - self.y.pivot);
        self.x.add(x);
        self.y.add(y);
    }

    #[inline]
    fn run(&self) -> Option<CorrelationAggregate> {
        Some(CorrelationAggregate::from_parts(self.x.run()?, self.y.run()?, self.products()))
    }
}

/// For [`ProductAggregate`].
#[derive(Clone, Copy)]
pub struct ProductSums(CorrelationSums);

impl PivotedSums for ProductSums {
    type Value = (f64, f64);
    type Run = ProductAggregate;

    #[inline]
    fn about(pivot: (f64, f64)) -> Self {
        Self(CorrelationSums::about(pivot))
    }

    #[inline]
    fn add(&mut self, pair: (f64, f64)) {
        self.0.add(pair);
    }

    #[inline]
    fn run(&self) -> Option<ProductAggregate> {
        let [x, y] = [self.0.x.run()?, self.0.y.run()?].map(|side| side.location().1);
        Some(ProductAggregate::from_parts(self.0.x.n, x, y, self.0.products()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_suffix_is_the_combination_of_its_values() {
        let mut random = fastrand::Rng::with_seed(5);
        for (offset, unit) in [
            (0.0, 1.0),
            (1e9, 1.0),
            (1e17, 1e10),
            (0.0, 2e-60),
            (0.0, 1e-150),
            (0.0, 1e100),
            (0.0, 1e-300),
            (0.0, 1e300),
        ] {
            for odd in [0.0, 1e17, f64::NAN, f64::INFINITY] {
                let mut values: Vec<f64> = (0..32).map(|_| offset + unit * random.f64()).collect();
                values[7] += odd * unit;
                let lift = MomentsAggregate::<true>::new;
                let pairs = values.iter().rev().map(|&x| (x, 1.0));
                let all = suffixes::<MomentsSums<true>>(pairs.clone(), lift).last();
                let whole = total::<MomentsSums<true>>(pairs.clone(), lift);
                // NaN is not equal to itself, but looks the same.
                assert_eq!(format!("{whole:?}"), format!("{all:?}"));
                let mut runs: Vec<_> = values.iter().map(|&x| lift(x, 1.0)).collect();
                for run in suffixes::<MomentsSums<true>>(pairs, lift).collect::<Vec<_>>().into_iter().rev() {
                    let expected = runs.iter().copied().reduce(PartialAggregate::combine).unwrap();
                    let of = |run: MomentsAggregate<true>| run.powers_times(1.0 / expected.root().max(1e-300));
                    assert_eq!(run.location().0, expected.location().0);
                    for (actual, expected) in of(run).into_iter().zip(of(expected)) {
                        let same = actual.is_nan() && expected.is_nan();
                        assert!(
                            same || (actual - expected).abs() <= 1e-13,
                            "{actual} {expected} {offset} {unit} {odd}"
                        );
                    }
                    runs.remove(0);
                }
            }
        }
    }
}
