//! Columns of observations with a further column beside them: of weights or of times.

use crate::{
    Error,
    kernels::{numerics::timestamp::Timestamp, traits::Statistic},
    python::{
        batch::{observation::Observation, read, results, row_by_row::Accumulation, value},
        columns::{Aligned, Column, is_iterator, sequence::at_place, times},
        sync::kernel_cell::KernelCell,
    },
};
use pyo3::{exceptions::PyValueError, prelude::*};

/// What a further column says of each observation.
pub trait Beside: Copy + Send {
    /// The column's name, as an argument.
    const NAME: &'static str;

    fn read(column: &Bound<'_, PyAny>) -> PyResult<Vec<Self>>;
}

/// A weight.
impl Beside for f64 {
    const NAME: &'static str = "w";

    fn read(column: &Bound<'_, PyAny>) -> PyResult<Vec<f64>> {
        let columns = [Column::read(column, Self::NAME)?];
        let Aligned { columns, missing, .. } = Aligned::new(&columns, &[Self::NAME])?;
        match missing.and_then(|missing| missing.iter().position(|&missing| missing)) {
            Some(place) => {
                Err(PyValueError::new_err(format!("w[{place}] is missing, and an observation needs a weight")))
            }
            None => Ok(columns[0].concat()),
        }
    }
}

impl Beside for Timestamp {
    const NAME: &'static str = "t";

    fn read(column: &Bound<'_, PyAny>) -> PyResult<Vec<Timestamp>> {
        times::read(column, Self::NAME)
    }
}

/// Takes in the columns that are given, with what is beside each observation, by `take`.
pub fn update_beside<K, B>(
    cell: &KernelCell<K>,
    columns: &[&Bound<'_, PyAny>],
    beside: &Bound<'_, PyAny>,
    take: fn(&mut K, K::Input, B) -> Result<(), Error>,
) -> PyResult<()>
where
    K: Statistic<Input: Observation>,
    B: Beside,
{
    let (rows, missing) = rows::<K::Input, B>(columns, beside)?;
    take_all(beside.py(), cell, rows, missing.as_deref(), take, |_, _| ())
}

/// The value after each observation that is taken in with what is beside it.
pub fn accumulate_beside<'py, K, B>(
    statistic: &Bound<'py, PyAny>,
    cell: &KernelCell<K>,
    columns: &[&Bound<'py, PyAny>],
    beside: &Bound<'py, PyAny>,
    take: fn(&mut K, K::Input, B) -> Result<(), Error>,
) -> PyResult<Bound<'py, PyAny>>
where
    K: Statistic<Input: Observation>,
    B: Beside,
{
    if columns.iter().any(|column| is_iterator(column)) || is_iterator(beside) {
        return Accumulation::over(statistic, columns, Some((B::NAME, beside)));
    }
    let py = statistic.py();
    let (rows, missing) = rows::<K::Input, B>(columns, beside)?;
    let len = rows.len();
    results(py, len, missing.as_deref(), |out, before| {
        take_all(py, cell, rows, missing.as_deref(), take, |kernel, seen| match seen {
            0 => *before = value(kernel),
            _ => out[seen - 1] = value(kernel),
        })
    })
}

/// Observations with what is beside them.
type Rows<I, B> = (Vec<(I, B)>, Option<Vec<bool>>);

/// The observations of the columns, and which places have none.
pub fn rows<I: Observation, B: Beside>(
    columns: &[&Bound<'_, PyAny>],
    beside: &Bound<'_, PyAny>,
) -> PyResult<Rows<I, B>> {
    let read = read(columns, I::COLUMNS)?;
    let mut beside = B::read(beside)?;
    if read.is_empty() {
        return Ok((I::all(&[], beside.len()).into_iter().zip(beside).collect(), None));
    }
    let Aligned { columns, missing, len } = Aligned::new(&read, I::COLUMNS)?;
    let places = missing.as_ref().map_or(len, Vec::len);
    if beside.len() != places {
        let message = format!("X and {} must have the same length, got {places} and {} values", B::NAME, beside.len());
        return Err(PyValueError::new_err(message));
    }
    if let Some(missing) = &missing {
        let mut missing = missing.iter();
        beside.retain(|_| missing.next().is_none_or(|missing| !missing));
    }
    Ok((I::all(&columns, len).into_iter().zip(beside).collect(), missing))
}

/// Takes in all rows or none, and shows the kernel to `seen` before the first and after each, with their number so far.
fn take_all<K: Statistic, B: Beside>(
    py: Python<'_>,
    cell: &KernelCell<K>,
    rows: Vec<(K::Input, B)>,
    missing: Option<&[bool]>,
    take: fn(&mut K, K::Input, B) -> Result<(), Error>,
    mut seen: impl FnMut(&K, usize) + Send,
) -> PyResult<()>
where
    K::Input: Observation,
{
    // A weight can turn out to be too much, or a time too early, half-way.
    let taken = cell.with_many(py, rows.len(), |kernel| {
        let mut next = kernel.clone();
        seen(&next, 0);
        for (row, (x, beside)) in rows.into_iter().enumerate() {
            take(&mut next, x, beside).map_err(|error| (row, error))?;
            seen(&next, row + 1);
        }
        *kernel = next;
        Ok(())
    })?;
    taken.map_err(|(row, error): (usize, Error)| at_place(py, error.into(), B::NAME, place(row, missing)))
}

/// The place of an observation in its column.
pub fn place(observation: usize, missing: Option<&[bool]>) -> usize {
    let Some(missing) = missing else { return observation };
    let mut present = (0..missing.len()).filter(|&place| !missing[place]);
    present.nth(observation).unwrap_or(observation)
}
