//! Columns of points in time.

use crate::{
    kernels::numerics::timestamp::Timestamp,
    python::{
        columns::{Column, numpy, pandas, sequence},
        convert::time::Time,
        ffi::capsule::Exported,
    },
};
use ::numpy::{PyArray1, PyArrayDescr, PyArrayDescrMethods, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods};
use arrow_array::{
    Array, ArrayRef,
    cast::AsArray,
    types::{
        DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType, DurationSecondType,
        TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    },
};
use arrow_schema::{DataType, TimeUnit};
use pyo3::{exceptions::PyValueError, intern, prelude::*};

/// What NumPy has for no time.
const NOT_A_TIME: i64 = i64::MIN;
/// Nanoseconds since 1970 beyond which there are no times.
const FARTHEST: i128 = 1 << 100;
const SECOND: i128 = 1_000_000_000;

/// Reads the argument called `name`: every place has to have a time.
pub fn read(column: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<Timestamp>> {
    if let Some(array) = numpy::cast(column)? {
        return of_array(array, Timestamp::Naive, name);
    }
    if pandas::is_series(column)? {
        return of_series(column, name);
    }
    if let Some(exported) = Exported::of(column)? {
        return of_arrow(column, &exported, name);
    }
    if super::is_no_column(column)? {
        return Err(super::refuse(column, name));
    }
    one_by_one(column, name)
}

fn one_by_one(column: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<Timestamp>> {
    let items = sequence::iterate(column, || super::refuse(column, name))?;
    let mut times = sequence::room_for(column)?;
    for (index, item) in items.enumerate() {
        let time = item?.extract::<Time>().map_err(|error| sequence::at_place(column.py(), error, name, index))?;
        sequence::push(&mut times, time.0)?;
    }
    Ok(times)
}

/// Of numbers of seconds.
fn of_numbers(column: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<Timestamp>> {
    let column = Column::read(column, name)?;
    if let Some(place) = column.missing.iter().flatten().position(|&missing| missing) {
        return Err(missing(name, place));
    }
    let all = column.contiguous()?;
    let second = |(place, &seconds): (usize, &f64)| {
        if seconds.is_finite() { Ok(Timestamp::Seconds(seconds)) } else { Err(no_time(name, place, seconds)) }
    };
    all.iter().enumerate().map(second).collect()
}

/// Of an array; `scale` is what datetimes are read as.
fn of_array(array: &Bound<'_, PyUntypedArray>, scale: fn(i128) -> Timestamp, name: &str) -> PyResult<Vec<Timestamp>> {
    let py = array.py();
    numpy::one_dimensional(array, name)?;
    if let Some((_, masked)) = numpy::unmasked(array)?
        && let Some(place) = masked.iter().position(|&masked| masked)
    {
        return Err(missing(name, place));
    }
    let kind = array.dtype().kind();
    match kind {
        b'M' | b'm' => {}
        b'O' => return one_by_one(array.as_any(), name),
        _ => return of_numbers(array.as_any(), name),
    }
    let numpy = py.import(intern!(py, "numpy"))?;
    let (unit, count): (String, i64) = numpy.call_method1("datetime_data", (array.dtype(),))?.extract()?;
    let (array, unit, count) = match unit.as_str() {
        // Months differ in length.
        "Y" | "M" if kind == b'M' => (array.call_method1("astype", ("datetime64[D]",))?, "D".into(), 1),
        _ => (array.clone().into_any(), unit, count),
    };
    let ticks = array.call_method1("astype", ("int64",))?.cast_into::<PyArray1<i64>>()?.try_readonly()?;
    let ticks = ticks.as_slice()?;
    if kind == b'm' {
        if let Some(place) = ticks.iter().position(|&tick| tick == NOT_A_TIME) {
            return Err(no_time(name, place, "NaT"));
        }
        let second = numpy.getattr("timedelta64")?.call1((1, "s"))?;
        return of_numbers(&array.div(second)?, name);
    }
    let Some((multiplier, divisor)) = nanoseconds(&unit) else {
        return Err(PyValueError::new_err(format!("{name} must have a unit of time, got datetime64[{unit}]")));
    };
    from_ticks(ticks.iter().map(|&tick| Some(tick)), multiplier * i128::from(count), divisor, scale, name)
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
    ticks: impl Iterator<Item = Option<i64>>,
    multiplier: i128,
    divisor: i128,
    scale: fn(i128) -> Timestamp,
    name: &str,
) -> PyResult<Vec<Timestamp>> {
    let time = |(place, tick): (usize, Option<i64>)| {
        let Some(tick) = tick else { return Err(missing(name, place)) };
        if tick == NOT_A_TIME {
            return Err(no_time(name, place, "NaT"));
        }
        let time = (i128::from(tick) * multiplier).div_euclid(divisor);
        if time.abs() <= FARTHEST { Ok(scale(time)) } else { Err(no_time(name, place, tick)) }
    };
    ticks.enumerate().map(time).collect()
}

/// Of a pandas Series or an Index; what has a time zone is kept in UTC.
fn of_series(series: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<Timestamp>> {
    let py = series.py();
    let dtype = series.getattr(intern!(py, "dtype"))?;
    if dtype.cast::<PyArrayDescr>().is_ok() {
        return of_array(series.call_method0(intern!(py, "to_numpy"))?.cast()?, Timestamp::Naive, name);
    }
    if let (Some(unit), Some(_)) = (dtype.getattr_opt(intern!(py, "unit"))?, dtype.getattr_opt(intern!(py, "tz"))?) {
        let utc = series.call_method1(intern!(py, "to_numpy"), (format!("datetime64[{unit}]"),))?;
        return of_array(utc.cast()?, Timestamp::Aware, name);
    }
    if dtype.hasattr(intern!(py, "pyarrow_dtype"))? {
        let array = series.getattr_opt(intern!(py, "array"))?.unwrap_or_else(|| series.clone());
        let column = array.call_method0(intern!(py, "__arrow_array__"))?;
        if let Some(exported) = Exported::of(&column)? {
            return of_arrow(series, &exported, name);
        }
    }
    of_numbers(series, name)
}

fn of_arrow(column: &Bound<'_, PyAny>, exported: &Exported, name: &str) -> PyResult<Vec<Timestamp>> {
    let scale = match &exported.kind {
        DataType::Timestamp(_, Some(_)) => Timestamp::Aware,
        DataType::Timestamp(_, None) => Timestamp::Naive,
        DataType::Duration(_) => seconds,
        _ => return of_numbers(column, name),
    };
    let multiplier = match &exported.kind {
        DataType::Timestamp(TimeUnit::Second, _) | DataType::Duration(TimeUnit::Second) => SECOND,
        DataType::Timestamp(TimeUnit::Millisecond, _) | DataType::Duration(TimeUnit::Millisecond) => 1_000_000,
        DataType::Timestamp(TimeUnit::Microsecond, _) | DataType::Duration(TimeUnit::Microsecond) => 1_000,
        _ => 1,
    };
    from_ticks(exported.chunks.iter().flat_map(ticks), multiplier, 1, scale, name)
}

fn seconds(nanoseconds: i128) -> Timestamp {
    Timestamp::Seconds(nanoseconds as f64 / SECOND as f64)
}

/// The ticks of a chunk of timestamps or durations, `None` for nulls.
fn ticks(chunk: &ArrayRef) -> impl Iterator<Item = Option<i64>> {
    macro_rules! of {
        ($kind:ident) => {
            chunk.as_primitive::<$kind>().values()
        };
    }
    let values = match chunk.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => of!(TimestampSecondType),
        DataType::Timestamp(TimeUnit::Millisecond, _) => of!(TimestampMillisecondType),
        DataType::Timestamp(TimeUnit::Microsecond, _) => of!(TimestampMicrosecondType),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => of!(TimestampNanosecondType),
        DataType::Duration(TimeUnit::Second) => of!(DurationSecondType),
        DataType::Duration(TimeUnit::Millisecond) => of!(DurationMillisecondType),
        DataType::Duration(TimeUnit::Microsecond) => of!(DurationMicrosecondType),
        _ => of!(DurationNanosecondType),
    };
    values.iter().enumerate().map(|(place, &tick)| chunk.is_valid(place).then_some(tick))
}

#[cold]
fn missing(name: &str, place: usize) -> PyErr {
    PyValueError::new_err(format!("{name}[{place}] is missing, and an observation needs a time"))
}

#[cold]
fn no_time(name: &str, place: usize, got: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(format!("{name}[{place}] must be a point in time, got {got}"))
}
