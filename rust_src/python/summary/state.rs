//! The state of summaries, in bytes.

use crate::{
    Error,
    kernels::numerics::{validate, weight},
    python::{
        erased::{
            class::{self, Class, Plan},
            held::Held,
            kernels::Kernels,
        },
        state::envelope,
        summary::store::{CLASS, RsSummary, Stored, Summaries},
    },
};
use pyo3::{prelude::*, types::PyTuple};
use std::collections::BTreeSet;

/// The summaries in an envelope.
pub fn read(py: Python<'_>, data: &[u8]) -> PyResult<Summaries> {
    let invalid = |reason: &str| Error::state(CLASS, reason);
    let Stored { statistics, weights } = envelope::open(CLASS, data, |stored: &Stored| {
        let names: BTreeSet<_> = stored.statistics.iter().map(|(name, ..)| name).collect();
        validate::ensure(!names.is_empty() && names.len() == stored.statistics.len(), "names that are not distinct")?;
        stored.weights.iter().try_for_each(|&total| weight::validate_total(total))
    })?;
    let (mut names, mut kernels) = (Vec::new(), Vec::new());
    for (name, class, data) in statistics {
        let class = Some(class).filter(|class| class != CLASS);
        let class = class.and_then(|class| class::named(py, &class)).filter(|class| class.has_side_by_side());
        kernels.push(class.ok_or_else(|| invalid("a statistic of no class"))?.read_side_by_side(py, &data)?);
        names.push(name);
    }
    let mut summaries = Summaries::new(names.into(), kernels).map_err(|error| invalid(&error.to_string()))?;
    for column in &summaries.columns {
        let expected = if column.source.is_some() { 0 } else { weights.len() };
        if column.kernels.len() != expected {
            return Err(invalid("its statistics differ in number").into());
        }
    }
    summaries.weights = weights;
    Ok(summaries)
}

/// Summaries as a class of statistics, which groups hold.
pub struct Entry;

impl Class for Entry {
    fn name(&self) -> &'static str {
        CLASS
    }

    fn window(&'static self, _: &Bound<'_, PyAny>, _: Plan, _: u64) -> PyResult<Held> {
        Err(Error::state(CLASS, "it has no windows").into())
    }

    fn read(&'static self, name: class::Name<'_>, _: &[u8], _: &Bound<'_, PyTuple>) -> PyResult<Held> {
        Err(Error::state(name.text(), "summaries have no windows").into())
    }

    fn side_by_side(&'static self, statistic: &Bound<'_, PyAny>) -> PyResult<Box<dyn Kernels>> {
        let alone = statistic.cast::<RsSummary>()?.get().0.with(statistic.py(), |held| held.kernels.picked(&[0]))?;
        Ok(Box::new(alone))
    }

    fn read_side_by_side(&'static self, py: Python<'_>, data: &[u8]) -> PyResult<Box<dyn Kernels>> {
        Ok(Box::new(read(py, data)?))
    }

    fn has_side_by_side(&self) -> bool {
        true
    }
}
