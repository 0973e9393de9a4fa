//! The lock in front of what a Python object holds.
//!
//! Only attached threads take a lock. While a thread is attached to an interpreter that has a global lock, no other
//! Python thread runs, so that taking a lock is a load and two stores; a `Mutex` costs two locked instructions instead,
//! 3 of the 15 ns that `update` takes beyond the loop around it. Without a global lock it is a compare-and-exchange.
//!
//! The garbage collector looks at an object twice while no other thread is attached. It must not find the lock free
//! first and taken then, or it would take for garbage what is in use. That a detached thread releases a lock in between
//! is harmless.
//!
//! A forked process has one thread. What another thread was using at that moment stays in use for ever in the child,
//! perhaps half changed: whoever asks for it there gets an error.

use crate::python::ffi::lock::word::{ATTACHED, EMPTY, FREE, Hopeless, Taken, Word, is_alive, number};
use pyo3::{PyVisit, exceptions::PyRuntimeError, prelude::*};
use std::{
    cell::UnsafeCell,
    mem,
    sync::{
        Once,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

mod atomic;
mod word;

/// A value that any thread may use at any moment, one at a time. There is none at first.
pub struct Lock<T> {
    /// A value, unless the word is [`EMPTY`].
    value: UnsafeCell<Option<T>>,
    /// One word says both whether there is a value and whether it is in use, since every update looks at it.
    word: Word,
}

// SAFETY: a thread uses `value` between taking the lock, which no other has then, and releasing it. `try_take` says why
// two threads cannot take it.
unsafe impl<T: Send> Sync for Lock<T> {}

/// Lets `work` run without the interpreter, for which the lock is taken. Not generic, since there would be a copy for
/// each kernel.
fn detached(py: Python<'_>, taken: Taken<'_>, work: &mut (dyn FnMut() + Send)) {
    py.detach(move || {
        // Released before the thread attaches again, and so before PyO3 drops what waits for that.
        let _taken = taken;
        work();
    });
}

impl<T> Lock<T> {
    pub fn empty() -> Self {
        Self { value: UnsafeCell::new(None), word: Word::new(EMPTY) }
    }

    /// Lets `f` use the value, if there is one. It should neither run Python code nor detach: whoever uses the lock
    /// meanwhile gets an error.
    #[inline(always)]
    pub fn with<R>(&self, py: Python<'_>, f: impl FnOnce(&mut T) -> R) -> PyResult<Option<R>> {
        let taken = match self.try_take(FREE, attached_user()) {
            Some(taken) => Some(taken),
            None => self.take_later(py, attached_user())?,
        };
        // SAFETY: the lock is taken, and was not empty.
        Ok(taken.map(|_taken| f(unsafe { self.taken_value() })))
    }

    /// As [`Lock::with`], but `f` may detach, and other threads then wait. Using the lock meanwhile in this thread is
    /// an error.
    pub fn claim<R>(&self, py: Python<'_>, f: impl FnOnce(&mut T) -> R) -> PyResult<Option<R>> {
        let taken = self.take_later(py, this_thread())?;
        // SAFETY: the lock is taken, and was not empty.
        Ok(taken.map(|_taken| f(unsafe { self.taken_value() })))
    }

    /// As [`Lock::with`], but other Python threads run meanwhile.
    pub fn with_detached<R: Send>(&self, py: Python<'_>, f: impl FnOnce(&mut T) -> R + Send) -> PyResult<Option<R>>
    where
        T: Send,
    {
        let Some(taken) = self.take_later(py, this_thread())? else { return Ok(None) };
        // SAFETY: the lock is taken, and was not empty.
        let value = unsafe { self.taken_value() };
        let (mut f, mut result) = (Some(f), None);
        detached(py, taken, &mut || result = f.take().map(|f| f(value)));
        Ok(result)
    }

    /// Stores the value, or none, and returns the one before. Dropping that may run Python code.
    pub fn replace(&self, py: Python<'_>, value: Option<T>) -> PyResult<Option<T>> {
        let mut tries = 0;
        let mut taken = loop {
            let taken = self.try_take(FREE, attached_user()).or_else(|| self.try_take(EMPTY, attached_user()));
            if let Some(taken) = taken {
                break taken;
            }
            self.wait(py, &mut tries)?;
        };
        taken.after = if value.is_some() { FREE } else { EMPTY };
        // SAFETY: the lock is taken.
        Ok(mem::replace(unsafe { &mut *self.value.get() }, value))
    }

    /// Lets `f` look at the value, for the garbage collector, if there is one that no thread uses.
    pub fn peek<R>(&self, _collector: &PyVisit<'_>, f: impl FnOnce(&T) -> R) -> Option<R> {
        let _taken = self.try_take(FREE, attached_user())?;
        // SAFETY: the lock is taken, and was not empty.
        Some(f(unsafe { self.taken_value() }))
    }

    /// Removes the value of an object that nobody else refers to.
    pub fn take(&mut self) -> Option<T> {
        self.word = Word::new(EMPTY);
        self.value.get_mut().take()
    }

    /// # Safety
    /// The caller has taken the lock from being [`FREE`], and keeps it as long as the reference.
    #[allow(clippy::mut_from_ref, reason = "as in any lock, it is the taken lock that makes the reference unique")]
    #[inline]
    unsafe fn taken_value(&self) -> &mut T {
        // SAFETY: no other reference exists, as the caller promised, and only an EMPTY lock has no value.
        unsafe { (*self.value.get()).as_mut().unwrap_unchecked() }
    }

    /// Takes the lock from this state.
    #[inline]
    fn try_take(&self, from: usize, user: usize) -> Option<Taken<'_>> {
        if cfg!(Py_GIL_DISABLED) { self.word.try_take(from, user) } else { self.word.try_take_attached(from, user) }
    }

    /// Takes the lock when it is free; `None` where it is empty.
    #[cold]
    fn take_later(&self, py: Python<'_>, user: usize) -> PyResult<Option<Taken<'_>>> {
        let mut tries = 0;
        loop {
            if let Some(taken) = self.try_take(FREE, user) {
                return Ok(Some(taken));
            }
            if self.word.state() == EMPTY {
                return Ok(None);
            }
            self.wait(py, &mut tries)?;
        }
    }

    /// Waits a moment for a lock that is in use. Meanwhile other Python threads run, and a signal handler may raise: so
    /// Ctrl-C ends the wait.
    #[cold]
    fn wait(&self, py: Python<'_>, tries: &mut u32) -> PyResult<()> {
        self.word.check_wait([attached_user(), this_thread()], FORKS.load(Ordering::Relaxed)).map_err(
            |why| match why {
                Hopeless::Reentry => PyRuntimeError::new_err("the statistic is in use by a call in this thread"),
                Hopeless::Orphan => orphaned(),
            },
        )?;
        py.detach(|| pause(*tries));
        *tries = tries.saturating_add(1);
        py.check_signals()
    }
}

/// How a thread that stays attached is recorded as the user of a value.
#[inline]
fn attached_user() -> usize {
    if cfg!(Py_GIL_DISABLED) { this_thread() } else { ATTACHED }
}

/// How many forks lie between this process and the first one.
static FORKS: AtomicUsize = AtomicUsize::new(0);

/// A number that identifies this thread.
#[inline]
pub fn this_thread() -> usize {
    #[repr(align(64))]
    struct Aligned;
    thread_local! {
        static THREAD: (Aligned, u8) = const { (Aligned, 0) };
    }
    THREAD.with(|thread| number(std::ptr::from_ref(thread) as usize, FORKS.load(Ordering::Relaxed)))
}

/// An error if the thread with this number was one of the process that this one was forked from.
pub fn ensure_alive(thread: usize) -> PyResult<()> {
    if is_alive(thread, FORKS.load(Ordering::Relaxed)) { Ok(()) } else { Err(orphaned()) }
}

fn orphaned() -> PyErr {
    PyRuntimeError::new_err(
        "the statistic was in use by another thread when this process was forked: its state is unknown",
    )
}

/// Counts forks from now on.
#[cfg(unix)]
pub fn count_forks() {
    extern "C" fn in_child() {
        FORKS.fetch_add(1, Ordering::Relaxed);
    }
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the function only adds to an atomic number, which is allowed in a child of a process with many threads,
        // and an extension module is never unloaded.
        let _failed = unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    });
}

/// Without `fork`, there is nothing to count.
#[cfg(not(unix))]
pub fn count_forks() {}

/// Waits a moment between two tries for a lock that can only be tried; `tries` were made so far.
pub fn pause(tries: u32) {
    if tries < 100 { thread::yield_now() } else { thread::sleep(Duration::from_micros(50)) }
}
