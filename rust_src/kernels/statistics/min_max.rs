//! Smallest value, largest value, largest magnitude.

use crate::{
    Error,
    kernels::{
        batch::{BLOCK, simd},
        numerics::validate,
        traits::{Merge, Statistic},
    },
};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// Which of two values an extremum is.
pub trait Order: Clone + Copy + Default + Send + 'static {
    /// The extremum of no values.
    const NONE: f64;

    /// Whether `x` takes the place of the extremum so far; never where one of them is NaN.
    fn beats(x: f64, so_far: f64) -> bool;

    /// What of a value is compared.
    #[inline]
    fn key(x: f64) -> f64 {
        x
    }
}

/// The order in which a larger value beats a smaller one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Largest;

/// The order in which a smaller value beats a larger one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Smallest;

/// The order of absolute values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LargestMagnitude;

impl Order for Largest {
    const NONE: f64 = f64::NEG_INFINITY;

    #[inline]
    fn beats(x: f64, so_far: f64) -> bool {
        x > so_far
    }
}

impl Order for Smallest {
    const NONE: f64 = f64::INFINITY;

    #[inline]
    fn beats(x: f64, so_far: f64) -> bool {
        x < so_far
    }
}

impl Order for LargestMagnitude {
    const NONE: f64 = 0.0;

    #[inline]
    fn beats(x: f64, so_far: f64) -> bool {
        x > so_far
    }

    #[inline]
    fn key(x: f64) -> f64 {
        x.abs()
    }
}

/// The extremum of all values seen; the first of equal ones (0.0 and -0.0 are), and NaN once a NaN was seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Extremum<O> {
    n: u64,
    value: f64,
    order: PhantomData<O>,
}

/// The smallest value seen, `inf` before any.
pub type Min = Extremum<Smallest>;
/// The largest value seen, `-inf` before any.
pub type Max = Extremum<Largest>;
/// The largest absolute value seen, 0 before any.
pub type AbsMax = Extremum<LargestMagnitude>;

impl<O: Order> Extremum<O> {
    /// An extremum of no values.
    pub fn new() -> Self {
        Self { n: 0, value: O::NONE, order: PhantomData }
    }

    #[inline]
    fn take(&mut self, x: f64) {
        // A NaN, once in, is never replaced: nothing beats it.
        if O::beats(x, self.value) || x.is_nan() {
            self.value = x;
        }
    }
}

impl<O: Order> Default for Extremum<O> {
    fn default() -> Self {
        Self::new()
    }
}

impl<O: Order> Statistic for Extremum<O> {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.n += 1;
        self.take(O::key(x));
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        Some(self.value)
    }

    fn update_many(&mut self, xs: &[f64]) {
        for block in xs.chunks(BLOCK) {
            match simd::extremum::<O>(block) {
                Some(best) => {
                    self.n += block.len() as u64;
                    self.take(best);
                }
                None => block.iter().for_each(|&x| self.update(x)),
            }
        }
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "a count beyond 2^53")?;
        validate::ensure(self.n > 0 || self.value == O::NONE, "an extremum without values")?;
        validate::ensure(O::key(self.value).to_bits() == self.value.to_bits(), "a value that cannot be compared")
    }
}

impl<O: Order> Merge for Extremum<O> {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.n = self.n.saturating_add(other.n);
        self.take(other.value);
        Ok(())
    }
}
