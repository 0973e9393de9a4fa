//! What statistics observe, made of the numbers that `update` was given.

use crate::{kernels::numerics::timestamp::Timestamp, python::columns::rows};
use serde::{Serialize, de::DeserializeOwned};

/// The observations of consecutive rows.
#[derive(Clone, Copy)]
pub enum Block<'a> {
    Numbers(&'a [f64]),
    Pairs(&'a [(f64, f64)]),
    /// This many observations that are not looked at.
    Unseen(usize),
}

impl Block<'_> {
    pub fn len(self) -> usize {
        match self {
            Self::Numbers(xs) => xs.len(),
            Self::Pairs(pairs) => pairs.len(),
            Self::Unseen(len) => len,
        }
    }

    /// The block, cut into blocks of this many rows.
    pub fn chunks(self, size: usize) -> impl Iterator<Item = Self> {
        let len = self.len();
        (0..len).step_by(size).map(move |first| {
            let last = len.min(first + size);
            match self {
                Self::Numbers(xs) => Self::Numbers(&xs[first..last]),
                Self::Pairs(pairs) => Self::Pairs(&pairs[first..last]),
                Self::Unseen(_) => Self::Unseen(last - first),
            }
        })
    }
}

/// What a statistic observes.
pub trait Observation: rows::Observation + Serialize + DeserializeOwned {
    /// Whether the time is a part of it.
    const TIMED: bool = false;

    /// Kept in registers: reading a whole from memory that was written in parts waits for the parts.
    fn new(x: f64, y: f64, t: Option<Timestamp>) -> Self;

    /// The observations of a block; empty if it is a block of others.
    fn of_block(_block: Block<'_>) -> &[Self] {
        &[]
    }
}

impl Observation for f64 {
    #[inline]
    fn new(x: f64, _: f64, _: Option<Timestamp>) -> Self {
        x
    }

    fn of_block(block: Block<'_>) -> &[Self] {
        if let Block::Numbers(xs) = block { xs } else { &[] }
    }
}

impl Observation for (f64, f64) {
    #[inline]
    fn new(x: f64, y: f64, _: Option<Timestamp>) -> Self {
        (x, y)
    }

    fn of_block(block: Block<'_>) -> &[Self] {
        if let Block::Pairs(pairs) = block { pairs } else { &[] }
    }
}

/// For events, and for what is only counted, there is no value to look at.
impl Observation for () {
    fn new(_: f64, _: f64, _: Option<Timestamp>) {}

    fn of_block(block: Block<'_>) -> &[Self] {
        // Any number of them takes no memory.
        static UNSEEN: [(); usize::MAX] = [(); usize::MAX];
        &UNSEEN[..block.len()]
    }
}

impl<I: Observation> Observation for (I, Option<Timestamp>) {
    const TIMED: bool = true;

    #[inline]
    fn new(x: f64, y: f64, t: Option<Timestamp>) -> Self {
        (I::new(x, y, None), t)
    }
}

/// Times are in a separate column.
impl<I: Observation> rows::Observation for (I, Option<Timestamp>) {
    const COLUMNS: &'static [&'static str] = I::COLUMNS;

    fn of<'a>(columns: &'a [&'a [f64]], len: usize, room: &'a mut Vec<Self>) -> &'a [Self] {
        room.clear();
        room.extend(I::of(columns, len, &mut Vec::new()).iter().map(|&x| (x, None)));
        room
    }
}
