//! Attributes that show a part of a statistic, often as a statistic of its own, and constructors from such parts.
//!
//! What an attribute returns is a copy, which does not follow later updates; the counts of a mode do.

use crate::{
    kernels::{
        self,
        numerics::validate,
        statistics::Sample,
        traits::{Categorical, Statistic, Symbol},
    },
    python::{
        classes::{
            counts::{RsCounts, counted, dict},
            merging, numeric,
            shift::RsShift,
            table::{
                RsAbsMax, RsAutoCorr, RsChiSquared, RsCov, RsEntropy, RsKolmogorovSmirnov, RsKullbackLeibler, RsMAD,
                RsMax, RsMean, RsMin, RsMode, RsMoment, RsPearsonCorr, RsQuantile, RsRegression, RsRollingAbsMax,
                RsRollingMax, RsRollingMin, RsRollingMode, RsRollingPeakToPeak, RsSEM, RsSum, RsVar,
            },
        },
        convert::{
            argument::{read, read_or},
            number::{Integer, Number},
        },
        interning::interned::HoldsObjects,
        sync::kernel_cell::HoldsKernel,
    },
};
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyDict, PyType},
};
use std::cmp::Reverse;

/// Attributes that are statistics.
macro_rules! statistics {
    ($($rust:ident: $($name:ident -> $class:ident),+;)*) => {$(
        #[pymethods]
        impl $rust {
            $(
                /// This part of the statistic in its current state: a copy, which later updates do not change.
                #[getter]
                fn $name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                    let part = self.cell().with(py, |kernel| kernel.$name())?;
                    numeric::public_object::<$class>(py, part)
                }
            )+
        }
    )*};
}

statistics! {
    RsAutoCorr: pearson -> RsPearsonCorr;
    RsCov: mean_x -> RsMean, mean_y -> RsMean;
    RsMAD: median -> RsQuantile;
    RsPearsonCorr: var_x -> RsVar, var_y -> RsVar, cov_xy -> RsCov;
    RsRollingPeakToPeak: max -> RsRollingMax, min -> RsRollingMin;
    RsSEM: mean -> RsMean;
    RsVar: mean -> RsMean;
}

/// The value under a second name.
macro_rules! values {
    ($($rust:ident.$name:ident)*) => {$(
        #[pymethods]
        impl $rust {
            /// The current value.
            #[getter]
            fn $name(&self, py: Python<'_>) -> PyResult<Option<f64>> {
                self.cell().with(py, |kernel| kernel.get())
            }
        }
    )*};
}

/// Further values.
macro_rules! numbers {
    ($($rust:ident: $($name:ident $doc:literal),+;)*) => {$(
        #[pymethods]
        impl $rust {
            $(
                #[doc = $doc]
                #[getter]
                fn $name(&self, py: Python<'_>) -> PyResult<Option<f64>> {
                    self.cell().with(py, |kernel| kernel.$name())
                }
            )+
        }
    )*};
}

numbers! {
    RsRegression:
        slope "The increase in y for an increase of 1 in x.",
        intercept "The value of the line at x = 0.",
        r2 "The share of the variance of y that the line explains.",
        slope_stderr "The standard error of the slope.",
        intercept_stderr "The standard error of the intercept.";
}

values! { RsAbsMax.abs_max RsCov.cov RsMax.max RsMean._mean RsMin.min RsSum.sum }

/// `ddof`, which enters `get` only, can be set.
macro_rules! settable_ddof {
    ($($rust:ident)*) => {$(
        #[pymethods]
        impl $rust {
            #[setter(ddof)]
            fn set_ddof(&self, py: Python<'_>, ddof: &Bound<'_, PyAny>) -> PyResult<()> {
                let ddof = validate::at_least_zero("ddof", read::<Integer>(ddof, "ddof")?.0)?;
                self.cell().with(py, |kernel| kernel.ddof = ddof)
            }
        }
    )*};
}

settable_ddof! { RsCov RsSEM RsVar }

/// What statistics about a variance have: `_S`, and `_from_state`, where `sig` is another name of `var`.
macro_rules! variances {
    ($($rust:ident)*) => {$(
        #[pymethods]
        impl $rust {
            #[getter(_S)]
            fn squares(&self, py: Python<'_>) -> PyResult<f64> {
                self.cell().with(py, |kernel| kernel.squares())
            }

            #[classmethod]
            #[pyo3(signature = (n, m, var=None, *, ddof=None, sig=None))]
            #[pyo3(text_signature = "(n, m, var, *, ddof=1)")]
            fn _from_state<'py>(
                cls: &Bound<'py, PyType>,
                n: &Bound<'py, PyAny>,
                m: &Bound<'py, PyAny>,
                var: Option<&Bound<'py, PyAny>>,
                ddof: Option<&Bound<'py, PyAny>>,
                sig: Option<&Bound<'py, PyAny>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                let var = match (var, sig) {
                    (Some(var), None) => read(var, "var")?,
                    (None, Some(sig)) => read(sig, "sig")?,
                    _ => return Err(PyTypeError::new_err("_from_state() takes one variance, as var or as sig")),
                };
                let Integer(ddof) = read_or(ddof.map(Bound::as_borrowed), "ddof", || Some(Integer(1)))?;
                let kernel = <Self as HoldsKernel>::Kernel::from_state(read(n, "n")?, read(m, "m")?, var, ddof)?;
                merging::from_kernel::<Self>(cls, kernel, &[("ddof", ddof)])
            }
        }
    )*};
}

variances! { RsSEM RsVar }

/// `window`, the values in order of size.
macro_rules! sorted_windows {
    ($($rust:ident)*) => {$(
        #[pymethods]
        impl $rust {
            /// The values in the window, in ascending order.
            #[getter]
            fn window(&self, py: Python<'_>) -> PyResult<Vec<f64>> {
                self.cell().with(py, |kernel| kernel.window())
            }
        }
    )*};
}

sorted_windows! { RsRollingAbsMax RsRollingMax RsRollingMin }

/// `counts`, how often each value that is counted was seen, and `most_common`.
macro_rules! counts {
    ($($rust:ident)*) => {$(
        #[pymethods]
        impl $rust {
            /// The count of each value, in the order in which they were first seen: a read-only mapping that reflects
            /// later updates. A value that is not counted has a count of 0.
            #[getter]
            fn counts(this: &Bound<'_, Self>) -> RsCounts {
                RsCounts::of(this)
            }

            /// Return the most frequent values with their counts, as `collections.Counter` does.
            ///
            /// Parameters
            /// ----------
            /// k
            ///     How many values to return, 0 or more; all of them if None.
            ///
            /// Returns
            /// -------
            /// A list of pairs, the most frequent value first; of equally frequent values, the one that was seen first.
            ///
            /// Raises
            /// ------
            /// ValueError
            ///     If `k` is negative.
            #[pyo3(signature = (k=None))]
            fn most_common(&self, py: Python<'_>, k: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<(Py<PyAny>, u64)>> {
                let k = match k {
                    Some(k) => validate::at_least_zero("k", read::<Integer>(k, "k")?.0)?,
                    None => u64::MAX,
                };
                let mut counts = self.objects().with(py, |interned| counted(py, interned, 0, interned.kernel.counts()))?;
                counts.sort_by_key(|(_, count)| Reverse(*count));
                counts.truncate(usize::try_from(k).unwrap_or(usize::MAX));
                Ok(counts)
            }
        }
    )*};
}

counts! { RsMode RsRollingMode }

#[pymethods]
impl RsAutoCorr {
    /// The newest values, which have no partner yet, oldest first.
    #[getter]
    fn window<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let (window, lag) = self.cell().with(py, |kernel| (kernel.window(), kernel.lag.min(i64::MAX as u64)))?;
        collection(py, "deque")?.call1((window, lag))
    }
}

#[pymethods]
impl RsChiSquared {
    /// How often each pair was seen: for each value of x, the counts of the values of y.
    #[getter]
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let (kernel, [rows, columns]) = self.objects().with(py, |interned| {
            let kernel = interned.kernel.clone();
            let rows = counted(py, interned, 0, kernel.rows());
            let columns = counted(py, interned, 1, kernel.columns());
            (kernel, [rows, columns])
        })?;
        let (row_numbers, column_numbers) = (kernel.rows().numbers(), kernel.columns().numbers());
        let mut cells: Vec<_> = kernel
            .cells()
            .map(|(row, column, count)| (row_numbers[row as usize], column_numbers[column as usize], count))
            .collect();
        cells.sort_unstable();
        let counter = collection(py, "Counter")?;
        let all = PyDict::new(py);
        for row in cells.chunk_by(|left, right| left.0 == right.0) {
            let counts = counter.call0()?;
            for &(_, column, count) in row {
                counts.set_item(&columns[column as usize].0, count)?;
            }
            all.set_item(&rows[row[0].0 as usize].0, counts)?;
        }
        collection(py, "defaultdict")?.call1((counter, all))
    }

    /// How often each value of x was seen.
    #[getter]
    fn x_totals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let counts = self.objects().with(py, |interned| counted(py, interned, 0, interned.kernel.rows()))?;
        counter(py, counts)
    }

    /// How often each value of y was seen.
    #[getter]
    fn y_totals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let counts = self.objects().with(py, |interned| counted(py, interned, 1, interned.kernel.columns()))?;
        counter(py, counts)
    }

    /// The number of distinct values of x minus one, times the number of distinct values of y minus one.
    #[getter]
    fn degrees_of_freedom(&self, py: Python<'_>) -> PyResult<u64> {
        self.objects().with(py, |interned| interned.kernel.degrees_of_freedom())
    }

    /// The probability of a value at least as large if the variables are independent.
    #[getter]
    fn p_value(&self, py: Python<'_>) -> PyResult<f64> {
        self.objects().with(py, |interned| interned.kernel.p_value())
    }
}

#[pymethods]
impl RsCov {
    #[classmethod]
    #[pyo3(signature = (n, mean_x, mean_y, cov, *, ddof=None))]
    #[pyo3(text_signature = "(n, mean_x, mean_y, cov, *, ddof=1)")]
    fn _from_state<'py>(
        cls: &Bound<'py, PyType>,
        n: &Bound<'py, PyAny>,
        mean_x: &Bound<'py, PyAny>,
        mean_y: &Bound<'py, PyAny>,
        cov: &Bound<'py, PyAny>,
        ddof: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (mean_x, mean_y) = (read(mean_x, "mean_x")?, read(mean_y, "mean_y")?);
        let Integer(ddof) = read_or(ddof.map(Bound::as_borrowed), "ddof", || Some(Integer(1)))?;
        let kernel = kernels::Cov::from_state(read(n, "n")?, mean_x, mean_y, read(cov, "cov")?, ddof)?;
        merging::from_kernel::<Self>(cls, kernel, &[("ddof", ddof)])
    }
}

#[pymethods]
impl RsEntropy {
    /// The current value.
    #[getter]
    fn entropy(&self, py: Python<'_>) -> PyResult<f64> {
        self.objects().with(py, |interned| interned.kernel.entropy())
    }

    /// The count of each value; its weight if counts fade.
    #[getter]
    fn counter<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let (fades, counts, weights) = self.objects().with(py, |interned| {
            let kernel = &interned.kernel;
            let weights: Vec<_> = kernel.symbols(0).into_iter().map(|symbol| kernel.weight(symbol)).collect();
            (kernel.fading_factor < 1.0, counted(py, interned, 0, kernel.counts()), weights)
        })?;
        if fades {
            let keys = counts.into_iter().map(|(key, _)| key);
            counter(py, keys.zip(weights))
        } else {
            counter(py, counts)
        }
    }
}

#[pymethods]
impl RsKolmogorovSmirnov {
    /// The number of pairs or, if the samples differ in size, the number of values in the larger one.
    #[getter]
    fn n_samples(&self, py: Python<'_>) -> PyResult<u64> {
        self.cell().with(py, |kernel| kernel.n() as u64)
    }

    /// The number of values in the first sample.
    #[getter]
    fn n_x(&self, py: Python<'_>) -> PyResult<u64> {
        self.cell().with(py, |kernel| kernel.size(Sample::X))
    }

    /// The number of values in the second sample.
    #[getter]
    fn n_y(&self, py: Python<'_>) -> PyResult<u64> {
        self.cell().with(py, |kernel| kernel.size(Sample::Y))
    }

    /// The probability of a distance at least as large if both samples come from the same distribution; None for
    /// Kuiper's statistic.
    #[getter]
    fn p_value(&self, py: Python<'_>) -> PyResult<Option<f64>> {
        let test = self.cell().with(py, |kernel| kernel.test())?;
        // With samples of different sizes it may take long.
        Ok(test.map(|test| py.detach(|| test.p_value())))
    }

    /// Update only the first sample, with one value.
    fn update_x(&self, x: &Bound<'_, PyAny>) -> PyResult<()> {
        let Number(value) = read(x, "x")?;
        self.cell().with(x.py(), |kernel| kernel.update_one(Sample::X, value))
    }

    /// Revert one value in the first sample only.
    fn revert_x(&self, x: &Bound<'_, PyAny>) -> PyResult<()> {
        let Number(value) = read(x, "x")?;
        Ok(self.cell().with(x.py(), |kernel| kernel.revert_one(Sample::X, value))??)
    }

    /// Update only the second sample, with one value.
    fn update_y(&self, y: &Bound<'_, PyAny>) -> PyResult<()> {
        let Number(value) = read(y, "y")?;
        self.cell().with(y.py(), |kernel| kernel.update_one(Sample::Y, value))
    }

    /// Revert one value in the second sample only.
    fn revert_y(&self, y: &Bound<'_, PyAny>) -> PyResult<()> {
        let Number(value) = read(y, "y")?;
        Ok(self.cell().with(y.py(), |kernel| kernel.revert_one(Sample::Y, value))??)
    }

    /// Each distinct value with its count in each of the samples, in ascending order; None if there are none.
    #[getter]
    fn treap(&self, py: Python<'_>) -> PyResult<Option<Vec<(f64, u64, u64)>>> {
        let points: Vec<_> = self.cell().with(py, |kernel| kernel.points().collect())?;
        Ok((!points.is_empty()).then_some(points))
    }
}

#[pymethods]
impl RsKullbackLeibler {
    /// The number of labels in the first stream.
    #[getter]
    fn n_x(&self, py: Python<'_>) -> PyResult<u64> {
        self.objects().with(py, |interned| interned.kernel.size(Sample::X))
    }

    /// The number of labels in the second stream.
    #[getter]
    fn n_y(&self, py: Python<'_>) -> PyResult<u64> {
        self.objects().with(py, |interned| interned.kernel.size(Sample::Y))
    }

    /// How often each label occurs in the first stream.
    #[getter]
    fn x_totals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.totals(py, Sample::X)
    }

    /// How often each label occurs in the second stream.
    #[getter]
    fn y_totals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.totals(py, Sample::Y)
    }

    /// Update only the first stream, with one label.
    fn update_x(&self, x: &Bound<'_, PyAny>) -> PyResult<()> {
        self.update_one(Sample::X, x)
    }

    /// Revert one label in the first stream only.
    fn revert_x(&self, x: &Bound<'_, PyAny>) -> PyResult<()> {
        self.revert_one(Sample::X, x)
    }

    /// Update only the second stream, with one label.
    fn update_y(&self, y: &Bound<'_, PyAny>) -> PyResult<()> {
        self.update_one(Sample::Y, y)
    }

    /// Revert one label in the second stream only.
    fn revert_y(&self, y: &Bound<'_, PyAny>) -> PyResult<()> {
        self.revert_one(Sample::Y, y)
    }
}

impl RsKullbackLeibler {
    fn totals<'py>(&self, py: Python<'py>, of: Sample) -> PyResult<Bound<'py, PyAny>> {
        let counts: Vec<_> = self.objects().with(py, |interned| {
            let object = |(symbol, count)| (interned.tables[0].object(py, symbol), count);
            interned.kernel.counts(of).map(object).collect()
        })?;
        counter(py, counts)
    }

    fn update_one(&self, of: Sample, label: &Bound<'_, PyAny>) -> PyResult<()> {
        let update = |kernel: &mut kernels::KullbackLeibler, [symbol, _]: [Symbol; 2]| {
            kernel.update_one(of, symbol, 1);
            Ok(())
        };
        self.objects().update_by([label; 2], |_| Ok(()), update, |_, ()| ()).map(drop)
    }

    fn revert_one(&self, of: Sample, label: &Bound<'_, PyAny>) -> PyResult<()> {
        self.objects().revert_by([label; 2], |kernel, [symbol, _]| kernel.revert_one(of, symbol))
    }
}

#[pymethods]
impl RsMAD {
    /// The quantile of the deviations that is estimated: the median.
    #[getter]
    fn q(&self, py: Python<'_>) -> PyResult<f64> {
        self.cell().with(py, |kernel| kernel.median().q.first())
    }
}

#[pymethods]
impl RsMean {
    #[classmethod]
    fn _from_state<'py>(
        cls: &Bound<'py, PyType>,
        n: &Bound<'py, PyAny>,
        mean: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        merging::from_kernel::<Self>(cls, kernels::Mean::from_state(read(n, "n")?, read(mean, "mean")?)?, &[])
    }
}

#[pymethods]
impl RsMoment {
    /// The moments from the first order up to the order of the statistic.
    #[getter]
    fn moments(&self, py: Python<'_>) -> PyResult<Vec<f64>> {
        self.cell().with(py, |kernel| (1..=kernel.order).map(|order| kernel.of_order(order)).collect())
    }
}

#[pymethods]
impl RsRollingMode {
    /// The values in the window, oldest first.
    #[getter]
    fn window<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let (size, values) = self.objects().with(py, |interned| {
            let value = |symbol| interned.tables[0].object(py, symbol);
            let values: Vec<_> = interned.kernel.window().map(value).collect();
            (interned.kernel.window_size, values)
        })?;
        // The largest length that a deque supports.
        let size = size.min(isize::MAX as u64);
        collection(py, "deque")?.call1((values, size))
    }
}

#[pymethods]
impl RsShift {
    /// The newest values, oldest first.
    #[getter]
    fn buffer<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let shift = self.copied(py)?;
        // The largest length that a deque supports.
        let capacity = shift.capacity().min(isize::MAX as u64);
        collection(py, "deque")?.call1((shift.buffer().collect::<Vec<_>>(), capacity))
    }
}

/// A class of the module `collections`.
fn collection<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("collections")?.getattr(name)
}

fn counter<'py>(
    py: Python<'py>,
    counts: impl IntoIterator<Item = (Py<PyAny>, impl IntoPyObject<'py>)>,
) -> PyResult<Bound<'py, PyAny>> {
    collection(py, "Counter")?.call1((dict(py, counts)?,))
}
