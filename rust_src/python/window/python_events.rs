//! When the events of a window of time come in and leave, for windows whose events are Python objects.

use crate::{
    Error,
    kernels::window::{
        clock::{Clock, nanoseconds},
        time_span::{Closed, Outlook, Span},
        tumbling::Tumbler,
    },
    python::{
        convert::time::{Duration, Time},
        state::envelope,
        sync::kernel_cell::KernelCell,
        window::build::reach,
    },
};
use pyo3::{
    prelude::*,
    sync::PyOnceLock,
    types::{PyBytes, PyDict, PyTuple, PyType},
};

/// A clock and the events, known by numbers, within a span of time.
#[pyclass(module = "river.stats._rust_stats", frozen)]
pub struct RsSpan(KernelCell<Events>);

type Events = (Clock, Span<u64, ()>);

const NAME: &str = "Span";

/// What would happen in a span at a time: what follows from it may fail, and then the span is to be what it was.
#[pyclass(module = "river.stats._rust_stats", frozen)]
pub struct RsStep {
    /// Where an event of that time would come: "now", "late", "pending" or "over".
    #[pyo3(get)]
    place: &'static str,
    /// The events that have waited and come in.
    #[pyo3(get)]
    entering: Vec<u64>,
    /// Those that leave.
    #[pyo3(get)]
    leaving: Vec<u64>,
    /// Those that have waited and are outside already.
    #[pyo3(get)]
    dropped: Vec<u64>,
    t: Time,
}

#[pymethods]
impl RsSpan {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self(KernelCell::empty())
    }

    #[pyo3(signature = (period, closed))]
    fn __init__(&self, py: Python<'_>, period: Duration, closed: &str) -> PyResult<()> {
        self.0.set(py, (Clock::default(), Span::new(reach(period)?, Closed::new(closed)?)?))?;
        Ok(())
    }

    /// What would happen at this time. Nothing changes.
    fn judge(&self, py: Python<'_>, t: Time) -> PyResult<RsStep> {
        let (place, outlook) = self.0.with(py, |(clock, span)| {
            let time = { *clock }.read(t.0)?;
            Ok::<_, Error>((span.judge(time), span.outlook(time)))
        })??;
        let Outlook { entering, leaving, dropped } = outlook;
        Ok(RsStep { place: place.name(), entering, leaving, dropped, t })
    }

    /// Lets it happen, with an event of that time if one is given.
    #[pyo3(signature = (step, event=None))]
    fn go(&self, py: Python<'_>, step: &RsStep, event: Option<u64>) -> PyResult<()> {
        self.0.with(py, |(clock, span)| {
            let time = clock.read(step.t.0)?;
            match event {
                Some(event) => _ = span.update(time, event, |_| (), |_, _| ()),
                None => span.advance(time, |_| (), |_, _| ()),
            }
            Ok::<_, Error>(())
        })??;
        Ok(())
    }

    /// The events in the span, in the order of their times.
    fn events(&self, py: Python<'_>) -> PyResult<Vec<u64>> {
        self.0.with(py, |(_, span)| span.events().iter().map(|(_, event)| event).collect())
    }

    /// The events that wait for the clock to go on.
    fn pending(&self, py: Python<'_>) -> PyResult<Vec<u64>> {
        self.0.with(py, |(_, span)| span.pending().to_vec())
    }

    /// The period in nanoseconds, and the ends that belong to it.
    #[getter]
    fn reach(&self, py: Python<'_>) -> PyResult<(i128, &'static str)> {
        self.0.with(py, |(_, span)| (span.period, span.closed.name()))
    }

    #[getter]
    fn n_late(&self, py: Python<'_>) -> PyResult<u64> {
        self.0.with(py, |(_, span)| span.n_late)
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.0.with(py, |(_, span)| span.events().len())
    }

    fn __reduce__<'py>(this: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        reduce(this.as_any())
    }

    fn __getstate__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.0.with(py, |events| envelope::seal(NAME, events))??;
        Ok(PyBytes::new(py, &bytes))
    }

    fn __setstate__(&self, py: Python<'_>, data: &[u8]) -> PyResult<()> {
        let events = envelope::open(NAME, data, |(clock, span): &Events| clock.validate(span.now.is_some()))?;
        self.0.set(py, events)?;
        Ok(())
    }
}

/// The window of time that is open, of those that follow each other.
#[pyclass(module = "river.stats._rust_stats", frozen)]
pub struct RsTumbler(KernelCell<Tumbler>);

const TUMBLER: &str = "Tumbler";

#[pymethods]
impl RsTumbler {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self(KernelCell::empty())
    }

    #[pyo3(signature = (period, offset))]
    fn __init__(&self, py: Python<'_>, period: Duration, offset: Duration) -> PyResult<()> {
        let offset = nanoseconds("offset", offset.0.unwrap_or(0.0))?;
        self.0.set(py, Tumbler::new(reach(period)?, offset)?)?;
        Ok(())
    }

    /// Where a time is: -1 before the open window, 0 in it, 1 behind it.
    fn judge(&self, py: Python<'_>, t: Time) -> PyResult<i8> {
        Ok(self.0.with(py, |tumbler| tumbler.judge(t.0))?? as i8)
    }

    fn advance(&self, py: Python<'_>, t: Time) -> PyResult<()> {
        Ok(self.0.with(py, |tumbler| tumbler.advance(t.0))??)
    }

    /// The period and the offset, in nanoseconds.
    #[getter]
    fn lengths(&self, py: Python<'_>) -> PyResult<(i128, i128)> {
        self.0.with(py, |tumbler| tumbler.lengths())
    }

    #[getter]
    fn n_late(&self, py: Python<'_>) -> PyResult<u64> {
        self.0.with(py, |tumbler| tumbler.n_late)
    }

    fn __reduce__<'py>(this: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        reduce(this.as_any())
    }

    fn __getstate__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.0.with(py, |tumbler| envelope::seal(TUMBLER, tumbler))??;
        Ok(PyBytes::new(py, &bytes))
    }

    fn __setstate__(&self, py: Python<'_>, data: &[u8]) -> PyResult<()> {
        self.0.set(py, envelope::open(TUMBLER, data, Tumbler::validate)?)?;
        Ok(())
    }
}

/// `copyreg.__newobj__(cls)` followed by `__setstate__`.
type Reduced<'py> = (Bound<'py, PyAny>, (Bound<'py, PyType>,), Bound<'py, PyAny>);

fn reduce<'py>(object: &Bound<'py, PyAny>) -> PyResult<Reduced<'py>> {
    static NEW_OBJECT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let new_object = NEW_OBJECT.import(object.py(), "copyreg", "__newobj__")?;
    Ok((new_object.clone(), (object.get_type(),), object.call_method0("__getstate__")?))
}
