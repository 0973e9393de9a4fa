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
            objects::{Objects, Presence},
            rows::{Blocks, Rows},
            sequence::at_index,
            source::is_iterator,
            times,
            validity::Validity,
        },
        erased::{
            held::{Held, Shape, Window},
            numbers::{self, Given, Reading},
            objects::ObjectWindow,
        },
        sync::{kernel_cell::KernelCell, reentrant::ReentrantLock},
    },
};
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{PyDict, PyTuple},
};
use std::sync::Arc;

/// The columns of a call, by what they are called.
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
            return Err(PyTypeError::new_err(format!("{most} columns at most are taken, got {}", columns.len())));
        }
        given.iter_mut().zip(columns).for_each(|(given, column)| *given = Some(column));
        for (name, column) in named.into_iter().flatten() {
            let name = name.extract::<String>()?;
            match names.iter().position(|&known| known == name) {
                Some(index) if given[index].is_none() => given[index] = Some(column).filter(|column| !column.is_none()),
                Some(_) => return Err(PyTypeError::new_err(format!("got two columns {name}"))),
                None => {
                    return Err(PyTypeError::new_err(format!("no column {name} is taken, but {}", names.join(", "))));
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

    /// Reads the columns, of which weights are checked.
    fn read(&self) -> PyResult<(Python<'py>, Batch<'py>)> {
        let py = self.columns[0].py();
        let names = &["X", "Y"][..self.columns.len()];
        let columns: Vec<_> = self.columns.iter().collect();
        let beside: Vec<_> = self.w.iter().map(|w| ("w", w)).chain(self.named()).collect();
        let batch = Batch::read(&columns, names, &beside)?;
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

/// What takes columns of a window.
enum Columns<'py> {
    Numbers(Arguments<'py>),
    Objects(Arc<dyn ObjectWindow>, Vec<Bound<'py, PyAny>>),
    /// The same with a column of times.
    Timed(Arc<dyn ObjectWindow>, Vec<Bound<'py, PyAny>>, Bound<'py, PyAny>),
    /// What is only counted, or events: perhaps a column, and perhaps one of times.
    Unseen(Option<Bound<'py, PyAny>>, Option<Bound<'py, PyAny>>),
}

fn parsed<'py>(
    cell: &KernelCell<Held>,
    columns: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<Columns<'py>> {
    let py = columns.py();
    let (shape, window, bounds) = cell.with(py, |held| match &held.window {
        Window::Numbers(window) => (held.shape, None, Some(window.bounds())),
        Window::Objects(window) => (held.shape, Some(window.clone()), None),
    })?;
    let bounds = match (&window, bounds) {
        (Some(window), None) => window.bounds(py)?,
        (_, bounds) => bounds.unwrap_or_default(),
    };
    let needs_times = || match bounds.period {
        Some(_) => Err(PyTypeError::new_err("t is missing: a column of the times of the observations")),
        None => Ok(()),
    };
    match (shape, window) {
        (Shape::Numbers { count, weighted }, _) => {
            let arguments = Arguments::parse((count, weighted), columns, named)?;
            if arguments.t.is_none() {
                needs_times()?;
            }
            Ok(Columns::Numbers(arguments))
        }
        (_, Some(window)) => match loose(columns, named)? {
            (columns, None) => {
                needs_times()?;
                Ok(Columns::Objects(window, columns))
            }
            (columns, Some(t)) => Ok(Columns::Timed(window, columns, t)),
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
            Ok(if shape == Shape::Event { Columns::Unseen(None, column.or(t)) } else { Columns::Unseen(column, t) })
        }
    }
}

/// The rows of columns of objects, their times, and where they are.
type Timed<'py> = (Vec<Vec<Bound<'py, PyAny>>>, Vec<Timestamp>, Rows);

fn timed<'py>(columns: &[Bound<'py, PyAny>], t: &Bound<'py, PyAny>) -> PyResult<Timed<'py>> {
    let names = ["X", "Y"];
    let read = columns.iter().zip(names).map(|(column, name)| Objects::read(column, name));
    let mut read = read.collect::<PyResult<Vec<_>>>()?;
    let mut times = times::read(t, "t")?;
    let all = Validity::ALL;
    let columns = names.into_iter().zip(&read).map(|(name, column)| (name, column.items.len(), &column.validity));
    let rows = Rows::of(columns.chain([("t", times.len(), &all)]))?;
    for column in &mut read {
        let mut indices = 0..;
        column.items.retain(|_| indices.next().is_some_and(|index| rows.validity.is_valid(index)));
    }
    rows.validity.retain(0, &mut times);
    Ok((read.into_iter().map(|column| column.items).collect(), times, rows))
}

/// The times and the rows of what is only counted, and of events.
fn unseen(column: Option<&Bound<'_, PyAny>>, t: Option<&Bound<'_, PyAny>>) -> PyResult<(Option<Vec<Timestamp>>, Rows)> {
    if column.is_none() && t.is_none() {
        return Err(PyTypeError::new_err("a column is missing"));
    }
    let present = column.map(|column| Presence::read(column, "X")).transpose()?;
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
    match parsed(cell, columns, named)? {
        Columns::Numbers(arguments) => take(cell, &arguments, false).map(drop),
        Columns::Objects(window, columns) => window.update_many(&columns),
        Columns::Timed(window, columns, t) => {
            let (rows, times, _) = timed(&columns, &t)?;
            window.update_rows(this.py(), &rows, &times, false).map(drop)
        }
        Columns::Unseen(column, t) => {
            let (times, rows) = unseen(column.as_ref(), t.as_ref())?;
            count(this.py(), cell, times.as_deref(), &rows, false).map(drop)
        }
    }
}

pub fn accumulate<'py>(
    cell: &KernelCell<Held>,
    this: &Bound<'py, PyAny>,
    columns: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    match parsed(cell, columns, named)? {
        Columns::Numbers(arguments) => {
            let all = arguments.borrowed();
            if all.iter().copied().chain(&arguments.t).any(is_iterator) {
                return Accumulation::over(this, &all, arguments.named());
            }
            if !cell.with(this.py(), |held| held.plain)? {
                return readings(cell, &arguments);
            }
            take(cell, &arguments, true)?.ok_or_else(|| PyValueError::new_err("no values"))
        }
        Columns::Objects(window, columns) => window.accumulate(this, &columns),
        Columns::Timed(window, columns, t) => {
            if columns.iter().chain([&t]).any(is_iterator) {
                return Accumulation::over(this, &columns.iter().collect::<Vec<_>>(), Some(("t", &t)));
            }
            let (columns, times, rows) = timed(&columns, &t)?;
            let answers = window.update_rows(this.py(), &columns, &times, true)?;
            let value = |seen: usize| answers[seen].to_object(this.py());
            array(this.py(), rows.seen().map(value).collect())
        }
        Columns::Unseen(column, t) => {
            if column.iter().chain(&t).any(is_iterator) {
                let columns: Vec<_> = column.iter().collect();
                return Accumulation::over(this, &columns, t.as_ref().map(|t| ("t", t)));
            }
            let (times, rows) = unseen(column.as_ref(), t.as_ref())?;
            count(this.py(), cell, times.as_deref(), &rows, true)?.ok_or_else(|| PyValueError::new_err("no values"))
        }
    }
}

/// Updates with the columns and returns an array of the values, which are no numbers, after each observation.
fn readings<'py>(cell: &KernelCell<Held>, arguments: &Arguments<'py>) -> PyResult<Bound<'py, PyAny>> {
    let (py, batch) = arguments.read()?;
    let mut given = given(&batch)?;
    let done = cell
        .with_many(py, batch.rows.count, |held| held.numbers().map(|window| numbers::readings(window, &mut given)))?;
    let readings = done.unwrap_or(Ok(Vec::new())).map_err(|error| batch.at_row(py, "t", error))?;
    let value = |seen: usize| match readings.get(seen) {
        None | Some(Reading::Number(None)) => Ok(None),
        Some(reading) => reading_object(py, reading).map(Some),
    };
    objects(py, batch.rows.seen().map(value))
}

/// Updates with rows that are not looked at.
fn count<'py>(
    py: Python<'py>,
    cell: &KernelCell<Held>,
    times: Option<&[Timestamp]>,
    rows: &Rows,
    wanted: bool,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let counted = Rows { len: rows.count, count: rows.count, validity: Validity::ALL };
    let given = || Ok(Given { blocks: Blocks::new(&counted, &[])?, weights: None, times });
    add(py, cell, rows, given, wanted, |(row, error)| at_index(py, error.into(), "t", rows.index(row)))
}

/// Update with rows, all or none, by `update` of a window that is kept in Python and is locked meanwhile.
#[pyfunction]
#[pyo3(signature = (window, *columns, **named))]
pub fn update_rows<'py>(
    window: &Bound<'py, PyAny>,
    columns: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<()> {
    rows_in(window, &ReentrantLock::default(), columns, named)
}

/// The same, and return the value after each row.
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
fn take<'py>(cell: &KernelCell<Held>, arguments: &Arguments<'py>, wanted: bool) -> PyResult<Option<Bound<'py, PyAny>>> {
    let (py, batch) = arguments.read()?;
    add(py, cell, &batch.rows, || given(&batch), wanted, |error| batch.at_row(py, "t", error))
}

fn given<'a>(batch: &'a Batch<'_>) -> PyResult<Given<'a>> {
    Ok(Given { blocks: batch.blocks()?, weights: batch.weights.as_deref(), times: batch.times.as_deref() })
}

/// Updates with what is given; with the values after each observation as an array, if they are wanted.
fn add<'py, 'a>(
    py: Python<'py>,
    cell: &KernelCell<Held>,
    rows: &Rows,
    given: impl Fn() -> PyResult<Given<'a>>,
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
    let values = results(py, rows, &mut |out, before| {
        let mut given = given()?;
        let done = cell.with_many(py, len, |held| {
            let window = held.numbers()?;
            *before = window.get().unwrap_or(f64::NAN);
            Some(numbers::update_many(window, &mut given, Some(&mut out[..len])))
        })?;
        done.unwrap_or(Ok(())).map_err(&failed)
    })?;
    Ok(Some(values))
}
