//! Columns of numbers, perhaps with weights or times.

use crate::{
    Error,
    kernels::{
        numerics::timestamp::Timestamp,
        traits::{Statistic, write_value},
    },
    python::{
        batch::{
            results::{objects, results},
            walk::Accumulation,
        },
        columns::{
            numbers::{Access, Numbers},
            rows::{Blocks, Observation, Rows},
            sequence::at_index,
            source::is_iterator,
            times,
            validity::Validity,
        },
        sync::kernel_cell::KernelCell,
    },
};
use pyo3::{exceptions::PyValueError, prelude::*};

/// Reads a column of numbers, an argument of this name.
pub type ReadNumbers<'py> = fn(&Bound<'py, PyAny>, &'static str) -> PyResult<Numbers<'py>>;

/// How a kernel's columns are read: a None in them is a missing observation if the kernel counts those, else an error.
fn reader<'py>(kernel: &impl Statistic) -> ReadNumbers<'py> {
    if kernel.counts_missing() { Numbers::read_optional } else { Numbers::read }
}

/// Columns of numbers side by side, with the weights and times of their rows.
pub struct Batch<'py> {
    numbers: Vec<Numbers<'py>>,
    pub rows: Rows,
    pub weights: Option<Vec<f64>>,
    pub times: Option<Vec<Timestamp>>,
    /// The times of the indices without a row.
    missing_times: Vec<Timestamp>,
}

impl<'py> Batch<'py> {
    /// Reads the columns of numbers by `read`, which are called `names`, and those that go with them: weights `w` and
    /// times `t`. If these are given, each index must have one.
    pub fn read(
        read: ReadNumbers<'py>,
        columns: &[&Bound<'py, PyAny>],
        names: &[&'static str],
        beside: &[(&'static str, &Bound<'py, PyAny>)],
    ) -> PyResult<Self> {
        let named = |wanted: &str| beside.iter().find(|(name, _)| *name == wanted).map(|&(_, column)| column);
        let numbers = columns.iter().zip(names).map(|(column, name)| read(column, name));
        let numbers = numbers.collect::<PyResult<Vec<_>>>()?;
        let mut weights = named(f64::NAME).map(read_weights).transpose()?;
        let mut times = named(Timestamp::NAME).map(|column| times::read(column, "t")).transpose()?;
        let lengths = numbers.iter().map(Numbers::len).collect::<PyResult<Vec<_>>>()?;
        let all = Default::default();
        let beside = [("w", weights.as_ref().map(Vec::len)), ("t", times.as_ref().map(Vec::len))];
        let beside = beside.into_iter().filter_map(|(name, len)| Some((name, len?, &all)));
        let columns =
            names.iter().zip(&lengths).zip(&numbers).map(|((name, &len), numbers)| (*name, len, &numbers.validity));
        let rows = Rows::of(columns.chain(beside))?;
        weights.iter_mut().for_each(|weights| rows.validity.retain(0, weights));
        let missing = times.iter().flatten().enumerate().filter(|&(index, _)| !rows.validity.is_valid(index));
        let missing_times = missing.map(|(_, &t)| t).collect();
        times.iter_mut().for_each(|times| rows.validity.retain(0, times));
        Ok(Self { numbers, rows, weights, times, missing_times })
    }

    /// Leaves out the rows with a NaN among their numbers.
    pub fn leave_out_nan(&mut self) -> PyResult<()> {
        let mut kept = Vec::new();
        for column in 0..self.numbers.len() {
            let mut row = 0;
            Blocks::new(&self.rows, &self.numbers[column..=column])?.each(Access::COPIED, |xs: &[f64], _| {
                kept.resize(kept.len().max(row + xs.len()), true);
                xs.iter().zip(&mut kept[row..]).for_each(|(x, kept)| *kept &= !x.is_nan());
                row += xs.len();
            });
        }
        if kept.contains(&false) {
            let those = Validity::of(kept.len(), kept.iter().copied())?;
            self.weights.iter_mut().for_each(|weights| those.retain(0, weights));
            self.times.iter_mut().for_each(|times| those.retain(0, times));
            self.rows.narrow(kept);
        }
        Ok(())
    }

    /// The numbers. No Python code may run in this thread until they are read.
    pub fn blocks(&self) -> PyResult<Blocks<'_>> {
        Blocks::new(&self.rows, &self.numbers)
    }

    /// The error for a row, which its argument called `name` has caused.
    pub fn at_row(&self, py: Python<'_>, name: &str, (row, error): (usize, Error)) -> PyErr {
        self.at(py, name, (self.rows.index(row), error))
    }

    /// The error that the argument called `name` has caused at an index.
    fn at(&self, py: Python<'_>, name: &str, (index, error): (usize, Error)) -> PyErr {
        at_index(py, error.into(), name, index)
    }

    /// What is missing.
    fn gaps(&self) -> Gaps<'_> {
        Gaps { rows: &self.rows, times: &self.missing_times }
    }
}

/// The rows of a batch, and the times of the indices without one.
#[derive(Clone, Copy)]
struct Gaps<'a> {
    rows: &'a Rows,
    times: &'a [Timestamp],
}

impl Gaps<'_> {
    /// Whether there are any, and the kernel counts them.
    fn count<K: Statistic>(self, kernel: &K) -> bool {
        !self.rows.validity.is_all() && kernel.counts_missing()
    }
}

fn read_weights(column: &Bound<'_, PyAny>) -> PyResult<Vec<f64>> {
    let weights = Numbers::read(column, "w")?;
    match weights.validity.first_missing() {
        Some(index) => Err(PyValueError::new_err(format!("w[{index}] is missing, and an observation needs a weight"))),
        None => weights.from(0),
    }
}

/// A weight or a time, which goes with each observation.
pub trait Beside: Copy + Send + Sync {
    /// The column's name, as an argument.
    const NAME: &'static str;

    fn of<'a>(batch: &'a Batch<'_>) -> &'a [Self];
}

impl Beside for f64 {
    const NAME: &'static str = "w";

    fn of<'a>(batch: &'a Batch<'_>) -> &'a [Self] {
        batch.weights.as_deref().unwrap_or_default()
    }
}

impl Beside for Timestamp {
    const NAME: &'static str = "t";

    fn of<'a>(batch: &'a Batch<'_>) -> &'a [Self] {
        batch.times.as_deref().unwrap_or_default()
    }
}

/// Updates with the columns.
pub fn update_many<K>(cell: &KernelCell<K>, columns: &[&Bound<'_, PyAny>]) -> PyResult<()>
where
    K: Statistic<Input: Observation>,
{
    let read = cell.with(columns[0].py(), |kernel| reader(kernel))?;
    let batch = Batch::read(read, columns, K::Input::COLUMNS, &[])?;
    let mut blocks = batch.blocks()?;
    let gaps = batch.gaps();
    let updated = cell.with_many(columns[0].py(), batch.rows.count, |kernel| {
        if gaps.count(kernel) {
            return each_with_gaps(kernel, &mut blocks, gaps, |kernel, x, _| {
                kernel.update(x);
                Ok(())
            });
        }
        blocks.each(Access::of(kernel), |xs, _| kernel.update_many(xs));
        Ok(())
    })?;
    updated.map_err(|error| batch.at(columns[0].py(), K::Input::COLUMNS[0], error))
}

/// The value after each observation: an array, of two dimensions where it is several numbers; or lazily if the
/// observations come lazily.
pub fn accumulate<'py, K>(
    statistic: &Bound<'py, PyAny>,
    cell: &KernelCell<K>,
    columns: &[&Bound<'py, PyAny>],
) -> PyResult<Bound<'py, PyAny>>
where
    K: Statistic<Input: Observation>,
{
    let (read, width) = cell.with(statistic.py(), |kernel| (reader(kernel), kernel.width()))?;
    accumulated(statistic, read, columns, K::Input::COLUMNS, None, width, &mut |batch, out, before| {
        let (py, mut blocks, gaps) = (statistic.py(), batch.blocks()?, batch.gaps());
        let size = width.unwrap_or(1);
        let updated = cell.with_many(py, batch.rows.count, |kernel| {
            if kernel.width() != width {
                return Err((0, Error::Type("the statistic was replaced during the call".into())));
            }
            write_value(kernel, before);
            if gaps.count(kernel) {
                return each_with_gaps(kernel, &mut blocks, gaps, |kernel, x, row| {
                    kernel.update(x);
                    write_value(kernel, &mut out[row * size..][..size]);
                    Ok(())
                });
            }
            blocks.each(Access::of(kernel), |xs, row| {
                kernel.accumulate(xs, &mut out[row * size..][..xs.len() * size]);
            });
            Ok(())
        })?;
        updated.map_err(|error| batch.at(py, K::Input::COLUMNS[0], error))
    })
}

/// Writes the value after each row of a batch, and the one before the first.
type Fill<'py, 'a> = dyn FnMut(&Batch<'py>, &mut [f64], &mut [f64]) -> PyResult<()> + 'a;

/// The values that `fill` writes, as [`results`] calls it: an array, or lazily if the observations come lazily.
fn accumulated<'py>(
    statistic: &Bound<'py, PyAny>,
    read: ReadNumbers<'py>,
    columns: &[&Bound<'py, PyAny>],
    names: &[&'static str],
    beside: Option<(&'static str, &Bound<'py, PyAny>)>,
    width: Option<usize>,
    fill: &mut Fill<'py, '_>,
) -> PyResult<Bound<'py, PyAny>> {
    if columns.iter().copied().chain(beside.map(|(_, column)| column)).any(is_iterator) {
        return Accumulation::over(statistic, columns, beside);
    }
    let batch = Batch::read(read, columns, names, beside.as_slice())?;
    results(statistic.py(), &batch.rows, width, &mut |out, before| fill(&batch, out, before))
}

/// The value after each observation, if it is not a number: the result of `value` for the kernel, converted to an
/// object by `object`.
pub fn accumulate_each<'py, K, V>(
    statistic: &Bound<'py, PyAny>,
    cell: &KernelCell<K>,
    columns: &[&Bound<'py, PyAny>],
    value: fn(&K) -> Option<V>,
    object: fn(Python<'py>, V) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>>
where
    K: Statistic<Input: Observation>,
    V: Clone + Send,
{
    if columns.iter().any(|column| is_iterator(column)) {
        return Accumulation::over(statistic, columns, None);
    }
    let py = statistic.py();
    let batch = Batch::read(cell.with(py, |kernel| reader(kernel))?, columns, K::Input::COLUMNS, &[])?;
    let mut blocks = batch.blocks()?;
    // The first is the value before.
    let values = cell.with_many(py, batch.rows.count, |kernel| {
        let mut values = Vec::with_capacity(batch.rows.count + 1);
        values.push(value(kernel));
        blocks.each(Access::COPIED, |xs, _| {
            for &x in xs {
                kernel.update(x);
                values.push(value(kernel));
            }
        });
        values
    })?;
    objects(py, batch.rows.seen().map(|seen| values[seen].clone().map(|value| object(py, value)).transpose()))
}

/// Updates by `take` with the columns and the weight or time of each observation.
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
    let read = cell.with(beside.py(), |kernel| reader(kernel))?;
    let batch = Batch::read(read, columns, K::Input::COLUMNS, &[(B::NAME, beside)])?;
    take_all(beside.py(), cell, &batch, take, |_, _| ())
}

/// The value after each observation, which `take` adds with its weight or time.
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
    let (read, width) = cell.with(statistic.py(), |kernel| (reader(kernel), kernel.width()))?;
    let beside = Some((B::NAME, beside));
    accumulated(statistic, read, columns, K::Input::COLUMNS, beside, width, &mut |batch, out, before| {
        let width = width.unwrap_or(1);
        take_all(statistic.py(), cell, batch, take, |kernel, seen| match seen {
            0 => write_value(kernel, before),
            _ => write_value(kernel, &mut out[(seen - 1) * width..][..width]),
        })
    })
}

/// Updates with all rows or none, and calls `seen` with the kernel before the first row and after each, and with the
/// number of rows so far.
fn take_all<K, B>(
    py: Python<'_>,
    cell: &KernelCell<K>,
    batch: &Batch<'_>,
    take: fn(&mut K, K::Input, B) -> Result<(), Error>,
    mut seen: impl FnMut(&K, usize) + Send,
) -> PyResult<()>
where
    K: Statistic<Input: Observation>,
    B: Beside,
{
    let (mut blocks, beside, gaps) = (batch.blocks()?, B::of(batch), batch.gaps());
    // A weight can turn out to be too large, or a time too early, half-way through.
    let taken = cell.with_many(py, batch.rows.count, |kernel| {
        let mut next = kernel.clone();
        seen(&next, 0);
        each_with_gaps(&mut next, &mut blocks, gaps, |next, x, row| {
            take(next, x, beside[row])?;
            seen(next, row + 1);
            Ok(())
        })?;
        *kernel = next;
        Ok(())
    })?;
    taken.map_err(|error| batch.at(py, B::NAME, error))
}

/// Lets `take` update a kernel with each row and with what is missing between them, if the kernel counts that. An error
/// comes with its index.
fn each_with_gaps<K: Statistic<Input: Observation>>(
    kernel: &mut K,
    blocks: &mut Blocks<'_>,
    Gaps { rows, times }: Gaps<'_>,
    mut take: impl FnMut(&mut K, K::Input, usize) -> Result<(), Error>,
) -> Result<(), (usize, Error)> {
    let (mut next, mut times) = (0, times.iter().copied());
    let mut to_row = |kernel: &mut K| {
        while next < rows.len && !rows.validity.is_valid(next) {
            kernel.update_missing(times.next()).map_err(|error| (next, error))?;
            next += 1;
        }
        next += 1;
        Ok(next - 1)
    };
    blocks.try_each(Access::COPIED, |xs, row| {
        for (row, &x) in (row..).zip(xs) {
            let index = to_row(kernel)?;
            take(kernel, x, row).map_err(|error| (index, error))?;
        }
        Ok(())
    })?;
    to_row(kernel).map(drop)
}
