//! What a column is: the one place that decides it, in one order.

use crate::python::{
    columns::{sequence::refused, validity::Validity},
    ffi::arrow::invalid,
};
use numpy::{PyArrayDescr, PyArrayDescrMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::{
    buffer::PyUntypedBuffer,
    exceptions::{PyBufferError, PyException, PyTypeError, PyValueError},
    intern,
    prelude::*,
    sync::PyOnceLock,
    types::{PyByteArray, PyBytes, PyDict, PyIterator, PyList, PyString, PyTuple, PyType},
};

/// A column, by how it is read.
#[derive(Clone)]
pub enum Source<'py> {
    /// Python objects, one at a time: of a list, an iterator, or whatever else can be iterated over.
    Items(Bound<'py, PyAny>),
    /// A one-dimensional NumPy array, and which of its elements are values.
    Array(Bound<'py, PyUntypedArray>, Validity),
    /// Categories of pandas.
    Categories(Bound<'py, PyAny>),
    /// A pandas column that converts its values to Python objects, and says by `isna` which of them are missing.
    Nullable(Bound<'py, PyAny>),
    /// An object that exports itself through Arrow's interface.
    Arrow(Bound<'py, PyAny>),
}

impl<'py> Source<'py> {
    /// Determines what the argument called `name` is; `values` says what it should hold.
    pub fn of(column: &Bound<'py, PyAny>, name: &str, values: &str) -> PyResult<Self> {
        let py = column.py();
        if is_plain_array(column)? {
            return Self::of_array(column.cast()?, name);
        }
        if column.is_exact_instance_of::<PyList>() || column.is_exact_instance_of::<PyTuple>() {
            return Ok(Self::Items(column.clone()));
        }
        if is_no_column(column)? {
            return Err(refused(column, name, values));
        }
        if let Some(array) = array(column)? {
            return Self::of_array(array, name);
        }
        if is_series(column)? {
            return Self::of_series(column, name);
        }
        if column.hasattr(intern!(py, "__arrow_c_stream__"))? || column.hasattr(intern!(py, "__arrow_c_array__"))? {
            return Self::of_arrow(column, name);
        }
        if is_buffer(column)? {
            let array = py.import(intern!(py, "numpy"))?.call_method1(intern!(py, "asarray"), (column,))?;
            return Self::of_array(array.cast()?, name);
        }
        // Whether it can be iterated over turns out when it is.
        Ok(Self::Items(column.clone()))
    }

    fn of_array(array: &Bound<'py, PyUntypedArray>, name: &str) -> PyResult<Self> {
        let py = array.py();
        if array.ndim() != 1 {
            let shape = array.getattr(intern!(py, "shape"))?;
            let message = format!("{name} must be one-dimensional, got an array of shape {shape}");
            return Err(PyValueError::new_err(message));
        }
        if is_plain_array(array)? {
            return Ok(Self::Array(array.clone(), Validity::ALL));
        }
        let masked = py.import(intern!(py, "numpy.ma"))?;
        if !array.is_instance(&masked.getattr(intern!(py, "MaskedArray"))?)? {
            return Ok(Self::Array(array.clone(), Validity::ALL));
        }
        let validity = Validity::of_mask(&masked.call_method1(intern!(py, "getmaskarray"), (array,))?)?;
        let data = masked.call_method1(intern!(py, "getdata"), (array,))?.cast_into::<PyUntypedArray>()?;
        validity.check(data.len(), name)?;
        Ok(Self::Array(data, validity))
    }

    /// From a pandas column. If its values are in a NumPy array, NaN and NaT are among them.
    fn of_series(series: &Bound<'py, PyAny>, name: &str) -> PyResult<Self> {
        let py = series.py();
        let dtype = series.getattr(intern!(py, "dtype"))?;
        if let Ok(dtype) = dtype.cast::<PyArrayDescr>() {
            if dtype.kind() == b'O' {
                return Ok(Self::Nullable(series.clone()));
            }
            return Self::of_array(series.call_method0(intern!(py, "to_numpy"))?.cast()?, name);
        }
        let array = series.getattr_opt(intern!(py, "array"))?.unwrap_or_else(|| series.clone());
        if array.hasattr(intern!(py, "codes"))? && array.hasattr(intern!(py, "categories"))? {
            return Ok(Self::Categories(array));
        }
        // What pandas itself exports through Arrow has NaN turned into missing; the column inside its array has not.
        let is_text = |storage: Bound<'_, PyAny>| storage.eq("pyarrow");
        if dtype.hasattr(intern!(py, "pyarrow_dtype"))?
            || dtype.getattr_opt(intern!(py, "storage"))?.map_or(Ok(false), is_text)?
        {
            return Self::of_arrow(&array.call_method0(intern!(py, "__arrow_array__"))?, name);
        }
        let kept_as = dtype.getattr_opt(intern!(py, "numpy_dtype"))?.and_then(|dtype| dtype.cast_into().ok());
        if let Some(kept_as) = kept_as.filter(|dtype: &Bound<'_, PyArrayDescr>| b"iufb".contains(&dtype.kind())) {
            let values = series.call_method1(intern!(py, "to_numpy"), (kept_as, false, 0))?;
            let validity = present(series)?;
            validity.check(values.len()?, name)?;
            return Ok(Self::Array(values.cast_into()?, validity));
        }
        Ok(Self::Nullable(series.clone()))
    }

    /// pyarrow knows the lengths of the buffers that offsets point into, which the interface does not give.
    fn of_arrow(column: &Bound<'py, PyAny>, name: &str) -> PyResult<Self> {
        let py = column.py();
        let module = column.get_type().module()?;
        if module.to_string_lossy().starts_with("pyarrow") && column.hasattr(intern!(py, "validate"))? {
            let validated = column.call_method0(intern!(py, "validate"));
            validated
                .map_err(|error| if error.is_instance_of::<PyException>(py) { invalid(name, error) } else { error })?;
        }
        Ok(Self::Arrow(column.clone()))
    }

    /// How many indices there are, if they are items that can be counted without looking at each.
    pub fn len_of_items(&self) -> Option<usize> {
        match self {
            Self::Items(column) => {
                let list = column.cast_exact::<PyList>().map(PyListMethods::len);
                list.or_else(|_| column.cast_exact::<PyTuple>().map(PyTupleMethods::len)).ok()
            }
            _ => None,
        }
    }

    /// The column as an object.
    pub fn object(&self) -> &Bound<'py, PyAny> {
        match self {
            Self::Items(column) | Self::Categories(column) | Self::Nullable(column) | Self::Arrow(column) => column,
            Self::Array(array, _) => array.as_any(),
        }
    }
}

/// Which values of a pandas column are there, by its `isna`.
pub fn present(series: &Bound<'_, PyAny>) -> PyResult<Validity> {
    let py = series.py();
    let mask = series.call_method0(intern!(py, "isna"))?.call_method1(intern!(py, "__array__"), ())?;
    Validity::of_mask(&mask)
}

/// Whether values come one at a time and only once.
pub fn is_iterator(object: &Bound<'_, PyAny>) -> bool {
    object.cast::<PyIterator>().is_ok()
}

/// Whether the object can be iterated over and still is not a column. Python code may run to find out, and an exception
/// in it says nothing about the object.
fn is_no_column(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    static MAPPING: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    Ok(object.is_instance_of::<PyString>()
        || object.is_instance_of::<PyBytes>()
        || object.is_instance_of::<PyByteArray>()
        || object.is_instance_of::<PyDict>()
        || object.is_instance(MAPPING.import(object.py(), "collections.abc", "Mapping")?)?)
}

/// Whether a module has been imported by anyone. Without NumPy or pandas there is nothing of theirs.
fn is_loaded(py: Python<'_>, module: &str) -> PyResult<bool> {
    py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?.contains(module)
}

/// Whether the class of the object is NumPy's array class itself, which is known without running Python code.
fn is_plain_array(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    static ARRAY: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let (py, class) = (object.py(), object.get_type());
    match ARRAY.get(py) {
        Some(array) => Ok(class.is(array)),
        None => Ok(is_loaded(py, "numpy")? && class.is(ARRAY.import(py, "numpy", "ndarray")?)),
    }
}

fn array<'a, 'py>(object: &'a Bound<'py, PyAny>) -> PyResult<Option<&'a Bound<'py, PyUntypedArray>>> {
    Ok(if is_loaded(object.py(), "numpy")? { object.cast::<PyUntypedArray>().ok() } else { None })
}

/// Whether the object is a pandas Series, an Index, or one of the arrays they are made of.
fn is_series(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = object.py();
    if !is_loaded(py, "pandas")? {
        return Ok(false);
    }
    let pandas = py.import(intern!(py, "pandas"))?;
    let extension = pandas.getattr(intern!(py, "api"))?.getattr(intern!(py, "extensions"))?;
    Ok(object.is_instance(&pandas.getattr(intern!(py, "Series"))?)?
        || object.is_instance(&pandas.getattr(intern!(py, "Index"))?)?
        || object.is_instance(&extension.getattr(intern!(py, "ExtensionArray"))?)?)
}

/// Whether the object shows its memory through the buffer protocol.
fn is_buffer(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = object.py();
    match PyUntypedBuffer::get(object) {
        Ok(_) => Ok(true),
        Err(error) if error.is_instance_of::<PyTypeError>(py) || error.is_instance_of::<PyBufferError>(py) => Ok(false),
        Err(error) => Err(error),
    }
}
