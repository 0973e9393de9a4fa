//! What `accumulate` returns: the value after each index.

use crate::python::columns::{rows::Rows, validity::Validity};
use numpy::{PyArray1, PyArrayDyn, PyArrayMethods};
use pyo3::{
    intern,
    prelude::*,
    types::{PyFloat, PyTuple},
};
use std::iter;

/// Writes values, and the one before them.
pub type Fill<'a, R> = dyn FnMut(&mut [f64], &mut [f64]) -> PyResult<R> + 'a;

/// An array with the values that `fill` writes: one after each row, and the one before the first. If a value is several
/// numbers, `width` of them, the array has two dimensions, and they are written one value after the other.
pub fn results<'py>(
    py: Python<'py>,
    rows: &Rows,
    width: Option<usize>,
    fill: &mut Fill<'_, ()>,
) -> PyResult<Bound<'py, PyAny>> {
    filled(py, rows.len, width, &mut |out, before| fill(out, before).map(|()| rows.validity.clone()))
}

/// As [`results`], where only `fill` finds out which of the indices have a row.
pub fn filled<'py>(
    py: Python<'py>,
    len: usize,
    width: Option<usize>,
    fill: &mut Fill<'_, Validity>,
) -> PyResult<Bound<'py, PyAny>> {
    // NumPy itself raises an error if there is no memory; the crate's function that makes an array would panic.
    let shape = PyTuple::new(py, iter::once(len).chain(width).collect::<Vec<_>>())?;
    let results = py.import(intern!(py, "numpy"))?.call_method1(intern!(py, "zeros"), (shape,))?;
    let results = results.cast_into::<PyArrayDyn<f64>>()?;
    // Nobody else has the array yet, so it cannot change meanwhile.
    let mut writing = results.try_readwrite()?;
    let out = writing.as_slice_mut()?;
    let mut before = vec![f64::NAN; width.unwrap_or(1)];
    let validity = fill(out, &mut before)?;
    if !validity.is_all() {
        spread(out, &validity, &before);
    }
    drop(writing);
    Ok(results.into_any())
}

/// Moves the values at the front of `out` to the indices of their rows; at one without a row, the value stays the same.
fn spread(out: &mut [f64], validity: &Validity, before: &[f64]) {
    let width = before.len();
    let len = out.len() / width;
    let mut values = validity.count(len);
    for index in (0..len).rev() {
        match values.checked_sub(1) {
            Some(last) => out.copy_within(last * width..values * width, index * width),
            None => out[index * width..][..width].copy_from_slice(before),
        }
        values -= usize::from(validity.is_valid(index));
    }
}

/// An array of objects, with NaN for None.
pub fn objects<'py>(
    py: Python<'py>,
    values: impl Iterator<Item = PyResult<Option<Bound<'py, PyAny>>>>,
) -> PyResult<Bound<'py, PyAny>> {
    let nan = PyFloat::new(py, f64::NAN).into_any();
    let values = values.map(|value| Ok(value?.unwrap_or_else(|| nan.clone()).unbind()));
    Ok(PyArray1::from_vec(py, values.collect::<PyResult<Vec<_>>>()?).into_any())
}

/// Values as an array: of floats if they all are floats or None, else of objects. NaN stands for None.
pub fn array<'py>(py: Python<'py>, values: Vec<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
    let number = |value: &Bound<'py, PyAny>| {
        if value.is_none() { Some(f64::NAN) } else { value.cast_exact::<PyFloat>().ok().map(|value| value.value()) }
    };
    match values.iter().map(number).collect::<Option<Vec<f64>>>() {
        Some(numbers) => Ok(PyArray1::from_vec(py, numbers).into_any()),
        None => objects(py, values.into_iter().map(|value| Ok(Some(value).filter(|value| !value.is_none())))),
    }
}
