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
    let py = column.py();
    let sides = link.sequence(py)?.collect::<PyResult<Sides<'_>>>()?;
    match Read::of(&sides, column)? {
        Read::Numbers(natives, values) => {
            let _guard = link.lock.lock(py)?;
            let finish = |native: &dyn Native, object: &_, column: Column<'_, '_>| native.update_many(object, column);
            through(&sides, &natives, &values, finish).map(drop)
        }
        Read::Objects(objects) => one_by_one(py, link, &sides, &objects, false).map(drop),
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
    let sides = link.sequence(py)?.collect::<PyResult<Sides<'_>>>()?;
    let (natives, values) = match Read::of(&sides, column)? {
        Read::Numbers(natives, values) => (natives, values),
        Read::Objects(objects) => return Ok(array(py, one_by_one(py, link, &sides, &objects, true)?)),
    };
    let _guard = link.lock.lock(py)?;
    filled(py, values.rows.len, |out, before| {
        through(&sides, &natives, &values, |native, object, column| {
            let out = &mut out[..column.xs.len()];
            *before = native.accumulate(object, column, out)?.unwrap_or(f64::NAN);
            Ok(())
        })
    })
}

/// A column, and how it passes through the sides.
enum Read<'py> {
    /// As numbers, by native methods of each side.
    Numbers(Vec<&'static dyn Native>, Values<'py>),
    /// Value by value.
    Objects(Objects<'py>),
}

impl<'py> Read<'py> {
    fn of(sides: &[Side<Bound<'py, PyAny>>], column: &Bound<'py, PyAny>) -> PyResult<Self> {
        let Some(natives) = native(sides)? else { return Ok(Self::Objects(Objects::read(column, "X")?)) };
        if !natives[0].takes_objects() {
            return Ok(Self::Numbers(natives, Values::read_numbers(column, "X")?));
        }
        Ok(match Values::read_for_numbers(column, "X")?.into_objects() {
            Ok(objects) => Self::Objects(objects),
            Err(values) => Self::Numbers(natives, values),
        })
    }
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

/// Updates the sides but the last, and lets `finish` update that with what reaches it; which indices do. Once the column
/// is read and there is memory for the values, nothing can be refused.
fn through<'py>(
    sides: &[Side<Bound<'py, PyAny>>],
    natives: &[&'static dyn Native],
    column: &Values<'py>,
    finish: impl FnOnce(&dyn Native, &Bound<'py, PyAny>, Column<'_, 'py>) -> PyResult<()>,
) -> PyResult<Validity> {
    for side in sides {
        // Where `__init__` has not run, before anything has changed.
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
    py: Python<'py>,
    link: &RsLink,
    sides: &[Side<Bound<'py, PyAny>>],
    objects: &Objects<'py>,
    values: bool,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let _guard = link.lock.lock(py)?;
    let snapshot = Snapshot::if_possible(py, &reachable(sides))?;
    let rows = Rows::of([("X", objects.items.len(), &objects.validity)])?;
    let update = |index: usize| flow(sides.iter().map(Ok), objects.items[index].clone());
    let value = || sides[sides.len() - 1].get();
    walk(py, &rows, snapshot, update, if values { Some(&value) } else { None })
}
