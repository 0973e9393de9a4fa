//! Copies of windows that go on by themselves, for changes that take effect as a whole or not at all.

use pyo3::{intern, prelude::*};

/// A copy that holds the same observations. Most windows say themselves how they are copied.
pub fn twin<'py>(window: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = window.py();
    match window.getattr_opt(intern!(py, "_twin"))? {
        Some(twin) => twin.call0(),
        None => py.import(intern!(py, "copy"))?.call_method1(intern!(py, "deepcopy"), (window,)),
    }
}

/// Gives a window the state of its twin.
pub fn install(window: &Bound<'_, PyAny>, twin: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = window.py();
    let state = twin.call_method0(intern!(py, "__getstate__"))?;
    window.call_method1(intern!(py, "__setstate__"), (state,)).map(drop)
}
