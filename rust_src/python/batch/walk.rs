//! One row after the other, and observations that come one at a time.

use crate::python::{
    columns::{
        objects::Objects,
        rows::Rows,
        sequence::{at_index, push},
    },
    state::snapshot::Snapshot,
    sync::reentrant::ReentrantLock,
};
use pyo3::{
    PyTraverseError, PyVisit, intern,
    prelude::*,
    types::{IntoPyDict, PyDict, PyIterator, PyTuple},
};
use std::slice;

/// Calls `update` with each index that has a row, and restores `snapshot` if one of them is refused. Returns the result
/// of `value` after each index, if it is given.
pub fn walk<'py>(
    py: Python<'py>,
    rows: &Rows,
    snapshot: Option<Snapshot<'py>>,
    mut update: impl FnMut(usize) -> PyResult<()>,
    value: Option<&dyn Fn() -> PyResult<Bound<'py, PyAny>>>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let mut values = Vec::new();
    let walked = (0..rows.len).try_for_each(|index| {
        if rows.validity.is_valid(index) {
            update(index).map_err(|error| at_index(py, error, "X", index))?;
        }
        value.map_or(Ok(()), |value| push(&mut values, value()?))
    });
    match snapshot {
        Some(snapshot) => snapshot.restore_on_error(py, walked)?,
        None => walked?,
    }
    Ok(values)
}

/// Calls the method `update` of `statistic` with one row after the other; it has then seen all of them or, if one of
/// them is refused, none. Returns the values after each, if they are asked for. Other threads that update the statistic
/// meanwhile wait for its lock.
pub fn row_by_row<'py>(
    statistic: &Bound<'py, PyAny>,
    lock: &ReentrantLock,
    columns: &[&Bound<'py, PyAny>],
    named: Option<(&'static str, &Bound<'py, PyAny>)>,
    values: bool,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = statistic.py();
    let names = ["X", "Y", "w"].into_iter().zip(columns.iter().copied()).chain(named);
    let names = names.map(|(name, column)| Ok((name, Objects::read(column, name)?)));
    let objects = names.collect::<PyResult<Vec<_>>>()?;
    let rows = Rows::of(objects.iter().map(|(name, objects)| (*name, objects.items.len(), &objects.validity)))?;
    let _guard = lock.lock(py)?;
    let snapshot = Snapshot::of(py, slice::from_ref(statistic))?;
    let update = statistic.getattr(intern!(py, "update"))?;
    let take = |index: usize| {
        let row = PyTuple::new(py, objects.iter().take(columns.len()).map(|(_, objects)| &objects.items[index]))?;
        let keywords = PyDict::new(py);
        for (name, objects) in objects.iter().skip(columns.len()) {
            keywords.set_item(name, &objects.items[index])?;
        }
        update.call(row, Some(&keywords)).map(drop)
    };
    let get = || statistic.call_method0(intern!(py, "get"));
    walk(py, &rows, Some(snapshot), take, if values { Some(&get) } else { None })
}

/// An iterator over the values of a statistic, which is updated with one observation at each step.
#[pyclass(module = "river.stats._rust_stats", frozen)]
pub struct Accumulation {
    statistic: Py<PyAny>,
    /// An iterator of tuples, the arguments of `update`.
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

    /// Updates with the next observation, if there is one.
    fn update_next(&self, py: Python<'_>) -> PyResult<bool> {
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
        if !self.update_next(py)? {
            return Ok(None);
        }
        let value = self.statistic.bind(py).call_method0(intern!(py, "get"))?;
        Ok(Some(if value.is_none() { f64::NAN.into_pyobject(py)?.into_any() } else { value }))
    }

    /// Its fields never change, so a cycle through it has to be broken elsewhere.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.statistic)?;
        visit.call(&self.observations)
    }
}
