//! A statistic over the observations of the last period; or over the newest rows of a stream, in some of which an
//! observation may be missing: the time is then the index of the row, and a row without an observation only advances
//! the clock.

use crate::{
    Error,
    kernels::{
        numerics::{outlined::Outlined, timestamp::Timestamp, validate},
        traits::Statistic,
        window::{
            bounds::{Bounds, Closed},
            clock::Clock,
            rolling::{Rollable, ensure_empty},
            strategy::Strategy,
            time_span::{Span, Stored, Turn},
        },
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

type Observation<K> = (<K as Statistic>::Input, f64);

/// A statistic over the observations of the last period: at any moment its value is that of a statistic that has seen
/// only these, in the order of their times.
#[derive(Clone, Debug)]
pub struct TimeRolling<K: Rollable> {
    kernel: K,
    method: K::Strategy,
    clock: Clock,
    span: Span<Observation<K>, <K::Strategy as Strategy<K>>::Partial>,
}

impl<K: Rollable> TimeRolling<K> {
    /// A statistic, passed in empty, over the last `period` nanoseconds.
    pub fn new(kernel: K, period: i128, closed: Closed) -> Result<Self, Error> {
        let span = Span::new(period, closed)?;
        Ok(Self { kernel, method: K::Strategy::default(), clock: Clock::default(), span })
    }

    /// A statistic, passed in empty, over the newest `window_size` rows.
    pub fn by_rows(kernel: K, window_size: i128) -> Result<Self, Error> {
        let rows = validate::at_least_one("window_size", window_size)?;
        Ok(Self { clock: Clock::ROWS, ..Self::new(kernel, rows.into(), Closed::Right)? })
    }

    /// Updates with an observation of weight `w`, which is positive and finite; 1 for a statistic without weights. A
    /// timestamp on a different scale from those before it is an error, as is any timestamp if rows are counted. An
    /// error leaves the state as it was.
    #[inline]
    pub fn update(&mut self, t: Option<Timestamp>, x: K::Input, w: f64) -> Result<(), Error> {
        let time = self.clock.next(t, self.span.now)?;
        self.enter(time, x, w);
        Ok(())
    }

    /// Advances the clock without an observation.
    pub fn advance(&mut self, t: Option<Timestamp>) -> Result<(), Error> {
        let time = self.clock.next(t, self.span.now)?;
        self.advance_to(time);
        Ok(())
    }

    /// Not inlined, since merges use it too.
    #[inline(never)]
    fn enter(&mut self, time: i128, x: K::Input, w: f64) {
        let Self { kernel, method, span, .. } = self;
        span.update(time, (x, w), lifting(kernel), turning(kernel, method));
    }

    #[inline(never)]
    fn advance_to(&mut self, time: i128) {
        let Self { kernel, method, span, .. } = self;
        span.advance(time, lifting(kernel), turning(kernel, method));
    }

    /// How many observations are in the window.
    pub fn len(&self) -> usize {
        self.span.events().len()
    }

    /// Whether no observation is in the window.
    pub fn is_empty(&self) -> bool {
        self.span.events().is_empty()
    }

    /// How many observations came when they were already outside the window.
    pub fn n_late(&self) -> u64 {
        self.span.n_late
    }

    /// Merges a window of the same statistic; if rows are counted, its rows come after those of this one. Times on a
    /// different scale are an error. An error leaves the state as it was.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        let n_late = validate::joint_count(self.span.n_late, other.span.n_late)?;
        self.clock.merge(other.clock)?;
        self.span.n_late = n_late;
        let rows = self.span.rows(self.clock);
        for (time, (x, w)) in other.span.all() {
            self.enter(time + rows, x, w);
        }
        if let Some(now) = other.span.now {
            self.advance_to(now + rows);
        }
        Ok(())
    }

    /// The parameters of the window.
    pub fn bounds(&self) -> Bounds {
        self.span.bounds(self.clock)
    }

    /// The empty statistic.
    pub fn kernel(&self) -> &K {
        &self.kernel
    }

    /// The value of the statistic over the window.
    #[inline]
    pub fn get(&self) -> Option<f64> {
        let events = self.span.events();
        self.method.get(&self.kernel, events.aggregate(), events.iter().map(|(_, (x, _))| x))
    }

    /// Writes the value, where it is several numbers; see [`Statistic::values`].
    pub fn values(&self, out: &mut [f64]) -> bool {
        let events = self.span.events();
        self.method.values(&self.kernel, events.aggregate(), events.iter().map(|(_, (x, _))| x), out)
    }

    /// The statistic that has seen the observations in the window.
    pub fn statistic(&self) -> K {
        let events = self.span.events();
        self.method.statistic(&self.kernel, events.aggregate(), events.iter().map(|(_, (x, _))| x))
    }

    /// See [`Statistic::validate`].
    pub fn validate(&self) -> Result<(), &'static str> {
        self.span.validate(self.clock)
    }
}

/// One closure for all, so that what is generic over it is compiled once.
#[inline]
fn lifting<K: Rollable>(kernel: &K) -> impl Fn(Observation<K>) -> <K::Strategy as Strategy<K>>::Partial + Copy {
    |(x, w)| K::Strategy::lift(kernel, x, w)
}

#[inline]
fn turning<K: Rollable>(kernel: &K, method: &mut K::Strategy) -> impl FnMut(Turn, Observation<K>) {
    move |turn, (x, _)| match turn {
        Turn::Enter => method.enter(kernel, x),
        Turn::Leave => method.leave(kernel, x),
    }
}

impl<K: Rollable<Input: Serialize>> Serialize for TimeRolling<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (Outlined(&self.kernel), self.clock, Outlined(&self.span.stored())).serialize(serializer)
    }
}

impl<'de, K: Rollable<Input: Deserialize<'de>>> Deserialize<'de> for TimeRolling<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (Outlined(kernel), clock, Outlined(stored)): (Outlined<K>, Clock, Outlined<Stored<Observation<K>>>) =
            Deserialize::deserialize(deserializer)?;
        ensure_empty(&kernel).map_err(D::Error::custom)?;
        let weighed = stored.values().all(|(_, w)| w > 0.0 && w.is_finite());
        validate::ensure(weighed, "a weight out of range").map_err(D::Error::custom)?;
        let mut method = K::Strategy::default();
        let span = Span::restored(stored, lifting(&kernel), turning(&kernel, &mut method)).map_err(D::Error::custom)?;
        Ok(Self { kernel, method, clock, span })
    }
}
