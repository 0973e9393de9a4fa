//! The kernels as statistics of the `watermill` crate, so that both can be mixed in Rust.
//!
//! Watermill's `get` returns a plain number: a statistic that has no value yet says NaN there.

use crate::kernels::{
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
        rolling_iqr::RollingIqr,
        rolling_min_max::{RollingAbsMax, RollingMax, RollingMin},
        rolling_peak_to_peak::RollingPeakToPeak,
        rolling_quantile::RollingQuantile,
        root_mean_square::RootMeanSquare,
        sem::Sem,
        shift::Shift,
        skew::Skew,
        sum::Sum,
        var::Var,
    },
    traits::{Revert, Statistic},
};
use watermill::stats::{Bivariate, Revertable, Univariate};

macro_rules! univariate {
    ($($kernel:ty),* $(,)?) => {$(
        impl Univariate<f64> for $kernel {
            #[inline]
            fn update(&mut self, x: f64) {
                Statistic::update(self, x);
            }

            fn get(&self) -> f64 {
                Statistic::get(self).unwrap_or(f64::NAN)
            }
        }
    )*};
}
macro_rules! bivariate {
    ($($kernel:ty),* $(,)?) => {$(
        impl Bivariate<f64> for $kernel {
            #[inline]
            fn update(&mut self, x: f64, y: f64) {
                Statistic::update(self, (x, y));
            }

            fn get(&self) -> f64 {
                Statistic::get(self).unwrap_or(f64::NAN)
            }
        }
    )*};
}

macro_rules! revertable {
    ($($kernel:ty),* $(,)?) => {$(
        impl Revertable<f64> for $kernel {
            fn revert(&mut self, x: f64) -> Result<(), &'static str> {
                Revert::revert(self, x).map_err(|_| "more is to be taken back than was taken in")
            }
        }
    )*};
}

univariate!(
    AbsMax,
    AutoCorr,
    BayesianMean,
    CoefficientOfVariation,
    EwMean,
    EwVar,
    Extrema,
    FirstDifference,
    GeometricMean,
    HarmonicMean,
    Iqr,
    Kurtosis,
    Mad,
    Max,
    Mean,
    Min,
    PeakToPeak,
    Quantile,
    RollingAbsMax,
    RollingIqr,
    RollingMax,
    RollingMin,
    RollingPeakToPeak,
    RollingQuantile,
    RootMeanSquare,
    Sem,
    Shift,
    Skew,
    Sum,
    Var
);
bivariate!(Cov, EwCov, KolmogorovSmirnov, PearsonCorr);
revertable!(BayesianMean, CoefficientOfVariation, GeometricMean, HarmonicMean, Mean, RootMeanSquare, Sem, Sum, Var,);
