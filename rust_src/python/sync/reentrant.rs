//! A lock for what runs Python code.

use crate::python::sync::kernel_cell::wait;
use pyo3::Python;
use std::{
    marker::PhantomData,
    sync::atomic::{AtomicU32, AtomicUsize, Ordering},
};

/// Lets one thread in at a time, the same one as often as it likes: Python code that runs behind it may come back to
/// it. Waiting lets go of the interpreter.
#[derive(Default)]
pub struct Gate {
    /// The thread that is in, 0 for none.
    owner: AtomicUsize,
    /// How often that thread is in. No other looks at it.
    depth: AtomicU32,
}

/// Being in; ends when it is dropped, in the thread that it began in.
pub struct Inside<'a>(&'a Gate, PhantomData<*const ()>);

thread_local! {
    static ME: u8 = const { 0 };
}

impl Gate {
    #[inline]
    pub fn enter(&self, py: Python<'_>) -> Inside<'_> {
        let me = ME.with(|me| std::ptr::from_ref(me) as usize);
        if self.owner.load(Ordering::Relaxed) != me {
            let mut turns = 0;
            while self.owner.compare_exchange_weak(0, me, Ordering::Acquire, Ordering::Relaxed).is_err() {
                py.detach(|| wait(turns));
                turns += 1;
            }
        }
        // Nobody else writes it meanwhile, so no locked instruction is needed.
        self.depth.store(self.depth.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        Inside(self, PhantomData)
    }
}

impl Drop for Inside<'_> {
    #[inline]
    fn drop(&mut self) {
        let depth = self.0.depth.load(Ordering::Relaxed) - 1;
        self.0.depth.store(depth, Ordering::Relaxed);
        if depth == 0 {
            self.0.owner.store(0, Ordering::Release);
        }
    }
}
