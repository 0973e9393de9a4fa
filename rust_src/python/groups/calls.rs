//! `update` of groups as a fast method, and the notification of evictions.

use crate::{
    kernels::numerics::timestamp::Timestamp,
    python::{
        columns::objects::is_missing,
        convert::{argument::read, number::Number, signature},
        erased::{held::Shape, kernel::Kernel},
        ffi::{
            arguments::{self, Arguments},
            attach::attached,
            descriptor::{FastMethod, Keywords, Returned},
            number,
        },
        groups::store::{Groups, Observation, Removals, RsGroupBy},
        interning::{
            key::{Key, canonical},
            table::{Verdict, compare},
        },
        sync::kernel_cell::KernelCell,
        window::arguments::{bound, names},
    },
};
use pyo3::{
    exceptions::{PyKeyError, PyTypeError},
    intern,
    prelude::*,
    types::{PyDict, PyTuple},
};
use std::ffi::CStr;

/// `update` of groups.
pub enum Update {}

impl FastMethod<RsGroupBy> for Update {
    type Convention = Keywords;
    const NAME: &'static CStr = c"update";

    fn signature() -> &'static arguments::Signature {
        &signature::GROUPS
    }

    fn doc() -> String {
        "Update the group of a key with one observation.

Parameters
----------
key
    The key, any hashable object.
*args, **kwargs
    The arguments of `update` of the statistic; and the time `t`, if there is an `idle_after`.

Raises
------
TypeError
    If the key is not hashable, or the observation is not of a type that the statistic takes. The groups are left
    unchanged.
ValueError
    If the statistic refuses a weight or a time. The groups are left unchanged.
"
        .into()
    }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, RsGroupBy>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        if arguments.are_positional()
            && let Some(updated) = quick(&this.get().0, arguments)
        {
            return updated;
        }
        attached(this.py(), |_| general(this, arguments.to_tuple_and_dict()?))
    }
}

/// Updates an existing group with numbers alone; `None` if the call has another form, or there is more to do.
#[inline(always)]
fn quick(cell: &KernelCell<Groups>, arguments: Arguments<'_>) -> Option<PyResult<()>> {
    let number = |object: &Borrowed<'_, '_, PyAny>| number::float(*object).or_else(|| number::int(*object));
    let given = arguments.positional();
    let (key, x, y, z) = match given {
        [key, x] => (key, number(x)?, 0.0, 0.0),
        [key, x, y] => (key, number(x)?, number(y)?, 0.0),
        [key, x, y, z] => (key, number(x)?, number(y)?, number(z)?),
        _ => return None,
    };
    let key = Key::quick(key)?;
    let updated = cell.with(arguments.py(), |groups| {
        let Shape::Numbers { count, weighted } = groups.kernels.shape() else { return None };
        let w = match given.len() - 1 - count {
            0 => 1.0,
            1 if weighted => {
                if count == 1 {
                    y
                } else {
                    z
                }
            }
            _ => return None,
        };
        if groups.eviction.is_limited() || groups.skipna || !(w == 1.0 || Groups::counts(w).is_ok_and(|counts| counts))
        {
            return None;
        }
        let index = groups.keys.quick(&key)??;
        Some(groups.kernels.update(index as usize, x, y, w, None))
    });
    match updated {
        Ok(updated) => updated.map(|updated| updated.map_err(|error| PyErr::from(*error))),
        Err(error) => Some(Err(error)),
    }
}

type Call<'py> = (Bound<'py, PyTuple>, Option<Bound<'py, PyDict>>);

/// Updates by the arguments of any call.
fn general(this: &Bound<'_, RsGroupBy>, (args, kwargs): Call<'_>) -> PyResult<()> {
    let (py, cell) = (this.py(), &this.get().0);
    let (key, args) = match (args.len(), &kwargs) {
        (0, Some(kwargs)) if let Some(key) = kwargs.get_item("key")? => {
            kwargs.del_item("key")?;
            (key, args)
        }
        (0, _) => return Err(PyTypeError::new_err("update is missing the argument key")),
        (len, _) => (args.get_item(0)?, args.get_slice(1, len)),
    };
    let (shape, skipna) = cell.with(py, |groups| (groups.kernels.shape(), groups.skipna))?;
    let (values, t) = bound(shape, &args, kwargs.as_ref())?;
    let observation = observation(shape, &values, t, skipna)?;
    let key = canonical(key)?;
    let (key, mut removals) = (Key::of(&key)?, Removals::default());
    match observation {
        Some(observation) if Groups::counts(observation.w)? => {
            with_found(py, cell, &key, |groups, found| {
                groups.update(py, &key, found, observation, &mut removals).map(drop)
            })??;
        }
        Some(_) => {}
        None => cell.with(py, |groups| groups.n_skipped += 1)?,
    }
    tell(this, removals)
}

/// The observation in these arguments; `None` if it is to be left out.
pub fn observation(
    shape: Shape,
    values: &[Bound<'_, PyAny>],
    t: Option<Timestamp>,
    skipna: bool,
) -> PyResult<Option<Observation>> {
    let mut given = [0.0; 3];
    let count = match shape {
        Shape::Numbers { count, .. } => count,
        Shape::Event | Shape::Anything | Shape::Objects(_) => 0,
    };
    // A NaN among numbers is only found when they are read.
    let is_left_out: fn(&Bound<'_, PyAny>) -> PyResult<bool> =
        if count > 0 { |value| Ok(value.is_none()) } else { is_missing };
    for value in values.iter().take(if skipna { count.max(1) } else { 0 }) {
        if is_left_out(value)? {
            return Ok(None);
        }
    }
    if count > 0 {
        for ((number, value), name) in given.iter_mut().zip(values).zip(names(shape)) {
            *number = read::<Number>(value, name)?.0;
        }
    }
    if skipna && given[..count].iter().any(|x| x.is_nan()) {
        return Ok(None);
    }
    let w = if count > 0 && values.len() > count { given[count] } else { 1.0 };
    Ok(Some(Observation { x: given[0], y: if count == 2 { given[1] } else { 0.0 }, w, t }))
}

/// Lets `f` work on the groups with the index of a key, under the lock under which it was found.
pub fn with_found<R>(
    py: Python<'_>,
    cell: &KernelCell<Groups>,
    key: &Key<'_, '_>,
    f: impl FnOnce(&mut Groups, Option<u32>) -> R,
) -> PyResult<R> {
    let (mut verdicts, mut f) = (Vec::<Verdict>::new(), Some(f));
    loop {
        let step = cell.with(py, |groups| match groups.keys.find(py, key, &verdicts)? {
            Ok(found) => Ok::<_, PyErr>(Ok(f.take().map(|f| f(groups, found)))),
            Err(others) => Ok(Err(others)),
        })??;
        match step {
            Ok(Some(done)) => return Ok(done),
            Ok(None) => return Err(PyKeyError::new_err("the key has been looked up already")),
            Err(others) => compare(&others, &key.object(py)?, &mut verdicts)?,
        }
    }
}

/// Calls `on_evict` with each key and statistic that were evicted. It is called for all of them, even after an
/// exception; the first exception propagates.
pub fn tell(this: &Bound<'_, RsGroupBy>, removals: Removals) -> PyResult<()> {
    let py = this.py();
    drop(removals.dropped);
    let mut first = Ok(());
    for (key, kernel) in removals.evicted {
        let told = statistic(this, kernel)
            .and_then(|statistic| this.as_any().call_method1(intern!(py, "_tell"), (key, statistic)).map(drop));
        first = first.and(told);
    }
    first
}

/// An object with this kernel.
pub fn statistic<'py>(this: &Bound<'py, RsGroupBy>, kernel: Box<dyn Kernel>) -> PyResult<Bound<'py, PyAny>> {
    let statistic = this.as_any().call_method0(intern!(this.py(), "_new"))?;
    kernel.put_into(&statistic)?;
    Ok(statistic)
}
