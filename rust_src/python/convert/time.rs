//! Python objects as points in time and as durations.

use crate::{
    kernels::numerics::timestamp::Timestamp,
    python::{
        convert::number::Number,
        ffi::{attach::attached, number},
    },
};
use pyo3::{
    exceptions::PyValueError,
    intern,
    prelude::*,
    types::{PyDate, PyDateTime, PyDelta, PyFloat, PyInt, PyString, PyTimeAccess, PyTzInfoAccess},
};
use std::convert::Infallible;

/// A point in time: a datetime, a date, which stands for its first moment, a NumPy datetime64, a number of seconds, or
/// a timedelta, which also is a number of seconds.
#[derive(Clone, Copy)]
pub struct Time(pub Timestamp);

impl<'py> FromPyObject<'_, 'py> for Time {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match number::float(object).or_else(|| number::int(object)) {
            Some(seconds) if seconds.is_finite() => Ok(Self(Timestamp::Seconds(seconds))),
            _ => attached(object.py(), |_| convert(object)).map(Self),
        }
    }
}

fn convert(object: Borrowed<'_, '_, PyAny>) -> PyResult<Timestamp> {
    if let Ok(date) = object.cast::<PyDateTime>() {
        return from_datetime(&date);
    }
    if let Ok(date) = object.cast::<PyDate>() {
        return Ok(Timestamp::Naive(start_of_day(&date)?));
    }
    if is_numpy(object, "datetime64") {
        return from_datetime64(&object);
    }
    let seconds = seconds(object)?;
    if seconds.is_finite() { Ok(Timestamp::Seconds(seconds)) } else { Err(no_time(&object)) }
}

impl From<Time> for Option<Timestamp> {
    fn from(time: Time) -> Self {
        Some(time.0)
    }
}

/// A point in time, or None.
#[derive(Clone, Copy)]
pub struct OptionalTime(pub Option<Timestamp>);

impl<'py> FromPyObject<'_, 'py> for OptionalTime {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_none() { Ok(Self(None)) } else { Time::extract(object).map(|time| Self(Some(time.0))) }
    }
}

impl From<OptionalTime> for Option<Timestamp> {
    fn from(time: OptionalTime) -> Self {
        time.0
    }
}

/// A duration in seconds, if there is one: a timedelta, a number, or a string in pandas' notation.
#[derive(Clone, Copy)]
pub struct Duration(pub Option<f64>);

impl Duration {
    /// What is expected where a duration is required.
    pub const WANTED: &str = "a timedelta, a number of seconds or a string such as '1h30min'";
}

impl<'py> FromPyObject<'_, 'py> for Duration {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_none() {
            return Ok(Self(None));
        }
        if let Ok(words) = object.cast::<PyString>() {
            let wrong =
                || PyValueError::new_err(format!("must be {}, got {:?}", Self::WANTED, words.to_string_lossy()));
            return in_words(&words.to_string_lossy()).map(|seconds| Self(Some(seconds))).ok_or_else(wrong);
        }
        seconds(object).map(|seconds| Self(Some(seconds)))
    }
}

/// The seconds that numbers with units add up to, as in pandas: "5s", "1h30min", "1.5 days".
fn in_words(words: &str) -> Option<f64> {
    let (mut rest, mut total) = (words.trim(), 0.0);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (number, behind) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit() && c != '.')?);
        let behind = behind.trim_start();
        let (unit, behind) = behind.split_at(behind.find(|c: char| !c.is_alphabetic()).unwrap_or(behind.len()));
        total += number.parse::<f64>().ok()? * nanoseconds_of(unit)?;
        rest = behind.trim_start();
    }
    Some(total / NANOSECONDS as f64)
}

/// A unit of time.
fn nanoseconds_of(unit: &str) -> Option<f64> {
    let seconds = match unit {
        "W" | "w" => 604_800,
        "D" | "d" | "day" | "days" => 86_400,
        "h" | "hr" | "hour" | "hours" => 3_600,
        "m" | "min" | "minute" | "minutes" => 60,
        "s" | "sec" | "second" | "seconds" => 1,
        "ms" => return Some(1e6),
        "us" | "µs" => return Some(1e3),
        "ns" => return Some(1.0),
        _ => return None,
    };
    Some(f64::from(seconds) * NANOSECONDS as f64)
}

impl From<Duration> for Option<f64> {
    fn from(duration: Duration) -> Self {
        duration.0
    }
}

impl From<Option<f64>> for Duration {
    fn from(seconds: Option<f64>) -> Self {
        Self(seconds)
    }
}

impl<'py> IntoPyObject<'py> for Duration {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = Infallible;

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Infallible> {
        self.0.into_pyobject(py)
    }
}

fn seconds(object: Borrowed<'_, '_, PyAny>) -> PyResult<f64> {
    let py = object.py();
    if object.is_exact_instance_of::<PyFloat>() || object.is_exact_instance_of::<PyInt>() {
        return Ok(Number::extract(object)?.0);
    }
    if object.is_instance_of::<PyDelta>() {
        return object.call_method0(intern!(py, "total_seconds"))?.extract();
    }
    if is_numpy(object, "timedelta64") {
        let second = object.get_type().call1((1, "s"))?;
        return object.div(second)?.extract();
    }
    Ok(Number::extract(object)?.0)
}

/// Whether the object is a NumPy scalar of this type; NumPy need not be loaded to find out.
fn is_numpy(object: Borrowed<'_, '_, PyAny>, name: &str) -> bool {
    let class = object.get_type();
    let is = |text: PyResult<Bound<'_, _>>, expected: &str| text.is_ok_and(|text| text == expected);
    is(class.name(), name) && is(class.module(), "numpy")
}

const NANOSECONDS: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * NANOSECONDS;
/// `datetime.date(1970, 1, 1).toordinal()`.
const START_OF_1970: i128 = 719_163;

/// The nanoseconds from the start of 1970 to that of a day.
fn start_of_day(date: &Bound<'_, PyAny>) -> PyResult<i128> {
    let day: i128 = date.call_method0(intern!(date.py(), "toordinal"))?.extract()?;
    Ok((day - START_OF_1970) * DAY)
}

fn from_datetime(date: &Bound<'_, PyDateTime>) -> PyResult<Timestamp> {
    let py = date.py();
    let mut below_microseconds: i128 = 0;
    if !date.is_exact_instance_of::<PyDateTime>() {
        // pandas: a missing time is a datetime that does not equal itself, and a Timestamp counts nanoseconds.
        if date.ne(date)? {
            return Err(no_time(date));
        }
        if let Some(nanosecond) = date.getattr_opt(intern!(py, "nanosecond"))? {
            below_microseconds = nanosecond.extract()?;
        }
    }
    let second =
        (i128::from(date.get_hour()) * 60 + i128::from(date.get_minute())) * 60 + i128::from(date.get_second());
    let local =
        start_of_day(date)? + second * NANOSECONDS + i128::from(date.get_microsecond()) * 1000 + below_microseconds;
    if date.get_tzinfo().is_none() {
        return Ok(Timestamp::Naive(local));
    }
    let offset = date.call_method0(intern!(py, "utcoffset"))?;
    if offset.is_none() {
        return Ok(Timestamp::Naive(local));
    }
    // Offsets are whole microseconds, so their seconds as a double are exact to the nanosecond.
    let offset: f64 = offset.call_method0(intern!(py, "total_seconds"))?.extract()?;
    Ok(Timestamp::Aware(local - (offset * NANOSECONDS as f64).round() as i128))
}

/// Converts whole microseconds, which reach 292,000 years, and the rest in nanoseconds, which alone would reach 292.
fn from_datetime64(date: &Bound<'_, PyAny>) -> PyResult<Timestamp> {
    if date.ne(date)? {
        return Err(no_time(date));
    }
    let whole = date.call_method1("astype", ("datetime64[us]",))?;
    let rest = date.sub(&whole)?.call_method1("astype", ("timedelta64[ns]",))?;
    let [microseconds, nanoseconds] =
        [whole, rest].map(|part| part.call_method1("astype", ("int64",))?.extract::<i64>());
    Ok(Timestamp::Naive(i128::from(microseconds?) * 1000 + i128::from(nanoseconds?)))
}

fn no_time(object: &Bound<'_, PyAny>) -> PyErr {
    match object.repr() {
        Ok(repr) => PyValueError::new_err(format!("t must be a point in time, got {repr}")),
        Err(error) => error,
    }
}
