//! The table of the classes: a row each, `Rs* = "name in states": kernel(parameters) abilities`.
//!
//! The parameters are those of the kernel's `new`, of its public fields of the same names, and of the Python class.

use super::abilities::{self, class};
use super::{
    cell::Cell,
    fast,
    input::{Integer, Number},
    state,
};
use crate::kernels::{self, Statistic};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict, PyTuple, PyType},
};

macro_rules! classes {
    ($($rust:ident = $name:literal : $kernel:ident ($($params:tt)*) $($ability:ident)*;)*) => {
        $(class! { $rust = $name, kernels::$kernel, ($($params)*), $($ability)* })*

        pub(super) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
            $(module.add_class::<$rust>()?;)*
            Ok(())
        }

        /// Gives a public class what it needs to be fast; called once for each, when `river.stats` is imported.
        #[pyfunction]
        pub(super) fn adopt(class_: &Bound<'_, PyType>) -> PyResult<()> {
            $(
                if class_.is_subclass_of::<$rust>()? {
                    fast::adopt_update::<$rust>(class_)?;
                    fast::adopt_get::<$rust>(class_)?;
                }
            )*
            Ok(())
        }
    };
}

classes! {
    RsEWMean = "EWMean": EwMean(fading_factor: f64 = 0.5) number;
    RsEWVar = "EWVar": EwVar(fading_factor: f64 = 0.5) number;
    RsIQR = "IQR": Iqr(q_inf: f64 = 0.25, q_sup: f64 = 0.75) number;
    RsKurtosis = "Kurtosis": Kurtosis(bias: bool = false) number;
    RsPeakToPeak = "PeakToPeak": PeakToPeak() number;
    RsQuantile = "Quantile": Quantile(q: f64 = 0.5) number;
    RsRollingIQR = "RollingIQR": RollingIqr(window_size: Integer, q_inf: f64 = 0.25, q_sup: f64 = 0.75) number;
    RsRollingQuantile = "RollingQuantile": RollingQuantile(q: f64, window_size: Integer) number;
    RsSkew = "Skew": Skew(bias: bool = false) number;
}
