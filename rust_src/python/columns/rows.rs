//! Columns side by side: their rows, and the numbers of these in blocks.

use crate::python::columns::{
    numbers::{Access, Numbers, Slice, copy},
    sequence::reserve,
    validity::Validity,
};
use pyo3::{exceptions::PyValueError, prelude::*};

/// How many numbers are copied at a time from a single column, and from each of several columns: they stay in a near
/// cache. Kernels cut numbers at multiples of 2,048.
const BLOCK: usize = 8_192;
const BLOCK_OF_EACH: usize = 1_024;

/// A function that is given the numbers of consecutive rows, column by column, how many rows these are, and the first
/// of them.
type Part<'a> = dyn FnMut(&[&[f64]], usize, usize) -> bool + 'a;

/// The largest number of columns that make up an observation.
const MOST: usize = 2;

/// The rows of columns of equal length. One in which a value is missing is left out.
#[derive(Clone)]
pub struct Rows {
    /// How many indices there are.
    pub len: usize,
    /// How many of them have a row.
    pub count: usize,
    /// Which of them have a row.
    pub validity: Validity,
}

impl Rows {
    /// The rows of columns with these names, lengths and validity masks; an error if they differ in length.
    pub fn of<'a>(columns: impl IntoIterator<Item = (&'a str, usize, &'a Validity)>) -> PyResult<Self> {
        let columns: Vec<_> = columns.into_iter().collect();
        let len = columns.first().map_or(0, |&(_, len, _)| len);
        if columns.iter().any(|&(_, other, _)| other != len) {
            let found: Vec<_> = columns.iter().map(|(name, len, _)| format!("{name} {len}")).collect();
            let message = format!("columns must have the same length, got {} values", found.join(", "));
            return Err(PyValueError::new_err(message));
        }
        let mut validity = Validity::ALL;
        columns.iter().for_each(|(.., own)| validity.and(own));
        Ok(Self { len, count: validity.count(len), validity })
    }

    /// The same indices, each with a row.
    pub fn every(&self) -> Self {
        Self { len: self.len, count: self.len, validity: Validity::ALL }
    }

    /// Keeps only the rows for which `kept` has true.
    pub fn narrow(&mut self, kept: Vec<bool>) {
        self.count = kept.iter().filter(|&&kept| kept).count();
        self.validity.narrow(self.len, kept);
    }

    /// The rows' indices.
    pub fn indices(&self) -> impl Iterator<Item = usize> {
        (0..self.len).filter(|&index| self.validity.is_valid(index))
    }

    /// The index of a row.
    pub fn index(&self, row: usize) -> usize {
        if self.validity.is_all() { row } else { self.indices().nth(row).unwrap_or(row) }
    }

    /// For each index how many rows are at it or before.
    pub fn seen(&self) -> impl Iterator<Item = usize> {
        (0..self.len).scan(0, |seen, index| {
            *seen += usize::from(self.validity.is_valid(index));
            Some(*seen)
        })
    }
}

/// What a kernel is updated with, put together from columns of numbers.
pub trait Observation: Copy + Send {
    /// The columns' names, as arguments.
    const COLUMNS: &'static [&'static str];

    /// The observations of columns of this length; `room` is scratch space to assemble them in.
    fn of<'a>(columns: &'a [&'a [f64]], len: usize, room: &'a mut Vec<Self>) -> &'a [Self];
}

impl Observation for f64 {
    const COLUMNS: &'static [&'static str] = &["X"];

    #[inline]
    fn of<'a>(columns: &'a [&'a [f64]], _: usize, _: &'a mut Vec<Self>) -> &'a [Self] {
        columns[0]
    }
}

impl Observation for (f64, f64) {
    const COLUMNS: &'static [&'static str] = &["X", "Y"];

    fn of<'a>(columns: &'a [&'a [f64]], _: usize, room: &'a mut Vec<Self>) -> &'a [Self] {
        room.clear();
        room.extend(columns[0].iter().copied().zip(columns[1].iter().copied()));
        room
    }
}

/// An event of which nothing is known but its time.
impl Observation for () {
    const COLUMNS: &'static [&'static str] = &[];

    fn of<'a>(_: &'a [&'a [f64]], len: usize, room: &'a mut Vec<Self>) -> &'a [Self] {
        room.resize(len, ());
        room
    }
}

/// The rows of columns of numbers, as they are handed to a kernel. From here until they are read, no Python code may run in
/// this thread.
pub struct Blocks<'a> {
    rows: &'a Rows,
    columns: Vec<Vec<Slice<'a>>>,
    /// How many indices a block has.
    size: usize,
    /// For each column a buffer for that many numbers.
    buffers: Vec<Vec<f64>>,
}

impl<'a> Blocks<'a> {
    pub fn new(rows: &'a Rows, columns: &'a [Numbers<'_>]) -> PyResult<Self> {
        let size = if columns.len() == 1 { BLOCK } else { BLOCK_OF_EACH };
        let mut blocks = Self { rows, columns: Vec::new(), size, buffers: Vec::new() };
        for column in columns {
            let slices = column.slices()?;
            let found: usize = slices.iter().map(Slice::len).sum();
            if found != rows.len {
                let message = format!("got {} and {found} values", rows.len);
                let message = format!("columns must keep their length until they are read, {message}");
                return Err(PyValueError::new_err(message));
            }
            let mut buffer = Vec::new();
            reserve(&mut buffer, size.min(rows.len))?;
            blocks.columns.push(slices);
            blocks.buffers.push(buffer);
        }
        Ok(blocks)
    }

    /// Lengthens the blocks for a window over `reach` observations, which works observation by observation at the
    /// beginning of each block. If there is no memory for that, they stay as they are.
    fn lengthen(&mut self, reach: u64) {
        let reach = usize::try_from(reach).unwrap_or(usize::MAX);
        let long = reach.saturating_mul(1_024).min(reach.saturating_mul(64).max(1 << 18)).min(self.rows.len);
        if let [buffer] = &mut self.buffers[..]
            && long > self.size
            && buffer.try_reserve(long).is_ok()
        {
            self.size = long;
        }
    }

    /// Calls `f` with consecutive rows while it returns true. Not generic, since there would be several copies of its
    /// code for each kernel.
    pub fn each_part(&mut self, access: Access, f: &mut Part<'_>) {
        let mut row = 0;
        if let [column] = &self.columns[..]
            && self.rows.validity.is_all()
            && let Some(slices) = column.iter().map(|slice| slice.in_place(access)).collect::<Option<Vec<_>>>()
        {
            for numbers in slices {
                if !f(&[numbers], numbers.len(), row) {
                    return;
                }
                row += numbers.len();
            }
            return;
        }
        self.lengthen(access.reach);
        for first in (0..self.rows.len).step_by(self.size) {
            let len = self.size.min(self.rows.len - first);
            // Not a vector, which would be allocated for each block.
            let columns = &mut [&[][..]; MOST][..self.columns.len()];
            for ((part, column), buffer) in columns.iter_mut().zip(&self.columns).zip(&mut self.buffers) {
                *part = match &column[..] {
                    [slice] if let Some(numbers) = slice.in_place(access).filter(|_| self.rows.validity.is_all()) => {
                        &numbers[first..first + len]
                    }
                    _ => {
                        buffer.resize(len, 0.0);
                        copy(column, first, buffer);
                        self.rows.validity.retain(first, buffer);
                        buffer
                    }
                };
            }
            let len = columns.first().map_or(len, |column| column.len());
            if !f(columns, len, row) {
                return;
            }
            row += len;
        }
    }

    /// Calls `f` with consecutive observations and the row of the first of them, until there is an error.
    pub fn try_each<I: Observation, E>(
        &mut self,
        access: Access,
        mut f: impl FnMut(&[I], usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let (mut room, mut result) = (Vec::new(), Ok(()));
        self.each_part(access, &mut |columns, len, row| {
            result = f(I::of(columns, len, &mut room), row);
            result.is_ok()
        });
        result
    }

    /// As [`try_each`](Self::try_each), without errors.
    pub fn each<I: Observation>(&mut self, access: Access, mut f: impl FnMut(&[I], usize)) {
        let mut room = Vec::new();
        self.each_part(access, &mut |columns, len, row| {
            f(I::of(columns, len, &mut room), row);
            true
        });
    }
}
