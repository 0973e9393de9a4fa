//! Events a second.

use crate::{
    Error,
    kernels::{
        aggregates::whole_state::WholeState,
        numerics::{timestamp::Timestamp, validate},
        traits::{Aggregate, Merge, Statistic, Timed, update_at},
        window::{rollable, timestamped::Timestamped},
    },
};
use serde::{Deserialize, Serialize};

/// The number of intervals between events, over the time they took. The events may come in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    n: u64,
    /// The time of the earliest and of the latest event; without a time, an event comes one second after the latest.
    span: Option<(Timestamp, Timestamp)>,
}

impl Rate {
    /// A rate over no events.
    pub fn new() -> Self {
        Self::default()
    }

    /// Extends the span to include `earliest` and `latest`.
    fn widen(&mut self, earliest: Timestamp, latest: Timestamp) -> Result<(), Error> {
        let (mut first, mut last) = self.span.unwrap_or((earliest, latest));
        if earliest.since(first)? < 0.0 {
            first = earliest;
        }
        if latest.since(last)? > 0.0 {
            last = latest;
        }
        self.span = Some((first, last));
        Ok(())
    }
}

impl Statistic for Rate {
    /// An event is nothing but its time.
    type Input = ();

    fn update(&mut self, (): ()) {
        let (first, last) = self.span.unwrap_or((Timestamp::Seconds(-1.0), Timestamp::Seconds(-1.0)));
        let now = last.a_second_later();
        self.n += 1;
        self.span = Some((if self.n == 1 { now } else { first }, now));
    }

    fn get(&self) -> Option<f64> {
        let Some((first, last)) = self.span else { return Some(0.0) };
        let intervals = self.n.saturating_sub(1) as f64;
        // One event, or several that took no time at all: 0, and infinitely many a second.
        Some(if self.n == 1 { 0.0 } else { intervals / last.since(first).ok()? })
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "more observations than a stream can have")?;
        validate::ensure(self.span.is_some() == (self.n > 0), "events and their times differ")?;
        let Some((first, last)) = self.span else { return Ok(()) };
        first.validate()?;
        last.validate()?;
        validate::ensure(last.since(first).is_ok_and(|span| span >= 0.0), "the last event is before the first")?;
        validate::ensure(self.n > 1 || first == last, "one event with two times")
    }
}

impl Timed for Rate {
    fn is_timed(&self) -> bool {
        true
    }

    fn update_at(&mut self, (): (), t: Timestamp) -> Result<(), Error> {
        self.widen(t, t)?;
        self.n += 1;
        Ok(())
    }
}

impl Merge for Rate {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if let Some((earliest, latest)) = other.span {
            let n = validate::joint_count(self.n, other.n)?;
            self.widen(earliest, latest)?;
            self.n = n;
        }
        Ok(())
    }
}

impl Aggregate for Timestamped<Rate> {
    type Partial = WholeState<Rate>;

    fn lift(&self, (x, t): ((), Option<Timestamp>), _: f64) -> Self::Partial {
        let mut rate = self.0;
        // The first event of a rate is never refused.
        _ = update_at(&mut rate, x, t);
        WholeState(rate)
    }

    fn lower(&self, run: Option<Self::Partial>) -> Self {
        Self(run.map_or(self.0, |run| run.0))
    }
}

rollable!(Rate: timed, combining);
