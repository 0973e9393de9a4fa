//! The kernels as statistics of the `watermill` crate, so that both can be mixed in Rust.
//!
//! Watermill's `get` returns a plain number: a statistic that has no value yet says NaN there.

use super::{
    AbsMax, AutoCorr, BayesianMean, CoefficientOfVariation, Cov, EwCov, EwMean, EwVar, Extrema, FirstDifference,
    GeometricMean, HarmonicMean, Iqr, KolmogorovSmirnov, Kurtosis, Mad, Max, Mean, Min, PeakToPeak, PearsonCorr,
    Quantile, Revert, RollingAbsMax, RollingIqr, RollingMax, RollingMin, RollingPeakToPeak, RollingQuantile,
    RootMeanSquare, Sem, Shift, Skew, Statistic, Sum, Var,
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
