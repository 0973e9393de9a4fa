//! Merging two [`RsShift`]s into one.

use crate::{
    kernels::numerics::validate,
    python::{
        classes::{merging::Merges, shift::RsShift},
        ffi::attach::attached,
    },
};
use pyo3::prelude::*;

/// What is taken from the newer statistic.
struct Newer {
    amount: u64,
    fill_value: Option<Py<PyAny>>,
    n: u64,
    held: Vec<Py<PyAny>>,
}

impl Merges for RsShift {
    fn merge(this: &Bound<'_, Self>, other: &Bound<'_, Self>) -> PyResult<()> {
        attached(this.py(), |py| {
            let newer = other.get().with(py, |shift| Newer {
                amount: shift.amount,
                fill_value: shift.fill_value.as_ref().map(|value| value.clone_ref(py)),
                n: shift.count(),
                held: shift.buffer().map(|value| value.clone_ref(py)).collect(),
            })?;
            let (n, own) = this
                .get()
                .with(py, |shift| (shift.count(), shift.fill_value.as_ref().map(|value| value.clone_ref(py))))?;
            if n > 0 && newer.n > 0 {
                same_fill(py, own, newer.fill_value)?;
            }
            let (amount, n, mut held) = (newer.amount, newer.n, Some(newer.held));
            let evicted = this.get().with(py, |shift| {
                let held_there = held.as_ref().map_or(0, Vec::len) as u64;
                shift.check_append(amount, n, held_there).map(|()| shift.append(n, held.take().unwrap_or_default()))
            })?;
            // Whatever is dropped here may run Python code: the lock was released.
            evicted.map(drop).map_err(PyErr::from)
        })
    }
}

/// An error unless two fill values are one object, or equal.
fn same_fill(py: Python<'_>, left: Option<Py<PyAny>>, right: Option<Py<PyAny>>) -> PyResult<()> {
    let [left, right] = [left, right].map(|value| value.map_or_else(|| py.None().into_bound(py), |v| v.into_bound(py)));
    if left.is(&right) || left.eq(&right)? {
        return Ok(());
    }
    Err(validate::differ("fill_value", left.repr()?, right.repr()?).into())
}
