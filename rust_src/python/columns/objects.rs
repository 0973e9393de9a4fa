//! Columns of any Python objects.

use super::{arrays, frames, refuse};
use pyo3::{
    intern,
    prelude::*,
    types::{PyByteArray, PyBytes, PyList, PyString},
};

/// The items of a column as a list, and whether None among them is a missing value. Those that an array of NumPy's,
/// pandas' or Arrow's holds become Python's own.
pub fn list<'py>(column: &Bound<'py, PyAny>) -> PyResult<(Bound<'py, PyList>, bool)> {
    let py = column.py();
    if column.is_instance_of::<PyString>()
        || column.is_instance_of::<PyBytes>()
        || column.is_instance_of::<PyByteArray>()
    {
        return Err(refuse(column, "X"));
    }
    if frames::is_series(column)? {
        // What pandas calls missing has several forms, which differ between its types.
        let (missing, items) = (column.call_method0("isna")?, column.call_method0("tolist")?.cast_into::<PyList>()?);
        let missing = missing.call_method1("__array__", ())?.extract::<Vec<bool>>()?;
        for place in (0..items.len()).filter(|&place| missing[place]) {
            items.set_item(place, py.None())?;
        }
        return Ok((items, true));
    }
    if arrays::cast(column)?.is_some() {
        return Ok((column.call_method0(intern!(py, "tolist"))?.cast_into()?, false));
    }
    for (export, convert) in [("to_pylist", "to_pylist"), ("__arrow_c_stream__", "to_list")] {
        if column.hasattr(export)? && column.hasattr(convert)? {
            return Ok((column.call_method0(convert)?.cast_into()?, true));
        }
    }
    let list = PyList::empty(py);
    for item in column.try_iter()? {
        list.append(item?)?;
    }
    Ok((list, false))
}
