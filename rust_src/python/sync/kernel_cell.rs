//! The kernel inside a Python object.

use crate::{kernels::traits::Statistic, python::ffi::lock::Lock};
use pyo3::{PyClass, PyVisit, exceptions::PyRuntimeError, prelude::*, pyclass::boolean_struct::True};

/// The number of values from which it pays to detach from the interpreter. Waiting to attach again can take
/// milliseconds.
pub const MANY: usize = 10_000;

/// A kernel behind a lock, so that any thread may use the object at any moment; empty until `__init__` has run.
///
/// Whoever holds the lock neither runs Python code nor waits for the interpreter: [`KernelCell::with`] takes closures that
/// see the kernel alone. A thread that waits for the lock is detached from the interpreter.
pub struct KernelCell<K>(Lock<K>);

impl<K> KernelCell<K> {
    /// A cell whose `__init__` has not run yet.
    pub fn empty() -> Self {
        Self(Lock::empty())
    }

    /// Replaces the kernel.
    pub fn set(&self, py: Python<'_>, kernel: K) -> PyResult<()> {
        let former = self.0.replace(py, Some(kernel))?;
        // Dropped after the lock is released: if a kernel holds Python objects, this runs Python code.
        drop(former);
        Ok(())
    }

    /// Removes the kernel.
    pub fn take(&self, py: Python<'_>) -> PyResult<Option<K>> {
        self.0.replace(py, None)
    }

    /// Lets `f` look at the kernel, for the garbage collector, if there is one and no thread uses it.
    pub fn peek<R>(&self, collector: &PyVisit<'_>, f: impl FnOnce(&K) -> R) -> Option<R> {
        self.0.peek(collector, f)
    }

    /// Lets `f` work on the kernel.
    #[inline(always)]
    pub fn with<R>(&self, py: Python<'_>, f: impl FnOnce(&mut K) -> R) -> PyResult<R> {
        self.try_with(py, f)?.ok_or_else(not_initialised)
    }

    /// As [`KernelCell::with`], but `f` may detach, and other threads then wait.
    pub fn claim<R>(&self, py: Python<'_>, f: impl FnOnce(&mut K) -> R) -> PyResult<R> {
        self.0.claim(py, f)?.ok_or_else(not_initialised)
    }

    /// Lets `f` work on the kernel, if there is one.
    #[inline(always)]
    pub fn try_with<R>(&self, py: Python<'_>, f: impl FnOnce(&mut K) -> R) -> PyResult<Option<R>> {
        self.0.with(py, f)
    }
}

impl<K: Send> KernelCell<K> {
    /// As [`KernelCell::with`], for work on this many values. If they are many, other Python threads run meanwhile;
    /// those that use the object wait, so they see it before or after all of the work.
    pub fn with_many<R: Send>(&self, py: Python<'_>, values: usize, f: impl FnOnce(&mut K) -> R + Send) -> PyResult<R> {
        if values < MANY {
            return self.with(py, f);
        }
        self.0.with_detached(py, f)?.ok_or_else(not_initialised)
    }
}

/// A class whose objects hold a kernel.
pub trait HoldsKernel: PyClass<Frozen = True> + Sync {
    type Kernel: Statistic;

    fn cell(&self) -> &KernelCell<Self::Kernel>;

    /// Replaces the kernel, and the attributes that show its parameters.
    fn set(&self, py: Python<'_>, kernel: Self::Kernel) -> PyResult<()>;
}

#[cold]
pub fn not_initialised() -> PyErr {
    PyRuntimeError::new_err("__init__ of the statistic has not run: call super().__init__(...) in the subclass")
}
