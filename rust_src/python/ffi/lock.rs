//! The lock in front of what a Python object holds.
//!
//! Only attached threads take a lock. While a thread is attached to an interpreter that has a global lock, no other
//! Python thread runs, so to take one is a load and two stores; a `Mutex` costs two locked instructions instead, 3 of
//! the 15 ns that `update` takes beyond the loop around it. Without a global lock it is a compare-and-exchange.
//!
//! The garbage collector looks at an object twice while no other thread is attached. It must not find the lock free
//! first and taken then, or it would take for garbage what is in use. That a detached thread gives a lock back in between
//! is harmless.

use pyo3::{PyVisit, ffi, prelude::*};
use std::{
    cell::UnsafeCell,
    sync::atomic::{AtomicU8, Ordering},
    thread,
    time::Duration,
};

/// A value that any thread may use at any moment, one at a time.
///
/// The closures that it is given must not use the lock again, nor run Python code, which might: they would wait for
/// themselves.
pub struct Lock<T> {
    value: UnsafeCell<T>,
    state: AtomicU8,
}

const FREE: u8 = 0;
/// An attached thread uses the value, and stays attached.
const USED: u8 = 1;
/// A thread uses the value that may detach meanwhile.
const CLAIMED: u8 = 2;

// SAFETY: a thread uses `value` between taking the lock, which no other has then, and giving it back. `take` says why
// two threads cannot take it.
unsafe impl<T: Send> Sync for Lock<T> {}

/// A lock that is taken; gives it back when it is dropped, even where a closure panics.
struct Taken<'a>(&'a AtomicU8);

impl Drop for Taken<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.store(FREE, Ordering::Release);
    }
}

impl<T> Lock<T> {
    pub fn new(value: T) -> Self {
        Self { value: UnsafeCell::new(value), state: AtomicU8::new(FREE) }
    }

    /// Lets `f` use the value.
    #[inline]
    pub fn with<R>(&self, py: Python<'_>, f: impl FnOnce(&mut T) -> R) -> R {
        let _taken = self.take(py, USED);
        // SAFETY: the lock is taken.
        f(unsafe { &mut *self.value.get() })
    }

    /// As [`Lock::with`], but other Python threads run meanwhile.
    pub fn with_detached<R: Send>(&self, py: Python<'_>, f: impl FnOnce(&mut T) -> R + Send) -> R
    where
        T: Send,
    {
        let taken = self.take(py, CLAIMED);
        // SAFETY: the lock is taken.
        let value = unsafe { &mut *self.value.get() };
        // The lock is given back before the thread attaches: there PyO3 drops objects whose release was put off, which
        // may run Python code.
        py.detach(move || {
            let _taken = taken;
            f(value)
        })
    }

    /// Lets `begin` use the value and then, unless that retries the result, `work`, with which other Python threads run if
    /// it is `long`, and `finish`: all while the lock is taken.
    pub fn with_work<W: Send, R>(
        &self,
        py: Python<'_>,
        begin: impl FnOnce(&mut T) -> Result<W, R>,
        long: bool,
        work: impl FnOnce(&mut T, &mut W) + Send,
        mut finish: impl FnMut(&mut T, W) -> R,
    ) -> R
    where
        T: Send,
    {
        let taken = self.take(py, CLAIMED);
        // SAFETY: the lock is taken.
        let value = unsafe { &mut *self.value.get() };
        let mut done = match begin(value) {
            Ok(begun) => begun,
            Err(result) => return result,
        };
        if !long {
            work(value, &mut done);
            return finish(value, done);
        }
        let finish = SameThread(&mut finish);
        let result = py.detach(move || {
            let _taken = taken;
            work(value, &mut done);
            // `Python::attach` would drop objects whose release was put off, which may run Python code, and the lock is
            // still taken.
            let _attached = Attached::new();
            SameThread((finish.into_inner())(value, done))
        });
        result.into_inner()
    }

    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// Lets `f` look at the value, for the garbage collector, if no thread uses it.
    pub fn peek<R>(&self, _collector: &PyVisit<'_>, f: impl FnOnce(&T) -> R) -> Option<R> {
        let _taken = self.try_take(USED)?;
        // SAFETY: the lock is taken.
        Some(f(unsafe { &*self.value.get() }))
    }

    #[inline]
    fn take(&self, py: Python<'_>, state: u8) -> Taken<'_> {
        match self.try_take(state) {
            Some(taken) => taken,
            None => self.wait(py, state),
        }
    }

    /// Takes the lock if it is free. The thread is attached: no other one can take it between the load and the store.
    #[cfg(not(Py_GIL_DISABLED))]
    #[inline]
    fn try_take(&self, state: u8) -> Option<Taken<'_>> {
        if self.state.load(Ordering::Acquire) != FREE {
            return None;
        }
        self.state.store(state, Ordering::Relaxed);
        Some(Taken(&self.state))
    }

    /// Takes the lock if it is free.
    #[cfg(Py_GIL_DISABLED)]
    #[inline]
    fn try_take(&self, state: u8) -> Option<Taken<'_>> {
        let taken = self.state.compare_exchange(FREE, state, Ordering::Acquire, Ordering::Relaxed);
        taken.is_ok().then(|| Taken(&self.state))
    }

    /// Waits, detached, until the lock is free, and takes it.
    #[cold]
    fn wait(&self, py: Python<'_>, wanted: u8) -> Taken<'_> {
        let state = &self.state;
        loop {
            #[cfg(not(Py_GIL_DISABLED))]
            assert_ne!(state.load(Ordering::Relaxed), USED, "the closure of a lock uses the lock again");
            py.detach(|| {
                let mut tries = 0;
                while state.load(Ordering::Relaxed) != FREE {
                    pause(tries);
                    tries = tries.saturating_add(1);
                }
            });
            if let Some(taken) = self.try_take(wanted) {
                return taken;
            }
        }
    }
}

/// Waits a moment for a lock that can only be tried: between two tries, of which there were so many.
pub fn pause(tries: u32) {
    if tries < 100 { thread::yield_now() } else { thread::sleep(Duration::from_micros(50)) }
}

/// What a thread takes along through [`Python::detach`], and uses only where it is attached.
struct SameThread<T>(T);

// SAFETY: `Python::detach` runs its closure in the same thread. `with_work` keeps that the content is used while the
// thread is attached alone, and it is a reference or comes out whole, so that no unwinding drops it in between.
unsafe impl<T> Send for SameThread<T> {}

impl<T> SameThread<T> {
    fn into_inner(self) -> T {
        self.0
    }
}

/// A thread that PyO3 takes for detached, attached.
struct Attached(ffi::PyGILState_STATE);

impl Attached {
    fn new() -> Self {
        // SAFETY: the interpreter runs: the thread was attached before, and will be again.
        Self(unsafe { ffi::PyGILState_Ensure() })
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        // SAFETY: this is the state of the call before.
        unsafe { ffi::PyGILState_Release(self.0) }
    }
}
