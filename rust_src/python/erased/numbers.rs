//! Type-erased windows over numbers.

use crate::{
    Error,
    kernels::{
        numerics::timestamp::Timestamp,
        statistics::extrema::Extremes,
        traits::Statistic,
        window::{Bounds, Which},
    },
    python::{
        columns::{
            numbers::Access,
            rows::{Blocks, Rows},
        },
        erased::kernel::Kernel,
    },
};
use std::{any::Any, sync::Arc};

/// Reads the value of a kernel, or says of which kind it would be if there were one.
pub type ReadValue<K> = fn(Option<&K>) -> Reading;

/// A value, if there is one. What kind of value it is does not depend on that.
pub enum Reading {
    Number(Option<f64>),
    Count(Option<u64>),
    /// Boxed, since it is rare.
    Extremes(Option<Box<Extremes>>),
    /// As many numbers as the first one says.
    Several(usize, Option<Vec<f64>>),
    /// Of the statistics of a summary, by their names.
    Named(Arc<[String]>, Vec<Reading>),
}

impl Reading {
    /// The value of a kernel, one number or several.
    pub fn of<K: Statistic>(kernel: &K) -> Self {
        match kernel.width() {
            None => Self::Number(kernel.get()),
            Some(width) => Self::written(width, |out| kernel.values(out)),
        }
    }

    /// The `width` numbers that `write` writes, if there are any.
    pub fn written(width: usize, write: impl FnOnce(&mut [f64]) -> bool) -> Self {
        let mut numbers = vec![f64::NAN; width];
        Self::Several(width, write(&mut numbers).then_some(numbers))
    }

    /// Whether there is no value.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::Number(None) | Self::Count(None) | Self::Extremes(None) | Self::Several(_, None))
    }
}

/// A type-erased window over numbers.
pub trait NumberWindow: Send {
    /// Updates with an observation of weight `w`, which was checked. Returns whether a window has closed.
    /// The error is boxed, so that the result comes back in registers.
    fn update(&mut self, x: f64, y: f64, w: f64, t: Option<Timestamp>) -> Result<bool, Box<Error>>;
    /// Updates with columns in blocks, if that cannot fail and is the same as one by one, and writes the values as
    /// [`update_many`] does.
    fn update_blocks(&mut self, given: &mut Given<'_>, out: Option<&mut [f64]>) -> bool;
    /// Moves the clock, by a row where rows are counted. Returns whether a window has closed.
    fn advance(&mut self, t: Option<Timestamp>) -> Result<bool, Error>;
    /// The value, if there are enough observations in the window.
    fn get(&self) -> Option<f64>;
    /// How many numbers the value is, where it is several.
    fn width(&self) -> Option<usize>;
    /// Writes the value, where it is several numbers, if there is one.
    fn values(&self, out: &mut [f64]) -> bool;
    /// The value, whatever it is.
    fn reading(&self) -> Reading;
    fn len(&self) -> usize;
    /// How many observations the value is of; where they have weights, their total weight.
    fn n(&self) -> f64;
    fn n_late(&self) -> u64;
    fn bounds(&self) -> Bounds;
    fn min_samples(&self) -> u64;
    /// Merges another window over the same statistic, whose observations come after those of this one, all of them or none.
    fn merge(&mut self, other: &dyn NumberWindow) -> Result<(), Error>;
    fn as_any(&self) -> &dyn Any;
    /// One of its statistics, if there is one.
    fn kernel(&self, which: Which) -> Option<Box<dyn Kernel>>;
    /// The state, in an envelope with this name.
    fn to_bytes(&self, name: &str) -> Result<Vec<u8>, Error>;
    fn copied(&self) -> Box<dyn NumberWindow>;
}

impl dyn NumberWindow + '_ {
    /// Writes the value, one number or several, to `out`: NaN if there is none.
    pub fn write(&self, out: &mut [f64]) {
        if self.width().is_none() {
            out.fill(self.get().unwrap_or(f64::NAN));
        } else if !self.values(out) {
            out.fill(f64::NAN);
        }
    }
}

/// Columns of observations, and what comes with each row.
pub struct Given<'a> {
    pub blocks: Blocks<'a>,
    /// The weights, which have been checked.
    pub weights: Option<&'a [f64]>,
    pub times: Option<&'a [Timestamp]>,
    /// The indices of the rows, if an index without one takes up a slot in the window.
    pub slots: Option<&'a Rows>,
}

/// Updates with columns, all or none of them, and writes the value after each observation, or each index of `slots`, into
/// `out`, if it is given, one after the other where they are several numbers: NaN where there is none. An error comes with
/// the index of its row.
pub fn update_many(
    window: &mut Box<dyn NumberWindow>,
    given: &mut Given<'_>,
    mut out: Option<&mut [f64]>,
) -> Result<(), (usize, Error)> {
    if given.slots.is_none() && window.update_blocks(given, out.as_deref_mut()) {
        return Ok(());
    }
    let width = window.width().unwrap_or(1);
    each_row(window, given, |window, index| {
        if let Some(out) = &mut out {
            window.write(&mut out[index * width..][..width]);
        }
    })
}

/// Updates with columns, all or none of them; returns the value before the first observation and after each, or
/// after each index of `slots`.
pub fn readings(window: &mut Box<dyn NumberWindow>, given: &mut Given<'_>) -> Result<Vec<Reading>, (usize, Error)> {
    let mut readings = vec![window.reading()];
    each_row(window, given, |window, _| readings.push(window.reading()))?;
    Ok(readings)
}

/// The error for merging windows that do not keep their observations.
pub fn no_merge() -> Error {
    Error::Type(
        "only windows that keep their observations can be merged: neither tumbling ones nor those of panes".into(),
    )
}

/// Updates with all rows or none, and calls `after` with the window and the row after each, or with the index.
fn each_row(
    window: &mut Box<dyn NumberWindow>,
    given: &mut Given<'_>,
    mut after: impl FnMut(&dyn NumberWindow, usize),
) -> Result<(), (usize, Error)> {
    let &mut Given { ref mut blocks, weights, times, slots } = given;
    let (mut next, mut result, mut index) = (window.copied(), Ok(()), 0);
    // Advances past the indices without a row, up to the next row or the end; returns the index reached.
    let mut pass_slots = |next: &mut Box<dyn NumberWindow>, after: &mut dyn FnMut(&dyn NumberWindow, usize)| {
        while let Some(rows) = slots
            && index < rows.len
            && !rows.validity.is_valid(index)
        {
            next.advance(None)?;
            after(&**next, index);
            index += 1;
        }
        index += 1;
        Ok::<_, Error>(index - 1)
    };
    blocks.each_part(Access::COPIED, &mut |columns, len, first| {
        let number = |column: usize, index: usize| columns.get(column).map_or(0.0, |numbers| numbers[index]);
        result = (0..len).try_for_each(|offset| {
            let row = first + offset;
            let index = pass_slots(&mut next, &mut after).map_err(|error| (row, error))?;
            let w = weights.map_or(1.0, |weights| weights[row]);
            if w > 0.0 {
                let t = times.map(|times| times[row]);
                next.update(number(0, offset), number(1, offset), w, t).map_err(|error| (row, *error))?;
            } else if slots.is_some() {
                next.advance(None).map_err(|error| (row, error))?;
            }
            after(&*next, index);
            Ok(())
        });
        result.is_ok()
    });
    result?;
    pass_slots(&mut next, &mut after).map_err(|error| (0, error))?;
    *window = next;
    Ok(())
}
