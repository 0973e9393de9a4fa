//! Which statistic is kept up to date over a window by which method.

use super::{
    AbsMax, AutoCorr, BayesianMean, CoefficientOfVariation, Cov, EwCov, EwMean, EwVar, Extrema, FirstDifference,
    GeometricMean, HarmonicMean, Iqr, KolmogorovSmirnov, Kurtosis, Mad, Max, Mean, Min, PeakToPeak, PearsonCorr,
    Quantile, RootMeanSquare, Sem, Shift, Skew, Statistic, Sum, Var, Weighted,
    column::rolling_moments::{ends, run},
    comoments::Comoments,
    dispersion::Dispersion,
    runs::{DispersionRun, ProductRun, SumRun},
    sums::WeightedSum,
    window::{Aggregate, Daba, Merging, OrderStatistic, Queue, Ranking, Ranks, Replaying, Reverting, Rolls, Whole},
};
macro_rules! rolls {
    ($($kernel:ty),* => $method:ty, $contents:ty) => {$(
        impl Rolls for $kernel {
            type Method = $method;
            type Contents = $contents;
        }
    )*};
}

macro_rules! by_merging {
    ($($kernel:ty),* $(,)?) => {$(
        rolls!($kernel => Merging, Daba<<$kernel as Aggregate>::Partial>);
    )*};
}

/// Runs of many values at once, of a statistic of their moments up to a power.
macro_rules! by_moments {
    ($powers:literal) => {
        fn ends(&self, xs: &[f64]) -> Vec<Self::Partial> {
            ends::<$powers, Self>(self, xs)
        }
    };
}

/// Statistics whose whole state is what a run is known by.
macro_rules! by_merging_wholes {
    ($($kernel:ty $([$powers:literal])?),* => |$state:ident, $x:ident, $w:ident| $update:expr, $weighted:literal) => {$(
        impl Aggregate for $kernel {
            type Partial = Whole<Self>;

            #[inline]
            fn lift(&self, $x: Self::Input, $w: f64) -> Whole<Self> {
                let mut $state = *self;
                $update;
                Whole($state)
            }

            fn run(&self, xs: &[Self::Input]) -> Option<Whole<Self>> {
                let mut state = *self;
                state.update_many(xs);
                (!xs.is_empty()).then_some(Whole(state))
            }

            $(by_moments!($powers);)?

            #[inline]
            fn lower(&self, run: Option<Whole<Self>>) -> Self {
                run.map_or(*self, |Whole(run)| run)
            }
        }

        impl Rolls for $kernel {
            type Method = Merging;
            type Contents = Daba<Whole<Self>>;
            const WEIGHTED: bool = $weighted;
            const ASSOCIATIVE: bool = true;
        }
    )*};
}

/// Statistics of which a run is known by less than the whole state.
macro_rules! by_merging_runs {
    ($($kernel:ident { $field:ident: $state:ident } by $run:ident of $input:ty $([$powers:literal])?;)*) => {$(
        impl Aggregate for $kernel {
            type Partial = $run;

            #[inline]
            fn lift(&self, x: $input, w: f64) -> $run {
                $run::new(x, w)
            }

            $(
                by_moments!($powers);

                fn run(&self, xs: &[f64]) -> Option<$run> {
                    run::<$powers, Self>(self, xs)
                }
            )?

            #[inline]
            #[allow(clippy::needless_update, reason = "not all of them have parameters")]
            fn lower(&self, run: Option<$run>) -> Self {
                Self { $field: $state::of_run(run), ..*self }
            }
        }

        impl Rolls for $kernel {
            type Method = Merging;
            type Contents = Daba<$run>;
            const WEIGHTED: bool = true;
            const ASSOCIATIVE: bool = true;
        }
    )*};
}

by_merging_runs! {
    BayesianMean { sum: WeightedSum } by SumRun of f64;
    Cov { comoments: Comoments } by ProductRun of (f64, f64);
    Mean { sum: WeightedSum } by SumRun of f64;
    Sem { deviations: Dispersion } by DispersionRun of f64 [2];
    Sum { sum: WeightedSum } by SumRun of f64;
    Var { deviations: Dispersion } by DispersionRun of f64 [2];
}

macro_rules! by_ranks {
    ($($kernel:ty = |$this:ident, $ranks:ident| $value:expr;)*) => {$(
        impl OrderStatistic for $kernel {
            fn of(&self, $ranks: &Ranks) -> Option<f64> {
                let $this = self;
                $value
            }
        }

        rolls!($kernel => Ranking, Queue<f64, Ranking>);
    )*};
}

by_merging!(EwCov, EwMean, EwVar);
by_merging_wholes!(
    AbsMax, Extrema, Kurtosis [4], Max, Min, PeakToPeak, Skew [3] => |state, x, _w| state.update(x), false
);
// A weight is checked where it comes in.
by_merging_wholes!(
    CoefficientOfVariation, GeometricMean, HarmonicMean, PearsonCorr, RootMeanSquare => |state, x, w| _ = state.update_weighted(x, w), true
);

// Exact, where the statistic itself is an estimate.
by_ranks! {
    Iqr = |iqr, ranks| Some(ranks.quantile(iqr.q_sup)? - ranks.quantile(iqr.q_inf)?);
    Mad = |_mad, ranks| ranks.median_absolute_deviation();
    Quantile = |quantile, ranks| ranks.quantile(quantile.q);
}

rolls!(KolmogorovSmirnov => Reverting<Self>, Queue<(f64, f64), Reverting<Self>>);

rolls!(AutoCorr, FirstDifference, Shift => Replaying, Queue<f64, Replaying>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{
        time::Timestamp,
        window::{Closed, Rolling, TimeRolling},
    };

    /// Windows by count and by time against a fresh statistic over the values in them.
    fn compare<K: Rolls>(kernel: &K, values: &[K::Input], tolerance: f64) {
        for size in [1, 2, 3, 7] {
            let mut window = Rolling::new(kernel.clone(), size as i128).unwrap();
            let mut timed = TimeRolling::new(kernel.clone(), size as i128 * 1_000_000_000, Closed::Right).unwrap();
            for (i, &x) in values.iter().enumerate() {
                window.update(x);
                timed.update(Timestamp::Seconds(i as f64), x, 1.0).unwrap();
                let mut fresh = kernel.clone();
                fresh.update_many(&values[(i + 1).saturating_sub(size)..=i]);
                for value in [window.get(), timed.get()] {
                    let (actual, expected) = (value.unwrap_or(f64::NAN), fresh.get().unwrap_or(f64::NAN));
                    let same = actual == expected || (actual.is_nan() && expected.is_nan());
                    let near = (actual - expected).abs() <= tolerance * expected.abs();
                    assert!(same || near, "{actual} instead of {expected} at {i} in a window of {size}");
                }
                assert_eq!((window.len(), timed.len()), (size.min(i + 1), size.min(i + 1)));
            }
        }
    }

    #[test]
    fn values_of_any_magnitude() -> Result<(), crate::Error> {
        let mut random = fastrand::Rng::with_seed(11);
        for unit in [1.0, 1e-60, 1e60, 1e-150, 1e150, 1e-300, 1e300] {
            let values: Vec<f64> = (0..200).map(|_| (random.f64() + 0.5) * unit).collect();
            let pairs: Vec<(f64, f64)> = values.iter().copied().zip(values.iter().rev().copied()).collect();
            compare(&Mean::new(), &values, 1e-15);
            compare(&Sum::new(), &values, 1e-15);
            compare(&Var::new(1)?, &values, 1e-12);
            compare(&Sem::new(1)?, &values, 1e-12);
            compare(&CoefficientOfVariation::new(0)?, &values, 1e-12);
            compare(&Kurtosis::new(false), &values, 1e-9);
            compare(&PearsonCorr::new(1)?, &pairs, 1e-9);
            compare(&EwMean::new(0.3, None, false)?, &values, 1e-14);
            compare(&EwMean::new(0.3, None, true)?, &values, 1e-14);
            if unit < 1e300 {
                compare(&EwVar::new(0.3, None, false)?, &values, 1e-12);
                compare(&EwCov::new(0.3, Some(2.0), true)?, &pairs, 1e-9);
                compare(&Cov::new(1)?, &pairs, 1e-9);
            }
        }
        Ok(())
    }
}
