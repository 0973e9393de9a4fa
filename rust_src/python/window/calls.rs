//! `update` and `get` of windows as fast methods.

use crate::{
    kernels::{numerics::timestamp::Timestamp, window::Clock},
    python::{
        classes::{
            calls::{listed, reading_object},
            docs,
        },
        columns::objects::{IsMissing, is_none},
        convert::{argument::read, number::Number, signature, time::OptionalTime},
        erased::{
            held::{Held, Nulls, Shape, Window},
            kernel::Kernel,
        },
        ffi::{
            arguments::{self, Arguments},
            attach::attached,
            descriptor::{FastMethod, Keywords, NoArguments, Returned},
            number,
            object::new_object,
        },
        state::pickle::Stateful,
        sync::kernel_cell::KernelCell,
        window::arguments::{bound, names},
    },
};
use pyo3::{
    PyClass,
    exceptions::PyTypeError,
    intern,
    prelude::*,
    pyclass::boolean_struct::True,
    types::{PyDict, PyTuple, PyType},
};
use std::ffi::CStr;

/// A class whose objects hold a window.
pub trait HoldsWindow: PyClass<Frozen = True> + Sync + Stateful {
    fn cell(&self) -> &KernelCell<Held>;
}

/// `update` of a window.
pub enum Update {}
/// `get` of a window.
pub enum Get {}

impl<T: HoldsWindow> FastMethod<T> for Update {
    type Convention = Keywords;
    const NAME: &'static CStr = c"update";

    fn signature() -> &'static arguments::Signature {
        &signature::WINDOW
    }

    fn doc() -> String {
        "Update the window with one observation.".into()
    }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let kernel = match quick(this.get().cell(), arguments) {
            Some(updated) => updated?,
            None => attached(this.py(), |_| general(this.get().cell(), this.py(), arguments.to_tuple_and_dict()?))?,
        };
        match kernel {
            None => ().into_object(this.py()),
            Some(kernel) => attached(this.py(), |_| closed(this.as_any(), kernel)),
        }
    }
}

/// Updates by positional numbers and perhaps a `t`; `None` if the call has another form, or the window is of another
/// kind.
#[inline(always)]
fn quick(cell: &KernelCell<Held>, arguments: Arguments<'_>) -> Option<PyResult<Option<Box<dyn Kernel>>>> {
    let (given, count) = numbers(arguments)?;
    if arguments.are_positional() {
        return update(cell, arguments.py(), given, count, None);
    }
    match arguments.only_keyword(intern!(arguments.py(), "t")) {
        Ok(None) => update(cell, arguments.py(), given, count, None),
        Ok(Some(t)) => match read::<OptionalTime>(t, "t") {
            Ok(OptionalTime(t)) => update(cell, arguments.py(), given, count, t),
            Err(error) => Some(Err(error)),
        },
        Err(()) => None,
    }
}

/// Updates with this many numbers; `None` if they are not an observation of the window.
#[inline(always)]
fn update(
    cell: &KernelCell<Held>,
    py: Python<'_>,
    given: (f64, f64, f64),
    count: usize,
    t: Option<Timestamp>,
) -> Option<PyResult<Option<Box<dyn Kernel>>>> {
    let updated = cell.with(py, |held| match held.update(given, count, t)? {
        Ok(false) => Some(Ok(None)),
        Ok(true) => Some(Ok(held.closed())),
        Err(error) => Some(Err(error)),
    });
    match updated {
        Ok(updated) => updated.map(|updated| updated.map_err(|error| PyErr::from(*error))),
        Err(error) => Some(Err(error)),
    }
}

/// The positional arguments, if they are one to three numbers, and how many.
///
/// Not in an array: reading a whole from memory that was written in parts waits for the parts.
#[inline(always)]
fn numbers(arguments: Arguments<'_>) -> Option<((f64, f64, f64), usize)> {
    let number = |object: &Borrowed<'_, '_, PyAny>| number::float(*object).or_else(|| number::int(*object));
    let given = arguments.positional();
    let numbers = match given {
        [x] => (number(x)?, 0.0, 0.0),
        [x, y] => (number(x)?, number(y)?, 0.0),
        [x, y, z] => (number(x)?, number(y)?, number(z)?),
        _ => return None,
    };
    Some((numbers, given.len()))
}

type Call<'py> = (Bound<'py, PyTuple>, Option<Bound<'py, PyDict>>);

/// Updates by the arguments of any call.
fn general(cell: &KernelCell<Held>, py: Python<'_>, (args, kwargs): Call<'_>) -> PyResult<Option<Box<dyn Kernel>>> {
    let (shape, nulls) = cell.with(py, |held| (held.shape, held.nulls))?;
    let (values, t) = bound(shape, &args, kwargs.as_ref())?;
    if nulls.are_slots() && is_missing_in(shape, nulls, &values)? {
        let mut clock = Clock::ROWS;
        clock.next(t, None)?;
        return pass(cell, py);
    }
    if let Shape::Objects(_) = shape {
        let window = cell.with(py, |held| held.objects())?;
        return window
            .ok_or_else(|| PyTypeError::new_err("the window was replaced during the call"))?
            .update(&values, t);
    }
    let mut given = [0.0; 3];
    for ((number, value), name) in given.iter_mut().zip(&values).zip(names(shape)) {
        if let Shape::Numbers { .. } = shape {
            *number = read::<Number>(value, name)?.0;
        }
    }
    let updated = cell.with(py, |held| {
        let updated = match shape {
            Shape::Numbers { .. } => held.update(given.into(), values.len(), t),
            _ => held.update_unseen(t),
        };
        updated.map(|updated| updated.map(|closes| if closes { held.closed() } else { None }))
    })?;
    let updated = updated.ok_or_else(|| PyTypeError::new_err("the window was replaced during the call"))?;
    updated.map_err(|error| PyErr::from(*error))
}

/// Whether an observation is missing; a pair is if one of its values is. A NaN among numbers is only found when they
/// are read.
fn is_missing_in(shape: Shape, nulls: Nulls, values: &[Bound<'_, PyAny>]) -> PyResult<bool> {
    let (count, missing): (_, IsMissing) = match shape {
        Shape::Numbers { count, .. } => (count, is_none),
        Shape::Objects(_) | Shape::Anything | Shape::Event => (values.len(), nulls.missing()),
    };
    for value in values.iter().take(count) {
        if missing(value)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Lets a missing value take up its slot.
fn pass(cell: &KernelCell<Held>, py: Python<'_>) -> PyResult<Option<Box<dyn Kernel>>> {
    let passed = cell.with(py, |held| match &mut held.window {
        Window::Numbers(window) => window.advance(None).map(|_| None),
        Window::Objects(window) => Ok(Some(window.clone())),
    })?;
    match passed? {
        Some(window) => window.advance(py, None),
        None => Ok(None),
    }
}

/// The statistic of a window that has closed, with this kernel.
pub fn closed<'py>(window: &Bound<'py, PyAny>, kernel: Box<dyn Kernel>) -> PyResult<Bound<'py, PyAny>> {
    let class = window.getattr(intern!(window.py(), "_statistic_class"))?.cast_into::<PyType>()?;
    statistic(&class, kernel)
}

/// An object of a class with this kernel.
pub fn statistic<'py>(class: &Bound<'py, PyType>, kernel: Box<dyn Kernel>) -> PyResult<Bound<'py, PyAny>> {
    let statistic = new_object::<PyAny>(class)?;
    kernel.put_into(&statistic)?;
    Ok(statistic)
}

impl<T: HoldsWindow> FastMethod<T> for Get {
    type Convention = NoArguments;
    const NAME: &'static CStr = c"get";

    fn signature() -> &'static arguments::Signature {
        &signature::NOTHING
    }

    fn doc() -> String {
        docs::get("The statistic's value over the window; None if fewer than `min_samples` observations are in it.")
    }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, (): ()) -> PyResult<impl Returned<'py>> {
        let (py, cell) = (this.py(), this.get().cell());
        match cell.with(py, |held| held.number())? {
            Some(value) => value.into_object(py),
            None => match cell.with(py, |held| held.width())? {
                Some(width) => listed(py, width, &mut |out| cell.with(py, |held| held.values(out))),
                None => attached(py, |_| value(cell, py)),
            },
        }
    }
}

/// The value of a window, whatever it is.
fn value<'py>(cell: &KernelCell<Held>, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
    let read = cell.with(py, |held| match &held.window {
        Window::Numbers(window) => Ok(window.reading()),
        Window::Objects(window) => Err(window.clone()),
    })?;
    match read {
        Ok(reading) => reading_object(py, &reading),
        Err(window) => window.get(py),
    }
}
