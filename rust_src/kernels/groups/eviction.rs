//! Which groups are evicted: the least recently updated one when there are too many, and those that have been silent
//! for too long.

use crate::{
    Error,
    kernels::{
        groups::recency::Recency,
        numerics::{timestamp::Timestamp, validate},
        window::Clock,
    },
};
use serde::{Deserialize, Serialize};

/// The limits, and what is kept of the groups to apply them.
///
/// A group has been silent since the clock's time at its last update, so that the order of the last updates is that of
/// their times. The clock shows the latest time seen.
#[derive(Clone)]
pub struct Eviction {
    /// How many groups there are at most.
    pub max_groups: Option<u64>,
    /// How long a group may be silent, in nanoseconds.
    pub idle_after: Option<i128>,
    recency: Recency,
    /// For each group the clock's time at its last update, if there is an `idle_after`.
    heard: Vec<i128>,
    clock: Clock,
    now: Option<i128>,
}

/// What is stored: the limits, the groups, least recently updated first, and their times.
#[derive(Serialize, Deserialize)]
pub struct Stored {
    max_groups: Option<u64>,
    idle_after: Option<i128>,
    order: Vec<u32>,
    heard: Vec<i128>,
    clock: Clock,
    now: Option<i128>,
}

impl Eviction {
    /// No groups yet.
    pub fn new(max_groups: Option<i128>, idle_after: Option<i128>) -> Result<Self, Error> {
        let size = max_groups.map(|most| match u64::try_from(most) {
            Ok(most) if most > 0 => Ok(most),
            _ => Err(Error::parameter("max_groups", most, "None or an integer >= 1")),
        });
        if let Some(period) = idle_after.filter(|period| *period <= 0) {
            return Err(Error::parameter("idle_after", period as f64 / 1e9, "a period > 0"));
        }
        Ok(Self {
            max_groups: size.transpose()?,
            idle_after,
            recency: Recency::default(),
            heard: Vec::new(),
            clock: Clock::default(),
            now: None,
        })
    }

    /// Whether there are limits.
    #[inline]
    pub fn is_limited(&self) -> bool {
        self.max_groups.is_some() || self.idle_after.is_some()
    }

    /// A time on the scale of those before it, in nanoseconds. Nothing changes.
    pub fn read(&self, t: Timestamp) -> Result<i128, Error> {
        { self.clock }.read(t)
    }

    /// Advances the clock to a time.
    pub fn advance(&mut self, t: Timestamp) -> Result<(), Error> {
        let time = self.clock.read(t)?;
        if self.now.is_none() {
            // The silence of groups that are already there begins now.
            self.heard.fill(time);
        }
        self.now = self.now.max(Some(time));
        Ok(())
    }

    /// Whether a group would have been silent for too long at a time.
    pub fn is_silent(&self, index: usize, time: Option<i128>) -> bool {
        match (self.idle_after, self.now) {
            (Some(period), Some(now)) => now.max(time.unwrap_or(now)).saturating_sub(self.heard[index]) > period,
            _ => false,
        }
    }

    /// The next group to evict, if it has been silent for too long.
    pub fn silent(&self) -> Option<usize> {
        self.recency.oldest().filter(|&index| self.is_silent(index, None))
    }

    /// The next group to evict, if there is no room for this many more groups.
    pub fn surplus(&self, room: u64) -> Option<usize> {
        let most = self.max_groups?;
        if self.recency.len() as u64 + room > most { self.recency.oldest() } else { None }
    }

    /// Adds a group that has just been updated.
    pub fn push(&mut self) {
        self.recency.push();
        if self.idle_after.is_some() {
            self.heard.push(self.now.unwrap_or(i128::MIN));
        }
    }

    /// Notes that a group has just been updated.
    #[inline]
    pub fn touch(&mut self, index: usize) {
        self.recency.touch(index);
        if let (Some(heard), Some(now)) = (self.heard.get_mut(index), self.now) {
            *heard = now;
        }
    }

    /// Removes a group; the last group takes its index.
    pub fn swap_remove(&mut self, index: usize) {
        self.recency.swap_remove(index);
        if self.idle_after.is_some() {
            self.heard.swap_remove(index);
        }
    }

    /// Notes that groups were merged with those of `other`: pairs of indices, in the order in which the others were
    /// updated. Those from `new` on were added for it. Times on another scale are an error, which changes nothing.
    pub fn merge(&mut self, other: &Self, pairs: &[(usize, usize)], new: usize) -> Result<(), Error> {
        self.clock.merge(other.clock)?;
        self.now = self.now.max(other.now);
        for &(index, at) in pairs {
            self.recency.touch(index);
            if let (Some(heard), Some(&time)) = (self.heard.get_mut(index), other.heard.get(at)) {
                *heard = if index < new { time.max(*heard) } else { time };
            }
        }
        if self.idle_after.is_some() {
            let mut order: Vec<_> = self.recency.order().collect();
            order.sort_by_key(|&index| self.heard[index]);
            order.into_iter().for_each(|index| self.recency.touch(index));
        }
        Ok(())
    }

    /// All groups, least recently updated first.
    pub fn order(&self) -> impl Iterator<Item = usize> {
        self.recency.order()
    }

    /// What is stored.
    pub fn stored(&self) -> Stored {
        Stored {
            max_groups: self.max_groups,
            idle_after: self.idle_after,
            order: self.recency.order().map(|index| index as u32).collect(),
            heard: self.heard.clone(),
            clock: self.clock,
            now: self.now,
        }
    }

    /// Restores what was stored of this many groups; an error if no stream could have led to it.
    pub fn restored(stored: Stored, groups: usize) -> Result<Self, &'static str> {
        let Stored { max_groups, idle_after, order, heard, clock, now } = stored;
        let invalid = "invalid limits";
        let mut eviction = Self::new(max_groups.map(i128::from), idle_after).map_err(|_| invalid)?;
        let limited = eviction.is_limited();
        validate::ensure(order.len() == if limited { groups } else { 0 }, "groups and their order differ")?;
        validate::ensure(max_groups.is_none_or(|most| order.len() as u64 <= most), "more groups than its limit")?;
        validate::ensure(
            heard.len() == if idle_after.is_some() { groups } else { 0 },
            "groups and their times differ",
        )?;
        clock.validate(now.is_some())?;
        validate::ensure(heard.iter().all(|&time| now.is_some_and(|now| time <= now)), "a time after the last")?;
        let times: Option<Vec<_>> = order.iter().map(|&index| heard.get(index as usize).copied()).collect();
        validate::ensure(idle_after.is_none() || times.is_some_and(|times| times.is_sorted()), "times out of order")?;
        let mut seen = vec![false; order.len()];
        for &index in &order {
            let first = seen.get_mut(index as usize).is_some_and(|seen| !std::mem::replace(seen, true));
            validate::ensure(first, "an invalid order")?;
            eviction.recency.push();
        }
        order.iter().for_each(|&index| eviction.recency.touch(index as usize));
        Ok(Self { heard, clock, now, ..eviction })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(t: f64) -> Timestamp {
        Timestamp::Seconds(t)
    }

    #[test]
    fn silent_groups_are_found_in_the_order_of_their_last_updates() {
        let mut eviction = Eviction::new(Some(3), Some(10_000_000_000)).unwrap();
        for t in [0.0, 1.0, 2.0] {
            eviction.advance(seconds(t)).unwrap();
            eviction.push();
        }
        eviction.touch(0);
        assert_eq!((eviction.surplus(0), eviction.surplus(1)), (None, Some(1)));
        eviction.advance(seconds(11.0)).unwrap();
        assert_eq!(eviction.silent(), None);
        assert!(eviction.is_silent(1, eviction.read(seconds(11.5)).ok()));
        eviction.advance(seconds(12.5)).unwrap();
        assert_eq!(eviction.silent(), Some(1));
        eviction.swap_remove(1);
        assert_eq!(eviction.order().collect::<Vec<_>>(), [1, 0]);
        let restored = Eviction::restored(eviction.stored(), 2).unwrap();
        assert_eq!((restored.silent(), restored.order().collect::<Vec<_>>()), (Some(1), vec![1, 0]));
        assert!(Eviction::restored(eviction.stored(), 3).is_err());
    }

    #[test]
    fn limits_have_ranges() {
        assert!(Eviction::new(Some(0), None).is_err());
        assert!(Eviction::new(None, Some(0)).is_err());
        assert!(!Eviction::new(None, None).unwrap().is_limited());
    }
}
