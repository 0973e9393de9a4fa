//! `update_many` and `accumulate`: whole columns at once.

use super::{
    cell::Cell,
    columns::{Aligned, Column, at_place, is_iterator},
    time::Time,
};
use crate::{
    Error,
    kernels::{Statistic, time::Timestamp},
};
use numpy::{PyArray1, PyArrayMethods};
use pyo3::{
    exceptions::PyValueError,
    intern,
    prelude::*,
    types::{IntoPyDict, PyDict, PyFloat, PyIterator, PyTuple},
};
use std::borrow::Cow;

/// Pairs are put together in blocks that stay in the fastest cache.
const BLOCK: usize = 1024;

/// Columns side by side, each in one piece or in several.
pub type Columns<'a> = [Vec<Cow<'a, [f64]>>];

/// What a kernel takes in, as it lies in columns.
pub trait Observation: Copy + Send {
    /// The columns' names, as arguments.
    const COLUMNS: &'static [&'static str];

    /// Calls `f` with consecutive observations and the place of the first of them.
    fn blocks(columns: &Columns<'_>, f: impl FnMut(&[Self], usize));

    /// All observations, of which there are `len`.
    fn all(columns: &Columns<'_>, len: usize) -> Vec<Self> {
        let mut all = Vec::with_capacity(len);
        Self::blocks(columns, |block, _| all.extend_from_slice(block));
        all
    }
}

impl Observation for f64 {
    const COLUMNS: &'static [&'static str] = &["X"];

    fn blocks(columns: &Columns<'_>, mut f: impl FnMut(&[f64], usize)) {
        let mut place = 0;
        for chunk in &columns[0] {
            f(chunk, place);
            place += chunk.len();
        }
    }
}

impl Observation for (f64, f64) {
    const COLUMNS: &'static [&'static str] = &["X", "Y"];

    fn blocks(columns: &Columns<'_>, mut f: impl FnMut(&[(f64, f64)], usize)) {
        let mut place = 0;
        let mut block = Vec::with_capacity(BLOCK);
        for (x, y) in columns[0][0].chunks(BLOCK).zip(columns[1][0].chunks(BLOCK)) {
            block.clear();
            block.extend(x.iter().copied().zip(y.iter().copied()));
            f(&block, place);
            place += block.len();
        }
    }
}

/// An event of which nothing is known but its time.
impl Observation for () {
    const COLUMNS: &'static [&'static str] = &[];

    fn blocks(_: &Columns<'_>, _: impl FnMut(&[()], usize)) {}

    fn all(_: &Columns<'_>, len: usize) -> Vec<()> {
        vec![(); len]
    }
}

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
        let mut times = Vec::with_capacity(column.len().unwrap_or(0));
        for (index, item) in column.try_iter()?.enumerate() {
            let time = item?.extract::<Time>().map_err(|error| at_place(column.py(), error, Self::NAME, index))?;
            times.push(time.0);
        }
        Ok(times)
    }
}

/// Takes in the columns that are given.
pub fn update_many<K>(cell: &Cell<K>, columns: &[&Bound<'_, PyAny>]) -> PyResult<()>
where
    K: Statistic<Input: Observation>,
{
    let (py, names) = (columns[0].py(), K::Input::COLUMNS);
    let columns = read(columns, names)?;
    let Aligned { columns, len, .. } = Aligned::new(&columns, names)?;
    cell.with_many(py, len, |kernel| K::Input::blocks(&columns, |xs, _| kernel.update_many(xs)))
}

/// The value after each observation: an array, or lazily if the observations come lazily.
pub fn accumulate<'py, K>(
    statistic: &Bound<'py, PyAny>,
    cell: &Cell<K>,
    columns: &[&Bound<'py, PyAny>],
) -> PyResult<Bound<'py, PyAny>>
where
    K: Statistic<Input: Observation>,
{
    let (py, names) = (statistic.py(), K::Input::COLUMNS);
    if columns.iter().any(|column| is_iterator(column)) {
        return Accumulation::over(statistic, columns, None);
    }
    let columns = read(columns, names)?;
    let Aligned { columns, missing, len } = Aligned::new(&columns, names)?;
    results(py, len, missing.as_deref(), |out, before| {
        cell.with_many(py, len, |kernel| {
            *before = value(kernel);
            K::Input::blocks(&columns, |xs, place| kernel.accumulate(xs, &mut out[place..place + xs.len()]));
        })
    })
}

/// Takes in the columns that are given, with what is beside each observation, by `take`.
pub fn update_beside<K, B>(
    cell: &Cell<K>,
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
    cell: &Cell<K>,
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
    cell: &Cell<K>,
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

/// An array with the values that `fill` writes: one after each observation, and the one before the first.
pub fn results<'py>(
    py: Python<'py>,
    len: usize,
    missing: Option<&[bool]>,
    fill: impl FnOnce(&mut [f64], &mut f64) -> PyResult<()>,
) -> PyResult<Bound<'py, PyAny>> {
    let results = PyArray1::<f64>::zeros(py, missing.map_or(len, <[bool]>::len), false);
    let mut writing = results.try_readwrite()?;
    let out = writing.as_slice_mut()?;
    let mut before = f64::NAN;
    fill(out, &mut before)?;
    if let Some(missing) = missing {
        spread(out, missing, before);
    }
    drop(writing);
    Ok(results.into_any())
}

fn value<K: Statistic>(kernel: &K) -> f64 {
    kernel.get().unwrap_or(f64::NAN)
}

pub fn read<'py>(columns: &[&Bound<'py, PyAny>], names: &[&str]) -> PyResult<Vec<Column<'py>>> {
    columns.iter().zip(names).map(|(column, name)| Column::read(column, name)).collect()
}

/// Moves the values at the front of `out` to the places of their observations; where one is missing, the value stays
/// what it was.
fn spread(out: &mut [f64], missing: &[bool], before: f64) {
    let mut values = missing.iter().filter(|&&missing| !missing).count();
    for place in (0..out.len()).rev() {
        out[place] = if values > 0 { out[values - 1] } else { before };
        values -= usize::from(!missing[place]);
    }
}

/// Takes in rows one after the other by the method `update` of `statistic`, which then has seen all of them or, if one
/// of them is refused, none; and the values after each, where they are asked for.
pub fn row_by_row<'py>(
    statistic: &Bound<'py, PyAny>,
    columns: &[&Bound<'py, PyAny>],
    named: Option<(&'static str, &Bound<'py, PyAny>)>,
    values: bool,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = statistic.py();
    let next = py.import(intern!(py, "copy"))?.call_method1(intern!(py, "copy"), (statistic,))?;
    let rows = Accumulation::over(&next, columns, named)?;
    let rows = rows.cast_into::<Accumulation>()?;
    let mut found = Vec::new();
    while rows.get().take_next(py)? {
        if values {
            found.push(next.call_method0(intern!(py, "get"))?);
        }
    }
    statistic.call_method1(intern!(py, "__setstate__"), (next.call_method0(intern!(py, "__getstate__"))?,))?;
    Ok(found)
}

/// The value, which is no number, after each observation.
pub fn accumulate_objects<'py>(
    statistic: &Bound<'py, PyAny>,
    columns: &[&Bound<'py, PyAny>],
) -> PyResult<Bound<'py, PyAny>> {
    if columns.iter().any(|column| is_iterator(column)) {
        return Accumulation::over(statistic, columns, None);
    }
    let values = row_by_row(statistic, columns, None, true)?;
    Ok(object_array(statistic.py(), values))
}

/// Values as an array: of floats if they all are numbers or None, else of objects.
pub fn array<'py>(py: Python<'py>, values: Vec<Bound<'py, PyAny>>) -> Bound<'py, PyAny> {
    let number = |value: &Bound<'py, PyAny>| {
        if value.is_none() { Some(f64::NAN) } else { value.cast_exact::<PyFloat>().ok().map(|value| value.value()) }
    };
    match values.iter().map(number).collect::<Option<Vec<f64>>>() {
        Some(numbers) => PyArray1::from_vec(py, numbers).into_any(),
        None => object_array(py, values),
    }
}

fn object_array<'py>(py: Python<'py>, values: Vec<Bound<'py, PyAny>>) -> Bound<'py, PyAny> {
    PyArray1::from_iter(py, values.into_iter().map(Bound::unbind)).into_any()
}

/// The values of a statistic while observations come one at a time.
#[pyclass(module = "river.stats._rust_stats", frozen)]
pub struct Accumulation {
    statistic: Py<PyAny>,
    /// Of tuples: the arguments of `update`.
    observations: Py<PyIterator>,
    /// The name of the last argument, where it has to be named.
    named: Option<&'static str>,
}

impl Accumulation {
    pub fn over<'py>(
        statistic: &Bound<'py, PyAny>,
        columns: &[&Bound<'py, PyAny>],
        named: Option<(&'static str, &Bound<'py, PyAny>)>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = statistic.py();
        let columns: Vec<_> = columns.iter().copied().chain(named.map(|(_, column)| column)).collect();
        let strict = [(intern!(py, "strict"), true)].into_py_dict(py)?;
        let zip = py.import(intern!(py, "builtins"))?.getattr(intern!(py, "zip"))?;
        let observations = zip.call(PyTuple::new(py, columns)?, Some(&strict))?.cast_into::<PyIterator>()?.unbind();
        let named = named.map(|(name, _)| name);
        Ok(Bound::new(py, Self { statistic: statistic.clone().unbind(), observations, named })?.into_any())
    }

    /// Takes the next observation in, if there is one.
    fn take_next(&self, py: Python<'_>) -> PyResult<bool> {
        let Some(row) = self.observations.bind(py).clone().next() else { return Ok(false) };
        let row = row?.cast_into::<PyTuple>()?;
        let (row, named) = match self.named {
            Some(name) => {
                let named = PyDict::new(py);
                named.set_item(name, row.get_item(row.len() - 1)?)?;
                (row.get_slice(0, row.len() - 1), Some(named))
            }
            None => (row, None),
        };
        self.statistic.bind(py).getattr(intern!(py, "update"))?.call(row, named.as_ref())?;
        Ok(true)
    }
}

#[pymethods]
impl Accumulation {
    fn __iter__(this: Bound<'_, Self>) -> Bound<'_, Self> {
        this
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        if !self.take_next(py)? {
            return Ok(None);
        }
        let value = self.statistic.bind(py).call_method0(intern!(py, "get"))?;
        Ok(Some(if value.is_none() { f64::NAN.into_pyobject(py)?.into_any() } else { value }))
    }
}
