//! Whole columns into groups.
//!
//! First the keys get codes and the other columns are read, with no lock held: that is where Python code may run. Then
//! the groups of the keys are looked up and updated under one lock. Where only Python code can tell two keys apart, the
//! lock is released for that, and the look-up starts again.

use crate::{
    kernels::{groups::Runs, numerics::timestamp::Timestamp},
    python::{
        batch::results::objects,
        classes::calls::reading_object,
        columns::{
            interner::MISSING,
            keys::{KeyCodes, KeyColumn},
            numbers::Access,
            rows::Blocks,
            sequence::reserve,
            validity::Validity,
        },
        erased::{kernels::Kernels, numbers::Reading, observation::Block},
        groups::{
            columns::Observed,
            keys::Keys,
            store::{Groups, Removals},
        },
        interning::table::{Verdict, compare},
        sync::kernel_cell::{KernelCell, MANY},
    },
};
use numpy::{PyArray1, PyArrayMethods};
use pyo3::prelude::*;
use std::mem;

/// The values that `accumulate` returns: before each index, or after it.
#[derive(Default)]
pub struct Values {
    pub before: bool,
    pub readings: Vec<Reading>,
    /// How many numbers a value is, where it is several.
    pub width: Option<usize>,
}

/// What must be dropped after the lock is released: evicted groups, and the copies that a batch did not need.
#[derive(Default)]
pub struct Outcome {
    pub removals: Removals,
    former: Option<Groups>,
}

/// Updates with all rows or none.
pub fn update(
    py: Python<'_>,
    cell: &KernelCell<Groups>,
    keys: KeyColumn<'_>,
    observed: &Observed<'_>,
    mut values: Option<&mut Values>,
) -> PyResult<Removals> {
    if let (KeyColumn::Integers(keys, validity), None) = (&keys, &values)
        && cell.claim(py, |groups| by_integers(py, groups, keys, validity, observed))??
    {
        return Ok(Removals::default());
    }
    let keys = keys.into_codes();
    let mut verdicts: Vec<Vec<Verdict>> = (0..keys.distinct()).map(|_| Vec::new()).collect();
    let mut outcome = Outcome::default();
    loop {
        let step = cell.claim(py, |groups| match recognised(py, groups, &keys, &verdicts)? {
            Ok(at) => by_codes(py, groups, &keys, observed, at, values.as_deref_mut(), &mut outcome).map(|()| None),
            Err(open) => Ok::<_, PyErr>(Some(open)),
        })?;
        drop(outcome.former.take());
        match step? {
            None => return Ok(outcome.removals),
            Some((code, others)) => compare(&others, &keys.key(code).object(py)?, &mut verdicts[code])?,
        }
    }
}

/// The values of the groups of a column of keys.
pub fn values(py: Python<'_>, cell: &KernelCell<Groups>, keys: KeyColumn<'_>) -> PyResult<Values> {
    let keys = keys.into_codes();
    let mut verdicts: Vec<Vec<Verdict>> = (0..keys.distinct()).map(|_| Vec::new()).collect();
    loop {
        let step = cell.claim(py, |groups| {
            let at = recognised(py, groups, &keys, &verdicts)?;
            Ok::<_, PyErr>(at.map(|at| {
                let index = |code: u32| Some(at[code as usize]).filter(|&at| at != MISSING).map(|at| at as usize);
                let readings = keys.codes.iter().map(|&code| groups.kernels.reading(index(code))).collect();
                Values { before: false, readings, width: groups.kernels.width() }
            }))
        })??;
        match step {
            Ok(values) => return Ok(values),
            Err((code, others)) => compare(&others, &keys.key(code).object(py)?, &mut verdicts[code])?,
        }
    }
}

/// The indices of the groups of all codes; or a code, and the keys that its own has to be compared with first.
type Recognised = Result<Vec<u32>, (usize, Vec<Py<PyAny>>)>;

fn recognised(
    py: Python<'_>,
    groups: &mut Groups,
    keys: &KeyCodes<'_>,
    verdicts: &[Vec<Verdict>],
) -> PyResult<Recognised> {
    let mut at = Vec::with_capacity(verdicts.len());
    for (code, verdicts) in verdicts.iter().enumerate() {
        match groups.keys.find(py, &keys.key(code), verdicts)? {
            Ok(found) => at.push(found.unwrap_or(MISSING)),
            Err(others) => return Ok(Err((code, others))),
        }
    }
    Ok(Ok(at))
}

/// Whether rows are never refused, and there is nothing to do but update their groups.
fn are_plain(groups: &Groups, observed: &Observed<'_>) -> PyResult<bool> {
    let first = |times: &Vec<Timestamp>| times.first().copied().unwrap_or(Timestamp::Seconds(0.0));
    let told = groups.told_time(observed.times.as_ref().map(first))?;
    let limited = groups.eviction.is_limited();
    Ok(groups.kernels.takes_blocks() && !limited && observed.weights.is_none() && told.is_none())
}

/// Updates by keys that are integers, as are those of the groups; `false`, having done nothing, if there is more to do.
fn by_integers(
    py: Python<'_>,
    groups: &mut Groups,
    keys: &[i64],
    validity: &Validity,
    observed: &Observed<'_>,
) -> PyResult<bool> {
    let plain = are_plain(groups, observed)?;
    let Keys::Integers(index) = &mut groups.keys else { return Ok(false) };
    if !plain {
        return Ok(false);
    }
    let (kernels, rows) = (&mut groups.kernels, &observed.rows);
    let mut indices: Vec<u32> = Vec::new();
    reserve(&mut indices, rows.count)?;
    let (blocks, pairs) = (observed.blocks()?, observed.are_pairs());
    detached(py, rows.count, || {
        if validity.is_all() && rows.validity.is_all() {
            index.find_or_insert_all(keys, &mut indices);
        } else {
            let keys = rows.indices().map(|row| validity.is_valid(row).then_some(keys[row]));
            indices.extend(keys.map(|key| index.find_or_insert(key)));
        }
        while kernels.len() < index.len() {
            kernels.push();
        }
        add(&mut **kernels, &indices, blocks, pairs);
    });
    groups.n_skipped += observed.n_skipped;
    Ok(true)
}

/// Runs `work` on this many rows; detached from the interpreter if they are many.
pub fn detached(py: Python<'_>, rows: usize, work: impl FnOnce() + Send) {
    if rows < MANY { work() } else { py.detach(work) }
}

/// Updates with rows whose groups have these indices.
fn add(kernels: &mut dyn Kernels, indices: &[u32], blocks: Option<Blocks<'_>>, pairs: bool) {
    let groups = kernels.len();
    let Some(mut blocks) = blocks else { return kernels.update_block(indices, Block::Unseen(indices.len())) };
    if pairs {
        let mut runs = Runs::new(indices, groups);
        blocks.each(Access::COPIED, |xs: &[(f64, f64)], row| match &mut runs {
            Some(runs) => runs.push(xs, |xs, ends| kernels.update_runs(Block::Pairs(xs), ends)),
            None => kernels.update_block(&indices[row..row + xs.len()], Block::Pairs(xs)),
        });
    } else {
        let mut runs = Runs::new(indices, groups);
        blocks.each(Access::COPIED, |xs: &[f64], row| match &mut runs {
            Some(runs) => runs.push(xs, |xs, ends| kernels.update_runs(Block::Numbers(xs), ends)),
            None => kernels.update_block(&indices[row..row + xs.len()], Block::Numbers(xs)),
        });
    }
}

/// Updates by codes whose groups have these indices.
fn by_codes(
    py: Python<'_>,
    groups: &mut Groups,
    keys: &KeyCodes<'_>,
    observed: &Observed<'_>,
    mut at: Vec<u32>,
    values: Option<&mut Values>,
    outcome: &mut Outcome,
) -> PyResult<()> {
    if values.is_some() || !are_plain(groups, observed)? {
        return row_by_row(py, groups, keys, observed, at, values, outcome);
    }
    let mut new = at.iter().filter(|&&index| index == MISSING).count();
    let mut indices = observed.rows.indices();
    while let Some(index) = if new > 0 { indices.next() } else { None } {
        let code = keys.codes[index] as usize;
        if at[code] == MISSING {
            at[code] = groups.insert(py, &keys.key(code))?;
            new -= 1;
        }
    }
    let mut indices: Vec<u32> = Vec::new();
    reserve(&mut indices, observed.rows.count)?;
    let (kernels, blocks, pairs) = (&mut groups.kernels, observed.blocks()?, observed.are_pairs());
    let (rows, codes) = (&observed.rows, &keys.codes);
    detached(py, rows.count, || {
        if rows.validity.is_all() {
            indices.extend(codes.iter().map(|&code| at[code as usize]));
        } else {
            indices.extend(rows.indices().map(|row| at[codes[row] as usize]));
        }
        add(&mut **kernels, &indices, blocks, pairs);
    });
    groups.n_skipped += observed.n_skipped;
    Ok(())
}

/// Updates row by row; if a row is refused, restores the groups from their snapshots.
fn row_by_row(
    py: Python<'_>,
    groups: &mut Groups,
    keys: &KeyCodes<'_>,
    observed: &Observed<'_>,
    at: Vec<u32>,
    values: Option<&mut Values>,
    outcome: &mut Outcome,
) -> PyResult<()> {
    let limited = groups.eviction.is_limited();
    if limited {
        // Indices change when groups are evicted.
        let before = groups.copied(py);
        let walked = walk(py, groups, keys, observed, at, values, &mut outcome.removals);
        if walked.is_err() {
            outcome.former = Some(mem::replace(groups, before));
            outcome.removals.evicted.clear();
        }
        return walked;
    }
    let before = groups.len();
    let mut touched: Vec<u32> = at.iter().copied().filter(|&index| index != MISSING).collect();
    touched.sort_unstable();
    let saved = groups.kernels.select(&mut touched.iter().map(|&index| index as usize));
    let walked = walk(py, groups, keys, observed, at, values, &mut outcome.removals);
    if walked.is_err() {
        touched.iter().enumerate().for_each(|(i, &index)| groups.kernels.replace(index as usize, &*saved, i));
        groups.kernels.truncate(before);
        outcome.removals.dropped.extend(groups.keys.truncate(before));
    }
    walked
}

fn walk(
    py: Python<'_>,
    groups: &mut Groups,
    keys: &KeyCodes<'_>,
    observed: &Observed<'_>,
    mut at: Vec<u32>,
    mut values: Option<&mut Values>,
    removals: &mut Removals,
) -> PyResult<()> {
    let numbers = observed.all_numbers()?;
    if let Some(values) = &mut values {
        values.width = groups.kernels.width();
    }
    // For each group the code of its key.
    let mut codes = vec![MISSING; groups.len()];
    (0..).zip(&at).filter(|(_, index)| **index != MISSING).for_each(|(code, &index)| codes[index as usize] = code);
    let mut row = 0;
    for (index, &code) in keys.codes.iter().enumerate() {
        let slot = code as usize;
        let group = |at: u32| if at == MISSING { None } else { Some(at as usize) };
        if let Some(values) = values.as_mut().filter(|values| values.before) {
            values.readings.push(groups.kernels.reading(group(at[slot])));
        }
        if observed.rows.validity.is_valid(index) {
            let observation = observed.observation(row, numbers[row]);
            let found = group(at[slot]).map(|index| index as u32);
            let updated = groups.update(py, &keys.key(slot), found, observation, removals);
            let new = updated.map_err(|error| observed.at_row(py, error, row))?;
            for (removed, last) in removals.moves.drain(..) {
                let code = codes.swap_remove(removed);
                if code != MISSING {
                    at[code as usize] = MISSING;
                }
                if removed < last && codes[removed] != MISSING {
                    at[codes[removed] as usize] = removed as u32;
                }
            }
            if let Some(new) = new {
                at[slot] = new;
                codes.push(code);
            }
            row += 1;
        }
        if let Some(values) = values.as_mut().filter(|values| !values.before) {
            values.readings.push(groups.kernels.reading(group(at[slot])));
        }
    }
    groups.n_skipped += observed.n_skipped;
    Ok(())
}

impl Values {
    /// The values as an array: of floats, counts, or objects; of two dimensions, where a value is several numbers.
    pub fn into_array(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        if let Some(width) = self.width {
            let mut numbers = vec![f64::NAN; self.readings.len() * width];
            for (out, reading) in numbers.chunks_mut(width).zip(&self.readings) {
                if let Reading::Several(_, Some(values)) = reading {
                    out.iter_mut().zip(values).for_each(|(out, value)| *out = *value);
                }
            }
            return Ok(PyArray1::from_vec(py, numbers).reshape([self.readings.len(), width])?.into_any());
        }
        let number = |reading: &Reading| match reading {
            Reading::Number(number) => Some(number.unwrap_or(f64::NAN)),
            Reading::Count(_) | Reading::Extremes(_) | Reading::Several(..) | Reading::Named(..) => None,
        };
        let count =
            |reading: &Reading| if let &Reading::Count(Some(count)) = reading { Some(count as i64) } else { None };
        if let Some(numbers) = self.readings.iter().map(number).collect::<Option<Vec<f64>>>() {
            return Ok(PyArray1::from_vec(py, numbers).into_any());
        }
        if let Some(counts) = self.readings.iter().map(count).collect::<Option<Vec<i64>>>() {
            return Ok(PyArray1::from_vec(py, counts).into_any());
        }
        let object = |reading: Reading| match reading.is_none() {
            true => Ok(None),
            false => reading_object(py, &reading).map(Some),
        };
        objects(py, self.readings.into_iter().map(object))
    }
}
