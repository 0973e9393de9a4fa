//! Windows of any statistic as Python objects.
//!
//! The class of a statistic is not known when the methods of its windows are compiled: an object holds a type-erased window,
//! which the entry of the statistic's class makes ([`erased`](crate::python::erased)). A window over a class written in
//! Python holds none, and has methods of its own.

use crate::{
    Error,
    kernels::window::{Bounds, Closed, Ends, Tumbler, Which, nanoseconds},
    python::{
        classes::docs,
        convert::{
            argument::read,
            number::Integer,
            time::{Duration, Time},
        },
        erased::{
            class::{self, Class, Name, Plan},
            held::{Held, Nulls, Window},
            kernel::Kernel,
            numbers,
        },
        ffi::descriptor::install,
        state::{
            copying, envelope,
            pickle::{self, Stateful, stateful},
        },
        sync::kernel_cell::KernelCell,
        window::{
            batch,
            calls::{Get, HoldsWindow, Update, closed, statistic},
        },
    },
};
use pyo3::{
    IntoPyObjectExt, PyTraverseError, PyVisit,
    exceptions::PyTypeError,
    intern,
    prelude::*,
    types::{PyBytes, PyDict, PyTuple, PyType},
};

/// Give a public class of windows an `update` and a `get` of its own.
#[pyfunction]
pub fn adopt_window(class_: &Bound<'_, PyType>) -> PyResult<()> {
    if class_.is_subclass_of::<RsTimeRolling>()? {
        install_methods::<RsTimeRolling>(class_)
    } else if class_.is_subclass_of::<RsTumblingWindow>()? {
        install_methods::<RsTumblingWindow>(class_)
    } else {
        install_methods::<RsRolling>(class_)
    }
}

pub fn install_methods<T: HoldsWindow>(class: &Bound<'_, PyType>) -> PyResult<()> {
    install::<T, Update>(class)?;
    install::<T, Get>(class)
}

/// Whether windows over a class can be in Rust, by the entry of the class itself or of a base class.
#[pyfunction]
pub fn has_windows(class_: &Bound<'_, PyType>) -> bool {
    class::of(class_).is_some()
}

/// Raise an error if a window in which missing values occupy slots would be held by something that leaves them out.
#[pyfunction]
pub fn refuse_slots(statistic: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = statistic.py();
    if !statistic.is_instance_of::<RsRolling>() || statistic.getattr(intern!(py, "nulls"))?.ne("slot")? {
        return Ok(());
    }
    let expected = "\"skip\" in groups, summaries and links, which leave missing values out";
    Err(Error::parameter("nulls", "\"slot\"", expected).into())
}

/// Makes a window of this kind over a statistic of its class.
fn make(
    cell: &KernelCell<Held>,
    statistic: &Bound<'_, PyAny>,
    plan: Plan,
    least: u64,
    in_seconds: bool,
    nulls: Nulls,
) -> PyResult<()> {
    let class = statistic.get_type();
    let entry = class::of(&class).ok_or_else(|| {
        PyTypeError::new_err(format!(
            "{} has no windows in Rust",
            class.name().map_or_else(|_| "?".into(), |n| n.to_string())
        ))
    })?;
    let held = entry.window(statistic, plan, least)?;
    cell.set(statistic.py(), Held { in_seconds, nulls, ..held })
}

/// Return the `period` or the `offset` of a window in nanoseconds.
#[pyfunction]
pub fn nanoseconds_in(length: &Bound<'_, PyAny>, name: &str) -> PyResult<i128> {
    let name = if name == "offset" { "offset" } else { "period" };
    if length.is_none() {
        return Err(PyTypeError::new_err(format!("{name} must be {}, got None", Duration::WANTED)));
    }
    Ok(nanoseconds(name, read::<Duration>(length, name)?.0.unwrap_or_default())?)
}

/// A period, already parsed, in nanoseconds.
pub fn reach(period: Duration) -> Result<i128, Error> {
    nanoseconds("period", period.0.unwrap_or_default())
}

/// Tumbling windows of a period, which start at multiples of it, shifted by an offset.
pub fn tumbler(period: Duration, offset: Duration) -> Result<Tumbler, Error> {
    Tumbler::new(reach(period)?, nanoseconds("offset", offset.0.unwrap_or(0.0))?)
}

fn kernel<'py>(
    cell: &KernelCell<Held>,
    class: &Bound<'py, PyType>,
    which: Which,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = class.py();
    let found = cell.with(py, |held| match &held.window {
        Window::Numbers(window) => Ok(window.kernel(which)),
        Window::Objects(window) => Err(window.clone()),
    })?;
    let kernel = match found {
        Ok(kernel) => kernel,
        Err(window) => window.kernel(py, which)?,
    };
    kernel.map(|kernel| statistic(class, kernel)).transpose()
}

/// The methods that all windows have, whatever they hold.
macro_rules! asked {
    ($cell:expr, $py:expr, $method:ident) => {
        match $cell.with($py, |held| match &held.window {
            Window::Numbers(window) => Ok(window.$method()),
            Window::Objects(window) => Err(window.clone()),
        })? {
            Ok(found) => Ok(found),
            Err(window) => window.$method($py),
        }
    };
}

fn state<'py>(
    cell: &KernelCell<Held>,
    py: Python<'py>,
    kind: &str,
    all_in_bytes: bool,
) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)> {
    let found = cell.with(py, |held| {
        let Held { class, timed, in_seconds, nulls, .. } = *held;
        let name = Name { kind, class, timed, in_seconds, nulls }.text();
        match &held.window {
            Window::Numbers(window) => window.to_bytes(&name).map(Ok),
            Window::Objects(window) => Ok(Err((window.clone(), name))),
        }
    })??;
    match found {
        Ok(bytes) => Ok((bytes, Vec::new())),
        Err((window, name)) if all_in_bytes => Ok((window.to_bytes(py, &name)?, Vec::new())),
        Err((window, name)) => window.state(py, &name),
    }
}

fn set_state(cell: &KernelCell<Held>, kind: &str, data: &[u8], objects: &Bound<'_, PyTuple>) -> PyResult<()> {
    let py = objects.py();
    let invalid = |reason: &str| Error::state(kind, reason);
    let name = envelope::class_of(data).ok_or_else(|| invalid("it does not start with RVST"))?;
    let fits = |name: &Name<'_>| name.kind == kind && (kind == "Rolling" || !name.nulls.are_slots());
    let name = Name::parse(name).filter(fits);
    let name = name.ok_or_else(|| invalid("it is one of something else"))?;
    let class: &'static dyn Class =
        class::named(py, name.class).ok_or_else(|| invalid("it is one of something else"))?;
    let held = class.read(name, data, objects)?;
    cell.set(py, Held { nulls: name.nulls, ..held })
}

fn copied(cell: &KernelCell<Held>, py: Python<'_>) -> PyResult<Window> {
    let copied = cell.with(py, |held| match &held.window {
        Window::Numbers(window) => Ok(Window::Numbers(window.copied())),
        Window::Objects(window) => Err(window.clone()),
    })?;
    match copied {
        Ok(window) => Ok(window),
        Err(window) => Ok(Window::Objects(window.copied(py)?)),
    }
}

fn merge(cell: &KernelCell<Held>, py: Python<'_>, other: Window) -> PyResult<()> {
    let done = cell.with(py, |held| match (&mut held.window, other) {
        (Window::Numbers(window), Window::Numbers(other)) => window.merge(&*other).map(|()| None),
        (Window::Objects(window), Window::Objects(other)) => Ok(Some((window.clone(), other))),
        _ => Err(numbers::no_merge()),
    })?;
    match done? {
        Some((window, other)) => window.merge(py, &*other),
        None => Ok(()),
    }
}

macro_rules! window_class {
    ($rust:ident = $kind:literal) => {
        #[pyclass(module = "river.stats._rust_stats", subclass, frozen)]
        pub struct $rust(KernelCell<Held>);

        #[pymethods]
        impl $rust {
            #[new]
            #[pyo3(signature = (*_args, **_kwargs))]
            fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
                Self(KernelCell::empty())
            }

            #[doc = docs::update_many!()]
            #[pyo3(signature = (*columns, **named))]
            fn update_many<'py>(
                this: &Bound<'py, Self>,
                columns: &Bound<'py, PyTuple>,
                named: Option<&Bound<'py, PyDict>>,
            ) -> PyResult<()> {
                batch::update_many(&this.get().0, this.as_any(), columns, named)
            }

            #[doc = docs::accumulate!()]
            #[pyo3(signature = (*columns, **named))]
            fn accumulate<'py>(
                this: &Bound<'py, Self>,
                columns: &Bound<'py, PyTuple>,
                named: Option<&Bound<'py, PyDict>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                batch::accumulate(&this.get().0, this.as_any(), columns, named)
            }

            /// How many observations are in the window.
            fn _len(&self, py: Python<'_>) -> PyResult<usize> {
                asked!(self.0, py, len)
            }

            fn _is_weighted(&self, py: Python<'_>) -> PyResult<bool> {
                self.0.with(py, |held| held.is_weighted())
            }

            /// How many observations are in the window, or their total weight.
            #[getter]
            fn _n<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                let weight = self.0.with(py, |held| match &held.window {
                    Window::Numbers(window) if held.is_weighted() => Some(window.n()),
                    _ => None,
                })?;
                match weight {
                    Some(weight) => weight.into_bound_py_any(py),
                    None => asked!(self.0, py, len)?.into_bound_py_any(py),
                }
            }

            fn _min_samples(&self, py: Python<'_>) -> PyResult<u64> {
                asked!(self.0, py, min_samples)
            }

            /// The number of observations; the period and the offset in nanoseconds, and whether the user gave them as
            /// numbers of seconds; the ends of the period that are included; the number of panes.
            #[allow(clippy::type_complexity, reason = "a tuple for Python")]
            fn _bounds(
                &self,
                py: Python<'_>,
            ) -> PyResult<(Option<u64>, Option<i128>, i128, bool, Option<&'static str>, Option<u64>)> {
                let Bounds { window_size, period, closed, offset, panes, .. } = asked!(self.0, py, bounds)?;
                let in_seconds = self.0.with(py, |held| held.in_seconds)?;
                Ok((window_size, period, offset, in_seconds, closed.map(Closed::name), panes))
            }

            /// An empty object of the statistic's class.
            fn _empty<'py>(&self, class_: &Bound<'py, PyType>) -> PyResult<Option<Bound<'py, PyAny>>> {
                kernel(&self.0, class_, Which::Empty)
            }

            /// An object that has seen what is in the sliding or open window.
            fn _current<'py>(&self, class_: &Bound<'py, PyType>) -> PyResult<Option<Bound<'py, PyAny>>> {
                kernel(&self.0, class_, Which::Current)
            }

            /// The name of the statistic whose window of this kind is stored in the bytes.
            #[staticmethod]
            fn _name_in(data: &[u8]) -> Option<&str> {
                let name = Name::parse(envelope::class_of(data)?)?;
                (name.kind == $kind).then_some(name.class)
            }

            /// Merge another window of this class over the same statistic into this one.
            fn _merge(&self, other: &Bound<'_, Self>) -> PyResult<()> {
                merge(&self.0, other.py(), copied(&other.get().0, other.py())?)
            }

            fn _is_made(&self, py: Python<'_>) -> bool {
                Stateful::is_made(self, py)
            }

            fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
                let visited = self.0.peek(&visit, |held| match &held.window {
                    Window::Numbers(_) => Ok(()),
                    Window::Objects(window) => window.traverse(&visit),
                });
                visited.unwrap_or(Ok(()))
            }

            fn __clear__(&self, py: Python<'_>) {
                // If this thread is using it, it is not garbage.
                drop(self.0.take(py));
            }
        }

        impl HoldsWindow for $rust {
            #[inline]
            fn cell(&self) -> &KernelCell<Held> {
                &self.0
            }
        }

        impl Stateful for $rust {
            const CLASS: &'static str = $kind;

            fn is_made(&self, py: Python<'_>) -> bool {
                self.0.try_with(py, |_| ()).is_ok_and(|found| found.is_some())
            }

            fn to_bytes(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
                Ok(state(&self.0, py, Self::CLASS, true)?.0)
            }

            fn state<'py>(&self, py: Python<'py>) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)> {
                state(&self.0, py, Self::CLASS, false)
            }

            fn set_state(this: &Bound<'_, Self>, data: &[u8], objects: &Bound<'_, PyTuple>) -> PyResult<()> {
                set_state(&this.get().0, Self::CLASS, data, objects)
            }

            fn copy_to(&self, py: Python<'_>, target: &Self) -> PyResult<()> {
                let window = copied(&self.0, py)?;
                let held = self.0.with(py, |held| held.with(window))?;
                target.0.set(py, held)
            }
        }

        stateful! {
            $rust,
            "",
            "Raises",
            "------",
            "TypeError",
            "    If one of the values is not a number, None, bool, str, bytes or a tuple of these. Pickle keeps values of any",
            "    type."
        }
    };
}

window_class! { RsRolling = "Rolling" }
window_class! { RsTimeRolling = "TimeRolling" }
window_class! { RsTumblingWindow = "TumblingWindow" }

#[pymethods]
impl RsRolling {
    /// How many observations the window holds.
    #[getter]
    fn window_size(&self, py: Python<'_>) -> PyResult<Option<u64>> {
        Ok(asked!(self.0, py, bounds)?.window_size)
    }

    fn _make(
        &self,
        statistic: &Bound<'_, PyAny>,
        window_size: Integer,
        min_samples: u64,
        panes: Option<Integer>,
        slots: bool,
        skipna: bool,
    ) -> PyResult<()> {
        let size = window_size.into();
        let plan = match (panes, slots) {
            (None, false) => Plan::Rolling(size),
            (None, true) => Plan::Slots(size),
            (Some(panes), false) => Plan::RollingPanes(size, panes.into()),
            (Some(panes), true) => Plan::SlotPanes(size, panes.into()),
        };
        let nulls = if slots { Nulls::Slot { skipna } } else { Nulls::Skip };
        make(&self.0, statistic, plan, min_samples, false, nulls)
    }

    /// Whether missing values occupy slots in the window, and whether NaN is one of them.
    fn _slots(&self, py: Python<'_>) -> PyResult<(bool, bool)> {
        self.0.with(py, |held| (held.nulls.are_slots(), held.nulls.skipna()))
    }
}

#[pymethods]
impl RsTimeRolling {
    fn _make(
        &self,
        statistic: &Bound<'_, PyAny>,
        period: Duration,
        in_seconds: bool,
        closed: &str,
        min_samples: u64,
        panes: Option<Integer>,
    ) -> PyResult<()> {
        let (period, closed) = (reach(period)?, Closed::new(closed)?);
        let plan = match panes {
            Some(panes) => Plan::TimePanes(period, closed, panes.into()),
            None => Plan::TimeRolling(period, closed),
        };
        make(&self.0, statistic, plan, min_samples, in_seconds, Nulls::Skip)
    }

    fn _advance(&self, py: Python<'_>, t: Time) -> PyResult<()> {
        advance(&self.0, py, t).map(drop)
    }

    fn _late(&self, py: Python<'_>) -> PyResult<u64> {
        asked!(self.0, py, n_late)
    }
}

#[pymethods]
impl RsTumblingWindow {
    fn _make(
        &self,
        statistic: &Bound<'_, PyAny>,
        window_size: Option<u64>,
        period: Duration,
        in_seconds: bool,
        offset: Duration,
        min_samples: u64,
    ) -> PyResult<()> {
        let ends = match window_size {
            Some(size) => Ends::Count(size),
            None => Ends::Time(tumbler(period, offset)?),
        };
        make(&self.0, statistic, Plan::Tumbling(ends), min_samples, in_seconds, Nulls::Skip)
    }

    fn _advance<'py>(this: &Bound<'py, Self>, t: Time) -> PyResult<Option<Bound<'py, PyAny>>> {
        let kernel = advance(&this.get().0, this.py(), t)?;
        kernel.map(|kernel| closed(this.as_any(), kernel)).transpose()
    }

    fn _late(&self, py: Python<'_>) -> PyResult<u64> {
        asked!(self.0, py, n_late)
    }

    /// An object that has seen what was in the window that closed last.
    fn _closed<'py>(&self, class_: &Bound<'py, PyType>) -> PyResult<Option<Bound<'py, PyAny>>> {
        kernel(&self.0, class_, Which::Closed)
    }
}

fn advance(cell: &KernelCell<Held>, py: Python<'_>, Time(t): Time) -> PyResult<Option<Box<dyn Kernel>>> {
    let done: Result<_, Error> = cell.with(py, |held| match &mut held.window {
        Window::Numbers(window) => {
            let closes = window.advance(Some(t))?;
            Ok(Ok(if closes { window.kernel(Which::Closed) } else { None }))
        }
        Window::Objects(window) => Ok(Err(window.clone())),
    })?;
    match done? {
        Ok(closed) => Ok(closed),
        Err(window) => window.advance(py, Some(t)),
    }
}
