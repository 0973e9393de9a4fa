//! The state of a kernel that holds the values themselves, which may be any objects.

use crate::{
    Error,
    kernels::{statistics::Shift, traits::Statistic},
    python::state::{
        envelope,
        values::{self, Token},
    },
};
use pyo3::{
    prelude::*,
    types::{PyFloat, PyTuple},
};
use serde::{Deserialize, Serialize};
use std::{convert::Infallible, iter};

/// The name of states in which all values are floats, and of those in which some are not.
pub const NAME: &str = "Shift";
const OF_OBJECTS: &str = "Shift(objects)";

/// The state of a kernel whose values are not all floats.
#[derive(Serialize, Deserialize)]
struct State {
    amount: u64,
    n: u64,
    /// The tokens of the fill value and of the values that are held, oldest first; empty if the values are stored
    /// alongside.
    values: Vec<Token>,
}

/// The fill value and those that are held, oldest first.
pub fn all(py: Python<'_>, shift: &Shift<Py<PyAny>>) -> Vec<Py<PyAny>> {
    let fill = shift.fill_value.as_ref().map_or_else(|| py.None(), |value| value.clone_ref(py));
    iter::once(fill).chain(shift.buffer().map(|value| value.clone_ref(py))).collect()
}

fn sealed(shift: &Shift<Py<PyAny>>, values: Vec<Token>) -> Result<Vec<u8>, Error> {
    envelope::seal(OF_OBJECTS, &State { amount: shift.amount, n: shift.count(), values })
}

/// Everything in bytes.
pub fn to_bytes(py: Python<'_>, shift: &Shift<Py<PyAny>>) -> PyResult<Vec<u8>> {
    match shift.try_map(|value| value.bind(py).cast_exact::<PyFloat>().map(|float| float.value()).map_err(drop)) {
        Ok(numbers) => Ok(envelope::seal(NAME, &numbers)?),
        Err(()) => Ok(sealed(shift, values::write(py, &all(py, shift))?)?),
    }
}

/// Everything in bytes if they can hold the values; otherwise the values in a list alongside the bytes.
pub fn state<'py>(py: Python<'py>, shift: &Shift<Py<PyAny>>) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)> {
    match to_bytes(py, shift) {
        Ok(data) => Ok((data, Vec::new())),
        Err(_) => Ok((sealed(shift, Vec::new())?, vec![all(py, shift).into_pyobject(py)?])),
    }
}

/// The kernel that the bytes hold; its values may be in a list alongside them.
pub fn decode(py: Python<'_>, data: &[u8], beside: &Bound<'_, PyTuple>) -> PyResult<Shift<Py<PyAny>>> {
    let invalid = |reason| Error::state(NAME, reason);
    if envelope::class_of(data) != Some(OF_OBJECTS) {
        let [] = beside.extract::<[Bound<'_, PyAny>; 0]>()?;
        let numbers: Shift = envelope::open(NAME, data, Statistic::validate)?;
        let Ok(shift) = numbers.try_map(|&x| Ok::<_, Infallible>(PyFloat::new(py, x).into_any().unbind()));
        return Ok(shift);
    }
    let State { amount, n, values } = envelope::open(OF_OBJECTS, data, |_| Ok(()))?;
    let mut objects = values::read(py, values)?.ok_or_else(|| invalid("its values cannot be read"))?;
    if !beside.is_empty() {
        if !objects.is_empty() {
            return Err(invalid("its values are given twice").into());
        }
        [objects] = beside.extract::<[Vec<_>; 1]>()?;
    }
    let mut objects = objects.into_iter().map(Bound::unbind);
    let fill = objects.next().ok_or_else(|| invalid("it has no fill value"))?;
    let shift = Shift::from_state(amount, Some(fill).filter(|fill| !fill.is_none(py)), n, objects.collect());
    shift.check().map_err(invalid)?;
    Ok(shift)
}
