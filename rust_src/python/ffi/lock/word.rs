//! The word in front of a value: whether there is one, and who uses it.
//!
//! It knows neither Python nor where its atomic type is from: `tests/loom/lock.rs` includes this file with a type of
//! loom's, and runs it in every order that threads allow.

use super::atomic::{AtomicUsize, Ordering};

/// There is no value.
pub const EMPTY: usize = 0;
/// There is a value that nobody uses.
pub const FREE: usize = 1;
/// A thread that stays attached until it is done uses the value: no other one sees this if there is a global lock.
pub const ATTACHED: usize = 2;

/// The bits of a thread's number that count forks: a thread cannot be alive in a later process.
const GENERATION: usize = 63;

/// The number of a thread, which has an address that is a multiple of 64, in a process after this many forks. It
/// differs from the constants above.
#[inline]
pub fn number(address: usize, forks: usize) -> usize {
    address | (forks & GENERATION)
}

/// Whether the thread with this number belongs to a process after this many forks.
pub fn is_alive(thread: usize, forks: usize) -> bool {
    thread & GENERATION == forks & GENERATION
}

/// [`EMPTY`], [`FREE`], or who uses the value: [`ATTACHED`], or the thread that has claimed it.
pub struct Word(AtomicUsize);

/// A lock that is taken; releases it when it is dropped, even where a closure panics.
pub struct Taken<'a> {
    word: &'a Word,
    /// The state afterwards.
    pub after: usize,
}

impl Drop for Taken<'_> {
    #[inline]
    fn drop(&mut self) {
        self.word.0.store(self.after, Ordering::Release);
    }
}

/// Why a lock will never become free for the thread that asks.
#[derive(Debug, PartialEq)]
pub enum Hopeless {
    /// The thread that asks uses the value itself.
    Reentry,
    /// A thread of the process before a fork uses it.
    Orphan,
}

impl Word {
    pub fn new(state: usize) -> Self {
        Self(AtomicUsize::new(state))
    }

    pub fn state(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes the lock from this state, while others may try the same.
    #[inline]
    pub fn try_take(&self, from: usize, user: usize) -> Option<Taken<'_>> {
        let taken = self.0.compare_exchange(from, user, Ordering::Acquire, Ordering::Relaxed);
        taken.is_ok().then(|| Taken { word: self, after: from })
    }

    /// As [`Word::try_take`], under a global lock: no other thread takes one between the load and the store.
    #[inline]
    pub fn try_take_attached(&self, from: usize, user: usize) -> Option<Taken<'_>> {
        if self.0.load(Ordering::Acquire) != from {
            return None;
        }
        self.0.store(user, Ordering::Relaxed);
        Some(Taken { word: self, after: from })
    }

    /// An error if there is no use in waiting: `users` are the ones that the thread that asks may be.
    pub fn check_wait(&self, users: [usize; 2], forks: usize) -> Result<(), Hopeless> {
        let user = self.state();
        if users.contains(&user) {
            return Err(Hopeless::Reentry);
        }
        if user > ATTACHED && !is_alive(user, forks) { Err(Hopeless::Orphan) } else { Ok(()) }
    }
}
