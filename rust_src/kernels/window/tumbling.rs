//! Windows of time that follow each other.

use crate::{
    Error,
    kernels::{
        numerics::{timestamp::Timestamp, validate},
        window::clock::Clock,
    },
};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// The window of time that is open: from a multiple of the period, shifted by an offset, up to the next. Times are
/// nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tumbler {
    period: i128,
    offset: i128,
    clock: Clock,
    /// The number of the open window.
    open: Option<i128>,
    /// How many times were before the open window.
    pub n_late: u64,
}

/// Further than any time, so that shifted times do not overflow.
const FURTHEST: i128 = i128::MAX / 4;

impl Tumbler {
    /// Windows of a `period`, which is positive, of which one starts at `offset`.
    pub fn new(period: i128, offset: i128) -> Result<Self, Error> {
        if !(1..=FURTHEST).contains(&period) {
            return Err(Error::parameter("period", format!("{} seconds", period as f64 / 1e9), "a positive duration"));
        }
        Ok(Self { period, offset, clock: Clock::default(), open: None, n_late: 0 })
    }

    /// The period and the offset.
    pub fn lengths(&self) -> (i128, i128) {
        (self.period, self.offset)
    }

    /// Where a time is: before the open window, in it (or in the first one), or behind it.
    pub fn judge(&self, t: Timestamp) -> Result<Ordering, Error> {
        let number = self.number({ self.clock }.read(t)?);
        Ok(number.cmp(&self.open.unwrap_or(number)))
    }

    /// Opens the window that a time is in, unless that is before the open one; then it is counted as late.
    pub fn advance(&mut self, t: Timestamp) -> Result<(), Error> {
        let time = self.clock.read(t)?;
        let number = self.number(time);
        if self.open.is_some_and(|open| number < open) {
            self.n_late += 1;
        } else {
            self.open = Some(number);
        }
        Ok(())
    }

    fn number(&self, time: i128) -> i128 {
        (time - self.offset).div_euclid(self.period)
    }

    /// See [`crate::kernels::Statistic::validate`].
    pub fn validate(&self) -> Result<(), &'static str> {
        validate::ensure((1..=FURTHEST).contains(&self.period), "a period that is not positive")?;
        validate::ensure((-FURTHEST..=FURTHEST).contains(&self.offset), "an offset out of range")?;
        validate::ensure(self.n_late < 1 << 63, "more late times than a stream can have")?;
        validate::ensure(self.open.is_some() || self.n_late == 0, "a late time without a first one")?;
        self.clock.validate(self.open.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_start_at_multiples_of_the_period() {
        let mut tumbler = Tumbler::new(10_000_000_000, 3_000_000_000).unwrap();
        let at = |seconds: f64| Timestamp::Seconds(seconds);
        tumbler.advance(at(5.0)).unwrap();
        for (seconds, place) in [
            (2.9, Ordering::Less),
            (3.0, Ordering::Equal),
            (12.999, Ordering::Equal),
            (13.0, Ordering::Greater),
            (-7.0, Ordering::Less),
        ] {
            assert_eq!(tumbler.judge(at(seconds)), Ok(place), "{seconds}");
        }
        tumbler.advance(at(2.0)).unwrap();
        assert_eq!(tumbler.n_late, 1);
        assert!(tumbler.judge(Timestamp::Naive(0)).is_err());
        assert!(Tumbler::new(0, 0).is_err());
    }
}
