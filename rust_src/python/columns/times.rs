//! Columns of points in time.

use crate::{
    kernels::numerics::timestamp::Timestamp,
    python::{
        columns::{
            arrow,
            numbers::{Numbers, integers},
            sequence,
            source::Source,
            validity::Validity,
        },
        convert::time::Time,
    },
};
use numpy::{PyArrayDescrMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::{exceptions::PyValueError, intern, prelude::*};

/// What NumPy has for no time.
const NOT_A_TIME: i64 = i64::MIN;
/// Nanoseconds since 1970 beyond which there are no times.
const FARTHEST: i128 = 1 << 100;
const SECOND: i128 = 1_000_000_000;

/// Reads the argument called `name`: every index has to have a time.
pub fn read(column: &Bound<'_, PyAny>, name: &'static str) -> PyResult<Vec<Timestamp>> {
    let source = Source::of(column, name, Numbers::VALUES)?;
    match &source {
        Source::Items(column) => one_by_one(column, name),
        Source::Array(array, validity) => of_array(array, validity, Timestamp::Naive, name),
        Source::Nullable(series) => of_nullable(&source, series, name),
        Source::Arrow(column) => of_arrow(column, name),
        Source::Categories(_) => of_numbers(&Numbers::of(&source, name)?, name),
    }
}

fn one_by_one(column: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<Timestamp>> {
    sequence::read(column, (name, Numbers::VALUES), |_, item| Ok(item.extract::<Time>()?.0))
}

/// Of numbers of seconds.
fn of_numbers(numbers: &Numbers<'_>, name: &str) -> PyResult<Vec<Timestamp>> {
    none_missing(&numbers.validity, name)?;
    let second = |(index, seconds): (usize, f64)| {
        if seconds.is_finite() { Ok(Timestamp::Seconds(seconds)) } else { Err(no_time(name, index, seconds)) }
    };
    numbers.from(0)?.into_iter().enumerate().map(second).collect()
}

fn none_missing(validity: &Validity, name: &str) -> PyResult<()> {
    match validity.first_missing() {
        Some(index) => {
            Err(PyValueError::new_err(format!("{name}[{index}] is missing, and an observation needs a time")))
        }
        None => Ok(()),
    }
}

/// Of an array; `scale` is what datetimes are read as.
fn of_array(
    array: &Bound<'_, PyUntypedArray>,
    validity: &Validity,
    scale: fn(i128) -> Timestamp,
    name: &'static str,
) -> PyResult<Vec<Timestamp>> {
    let py = array.py();
    none_missing(validity, name)?;
    let kind = array.dtype().kind();
    match kind {
        b'M' | b'm' => {}
        b'O' => return one_by_one(array.as_any(), name),
        _ => return of_numbers(&Numbers::of(&Source::Array(array.clone(), Validity::ALL), name)?, name),
    }
    let numpy = py.import(intern!(py, "numpy"))?;
    let (unit, count): (String, i64) = numpy.call_method1("datetime_data", (array.dtype(),))?.extract()?;
    let (array, unit, count) = match unit.as_str() {
        // Months differ in length.
        "Y" | "M" if kind == b'M' => (array.call_method1("astype", ("datetime64[D]",))?, "D".into(), 1),
        _ => (array.clone().into_any(), unit, count),
    };
    let ticks = integers(&array, name)?;
    if kind == b'm' {
        if let Some(index) = ticks.iter().position(|&tick| tick == NOT_A_TIME) {
            return Err(no_time(name, index, "NaT"));
        }
        let second = numpy.getattr("timedelta64")?.call1((1, "s"))?;
        let seconds = Source::Array(array.div(second)?.cast_into()?, Validity::ALL);
        return of_numbers(&Numbers::of(&seconds, name)?, name);
    }
    let Some((multiplier, divisor)) = nanoseconds(&unit) else {
        return Err(PyValueError::new_err(format!("{name} must have a unit of time, got datetime64[{unit}]")));
    };
    from_ticks(ticks, multiplier * i128::from(count), divisor, scale, name)
}

/// How many nanoseconds a unit of NumPy's is, as a fraction.
fn nanoseconds(unit: &str) -> Option<(i128, i128)> {
    Some(match unit {
        "W" => (7 * 86_400 * SECOND, 1),
        "D" => (86_400 * SECOND, 1),
        "h" => (3_600 * SECOND, 1),
        "m" => (60 * SECOND, 1),
        "s" => (SECOND, 1),
        "ms" => (1_000_000, 1),
        "us" => (1_000, 1),
        "ns" => (1, 1),
        "ps" => (1, 1_000),
        "fs" => (1, 1_000_000),
        "as" => (1, SECOND),
        _ => return None,
    })
}

fn from_ticks(
    ticks: Vec<i64>,
    multiplier: i128,
    divisor: i128,
    scale: fn(i128) -> Timestamp,
    name: &str,
) -> PyResult<Vec<Timestamp>> {
    let time = |(index, tick): (usize, i64)| {
        if tick == NOT_A_TIME {
            return Err(no_time(name, index, "NaT"));
        }
        let time = (i128::from(tick) * multiplier).div_euclid(divisor);
        if time.abs() <= FARTHEST { Ok(scale(time)) } else { Err(no_time(name, index, tick)) }
    };
    ticks.into_iter().enumerate().map(time).collect()
}

/// Of a column of pandas'; what has a time zone is kept in UTC.
fn of_nullable(source: &Source<'_>, series: &Bound<'_, PyAny>, name: &'static str) -> PyResult<Vec<Timestamp>> {
    let py = series.py();
    let dtype = series.getattr(intern!(py, "dtype"))?;
    if dtype.eq("object")? {
        return one_by_one(&series.call_method0(intern!(py, "to_numpy"))?, name);
    }
    if let (Some(unit), Some(_)) = (dtype.getattr_opt(intern!(py, "unit"))?, dtype.getattr_opt(intern!(py, "tz"))?) {
        let utc = series.call_method1(intern!(py, "to_numpy"), (format!("datetime64[{unit}]"),))?;
        return of_array(utc.cast()?, &Validity::ALL, Timestamp::Aware, name);
    }
    of_numbers(&Numbers::of(source, name)?, name)
}

fn of_arrow(column: &Bound<'_, PyAny>, name: &'static str) -> PyResult<Vec<Timestamp>> {
    let exported = arrow::export(column, name)?;
    let format = exported.kind.format.clone();
    let unit = match format.as_bytes() {
        [b't', b's' | b'd' | b'D', unit, ..] if exported.kind.dictionary.is_none() => unit,
        _ => return of_numbers(&Numbers::of_arrow(exported, name)?, name),
    };
    let scale = match format.as_bytes() {
        [_, b'D', ..] => seconds,
        // After the unit, a colon and the time zone.
        [_, _, _, b':', _, ..] => Timestamp::Aware,
        _ => Timestamp::Naive,
    };
    let multiplier = match unit {
        b'D' => 86_400 * SECOND,
        b's' => SECOND,
        b'm' => 1_000_000,
        b'u' => 1_000,
        _ => 1,
    };
    none_missing(&arrow::validity(&exported, name)?, name)?;
    from_ticks(arrow::ticks(&exported, name)?, multiplier, 1, scale, name)
}

fn seconds(nanoseconds: i128) -> Timestamp {
    Timestamp::Seconds(nanoseconds as f64 / SECOND as f64)
}

#[cold]
fn no_time(name: &str, index: usize, got: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(format!("{name}[{index}] must be a point in time, got {got}"))
}
