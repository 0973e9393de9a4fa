//! When the events of a window of time come in and leave, for windows whose events are Python objects.

use super::{
    cell::Cell,
    state,
    time::{Duration, Time},
    window_making::reach,
};
use crate::{
    Error,
    kernels::window::{Clock, Closed, Span, Tumbler, Turn, nanoseconds},
};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict, PyTuple},
};

/// A clock and the events, known by numbers, within a span of time.
#[pyclass(module = "river.stats._rust_stats", frozen)]
pub struct RsSpan(Cell<Events>);

type Events = (Clock, Span<u64, ()>);

const NAME: &str = "Span";

/// The events that come in, and those that leave.
type Turned = (Vec<u64>, Vec<u64>);

fn turned(f: impl FnOnce(&mut dyn FnMut(Turn, u64))) -> Turned {
    let (mut entering, mut leaving) = (Vec::new(), Vec::new());
    f(&mut |turn, event| match turn {
        Turn::Enter => entering.push(event),
        Turn::Leave => leaving.push(event),
    });
    (entering, leaving)
}

#[pymethods]
impl RsSpan {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self(Cell::empty())
    }

    #[pyo3(signature = (period=Duration(None), closed="right"))]
    fn __init__(&self, py: Python<'_>, period: Duration, closed: &str) -> PyResult<()> {
        // An object that is about to be unpickled.
        if period.0.is_none() {
            return Ok(());
        }
        self.0.set(py, (Clock::default(), Span::new(reach(period)?, Closed::new(closed)?)?));
        Ok(())
    }

    /// Where an event of this time would come: "now", "late", "pending" or "over".
    fn judge(&self, py: Python<'_>, t: Time) -> PyResult<&'static str> {
        let place = self.0.with(py, |(clock, span)| {
            let mut clock = *clock;
            Ok::<_, Error>(span.judge(clock.read(t.0)?).name())
        })??;
        Ok(place)
    }

    fn update(&self, py: Python<'_>, t: Time, event: u64) -> PyResult<Turned> {
        let turned = self.0.with(py, |(clock, span)| {
            let time = clock.read(t.0)?;
            Ok::<_, Error>(turned(|turn| {
                span.update(time, event, |_| (), turn);
            }))
        })??;
        Ok(turned)
    }

    fn advance(&self, py: Python<'_>, t: Time) -> PyResult<Turned> {
        let turned = self.0.with(py, |(clock, span)| {
            let time = clock.read(t.0)?;
            Ok::<_, Error>(turned(|turn| span.advance(time, |_| (), turn)))
        })??;
        Ok(turned)
    }

    /// The events in the span, in the order of their times.
    fn events(&self, py: Python<'_>) -> PyResult<Vec<u64>> {
        self.0.with(py, |(_, span)| span.events().iter().map(|(_, event)| event).collect())
    }

    #[getter]
    fn n_late(&self, py: Python<'_>) -> PyResult<u64> {
        self.0.with(py, |(_, span)| span.n_late)
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.0.with(py, |(_, span)| span.events().len())
    }

    fn __reduce__<'py>(this: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (), Bound<'py, PyBytes>)> {
        let py = this.py();
        let bytes = this.get().0.with(py, |events| state::seal(NAME, events))??;
        Ok((this.get_type().into_any(), (), PyBytes::new(py, &bytes)))
    }

    fn __setstate__(&self, py: Python<'_>, data: &[u8]) -> PyResult<()> {
        self.0.set(py, state::open(NAME, data)?);
        Ok(())
    }
}

/// The window of time that is open, of those that follow each other.
#[pyclass(module = "river.stats._rust_stats", frozen)]
pub struct RsTumbler(Cell<Tumbler>);

const TUMBLER: &str = "Tumbler";

#[pymethods]
impl RsTumbler {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self(Cell::empty())
    }

    #[pyo3(signature = (period=Duration(None), offset=Duration(None)))]
    fn __init__(&self, py: Python<'_>, period: Duration, offset: Duration) -> PyResult<()> {
        // An object that is about to be unpickled.
        if period.0.is_none() {
            return Ok(());
        }
        let offset = nanoseconds("offset", offset.0.unwrap_or(0.0))?;
        self.0.set(py, Tumbler::new(reach(period)?, offset)?);
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

    fn __reduce__<'py>(this: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (), Bound<'py, PyBytes>)> {
        let py = this.py();
        let bytes = this.get().0.with(py, |tumbler| state::seal(TUMBLER, tumbler))??;
        Ok((this.get_type().into_any(), (), PyBytes::new(py, &bytes)))
    }

    fn __setstate__(&self, py: Python<'_>, data: &[u8]) -> PyResult<()> {
        let tumbler: Tumbler = state::open(TUMBLER, data)?;
        tumbler.validate().map_err(|reason| state::invalid(TUMBLER, reason))?;
        self.0.set(py, tumbler);
        Ok(())
    }
}
