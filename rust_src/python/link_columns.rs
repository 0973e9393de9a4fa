//! Whole columns through links.

use super::{
    batch::{self, Accumulation},
    cell::Cell,
    columns::{Aligned, Column, at_place, is_iterator, objects},
    fast::Holds,
    link::{RsLink, Side, flow},
    twin::{install, twin},
};
use crate::kernels::Statistic;
use pyo3::prelude::*;

/// How whole columns pass through an object of one public class.
#[derive(Clone, Copy)]
pub struct Columns {
    pass: fn(&Bound<'_, PyAny>, &[f64]) -> PyResult<Passed>,
    take: Take,
}

/// Takes a column in, and tells the values of the statistic meanwhile, if they are asked for.
type Take = fn(&Bound<'_, PyAny>, &[f64], Option<Told<'_>>) -> PyResult<()>;

/// What a statistic has to pass on of a column.
struct Passed {
    values: Vec<f64>,
    /// One for each element, whether there was anything to pass on after it; `None` where there always was.
    through: Option<Vec<bool>>,
}

/// The values of a statistic: before the first element, and after each.
type Told<'a> = (&'a mut f64, &'a mut [f64]);

impl Columns {
    pub fn of<T: Holds<Kernel: Statistic<Input = f64>>>() -> Self {
        Self {
            pass: |object, xs| pass(object.py(), object.cast::<T>()?.get().cell(), xs),
            take: |object, xs, told| take(object.py(), object.cast::<T>()?.get().cell(), xs, told),
        }
    }
}

fn pass<K: Statistic<Input = f64>>(py: Python<'_>, cell: &Cell<K>, xs: &[f64]) -> PyResult<Passed> {
    cell.with_many(py, xs.len(), |kernel| {
        let before = kernel.clone();
        let mut values = vec![0.0; xs.len()];
        kernel.accumulate(xs, &mut values);
        if !values.iter().any(|value| value.is_nan()) {
            return Passed { values, through: None };
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
        Passed { values, through: Some(through) }
    })
}

fn take<K: Statistic<Input = f64>>(py: Python<'_>, cell: &Cell<K>, xs: &[f64], told: Option<Told<'_>>) -> PyResult<()> {
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
            let _inside = link.gate().enter(py);
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
    let _inside = link.gate().enter(py);
    let (left_out, xs) = passed(py, &sides, &columns, &read)?;
    batch::results(py, xs.len(), left_out.as_deref(), |out, before| {
        let last = sides.len() - 1;
        let end = xs.len();
        (columns[last].take)(sides[last].object.bind(py), &xs, Some((before, &mut out[..end])))
    })
}

/// How columns pass through all of the sides, if each is of a class that says so and none is there twice.
fn native(sides: &[Side]) -> Option<Vec<Columns>> {
    let is_new = |(i, side): (usize, &Side)| !sides[..i].iter().any(|other| other.object.is(&side.object));
    let all_new = sides.iter().enumerate().all(is_new);
    sides.iter().map(|side| side.native.filter(|_| all_new).map(|native| native.columns)).collect()
}

/// What of a column reaches the last side, and which places do not, after the other sides have taken it in. Once the
/// column is read, nothing can be refused.
#[allow(clippy::type_complexity, reason = "the places, and the numbers")]
fn passed(
    py: Python<'_>,
    sides: &[Side],
    columns: &[Columns],
    read: &[Column<'_>],
) -> PyResult<(Option<Vec<bool>>, Vec<f64>)> {
    for side in sides {
        // Where `__init__` has not run, before anything has changed.
        side.get(py)?;
    }
    let Aligned { columns: chunks, missing: mut left_out, .. } = Aligned::new(read, &["X"])?;
    let mut xs = chunks[0].concat();
    for (side, columns) in sides.iter().zip(columns).take(sides.len() - 1) {
        let Passed { values, through } = (columns.pass)(side.object.bind(py), &xs)?;
        if let Some(through) = through {
            let mut through = through.into_iter();
            let places = left_out.get_or_insert_with(|| vec![false; xs.len()]);
            places
                .iter_mut()
                .filter(|left_out| !**left_out)
                .for_each(|left_out| *left_out = through.next() == Some(false));
        }
        xs = values;
    }
    Ok((left_out, xs))
}

/// Takes the elements in one after the other, all or none, by copies of the sides, whose states the sides get in the end.
fn one_by_one<'py>(
    link: &RsLink,
    sides: &[Side],
    column: &Bound<'py, PyAny>,
    values: bool,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = column.py();
    let (items, missing) = objects(column, "X")?;
    let _inside = link.gate().enter(py);
    let mut twins: Vec<Side> = Vec::with_capacity(sides.len());
    for (i, side) in sides.iter().enumerate() {
        let same = sides[..i].iter().position(|other| other.object.is(&side.object));
        twins.push(match same {
            Some(same) => twins[same].clone_ref(py),
            None => side.of(twin(side.object.bind(py))?),
        });
    }
    let mut found = Vec::new();
    for (place, item) in items.iter().enumerate() {
        if missing.as_ref().is_none_or(|missing| !missing[place]) {
            flow(py, &twins, item).map_err(|error| at_place(py, error, "X", place))?;
        }
        if values {
            found.push(twins[twins.len() - 1].object.bind(py).call_method0("get")?);
        }
    }
    for (side, twin) in sides.iter().zip(&twins) {
        install(side.object.bind(py), twin.object.bind(py))?;
    }
    Ok(found)
}
