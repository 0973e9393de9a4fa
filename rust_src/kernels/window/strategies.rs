//! Which statistic is kept up to date over a window by which method.

use crate::kernels::{
    aggregates::{
        correlation::CorrelationAggregate,
        dispersion::DispersionAggregate,
        moments::MomentsAggregate,
        pivoted_sums::{CorrelationSums, DispersionSums, MomentsSums, ProductSums, suffixes, total},
        product::ProductAggregate,
        sum::SumAggregate,
        variation::VariationAggregate,
    },
    statistics::{
        auto_corr::AutoCorr,
        bayesian_mean::BayesianMean,
        coefficient_of_variation::CoefficientOfVariation,
        cov::Cov,
        ew_cov::EwCov,
        ew_mean::EwMean,
        ew_var::EwVar,
        extrema::Extrema,
        first_difference::FirstDifference,
        geometric_mean::GeometricMean,
        harmonic_mean::HarmonicMean,
        iqr::Iqr,
        kolmogorov_smirnov::KolmogorovSmirnov,
        kurtosis::Kurtosis,
        mad::Mad,
        mean::Mean,
        min_max::{AbsMax, Max, Min},
        peak_to_peak::PeakToPeak,
        pearson::PearsonCorr,
        quantile::Quantile,
        root_mean_square::RootMeanSquare,
        sem::Sem,
        shift::Shift,
        skew::Skew,
        sum::Sum,
        var::Var,
    },
    structures::order_statistics::OrderStatistics,
    traits::{Aggregate, Statistic, Weighted},
    window::{
        blocks::Blocks,
        rolling::{Queue, Rollable},
        strategy::{Combining, FromOrderStatistics, Replaying, Reverting, Sorting, WholeState},
    },
};
macro_rules! rolls {
    ($($kernel:ty),* => $method:ty, $contents:ty) => {$(
        impl Rollable for $kernel {
            type Strategy = $method;
            type Contents = $contents;
        }
    )*};
}

macro_rules! by_merging {
    ($($kernel:ty),* $(,)?) => {$(
        rolls!($kernel => Combining, Blocks<<$kernel as Statistic>::Input, <$kernel as Aggregate>::Partial>);
    )*};
}

/// Statistics whose whole state is what a run is known by.
macro_rules! by_merging_wholes {
    ($($kernel:ty),* => |$state:ident, $x:ident, $w:ident| $update:expr, $weighted:literal) => {$(
        impl Aggregate for $kernel {
            type Partial = WholeState<Self>;

            #[inline]
            fn lift(&self, $x: Self::Input, $w: f64) -> WholeState<Self> {
                let mut $state = *self;
                $update;
                WholeState($state)
            }

            #[inline]
            fn lower(&self, run: Option<WholeState<Self>>) -> Self {
                run.map_or(*self, |WholeState(run)| run)
            }
        }

        impl Rollable for $kernel {
            type Strategy = Combining;
            type Contents = Blocks<<Self as Statistic>::Input, WholeState<Self>>;
            const WEIGHTED: bool = $weighted;
            const ASSOCIATIVE: bool = true;
        }
    )*};
}

/// Statistics of which a run, of the values themselves or of what `map` makes of them, is known by less than the whole
/// state; for some, the sums that runs of the values themselves are quickly made of.
macro_rules! by_merging_runs {
    ($weighted:literal: $(
        $kernel:ident { $field:ident } by $run:ty $(=> $sums:ty)?, of $input:ty $(, $map:expr)?;
    )*) => {$(
        impl Aggregate for $kernel {
            type Partial = $run;

            #[inline]
            fn lift(&self, x: $input, w: f64) -> $run {
                $(let x = $map(x);)?
                <$run>::new(x, w)
            }

            $(
                #[inline]
                fn suffixes(&self, newest_first: impl Iterator<Item = ($input, f64)>) -> impl Iterator<Item = $run> {
                    suffixes::<$sums>(newest_first, <$run>::new)
                }

                #[inline]
                fn total(&self, newest_first: impl Iterator<Item = ($input, f64)> + Clone) -> Option<$run> {
                    total::<$sums>(newest_first, <$run>::new)
                }
            )?

            #[inline]
            #[allow(clippy::needless_update, reason = "not all of them have parameters")]
            fn lower(&self, run: Option<$run>) -> Self {
                Self { $field: run.map(Into::into).unwrap_or_default(), ..*self }
            }
        }

        impl Rollable for $kernel {
            type Strategy = Combining;
            type Contents = Blocks<$input, $run>;
            const WEIGHTED: bool = $weighted;
            const ASSOCIATIVE: bool = true;
        }
    )*};
}

by_merging_runs! { true:
    BayesianMean { sum } by SumAggregate, of f64;
    CoefficientOfVariation { state } by VariationAggregate, of f64;
    Cov { comoments } by ProductAggregate => ProductSums, of (f64, f64);
    Mean { sum } by SumAggregate, of f64;
    PearsonCorr { comoments } by CorrelationAggregate => CorrelationSums, of (f64, f64);
    RootMeanSquare { deviations } by DispersionAggregate, of f64, f64::abs;
    Sem { deviations } by DispersionAggregate => DispersionSums, of f64;
    Sum { sum } by SumAggregate, of f64;
    Var { deviations } by DispersionAggregate => DispersionSums, of f64;
}

by_merging_runs! { false:
    Kurtosis { moments } by MomentsAggregate<true> => MomentsSums<true>, of f64;
    Skew { moments } by MomentsAggregate<false> => MomentsSums<false>, of f64;
}

macro_rules! by_sorting {
    ($($kernel:ty = |$this:ident, $ranks:ident| $value:expr;)*) => {$(
        impl FromOrderStatistics for $kernel {
            fn value_of(&self, $ranks: &OrderStatistics) -> Option<f64> {
                let $this = self;
                $value
            }
        }

        rolls!($kernel => Sorting, Queue<f64, Sorting>);
    )*};
}

by_merging!(EwCov, EwMean, EwVar);
by_merging_wholes!(
    AbsMax, Extrema, Max, Min, PeakToPeak => |state, x, _w| state.update(x), false
);
// A weight is checked where it comes in.
by_merging_wholes!(
    GeometricMean, HarmonicMean => |state, x, w| _ = state.update_weighted(x, w), true
);

// Exact, where the statistic itself is an estimate.
by_sorting! {
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
        numerics::timestamp::Timestamp,
        window::{rolling::Rolling, time_rolling::TimeRolling, time_span::Closed},
    };

    /// Windows by count and by time against a fresh statistic over the values in them; relative to results of at least
    /// `least`.
    fn compare<K: Rollable>(kernel: &K, values: &[K::Input], tolerance: f64, least: f64) {
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
                    let near = (actual - expected).abs() <= tolerance * expected.abs().max(least);
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
            compare(&Mean::new(), &values, 1e-15, 0.0);
            compare(&Sum::new(), &values, 1e-15, 0.0);
            compare(&Var::new(1)?, &values, 1e-12, 0.0);
            compare(&Sem::new(1)?, &values, 1e-12, 0.0);
            compare(&CoefficientOfVariation::new(0)?, &values, 1e-12, 0.0);
            compare(&Kurtosis::new(false), &values, 1e-9, 1.0);
            compare(&Skew::new(false), &values, 1e-9, 1.0);
            compare(&RootMeanSquare::new(), &values, 1e-14, 0.0);
            compare(&PearsonCorr::new(1)?, &pairs, 1e-9, 1.0);
            compare(&EwMean::new(0.3, None, false)?, &values, 1e-14, 0.0);
            compare(&EwMean::new(0.3, None, true)?, &values, 1e-14, 0.0);
            if unit < 1e300 {
                compare(&EwVar::new(0.3, None, false)?, &values, 1e-12, 0.0);
                compare(&EwCov::new(0.3, Some(2.0), true)?, &pairs, 1e-9, 0.0);
                compare(&Cov::new(1)?, &pairs, 1e-9, 0.0);
            }
        }
        Ok(())
    }
}
