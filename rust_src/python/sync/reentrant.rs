//! A lock that the thread that holds it may take again.

use crate::python::ffi::lock::{ensure_alive, pause, this_thread};
use pyo3::prelude::*;
use std::{
    marker::PhantomData,
    sync::atomic::{AtomicU32, AtomicUsize, Ordering},
};

/// A lock that may be held while Python code runs: that code may come back to the same lock.
#[derive(Default)]
pub struct ReentrantLock {
    /// The thread that holds the lock, 0 for none.
    owner: AtomicUsize,
    /// How often that thread holds it. No other thread looks at it.
    depth: AtomicU32,
}

/// Holds the lock until it is dropped, which only the thread that took it can do.
pub struct ReentrantGuard<'a>(&'a ReentrantLock, PhantomData<*const ()>);

impl ReentrantLock {
    /// Takes the lock. While it waits, other Python threads run, and a signal handler may raise: so Ctrl-C ends the wait.
    #[inline]
    pub fn lock(&self, py: Python<'_>) -> PyResult<ReentrantGuard<'_>> {
        let thread = this_thread();
        if self.owner.load(Ordering::Relaxed) != thread {
            let mut turns = 0;
            while !self.try_take(py, thread) {
                if let owner @ 1.. = self.owner.load(Ordering::Relaxed) {
                    ensure_alive(owner)?;
                }
                py.detach(|| pause(turns));
                py.check_signals()?;
                turns = turns.saturating_add(1);
            }
        }
        // No other thread writes it meanwhile, so a locked instruction is not needed.
        self.depth.store(self.depth.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        Ok(ReentrantGuard(self, PhantomData))
    }

    /// Takes the lock if no thread has it. This one is attached, so no other one runs between the load and the store.
    #[cfg(not(Py_GIL_DISABLED))]
    #[inline]
    fn try_take(&self, _: Python<'_>, thread: usize) -> bool {
        let is_free = self.owner.load(Ordering::Acquire) == 0;
        if is_free {
            self.owner.store(thread, Ordering::Relaxed);
        }
        is_free
    }

    /// Takes the lock if no thread has it.
    #[cfg(Py_GIL_DISABLED)]
    #[inline]
    fn try_take(&self, _: Python<'_>, thread: usize) -> bool {
        self.owner.compare_exchange(0, thread, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }
}

impl Drop for ReentrantGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        let depth = self.0.depth.load(Ordering::Relaxed) - 1;
        self.0.depth.store(depth, Ordering::Relaxed);
        if depth == 0 {
            self.0.owner.store(0, Ordering::Release);
        }
    }
}
