//! One line in the file of a statistic names the strategy by which windows keep it.

/// Implements [`Rollable`](crate::kernels::window::rolling::Rollable).
///
/// | strategy | for |
/// | --- | --- |
/// | `combining` | what follows from partial aggregates; `weighted` if its observations have weights, `in order` if regrouping them changes more than rounding errors |
/// | `sorting` | what follows from order statistics |
/// | `reverting` | what reverts exactly |
/// | `replaying` | all else: the window is replayed whenever the value is read |
/// | `timed` | the statistic where it looks at times: replaying, or `combining` |
macro_rules! rollable {
    ($($kernel:ty),+: combining) => {$(
        $crate::kernels::window::strategies::rollable!(@combining $kernel, false, true);
    )+};
    ($($kernel:ty),+: combining, weighted) => {$(
        $crate::kernels::window::strategies::rollable!(@combining $kernel, true, true);
    )+};
    ($($kernel:ty),+: combining, in order) => {$(
        $crate::kernels::window::strategies::rollable!(@combining $kernel, false, false);
    )+};
    ($($kernel:ty),+: sorting) => {$(
        $crate::kernels::window::strategies::rollable!(@queue $kernel, $crate::kernels::window::strategy::Sorting);
    )+};
    ($($kernel:ty),+: reverting) => {$(
        $crate::kernels::window::strategies::rollable!(
            @queue $kernel, $crate::kernels::window::strategy::Reverting<Self>
        );
    )+};
    ($($kernel:ty),+: replaying) => {$(
        $crate::kernels::window::strategies::rollable!(@queue $kernel, $crate::kernels::window::strategy::Replaying);
    )+};
    ($kernel:ty: timed) => {
        impl $crate::kernels::window::rolling::Rollable for $crate::kernels::window::timestamped::Timestamped<$kernel> {
            type Strategy = $crate::kernels::window::strategy::Replaying;
            type Contents = $crate::kernels::window::rolling::Queue<
                <Self as $crate::kernels::traits::Statistic>::Input,
                $crate::kernels::window::strategy::Replaying,
            >;
            $crate::kernels::window::timestamped::admitted!();
        }
    };
    ($kernel:ty: timed, combining) => {
        impl $crate::kernels::window::rolling::Rollable for $crate::kernels::window::timestamped::Timestamped<$kernel> {
            type Strategy = $crate::kernels::window::strategy::Combining;
            type Contents = $crate::kernels::window::blocks::Blocks<
                <Self as $crate::kernels::traits::Statistic>::Input,
                <Self as $crate::kernels::traits::Aggregate>::Partial,
            >;
            $crate::kernels::window::timestamped::admitted!();
        }
    };
    (@combining $kernel:ty, $weighted:literal, $associative:literal) => {
        impl $crate::kernels::window::rolling::Rollable for $kernel {
            type Strategy = $crate::kernels::window::strategy::Combining;
            type Contents = $crate::kernels::window::blocks::Blocks<
                <Self as $crate::kernels::traits::Statistic>::Input,
                <Self as $crate::kernels::traits::Aggregate>::Partial,
            >;
            const WEIGHTED: bool = $weighted;
            const ASSOCIATIVE: bool = $associative;
        }
    };
    (@queue $kernel:ty, $strategy:ty) => {
        impl $crate::kernels::window::rolling::Rollable for $kernel {
            type Strategy = $strategy;
            type Contents = $crate::kernels::window::rolling::Queue<
                <Self as $crate::kernels::traits::Statistic>::Input,
                $strategy,
            >;
        }
    };
}
pub(crate) use rollable;

#[cfg(test)]
mod tests {
    use crate::kernels::{
        numerics::timestamp::Timestamp,
        statistics::{
            CoefficientOfVariation, Cov, EwCov, EwMean, EwVar, Kurtosis, Mean, PearsonCorr, RootMeanSquare, Sem, Skew,
            Sum, Var,
        },
        traits::Statistic,
        window::{
            bounds::Closed,
            rolling::{Rollable, Rolling},
            time_rolling::TimeRolling,
        },
    };

    /// Windows by count and by time against a fresh statistic over the values in them; relative to results of at least
    /// `least`.
    fn compare<K: Rollable>(kernel: &K, values: &[K::Input], tolerance: f64, least: f64) {
        for size in [1, 2, 3, 7] {
            let mut window = Rolling::new(kernel.clone(), size as i128).unwrap();
            let mut timed = TimeRolling::new(kernel.clone(), size as i128 * 1_000_000_000, Closed::Right).unwrap();
            // In every second row an observation is missing.
            let mut rows = TimeRolling::by_rows(kernel.clone(), 2 * size as i128 - 1).unwrap();
            for (i, &x) in values.iter().enumerate() {
                rows.update(None, x, 1.0).unwrap();
                window.update(x);
                timed.update(Some(Timestamp::Seconds(i as f64)), x, 1.0).unwrap();
                let mut fresh = kernel.clone();
                fresh.update_many(&values[(i + 1).saturating_sub(size)..=i]);
                for value in [window.get(), timed.get(), rows.get()] {
                    let (actual, expected) = (value.unwrap_or(f64::NAN), fresh.get().unwrap_or(f64::NAN));
                    let same = actual == expected || (actual.is_nan() && expected.is_nan());
                    let near = (actual - expected).abs() <= tolerance * expected.abs().max(least);
                    assert!(same || near, "{actual} instead of {expected} at {i} in a window of {size}");
                }
                let len = size.min(i + 1);
                assert_eq!((window.len(), timed.len(), rows.len()), (len, len, len));
                rows.advance(None).unwrap();
                rows.validate().unwrap();
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
            compare(&EwMean::new(0.3, None, false, 0, true)?, &values, 1e-14, 0.0);
            compare(&EwMean::new(0.3, None, true, 0, true)?, &values, 1e-14, 0.0);
            if unit < 1e300 {
                compare(&EwVar::new(0.3, None, false, true, 0, true)?, &values, 1e-12, 0.0);
                compare(&EwCov::new(0.3, Some(2.0), true, true, 0, true)?, &pairs, 1e-9, 0.0);
                compare(&Cov::new(1)?, &pairs, 1e-9, 0.0);
            }
        }
        Ok(())
    }
}
