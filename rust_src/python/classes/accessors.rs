//! Attributes that show a part of a statistic, often as a statistic of its own, and constructors from such parts.
//!
//! What an attribute returns is a copy: it stays what it is while the statistic goes on.

/// Attributes that are statistics.
macro_rules! statistics {
    ($rust:ident: $($name:ident -> $class:ident),+) => {
        #[pymethods]
        impl $rust {
            $(
                /// A copy of this part of the statistic, which stays what it is.
                #[getter]
                fn $name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                    let part = self.0.with(py, |kernel| kernel.$name())?;
                    numeric::made::<$class>(py, part)
                }
            )+
        }
    };
}
pub(crate) use statistics;

/// `Mean._mean`, `Mean._from_state(n, mean)`.
macro_rules! mean_parts {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            #[getter]
            fn _mean(&self, py: Python<'_>) -> PyResult<Option<f64>> {
                self.0.with(py, |kernel| kernel.get())
            }

            #[classmethod]
            fn _from_state<'py>(
                cls: &Bound<'py, PyType>,
                n: Argument<'py, f64>,
                mean: Argument<'py, f64>,
            ) -> PyResult<Bound<'py, PyAny>> {
                merging::made::<Self>(cls, kernels::Mean::from_state(n.named("n")?, mean.named("mean")?)?, &[])
            }
        }
    };
}
pub(crate) use mean_parts;

/// Of Var and SEM: `mean`, `_S`, `_from_state(n, m, var, *, ddof=1)`, where `sig` is another word for `var`.
macro_rules! var_parts {
    ($rust:ident) => {
        methods::statistics! { $rust: mean -> RsMean }

        #[pymethods]
        impl $rust {
            #[getter(_S)]
            fn squares(&self, py: Python<'_>) -> PyResult<f64> {
                self.0.with(py, |kernel| kernel.squares())
            }

            #[classmethod]
            #[pyo3(signature = (n, m, var=None, *, ddof=Argument::Default(Integer(1)), sig=None), text_signature = "(n, m, var, *, ddof=1)")]
            fn _from_state<'py>(
                cls: &Bound<'py, PyType>,
                n: Argument<'py, f64>,
                m: Argument<'py, f64>,
                var: Option<Argument<'py, f64>>,
                ddof: Argument<'py, Integer>,
                sig: Option<Argument<'py, f64>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                let var = match (var, sig) {
                    (Some(var), None) => var.named("var")?,
                    (None, Some(sig)) => sig.named("sig")?,
                    _ => return Err(PyTypeError::new_err("_from_state() takes one variance, as var or as sig")),
                };
                let Integer(ddof) = ddof.named("ddof")?;
                let kernel = <Self as HoldsKernel>::Kernel::from_state(n.named("n")?, m.named("m")?, var, ddof)?;
                merging::made::<Self>(cls, kernel, &[("ddof", ddof)])
            }
        }
    };
}
pub(crate) use var_parts;

/// `Cov.mean_x`, `Cov.mean_y`, `Cov.cov`, `Cov._from_state(n, mean_x, mean_y, cov, *, ddof=1)`.
macro_rules! cov_parts {
    ($rust:ident) => {
        methods::statistics! { $rust: mean_x -> RsMean, mean_y -> RsMean }

        #[pymethods]
        impl $rust {
            /// The current value.
            #[getter]
            fn cov(&self, py: Python<'_>) -> PyResult<Option<f64>> {
                self.0.with(py, |kernel| kernel.get())
            }

            #[classmethod]
            #[pyo3(signature = (n, mean_x, mean_y, cov, *, ddof=Argument::Default(Integer(1))))]
            #[pyo3(text_signature = "(n, mean_x, mean_y, cov, *, ddof=1)")]
            fn _from_state<'py>(
                cls: &Bound<'py, PyType>,
                n: Argument<'py, f64>,
                mean_x: Argument<'py, f64>,
                mean_y: Argument<'py, f64>,
                cov: Argument<'py, f64>,
                ddof: Argument<'py, Integer>,
            ) -> PyResult<Bound<'py, PyAny>> {
                let (mean_x, mean_y) = (mean_x.named("mean_x")?, mean_y.named("mean_y")?);
                let Integer(ddof) = ddof.named("ddof")?;
                let kernel = kernels::Cov::from_state(n.named("n")?, mean_x, mean_y, cov.named("cov")?, ddof)?;
                merging::made::<Self>(cls, kernel, &[("ddof", ddof)])
            }
        }
    };
}
pub(crate) use cov_parts;

/// `PearsonCorr.var_x`, `PearsonCorr.var_y`, `PearsonCorr.cov_xy`.
macro_rules! pearson_parts {
    ($rust:ident) => {
        methods::statistics! { $rust: var_x -> RsVar, var_y -> RsVar, cov_xy -> RsCov }
    };
}
pub(crate) use pearson_parts;

/// `AutoCorr.window`, `AutoCorr.pearson`.
macro_rules! auto_corr_parts {
    ($rust:ident) => {
        methods::statistics! { $rust: pearson -> RsPearsonCorr }

        #[pymethods]
        impl $rust {
            /// The newest values, which have no partner yet, the oldest first.
            #[getter]
            fn window<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                let (window, lag) = self.0.with(py, |kernel| (kernel.window(), kernel.lag.min(i64::MAX as u64)))?;
                py.import("collections")?.getattr("deque")?.call1((window, lag))
            }
        }
    };
}
pub(crate) use auto_corr_parts;

/// `Sum.sum`.
macro_rules! sum_parts {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            /// The current value.
            #[getter]
            fn sum(&self, py: Python<'_>) -> PyResult<Option<f64>> {
                self.0.with(py, |kernel| kernel.get())
            }
        }
    };
}
pub(crate) use sum_parts;

/// The value under another name.
macro_rules! value_as {
    ($rust:ident $name:ident) => {
        #[pymethods]
        impl $rust {
            /// The current value.
            #[getter]
            fn $name(&self, py: Python<'_>) -> PyResult<Option<f64>> {
                self.0.with(py, |kernel| kernel.get())
            }
        }
    };
}
pub(crate) use value_as;

/// `AbsMax.abs_max`
macro_rules! abs_max_parts {
    ($rust:ident) => {
        methods::value_as! { $rust abs_max }
    };
}
pub(crate) use abs_max_parts;

/// `Max.max`
macro_rules! max_parts {
    ($rust:ident) => {
        methods::value_as! { $rust max }
    };
}
pub(crate) use max_parts;

/// `Min.min`
macro_rules! min_parts {
    ($rust:ident) => {
        methods::value_as! { $rust min }
    };
}
pub(crate) use min_parts;

/// `window`, the values in order of size.
macro_rules! window_parts {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            /// The values in the window, in order of size.
            #[getter]
            fn window(&self, py: Python<'_>) -> PyResult<Vec<f64>> {
                self.0.with(py, |kernel| kernel.window())
            }
        }
    };
}
pub(crate) use window_parts;

/// `Shift.buffer`
macro_rules! shift_parts {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            /// The newest values, the oldest first.
            #[getter]
            fn buffer<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                let (buffer, amount) = self.0.with(py, |kernel| (kernel.buffer(), kernel.amount))?;
                py.import("collections")?.getattr("deque")?.call1((buffer, amount.min(i64::MAX as u64 - 1) + 1))
            }
        }
    };
}
pub(crate) use shift_parts;

/// `RollingPeakToPeak.max`, `RollingPeakToPeak.min`.
macro_rules! range_parts {
    ($rust:ident) => {
        methods::statistics! { $rust: max -> RsRollingMax, min -> RsRollingMin }
    };
}
pub(crate) use range_parts;

/// `MAD.median`, `MAD.q`.
macro_rules! mad_parts {
    ($rust:ident) => {
        methods::statistics! { $rust: median -> RsQuantile }

        #[pymethods]
        impl $rust {
            /// Which quantile of the deviations is estimated: the median.
            #[getter]
            fn q(&self, py: Python<'_>) -> PyResult<f64> {
                self.0.with(py, |kernel| kernel.median().q)
            }
        }
    };
}
pub(crate) use mad_parts;

/// `Extrema.get()`, a named tuple or None.
macro_rules! extrema_parts {
    ($rust:ident) => {
        /// `get`, a named tuple or None.
        pub enum GetExtremes {}

        impl FastMethod<$rust> for GetExtremes {
            type Convention = NoArguments;
            const NAME: &'static CStr = c"get";

            fn text_signature() -> String {
                "$self".into()
            }

            fn doc() -> String {
                docs::get()
            }

            fn call<'py>(this: &Bound<'py, $rust>, (): ()) -> PyResult<impl Returned<'py>> {
                let py = this.py();
                let found = this.get().0.with(py, |kernel| kernel.extremes())?;
                found.map_or_else(|| Ok(py.None().into_bound(py)), |found| extremes(py, found))
            }
        }

        /// The named tuple of extremes.
        fn extremes(py: Python<'_>, found: kernels::statistics::extrema::Extremes) -> PyResult<Bound<'_, PyAny>> {
            static EXTREMES: PyOnceLock<Py<PyType>> = PyOnceLock::new();
            let extremes = EXTREMES.import(py, "river.stats.extrema", "Extremes")?;
            extremes.call1((found.min, found.max, found.argmin, found.argmax))
        }
    };
}
pub(crate) use extrema_parts;

/// `KolmogorovSmirnov.n_samples`, `KolmogorovSmirnov.treap`.
macro_rules! sample_parts {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            /// How many observations there are.
            #[getter]
            fn n_samples(&self, py: Python<'_>) -> PyResult<u64> {
                self.0.with(py, |kernel| kernel.n() as u64)
            }

            /// Each distinct value and how often it is in either sample, in order of size; None where there are none.
            #[getter]
            fn treap(&self, py: Python<'_>) -> PyResult<Option<Vec<(f64, u64, u64)>>> {
                let points: Vec<_> = self.0.with(py, |kernel| kernel.points().collect())?;
                Ok((!points.is_empty()).then_some(points))
            }
        }
    };
}
pub(crate) use sample_parts;
