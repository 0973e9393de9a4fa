//! A summary as a Python object.

use crate::{
    Error,
    python::{
        classes::{calls::reading_object, docs},
        erased::{class, kernels::Kernels},
        ffi::arrow_export::stream,
        groups::{
            calls::observation,
            export::{of_objects, values},
            store::Groups,
        },
        state::{
            copying, envelope,
            pickle::{self, Stateful, stateful},
        },
        summary::{
            columns, state,
            store::{CLASS, Held, RsSummary, Summaries},
        },
        sync::kernel_cell::KernelCell,
        window::arguments::bound,
    },
};
use pyo3::{
    exceptions::{PyIndexError, PyTypeError},
    prelude::*,
    types::{PyBytes, PyCapsule, PyDict, PyTuple, PyType},
};

/// Lets groups hold summaries.
pub fn register(class: &Bound<'_, PyType>) {
    class::register(class, &state::Entry);
}

#[pymethods]
impl RsSummary {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self(KernelCell::empty())
    }

    fn _make(
        &self,
        py: Python<'_>,
        names: Vec<String>,
        statistics: Vec<Bound<'_, PyAny>>,
        skipna: bool,
    ) -> PyResult<()> {
        let side_by_side = |statistic: &Bound<'_, PyAny>| {
            let class = class::of(&statistic.get_type());
            let class = class.ok_or_else(|| PyTypeError::new_err("statistics of this class are not in Rust"))?;
            class.side_by_side(statistic)
        };
        let kernels = statistics.iter().map(side_by_side).collect::<PyResult<_>>()?;
        let mut kernels = Summaries::new(names.into(), kernels)?;
        kernels.push();
        self.0.set(py, Held { kernels, skipna, n_skipped: 0 })
    }

    /// Update with one observation.
    ///
    /// Parameters
    /// ----------
    /// *args, **kwargs
    ///     The arguments of `update` of the statistics: `x`, or `x` and `y`; a weight `w`, if all of them take one; and
    ///     the time `t`, if one of them uses it.
    ///
    /// Raises
    /// ------
    /// TypeError
    ///     If the observation is not of a type that the statistics take. The summary is left unchanged.
    /// ValueError
    ///     If one of the statistics refuses a weight or a time. The summary is left unchanged.
    #[pyo3(signature = (*args, **kwargs))]
    fn update(&self, args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let py = args.py();
        let (shape, skipna) = self.0.with(py, |held| (held.kernels.shape(), held.skipna))?;
        let (given, t) = bound(shape, args, kwargs)?;
        let one = observation(shape, &given, t, skipna)?;
        if let Some(one) = &one
            && !Groups::counts(one.w)?
        {
            return Ok(());
        }
        self.0.with(py, |held| {
            match one {
                Some(one) => {
                    let t = held.kernels.told_time(one.t)?;
                    held.kernels.update(0, one.x, one.y, one.w, t).map_err(|error| *error)?;
                }
                None => held.n_skipped += 1,
            }
            Ok::<_, PyErr>(())
        })?
    }

    /// Update with many observations, as one `update` per observation would; with all of them or, on an error, none.
    ///
    /// Parameters
    /// ----------
    /// *columns
    ///     X, and Y for statistics of two variables: columns of any library. If a value is missing, the observation is
    ///     left out.
    /// **named
    ///     `w` or `t`, if `update` takes a weight or a time: a column of them.
    #[pyo3(signature = (*columns, **named))]
    fn update_many(
        this: &Bound<'_, Self>,
        columns: &Bound<'_, PyTuple>,
        named: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        columns::update(this, columns, named)
    }

    /// Return a dict from the name of each statistic to its value.
    fn get<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let reading = self.0.with(py, |held| held.kernels.reading(Some(0)))?;
        reading_object(py, &reading)
    }

    /// The number of observations; if they have weights, their total weight.
    #[getter]
    fn n(&self, py: Python<'_>) -> PyResult<f64> {
        self.0.with(py, |held| held.kernels.n(0))
    }

    /// Whether observations that are NaN or None are left out.
    #[getter]
    fn skipna(&self, py: Python<'_>) -> PyResult<bool> {
        self.0.with(py, |held| held.skipna)
    }

    /// How many observations were left out because they are NaN or None.
    #[getter]
    fn n_skipped(&self, py: Python<'_>) -> PyResult<u64> {
        self.0.with(py, |held| held.n_skipped)
    }

    /// The name and the class of each statistic.
    fn _statistics(&self, py: Python<'_>) -> PyResult<Vec<(String, String)>> {
        self.0.with(py, |held| held.kernels.names().iter().cloned().zip(held.kernels.classes()).collect())
    }

    /// Copy a statistic of the summary into an object of its class; if `empty`, an empty one.
    fn _put(&self, column: usize, statistic: &Bound<'_, PyAny>, empty: bool) -> PyResult<()> {
        let index = if empty { None } else { Some(0) };
        let kernel = self.0.with(statistic.py(), |held| held.kernels.statistic(column, index))?;
        kernel.ok_or_else(|| PyIndexError::new_err(column))?.put_into(statistic)
    }

    /// Merge another summary, of the same statistics, into this one.
    fn _merge(&self, py: Python<'_>, other: &Self) -> PyResult<()> {
        let (other, n_skipped) = other.0.with(py, |held| (held.kernels.picked(&[0]), held.n_skipped))?;
        self.0.with(py, |held| {
            held.kernels.merge(0, &other, 0)?;
            held.n_skipped += n_skipped;
            Ok::<_, PyErr>(())
        })?
    }

    /// An Arrow table with one row and a column per statistic.
    fn _arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let reading = self.0.with(py, |held| held.kernels.reading(Some(0)))?;
        stream(py, values("", &[&reading], &reading)?)
    }
}

/// Return an Arrow table with one row of these values.
#[pyfunction]
pub fn summary_table<'py>(py: Python<'py>, values: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyCapsule>> {
    let mut columns = Vec::new();
    for (name, value) in values {
        columns.extend(of_objects(&name.extract::<String>()?, &[value])?);
    }
    stream(py, columns)
}

impl Stateful for RsSummary {
    const CLASS: &'static str = CLASS;

    fn is_made(&self, py: Python<'_>) -> bool {
        self.0.try_with(py, |_| ()).is_ok_and(|found| found.is_some())
    }

    fn to_bytes(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
        Ok(self.0.with(py, |held| held.to_bytes())??)
    }

    fn set_state(this: &Bound<'_, Self>, data: &[u8], objects: &Bound<'_, PyTuple>) -> PyResult<()> {
        let [] = objects.extract::<[Bound<'_, PyAny>; 0]>()?;
        let (skipna, n_skipped, data): (bool, u64, Vec<u8>) = envelope::open(CLASS, data, |_| Ok(()))?;
        let kernels = state::read(this.py(), &data)?;
        if kernels.len() != 1 {
            return Err(Error::state(CLASS, "it is of several streams").into());
        }
        this.get().0.set(this.py(), Held { kernels, skipna, n_skipped })
    }

    fn copy_to(&self, py: Python<'_>, target: &Self) -> PyResult<()> {
        let copied = self.0.with(py, |held| Held { kernels: held.kernels.picked(&[0]), ..*held })?;
        target.0.set(py, copied)
    }
}

stateful! { RsSummary }
