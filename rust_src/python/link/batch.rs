//! Whole columns through links.

use crate::python::{
    batch::{self, row_by_row::Accumulation},
    classes::native::Native,
    columns::{
        Aligned, Column,
        categories::objects,
        is_iterator,
        sequence::{at_place, push, reserve},
    },
    link::sides::{RsLink, Side, flow, reachable},
    state::snapshot::Snapshot,
};
use pyo3::prelude::*;
use std::{borrow::Cow, collections::HashSet, mem};

pub fn update_many(link: &RsLink, column: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = column.py();
    let sides = link.sequence(py)?.collect::<PyResult<Vec<_>>>()?;
    match native(&sides) {
        Some(natives) => {
            let read = [Column::read(column, "X")?];
            let _guard = link.lock.lock(py)?;
            let (_, xs) = passed(&sides, &natives, &read)?;
            let last = sides.len() - 1;
            natives[last].update_many(&sides[last].object, &xs)
        }
        None => one_by_one(link, &sides, column, false).map(drop),
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
    let Some(natives) = native(&sides) else {
        return Ok(batch::array(py, one_by_one(link, &sides, column, true)?));
    };
    let read = [Column::read(column, "X")?];
    let _guard = link.lock.lock(py)?;
    batch::filled(py, read[0].len()?, |out, before| {
        let (left_out, xs) = passed(&sides, &natives, &read)?;
        let last = sides.len() - 1;
        let value = natives[last].accumulate(&sides[last].object, &xs, &mut out[..xs.len()])?;
        *before = value.unwrap_or(f64::NAN);
        Ok(left_out.map(Cow::Owned))
    })
}

/// How all of the sides are called natively, if they can be and none is there twice.
fn native(sides: &[Side<Bound<'_, PyAny>>]) -> Option<Vec<&'static dyn Native>> {
    let mut seen = HashSet::new();
    sides.iter().map(|side| side.native().filter(|_| seen.insert(side.object.as_ptr() as usize))).collect()
}

/// What of a column reaches the last side, and which places do not, after the other sides have taken it in. Once the
/// column is read and there is memory for the values, nothing can be refused.
#[allow(clippy::type_complexity, reason = "the places, and the numbers")]
fn passed<'a>(
    sides: &[Side<Bound<'_, PyAny>>],
    natives: &[&'static dyn Native],
    read: &'a [Column<'_>],
) -> PyResult<(Option<Vec<bool>>, Cow<'a, [f64]>)> {
    for side in sides {
        // Where `__init__` has not run, before anything has changed.
        side.get()?;
    }
    let Aligned { columns: mut chunks, missing: mut left_out, len } = Aligned::new(read, &["X"])?;
    let mut pieces = chunks.swap_remove(0);
    let mut xs = if pieces.len() == 1 { pieces.swap_remove(0) } else { Cow::Owned(pieces.concat()) };
    let (mut values, mut further) = (Vec::new(), Vec::new());
    reserve(&mut values, len)?;
    if sides.len() > 2 {
        reserve(&mut further, len)?;
    }
    for (side, native) in sides.iter().zip(natives).take(sides.len() - 1) {
        values.resize(xs.len(), 0.0);
        if let Some(through) = native.pass(&side.object, &xs, &mut values)? {
            let mut through = through.into_iter();
            let places = left_out.get_or_insert_with(|| vec![false; xs.len()]);
            places
                .iter_mut()
                .filter(|left_out| !**left_out)
                .for_each(|left_out| *left_out = through.next() == Some(false));
        }
        let done = mem::replace(&mut xs, Cow::Owned(mem::take(&mut values)));
        values = if let Cow::Owned(done) = done { done } else { mem::take(&mut further) };
    }
    Ok((left_out, xs))
}

/// Takes the elements in one after the other; all of them or, where the sides can be taken back, none.
fn one_by_one<'py>(
    link: &RsLink,
    sides: &[Side<Bound<'py, PyAny>>],
    column: &Bound<'py, PyAny>,
    values: bool,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = column.py();
    let (items, missing) = objects(column, "X")?;
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
