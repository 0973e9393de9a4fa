//! What `accumulate` returns: the value after each index.

use crate::{
    kernels::traits::Statistic,
    python::columns::{rows::Rows, validity::Validity},
};
use numpy::{PyArray1, PyArrayMethods};
use pyo3::{intern, prelude::*, types::PyFloat};

/// An array with the values that `fill` writes: one after each row, and the one before the first.
pub fn results<'py>(
    py: Python<'py>,
    rows: &Rows,
    fill: &mut dyn FnMut(&mut [f64], &mut f64) -> PyResult<()>,
) -> PyResult<Bound<'py, PyAny>> {
    filled(py, rows.len, &mut |out, before| fill(out, before).map(|()| rows.validity.clone()))
}

/// As [`results`], where only `fill` finds out which of the indices have a row.
pub fn filled<'py>(
    py: Python<'py>,
    len: usize,
    fill: &mut dyn FnMut(&mut [f64], &mut f64) -> PyResult<Validity>,
) -> PyResult<Bound<'py, PyAny>> {
    // NumPy itself says when there is no memory for it; the function that makes an array here would panic.
    let results = py.import(intern!(py, "numpy"))?.call_method1(intern!(py, "zeros"), (len,))?;
    let results = results.cast_into::<PyArray1<f64>>()?;
    // Nobody else has the array yet, so that nothing happens to it meanwhile.
    let mut writing = results.try_readwrite()?;
    let out = writing.as_slice_mut()?;
    let mut before = f64::NAN;
    let validity = fill(out, &mut before)?;
    if !validity.is_all() {
        spread(out, &validity, before);
    }
    drop(writing);
    Ok(results.into_any())
}

/// Moves the values at the front of `out` to the indices of their rows; at one without a row, the value stays the same.
fn spread(out: &mut [f64], validity: &Validity, before: f64) {
    let mut values = validity.count(out.len());
    for index in (0..out.len()).rev() {
        out[index] = if values > 0 { out[values - 1] } else { before };
        values -= usize::from(validity.is_valid(index));
    }
}

/// The value of a kernel, as an array of floats holds it.
pub fn value<K: Statistic>(kernel: &K) -> f64 {
    kernel.get().unwrap_or(f64::NAN)
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
