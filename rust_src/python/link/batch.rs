//! Whole columns through links.

use crate::{
    kernels::traits::Statistic,
    python::{
        batch::{self, row_by_row::Accumulation},
        columns::{
            Aligned, Column,
            categories::objects,
            is_iterator,
            sequence::{at_place, push, reserve},
        },
        link::class::{RsLink, Side, flow},
        state::snapshot::Saved,
        sync::kernel_cell::{HoldsKernel, KernelCell},
    },
};
use pyo3::{intern, prelude::*};
use std::{borrow::Cow, mem};

/// How whole columns pass through an object of one public class.
#[derive(Clone, Copy)]
pub struct Columns {
    pass: Pass,
    take: Take,
}

/// Takes a column in, and tells the values of the statistic meanwhile, if they are asked for.
type Take = fn(&Bound<'_, PyAny>, &[f64], Option<Told<'_>>) -> PyResult<()>;

/// Takes a column in, and writes what the statistic has to pass on into a list that is as long. If that is not something
/// at each place, it says at which.
type Pass = fn(&Bound<'_, PyAny>, &[f64], &mut Vec<f64>) -> PyResult<Option<Vec<bool>>>;

/// The values of a statistic: before the first element, and after each.
type Told<'a> = (&'a mut f64, &'a mut [f64]);

impl Columns {
    pub fn of<T: HoldsKernel<Kernel: Statistic<Input = f64>>>() -> Self {
        Self {
            pass: |object, xs, values| pass(object.py(), object.cast::<T>()?.get().cell(), xs, values),
            take: |object, xs, told| take(object.py(), object.cast::<T>()?.get().cell(), xs, told),
        }
    }
}

fn pass<K: Statistic<Input = f64>>(
    py: Python<'_>,
    cell: &KernelCell<K>,
    xs: &[f64],
    values: &mut Vec<f64>,
) -> PyResult<Option<Vec<bool>>> {
    cell.with_many(py, xs.len(), |kernel| {
        let before = kernel.clone();
        kernel.accumulate(xs, values);
        if !values.iter().any(|value| value.is_nan()) {
            return None;
        }
        // Where there is no value, there stands NaN, which may also be one.
        *kernel = before;
        values.clear();
        let mut through = Vec::with_capacity(xs.len());
        for &x in xs {
            kernel.update(x);
            let value = kernel.get();
            through.push(value.is_some());
            values.extend(value);
        }
        Some(through)
    })
}

fn take<K: Statistic<Input = f64>>(
    py: Python<'_>,
    cell: &KernelCell<K>,
    xs: &[f64],
    told: Option<Told<'_>>,
) -> PyResult<()> {
    cell.with_many(py, xs.len(), |kernel| match told {
        Some((before, values)) => {
            *before = kernel.get().unwrap_or(f64::NAN);
            kernel.accumulate(xs, values);
        }
        None => kernel.update_many(xs),
    })
}

pub fn update_many(link: &RsLink, column: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = column.py();
    let sides = link.chain(py)?;
    match native(&sides) {
        Some(columns) => {
            let read = [Column::read(column, "X")?];
            let _guard = link.lock.lock(py)?;
            let (_, xs) = passed(py, &sides, &columns, &read)?;
            let last = sides.len() - 1;
            (columns[last].take)(sides[last].object.bind(py), &xs, None)
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
    let sides = link.chain(py)?;
    let Some(columns) = native(&sides) else {
        return Ok(batch::array(py, one_by_one(link, &sides, column, true)?));
    };
    let read = [Column::read(column, "X")?];
    let _guard = link.lock.lock(py)?;
    batch::filled(py, read[0].len()?, |out, before| {
        let (left_out, xs) = passed(py, &sides, &columns, &read)?;
        let last = sides.len() - 1;
        (columns[last].take)(sides[last].object.bind(py), &xs, Some((before, &mut out[..xs.len()])))?;
        Ok(left_out.map(Cow::Owned))
    })
}

/// How columns pass through all of the sides, if each is of a class that says so and none is there twice.
fn native(sides: &[Side]) -> Option<Vec<Columns>> {
    let is_new = |(i, side): (usize, &Side)| !sides[..i].iter().any(|other| other.object.is(&side.object));
    let all_new = sides.iter().enumerate().all(is_new);
    sides.iter().map(|side| side.native.filter(|_| all_new).map(|native| native.columns)).collect()
}

/// What of a column reaches the last side, and which places do not, after the other sides have taken it in. Once the
/// column is read and there is memory for the values, nothing can be refused.
#[allow(clippy::type_complexity, reason = "the places, and the numbers")]
fn passed<'a>(
    py: Python<'_>,
    sides: &[Side],
    columns: &[Columns],
    read: &'a [Column<'_>],
) -> PyResult<(Option<Vec<bool>>, Cow<'a, [f64]>)> {
    for side in sides {
        // Where `__init__` has not run, before anything has changed.
        side.get(py)?;
    }
    let Aligned { columns: mut chunks, missing: mut left_out, len } = Aligned::new(read, &["X"])?;
    let mut pieces = chunks.swap_remove(0);
    let mut xs = if pieces.len() == 1 { pieces.swap_remove(0) } else { Cow::Owned(pieces.concat()) };
    let (mut values, mut further) = (Vec::new(), Vec::new());
    reserve(&mut values, len)?;
    if sides.len() > 2 {
        reserve(&mut further, len)?;
    }
    for (side, columns) in sides.iter().zip(columns).take(sides.len() - 1) {
        values.resize(xs.len(), 0.0);
        if let Some(through) = (columns.pass)(side.object.bind(py), &xs, &mut values)? {
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
    sides: &[Side],
    column: &Bound<'py, PyAny>,
    values: bool,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = column.py();
    let (items, missing) = objects(column, "X")?;
    let _guard = link.lock.lock(py)?;
    let saved = Saved::of(sides.iter().map(|side| side.object.bind(py).clone()), py)?;
    let mut found = Vec::new();
    let taken = items.iter().enumerate().try_for_each(|(place, item)| {
        if missing.as_ref().is_none_or(|missing| !missing[place]) {
            flow(py, sides, item).map_err(|error| at_place(py, error, "X", place))?;
        }
        match sides.last().filter(|_| values) {
            Some(last) => push(&mut found, last.object.bind(py).call_method0(intern!(py, "get"))?),
            None => Ok(()),
        }
    });
    if let (Err(error), Some(saved)) = (&taken, saved)
        && let Err(failure) = saved.restore()
    {
        failure.set_cause(py, Some(error.clone_ref(py)));
        return Err(failure);
    }
    taken.map(|()| found)
}
