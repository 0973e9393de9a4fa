//! How deep calls, and the release of objects, may nest.

use crate::python::ffi::stack;
use pyo3::prelude::*;
use std::{
    cell::{Cell, RefCell},
    fmt,
    marker::PhantomData,
    mem::{self, ManuallyDrop},
};

/// One level of calls that may call themselves; ends when it is dropped, in the thread that entered it.
pub struct Level(PhantomData<*const ()>);

/// A level that was not entered.
#[derive(Debug)]
pub struct TooDeep(Option<u32>);

/// The stack space that a level may need: it may run Python code, which may use any amount.
const RESERVE: usize = 16 << 10;

/// How many objects may be released inside one another.
const RELEASES: u32 = 8;

thread_local! {
    static LEVELS: Cell<u32> = const { Cell::new(0) };
    static RELEASING: Cell<u32> = const { Cell::new(0) };
    /// Objects whose release waits until others are done. Never dropped itself, so it can be used until the thread ends.
    static PENDING: ManuallyDrop<RefCell<Vec<Py<PyAny>>>> = const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}

impl Level {
    /// Enters a level, if there are fewer than `limit` and enough of the stack is left.
    #[inline]
    pub fn enter(limit: u32) -> Result<Self, TooDeep> {
        let levels = LEVELS.get();
        if levels >= limit {
            return Err(TooDeep(Some(limit)));
        }
        if stack::remaining().is_some_and(|bytes| bytes < RESERVE) {
            return Err(TooDeep(None));
        }
        LEVELS.set(levels + 1);
        Ok(Self(PhantomData))
    }
}

impl Drop for Level {
    #[inline]
    fn drop(&mut self) {
        LEVELS.set(LEVELS.get() - 1);
    }
}

impl fmt::Display for TooDeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(limit) => write!(f, "nested more than {limit} deep"),
            None => write!(f, "nested too deep for the stack of this thread"),
        }
    }
}

/// Drops objects that another object has held.
///
/// The end of one may be the end of objects that it holds itself, and so on: a chain of 300,000 would overflow the stack.
/// So what would be released further inside waits until what is outside is done, as with CPython's own containers.
pub fn release(objects: impl IntoIterator<Item = Py<PyAny>>) {
    let depth = RELEASING.get();
    if depth == RELEASES {
        return PENDING.with(|pending| pending.borrow_mut().extend(objects));
    }
    RELEASING.set(depth + 1);
    objects.into_iter().for_each(drop);
    while let Some(object) = PENDING.with(|pending| pending.borrow_mut().pop()) {
        drop(object);
    }
    if depth == 0 {
        // The memory is not kept for the next time.
        PENDING.with(|pending| drop(mem::take(&mut *pending.borrow_mut())));
    }
    RELEASING.set(depth);
}
