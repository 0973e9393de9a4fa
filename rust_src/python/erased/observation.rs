//! What statistics observe, made of the numbers that `update` was given.

use crate::{kernels::numerics::timestamp::Timestamp, python::columns::rows};
use serde::{Serialize, de::DeserializeOwned};

/// What a statistic observes.
pub trait Observation: rows::Observation + Serialize + DeserializeOwned {
    /// Whether the time is a part of it.
    const TIMED: bool = false;

    /// In registers: what is written to memory by parts and read as a whole waits for the parts.
    fn new(x: f64, y: f64, t: Option<Timestamp>) -> Self;
}

impl Observation for f64 {
    #[inline]
    fn new(x: f64, _: f64, _: Option<Timestamp>) -> Self {
        x
    }
}

impl Observation for (f64, f64) {
    #[inline]
    fn new(x: f64, y: f64, _: Option<Timestamp>) -> Self {
        (x, y)
    }
}

/// Of events and of what is only counted, nothing is looked at.
impl Observation for () {
    fn new(_: f64, _: f64, _: Option<Timestamp>) {}
}

impl<I: Observation> Observation for (I, Option<Timestamp>) {
    const TIMED: bool = true;

    #[inline]
    fn new(x: f64, y: f64, t: Option<Timestamp>) -> Self {
        (I::new(x, y, None), t)
    }
}

/// Times stand in a column of their own.
impl<I: Observation> rows::Observation for (I, Option<Timestamp>) {
    const COLUMNS: &'static [&'static str] = I::COLUMNS;

    fn of<'a>(columns: &'a [&'a [f64]], len: usize, room: &'a mut Vec<Self>) -> &'a [Self] {
        room.clear();
        room.extend(I::of(columns, len, &mut Vec::new()).iter().map(|&x| (x, None)));
        room
    }
}
