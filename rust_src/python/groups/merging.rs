//! How groups are merged.

use crate::{
    Error,
    python::{
        columns::interner::MISSING,
        groups::store::{Groups, Removals},
        interning::{
            key::Key,
            table::{Verdict, compare},
        },
        sync::kernel_cell::KernelCell,
    },
};
use pyo3::prelude::*;
use std::mem;

/// Merges other groups into these, all of them or none.
pub fn merge(py: Python<'_>, cell: &KernelCell<Groups>, other: &Groups) -> PyResult<Removals> {
    let objects = (0..other.len()).map(|index| other.keys.object(py, index)).collect::<PyResult<Vec<_>>>()?;
    let keys = objects.iter().map(Key::of).collect::<PyResult<Vec<_>>>()?;
    let mut verdicts: Vec<Vec<Verdict>> = keys.iter().map(|_| Vec::new()).collect();
    loop {
        let (mut removals, mut former) = (Removals::default(), None);
        let step = cell.claim(py, |groups| {
            let mut at = Vec::with_capacity(keys.len());
            for (index, (key, verdicts)) in keys.iter().zip(&verdicts).enumerate() {
                match groups.keys.find(py, key, verdicts)? {
                    Ok(found) => at.push(found.unwrap_or(MISSING)),
                    Err(others) => return Ok(Some((index, others))),
                }
            }
            let before = groups.copied(py);
            let merged = with_found(py, groups, other, &keys, at, &mut removals);
            former = Some(if merged.is_err() { mem::replace(groups, before) } else { before });
            merged.map(|()| None)
        })?;
        drop(former);
        match step {
            Ok(None) => return Ok(removals),
            Ok(Some((index, others))) => compare(&others, &objects[index], &mut verdicts[index])?,
            Err(error) => return Err(error),
        }
    }
}

fn with_found(
    py: Python<'_>,
    groups: &mut Groups,
    other: &Groups,
    keys: &[Key<'_, '_>],
    mut at: Vec<u32>,
    removals: &mut Removals,
) -> PyResult<()> {
    let order: Vec<_> =
        if other.eviction.is_limited() { other.eviction.order().collect() } else { (0..other.len()).collect() };
    let (new, mut pairs) = (groups.len(), Vec::new());
    for index in order {
        if at[index] == MISSING {
            at[index] = groups.insert(py, &keys[index])?;
        }
        let own = at[index] as usize;
        groups.kernels.merge(own, &*other.kernels, index).map_err(|error| named(py, error, &keys[index]))?;
        pairs.push((own, index));
    }
    if groups.eviction.is_limited() {
        groups.eviction.merge(&other.eviction, &pairs, new)?;
    }
    groups.n_skipped += other.n_skipped;
    groups.n_evicted += other.n_evicted;
    groups.advance(py, None, None, removals)?;
    groups.evict_surplus(py, removals)
}

/// The error with the key of its group.
#[cold]
fn named(py: Python<'_>, error: Error, key: &Key<'_, '_>) -> PyErr {
    let error = PyErr::from(error);
    let note = key.object(py).and_then(|key| key.repr()).map(|key| format!("in the group {key}"));
    // A failure to add the note is not worth another error.
    let _ = note.and_then(|note| error.value(py).call_method1("add_note", (note,)));
    error
}
