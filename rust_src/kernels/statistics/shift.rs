//! An earlier value.

use crate::{
    Error,
    kernels::{
        numerics::validate, structures::ring_buffer::RingBuffer, traits::Statistic, watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The value seen `amount` updates before the newest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shift {
    /// The number of updates.
    pub amount: u64,
    /// The value while there were too few updates.
    pub fill_value: Option<f64>,
    n: u64,
    buffer: RingBuffer,
}

impl Shift {
    /// The value seen `amount >= 0` updates ago, or `fill_value` before that.
    pub fn new(amount: i128, fill_value: Option<f64>) -> Result<Self, Error> {
        let amount = validate::at_least_zero("amount", amount)?;
        Ok(Self { amount, fill_value, n: 0, buffer: RingBuffer::default() })
    }

    /// The newest values, at most `amount + 1`, oldest first.
    pub fn buffer(&self) -> Vec<f64> {
        self.buffer.iter().collect()
    }

    fn is_full(&self) -> bool {
        self.buffer.len() > self.amount
    }
}

impl Statistic for Shift {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.n += 1;
        self.buffer.push(x, self.amount.saturating_add(1));
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        if self.is_full() { self.buffer.oldest() } else { self.fill_value }
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "a count beyond 2^53")?;
        let held = self.buffer.len();
        validate::ensure(held == self.n.min(self.amount.saturating_add(1)), "a buffer of another length")
    }
}

rollable!(Shift: replaying);
univariate!(Shift);
