//! The columns of a call: keys, what is observed, weights and times.

use crate::{
    kernels::numerics::timestamp::Timestamp,
    python::{
        batch::numbers::Batch,
        columns::{
            keys::{self, KeyColumn},
            numbers::{Access, Numbers},
            objects::{Presence, is_missing},
            rows::{Blocks, Rows},
            sequence::at_index,
            times,
            validity::Validity,
        },
        erased::held::Shape,
        groups::store::{Groups, Observation},
    },
};
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyDict, PyTuple},
};

/// The columns of a call by their names.
pub struct Arguments<'py> {
    columns: Vec<Bound<'py, PyAny>>,
    w: Option<Bound<'py, PyAny>>,
    t: Option<Bound<'py, PyAny>>,
}

/// What is observed, row by row: one in which a value is missing is left out, as is one of weight 0.
pub struct Observed<'py> {
    numbers: Option<Batch<'py>>,
    shape: Shape,
    pub rows: Rows,
    pub weights: Option<Vec<f64>>,
    pub times: Option<Vec<Timestamp>>,
    /// How many rows were left out because their values are NaN or missing.
    pub n_skipped: u64,
}

impl<'py> Arguments<'py> {
    /// Reads `(X, Y, w=w, t=t)`, where Y is for pairs, w for weighted statistics, and no X for events.
    pub fn parse(shape: Shape, columns: &Bound<'py, PyTuple>, named: Option<&Bound<'py, PyDict>>) -> PyResult<Self> {
        let (names, required, weighted) = match shape {
            Shape::Numbers { count, weighted } => (&["X", "Y"][..count], count, weighted),
            Shape::Event | Shape::Objects(_) => (&[][..], 0, false),
            Shape::Anything => (&["X"][..], 0, false),
        };
        let names = [names, if weighted { &["w"] } else { &[] }, &["t"]].concat();
        let mut given: Vec<Option<Bound<'py, PyAny>>> = vec![None; names.len()];
        let most = names.len() - usize::from(shape != Shape::Event);
        if columns.len() > most {
            let message = format!("at most {most} columns of values can be given, got {}", columns.len());
            return Err(PyTypeError::new_err(message));
        }
        given.iter_mut().zip(columns).for_each(|(given, column)| *given = Some(column));
        for (name, column) in named.into_iter().flatten() {
            let name = name.extract::<String>()?;
            match names.iter().position(|&known| known == name) {
                Some(index) if given[index].is_none() => given[index] = Some(column).filter(|column| !column.is_none()),
                Some(_) => return Err(PyTypeError::new_err(format!("got two columns {name}"))),
                None => {
                    let names = names.join(", ");
                    return Err(PyTypeError::new_err(format!("no column {name} is taken, only {names}")));
                }
            }
        }
        let t = given.pop().flatten();
        let w = if weighted { given.pop().flatten() } else { None };
        let columns: Vec<_> = given.into_iter().flatten().collect();
        if columns.len() < required {
            return Err(PyTypeError::new_err(format!("the column {} is missing", names[columns.len()])));
        }
        Ok(Self { columns, w, t })
    }

    /// Reads the columns that go with a column of keys.
    pub fn read_with(
        &self,
        keys: &Bound<'py, PyAny>,
        shape: Shape,
        skipna: bool,
    ) -> PyResult<(KeyColumn<'py>, Observed<'py>)> {
        let column = KeyColumn::read(keys)?;
        let observed = self.read_beside(Some(column.len()), keys.py(), shape, skipna)?;
        Ok((column, observed))
    }

    /// Reads the columns.
    pub fn read(&self, py: Python<'py>, shape: Shape, skipna: bool) -> PyResult<Observed<'py>> {
        self.read_beside(None, py, shape, skipna)
    }

    fn read_beside(&self, keys: Option<usize>, py: Python<'py>, shape: Shape, skipna: bool) -> PyResult<Observed<'py>> {
        let mut observed = match shape {
            Shape::Numbers { .. } => Observed::numbers(self, shape, skipna)?,
            _ => self.unseen(shape, keys, skipna)?,
        };
        let all = Validity::ALL;
        let name = if self.columns.is_empty() { "t" } else { "X" };
        Rows::of(keys.map(|len| (keys::NAME, len, &all)).into_iter().chain([(name, observed.rows.len, &all)]))?;
        if skipna {
            observed.n_skipped += (observed.rows.len - observed.rows.count) as u64;
        }
        observed.leave_out_weightless(py)?;
        Ok(observed)
    }

    /// For observations that are only counted, and for events.
    fn unseen(&self, shape: Shape, keys: Option<usize>, skipna: bool) -> PyResult<Observed<'py>> {
        let read = |column| {
            if skipna { Presence::read_without(column, "X", is_missing) } else { Presence::read(column, "X") }
        };
        let present = self.columns.first().map(read).transpose()?;
        let mut times = self.t.as_ref().map(|t| times::read(t, "t")).transpose()?;
        if keys.is_none() && present.is_none() && times.is_none() {
            let name = if shape == Shape::Event { "t" } else { "X" };
            return Err(PyTypeError::new_err(format!("the column {name} is missing")));
        }
        let all = Validity::ALL;
        let keys = keys.map(|len| (keys::NAME, len, &all));
        let present = present.iter().map(|present| ("X", present.len, &present.validity));
        let beside = times.iter().map(|times| ("t", times.len(), &all));
        let rows = Rows::of(keys.into_iter().chain(present).chain(beside))?;
        times.iter_mut().for_each(|times| rows.validity.retain(0, times));
        Ok(Observed { numbers: None, shape, rows, weights: None, times, n_skipped: 0 })
    }
}

impl<'py> Observed<'py> {
    fn numbers(arguments: &Arguments<'py>, shape: Shape, skipna: bool) -> PyResult<Self> {
        let names = &["X", "Y"][..arguments.columns.len()];
        let columns: Vec<_> = arguments.columns.iter().collect();
        let beside = [("w", &arguments.w), ("t", &arguments.t)];
        let beside: Vec<_> = beside.iter().filter_map(|(name, column)| Some((*name, column.as_ref()?))).collect();
        let read = if skipna { Numbers::read_optional } else { Numbers::read };
        let mut batch = Batch::read(read, &columns, names, &beside)?;
        if skipna {
            batch.leave_out_nan()?;
        }
        let Rows { len, count, ref validity } = batch.rows;
        let rows = Rows { len, count, validity: validity.clone() };
        let (weights, times) = (batch.weights.take(), batch.times.take());
        Ok(Self { numbers: Some(batch), shape, rows, weights, times, n_skipped: 0 })
    }

    /// Checks the weights, and leaves out the rows in which one is 0.
    fn leave_out_weightless(&mut self, py: Python<'_>) -> PyResult<()> {
        let Some(weights) = &self.weights else { return Ok(()) };
        let mut counts = Vec::with_capacity(weights.len());
        for (row, &w) in weights.iter().enumerate() {
            counts.push(Groups::counts(w).map_err(|error| at_index(py, error.into(), "w", self.rows.index(row)))?);
        }
        if counts.contains(&false)
            && let Some(batch) = &mut self.numbers
        {
            let kept = Validity::of(counts.len(), counts.iter().copied())?;
            self.weights.iter_mut().for_each(|weights| kept.retain(0, weights));
            self.times.iter_mut().for_each(|times| kept.retain(0, times));
            batch.rows.narrow(counts);
            self.rows = batch.rows.clone();
        }
        Ok(())
    }

    /// The numbers in blocks. No Python code may run in this thread until they are read.
    pub fn blocks(&self) -> PyResult<Option<Blocks<'_>>> {
        self.numbers.as_ref().map(Batch::blocks).transpose()
    }

    pub fn are_pairs(&self) -> bool {
        matches!(self.shape, Shape::Numbers { count: 2, .. })
    }

    /// The weight and the time of a row, with its numbers.
    pub fn observation(&self, row: usize, (x, y): (f64, f64)) -> Observation {
        let w = self.weights.as_ref().map_or(1.0, |weights| weights[row]);
        Observation { x, y, w, t: self.times.as_ref().map(|times| times[row]) }
    }

    /// The numbers of all rows.
    pub fn all_numbers(&self) -> PyResult<Vec<(f64, f64)>> {
        let mut numbers = Vec::with_capacity(self.rows.count);
        match self.blocks()? {
            None => numbers.resize(self.rows.count, (0.0, 0.0)),
            Some(mut blocks) if self.are_pairs() => {
                blocks.each(Access::COPIED, |pairs: &[(f64, f64)], _| {
                    numbers.extend_from_slice(pairs);
                });
            }
            Some(mut blocks) => blocks.each(Access::COPIED, |xs: &[f64], _| {
                numbers.extend(xs.iter().map(|&x| (x, 0.0)));
            }),
        }
        Ok(numbers)
    }

    /// The error for a row, caused by its time, or by its weight if there are no times.
    pub fn at_row(&self, py: Python<'_>, error: PyErr, row: usize) -> PyErr {
        let name = if self.times.is_some() { "t" } else { "w" };
        at_index(py, error, name, self.rows.index(row))
    }
}
