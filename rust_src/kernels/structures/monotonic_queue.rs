//! The extremum of a window.

use crate::kernels::{numerics::order::Order, structures::chunked_queue::ChunkedQueue};
use std::marker::PhantomData;

/// The values of a window that are its extremum, or can become it: those that no newer value beats, oldest and best
/// first. Every value is pushed and popped once, so it costs O(1) amortised; where one value beats many at once, whole
/// chunks are dropped. Equal values are all kept, so an evicted value is the front of the queue exactly if it is equal to
/// the front.
#[derive(Clone, Debug)]
pub struct MonotonicQueue<O> {
    candidates: ChunkedQueue<f64>,
    order: PhantomData<O>,
}

/// A structure that follows the values of a window, none of which is NaN.
pub trait Follow: Clone + Default + Send + 'static {
    /// Adds the newest value.
    fn push(&mut self, x: f64);

    /// Removes the oldest value.
    fn evict(&mut self, oldest: f64);
}

impl<O> Default for MonotonicQueue<O> {
    fn default() -> Self {
        Self { candidates: ChunkedQueue::default(), order: PhantomData }
    }
}

impl<O: Order> MonotonicQueue<O> {
    /// The extremum.
    #[inline]
    pub fn best(&self) -> Option<f64> {
        self.candidates.front().copied()
    }
}

impl<O: Order> Follow for MonotonicQueue<O> {
    #[inline]
    fn push(&mut self, x: f64) {
        self.candidates.drop_newest_while(|&candidate| O::beats(x, candidate));
        self.candidates.push(x);
    }

    #[inline]
    fn evict(&mut self, oldest: f64) {
        if self.best() == Some(oldest) {
            self.candidates.pop();
        }
    }
}

impl<A: Follow, B: Follow> Follow for (A, B) {
    #[inline]
    fn push(&mut self, x: f64) {
        self.0.push(x);
        self.1.push(x);
    }

    #[inline]
    fn evict(&mut self, oldest: f64) {
        self.0.evict(oldest);
        self.1.evict(oldest);
    }
}
