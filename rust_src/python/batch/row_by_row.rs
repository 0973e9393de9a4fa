//! Observations one at a time, by the method `update` of a statistic.

use crate::python::{
    columns::{
        categories::objects,
        same_length,
        sequence::{at_place, push},
    },
    state::snapshot::Snapshot,
    sync::reentrant::ReentrantLock,
};
use numpy::PyArray1;
use pyo3::{
    PyTraverseError, PyVisit, intern,
    prelude::*,
    types::{IntoPyDict, PyDict, PyFloat, PyIterator, PyTuple},
};
use std::slice;

/// Takes in rows one after the other by the method `update` of `statistic`, which then has seen all of them or, if one
/// of them is refused, none; and the values after each, where they are asked for. Those who update the statistic
/// meanwhile wait at its lock.
pub fn row_by_row<'py>(
    statistic: &Bound<'py, PyAny>,
    lock: &ReentrantLock,
    columns: &[&Bound<'py, PyAny>],
    named: Option<(&'static str, &Bound<'py, PyAny>)>,
    values: bool,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = statistic.py();
    let names: Vec<_> = ["X", "Y", "w"].into_iter().take(columns.len()).chain(named.map(|(name, _)| name)).collect();
    let mut lists = Vec::with_capacity(names.len());
    for (&name, column) in names.iter().zip(columns.iter().copied().chain(named.map(|(_, column)| column))) {
        lists.push(objects(column, name)?);
    }
    let lengths: Vec<_> = lists.iter().map(|(items, _)| items.len()).collect();
    same_length(&names, &lengths)?;
    let _guard = lock.lock(py)?;
    let snapshot = Snapshot::of(py, slice::from_ref(statistic))?;
    let update = statistic.getattr(intern!(py, "update"))?;
    let mut found = Vec::new();
    let seen = (0..lengths.first().copied().unwrap_or(0)).try_for_each(|place| {
        let is_missing = |missing: &Option<Vec<bool>>| missing.as_ref().is_some_and(|missing| missing[place]);
        if !lists.iter().any(|(_, missing)| is_missing(missing)) {
            let row = PyTuple::new(py, lists.iter().take(columns.len()).map(|(items, _)| &items[place]))?;
            let keywords = PyDict::new(py);
            if let Some((name, _)) = named {
                keywords.set_item(name, &lists[columns.len()].0[place])?;
            }
            update.call(row, Some(&keywords)).map_err(|error| at_place(py, error, "X", place))?;
        }
        if values { push(&mut found, statistic.call_method0(intern!(py, "get"))?) } else { Ok(()) }
    });
    snapshot.restore_on_error(py, seen).map(|()| found)
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

    /// All of it is set once and for all, so what a cycle through it can be broken at is elsewhere.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.statistic)?;
        visit.call(&self.observations)
    }
}
