//! An earlier value.

use crate::{
    Error,
    kernels::{
        numerics::validate,
        structures::ring_buffer::RingBuffer,
        traits::{Merge, Statistic},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The value seen `amount` updates before the newest. Values of any type can be held; those of type `f64` make a
/// [`Statistic`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shift<T = f64> {
    /// The number of updates.
    pub amount: u64,
    /// The value until there have been enough updates.
    pub fill_value: Option<T>,
    n: u64,
    buffer: RingBuffer<T>,
}

impl<T> Shift<T> {
    /// The value seen `amount >= 0` updates ago, or `fill_value` before that.
    pub fn new(amount: i128, fill_value: Option<T>) -> Result<Self, Error> {
        let amount = validate::at_least_zero("amount", amount)?;
        Ok(Self { amount, fill_value, n: 0, buffer: RingBuffer::default() })
    }

    /// The state after `n` updates, of which the newest are in `buffer`, oldest first; [`check`](Self::check) it.
    pub fn from_state(amount: u64, fill_value: Option<T>, n: u64, buffer: Vec<T>) -> Self {
        Self { amount, fill_value, n, buffer: buffer.into() }
    }

    /// The number of updates.
    pub fn count(&self) -> u64 {
        self.n
    }

    /// The newest values, at most `amount + 1`, oldest first.
    pub fn buffer(&self) -> impl Iterator<Item = &T> {
        self.buffer.iter()
    }

    /// How many values are held.
    pub fn held(&self) -> u64 {
        self.buffer.len()
    }

    /// How many values are held once there have been enough.
    pub fn capacity(&self) -> u64 {
        self.amount.saturating_add(1)
    }

    /// Updates with a value, and returns the one that is no longer held.
    #[inline]
    pub fn push(&mut self, x: T) -> Option<T> {
        self.n += 1;
        self.buffer.push(x, self.capacity())
    }

    /// Updates with `count` values. Of these only the `newest` are given, up to [`capacity`](Self::capacity) of them:
    /// the others would no longer be held. Returns the values that are no longer held.
    pub fn push_newest(&mut self, count: u64, newest: Vec<T>) -> Vec<T> {
        let others = count - newest.len() as u64;
        self.n += others;
        newest.into_iter().filter_map(|x| self.push(x)).collect()
    }

    /// An error if another stream, which has `n` values and holds `held` of them, cannot be appended because its
    /// `amount` differs.
    pub fn check_append(&self, amount: u64, n: u64, held: u64) -> Result<(), Error> {
        if self.n.min(n) > 0 || held < n.min(self.capacity()) {
            validate::same("amount", self.amount, amount)?;
        }
        validate::joint_count(self.n, n).map(drop)
    }

    /// Appends the `n` values of another stream, of which these were held, oldest first; returns those that are no
    /// longer held.
    pub fn append(&mut self, n: u64, mut held: Vec<T>) -> Vec<T> {
        let room = usize::try_from(self.capacity()).unwrap_or(usize::MAX);
        let newest = held.split_off(held.len().saturating_sub(room));
        held.extend(self.push_newest(n, newest));
        held
    }

    /// The value seen `amount` updates ago, or the fill value.
    #[inline]
    pub fn value(&self) -> Option<&T> {
        if self.buffer.len() > self.amount { self.buffer.oldest() } else { self.fill_value.as_ref() }
    }

    /// The same state with the result of `f` for each value.
    pub fn try_map<U, E>(&self, mut f: impl FnMut(&T) -> Result<U, E>) -> Result<Shift<U>, E> {
        let fill_value = self.fill_value.as_ref().map(&mut f).transpose()?;
        let buffer: Vec<U> = self.buffer.iter().map(f).collect::<Result<_, _>>()?;
        Ok(Shift { amount: self.amount, fill_value, n: self.n, buffer: buffer.into() })
    }

    /// The fill value and the values that are held, in no order.
    pub fn into_values(self) -> impl Iterator<Item = T> {
        self.fill_value.into_iter().chain(self.buffer.into_values())
    }

    /// Whether a stream of updates can lead to this state.
    pub fn check(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "more observations than a stream can have")?;
        validate::ensure(self.buffer.len() == self.n.min(self.capacity()), "a buffer of another length")
    }
}

impl Statistic for Shift {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.push(x);
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        self.value().copied()
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.check()
    }
}

impl Merge for Shift {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if self.n.min(other.n) > 0 {
            validate::same("fill_value", self.fill_value, other.fill_value)?;
        }
        self.check_append(other.amount, other.n, other.held())?;
        self.append(other.n, other.buffer.iter().copied().collect());
        Ok(())
    }
}

rollable!(Shift: replaying);
univariate!(Shift);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_of_many_values_leave_what_all_leave() -> Result<(), Error> {
        for amount in [0, 1, 3] {
            let (mut all, mut newest) = (Shift::new(amount, Some("none"))?, Shift::new(amount, Some("none"))?);
            for values in [&["a"][..], &["b", "c"], &[], &["d", "e", "f", "g", "h"]] {
                let evicted: Vec<_> = values.iter().filter_map(|x| all.push(*x)).collect();
                let first = values.len().saturating_sub(newest.capacity() as usize);
                let held = newest.push_newest(values.len() as u64, values[first..].to_vec());
                assert!(evicted.starts_with(&held));
                assert_eq!(all.value(), newest.value());
                assert_eq!(all.count(), newest.count());
                assert!(all.buffer().eq(newest.buffer()));
            }
        }
        Ok(())
    }
}
