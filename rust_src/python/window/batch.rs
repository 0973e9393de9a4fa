//! Whole columns into windows.

use crate::{
    Error,
    kernels::numerics::weight,
    python::{
        batch::{
            numbers::Batch,
            results::{array, results},
            walk::{Accumulation, row_by_row},
        },
        columns::source::is_iterator,
        sync::{kernel_cell::KernelCell, reentrant::ReentrantLock},
        window::erased::{Given, Held},
    },
};
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{PyDict, PyTuple},
};

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
                Some(place) if given[place].is_none() => given[place] = Some(column).filter(|column| !column.is_none()),
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

    fn borrowed(&self) -> Vec<&Bound<'py, PyAny>> {
        self.columns.iter().chain(&self.w).collect()
    }

    fn named(&self) -> Option<(&'static str, &Bound<'py, PyAny>)> {
        self.t.as_ref().map(|t| ("t", t))
    }
}

pub fn update_many<'py>(
    (cell, lock): (&KernelCell<Held>, &ReentrantLock),
    this: &Bound<'py, PyAny>,
    columns: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<()> {
    let py = this.py();
    let Some(wanted) = cell.try_with(py, |held| held.takes())? else {
        return rows_in(this, lock, columns, named);
    };
    let arguments = Arguments::parse(wanted, columns, named)?;
    take(cell, &arguments, false).map(drop)
}

pub fn accumulate<'py>(
    (cell, lock): (&KernelCell<Held>, &ReentrantLock),
    this: &Bound<'py, PyAny>,
    columns: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = this.py();
    let Some(wanted) = cell.try_with(py, |held| held.takes())? else {
        return rows_with_values(this, lock, columns, named);
    };
    let arguments = Arguments::parse(wanted, columns, named)?;
    let all = arguments.borrowed();
    if all.iter().copied().chain(&arguments.t).any(is_iterator) {
        return Accumulation::over(this, &all, arguments.named());
    }
    take(cell, &arguments, true)?.ok_or_else(|| PyValueError::new_err("no values"))
}

/// Take rows in, all or none, by `update` of a window that is kept in Python and is locked meanwhile.
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
fn take<'py>(
    cell: &KernelCell<Held>,
    Arguments { columns, w, t }: &Arguments<'py>,
    wanted: bool,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = columns[0].py();
    let names = &["X", "Y"][..columns.len()];
    let batch = Batch::read(&columns.iter().collect::<Vec<_>>(), names, w.as_ref(), t.as_ref())?;
    for (row, &w) in batch.weights.iter().flatten().enumerate() {
        weight::is_positive(w).map_err(|error| batch.at_row(py, "w", (row, error)))?;
    }
    let (len, failed) = (batch.rows.count, |error: (usize, Error)| batch.at_row(py, "t", error));
    let given = || {
        Ok::<_, PyErr>(Given {
            blocks: batch.blocks()?,
            weights: batch.weights.as_deref(),
            times: batch.times.as_deref(),
        })
    };
    if !wanted {
        let mut given = given()?;
        return cell.with_many(py, len, |held| held.update_many(&mut given, None))?.map_err(failed).map(|()| None);
    }
    let values = results(py, &batch.rows, |out, before| {
        let mut given = given()?;
        let done = cell.with_many(py, len, |held| {
            *before = held.get().unwrap_or(f64::NAN);
            held.update_many(&mut given, Some(&mut out[..len]))
        })?;
        done.map_err(failed)
    })?;
    Ok(Some(values))
}
