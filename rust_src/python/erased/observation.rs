//! What statistics observe, made of the numbers that `update` was given.

use crate::{kernels::numerics::timestamp::Timestamp, python::columns::rows};
use serde::{Serialize, de::DeserializeOwned};

/// What a statistic observes.
pub trait Observation: rows::Observation + Serialize + DeserializeOwned {
    /// Whether the time is a part of it.
    const TIMED: bool = false;

    fn new(numbers: [f64; 2], t: Option<Timestamp>) -> Self;
    fn numbers(self) -> [f64; 2];
}

impl Observation for f64 {
    #[inline]
    fn new([x, _]: [f64; 2], _: Option<Timestamp>) -> Self {
        x
    }

    fn numbers(self) -> [f64; 2] {
        [self, 0.0]
    }
}

impl Observation for (f64, f64) {
    #[inline]
    fn new([x, y]: [f64; 2], _: Option<Timestamp>) -> Self {
        (x, y)
    }

    fn numbers(self) -> [f64; 2] {
        self.into()
    }
}

/// Of events and of what is only counted, nothing is looked at.
impl Observation for () {
    fn new(_: [f64; 2], _: Option<Timestamp>) {}

    fn numbers(self) -> [f64; 2] {
        [0.0; 2]
    }
}

impl<I: Observation> Observation for (I, Option<Timestamp>) {
    const TIMED: bool = true;

    #[inline]
    fn new(numbers: [f64; 2], t: Option<Timestamp>) -> Self {
        (I::new(numbers, None), t)
    }

    fn numbers(self) -> [f64; 2] {
        self.0.numbers()
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
