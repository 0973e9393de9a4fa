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
    /// For each value the results of comparisons with keys of the same hash.
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
        // Two of them with the same hash are known to differ.
        let verdicts = values.iter().enumerate().map(|(i, (_, hash))| {
            let others = equal[hash].iter().filter(|&&other| other != i);
            others.map(|&other| (values[other].0.clone().unbind(), false)).collect()
        });
        let verdicts = verdicts.collect();
        Ok(Self { values, rows, verdicts })
    }
}

/// A value that has to be compared with some keys first: its table, its index, and the keys.
type Open = (usize, usize, Vec<Py<PyAny>>);

/// The values of several variables, of which each has a table of its own, or all share the first.
struct Variables<'py, const N: usize> {
    /// The values of each table.
    values: Vec<Values<'py>>,
    /// The table of each variable, and the index at which its rows begin there: if columns share a table, the rows of
    /// one follow those of the other.
    owners: [(usize, usize); N],
}

impl<'py, const N: usize> Variables<'py, N> {
    fn new(columns: &[&[Bound<'py, PyAny>]; N], owners: [usize; N]) -> PyResult<Self> {
        let mut values = Vec::new();
        for owner in 0..=owners[N - 1] {
            let columns = columns.iter().zip(owners).filter(|&(_, of)| of == owner);
            values.push(Values::new(columns.flat_map(|(column, _)| *column))?);
        }
        let owners = array::from_fn(|i| (owners[i], (i - owners[i]) * columns[0].len()));
        Ok(Self { values, owners })
    }

    /// The first value that has to be compared with keys; an error if there is no room for all values.
    fn open(&self, tables: &[Table; N]) -> PyResult<Option<Open>> {
        for (i, (variable, table)) in self.values.iter().zip(tables).enumerate() {
            if table.is_full(variable.values.len()) {
                return Err(too_many());
            }
            for (value, (object, hash)) in variable.values.iter().enumerate() {
                if let Err(keys) = table.find(object, *hash, &variable.verdicts[value]) {
                    return Ok(Some((i, value, keys)));
                }
            }
        }
        Ok(None)
    }

    /// The observation of a row: its objects, their symbols where they have some, and their hashes.
    fn row(&self, tables: &[Table; N], row: usize) -> ([&Bound<'py, PyAny>; N], [Option<Symbol>; N], [u64; N]) {
        let at = |i: usize| {
            let (owner, first) = self.owners[i];
            let values = &self.values[owner];
            (owner, values, values.rows[first + row] as usize)
        };
        let objects = array::from_fn(|i| {
            let (_, values, value) = at(i);
            &values.values[value].0
        });
        let hashes = array::from_fn(|i| {
            let (_, values, value) = at(i);
            values.values[value].1
        });
        let found = array::from_fn(|i| {
            let (owner, values, value) = at(i);
            tables[owner].find(objects[i], hashes[i], &values.verdicts[value]).unwrap_or_default()
        });
        (objects, found, hashes)
    }

    /// Lets Python compare a value with some keys.
    fn compare(&mut self, (i, value, keys): Open) -> PyResult<()> {
        let Values { values, verdicts, .. } = &mut self.values[i];
        compare(&keys, &values[value].0, &mut verdicts[value])
    }
}

/// Updates with the rows, each by `update` with its index, once `admit` has accepted all of them; returns what
/// `Objects::get` returns before the first and after each. If some of the `len` indices have no row, `pass` is called
/// at each of these, and the values after each index are returned. Whatever can be refused is refused before anything
/// changes.
pub fn update<'py, K: Categorical<N>, const N: usize>(
    py: Python<'py>,
    objects: &Objects<K, N>,
    columns: &[&[Bound<'py, PyAny>]; N],
    admit: impl Fn(&K) -> Result<(), Error>,
    mut update: impl FnMut(&mut K, [Symbol; N], usize) -> Result<(), Error>,
    (len, has_row): (usize, impl Fn(usize) -> bool),
    mut pass: impl FnMut(&mut K),
) -> PyResult<Vec<Answer>> {
    let mut variables = Variables::new(columns, array::from_fn(K::owner))?;
    let mut discarded = None;
    loop {
        let step = objects.with_mut(py, |interned| {
            admit(&interned.kernel)?;
            if let Some(open) = variables.open(&interned.tables)? {
                return Ok(Err(open));
            }
            let (mut answers, mut row) = (vec![interned.get(py)], 0);
            for index in 0..len {
                if !has_row(index) {
                    pass(&mut interned.kernel);
                    interned.release_freed(discarded.get_or_insert_default());
                    answers.push(interned.get(py));
                    continue;
                }
                let (values, found, hashes) = variables.row(&interned.tables, row);
                // From here on nothing can be refused.
                _ = interned
                    .update_by(values, found, hashes, &mut discarded, |kernel, symbols| update(kernel, symbols, row))?;
                answers.push(interned.get(py));
                row += 1;
            }
            Ok::<_, PyErr>(Ok(answers))
        })??;
        match step {
            Ok(answers) => return Ok(answers),
            Err(open) => variables.compare(open)?,
        }
    }
}
