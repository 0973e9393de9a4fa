//! Merging two statistics of hashable values into one.
//!
//! Each has numbered its values on its own. Which values of one are those of the other is looked up under the lock of
//! the one that changes; if only Python code can tell, the lock is released, Python is asked, and the look-up starts
//! again. So a merge is all or nothing, whatever the comparisons do.

use crate::{
    kernels::traits::{Categorical, MergeSymbols, Symbol, UnmergeSymbols},
    python::{
        ffi::attach::attached,
        interning::{
            interned::{Interned, Objects, too_many},
            table::{Table, Verdict, compare, hash},
        },
    },
};
use hashbrown::HashMap;
use pyo3::prelude::*;
use std::array;

/// Lets the objects of a class be merged.
macro_rules! merges {
    ($rust:ident) => {
        impl merging::Merges for $rust {
            fn merge(this: &Bound<'_, Self>, other: &Bound<'_, Self>) -> PyResult<()> {
                merging_objects::merge(this.py(), &this.get().0, &other.get().0)
            }
        }
    };
}
pub(crate) use merges;

/// Lets the objects of a class be unmerged.
macro_rules! unmerges {
    ($rust:ident) => {
        impl merging::Unmerges for $rust {
            fn unmerge(this: &Bound<'_, Self>, other: &Bound<'_, Self>) -> PyResult<()> {
                merging_objects::unmerge(this.py(), &this.get().0, &other.get().0)
            }
        }
    };
}
pub(crate) use unmerges;

/// A value of the other statistic.
struct Value<'py> {
    symbol: Symbol,
    object: Bound<'py, PyAny>,
    hash: u64,
    /// Python's verdicts on the values that it may be equal to.
    verdicts: Vec<Verdict>,
}

/// Values whose comparison with some keys only Python code can make: the variable, the index, and the keys.
type Open = Vec<(usize, usize, Vec<Py<PyAny>>)>;

/// For each symbol of the other statistic the one that its value has here, if any.
type Own<const N: usize> = [Vec<Option<Symbol>>; N];

/// What to do with the other statistic and its values, now that their symbols are known.
type Action<K, const N: usize> = fn(&mut Interned<K, N>, &K, &[Vec<Value<'_>>; N], &mut Own<N>) -> PyResult<()>;

/// Merges another statistic into one.
pub(crate) fn merge<K: MergeSymbols<N>, const N: usize>(
    py: Python<'_>,
    objects: &Objects<K, N>,
    other: &Objects<K, N>,
) -> PyResult<()> {
    combine(py, objects, other, merge_known)
}

/// Unmerges another statistic from one.
pub(crate) fn unmerge<K: UnmergeSymbols<N>, const N: usize>(
    py: Python<'_>,
    objects: &Objects<K, N>,
    other: &Objects<K, N>,
) -> PyResult<()> {
    combine(py, objects, other, |interned, other, _, own| {
        Ok(interned.kernel.unmerge(other, own.each_ref().map(Vec::as_slice))?)
    })
}

/// Looks up the values of another statistic, and then runs `action` on them. The locks are held one after the other, so
/// both may be the same.
fn combine<K: Categorical<N>, const N: usize>(
    py: Python<'_>,
    objects: &Objects<K, N>,
    other: &Objects<K, N>,
    action: Action<K, N>,
) -> PyResult<()> {
    attached(py, |py| {
        let other = other.with(py, |interned| interned.clone_ref(py))?;
        let mut values = values(py, &other.tables, array::from_fn(|variable| other.kernel.symbols(variable)))?;
        loop {
            let step = objects.with_mut(py, |interned| match own_symbols(&interned.tables, &values) {
                Ok(mut own) => {
                    action(interned, &other.kernel, &values, &mut own).map(|()| Ok(released(interned, &values, &own)))
                }
                Err(open) => Ok(Err(open)),
            })??;
            match step {
                // After the lock was released, as this may run Python code.
                Ok(no_longer_held) => {
                    drop(no_longer_held);
                    return Ok(());
                }
                Err(open) => {
                    for (variable, index, keys) in open {
                        let Value { object, verdicts, .. } = &mut values[variable][index];
                        compare(&keys, object, verdicts)?;
                    }
                }
            }
        }
    })
}

/// The values of each variable, in the order of their first occurrence.
fn values<'py, const N: usize>(
    py: Python<'py>,
    tables: &[Table; N],
    symbols: [Vec<Symbol>; N],
) -> PyResult<[Vec<Value<'py>>; N]> {
    let mut values = array::from_fn(|_| Vec::new());
    for (variable, values) in values.iter_mut().enumerate() {
        for &symbol in &symbols[variable] {
            let object = tables[variable].object(py, symbol).into_bound(py);
            let hash = hash(&object)?;
            values.push(Value { symbol, object, hash, verdicts: Vec::new() });
        }
    }
    Ok(values)
}

/// Looks the values up, or says which comparisons have to be made first.
fn own_symbols<const N: usize>(tables: &[Table; N], values: &[Vec<Value<'_>>; N]) -> Result<Own<N>, Open> {
    let mut open = Open::new();
    let own = array::from_fn(|variable| {
        let symbols = values[variable].iter().map(|value| value.symbol as usize + 1).max().unwrap_or(0);
        let mut own = vec![None; symbols];
        for (index, Value { symbol, object, hash, verdicts }) in values[variable].iter().enumerate() {
            match tables[variable].find(object, *hash, verdicts) {
                Ok(found) => own[*symbol as usize] = found,
                Err(keys) => open.push((variable, index, keys)),
            }
        }
        own
    });
    if open.is_empty() { Ok(own) } else { Err(open) }
}

/// Merges what was looked up.
fn merge_known<K: MergeSymbols<N>, const N: usize>(
    interned: &mut Interned<K, N>,
    other: &K,
    values: &[Vec<Value<'_>>; N],
    own: &mut Own<N>,
) -> PyResult<()> {
    interned.kernel.check_merge(other)?;
    if interned.tables.iter().zip(values).any(|(table, values)| table.is_full(values.len())) {
        return Err(too_many());
    }
    insert(&mut interned.tables, interned.kernel.room(), values, own);
    interned.kernel.merge(other, own.each_ref().map(Vec::as_slice));
    Ok(())
}

/// Gives symbols to the values that have none, for each variable to as many as there is room for.
fn insert<const N: usize>(tables: &mut [Table; N], room: u64, values: &[Vec<Value<'_>>; N], own: &mut Own<N>) {
    for ((table, values), own) in tables.iter_mut().zip(values).zip(own.iter_mut()) {
        let mut room = room;
        for Value { symbol, object, hash, .. } in values {
            let symbol = &mut own[*symbol as usize];
            if symbol.is_none() && room > 0 {
                *symbol = Some(table.insert(object.clone().unbind(), *hash));
                room -= 1;
            }
        }
    }
}

/// Brings the tables up to date; returns the objects that are no longer held.
fn released<K: Categorical<N>, const N: usize>(
    interned: &mut Interned<K, N>,
    values: &[Vec<Value<'_>>; N],
    own: &Own<N>,
) -> Vec<Py<PyAny>> {
    let mut released = Vec::new();
    for (variable, table) in interned.tables.iter_mut().enumerate() {
        let mut objects = None;
        while let Some(freed) = interned.kernel.next_freed(variable) {
            let again = objects.get_or_insert_with(|| by_symbol(&values[variable], &own[variable])).get(&freed.symbol);
            released.extend(match again.filter(|_| freed.reused) {
                Some(object) => table.replace(freed.symbol, (*object).clone().unbind()),
                None => table.release(freed.symbol),
            });
        }
    }
    released
}

/// The values of the other statistic by the symbols that they have here.
fn by_symbol<'a, 'py>(values: &'a [Value<'py>], own: &[Option<Symbol>]) -> HashMap<Symbol, &'a Bound<'py, PyAny>> {
    values.iter().filter_map(|value| Some((own[value.symbol as usize]?, &value.object))).collect()
}
