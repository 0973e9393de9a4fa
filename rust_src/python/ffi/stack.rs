//! How much of the thread's stack is left.

use std::{cell::Cell, hint::black_box};

/// The number of bytes between the caller's frame and the end of the stack; `None` where the platform does not say where
/// that is, or where the thread runs on a stack that it did not start with.
#[inline]
pub fn remaining() -> Option<usize> {
    thread_local! {
        /// The lowest address of the stack, which every platform that this package runs on lets grow downwards; 0 before
        /// it was asked for.
        static END: Cell<usize> = const { Cell::new(0) };
    }
    let mut end = END.get();
    if end == 0 {
        // Where it is not known, the end is above every frame.
        end = platform::end().unwrap_or(usize::MAX);
        END.set(end);
    }
    let marker = 0_u8;
    (&raw const *black_box(&marker) as usize).checked_sub(end)
}

#[cfg(target_os = "linux")]
mod platform {
    use std::{mem::MaybeUninit, ptr};

    pub fn end() -> Option<usize> {
        let (mut start, mut size) = (ptr::null_mut(), 0);
        // SAFETY: `attributes` is initialised by `pthread_getattr_np` if that returns 0, only then used, and destroyed once;
        // both numbers are written where `pthread_attr_getstack` returns 0.
        unsafe {
            let mut attributes = MaybeUninit::uninit();
            if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
                return None;
            }
            let error = libc::pthread_attr_getstack(attributes.as_ptr(), &raw mut start, &raw mut size);
            libc::pthread_attr_destroy(attributes.as_mut_ptr());
            if error != 0 {
                return None;
            }
        }
        Some(grown(start as usize, size))
    }

    #[cfg(not(target_env = "musl"))]
    fn grown(start: usize, _size: usize) -> usize {
        start
    }

    /// For the main thread, musl reports what is mapped now; the stack grows from that to its limit.
    #[cfg(target_env = "musl")]
    fn grown(start: usize, size: usize) -> usize {
        const USUAL: u64 = 8 << 20;
        let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: the functions without arguments may be called at any time; `limit` is written where the last returns 0.
        let is_main =
            unsafe { libc::gettid() == libc::getpid() && libc::getrlimit(libc::RLIMIT_STACK, &raw mut limit) == 0 };
        let limit = if limit.rlim_cur == libc::RLIM_INFINITY { USUAL } else { limit.rlim_cur };
        if is_main { start.min((start + size).saturating_sub(limit as usize)) } else { start }
    }
}

#[cfg(target_os = "macos")]
mod platform {
    pub fn end() -> Option<usize> {
        // SAFETY: these may be called at any time, and a thread knows itself.
        let (start, size) = unsafe {
            let thread = libc::pthread_self();
            (libc::pthread_get_stackaddr_np(thread), libc::pthread_get_stacksize_np(thread))
        };
        (start as usize).checked_sub(size)
    }
}

#[cfg(windows)]
mod platform {
    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetCurrentThreadStackLimits(low: *mut usize, high: *mut usize);
    }

    pub fn end() -> Option<usize> {
        let (mut low, mut high) = (0, 0);
        // SAFETY: the function, which Windows has from version 8 on, writes both numbers.
        unsafe { GetCurrentThreadStackLimits(&raw mut low, &raw mut high) };
        Some(low)
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
mod platform {
    pub fn end() -> Option<usize> {
        None
    }
}
