//! Which thread may use Python objects, as PyO3 counts it.
//!
//! PyO3 counts how often a thread is attached to the interpreter. The functions of [`descriptor`](super::descriptor) do
//! not take part, since counting takes half as long as most updates. What is dropped as a `Py` while the count is 0, or
//! inside an error, is released only when PyO3 is called the next time, which may be never. So these functions drop
//! what is `Bound`, which is released at once, and do whatever else may drop an object inside [`attached`].

use pyo3::{ffi, prelude::*};

/// Runs `f` while PyO3 counts the thread as attached: what `f` drops is released at once.
pub fn attached<R>(py: Python<'_>, f: impl FnOnce(Python<'_>) -> R) -> R {
    // PyO3 refuses to count while the interpreter shuts down.
    if is_finalizing() { f(py) } else { Python::attach(f) }
}

/// Whether a thread runs the first interpreter of the process, the one in which PyO3 can wait to be attached.
pub fn is_main_interpreter(_: Python<'_>) -> bool {
    // SAFETY: an attached thread has a current interpreter, and the main one is as old as the process.
    unsafe { ffi::PyInterpreterState_Get() == ffi::PyInterpreterState_Main() }
}

fn is_finalizing() -> bool {
    // SAFETY: these functions may be called at any time.
    unsafe {
        #[cfg(Py_3_13)]
        if ffi::Py_IsFinalizing() != 0 {
            return true;
        }
        ffi::Py_IsInitialized() == 0
    }
}
