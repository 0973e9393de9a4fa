//! The state of a kernel that works on symbols, and of the objects that these stand for.

use crate::{
    Error,
    kernels::traits::Categorical,
    python::{
        interning::interned::{Interned, Objects},
        state::{
            envelope,
            values::{self, Token},
        },
    },
};
use pyo3::{prelude::*, types::PyTuple};

/// The kernel and the objects that its symbols stand for, all in bytes.
pub fn to_bytes<K: Categorical<N>, const N: usize>(
    py: Python<'_>,
    class: &str,
    objects: &Objects<K, N>,
) -> PyResult<Vec<u8>> {
    let (kernel, keys) = objects.snapshot(py)?;
    let tokens = keys.iter().map(|keys| values::write(py, keys)).collect::<PyResult<Vec<_>>>()?;
    Ok(envelope::seal(class, &(kernel, tokens))?)
}

/// As [`to_bytes`], but where bytes cannot hold the objects, these are in a list for each variable alongside the bytes.
pub fn state<'py, K: Categorical<N>, const N: usize>(
    py: Python<'py>,
    class: &str,
    objects: &Objects<K, N>,
) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)> {
    let (kernel, keys) = objects.snapshot(py)?;
    let (tokens, beside) = written(py, Vec::from(keys))?;
    Ok((envelope::seal(class, &(kernel, tokens))?, beside))
}

/// The objects of each variable in bytes, or in a list of lists alongside them.
type Written<'py> = (Vec<Vec<Token>>, Vec<Bound<'py, PyAny>>);

fn written(py: Python<'_>, keys: Vec<Vec<Py<PyAny>>>) -> PyResult<Written<'_>> {
    let tokens: PyResult<Vec<_>> = keys.iter().map(|keys| values::write(py, keys)).collect();
    Ok(match tokens {
        Ok(tokens) if !tokens.iter().any(|tokens| values::hold_nan(tokens)) => (tokens, Vec::new()),
        _ => (Vec::new(), vec![keys.into_pyobject(py)?]),
    })
}

/// The kernel that the bytes hold, and its objects, which may be alongside them.
pub fn decode<K: Categorical<N>, const N: usize>(
    class: &str,
    data: &[u8],
    beside: &Bound<'_, PyTuple>,
) -> PyResult<Interned<K, N>> {
    let (kernel, tokens): (K, Vec<Vec<Token>>) = envelope::open(class, data, |(kernel, _): &(K, _)| kernel.validate())?;
    let keys = read(class, tokens, beside)?;
    Ok(Interned::with_keys(kernel, &keys)?.map_err(|reason| Error::state(class, reason))?)
}

/// The objects of each variable, which are in the bytes or alongside them.
fn read<'py>(
    class: &str,
    tokens: Vec<Vec<Token>>,
    beside: &Bound<'py, PyTuple>,
) -> PyResult<Vec<Vec<Bound<'py, PyAny>>>> {
    let invalid = |reason| Error::state(class, reason);
    let (py, mut keys) = (beside.py(), Vec::new());
    for tokens in tokens {
        keys.push(values::read(py, tokens)?.ok_or_else(|| invalid("its values cannot be read"))?);
    }
    if !beside.is_empty() {
        if !keys.is_empty() {
            return Err(invalid("its values are given twice").into());
        }
        [keys] = beside.extract::<[Vec<Vec<_>>; 1]>()?;
    }
    Ok(keys)
}
