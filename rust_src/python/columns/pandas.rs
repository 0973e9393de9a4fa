//! Columns of pandas data frames.

use crate::python::{
    columns::{Column, arrow, not_numbers, numpy},
    ffi::capsule::Exported,
};
use ::numpy::{PyArrayDescr, PyUntypedArray};
use pyo3::{intern, prelude::*};

/// Whether the object is a pandas Series, an Index, or one of the arrays they are made of. Pandas is not loaded to
/// find out: without it there are none.
pub fn is_series(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = object.py();
    if !numpy::loaded(py, "pandas")? {
        return Ok(false);
    }
    let pandas = py.import(intern!(py, "pandas"))?;
    let extension = pandas.getattr(intern!(py, "api"))?.getattr(intern!(py, "extensions"))?;
    Ok(object.is_instance(&pandas.getattr(intern!(py, "Series"))?)?
        || object.is_instance(&pandas.getattr(intern!(py, "Index"))?)?
        || object.is_instance(&extension.getattr(intern!(py, "ExtensionArray"))?)?)
}

/// Reads a Series. NaN is a number where NumPy keeps the values; a missing value (NA) is none where a mask or Arrow
/// says so.
pub fn read<'py>(series: &Bound<'py, PyAny>, name: &str) -> PyResult<Column<'py>> {
    let py = series.py();
    let dtype = series.getattr(intern!(py, "dtype"))?;
    if dtype.cast::<PyArrayDescr>().is_ok() {
        return numpy::read(series.call_method0(intern!(py, "to_numpy"))?.cast()?, name);
    }
    if dtype.hasattr(intern!(py, "pyarrow_dtype"))? {
        // What pandas itself exports through Arrow has NaN made missing; its array's own column has not.
        let array = series.getattr_opt(intern!(py, "array"))?.unwrap_or_else(|| series.clone());
        let column = array.call_method0(intern!(py, "__arrow_array__"))?;
        if let Some(column) = Exported::of(&column)? {
            return arrow::read(&column, name);
        }
    }
    let numeric = dtype.getattr_opt(intern!(py, "_is_numeric"))?.map_or(Ok(false), |flag| flag.is_truthy())?;
    if !numeric {
        return Err(not_numbers(name, format!("a column of dtype {dtype}")));
    }
    let missing = series.call_method0(intern!(py, "isna"))?;
    let missing = missing.call_method1(intern!(py, "__array__"), ())?.extract::<Vec<bool>>()?;
    let present = series.call_method0(intern!(py, "dropna"))?.call_method1(intern!(py, "to_numpy"), ("float64",))?;
    let column = numpy::read(present.cast::<PyUntypedArray>()?, name)?;
    if missing.contains(&true) { column.without(missing, name) } else { Ok(column) }
}
