//! Tumbling windows, which follow each other.

use crate::{
    Error,
    kernels::{
        numerics::{outlined::Outlined, timestamp::Timestamp, validate},
        traits::Windowed,
        window::{bounds::Bounds, clock::Clock},
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{cmp::Ordering, mem};

/// The window of time that is open: from a multiple of the period, shifted by an offset, up to the next. Times are
/// nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tumbler {
    period: i128,
    offset: i128,
    clock: Clock,
    /// The number of the open window.
    open: Option<i128>,
    /// How many timestamps were before the open window.
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

    /// Where a time is: before the open window, in it (or in the first one), or after it.
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

/// Where tumbling windows end.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ends {
    /// After this many observations.
    Count(u64),
    /// At multiples of a period.
    Time(Tumbler),
}

/// What an observation does to tumbling windows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Its window has closed: it is counted and dropped.
    Late,
    /// It joins the open window.
    Inside,
    /// It joins the open window, which then closes.
    Last,
    /// The open window closes, and the observation is the first of the next.
    Beyond,
}

/// The progress of tumbling windows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Succession {
    ends: Ends,
    /// How many observations are in the open window, and were in the one that closed last.
    seen: u64,
    seen_closed: Option<u64>,
    /// How many observations a closed window needs to have a value.
    pub min_samples: u64,
}

impl Succession {
    /// No window has begun.
    pub fn new(ends: Ends, min_samples: u64) -> Self {
        Self { ends, seen: 0, seen_closed: None, min_samples }
    }

    /// The parameters of the windows.
    pub fn bounds(&self) -> Bounds {
        match self.ends {
            Ends::Count(size) => Bounds { window_size: Some(size), ..Bounds::default() },
            Ends::Time(tumbler) => {
                let (period, offset) = tumbler.lengths();
                Bounds { period: Some(period), offset, ..Bounds::default() }
            }
        }
    }

    /// An error for a time that neither the windows nor the statistic use.
    pub fn refuse_time_by_count(&self, t: Option<Timestamp>) -> Result<(), Error> {
        match (self.ends, t) {
            (Ends::Count(_), Some(_)) => Err(Error::Type("update takes no t here: the windows are by count".into())),
            _ => Ok(()),
        }
    }

    /// How many observations are in the open window.
    pub fn n(&self) -> u64 {
        self.seen
    }

    /// How many observations came after their window had closed.
    pub fn n_late(&self) -> u64 {
        if let Ends::Time(tumbler) = self.ends { tumbler.n_late } else { 0 }
    }

    /// Whether a window has closed.
    pub fn has_closed(&self) -> bool {
        self.seen_closed.is_some()
    }

    /// Whether a window has closed, with enough observations for a value.
    pub fn has_value(&self) -> bool {
        self.seen_closed.is_some_and(|seen| seen >= self.min_samples)
    }

    /// What an observation would do. Nothing changes.
    #[inline]
    pub fn judge(&self, t: Option<Timestamp>) -> Result<Step, Error> {
        match (self.ends, t) {
            (Ends::Count(size), _) => Ok(if self.seen + 1 == size { Step::Last } else { Step::Inside }),
            (Ends::Time(_), None) => Err(Error::Type("update is missing t, the time of the observation".into())),
            (Ends::Time(tumbler), Some(t)) => Ok(match tumbler.judge(t)? {
                Ordering::Less => Step::Late,
                Ordering::Greater if self.seen > 0 => Step::Beyond,
                _ => Step::Inside,
            }),
        }
    }

    /// Counts an observation, with the step that [`judge`](Self::judge) has returned for it.
    #[inline]
    pub fn count(&mut self, step: Step, t: Option<Timestamp>) -> Result<(), Error> {
        if let (Ends::Time(tumbler), Some(t)) = (&mut self.ends, t) {
            tumbler.advance(t)?;
        }
        match step {
            Step::Late => {}
            Step::Inside => self.seen += 1,
            Step::Last => (self.seen, self.seen_closed) = (0, Some(self.seen + 1)),
            Step::Beyond => (self.seen, self.seen_closed) = (1, Some(self.seen)),
        }
        Ok(())
    }

    /// Advances the clock; returns whether the open window closes, which it does if it has ended and is not empty.
    pub fn advance(&mut self, t: Timestamp) -> Result<bool, Error> {
        let Ends::Time(tumbler) = &mut self.ends else {
            return Err(Error::Type("windows by count have no clock".into()));
        };
        let place = tumbler.judge(t)?;
        if place == Ordering::Less {
            return Ok(false);
        }
        tumbler.advance(t)?;
        let closes = place == Ordering::Greater && self.seen > 0;
        if closes {
            (self.seen, self.seen_closed) = (0, Some(self.seen));
        }
        Ok(closes)
    }

    /// See [`crate::kernels::Statistic::validate`].
    pub fn validate(&self) -> Result<(), &'static str> {
        let largest = self.seen.max(self.seen_closed.unwrap_or(0));
        validate::ensure(largest < 1 << 62, "more observations than a stream can have")?;
        match self.ends {
            Ends::Count(size) => validate::ensure(self.seen < size, "more observations than the window takes"),
            Ends::Time(tumbler) => tumbler.validate(),
        }
    }
}

/// A statistic that starts anew with each window.
#[derive(Clone, Debug)]
pub struct Tumbling<K: Windowed> {
    /// The progress of the windows.
    pub windows: Succession,
    empty: K,
    open: K,
    closed: Option<K>,
}

impl<K: Windowed> Tumbling<K> {
    /// A statistic, passed in empty, over tumbling windows.
    pub fn new(kernel: K, windows: Succession) -> Self {
        Self { windows, open: kernel.clone(), empty: kernel, closed: None }
    }

    /// Updates with an observation by `update`, which may refuse it: then nothing changes. Returns whether a window has
    /// closed.
    #[inline]
    pub fn update(
        &mut self,
        t: Option<Timestamp>,
        update: impl FnOnce(&mut K) -> Result<(), Error>,
    ) -> Result<bool, Error> {
        let step = self.windows.judge(t)?;
        if step != Step::Late {
            let mut next = (step == Step::Beyond).then(|| self.empty.clone());
            update(next.as_mut().unwrap_or(&mut self.open))?;
            if step == Step::Last {
                next = Some(self.empty.clone());
            }
            if let Some(next) = next {
                self.close(next);
            }
        }
        self.windows.count(step, t)?;
        Ok(matches!(step, Step::Last | Step::Beyond))
    }

    /// Advances the clock; returns whether a window has closed.
    pub fn advance(&mut self, t: Timestamp) -> Result<bool, Error> {
        let closes = self.windows.advance(t)?;
        if closes {
            self.close(self.empty.clone());
        }
        Ok(closes)
    }

    fn close(&mut self, next: K) {
        self.closed = Some(mem::replace(&mut self.open, next));
    }

    /// The empty statistic.
    pub fn kernel(&self) -> &K {
        &self.empty
    }

    /// The statistic of the open window.
    pub fn open(&self) -> &K {
        &self.open
    }

    /// The statistic of the window that closed last.
    pub fn closed(&self) -> Option<&K> {
        self.closed.as_ref()
    }

    /// The statistic whose value is that of the windows.
    pub fn valued(&self) -> Option<&K> {
        self.closed.as_ref().filter(|_| self.windows.has_value())
    }

    /// See [`crate::kernels::Statistic::validate`].
    pub fn validate(&self) -> Result<(), &'static str> {
        self.windows.validate()?;
        [&self.empty, &self.open].into_iter().chain(&self.closed).try_for_each(K::check)?;
        validate::ensure(self.empty.is_new(), "a window of a statistic that is not empty")?;
        validate::ensure(self.closed.is_some() == self.windows.has_closed(), "a closed window is missing")
    }
}

impl<K: Windowed> Serialize for Tumbling<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { windows, empty, open, closed } = self;
        (windows, Outlined(empty), Outlined(open), closed.as_ref().map(Outlined)).serialize(serializer)
    }
}

impl<'de, K: Windowed> Deserialize<'de> for Tumbling<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (windows, Outlined(empty), Outlined(open), closed): (_, _, _, Option<Outlined<K>>) =
            Deserialize::deserialize(deserializer)?;
        Ok(Self { windows, empty, open, closed: closed.map(|closed| closed.0) })
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
