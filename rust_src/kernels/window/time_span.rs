//! A span of time that moves with the clock.

use crate::{
    Error,
    kernels::{
        numerics::validate,
        structures::timeline::Timeline,
        traits::PartialAggregate,
        window::{
            bounds::{Bounds, Closed},
            clock::Clock,
        },
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Whether an event enters a span or leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It enters.
    Enter,
    /// It leaves.
    Leave,
}

/// Where an event falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// After all that are in the span.
    Now,
    /// Among those that are in it.
    Late,
    /// Into the span as soon as the clock advances.
    Pending,
    /// Nowhere: it is already outside.
    Over,
}

impl Place {
    /// The name of the place.
    pub fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Late => "late",
            Self::Pending => "pending",
            Self::Over => "over",
        }
    }
}

/// What happens to events when the clock advances.
pub struct Outlook<V> {
    /// Those that have waited and enter.
    pub entering: Vec<V>,
    /// Those that leave.
    pub leaving: Vec<V>,
    /// Those that have waited and are already outside.
    pub dropped: Vec<V>,
}

/// The events of the last `period`, which ends at the latest time seen. Times and periods are nanoseconds.
#[derive(Clone, Debug)]
pub struct Span<V, P: PartialAggregate> {
    /// How long it is.
    pub period: i128,
    /// Which ends belong to it.
    pub closed: Closed,
    /// The latest time seen.
    pub now: Option<i128>,
    /// How many events came when they were already outside.
    pub n_late: u64,
    /// Events of the time `now`, which are not in the span while it is open on the right.
    pending: Vec<V>,
    events: Timeline<V, P>,
}

/// Times in `f64` seconds and dates are always far below, so differences of times never overflow.
const FURTHEST: i128 = i128::MAX / 4;

impl<V: Copy, P: PartialAggregate> Span<V, P> {
    /// A span of `period`, which is positive.
    pub fn new(period: i128, closed: Closed) -> Result<Self, Error> {
        if !(1..=FURTHEST).contains(&period) {
            let seconds = period as f64 / 1e9;
            return Err(Error::parameter("period", format!("{seconds} seconds"), "a positive duration"));
        }
        Ok(Self { period, closed, now: None, n_late: 0, pending: Vec::new(), events: Timeline::default() })
    }

    /// The parameters of the window; with a clock that counts rows, it is a window of the newest rows.
    pub fn bounds(&self, clock: Clock) -> Bounds {
        if clock.counts_rows() {
            return Bounds { window_size: u64::try_from(self.period).ok(), slots: true, ..Bounds::default() };
        }
        Bounds { period: Some(self.period), closed: Some(self.closed), ..Bounds::default() }
    }

    /// The events within the span.
    #[inline]
    pub fn events(&self) -> &Timeline<V, P> {
        &self.events
    }

    /// Where an event of this time would fall.
    #[inline]
    pub fn judge(&self, time: i128) -> Place {
        if self.is_over(time) {
            Place::Over
        } else if self.now.is_some_and(|now| time < now) {
            Place::Late
        } else if self.closed.on_the_right() {
            Place::Now
        } else {
            Place::Pending
        }
    }

    /// Moves the end of the span to `time`, if that is later, and adds an event of that time. `turn` is called for each
    /// value that enters or leaves. Returns false if the event was too late.
    #[inline]
    pub fn update(
        &mut self,
        time: i128,
        value: V,
        lift: impl Fn(V) -> P + Copy,
        mut turn: impl FnMut(Turn, V),
    ) -> bool {
        let place = self.judge(time);
        self.advance(time, lift, &mut turn);
        match place {
            Place::Over => self.n_late += 1,
            Place::Pending => self.pending.push(value),
            Place::Now | Place::Late => {
                self.events.insert(time, value, lift);
                turn(Turn::Enter, value);
            }
        }
        place != Place::Over
    }

    /// Moves the end of the span to `time`, if that is later.
    #[inline]
    pub fn advance(&mut self, time: i128, lift: impl Fn(V) -> P + Copy, mut turn: impl FnMut(Turn, V)) {
        let time = time.clamp(-FURTHEST, FURTHEST);
        if self.now.is_some_and(|now| time <= now) {
            return;
        }
        if let Some(before) = self.now.replace(time) {
            for value in self.pending.drain(..) {
                self.events.insert(before, value, lift);
                turn(Turn::Enter, value);
            }
        }
        while let Some((oldest, _)) = self.events.front()
            && self.is_over(oldest)
            && let Some((_, value)) = self.events.pop(lift)
        {
            turn(Turn::Leave, value);
        }
    }

    /// What would happen to the events if the end of the span moved to `time`.
    pub fn outlook(&self, time: i128) -> Outlook<V> {
        let time = time.clamp(-FURTHEST, FURTHEST);
        let (mut entering, mut dropped, mut leaving) = (Vec::new(), Vec::new(), Vec::new());
        if let Some(before) = self.now.filter(|&before| before < time) {
            let is_over = |event| self.is_over_at(time, event);
            (if is_over(before) { &mut dropped } else { &mut entering }).clone_from(&self.pending);
            leaving.extend(self.events.iter().take_while(|&(event, _)| is_over(event)).map(|(_, value)| value));
        }
        Outlook { entering, leaving, dropped }
    }

    #[inline]
    fn is_over(&self, time: i128) -> bool {
        self.is_over_at(self.now.unwrap_or(time).max(time), time)
    }

    #[inline]
    fn is_over_at(&self, now: i128, time: i128) -> bool {
        let age = now - time.clamp(-FURTHEST, FURTHEST);
        age > self.period || (age == self.period && !self.closed.on_the_left())
    }

    /// How many rows there were if the clock counts them; otherwise 0.
    pub fn rows(&self, clock: Clock) -> i128 {
        if clock.counts_rows() { self.now.map_or(0, |now| now + 1) } else { 0 }
    }

    /// See [`crate::kernels::Statistic::validate`]; the times are those of this clock.
    pub fn validate(&self, clock: Clock) -> Result<(), &'static str> {
        clock.validate_window(self.now, self.period, self.n_late)?;
        validate::ensure(!clock.counts_rows() || self.closed == Closed::Right, "rows that no stream has")
    }

    /// The events with their times; those that wait for the clock to advance come last.
    pub fn all(&self) -> impl Iterator<Item = (i128, V)> {
        let waiting = self.now.into_iter().flat_map(|now| self.pending.iter().map(move |&value| (now, value)));
        self.events.iter().chain(waiting)
    }

    /// The values that wait for the clock to advance.
    pub fn pending(&self) -> &[V] {
        &self.pending
    }

    /// What the bytes of a span hold.
    #[inline(never)]
    pub fn stored(&self) -> Stored<V> {
        Stored {
            period: self.period,
            closed: self.closed,
            now: self.now,
            n_late: self.n_late,
            pending: self.pending.clone(),
            events: self.events.iter().collect(),
        }
    }

    /// The span that `stored` was made from.
    pub fn restored(
        stored: Stored<V>,
        lift: impl Fn(V) -> P + Copy,
        mut turn: impl FnMut(Turn, V),
    ) -> Result<Self, &'static str> {
        let Stored { period, closed, now, n_late, pending, events } = stored;
        let mut span = Self::new(period, closed).map_err(|_| "a period that is not positive")?;
        validate::ensure(now.is_none_or(|now| (-FURTHEST..=FURTHEST).contains(&now)), "a time out of range")?;
        validate::ensure(now.is_some() || (events.is_empty() && pending.is_empty() && n_late == 0), "no time")?;
        validate::ensure(n_late < 1 << 63, "more late events than a stream can have")?;
        validate::ensure(pending.is_empty() || !closed.on_the_right(), "events that should be in the window")?;
        validate::ensure(events.is_sorted_by_key(|event| event.0), "events out of order")?;
        (span.now, span.n_late, span.pending) = (now, n_late, pending);
        for (time, value) in events {
            let early = now.is_some_and(|now| time < now || (time == now && closed.on_the_right()));
            validate::ensure(early && !span.is_over(time), "an event outside the window")?;
            span.events.insert(time, value, lift);
            turn(Turn::Enter, value);
        }
        Ok(span)
    }
}

/// A [`Span`] as it is stored.
#[derive(Serialize, Deserialize)]
pub struct Stored<V> {
    period: i128,
    closed: Closed,
    now: Option<i128>,
    n_late: u64,
    pending: Vec<V>,
    events: Vec<(i128, V)>,
}

impl<V: Copy> Stored<V> {
    /// The same with other values.
    pub fn map<W>(self, mut f: impl FnMut(V) -> W) -> Stored<W> {
        let Self { period, closed, now, n_late, pending, events } = self;
        let pending = pending.into_iter().map(&mut f).collect();
        let events = events.into_iter().map(|(time, value)| (time, f(value))).collect();
        Stored { period, closed, now, n_late, pending, events }
    }

    /// The values of the events.
    pub fn values(&self) -> impl Iterator<Item = V> {
        self.pending.iter().copied().chain(self.events.iter().map(|event| event.1))
    }
}

/// Events of which nothing is combined.
impl<V: Copy + Serialize> Serialize for Span<V, ()> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.stored().serialize(serializer)
    }
}

impl<'de, V: Copy + Deserialize<'de>> Deserialize<'de> for Span<V, ()> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::restored(Stored::deserialize(deserializer)?, |_| (), |_, _| ()).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlook_says_what_then_happens() {
        for closed in [Closed::Right, Closed::Left, Closed::Both, Closed::Neither] {
            let mut span: Span<u64, ()> = Span::new(5, closed).unwrap();
            for (number, time) in (0..).zip([0, 1, 1, 4, 3, 6, 6, 2, 20, 20, 21, 26, 40]) {
                let Outlook { entering, leaving, dropped } = span.outlook(time);
                let mut turns = Vec::new();
                span.advance(time, |_| (), |turn, event| turns.push((turn, event)));
                let of = |kind| turns.iter().filter(move |turn| turn.0 == kind).map(|turn| turn.1);
                // An event that is over at once enters and leaves.
                assert!(of(Turn::Enter).eq(entering.into_iter().chain(dropped.iter().copied())));
                assert!(of(Turn::Leave).eq(leaving.into_iter().chain(dropped)));
                assert!(span.outlook(time).leaving.is_empty());
                span.update(time, number, |_| (), |_, _| ());
            }
        }
    }
}
