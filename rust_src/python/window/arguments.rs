//! The arguments of an `update` of a window: those of the statistic, and the time `t`.

use crate::{
    kernels::numerics::timestamp::Timestamp,
    python::{
        convert::{argument::read, time::OptionalTime},
        erased::held::Shape,
    },
};
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyDict, PyTuple},
};

/// The names of the arguments of a statistic.
pub fn names(shape: Shape) -> &'static [&'static str] {
    match shape {
        Shape::Numbers { count: 1, weighted: false } | Shape::Anything | Shape::Objects(1) => &["x"],
        Shape::Numbers { count: 1, weighted: true } => &["x", "w"],
        Shape::Numbers { weighted: false, .. } | Shape::Objects(_) => &["x", "y"],
        Shape::Numbers { weighted: true, .. } => &["x", "y", "w"],
        Shape::Event => &[],
    }
}

/// How many of them must be given.
fn required(shape: Shape) -> usize {
    match shape {
        Shape::Numbers { count, .. } | Shape::Objects(count) => count,
        Shape::Event | Shape::Anything => 0,
    }
}

/// The arguments in the order of their names, and the time.
pub fn bound<'py>(
    shape: Shape,
    args: &Bound<'py, PyTuple>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<(Vec<Bound<'py, PyAny>>, Option<Timestamp>)> {
    let names = names(shape);
    let mut given: Vec<Option<Bound<'py, PyAny>>> = vec![None; names.len()];
    let mut t = None;
    let most = names.len() + usize::from(shape == Shape::Event);
    if args.len() > most {
        return Err(PyTypeError::new_err(format!("update takes {most} values at most, got {}", args.len())));
    }
    for (i, value) in args.iter().enumerate() {
        match given.get_mut(i) {
            Some(given) => *given = Some(value),
            None => t = Some(value),
        }
    }
    for (name, value) in kwargs.into_iter().flatten() {
        let name = name.extract::<String>()?;
        match names.iter().position(|&known| known == name) {
            None if name == "t" && t.is_none() => t = Some(value),
            Some(i) if given[i].is_none() => given[i] = Some(value),
            None if name != "t" => return Err(PyTypeError::new_err(format!("update takes no argument {name}"))),
            _ => return Err(PyTypeError::new_err(format!("update got two values of {name}"))),
        }
    }
    if let Some(missing) = (0..required(shape)).find(|&i| given[i].is_none()) {
        return Err(PyTypeError::new_err(format!("update is missing the argument {}", names[missing])));
    }
    let t = t.map(|t| read::<OptionalTime>(&t, "t")).transpose()?.and_then(|OptionalTime(t)| t);
    if shape == Shape::Event && t.is_none() {
        return Err(PyTypeError::new_err("update is missing t, the time of the event"));
    }
    Ok((given.into_iter().flatten().collect(), t))
}
