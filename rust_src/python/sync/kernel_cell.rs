//! The kernel inside a Python object.

use crate::python::ffi::lock::Lock;
use pyo3::{exceptions::PyRuntimeError, prelude::*};
use std::{thread, time::Duration};

/// From how many values on it pays to let go of the interpreter. Waiting to get it back can take milliseconds.
pub const MANY: usize = 10_000;

/// A kernel behind a lock, so that any thread may use the object at any moment; empty until `__init__` ran.
///
/// Whoever holds the lock neither runs Python code nor waits for the interpreter: [`Cell::with`] takes closures that
/// see the kernel alone. Waiting for the lock lets go of the interpreter.
pub struct Cell<K>(Lock<Option<K>>);

impl<K> Cell<K> {
    /// A cell whose `__init__` is still to come.
    pub fn empty() -> Self {
        Self(Lock::new(None))
    }

    /// Puts a kernel in, instead of what was there.
    pub fn set(&self, py: Python<'_>, kernel: K) {
        let former = self.0.with(py, |held| held.replace(kernel));
        // Only now, with the lock given back: where a kernel holds Python objects, this runs Python code.
        drop(former);
    }

    /// Lets `f` work on the kernel.
    #[inline]
    pub fn with<R>(&self, py: Python<'_>, f: impl FnOnce(&mut K) -> R) -> PyResult<R> {
        self.try_with(py, f).ok_or_else(not_initialised)
    }

    /// Lets `f` work on the kernel, if there is one.
    #[inline]
    pub fn try_with<R>(&self, py: Python<'_>, f: impl FnOnce(&mut K) -> R) -> Option<R> {
        self.0.with(py, |held| held.as_mut().map(f))
    }
}

impl<K: Send> Cell<K> {
    /// Like [`Cell::with`], for work on so many values. If they are many, other Python threads run meanwhile; those
    /// that use the object wait, and so see it before or after all of the work.
    pub fn with_many<R: Send>(&self, py: Python<'_>, values: usize, f: impl FnOnce(&mut K) -> R + Send) -> PyResult<R> {
        if values < MANY {
            return self.with(py, f);
        }
        self.0.with_detached(py, |held| held.as_mut().map(f)).ok_or_else(not_initialised)
    }
}

/// Waits a little for a lock that may not be waited for, for the how-manieth time.
pub fn wait(turns: u32) {
    if turns < 100 { thread::yield_now() } else { thread::sleep(Duration::from_micros(50)) }
}

#[cold]
pub fn not_initialised() -> PyErr {
    PyRuntimeError::new_err("__init__ of the statistic has not run: call super().__init__(...) in the subclass")
}
