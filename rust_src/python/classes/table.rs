//! The table of the classes: a row each, `Rs* = "name in states": kernel(parameters) abilities`.
//!
//! The parameters are those of the kernel's `new`, of its public fields of the same names, and of the Python class. What
//! the abilities stand for is written in [`methods`]:
//!
//! | ability | what the class has |
//! | --- | --- |
//! | `number` | `update(x)`, `get()`, `n` and columns, of numbers |
//! | `numbers` | the same, where the value is a number or several |
//! | `weighted_number` | as `number`, with frequency weights, `update(x, w=1.0)` |
//! | `timed_number` | as `number`, with points in time, `update(x, t=None)` |
//! | `pair`, `weighted_pair`, `timed_pair` | as these three, of pairs of numbers, `update(x, y)` |
//! | `extremes` | as `number`, where the value is extremes and where they are |
//! | `quantiles`, `weighted_quantiles` | as `numbers` and with frequency weights; windows are of panes |
//! | `event` | `update(t)`, `get()`, `n` and columns, of events at points in time |
//! | `anything` | `update(x=None)`, `get()`, `n` and columns, of anything |
//! | `hashable`, `hashable_pair` | `update(x)` or `update(x, y)`, `get()` and columns, of hashable values |
//! | `revert`, `weighted_revert`, `hashable_revert`, `hashable_pair_revert` | `revert`, with the arguments of `update` |
//! | `merge`, `unmerge` | `+` and `+=`, `-` and `-=` |
//! | `hashable_merge`, `hashable_unmerge` | as these two, of hashable values |
//! | `estimate` | a TypeError instead of `+`, which names what can be merged |

use crate::{
    kernels::{
        self,
        sketches::Probabilities,
        structures::order_statistics::Interpolation,
        traits::{Categorical, RevertWeighted, Statistic, Timed, Weighted},
        window::Timestamped,
    },
    python::{
        batch::{hashables, numbers, walk::Accumulation},
        classes::{
            calls,
            categorical::object_class,
            clones, docs,
            initialise::{self, initialised},
            merging, merging_objects, methods, native,
            numeric::{self, class},
            parameters,
            shift::RsShift,
        },
        columns::{objects::Presence, source::is_iterator},
        convert::{
            argument,
            number::{Integer, Word},
            time::Duration,
        },
        erased::{
            self,
            class::{NumberClass, PanesOf, ViewOf},
            held::Shape,
            number_windows::Behaviour,
            numbers::Reading,
        },
        ffi::{
            arguments::{Arguments, Parameter, Signature},
            descriptor::{FastMethod, Keywords, Returned, install},
            initialiser::install_initialiser,
            members::{self, Members},
        },
        interning::{
            interned::{HoldsObjects, Interned, Objects},
            table::is_constant,
        },
        state::{
            copying,
            pickle::{self, Stateful, stateful},
            symbols,
        },
        sync::kernel_cell::{HoldsKernel, KernelCell},
    },
};
use pyo3::{
    PyTraverseError, PyVisit,
    prelude::*,
    sync::PyOnceLock,
    types::{PyBytes, PyDict, PyTuple, PyType},
};
use std::{ffi::CStr, sync::OnceLock};

/// The kernel of a class.
type Kernel<T> = <T as HoldsKernel>::Kernel;

macro_rules! classes {
    ($($rust:ident = $name:literal : $kernel:ident ($($params:tt)*) $($ability:ident)*;)*) => {
        $(class! { $rust = $name, kernels::$kernel, ($($params)*), $($ability)* })*

        pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
            let py = module.py();
            $(
                module.add_class::<$rust>()?;
                $rust::install_methods(&py.get_type::<$rust>())?;
            )*
            module.add_class::<RsShift>()?;
            RsShift::install_methods(&py.get_type::<RsShift>())?;
            add_objects_to(module)
        }

        /// Gives a class in Python that derives from one of these fast methods of its own, and makes it the class that
        /// users know.
        pub(crate) fn adopt(class: &Bound<'_, PyType>) -> PyResult<()> {
            $(
                if class.is_subclass_of::<$rust>()? {
                    clones::adopt::<$rust>(class)?;
                    $rust::install_methods(class)?;
                }
            )*
            if class.is_subclass_of::<RsShift>()? {
                clones::adopt::<RsShift>(class)?;
                RsShift::install_methods(class)?;
            }
            adopt_objects(class)
        }
    };
}

/// The classes of hashable values; in angle brackets, of how many variables.
macro_rules! object_classes {
    ($($rust:ident = $name:literal : $kernel:ident<$variables:literal> ($($params:tt)*) $($ability:ident)*;)*) => {
        $(object_class! { $rust = $name, kernels::$kernel, $variables, ($($params)*), $($ability)* })*

        fn add_objects_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
            let py = module.py();
            $(
                module.add_class::<$rust>()?;
                $rust::install_methods(&py.get_type::<$rust>())?;
            )*
            Ok(())
        }

        fn adopt_objects(class: &Bound<'_, PyType>) -> PyResult<()> {
            $(
                if class.is_subclass_of::<$rust>()? {
                    clones::adopt::<$rust>(class)?;
                    $rust::install_methods(class)?;
                }
            )*
            Ok(())
        }
    };
}

classes! {
    RsAbsMax = "AbsMax": AbsMax() number merge;
    RsAutoCorr = "AutoCorr": AutoCorr(lag: Integer) number merge;
    RsBayesianMean = "BayesianMean": BayesianMean(prior: f64, prior_weight: f64)
        weighted_number weighted_revert merge unmerge;
    RsCoefficientOfVariation = "CoefficientOfVariation": CoefficientOfVariation(ddof: Integer = Integer(1))
        weighted_number weighted_revert merge unmerge;
    RsCount = "Count": Count() anything merge unmerge;
    RsCov = "Cov": Cov(ddof: Integer = Integer(1)) weighted_pair weighted_revert merge unmerge;
    RsDDSketch = "DDSketch": DdSketch(q: Probabilities = Probabilities::One(0.5), relative_accuracy: f64 = 0.01)
        weighted_quantiles merge;
    RsEWCorr = "EWCorr": EwCorr(
        fading_factor in cov.stream.weights: f64 = 0.5, halflife in cov.stream.weights: Duration = Duration(None), adjust in cov.stream.weights: bool = false,
        min_samples in cov.stream.weights: Integer = Integer(0), ignore_na in cov.stream.weights: bool = true
    ) timed_pair merge;
    RsEWCov = "EWCov": EwCov(
        fading_factor in stream.weights: f64 = 0.5, halflife in stream.weights: Duration = Duration(None), adjust in stream.weights: bool = false,
        bias in stream.weights: bool = true, min_samples in stream.weights: Integer = Integer(0), ignore_na in stream.weights: bool = true
    ) timed_pair merge;
    RsEWMean = "EWMean": EwMean(
        fading_factor in stream.weights: f64 = 0.5, halflife in stream.weights: Duration = Duration(None), adjust in stream.weights: bool = false,
        min_samples in stream.weights: Integer = Integer(0), ignore_na in stream.weights: bool = true
    ) timed_number merge;
    RsEWQuantile = "EWQuantile": EwQuantile(q: Probabilities = Probabilities::One(0.5), fading_factor: f64 = 0.01)
        numbers estimate;
    RsEWStd = "EWStd": EwStd(
        fading_factor in var.stream.weights: f64 = 0.5, halflife in var.stream.weights: Duration = Duration(None), adjust in var.stream.weights: bool = false,
        bias in var.stream.weights: bool = true, min_samples in var.stream.weights: Integer = Integer(0), ignore_na in var.stream.weights: bool = true
    ) timed_number merge;
    RsEWVar = "EWVar": EwVar(
        fading_factor in stream.weights: f64 = 0.5, halflife in stream.weights: Duration = Duration(None), adjust in stream.weights: bool = false,
        bias in stream.weights: bool = true, min_samples in stream.weights: Integer = Integer(0), ignore_na in stream.weights: bool = true
    ) timed_number merge;
    RsExtrema = "Extrema": Extrema() extremes merge;
    RsFirst = "First": First() number merge;
    RsFirstDifference = "FirstDifference": FirstDifference() number merge;
    RsGeometricMean = "GeometricMean": GeometricMean() weighted_number weighted_revert merge unmerge;
    RsHarmonicMean = "HarmonicMean": HarmonicMean() weighted_number weighted_revert merge unmerge;
    RsIQR = "IQR": Iqr(q_inf: f64 = 0.25, q_sup: f64 = 0.75) number estimate;
    RsKLL = "KLL": Kll(q: Probabilities = Probabilities::One(0.5), k: Integer = Integer(200)) quantiles merge;
    RsKolmogorovSmirnov = "KolmogorovSmirnov": KolmogorovSmirnov(statistic: Word = Word::new("ks"))
        pair revert merge unmerge;
    RsKurtosis = "Kurtosis": Kurtosis(bias: bool = false) number merge;
    RsLast = "Last": Last() number merge;
    RsMAD = "MAD": Mad() number estimate;
    RsMax = "Max": Max() number merge;
    RsMaxDrawdown = "MaxDrawdown": MaxDrawdown() number merge;
    RsMean = "Mean": Mean() weighted_number weighted_revert merge unmerge;
    RsMin = "Min": Min() number merge;
    RsMoment = "Moment": Moment(order: Integer, central: bool = true) number merge;
    RsPeakToPeak = "PeakToPeak": PeakToPeak() number merge;
    RsPearsonCorr = "PearsonCorr": PearsonCorr(ddof: Integer = Integer(1))
        weighted_pair weighted_revert merge unmerge;
    RsPercentChange = "PercentChange": PercentChange() number merge;
    RsProduct = "Product": Product() number revert merge unmerge;
    RsQuantile = "Quantile": Quantile(
        q: Probabilities = Probabilities::One(0.5), interpolation: Interpolation = Interpolation::Linear
    ) numbers estimate;
    RsRate = "Rate": Rate() event merge;
    RsRegression = "Regression": Regression() weighted_pair weighted_revert merge unmerge;
    RsRollingAbsMax = "RollingAbsMax": RollingAbsMax(window_size: Integer) number merge;
    RsRollingIQR = "RollingIQR": RollingIqr(window_size: Integer, q_inf: f64 = 0.25, q_sup: f64 = 0.75) number merge;
    RsRollingMax = "RollingMax": RollingMax(window_size: Integer) number merge;
    RsRollingMin = "RollingMin": RollingMin(window_size: Integer) number merge;
    RsRollingPeakToPeak = "RollingPeakToPeak": RollingPeakToPeak(window_size: Integer) number merge;
    RsRollingQuantile = "RollingQuantile": RollingQuantile(
        q: Probabilities, window_size: Integer, interpolation: Interpolation = Interpolation::Linear
    ) numbers merge;
    RsRollingRank = "RollingRank": RollingRank(window_size: Integer, pct: bool = false) number merge;
    RsRootMeanSquare = "RootMeanSquare": RootMeanSquare() weighted_number weighted_revert merge unmerge;
    RsSEM = "SEM": Sem(ddof: Integer = Integer(1)) weighted_number weighted_revert merge unmerge;
    RsSemiVar = "SemiVar": SemiVar(target in state: f64 = 0.0) weighted_number weighted_revert merge unmerge;
    RsSkew = "Skew": Skew(bias: bool = false) number merge;
    RsStd = "Std": Std(ddof: Integer = Integer(1)) weighted_number weighted_revert merge unmerge;
    RsSum = "Sum": Sum() weighted_number weighted_revert merge unmerge;
    RsTDigest = "TDigest": TDigest(q: Probabilities = Probabilities::One(0.5), compression: Integer = Integer(100))
        weighted_quantiles merge;
    RsVar = "Var": Var(ddof: Integer = Integer(1)) weighted_number weighted_revert merge unmerge;
    RsZScore = "ZScore": ZScore(ddof: Integer = Integer(0)) number merge;
}

methods::merge! { methods RsShift }

object_classes! {
    RsChiSquared = "ChiSquared": ChiSquared<2>(correction: bool = false) hashable_pair hashable_pair_revert hashable_merge hashable_unmerge;
    RsCountDistinct = "CountDistinct": CountDistinct<1>() hashable hashable_revert hashable_merge hashable_unmerge;
    RsEntropy = "Entropy": Entropy<1>(fading_factor: f64 = 1.0, eps: f64 = 1e-8) hashable hashable_merge hashable_unmerge;
    RsKullbackLeibler = "KullbackLeibler": KullbackLeibler<2>() hashable_pair hashable_pair_revert hashable_merge hashable_unmerge;
    RsMode = "Mode": Mode<1>(k: Integer = Integer(25)) hashable hashable_merge hashable_unmerge;
    RsRollingMode = "RollingMode": RollingMode<1>(window_size: Integer) hashable hashable_merge;
}
