//! Observations of hashable values at points in time, or some of which are missing: all of them under one lock, or none.

use crate::{
    Error,
    kernels::traits::{Categorical, Symbol},
    python::interning::{
        interned::{Answer, Objects, too_many},
        table::{Table, Verdict, compare, hash},
    },
};
use hashbrown::HashMap;
use pyo3::prelude::*;
use std::array;

/// The distinct values of a variable, and which of them each row has.
struct Values<'py> {
    values: Vec<(Bound<'py, PyAny>, u64)>,
    rows: Vec<Symbol>,
    /// For each value what was found out about keys with its hash.
    verdicts: Vec<Vec<Verdict>>,
}

impl<'py> Values<'py> {
    fn new<'a>(objects: impl Iterator<Item = &'a Bound<'py, PyAny>>) -> PyResult<Self>
    where
        'py: 'a,
    {
        let (mut table, mut values, mut rows) = (Table::default(), Vec::new(), Vec::new());
        for object in objects {
            let hash = hash(object)?;
            rows.push(match table.look_up(object, hash)? {
                Some(symbol) => symbol,
                None => {
                    values.push((object.clone(), hash));
                    table.insert(object.clone().unbind(), hash)
                }
            });
        }
        let mut equal: HashMap<u64, Vec<usize>> = HashMap::new();
        values.iter().enumerate().for_each(|(i, (_, hash))| equal.entry(*hash).or_default().push(i));
        // Two of them that have a hash in common are known to differ.
        let verdicts = values.iter().enumerate().map(|(i, (_, hash))| {
            let others = equal[hash].iter().filter(|&&other| other != i);
            others.map(|&other| (values[other].0.clone().unbind(), false)).collect()
        });
        let verdicts = verdicts.collect();
        Ok(Self { values, rows, verdicts })
    }
}

/// Takes in the rows, each by `update` with its index, once `admit` has let all of them pass; returns what `Objects::get`
/// says before the first and after each. Where not each of `len` indices has a row, `pass` is called at one without, and what is
/// said after each index is returned. What can be refused is refused before anything changes.
pub fn update<'py, K: Categorical<N>, const N: usize>(
    py: Python<'py>,
    objects: &Objects<K, N>,
    columns: &[&[Bound<'py, PyAny>]; N],
    admit: impl Fn(&K) -> Result<(), Error>,
    mut update: impl FnMut(&mut K, [Symbol; N], usize) -> Result<(), Error>,
    (len, has_row): (usize, impl Fn(usize) -> bool),
    mut pass: impl FnMut(&mut K),
) -> PyResult<Vec<Answer>> {
    let of_owner = |owner| columns.iter().enumerate().filter(move |&(i, _)| K::owner(i) == owner);
    let values = |owner| Values::new(of_owner(owner).flat_map(|(_, column)| *column));
    let mut variables = K::owners().map(values).collect::<PyResult<Vec<_>>>()?;
    // Where columns share their values, the rows of one follow those of the other.
    let first: [usize; N] = array::from_fn(|i| (i - K::owner(i)) * columns[0].len());
    let mut discarded = None;
    loop {
        let step = objects.with_mut(py, |interned| {
            admit(&interned.kernel)?;
            for (i, variable) in variables.iter().enumerate() {
                if interned.tables[i].is_full(variable.values.len()) {
                    return Err(too_many());
                }
                for (value, (object, hash)) in variable.values.iter().enumerate() {
                    if let Err(keys) = interned.tables[i].find(object, *hash, &variable.verdicts[value]) {
                        return Ok(Err((i, value, keys)));
                    }
                }
            }
            let (mut answers, mut row) = (vec![interned.get(py)], 0);
            for index in 0..len {
                if !has_row(index) {
                    pass(&mut interned.kernel);
                    interned.release_freed(discarded.get_or_insert_default());
                    answers.push(interned.get(py));
                    continue;
                }
                let variable = |i: usize| &variables[K::owner(i)];
                let at: [usize; N] = array::from_fn(|i| variable(i).rows[first[i] + row] as usize);
                let values = array::from_fn(|i| &variable(i).values[at[i]].0);
                let hashes = array::from_fn(|i| variable(i).values[at[i]].1);
                let found = array::from_fn(|i| {
                    let table = &interned.tables[K::owner(i)];
                    table.find(values[i], hashes[i], &variable(i).verdicts[at[i]]).unwrap_or_default()
                });
                // Nothing is refused any more.
                _ = interned
                    .update_by(values, found, hashes, &mut discarded, |kernel, symbols| update(kernel, symbols, row))?;
                answers.push(interned.get(py));
                row += 1;
            }
            Ok::<_, PyErr>(Ok(answers))
        })??;
        match step {
            Ok(answers) => return Ok(answers),
            Err((i, value, keys)) => {
                let Values { values, verdicts, .. } = &mut variables[i];
                compare(&keys, &values[value].0, &mut verdicts[value])?;
            }
        }
    }
}
