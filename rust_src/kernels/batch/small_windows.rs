//! The values of every window of a column in order, where windows are small.
//!
//! The sorted window is rewritten for each value, without a branch: vector instructions do that for several ranks at
//! once. Finding what has changed and moving what lies in between would cost mispredicted branches.

use crate::kernels::batch::simd::vectorised;
use pulp::{Arch, NullaryFnOnce};

/// In larger windows there is too much to write.
pub const LARGEST_WINDOW: usize = 32;

/// A window in ascending order, equal values in order of arrival.
struct SortedValues {
    /// Between -∞ and ∞; ∞ also wherever there is no value yet.
    now: Vec<f64>,
    next: Vec<f64>,
    /// How many values there are.
    len: usize,
}

vectorised! {
    /// Lets each of `new` enter the window and the one of `old` leave it, and calls `each` with the values in the window.
    Slide [F: FnMut(&[f64])] [F] { window: &'a mut SortedValues, old: &'a [f64], new: &'a [f64], each: &'a mut F } -> () {
        let SortedValues { now, next, len } = window;
        let size = now.len() - 2;
        for (&old, &new) in old.iter().zip(new) {
            let around = now[..size].iter().zip(&now[1..=size]).zip(&now[2..]);
            for (written, ((&below, &here), &above)) in next[1..=size].iter_mut().zip(around) {
                // The values at this rank and at the one before, once the old value has left.
                let left = if here < old { here } else { above };
                let before = if below < old { below } else { here };
                let entered = if before > new { before } else { new };
                *written = if left <= new { left } else { entered };
            }
            std::mem::swap(now, next);
            *len = (*len + 1).min(size);
            each(&now[1..=*len]);
        }
    }
}

/// Calls `each` with the `size` newest values up to each of `xs`, in ascending order. `before` are the values in the window
/// before the first, oldest first; there is no NaN. Returns the values in the window at the end, in ascending order.
pub fn small_windows(before: &[f64], xs: &[f64], size: usize, mut each: impl FnMut(&[f64])) -> Vec<f64> {
    let mut now = vec![f64::INFINITY; size + 2];
    now[0] = f64::NEG_INFINITY;
    let mut window = SortedValues { next: now.clone(), now, len: 0 };
    let arch = Arch::new();
    // While the window is filling, what leaves is an infinity, which stands for no value.
    let filling = [&vec![f64::INFINITY; size], before, &xs[..xs.len().min(size)]].concat();
    let (old, new) = (&filling[..], &filling[size..]);
    let (before, first) = new.split_at(before.len());
    arch.dispatch(Slide { window: &mut window, old, new: before, each: &mut |_: &[f64]| () });
    arch.dispatch(Slide { window: &mut window, old: &old[before.len()..], new: first, each: &mut each });
    arch.dispatch(Slide { window: &mut window, old: xs, new: &xs[first.len()..], each: &mut each });
    window.now[1..=window.len].to_vec()
}
