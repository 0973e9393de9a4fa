//! Timestamps as integers that can be compared and subtracted without rounding.

use crate::{
    Error,
    kernels::numerics::{timestamp::Timestamp, validate},
};
use serde::{Deserialize, Serialize};

/// The scale that the timestamps of a stream are on, once the first has come: they are never mixed. Or the rows of the
/// stream are counted, and the time of an observation is the index of its row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Clock(Option<Timestamp>);

/// Stored in place of the scale while rows are counted; no stream has such a time.
const ROWS: Timestamp = Timestamp::Naive(i128::MIN);

const SECOND: f64 = 1e9;

/// Seconds further from zero than this are not converted to nanoseconds (3e20 years).
const FURTHEST: f64 = 1e28;

impl Clock {
    /// A clock that counts rows.
    pub const ROWS: Self = Self(Some(ROWS));

    /// Whether the clock counts rows.
    #[inline]
    pub fn counts_rows(self) -> bool {
        self.0 == Some(ROWS)
    }

    /// The time of an observation, or of a missing one, after `now`: the index of the next row if rows are counted,
    /// otherwise that of `t`, which must be given in this case and only then.
    ///
    /// Not inlined, since there would be a copy for each kernel.
    #[inline(never)]
    pub fn next(&mut self, t: Option<Timestamp>, now: Option<i128>) -> Result<i128, Error> {
        match (self.counts_rows(), t) {
            (true, None) => Ok(now.map_or(0, |now| now + 1)),
            (false, Some(t)) => self.read(t),
            (true, Some(_)) => Err(Error::Type("update takes no argument t here: the window is by count".into())),
            (false, None) => Err(Error::Type("t is missing: the time of the observation".into())),
        }
    }

    /// The timestamp in nanoseconds, if it is on the scale of those before it.
    #[inline]
    pub fn read(&mut self, t: Timestamp) -> Result<i128, Error> {
        if let Some(first) = self.0 {
            t.since(first)?;
        }
        let time = match t {
            Timestamp::Seconds(seconds) => nanoseconds("t", seconds)?,
            Timestamp::Naive(time) | Timestamp::Aware(time) => time,
        };
        self.0.get_or_insert(t);
        Ok(time)
    }

    /// The timestamp of a time in nanoseconds, on the scale of those before it.
    pub fn timestamp(self, time: i128) -> Option<Timestamp> {
        Some(match self.0? {
            Timestamp::Seconds(_) => Timestamp::Seconds(seconds(time)),
            Timestamp::Naive(_) => Timestamp::Naive(time),
            Timestamp::Aware(_) => Timestamp::Aware(time),
        })
    }

    /// Merges the clock of another stream, which is on the same scale.
    pub fn merge(&mut self, other: Self) -> Result<(), Error> {
        if self.counts_rows() || other.counts_rows() {
            let differ = || Error::Type("nulls must be the same in both windows".into());
            return if *self == other { Ok(()) } else { Err(differ()) };
        }
        if let (Some(first), Some(t)) = (self.0, other.0) {
            t.since(first)?;
        }
        self.0 = self.0.or(other.0);
        Ok(())
    }

    /// As [`validate`](Self::validate), for a window of this length, whose clock may count rows, at a time.
    pub fn validate_window(&self, now: Option<i128>, length: i128, n_late: u64) -> Result<(), &'static str> {
        if !self.counts_rows() {
            return self.validate(now.is_some());
        }
        let counted = now.is_none_or(|now| u64::try_from(now).is_ok_and(validate::is_count));
        validate::ensure(counted && u64::try_from(length).is_ok() && n_late == 0, "rows that no stream has")
    }

    /// See [`crate::kernels::Statistic::validate`]; `started` says whether times are known to have come.
    pub fn validate(&self, started: bool) -> Result<(), &'static str> {
        validate::ensure(self.0.is_some() == started, "times and their scale differ")?;
        self.0.map_or(Ok(()), Timestamp::validate)
    }
}

/// Converts nanoseconds to seconds. Nanoseconds that came from [`nanoseconds`] survive the round trip.
fn seconds(time: i128) -> f64 {
    let second = SECOND as i128;
    (time / second) as f64 + (time % second) as f64 / SECOND
}

/// Converts seconds to nanoseconds. Whole seconds are converted separately, so that events whole seconds apart stay
/// exactly so: 0.1 s is not a double, and is rounded differently at each order of magnitude.
pub fn nanoseconds(name: &'static str, seconds: f64) -> Result<i128, Error> {
    if seconds.is_nan() || seconds.abs() > FURTHEST {
        return Err(Error::parameter(name, seconds, "a number of seconds between -1e28 and 1e28"));
    }
    let whole = seconds.trunc();
    Ok(whole as i128 * SECOND as i128 + ((seconds - whole) * SECOND).round() as i128)
}
