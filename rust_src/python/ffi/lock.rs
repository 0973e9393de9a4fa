//! The lock in front of what a Python object holds.
//!
//! Only attached threads take a lock. While a thread is attached to an interpreter that has a global lock, no other
//! Python thread runs, so that taking a lock is a load and two stores; a `Mutex` costs two locked instructions instead,
//! 3 of the 15 ns that `update` takes beyond the loop around it. Without a global lock it is a compare-and-exchange.
//!
//! The garbage collector looks at an object twice while no other thread is attached. It must not find the lock free
//! first and taken then, or it would take for garbage what is in use. That a detached thread releases a lock in between
//! is harmless.

use pyo3::{PyVisit, exceptions::PyRuntimeError, prelude::*};
use std::{
    cell::UnsafeCell,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

/// A value that any thread may use at any moment, one at a time.
pub struct Lock<T> {
    value: UnsafeCell<T>,
    /// Who uses the value: [`NOBODY`], [`ATTACHED`], or the thread that has claimed it.
    user: AtomicUsize,
}

const NOBODY: usize = 0;
/// A thread that stays attached until it is done: no other one sees this where there is a global lock.
const ATTACHED: usize = 1;

// SAFETY: a thread uses `value` between taking the lock, which no other has then, and releasing it. `try_take` says why
// two threads cannot take it.
unsafe impl<T: Send> Sync for Lock<T> {}

/// A lock that is taken; releases it when it is dropped, even where a closure panics.
struct Taken<'a>(&'a AtomicUsize);

impl Drop for Taken<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.store(NOBODY, Ordering::Release);
    }
}

impl<T> Lock<T> {
    pub fn new(value: T) -> Self {
        Self { value: UnsafeCell::new(value), user: AtomicUsize::new(NOBODY) }
    }

    /// Lets `f` use the value. It should neither run Python code nor detach: who uses the lock meanwhile gets an error.
    #[inline]
    pub fn with<R>(&self, py: Python<'_>, f: impl FnOnce(&mut T) -> R) -> PyResult<R> {
        let _taken = match self.try_take(attached_user()) {
            Some(taken) => taken,
            None => self.wait(py, attached_user())?,
        };
        // SAFETY: the lock is taken.
        Ok(f(unsafe { &mut *self.value.get() }))
    }

    /// As [`Lock::with`], but `f` may detach, and other threads then wait. In this thread, to use the lock meanwhile is
    /// an error.
    pub fn claim<R>(&self, py: Python<'_>, f: impl FnOnce(&mut T) -> R) -> PyResult<R> {
        let _taken = self.take_for_thread(py)?;
        // SAFETY: the lock is taken.
        Ok(f(unsafe { &mut *self.value.get() }))
    }

    /// As [`Lock::with`], but other Python threads run meanwhile.
    pub fn with_detached<R: Send>(&self, py: Python<'_>, f: impl FnOnce(&mut T) -> R + Send) -> PyResult<R>
    where
        T: Send,
    {
        let taken = self.take_for_thread(py)?;
        // SAFETY: the lock is taken.
        let value = unsafe { &mut *self.value.get() };
        Ok(py.detach(move || {
            // Released before the thread attaches again, and so before PyO3 drops what waits for that.
            let _taken = taken;
            f(value)
        }))
    }

    /// Lets `f` look at the value, for the garbage collector, if no thread uses it.
    pub fn peek<R>(&self, _collector: &PyVisit<'_>, f: impl FnOnce(&T) -> R) -> Option<R> {
        let _taken = self.try_take(attached_user())?;
        // SAFETY: the lock is taken.
        Some(f(unsafe { &*self.value.get() }))
    }

    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    fn take_for_thread(&self, py: Python<'_>) -> PyResult<Taken<'_>> {
        self.try_take(this_thread()).map_or_else(|| self.wait(py, this_thread()), Ok)
    }

    /// Takes the lock if it is free. The thread is attached, so no other one runs between the load and the store.
    #[cfg(not(Py_GIL_DISABLED))]
    #[inline]
    fn try_take(&self, user: usize) -> Option<Taken<'_>> {
        if self.user.load(Ordering::Acquire) != NOBODY {
            return None;
        }
        self.user.store(user, Ordering::Relaxed);
        Some(Taken(&self.user))
    }

    /// Takes the lock if it is free.
    #[cfg(Py_GIL_DISABLED)]
    #[inline]
    fn try_take(&self, user: usize) -> Option<Taken<'_>> {
        let taken = self.user.compare_exchange(NOBODY, user, Ordering::Acquire, Ordering::Relaxed);
        taken.is_ok().then(|| Taken(&self.user))
    }

    /// Takes the lock when it is free. Until then other Python threads run, and a signal handler may raise: so Ctrl-C
    /// ends the wait.
    #[cold]
    fn wait(&self, py: Python<'_>, user: usize) -> PyResult<Taken<'_>> {
        let mut tries = 0;
        loop {
            let now = self.user.load(Ordering::Relaxed);
            if now == attached_user() || now == this_thread() {
                return Err(PyRuntimeError::new_err("the statistic is in use by a call in this thread"));
            }
            py.detach(|| pause(tries));
            py.check_signals()?;
            if let Some(taken) = self.try_take(user) {
                return Ok(taken);
            }
            tries = tries.saturating_add(1);
        }
    }
}

/// Who uses a value and stays attached.
#[inline]
fn attached_user() -> usize {
    if cfg!(Py_GIL_DISABLED) { this_thread() } else { ATTACHED }
}

/// A number that tells one thread from another, and from the constants above.
fn this_thread() -> usize {
    thread_local! {
        static THREAD: u16 = const { 0 };
    }
    THREAD.with(|thread| std::ptr::from_ref(thread) as usize)
}

/// Waits a moment for a lock that can only be tried: between two tries, of which there were so many.
pub fn pause(tries: u32) {
    if tries < 100 { thread::yield_now() } else { thread::sleep(Duration::from_micros(50)) }
}
