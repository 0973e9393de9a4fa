//! Whole columns into windows.

use crate::{
    Error,
    kernels::numerics::{timestamp::Timestamp, weight},
    python::{
        batch::{self, row_by_row::Accumulation, with_column::Beside},
        columns::{Aligned, is_iterator, sequence::at_place},
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

/// What is beside the observations: a column of as many places, without those that are missing.
fn beside<B: Beside>(
    column: Option<&Bound<'_, PyAny>>,
    len: usize,
    missing: Option<&[bool]>,
) -> PyResult<Option<Vec<B>>> {
    let Some(column) = column else { return Ok(None) };
    let mut read = B::read(column)?;
    let places = missing.map_or(len, <[bool]>::len);
    if read.len() != places {
        let message = format!("X and {} must have the same length, got {places} and {} values", B::NAME, read.len());
        return Err(PyValueError::new_err(message));
    }
    if let Some(missing) = missing {
        let mut missing = missing.iter();
        read.retain(|_| missing.next().is_none_or(|missing| !missing));
    }
    Ok(Some(read))
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
    take(cell, &arguments, None).map(drop)
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
    take(cell, &arguments, Some(py))?.ok_or_else(|| PyValueError::new_err("no values"))
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
    batch::row_by_row(window, lock, &columns, t.as_ref().map(|t| ("t", t)), false).map(drop)
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
    Ok(batch::array(window.py(), batch::row_by_row(window, lock, &columns, named, true)?))
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

/// Takes the columns in; with the values after each observation as an array, if an interpreter is given to make it.
fn take<'py>(
    cell: &KernelCell<Held>,
    arguments: &Arguments<'py>,
    array: Option<Python<'py>>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let names = &["X", "Y"][..arguments.columns.len()];
    let py = arguments.columns[0].py();
    let read = batch::read(&arguments.columns.iter().collect::<Vec<_>>(), names)?;
    let Aligned { columns, missing, len } = Aligned::new(&read, names)?;
    let missing = missing.as_deref();
    let weights = beside::<f64>(arguments.w.as_ref(), len, missing)?;
    for (row, &w) in weights.iter().flatten().enumerate() {
        weight::is_positive(w).map_err(|error| at_place(py, error.into(), "w", batch::place(row, missing)))?;
    }
    let times = beside::<Timestamp>(arguments.t.as_ref(), len, missing)?;
    let given = Given { columns: &columns, len, weights, times };
    let failed = |(row, error): (usize, Error)| at_place(py, error.into(), "t", batch::place(row, missing));
    let Some(py) = array else {
        return cell.with_many(py, len, |held| held.update_many(&given, None))?.map_err(failed).map(|()| None);
    };
    let values = batch::results(py, len, missing, |out, before| {
        let done = cell.with_many(py, len, |held| {
            *before = held.get().unwrap_or(f64::NAN);
            let end = given.len;
            held.update_many(&given, Some(&mut out[..end]))
        })?;
        done.map_err(failed)
    })?;
    Ok(Some(values))
}
