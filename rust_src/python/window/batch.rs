//! Whole columns into windows.

use crate::{
    Error,
    kernels::numerics::{timestamp::Timestamp, weight},
    python::{
        batch::{
            numbers::Batch,
            results::{array, objects, results},
            walk::{Accumulation, row_by_row},
        },
        classes::calls::reading_object,
        columns::{
            numbers::Numbers,
            objects::{Objects, Presence},
            rows::{Blocks, Rows},
            sequence::at_index,
            source::is_iterator,
            times,
            validity::Validity,
        },
        erased::{
            held::{Held, Nulls, Shape, Window},
            numbers::{self, Given},
            objects::{Along, ObjectWindow},
        },
        interning::interned::Answer,
        sync::{kernel_cell::KernelCell, reentrant::ReentrantLock},
    },
};
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{PyDict, PyList, PyTuple},
};
use std::sync::Arc;

/// The columns of a call, by their names.
struct Arguments<'py> {
    columns: Vec<Bound<'py, PyAny>>,
    w: Option<Bound<'py, PyAny>>,
    t: Option<Bound<'py, PyAny>>,
}

impl<'py> Arguments<'py> {
    /// Reads `(X, Y, w=w, t=t)`, where Y is for pairs and w for weighted statistics.
    fn parse(
        (numbers, weighted): (usize, bool),
        columns: &Bound<'py, PyTuple>,
        named: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Self> {
        let names = [&["X", "Y"][..numbers], if weighted { &["w"] } else { &[] }, &["t"]].concat();
        let mut given: Vec<Option<Bound<'py, PyAny>>> = vec![None; names.len()];
        if columns.len() >= names.len() {
            let most = names.len() - 1;
            return Err(PyTypeError::new_err(format!("at most {most} columns can be given, got {}", columns.len())));
        }
        given.iter_mut().zip(columns).for_each(|(given, column)| *given = Some(column));
        for (name, column) in named.into_iter().flatten() {
            let name = name.extract::<String>()?;
            match names.iter().position(|&known| known == name) {
                Some(index) if given[index].is_none() => given[index] = Some(column).filter(|column| !column.is_none()),
                Some(_) => return Err(PyTypeError::new_err(format!("got two columns {name}"))),
                None => {
                    return Err(PyTypeError::new_err(format!("no column {name} is taken, only {}", names.join(", "))));
                }
            }
        }
        let t = given.pop().flatten();
        let w = if weighted { given.pop().flatten() } else { None };
        let columns: Vec<_> = given.into_iter().flatten().collect();
        if columns.len() < numbers {
            return Err(PyTypeError::new_err(format!("the column {} is missing", names[columns.len()])));
        }
        Ok(Self { columns, w, t })
    }

    /// Reads the columns, and checks the weights.
    fn read(&self, nulls: Nulls) -> PyResult<(Python<'py>, Batch<'py>)> {
        let py = self.columns[0].py();
        let names = &["X", "Y"][..self.columns.len()];
        let columns: Vec<_> = self.columns.iter().collect();
        let beside: Vec<_> = self.w.iter().map(|w| ("w", w)).chain(self.named()).collect();
        let read = if nulls.are_slots() { Numbers::read_optional } else { Numbers::read };
        let mut batch = Batch::read(read, &columns, names, &beside)?;
        if nulls.skipna() {
            batch.leave_out_nan()?;
        }
        for (row, &w) in batch.weights.iter().flatten().enumerate() {
            weight::is_positive_in_window(w).map_err(|error| batch.at_row(py, "w", (row, error)))?;
        }
        Ok((py, batch))
    }

    fn borrowed(&self) -> Vec<&Bound<'py, PyAny>> {
        self.columns.iter().chain(&self.w).collect()
    }

    fn named(&self) -> Option<(&'static str, &Bound<'py, PyAny>)> {
        self.t.as_ref().map(|t| ("t", t))
    }
}

/// How a window takes columns.
enum Columns<'py> {
    Numbers(Arguments<'py>),
    Objects(Arc<dyn ObjectWindow>, Vec<Bound<'py, PyAny>>),
    /// The same with a column of times, or if missing values take up slots.
    Along(Arc<dyn ObjectWindow>, Vec<Bound<'py, PyAny>>, Option<Bound<'py, PyAny>>),
    /// Observations that are only counted, or events: perhaps a column, and perhaps one of times.
    Unseen(Option<Bound<'py, PyAny>>, Option<Bound<'py, PyAny>>),
}

fn parsed<'py>(
    cell: &KernelCell<Held>,
    columns: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<(Columns<'py>, Nulls)> {
    let py = columns.py();
    let (shape, nulls, window, bounds) = cell.with(py, |held| match &held.window {
        Window::Numbers(window) => (held.shape, held.nulls, None, Some(window.bounds())),
        Window::Objects(window) => (held.shape, held.nulls, Some(window.clone()), None),
    })?;
    let bounds = match (&window, bounds) {
        (Some(window), None) => window.bounds(py)?,
        (_, bounds) => bounds.unwrap_or_default(),
    };
    let needs_times = || match bounds.period {
        Some(_) => Err(PyTypeError::new_err("t is missing: a column of the times of the observations")),
        None => Ok(()),
    };
    let columns = match (shape, window) {
        (Shape::Numbers { count, weighted }, _) => {
            let arguments = Arguments::parse((count, weighted), columns, named)?;
            if arguments.t.is_none() {
                needs_times()?;
            }
            Columns::Numbers(arguments)
        }
        (_, Some(window)) => match loose(columns, named)? {
            (columns, None) if nulls.are_slots() => Columns::Along(window, columns, None),
            (columns, None) => {
                needs_times()?;
                Columns::Objects(window, columns)
            }
            (columns, t) => Columns::Along(window, columns, t),
        },
        (shape, None) => {
            let (mut columns, t) = loose(columns, named)?;
            if columns.len() > 1 || (shape == Shape::Event && !columns.is_empty() && t.is_some()) {
                return Err(PyTypeError::new_err("one column at most is taken, and one of times, t"));
            }
            if shape == Shape::Anything && t.is_none() {
                needs_times()?;
            }
            let column = columns.pop();
            if shape == Shape::Event { Columns::Unseen(None, column.or(t)) } else { Columns::Unseen(column, t) }
        }
    };
    Ok((columns, nulls))
}

/// Updates a window over hashable values with columns that come with times, or in which missing values take up slots.
/// Returns the value before the first row and after each, if they are wanted, and the rows that these values belong to.
fn along<'py>(
    py: Python<'py>,
    window: &dyn ObjectWindow,
    columns: &[Bound<'py, PyAny>],
    t: Option<&Bound<'py, PyAny>>,
    nulls: Nulls,
    wanted: bool,
) -> PyResult<(Vec<Answer>, Rows)> {
    let names = ["X", "Y"];
    let read = |(column, name)| match nulls.are_slots() {
        true => Objects::read_without(column, name, nulls.missing()),
        false => Objects::read(column, name),
    };
    let mut read = columns.iter().zip(names).map(read).collect::<PyResult<Vec<_>>>()?;
    let mut times = t.map(|t| times::read(t, "t")).transpose()?;
    let all = Validity::ALL;
    let columns = names.into_iter().zip(&read).map(|(name, column)| (name, column.items.len(), &column.validity));
    let rows = Rows::of(columns.chain(times.iter().map(|times| ("t", times.len(), &all))))?;
    for column in &mut read {
        let mut indices = 0..;
        column.items.retain(|_| indices.next().is_some_and(|index| rows.validity.is_valid(index)));
    }
    times.iter_mut().for_each(|times| rows.validity.retain(0, times));
    let columns: Vec<_> = read.into_iter().map(|column| column.items).collect();
    match &times {
        Some(times) => Ok((window.update_rows(py, &columns, Along::Times(times), wanted)?, rows)),
        None => Ok((window.update_rows(py, &columns, Along::Slots(&rows), wanted)?, rows.every())),
    }
}

/// The times and the rows of observations that are only counted, and of events.
fn unseen(
    column: Option<&Bound<'_, PyAny>>,
    t: Option<&Bound<'_, PyAny>>,
    nulls: Nulls,
) -> PyResult<(Option<Vec<Timestamp>>, Rows)> {
    if column.is_none() && t.is_none() {
        return Err(PyTypeError::new_err("a column is missing"));
    }
    let read = |column| match nulls.are_slots() {
        true => Presence::read_without(column, "X", nulls.missing()),
        false => Presence::read(column, "X"),
    };
    let present = column.map(read).transpose()?;
    let mut times = t.map(|t| times::read(t, "t")).transpose()?;
    let all = Validity::ALL;
    let present = present.iter().map(|present| ("X", present.len, &present.validity));
    let rows = Rows::of(present.chain(times.iter().map(|times| ("t", times.len(), &all))))?;
    times.iter_mut().for_each(|times| rows.validity.retain(0, times));
    Ok((times, rows))
}

pub fn update_many<'py>(
    cell: &KernelCell<Held>,
    this: &Bound<'py, PyAny>,
    columns: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<()> {
    let (columns, nulls) = parsed(cell, columns, named)?;
    match columns {
        Columns::Numbers(arguments) => take(cell, &arguments, nulls, false).map(drop),
        Columns::Objects(window, columns) => window.update_many(&columns),
        Columns::Along(window, columns, t) => along(this.py(), &*window, &columns, t.as_ref(), nulls, false).map(drop),
        Columns::Unseen(column, t) => {
            let (times, rows) = unseen(column.as_ref(), t.as_ref(), nulls)?;
            count(this.py(), cell, times.as_deref(), &rows, nulls, false).map(drop)
        }
    }
}

pub fn accumulate<'py>(
    cell: &KernelCell<Held>,
    this: &Bound<'py, PyAny>,
    columns: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let (columns, nulls) = parsed(cell, columns, named)?;
    match columns {
        Columns::Numbers(arguments) => {
            let all = arguments.borrowed();
            if all.iter().copied().chain(&arguments.t).any(is_iterator) {
                return Accumulation::over(this, &all, arguments.named());
            }
            if cell.with(this.py(), |held| !held.plain && held.width().is_none())? {
                return readings(cell, &arguments, nulls);
            }
            take(cell, &arguments, nulls, true)?.ok_or_else(|| PyValueError::new_err("no values"))
        }
        Columns::Objects(window, columns) => window.accumulate(this, &columns),
        Columns::Along(window, columns, t) => {
            if columns.iter().chain(&t).any(is_iterator) {
                let columns: Vec<_> = columns.iter().collect();
                return Accumulation::over(this, &columns, t.as_ref().map(|t| ("t", t)));
            }
            let (answers, rows) = along(this.py(), &*window, &columns, t.as_ref(), nulls, true)?;
            let answers: Vec<_> =
                answers.into_iter().map(|answer| answer.into_object(this.py())).collect::<PyResult<_>>()?;
            array(this.py(), rows.seen().map(|seen| answers[seen].clone()).collect())
        }
        Columns::Unseen(column, t) => {
            if column.iter().chain(&t).any(is_iterator) {
                let columns: Vec<_> = column.iter().collect();
                return Accumulation::over(this, &columns, t.as_ref().map(|t| ("t", t)));
            }
            let (times, rows) = unseen(column.as_ref(), t.as_ref(), nulls)?;
            count(this.py(), cell, times.as_deref(), &rows, nulls, true)?
                .ok_or_else(|| PyValueError::new_err("no values"))
        }
    }
}

/// Updates with the columns and returns an array of the values after each observation, which are neither one number nor
/// several.
fn readings<'py>(cell: &KernelCell<Held>, arguments: &Arguments<'py>, nulls: Nulls) -> PyResult<Bound<'py, PyAny>> {
    let (py, batch) = arguments.read(nulls)?;
    let mut given = given(&batch, nulls)?;
    let done = cell
        .with_many(py, batch.rows.count, |held| held.numbers().map(|window| numbers::readings(window, &mut given)))?;
    let readings = done.unwrap_or(Ok(Vec::new())).map_err(|error| batch.at_row(py, "t", error))?;
    let value = |seen: usize| match readings.get(seen) {
        Some(reading) if !reading.is_none() => reading_object(py, reading).map(Some),
        _ => Ok(None),
    };
    let rows = if nulls.are_slots() { batch.rows.every() } else { batch.rows.clone() };
    objects(py, rows.seen().map(value))
}

/// Updates with rows that are not looked at.
fn count<'py>(
    py: Python<'py>,
    cell: &KernelCell<Held>,
    times: Option<&[Timestamp]>,
    rows: &Rows,
    nulls: Nulls,
    wanted: bool,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let counted = Rows { len: rows.count, count: rows.count, validity: Validity::ALL };
    let slots = if nulls.are_slots() { Some(rows) } else { None };
    let given = || Ok(Given { blocks: Blocks::new(&counted, &[])?, weights: None, times, slots });
    add(py, cell, rows, given, nulls, wanted, |(row, error)| at_index(py, error.into(), "t", rows.index(row)))
}

/// Return a column as a list with None for nulls; an iterator as it is.
#[pyfunction]
pub fn nulls_as_none<'py>(column: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if is_iterator(column) {
        return Ok(column.clone());
    }
    let Objects { mut items, validity } = Objects::read(column, "X")?;
    for (index, item) in items.iter_mut().enumerate() {
        if !validity.is_valid(index) {
            *item = column.py().None().into_bound(column.py());
        }
    }
    Ok(PyList::new(column.py(), items)?.into_any())
}

/// Update with all rows or, on an error, none, by `update` of a window in Python, which is locked meanwhile.
#[pyfunction]
#[pyo3(signature = (window, *columns, **named))]
pub fn update_rows<'py>(
    window: &Bound<'py, PyAny>,
    columns: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<()> {
    rows_in(window, &ReentrantLock::default(), columns, named)
}

/// Do the same as `update_rows`, and return the value after each row.
#[pyfunction]
#[pyo3(signature = (window, *columns, **named))]
pub fn accumulate_rows<'py>(
    window: &Bound<'py, PyAny>,
    columns: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    rows_with_values(window, &ReentrantLock::default(), columns, named)
}

fn rows_in<'py>(
    window: &Bound<'py, PyAny>,
    lock: &ReentrantLock,
    columns: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<()> {
    let (columns, t) = loose(columns, named)?;
    let columns: Vec<_> = columns.iter().collect();
    row_by_row(window, lock, &columns, t.as_ref().map(|t| ("t", t)), false).map(drop)
}

fn rows_with_values<'py>(
    window: &Bound<'py, PyAny>,
    lock: &ReentrantLock,
    columns: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let (columns, named) = loose(columns, named)?;
    let (columns, named) = (columns.iter().collect::<Vec<_>>(), named.as_ref().map(|t| ("t", t)));
    if columns.iter().any(|column| is_iterator(column)) {
        return Accumulation::over(window, &columns, named);
    }
    array(window.py(), row_by_row(window, lock, &columns, named, true)?)
}

/// The columns of a call to a window whose statistic is written in Python.
#[allow(clippy::type_complexity, reason = "the columns, and perhaps t")]
fn loose<'py>(
    columns: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<(Vec<Bound<'py, PyAny>>, Option<Bound<'py, PyAny>>)> {
    let mut all: Vec<_> = columns.iter().collect();
    let mut t = None;
    for (name, column) in named.into_iter().flatten() {
        if name.eq("t")? { t = Some(column) } else { all.push(column) }
    }
    Ok((all, t))
}

/// Updates with the columns; with the values after each observation as an array, if they are wanted.
fn take<'py>(
    cell: &KernelCell<Held>,
    arguments: &Arguments<'py>,
    nulls: Nulls,
    wanted: bool,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let (py, batch) = arguments.read(nulls)?;
    add(py, cell, &batch.rows, || given(&batch, nulls), nulls, wanted, |error| batch.at_row(py, "t", error))
}

fn given<'a>(batch: &'a Batch<'_>, nulls: Nulls) -> PyResult<Given<'a>> {
    let slots = if nulls.are_slots() { Some(&batch.rows) } else { None };
    Ok(Given { blocks: batch.blocks()?, weights: batch.weights.as_deref(), times: batch.times.as_deref(), slots })
}

/// Updates with what is given; with the values after each observation as an array, if they are wanted.
fn add<'py, 'a>(
    py: Python<'py>,
    cell: &KernelCell<Held>,
    rows: &Rows,
    given: impl Fn() -> PyResult<Given<'a>>,
    nulls: Nulls,
    wanted: bool,
    failed: impl Fn((usize, Error)) -> PyErr,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let len = rows.count;
    if !wanted {
        let mut given = given()?;
        let done = cell
            .with_many(py, len, |held| held.numbers().map(|window| numbers::update_many(window, &mut given, None)))?;
        return done.unwrap_or(Ok(())).map_err(failed).map(|()| None);
    }
    let shown = if nulls.are_slots() { rows.every() } else { rows.clone() };
    let width = cell.with(py, |held| held.width())?;
    let values = results(py, &shown, width, &mut |out, before| {
        let mut given = given()?;
        let done = cell.with_many(py, len, |held| {
            let window = held.numbers().filter(|window| window.width() == width)?;
            window.write(before);
            Some(numbers::update_many(window, &mut given, Some(&mut out[..shown.count * before.len()])))
        })?;
        done.unwrap_or(Ok(())).map_err(&failed)
    })?;
    Ok(Some(values))
}
