//! Whole columns through links.

use crate::python::{
    batch::{self, row_by_row::Accumulation},
    classes::native::{Native, Numbers},
    columns::{
        categories::{Items, objects},
        is_iterator,
        sequence::{at_place, push, reserve},
        values::Values,
    },
    link::sides::{RsLink, Side, flow, reachable},
    state::snapshot::Snapshot,
};
use pyo3::prelude::*;
use std::{borrow::Cow, collections::HashSet, mem};

pub fn update_many(link: &RsLink, column: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = column.py();
    let sides = link.sequence(py)?.collect::<PyResult<Vec<_>>>()?;
    match read(&sides, column)? {
        Read::Numbers(natives, values) => {
            let numbers = values.numbers()?.unwrap_or_default();
            let _guard = link.lock.lock(py)?;
            let Passed { xs, source, .. } = passed(&sides, &natives, numbers, &values)?;
            let last = sides.len() - 1;
            natives[last].update_many(&sides[last].object, Numbers { xs: &xs, source })
        }
        Read::Objects(items) => one_by_one(py, link, &sides, items, false).map(drop),
    }
}

pub fn accumulate<'py>(
    this: &Bound<'py, PyAny>,
    link: &RsLink,
    column: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = column.py();
    if is_iterator(column) {
        return Accumulation::over(this, &[column], None);
    }
    let sides = link.sequence(py)?.collect::<PyResult<Vec<_>>>()?;
    let (natives, values) = match read(&sides, column)? {
        Read::Numbers(natives, values) => (natives, values),
        Read::Objects(items) => return Ok(batch::array(py, one_by_one(py, link, &sides, items, true)?)),
    };
    let (numbers, len) = (values.numbers()?.unwrap_or_default(), values.indices()?);
    let _guard = link.lock.lock(py)?;
    batch::filled(py, len, |out, before| {
        let Passed { left_out, xs, source } = passed(&sides, &natives, numbers, &values)?;
        let (last, out) = (sides.len() - 1, &mut out[..xs.len()]);
        let value = natives[last].accumulate(&sides[last].object, Numbers { xs: &xs, source }, out)?;
        *before = value.unwrap_or(f64::NAN);
        Ok(left_out.map(Cow::Owned))
    })
}

/// A column, and how it passes through the sides.
enum Read<'py> {
    /// As numbers, by native methods of each side.
    Numbers(Vec<&'static dyn Native>, Values<'py>),
    /// Value by value.
    Objects(Items<'py>),
}

fn read<'py>(sides: &[Side<Bound<'py, PyAny>>], column: &Bound<'py, PyAny>) -> PyResult<Read<'py>> {
    let Some(natives) = native(sides)? else { return Ok(Read::Objects(objects(column, "X")?)) };
    if !natives[0].takes_objects() {
        return Ok(Read::Numbers(natives, Values::of_numbers(column, "X")?));
    }
    Ok(match Values::read_for_numbers(column, "X")?.into_objects() {
        Ok(items) => Read::Objects(items),
        Err(values) => Read::Numbers(natives, values),
    })
}

/// How all of the sides are called natively, if they can be, none is there twice, and they return numbers.
fn native(sides: &[Side<Bound<'_, PyAny>>]) -> PyResult<Option<Vec<&'static dyn Native>>> {
    let (mut seen, mut natives) = (HashSet::new(), Vec::with_capacity(sides.len()));
    for side in sides {
        match side.native() {
            Some(native) if seen.insert(side.object.as_ptr() as usize) && native.is_numeric(&side.object)? => {
                natives.push(native);
            }
            _ => return Ok(None),
        }
    }
    Ok(Some(natives))
}

/// What of a column reaches the last side.
struct Passed<'a, 'py> {
    /// Which indices do not.
    left_out: Option<Vec<bool>>,
    xs: Cow<'a, [f64]>,
    /// What the numbers were read from, if they are those of the column.
    source: Option<&'a Values<'py>>,
}

/// What of a column reaches the last side, after the other sides were updated with it. Once the column is read and there
/// is memory for the values, nothing can be refused.
fn passed<'a, 'py>(
    sides: &[Side<Bound<'_, PyAny>>],
    natives: &[&'static dyn Native],
    mut pieces: Vec<Cow<'a, [f64]>>,
    values: &'a Values<'py>,
) -> PyResult<Passed<'a, 'py>> {
    for side in sides {
        // Where `__init__` has not run, before anything has changed.
        side.get()?;
    }
    let (mut left_out, mut source) = (values.missing().map(<[bool]>::to_vec), Some(values));
    let mut xs = if pieces.len() == 1 { pieces.swap_remove(0) } else { Cow::Owned(pieces.concat()) };
    let (mut values, mut further) = (Vec::new(), Vec::new());
    reserve(&mut values, xs.len())?;
    if sides.len() > 2 {
        reserve(&mut further, xs.len())?;
    }
    for (side, native) in sides.iter().zip(natives).take(sides.len() - 1) {
        values.resize(xs.len(), 0.0);
        if let Some(through) = native.pass(&side.object, Numbers { xs: &xs, source }, &mut values)? {
            let mut through = through.into_iter();
            let places = left_out.get_or_insert_with(|| vec![false; xs.len()]);
            places
                .iter_mut()
                .filter(|left_out| !**left_out)
                .for_each(|left_out| *left_out = through.next() == Some(false));
        }
        source = None;
        let done = mem::replace(&mut xs, Cow::Owned(mem::take(&mut values)));
        values = if let Cow::Owned(done) = done { done } else { mem::take(&mut further) };
    }
    Ok(Passed { left_out, xs, source })
}

/// Takes the elements in one after the other; all of them or, where the sides can be taken back, none.
fn one_by_one<'py>(
    py: Python<'py>,
    link: &RsLink,
    sides: &[Side<Bound<'py, PyAny>>],
    (items, missing): Items<'py>,
    values: bool,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let _guard = link.lock.lock(py)?;
    let snapshot = Snapshot::if_possible(py, &reachable(sides))?;
    let mut found = Vec::new();
    let taken = items.iter().enumerate().try_for_each(|(place, item)| {
        if missing.as_ref().is_none_or(|missing| !missing[place]) {
            flow(sides.iter().map(Ok), item.clone()).map_err(|error| at_place(py, error, "X", place))?;
        }
        match sides.last().filter(|_| values) {
            Some(last) => push(&mut found, last.get()?),
            None => Ok(()),
        }
    });
    match snapshot {
        Some(snapshot) => snapshot.restore_on_error(py, taken)?,
        None => taken?,
    }
    Ok(found)
}
