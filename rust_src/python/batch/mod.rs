//! `update_many` and `accumulate`: whole columns at once.

#![forbid(unsafe_code)]

pub mod observation;
pub mod row_by_row;
pub mod with_column;

pub use crate::python::batch::observation::{Columns, Observation};
pub use crate::python::batch::row_by_row::{Accumulation, array, row_by_row};
pub use crate::python::batch::with_column::{Beside, accumulate_beside, place, update_beside};
use crate::{
    kernels::traits::Statistic,
    python::{
        columns::{Aligned, Column, is_iterator},
        sync::kernel_cell::KernelCell,
    },
};
use numpy::{PyArray1, PyArrayMethods};
use pyo3::{intern, prelude::*, types::PyFloat};
use std::borrow::Cow;

/// Takes in the columns that are given.
pub fn update_many<K>(cell: &KernelCell<K>, columns: &[&Bound<'_, PyAny>]) -> PyResult<()>
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
    cell: &KernelCell<K>,
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

/// The value, which is no number, after each observation: what `value` says of the kernel, as the object that `object`
/// makes of it.
pub fn accumulate_each<'py, K, V>(
    statistic: &Bound<'py, PyAny>,
    cell: &KernelCell<K>,
    columns: &[&Bound<'py, PyAny>],
    value: fn(&K) -> Option<V>,
    object: fn(Python<'py>, V) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>>
where
    K: Statistic<Input: Observation>,
    V: Copy + Send,
{
    if columns.iter().any(|column| is_iterator(column)) {
        return Accumulation::over(statistic, columns, None);
    }
    let (py, names) = (statistic.py(), K::Input::COLUMNS);
    let read = read(columns, names)?;
    let Aligned { columns, missing, len } = Aligned::new(&read, names)?;
    // The first is the value before; an observation that is left out leaves the value what it was.
    let values = cell.with_many(py, len, |kernel| {
        let mut values = Vec::with_capacity(len + 1);
        values.push(value(kernel));
        K::Input::blocks(&columns, |xs, _| {
            for &x in xs {
                kernel.update(x);
                values.push(value(kernel));
            }
        });
        values
    })?;
    let mut last = 0;
    let objects = (0..missing.as_ref().map_or(len, Vec::len)).map(|place| {
        last += usize::from(missing.as_ref().is_none_or(|missing| !missing[place]));
        Ok(match values[last] {
            Some(value) => object(py, value)?.unbind(),
            None => PyFloat::new(py, f64::NAN).into_any().unbind(),
        })
    });
    Ok(PyArray1::from_vec(py, objects.collect::<PyResult<Vec<_>>>()?).into_any())
}

/// An array with the values that `fill` writes: one after each observation, and the one before the first.
pub fn results<'py>(
    py: Python<'py>,
    len: usize,
    missing: Option<&[bool]>,
    fill: impl FnOnce(&mut [f64], &mut f64) -> PyResult<()>,
) -> PyResult<Bound<'py, PyAny>> {
    filled(py, missing.map_or(len, <[bool]>::len), |out, before| {
        fill(out, before)?;
        Ok(missing.map(Cow::Borrowed))
    })
}

/// As [`results`], where only `fill` finds out which of the `places` have no observation.
pub fn filled<'py, 'a>(
    py: Python<'py>,
    places: usize,
    fill: impl FnOnce(&mut [f64], &mut f64) -> PyResult<Option<Cow<'a, [bool]>>>,
) -> PyResult<Bound<'py, PyAny>> {
    // NumPy itself says when there is no memory for it; the function that makes an array here would panic.
    let results = py.import(intern!(py, "numpy"))?.call_method1(intern!(py, "zeros"), (places,))?;
    let results = results.cast_into::<PyArray1<f64>>()?;
    let mut writing = results.try_readwrite()?;
    let out = writing.as_slice_mut()?;
    let mut before = f64::NAN;
    if let Some(missing) = fill(out, &mut before)? {
        spread(out, &missing, before);
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
