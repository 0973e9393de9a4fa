//! The word of the lock in every order that threads allow, and with every value that a weak memory model may show them.

#![allow(clippy::unwrap_used, reason = "a mutex of loom's is poisoned where a test has failed")]

use atomic::{AtomicUsize, Ordering};
use loom::{
    model,
    sync::{Arc, Mutex},
    thread,
};
use std::sync::atomic::AtomicUsize as Counter;
use word::{ATTACHED, EMPTY, FREE, Hopeless, Taken, Word, is_alive, number};

mod atomic {
    pub use loom::sync::atomic::{AtomicUsize, Ordering};
}

#[path = "../../rust_src/python/ffi/lock/word.rs"]
mod word;

/// Addresses of threads.
const ADDRESSES: [usize; 3] = [64, 128, 192];

/// A lock, a number that only who has it may change, and the interpreter's global lock.
struct Guarded {
    word: Word,
    number: AtomicUsize,
    global: Mutex<()>,
}

impl Guarded {
    fn new(state: usize) -> Arc<Self> {
        Arc::new(Self { word: Word::new(state), number: AtomicUsize::new(0), global: Mutex::new(()) })
    }

    /// Adds one, by a load and a store: two at once, or one that does not see the other, would lose a one.
    fn add(&self) {
        let before = self.number.load(Ordering::Relaxed);
        self.number.store(before + 1, Ordering::Relaxed);
    }

    /// Takes the lock if it is free, and says how often that was the case.
    fn tried(&self, me: usize) -> usize {
        self.word.try_take(FREE, me).map_or(0, |_taken| {
            self.add();
            1
        })
    }

    /// As `Lock::with` and `Lock::claim` without a global lock.
    fn shared(&self, me: usize) -> usize {
        let taken = loop {
            if let Some(taken) = self.word.try_take(FREE, me) {
                break taken;
            }
            assert_eq!(self.word.check_wait([me, me], 0), Ok(()));
            thread::yield_now();
        };
        self.add();
        assert_eq!(self.word.check_wait([me, me], 0), Err(Hopeless::Reentry));
        drop(taken);
        1
    }

    /// Takes the lock under the global lock, which it gives away while it waits.
    fn attach<'a>(&'a self, user: usize, me: usize) -> (loom::sync::MutexGuard<'a, ()>, Taken<'a>) {
        loop {
            let attached = self.global.lock().unwrap();
            if let Some(taken) = self.word.try_take_attached(FREE, user) {
                return (attached, taken);
            }
            assert_eq!(self.word.check_wait([ATTACHED, me], 0), Ok(()));
            drop(attached);
            thread::yield_now();
        }
    }

    /// As `Lock::with`.
    fn attached(&self, me: usize) -> usize {
        let (attached, taken) = self.attach(ATTACHED, me);
        self.add();
        assert_eq!(self.word.check_wait([ATTACHED, me], 0), Err(Hopeless::Reentry));
        drop(taken);
        drop(attached);
        1
    }

    /// As `Lock::with_detached`, which releases the lock while it is detached.
    fn detached(&self, me: usize) -> usize {
        let (attached, taken) = self.attach(me, me);
        drop(attached);
        self.add();
        assert_eq!(self.word.check_wait([ATTACHED, me], 0), Err(Hopeless::Reentry));
        drop(taken);
        1
    }
}

/// Runs each in a thread of its own, the first one in this; and asserts that none was lost and that the lock is free.
fn together<const N: usize>(works: [fn(&Guarded, usize) -> usize; N]) {
    model(move || {
        let guarded = Guarded::new(FREE);
        let threads: Vec<_> = works[1..]
            .iter()
            .zip(&ADDRESSES[1..])
            .map(|(&work, &me)| {
                let guarded = Arc::clone(&guarded);
                thread::spawn(move || work(&guarded, me))
            })
            .collect();
        let own = works[0](&guarded, ADDRESSES[0]);
        let added = threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>() + own;
        assert!(added > 0);
        assert_eq!(guarded.number.load(Ordering::Relaxed), added);
        assert_eq!(guarded.word.state(), FREE);
    });
}

#[test]
fn threads_exclude_each_other_and_none_waits_for_ever() {
    together([Guarded::shared, Guarded::shared]);
}

#[test]
fn under_a_global_lock_too_whether_they_detach_or_not() {
    together([Guarded::detached, Guarded::detached]);
    together([Guarded::attached, Guarded::detached]);
    together([Guarded::attached, Guarded::attached]);
}

#[test]
fn three_threads_exclude_each_other() {
    together([Guarded::tried, Guarded::tried, Guarded::tried]);
    together([Guarded::shared, Guarded::tried, Guarded::tried]);
}

#[test]
fn what_a_collector_has_found_free_is_not_taken_until_others_attach() {
    model(|| {
        let guarded = Guarded::new(FREE);
        let other = Arc::clone(&guarded);
        let thread = thread::spawn(move || other.detached(ADDRESSES[1]));
        {
            let _attached = guarded.global.lock().unwrap();
            let first = guarded.word.try_take_attached(FREE, ATTACHED).is_some();
            let second = guarded.word.try_take_attached(FREE, ATTACHED).is_some();
            assert!(second || !first);
        }
        thread.join().unwrap();
    });
}

#[test]
fn a_value_that_is_stored_or_removed_is_seen_whole() {
    model(|| {
        let guarded = Guarded::new(EMPTY);
        let other = Arc::clone(&guarded);
        let thread = thread::spawn(move || {
            let mut taken = other.word.try_take(EMPTY, ADDRESSES[1]).unwrap();
            other.number.store(7, Ordering::Relaxed);
            taken.after = FREE;
        });
        if let Some(_taken) = guarded.word.try_take(FREE, ADDRESSES[0]) {
            assert_eq!(guarded.number.load(Ordering::Relaxed), 7);
        }
        thread.join().unwrap();
        assert_eq!(guarded.word.state(), FREE);
    });
}

#[test]
fn after_a_fork_a_lock_is_free_or_its_user_is_known_to_be_gone() {
    static ORPHANS: Counter = Counter::new(0);
    model(|| {
        let guarded = Guarded::new(FREE);
        let other = Arc::clone(&guarded);
        let thread = thread::spawn(move || {
            other.attached(ADDRESSES[1]);
            other.detached(ADDRESSES[1]);
        });
        // Who forks is attached. The child has the memory of this moment, and one thread, at the same address.
        let child = {
            let _attached = guarded.global.lock().unwrap();
            Word::new(guarded.word.state())
        };
        let me = number(ADDRESSES[0], 1);
        match child.try_take_attached(FREE, ATTACHED) {
            Some(taken) => drop(taken),
            None => {
                assert_eq!(child.check_wait([ATTACHED, me], 1), Err(Hopeless::Orphan));
                ORPHANS.fetch_add(1, Ordering::Relaxed);
            }
        }
        thread.join().unwrap();
    });
    assert!(ORPHANS.load(Ordering::Relaxed) > 0);
}

#[test]
fn a_thread_has_another_number_in_each_process() {
    for forks in 0..64 {
        for address in ADDRESSES {
            let thread = number(address, forks);
            assert!(thread > ATTACHED && is_alive(thread, forks) && !is_alive(thread, forks + 1));
        }
    }
    assert_eq!(number(64, 3) & !63, 64);
}
