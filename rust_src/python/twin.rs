//! Copies of statistics that go on by themselves, for changes that take effect as a whole or not at all.

use super::{class, link::RsLink};
use pyo3::{intern, prelude::*, types::PyTuple};

/// A copy that holds the same observations. What is known to share nothing with its shallow copy but these is copied
/// that way; a window says itself how it is copied.
pub fn twin<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = object.py();
    if let Some(twin) = object.getattr_opt(intern!(py, "_twin"))? {
        return twin.call0();
    }
    let module = object.get_type().module()?;
    let own =
        module.to_str().is_ok_and(|module| module.starts_with("river.stats.")) && !object.is_instance_of::<RsLink>();
    let copy = if own { intern!(py, "copy") } else { intern!(py, "deepcopy") };
    py.import(intern!(py, "copy"))?.call_method1(copy, (object,))
}

/// Gives an object the state of its twin.
pub fn install(object: &Bound<'_, PyAny>, twin: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = object.py();
    if let Some(kernel) = twin.getattr_opt(intern!(py, "_kernel_state"))? {
        object.call_method1(intern!(py, "_set_kernel_state"), kernel.call0()?.cast_into::<PyTuple>()?)?;
    }
    let state = twin.call_method0(intern!(py, "__getstate__"))?;
    if state.is_none() {
        return Ok(());
    }
    match object.getattr_opt(intern!(py, "__setstate__"))? {
        Some(set) => set.call1((state,)).map(drop),
        None => class::set_attributes(object, &state),
    }
}
