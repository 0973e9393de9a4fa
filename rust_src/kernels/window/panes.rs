//! Windows of panes, for statistics that can be merged but for which no exact window is known: a window of the newest
//! observations, or of the last period, is cut into panes, each with its own statistic, and the oldest pane is evicted
//! as a whole. So the window covers what was asked for and less than one pane more.
//!
//! J. Li et al., "No pane, no gain: efficient evaluation of sliding-window aggregates over data streams", SIGMOD Record 34
//! (2005).

use crate::{
    Error,
    kernels::{
        numerics::{timestamp::Timestamp, validate},
        traits::{InPanes, Statistic},
        window::{
            bounds::{Bounds, Closed},
            clock::Clock,
        },
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{collections::VecDeque, sync::OnceLock};

/// What the length of a window is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Measure {
    /// Observations, which are numbered.
    Count,
    /// Nanoseconds.
    Time(Clock),
}

/// A window of panes.
#[derive(Clone, Debug)]
pub struct Panes<K> {
    /// The empty statistic.
    kernel: K,
    measure: Measure,
    /// How far the window reaches at least, and how many panes that is.
    reach: i128,
    count: u64,
    /// The number of the newest observation, or the latest time.
    now: Option<i128>,
    n_late: u64,
    panes: VecDeque<Pane<K>>,
    /// All panes but the newest, merged when they are first needed.
    older: OnceLock<K>,
}

/// A part of the window that is evicted as a whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Pane<K> {
    number: i128,
    len: u64,
    kernel: K,
}

/// The longest window, so that times can be subtracted.
const FURTHEST: i128 = i128::MAX / 4;

impl<K: InPanes> Panes<K> {
    /// A statistic, passed in empty, over the newest `window_size` observations.
    pub fn by_count(kernel: K, window_size: i128, panes: i128) -> Result<Self, Error> {
        let reach = validate::at_least_one("window_size", window_size)?;
        Self::new(kernel, Measure::Count, reach.into(), panes)
    }

    /// The same over the newest `window_size` rows, in some of which an observation may be missing.
    pub fn by_rows(kernel: K, window_size: i128, panes: i128) -> Result<Self, Error> {
        Ok(Self { measure: Measure::Time(Clock::ROWS), ..Self::by_count(kernel, window_size, panes)? })
    }

    /// A statistic over the last `period` nanoseconds.
    pub fn by_time(kernel: K, period: i128, closed: Closed, panes: i128) -> Result<Self, Error> {
        if !(1..=FURTHEST).contains(&period) {
            return Err(Error::parameter("period", format!("{} seconds", period as f64 / 1e9), "a positive duration"));
        }
        if closed != Closed::Right {
            let wanted = "\"right\" in a window of panes, which leave as a whole";
            return Err(Error::parameter("closed", format!("{:?}", closed.name()), wanted));
        }
        Self::new(kernel, Measure::Time(Clock::default()), period, panes)
    }

    fn new(kernel: K, measure: Measure, reach: i128, panes: i128) -> Result<Self, Error> {
        let count = validate::at_least_one("panes", panes)?;
        if i128::from(count) > reach {
            return Err(Error::parameter(
                "panes",
                count,
                "at most as many as the window has observations or nanoseconds",
            ));
        }
        Ok(Self { kernel, measure, reach, count, now: None, n_late: 0, panes: VecDeque::new(), older: OnceLock::new() })
    }

    /// How long a pane is.
    fn length(&self) -> i128 {
        (self.reach + i128::from(self.count) - 1) / i128::from(self.count)
    }

    /// The number of the oldest pane that is in the window which ends at `now`.
    fn first(&self, now: i128) -> i128 {
        (now - self.reach + 1).div_euclid(self.length())
    }

    /// Updates with an observation by `update`. An error leaves the state as it was.
    pub fn update(
        &mut self,
        t: Option<Timestamp>,
        update: impl FnOnce(&mut K) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut measure = self.measure;
        let at = match (&mut measure, t) {
            (Measure::Count, None) => self.now.map_or(0, |now| now + 1),
            (Measure::Time(clock), t) => clock.next(t, self.now)?,
            (Measure::Count, Some(_)) => {
                return Err(Error::Type("update takes no argument t here: the window is by count".into()));
            }
        };
        let now = self.now.map_or(at, |now| now.max(at));
        let number = at.div_euclid(self.length());
        if number < self.first(now) {
            self.n_late += 1;
            self.measure = measure;
            return Ok(());
        }
        let index = self.panes.partition_point(|pane| pane.number < number);
        match self.panes.get_mut(index).filter(|pane| pane.number == number) {
            Some(pane) => {
                update(&mut pane.kernel)?;
                pane.len += 1;
            }
            None => {
                let mut kernel = self.kernel.clone();
                update(&mut kernel)?;
                self.panes.insert(index, Pane { number, len: 1, kernel });
                self.older = OnceLock::new();
            }
        }
        if index + 1 < self.panes.len() {
            self.older = OnceLock::new();
        }
        self.measure = measure;
        self.turn_to(now);
        Ok(())
    }

    /// Updates with many observations of a window by count.
    pub fn update_many(&mut self, mut xs: &[K::Input])
    where
        K: Statistic,
    {
        while !xs.is_empty() {
            let next = self.now.map_or(0, |now| now + 1);
            let room = self.length() - next.rem_euclid(self.length());
            let (now, rest) = xs.split_at(usize::try_from(room).unwrap_or(usize::MAX).min(xs.len()));
            let number = next.div_euclid(self.length());
            if self.panes.back().is_none_or(|pane| pane.number != number) {
                self.panes.push_back(Pane { number, len: 0, kernel: self.kernel.clone() });
                self.older = OnceLock::new();
            }
            if let Some(pane) = self.panes.back_mut() {
                pane.kernel.update_many(now);
                pane.len += now.len() as u64;
            }
            self.turn_to(next + now.len() as i128 - 1);
            xs = rest;
        }
    }

    /// Advances the clock without an observation, by a row if rows are counted.
    pub fn advance(&mut self, t: Option<Timestamp>) -> Result<(), Error> {
        let Measure::Time(clock) = &mut self.measure else {
            return Err(Error::Type("a window by count has no clock".into()));
        };
        let time = clock.next(t, self.now)?;
        self.turn_to(self.now.map_or(time, |now| now.max(time)));
        Ok(())
    }

    fn turn_to(&mut self, now: i128) {
        self.now = Some(now);
        let first = self.first(now);
        while self.panes.front().is_some_and(|pane| pane.number < first) {
            self.panes.pop_front();
            self.older = OnceLock::new();
        }
    }

    /// How many observations are in the window.
    pub fn len(&self) -> usize {
        self.panes.iter().map(|pane| pane.len as usize).sum()
    }

    /// Whether no observation is in the window.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many observations came after their pane had been evicted.
    pub fn n_late(&self) -> u64 {
        self.n_late
    }

    /// Whether the window is one by count of observations.
    pub fn by_number(&self) -> bool {
        self.measure == Measure::Count
    }

    /// The parameters of the window.
    pub fn bounds(&self) -> Bounds {
        let panes = Some(self.count);
        match self.measure {
            Measure::Count => Bounds { window_size: Some(self.reach as u64), panes, ..Bounds::default() },
            Measure::Time(clock) if clock.counts_rows() => {
                Bounds { window_size: Some(self.reach as u64), panes, slots: true, ..Bounds::default() }
            }
            Measure::Time(_) => {
                Bounds { period: Some(self.reach), closed: Some(Closed::Right), panes, ..Bounds::default() }
            }
        }
    }

    /// The empty statistic.
    pub fn kernel(&self) -> &K {
        &self.kernel
    }

    /// The statistic that has seen the observations in the window.
    pub fn statistic(&self) -> K {
        let Some((newest, older)) = self.panes.iter().next_back().map(|newest| (newest, self.panes.len() - 1)) else {
            return self.kernel.clone();
        };
        let merge = |mut all: K, pane: &K| {
            // Panes have the same parameters, and fewer observations than a stream can have.
            _ = all.add(pane);
            all
        };
        let older = self.older.get_or_init(|| {
            self.panes.iter().take(older).fold(self.kernel.clone(), |all, pane| merge(all, &pane.kernel))
        });
        merge(older.clone(), &newest.kernel)
    }

    /// See [`crate::kernels::Statistic::validate`].
    pub fn validate(&self) -> Result<(), &'static str> {
        let length = validate::ensure((1..=FURTHEST).contains(&self.reach), "a window of no length");
        length.and(validate::ensure((1..=self.reach).contains(&self.count.into()), "panes of no length"))?;
        match self.measure {
            Measure::Count => {
                validate::ensure(u64::try_from(self.reach).is_ok() && self.n_late == 0, "no such window")?
            }
            Measure::Time(clock) => clock.validate_window(self.now, self.reach, self.n_late)?,
        }
        let far = |time: i128| (-FURTHEST..=FURTHEST).contains(&time);
        validate::ensure(self.now.is_none_or(far) && self.n_late < 1 << 63, "a time out of range")?;
        let (first, last) = match self.now {
            Some(now) => (self.first(now), now.div_euclid(self.length())),
            None => return validate::ensure(self.panes.is_empty() && self.n_late == 0, "panes without a time"),
        };
        let rising = self.panes.iter().is_sorted_by(|a, b| a.number < b.number);
        let inside = self.panes.iter().all(|pane| (first..=last).contains(&pane.number));
        validate::ensure(rising && inside, "panes outside the window")?;
        self.panes.iter().try_for_each(|pane| pane.kernel.check())?;
        let seen = |pane: &Pane<K>| pane.len > 0 && pane.len < 1 << 53 && !pane.kernel.is_new();
        validate::ensure(self.panes.iter().all(seen), "an empty pane")?;
        let mut merged = self.kernel.clone();
        let alike = self.panes.iter().all(|pane| merged.add(&pane.kernel).is_ok());
        validate::ensure(alike, "panes of different statistics")
    }
}

impl<K: InPanes> Serialize for Panes<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { kernel, measure, reach, count, now, n_late, panes, .. } = self;
        (kernel, measure, reach, count, now, n_late, panes).serialize(serializer)
    }
}

impl<'de, K: InPanes> Deserialize<'de> for Panes<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (kernel, measure, reach, count, now, n_late, panes) = Deserialize::deserialize(deserializer)?;
        let made = Self { kernel, measure, reach, count, now, n_late, panes, older: OnceLock::new() };
        let is_new = || validate::ensure(K::is_new(&made.kernel), "a window that is not empty");
        made.kernel.check().and_then(|()| is_new()).map_err(D::Error::custom)?;
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::statistics::Sum;

    #[test]
    fn cover_the_window_and_less_than_a_pane_more() -> Result<(), Error> {
        for (size, panes) in [(1, 1), (10, 5), (10, 3), (7, 7), (100, 8)] {
            let (mut window, mut columns) = (Panes::by_count(Sum::new(), size, panes)?, None);
            let pane = window.length() as usize;
            for n in 1..300_usize {
                window.update(None, |sum| {
                    sum.update(1.0);
                    Ok(())
                })?;
                let covered = window.len();
                assert!(covered >= n.min(size as usize) && covered < size as usize + pane && covered <= n);
                assert_eq!(window.statistic().get(), Some(covered as f64));
                let mut column = columns.take().unwrap_or(Panes::by_count(Sum::new(), size, panes)?);
                column.update_many(&vec![1.0; n % 23]);
                window.validate().unwrap();
                column.validate().unwrap();
                columns = Some(column);
            }
        }
        Ok(())
    }

    #[test]
    fn put_late_observations_where_they_belong() -> Result<(), Error> {
        let mut window = Panes::by_time(Sum::new(), 10_000_000_000, Closed::Right, 5)?;
        let mut update = |t: f64, x: f64| {
            window.update(Some(Timestamp::Seconds(t)), |sum| {
                sum.update(x);
                Ok(())
            })?;
            Ok::<_, Error>((window.statistic().get(), window.len(), window.n_late()))
        };
        assert_eq!(update(1.0, 1.0)?, (Some(1.0), 1, 0));
        assert_eq!(update(9.0, 2.0)?, (Some(3.0), 2, 0));
        assert_eq!(update(4.0, 4.0)?, (Some(7.0), 3, 0));
        assert_eq!(update(14.5, 8.0)?, (Some(14.0), 3, 0));
        assert_eq!(update(3.0, 16.0)?, (Some(14.0), 3, 1));
        Ok(())
    }
}
