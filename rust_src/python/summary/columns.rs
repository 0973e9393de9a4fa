//! Whole columns into a summary.

use crate::python::{
    erased::{kernels::Kernels, observation::Block},
    groups::{
        batch::detached,
        columns::{Arguments, Observed},
    },
    summary::store::{Held, RsSummary},
};
use pyo3::{
    prelude::*,
    types::{PyDict, PyTuple},
};

/// Updates with all rows or none.
pub fn update(
    this: &Bound<'_, RsSummary>,
    columns: &Bound<'_, PyTuple>,
    named: Option<&Bound<'_, PyDict>>,
) -> PyResult<()> {
    let (py, cell) = (this.py(), &this.get().0);
    let (shape, skipna) = cell.with(py, |held| (held.kernels.shape(), held.skipna))?;
    let observed = Arguments::parse(shape, columns, named)?.read(py, shape, skipna)?;
    cell.claim(py, |held| {
        let kernels = &held.kernels;
        if observed.weights.is_none() && observed.times.is_none() && kernels.takes_blocks() {
            kernels.told_time(None)?;
            let (blocks, access, count) = (observed.blocks()?, kernels.access(), observed.rows.count);
            let (kernels, pairs) = (&mut held.kernels, observed.are_pairs());
            detached(py, count, || match blocks {
                None => kernels.update_many(0, Block::Unseen(count)),
                Some(mut blocks) if pairs => {
                    blocks.each(access, |xs: &[(f64, f64)], _| kernels.update_many(0, Block::Pairs(xs)));
                }
                Some(mut blocks) => blocks.each(access, |xs: &[f64], _| kernels.update_many(0, Block::Numbers(xs))),
            });
        } else {
            row_by_row(py, held, &observed)?;
        }
        held.n_skipped += observed.n_skipped;
        Ok(())
    })?
}

fn row_by_row(py: Python<'_>, held: &mut Held, observed: &Observed<'_>) -> PyResult<()> {
    let mut next = held.kernels.picked(&[0]);
    for (row, numbers) in observed.all_numbers()?.into_iter().enumerate() {
        let one = observed.observation(row, numbers);
        let updated =
            next.told_time(one.t).and_then(|t| next.update(0, one.x, one.y, one.w, t).map_err(|error| *error));
        updated.map_err(|error| observed.at_row(py, error.into(), row))?;
    }
    held.kernels = next;
    Ok(())
}
