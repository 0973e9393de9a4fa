//! NumPy arrays, and what NumPy can view as one.

use crate::python::columns::{Column, Values, not_numbers, sequence};
use ::numpy::{PyArray1, PyArrayDescrMethods, PyArrayMethods, PyReadonlyArray1, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::{exceptions::PyValueError, intern, prelude::*, types::IntoPyDict};

/// The object as an array, if it is one. NumPy is not loaded to find out: without it there are no arrays.
pub fn cast<'a, 'py>(object: &'a Bound<'py, PyAny>) -> PyResult<Option<&'a Bound<'py, PyUntypedArray>>> {
    Ok(if loaded(object.py(), "numpy")? { object.cast::<PyUntypedArray>().ok() } else { None })
}

/// Whether a module has been imported by anyone.
pub fn loaded(py: Python<'_>, module: &str) -> PyResult<bool> {
    py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?.contains(module)
}

/// A view of an object with the buffer protocol.
pub fn of_buffer<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyUntypedArray>> {
    let array =
        object.py().import(intern!(object.py(), "numpy"))?.call_method1(intern!(object.py(), "asarray"), (object,))?;
    Ok(array.cast_into()?)
}

/// Reads an array as a column.
pub fn read<'py>(array: &Bound<'py, PyUntypedArray>, name: &str) -> PyResult<Column<'py>> {
    one_dimensional(array, name)?;
    let dtype = array.dtype();
    match dtype.kind() {
        b'f' | b'i' | b'u' | b'b' => {}
        b'O' => return sequence::read(array.as_any(), name),
        _ => return Err(not_numbers(name, format!("an array of dtype {dtype}"))),
    }
    if let Some((present, missing)) = unmasked(array)? {
        one_dimensional(&present, name)?;
        return whole(&present)?.without(missing, name);
    }
    whole(array)
}

/// Of an array that has a number at each place.
fn whole<'py>(array: &Bound<'py, PyUntypedArray>) -> PyResult<Column<'py>> {
    Ok(Column { values: Values::Array(floats(array)?), missing: None })
}

/// Refuses arrays of more dimensions, or of none.
pub fn one_dimensional(array: &Bound<'_, PyUntypedArray>, name: &str) -> PyResult<()> {
    if array.ndim() == 1 {
        return Ok(());
    }
    let shape = array.getattr(intern!(array.py(), "shape"))?;
    Err(PyValueError::new_err(format!("{name} must be one-dimensional, got an array of shape {shape}")))
}

/// An array without its mask, and what is masked.
type Unmasked<'py> = (Bound<'py, PyUntypedArray>, Vec<bool>);

/// The values that are not masked, and which places are, if the array has a mask.
pub fn unmasked<'py>(array: &Bound<'py, PyUntypedArray>) -> PyResult<Option<Unmasked<'py>>> {
    let py = array.py();
    let masked = py.import(intern!(py, "numpy.ma"))?;
    if !array.is_instance(&masked.getattr(intern!(py, "MaskedArray"))?)? {
        return Ok(None);
    }
    let missing = masked.call_method1(intern!(py, "getmaskarray"), (array,))?.extract::<Vec<bool>>()?;
    Ok(Some((array.call_method0(intern!(py, "compressed"))?.cast_into()?, missing)))
}

/// The array as contiguous `f64`: itself, if it is that already.
fn floats<'py>(array: &Bound<'py, PyUntypedArray>) -> PyResult<PyReadonlyArray1<'py, f64>> {
    let py = array.py();
    if array.is_aligned()
        && array.is_c_contiguous()
        && let Ok(floats) = array.cast::<PyArray1<f64>>()
    {
        return Ok(floats.try_readonly()?);
    }
    let order = [(intern!(py, "order"), "C")].into_py_dict(py)?;
    let floats = array.call_method(intern!(py, "astype"), (intern!(py, "float64"),), Some(&order))?;
    Ok(floats.cast::<PyArray1<f64>>()?.try_readonly()?)
}
