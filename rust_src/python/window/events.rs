//! When events enter and leave, for windows over classes written in Python.

use crate::{
    Error,
    kernels::window::{Clock, Closed, Outlook, Span, Tumbler},
    python::{
        classes::docs,
        convert::time::{Duration, Time},
        state::{
            copying, envelope,
            pickle::{self, Stateful, stateful},
        },
        sync::kernel_cell::KernelCell,
        window::class::{reach, tumbler},
    },
};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict, PyTuple, PyType},
};
use serde::{Serialize, de::DeserializeOwned};

/// A clock and the events within a span of time, identified by numbers.
#[pyclass(module = "river.stats._rust_stats", frozen)]
pub struct RsSpan(KernelCell<Events>);

type Events = (Clock, Span<u64, ()>);

/// What would happen in a span at a given time. It is computed in advance, since what follows from it may fail, and the
/// span must then be left unchanged.
#[pyclass(module = "river.stats._rust_stats", frozen)]
pub struct RsStep {
    /// What an event at that time would be: "now", "late", "pending" or "over".
    #[pyo3(get)]
    place: &'static str,
    /// The pending events that enter the span.
    #[pyo3(get)]
    entering: Vec<u64>,
    /// The events that leave the span.
    #[pyo3(get)]
    leaving: Vec<u64>,
    /// The pending events that are already outside the span.
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

    /// Return what would happen at this time, without changing anything.
    fn judge(&self, py: Python<'_>, t: Time) -> PyResult<RsStep> {
        let (place, outlook) = self.0.with(py, |(clock, span)| {
            let time = { *clock }.read(t.0)?;
            Ok::<_, Error>((span.judge(time), span.outlook(time)))
        })??;
        let Outlook { entering, leaving, dropped } = outlook;
        Ok(RsStep { place: place.name(), entering, leaving, dropped, t })
    }

    /// Apply the step, with an event at its time if one is given.
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

    /// Return the events in the span, in the order of their times.
    fn events(&self, py: Python<'_>) -> PyResult<Vec<u64>> {
        self.0.with(py, |(_, span)| span.events().iter().map(|(_, event)| event).collect())
    }

    /// Return the events that are waiting for the clock to advance.
    fn pending(&self, py: Python<'_>) -> PyResult<Vec<u64>> {
        self.0.with(py, |(_, span)| span.pending().to_vec())
    }

    #[getter]
    fn n_late(&self, py: Python<'_>) -> PyResult<u64> {
        self.0.with(py, |(_, span)| span.n_late)
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.0.with(py, |(_, span)| span.events().len())
    }
}

/// The open window among consecutive (tumbling) windows of time.
#[pyclass(module = "river.stats._rust_stats", frozen)]
pub struct RsTumbler(KernelCell<Tumbler>);

#[pymethods]
impl RsTumbler {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self(KernelCell::empty())
    }

    #[pyo3(signature = (period, offset))]
    fn __init__(&self, py: Python<'_>, period: Duration, offset: Duration) -> PyResult<()> {
        self.0.set(py, tumbler(period, offset)?)
    }

    /// Return where a time lies: -1 before the open window, 0 in it, 1 after it.
    fn judge(&self, py: Python<'_>, t: Time) -> PyResult<i8> {
        Ok(self.0.with(py, |tumbler| tumbler.judge(t.0))?? as i8)
    }

    fn advance(&self, py: Python<'_>, t: Time) -> PyResult<()> {
        Ok(self.0.with(py, |tumbler| tumbler.advance(t.0))??)
    }

    #[getter]
    fn n_late(&self, py: Python<'_>) -> PyResult<u64> {
        self.0.with(py, |tumbler| tumbler.n_late)
    }
}

/// What a clock is stored and copied as.
trait Stored: Clone + Serialize + DeserializeOwned {
    fn validate(&self) -> Result<(), &'static str>;
}

impl Stored for Events {
    fn validate(&self) -> Result<(), &'static str> {
        self.0.validate(self.1.now.is_some())
    }
}

impl Stored for Tumbler {
    fn validate(&self) -> Result<(), &'static str> {
        Tumbler::validate(self)
    }
}

macro_rules! clock {
    ($rust:ident = $name:literal) => {
        impl Stateful for $rust {
            const CLASS: &'static str = $name;

            fn is_made(&self, py: Python<'_>) -> bool {
                self.0.try_with(py, |_| ()).is_ok_and(|found| found.is_some())
            }

            fn to_bytes(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
                Ok(self.0.with(py, |clock| envelope::seal(Self::CLASS, clock))??)
            }

            fn set_state(this: &Bound<'_, Self>, data: &[u8], _: &Bound<'_, PyTuple>) -> PyResult<()> {
                this.get().0.set(this.py(), envelope::open(Self::CLASS, data, Stored::validate)?)
            }

            fn copy_to(&self, py: Python<'_>, target: &Self) -> PyResult<()> {
                target.0.set(py, self.0.with(py, |clock| clock.clone())?)
            }
        }

        stateful! { $rust }
    };
}

clock! { RsSpan = "Span" }
clock! { RsTumbler = "Tumbler" }
