//! The lock in front of what a Python object holds.
//!
//! While a thread is attached to an interpreter that has a global lock, no other Python thread runs: an object that is
//! used by attached threads only needs no lock of its own. What needs one is work during which the thread is detached;
//! it sets a flag before, and every use looks at that flag. A `Mutex` costs two locked instructions a use instead, 3 of
//! the 15 ns that `update` takes beyond the loop around it. Without a global lock there is nothing but the `Mutex`.

#![allow(unsafe_code)]

#[cfg(Py_GIL_DISABLED)]
pub use free_threaded::Lock;
#[cfg(not(Py_GIL_DISABLED))]
pub use global::Lock;

#[cfg(not(Py_GIL_DISABLED))]
mod global {
    use pyo3::prelude::*;
    use std::{
        cell::UnsafeCell,
        sync::{
            Mutex, PoisonError,
            atomic::{AtomicBool, Ordering},
        },
    };

    /// A value that any thread may use at any moment.
    pub struct Lock<T> {
        value: UnsafeCell<T>,
        /// Whether a detached thread uses the value. Set by attached threads only.
        taken: AtomicBool,
        /// Held by that thread, for others to wait on.
        turn: Mutex<()>,
    }

    // SAFETY: `value` is used by one thread at a time. An attached thread uses it after it saw `taken` unset, and no
    // other is attached before it is done: `with` takes closures that neither detach nor run Python code. A detached
    // one uses it between setting `taken`, while it was attached and had seen it unset, and unsetting it.
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
            /// Gives the value back, even where `f` panics.
            struct Given<'a>(&'a AtomicBool);
            impl Drop for Given<'_> {
                fn drop(&mut self) {
                    self.0.store(false, Ordering::Release);
                }
            }

            self.wait(py);
            self.taken.store(true, Ordering::Relaxed);
            py.detach(|| {
                let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
                let _given = Given(&self.taken);
                // SAFETY: see above.
                f(unsafe { &mut *self.value.get() })
            })
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
    use pyo3::{prelude::*, sync::MutexExt};
    use std::sync::{Mutex, PoisonError};

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
}
