//! Whole columns through links: `accumulate` of each side but the last, whose values are the next side's column.

use crate::python::{
    batch::{
        results::{array, filled},
        walk::{Accumulation, walk},
    },
    classes::native::{Column, Native},
    columns::{
        objects::Objects, rows::Rows, sequence::reserve, source::is_iterator, validity::Validity, values::Values,
    },
    link::sides::{RsLink, Side, flow, reachable},
    state::snapshot::Snapshot,
};
use pyo3::prelude::*;
use std::{collections::HashSet, mem};

type Sides<'py> = Vec<Side<Bound<'py, PyAny>>>;

pub fn update_many(link: &RsLink, column: &Bound<'_, PyAny>) -> PyResult<()> {
    let sides = link.sequence(column.py())?.collect::<PyResult<Sides<'_>>>()?;
    let (natives, values) = read(&sides, column)?;
    if let Some(objects) = values.objects() {
        return one_by_one(link, &sides, objects, &values.rows, false).map(drop);
    }
    let _guard = link.lock.lock(column.py())?;
    through(&sides, &natives, &values, |native, object, column| native.update_many(object, column)).map(drop)
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
    let sides = link.sequence(py)?.collect::<PyResult<Sides<'_>>>()?;
    let (natives, values) = read(&sides, column)?;
    if let Some(objects) = values.objects() {
        return array(py, one_by_one(link, &sides, objects, &values.rows, true)?);
    }
    let _guard = link.lock.lock(py)?;
    let last = sides.len() - 1;
    filled(py, values.rows.len, natives[last].width(&sides[last].object)?, &mut |out, before| {
        through(&sides, &natives, &values, |native, object, column| {
            native.accumulate(object, column, &mut out[..column.xs.len() * before.len()], before)
        })
    })
}

/// A column: as numbers for native methods of each side, or as objects.
fn read<'py>(
    sides: &[Side<Bound<'py, PyAny>>],
    column: &Bound<'py, PyAny>,
) -> PyResult<(Vec<&'static dyn Native>, Values<'py>)> {
    let Some(natives) = native(sides)? else { return Ok((Vec::new(), Values::read_objects(column, "X")?)) };
    let values = match natives[0].takes_objects() {
        true => Values::read_for_numbers(column, "X")?,
        false => Values::read_numbers(column, "X")?,
    };
    Ok((natives, values))
}

/// How each side is called natively, if all of them can be, none occurs twice, and all return numbers, only the last
/// perhaps several at once.
fn native(sides: &[Side<Bound<'_, PyAny>>]) -> PyResult<Option<Vec<&'static dyn Native>>> {
    let (mut seen, mut natives) = (HashSet::new(), Vec::with_capacity(sides.len()));
    for (index, side) in sides.iter().enumerate() {
        let Some(native) = side.native() else { return Ok(None) };
        let passes = index + 1 == sides.len() || native.width(&side.object)?.is_none();
        if !seen.insert(side.object.as_ptr() as usize) || !passes || !native.is_numeric(&side.object)? {
            return Ok(None);
        }
        natives.push(native);
    }
    Ok(Some(natives))
}

/// Updates all sides but the last, and lets `finish` update the last with the values that reach it. Returns for which
/// indices one does. Once the column is read and there is memory for the values, nothing can be refused.
fn through<'py>(
    sides: &[Side<Bound<'py, PyAny>>],
    natives: &[&'static dyn Native],
    column: &Values<'py>,
    finish: impl FnOnce(&dyn Native, &Bound<'py, PyAny>, Column<'_, 'py>) -> PyResult<()>,
) -> PyResult<Validity> {
    for side in sides {
        // Fails if `__init__` has not run, before anything has changed.
        side.get()?;
    }
    let (mut xs, mut validity, mut source) = (column.numbers()?, column.rows.validity.clone(), Some(column));
    let mut values = Vec::new();
    reserve(&mut values, xs.len())?;
    let last = sides.len() - 1;
    for (side, native) in sides[..last].iter().zip(natives) {
        values.resize(xs.len(), 0.0);
        if let Some(through) = native.pass(&side.object, Column { xs: &xs, source }, &mut values)? {
            validity.narrow(column.rows.len, through);
        }
        mem::swap(&mut xs, &mut values);
        source = None;
    }
    finish(natives[last], &sides[last].object, Column { xs: &xs, source })?;
    Ok(validity)
}

/// Updates with one value after the other; with all of them or, where the sides can be copied, none.
fn one_by_one<'py>(
    link: &RsLink,
    sides: &[Side<Bound<'py, PyAny>>],
    objects: &Objects<'py>,
    rows: &Rows,
    values: bool,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let (py, last) = (sides[0].object.py(), &sides[sides.len() - 1]);
    let _guard = link.lock.lock(py)?;
    let snapshot = Snapshot::if_possible(py, &reachable(sides))?;
    let update = |index: usize| flow(sides.iter().map(Ok), objects.items[index].clone());
    let value = || last.get();
    walk(py, rows, snapshot, update, if values { Some(&value) } else { None })
}
