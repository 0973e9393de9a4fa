//! Cached facts about a class, for as long as they hold.

use pyo3::{prelude::*, types::PyType};
use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
};

/// The version of a class: a number that no other class has, and that is never used again once the class or one of its
/// bases has changed. `None` while CPython has given it none. CPython's own attribute caches rely on it.
fn version(class: &Bound<'_, PyType>) -> Option<NonZeroU32> {
    // SAFETY: the class lives, and an attached thread may read its fields.
    NonZeroU32::new(unsafe { (*class.as_type_ptr()).tp_version_tag })
}

/// A cache of the latest answers to one question about classes.
pub struct Answers([AtomicU64; Self::MOST]);

impl Answers {
    const MOST: usize = 64;

    pub const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; Self::MOST])
    }

    /// The answer for a class, which `find` must derive from its attributes alone.
    #[inline]
    pub fn of(&self, class: &Bound<'_, PyType>, find: impl FnOnce() -> PyResult<bool>) -> PyResult<bool> {
        let Some(version) = version(class).map(NonZeroU32::get) else { return find() };
        let slot = &self.0[version as usize % Self::MOST];
        // A version and its answer in one word, so that they belong together.
        let known = slot.load(Ordering::Relaxed);
        if known >> 1 == u64::from(version) {
            return Ok(known & 1 == 1);
        }
        let answer = find()?;
        slot.store(u64::from(version) << 1 | u64::from(answer), Ordering::Relaxed);
        Ok(answer)
    }
}
