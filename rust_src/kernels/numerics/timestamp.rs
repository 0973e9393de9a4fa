//! Points in time.

use crate::{Error, kernels::numerics::validate};
use serde::{Deserialize, Serialize};

/// A point in time, on one of three scales that have no common zero.
///
/// Dates are counted in nanoseconds: in 64-bit floating-point seconds since 1970, the microsecond of today would be
/// rounded away, and the interval between two events with it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Timestamp {
    /// Seconds from an arbitrary origin.
    Seconds(f64),
    /// Nanoseconds since the start of 1970 in an unnamed time zone.
    Naive(i128),
    /// Nanoseconds since the start of 1970 in UTC.
    Aware(i128),
}

const NANOSECONDS: i128 = 1_000_000_000;

/// Nanoseconds beyond this are not a valid date (3e13 years).
const FARTHEST: i128 = 1 << 100;

impl Timestamp {
    /// The seconds from `earlier` to this point, negative if `earlier` is the later one. Points on different scales are
    /// an error.
    #[inline]
    pub fn since(self, earlier: Self) -> Result<f64, Error> {
        match (self, earlier) {
            (Self::Seconds(to), Self::Seconds(from)) => Ok(to - from),
            (Self::Naive(to), Self::Naive(from)) | (Self::Aware(to), Self::Aware(from)) => {
                Ok((to - from) as f64 / NANOSECONDS as f64)
            }
            _ => Err(Error::Type(format!(
                "t must be {}, like the timestamps before it, got {}",
                earlier.scale(),
                self.scale()
            ))),
        }
    }

    /// The point one second later.
    pub fn a_second_later(self) -> Self {
        self.seconds_later(1)
    }

    /// The point this many seconds later.
    pub fn seconds_later(self, seconds: u64) -> Self {
        let nanoseconds = i128::from(seconds) * NANOSECONDS;
        match self {
            Self::Seconds(time) => Self::Seconds(time + seconds as f64),
            Self::Naive(time) => Self::Naive((time + nanoseconds).min(FARTHEST)),
            Self::Aware(time) => Self::Aware((time + nanoseconds).min(FARTHEST)),
        }
    }

    /// The point this many nanoseconds later; a time on the scale of seconds is unchanged.
    pub fn later(self, nanoseconds: i128) -> Self {
        match self {
            Self::Seconds(_) => self,
            Self::Naive(time) => Self::Naive(time + nanoseconds),
            Self::Aware(time) => Self::Aware(time + nanoseconds),
        }
    }

    /// Checks a decoded timestamp.
    pub fn validate(self) -> Result<(), &'static str> {
        validate::ensure(
            match self {
                Self::Seconds(seconds) => seconds.is_finite(),
                Self::Naive(time) | Self::Aware(time) => (-FARTHEST..=FARTHEST).contains(&time),
            },
            "an invalid time",
        )
    }

    fn scale(self) -> &'static str {
        match self {
            Self::Seconds(_) => "a number of seconds",
            Self::Naive(_) => "a datetime without time zone",
            Self::Aware(_) => "a datetime with time zone",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_microsecond_of_today_is_not_rounded_away() {
        let now = 1_700_000_000 * NANOSECONDS;
        for scale in [Timestamp::Naive, Timestamp::Aware] {
            assert_eq!(scale(now + 1000).since(scale(now)), Ok(1e-6));
            assert_eq!(scale(now).a_second_later().since(scale(now)), Ok(1.0));
        }
        assert_eq!(Timestamp::Seconds(1.0).since(Timestamp::Seconds(3.5)), Ok(-2.5));
    }

    #[test]
    fn scales_are_not_mixed() {
        let points = [Timestamp::Seconds(0.0), Timestamp::Naive(0), Timestamp::Aware(0)];
        for (i, left) in points.into_iter().enumerate() {
            for (j, right) in points.into_iter().enumerate() {
                assert_eq!(left.since(right).is_ok(), i == j);
            }
        }
    }
}
