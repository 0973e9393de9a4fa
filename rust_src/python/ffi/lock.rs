//! The lock in front of what a Python object holds.
//!
//! While a thread is attached to an interpreter that has a global lock, no other Python thread runs: an object that is
//! used by attached threads only needs no lock of its own. What needs one is work during which the thread is detached;
//! it sets a flag before, and every use looks at that flag. A `Mutex` costs two locked instructions a use instead, 3 of
//! the 15 ns that `update` takes beyond the loop around it. Without a global lock there is nothing but the `Mutex`.
//!
//! The garbage collector looks at objects twice, while no other thread is attached. It must not find a lock free first
//! and taken then, or it would take for garbage what is in use. So a [`TracedLock`], which has objects behind it, is
//! taken by attached threads only.

#![allow(unsafe_code)]

#[cfg(Py_GIL_DISABLED)]
pub use free_threaded::{Lock, TracedLock};
#[cfg(not(Py_GIL_DISABLED))]
pub use global::{Lock, TracedLock};

use pyo3::{ffi, prelude::*};
use std::{thread, time::Duration};

/// Waits a moment for a lock that can only be tried: between two tries, of which there were so many.
pub fn pause(tries: u32) {
    if tries < 100 { thread::yield_now() } else { thread::sleep(Duration::from_micros(50)) }
}

/// Lets other Python threads run while `f` does.
///
/// It may be used where a value is claimed. `Python::detach` may not: on its return PyO3 drops the objects whose end was
/// put off, that may run Python code, and this may wait for the very value.
pub fn detached<R: Send>(_: Python<'_>, f: impl FnOnce() -> R + Send) -> R {
    /// Attaches again, even where `f` panics.
    struct Detached(*mut ffi::PyThreadState);
    impl Drop for Detached {
        fn drop(&mut self) {
            // SAFETY: this is the state that the thread was attached with.
            unsafe { ffi::PyEval_RestoreThread(self.0) }
        }
    }

    // SAFETY: the thread is attached, and `f`, which can be sent to other threads, holds nothing that says so.
    let _detached = Detached(unsafe { ffi::PyEval_SaveThread() });
    f()
}

#[cfg(not(Py_GIL_DISABLED))]
mod global {
    use super::detached;
    use pyo3::prelude::*;
    use std::{
        cell::UnsafeCell,
        sync::{
            Mutex, PoisonError,
            atomic::{AtomicBool, Ordering},
        },
    };

    /// All locks are taken by attached threads only.
    pub type TracedLock<T> = Lock<T>;

    /// A value that any thread may use at any moment.
    pub struct Lock<T> {
        value: UnsafeCell<T>,
        /// Whether a detached thread uses the value. Set by attached threads only.
        taken: AtomicBool,
        /// Held by that thread, for others to wait on.
        turn: Mutex<()>,
    }

    // SAFETY: `value` is used by one thread at a time. An attached thread uses it after it saw `taken` unset, and no
    // other is attached before it is done: `with` and `peek` take closures that neither detach nor run Python code. One
    // that detaches uses it between setting `taken`, while it was attached and had seen it unset, and unsetting it.
    unsafe impl<T: Send> Sync for Lock<T> {}

    impl<T> Lock<T> {
        pub fn new(value: T) -> Self {
            Self { value: UnsafeCell::new(value), taken: AtomicBool::new(false), turn: Mutex::new(()) }
        }

        /// Lets `f` use the value. It must neither run Python code nor detach the thread.
        #[inline]
        pub fn with<R>(&self, py: Python<'_>, f: impl FnOnce(&mut T) -> R) -> R {
            if self.taken.load(Ordering::Acquire) {
                self.wait(py);
            }
            // SAFETY: see above.
            f(unsafe { &mut *self.value.get() })
        }

        /// As [`Lock::with`], but other Python threads run meanwhile.
        pub fn with_detached<R: Send>(&self, py: Python<'_>, f: impl FnOnce(&mut T) -> R + Send) -> R
        where
            T: Send,
        {
            self.claim(py, |value| detached(py, || f(value)))
        }

        /// As [`Lock::with`], but `f` may let other threads run, by [`detached`].
        pub fn claim<R>(&self, py: Python<'_>, f: impl FnOnce(&mut T) -> R) -> R {
            /// Gives the value back, even where `f` panics.
            struct Given<'a>(&'a AtomicBool);
            impl Drop for Given<'_> {
                fn drop(&mut self) {
                    self.0.store(false, Ordering::Release);
                }
            }

            self.wait(py);
            self.taken.store(true, Ordering::Relaxed);
            // Whoever else has it now gives it back at once, for which nobody needs the interpreter.
            let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
            let _given = Given(&self.taken);
            // SAFETY: see above.
            f(unsafe { &mut *self.value.get() })
        }

        /// For the garbage collector, whose thread is attached: lets `f` look at the value if no thread uses it.
        pub fn peek<R>(&self, f: impl FnOnce(&T) -> R) -> Option<R> {
            let free = !self.taken.load(Ordering::Acquire);
            // SAFETY: see above; a collection does not begin while `with` has the value.
            free.then(|| f(unsafe { &*self.value.get() }))
        }

        /// Waits, detached, until no detached thread uses the value.
        #[cold]
        fn wait(&self, py: Python<'_>) {
            let turn = &self.turn;
            while self.taken.load(Ordering::Acquire) {
                py.detach(|| drop(turn.lock().unwrap_or_else(PoisonError::into_inner)));
            }
        }
    }
}

#[cfg(Py_GIL_DISABLED)]
mod free_threaded {
    use super::pause;
    use pyo3::{prelude::*, sync::MutexExt};
    use std::sync::{Mutex, PoisonError, TryLockError};

    /// A value that any thread may use at any moment.
    pub struct Lock<T>(Mutex<T>);

    impl<T> Lock<T> {
        pub fn new(value: T) -> Self {
            Self(Mutex::new(value))
        }

        /// Lets `f` use the value. It must neither run Python code nor detach the thread.
        #[inline]
        pub fn with<R>(&self, py: Python<'_>, f: impl FnOnce(&mut T) -> R) -> R {
            f(&mut self.0.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner))
        }

        /// As [`Lock::with`], but other Python threads run meanwhile.
        pub fn with_detached<R: Send>(&self, py: Python<'_>, f: impl FnOnce(&mut T) -> R + Send) -> R
        where
            T: Send,
        {
            py.detach(|| f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)))
        }
    }

    /// A value with Python objects in it.
    pub struct TracedLock<T>(Mutex<T>);

    impl<T> TracedLock<T> {
        pub fn new(value: T) -> Self {
            Self(Mutex::new(value))
        }

        /// Lets `f` use the value. It must not run Python code.
        #[inline]
        pub fn with<R>(&self, py: Python<'_>, f: impl FnOnce(&mut T) -> R) -> R {
            let mut turns = 0;
            // Waiting for a mutex would take it while the thread is detached.
            loop {
                match self.0.try_lock() {
                    Ok(mut value) => return f(&mut value),
                    Err(TryLockError::Poisoned(error)) => return f(&mut error.into_inner()),
                    Err(TryLockError::WouldBlock) => {
                        py.detach(|| pause(turns));
                        turns += 1;
                    }
                }
            }
        }

        /// As [`TracedLock::with`], but `f` may let other threads run, by [`detached`](super::detached).
        pub fn claim<R>(&self, py: Python<'_>, f: impl FnOnce(&mut T) -> R) -> R {
            self.with(py, f)
        }

        /// For the garbage collector: lets `f` look at the value if no thread uses it.
        pub fn peek<R>(&self, f: impl FnOnce(&T) -> R) -> Option<R> {
            match self.0.try_lock() {
                Ok(value) => Some(f(&value)),
                Err(TryLockError::Poisoned(error)) => Some(f(&error.into_inner())),
                Err(TryLockError::WouldBlock) => None,
            }
        }
    }
}
