//! Smallest value, largest value, largest magnitude.

use crate::{
    Error,
    kernels::{
        batch::simd::{self, BLOCK},
        numerics::{
            order::{Largest, LargestMagnitude, Order, Smallest},
            validate,
        },
        traits::{Aggregate, Merge, PartialAggregate, Statistic},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// The extremum of all values: the first of equal ones (such as 0.0 and -0.0), and NaN once a NaN was seen.
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

    /// From the extremum alone: of one value, or of none if it is the extremum of none.
    pub fn from_state(value: f64) -> Self {
        Self { n: (value != O::NONE).into(), value: O::key(value), order: PhantomData }
    }

    /// Updates with a block of values whose extremum is known.
    pub(crate) fn update_block(&mut self, xs: &[f64], best: f64) {
        self.n += xs.len() as u64;
        self.take(best);
    }

    #[inline]
    fn take(&mut self, x: f64) {
        // A NaN is never replaced: nothing beats it.
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
                Some(best) => self.update_block(block, best),
                None => block.iter().for_each(|&x| self.update(x)),
            }
        }
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "more observations than a stream can have")?;
        validate::ensure(self.n > 0 || self.value == O::NONE, "an extremum without values")?;
        validate::ensure(O::key(self.value).to_bits() == self.value.to_bits(), "a value that cannot be compared")
    }
}

impl<O: Order> Merge for Extremum<O> {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.n = validate::joint_count(self.n, other.n)?;
        self.take(other.value);
        Ok(())
    }
}

/// Like a merge, without its check of the count: no window has that many observations.
impl<O: Order> PartialAggregate for Extremum<O> {
    #[inline]
    fn combine(mut self, newer: Self) -> Self {
        self.n = self.n.saturating_add(newer.n);
        self.take(newer.value);
        self
    }

    fn validate(&self) -> Result<(), &'static str> {
        Statistic::validate(self)
    }
}

impl<O: Order> Aggregate for Extremum<O> {
    type Partial = Self;

    #[inline]
    fn lift(&self, x: f64, _: f64) -> Self {
        Self { n: 1, value: O::key(x), order: PhantomData }
    }

    #[inline]
    fn lower(&self, run: Option<Self>) -> Self {
        run.unwrap_or(*self)
    }
}

rollable!(AbsMax, Max, Min: combining);
univariate!(AbsMax, Max, Min);
