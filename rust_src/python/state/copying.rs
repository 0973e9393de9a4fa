//! How `copy` copies an object of a class written in Rust.
//!
//! A kernel is copied without pickling it. If a subclass customises pickling, or the object has further attributes,
//! `copy` takes its general path, by what pickle would keep.

use crate::python::{
    ffi::object::new_object,
    state::pickle::{Stateful, attributes, has_hooks},
};
use pyo3::{
    intern,
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyString, PyTuple, PyType},
};

/// What `copy.copy` returns.
pub fn copied<'py, T: Stateful>(this: &Bound<'py, T>) -> PyResult<Bound<'py, PyAny>> {
    if is_plain(this.as_any(), &this.py().get_type::<T>())? {
        kernel_copied(this)
    } else {
        reconstructed(this.as_any(), None)
    }
}

/// What `copy.deepcopy` returns.
pub fn deep_copied<'py, T: Stateful>(this: &Bound<'py, T>, memo: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if is_plain(this.as_any(), &this.py().get_type::<T>())? && this.get().holds_constants(this.py())? {
        kernel_copied(this)
    } else {
        reconstructed(this.as_any(), Some(memo))
    }
}

/// Whether an object of `base`, a class in Rust, or of a subclass is its kernel and nothing else.
fn is_plain(object: &Bound<'_, PyAny>, base: &Bound<'_, PyType>) -> PyResult<bool> {
    let class = object.get_type();
    Ok(!has_hooks(&class, base)? && reducer(&class)?.is_none() && attributes(object)?.is_none())
}

fn kernel_copied<'py, T: Stateful>(this: &Bound<'py, T>) -> PyResult<Bound<'py, PyAny>> {
    let copy = new_object::<T>(&this.as_any().get_type())?;
    this.get().copy_to(this.py(), copy.get())?;
    Ok(copy.into_any())
}

/// The function that is registered with `copyreg` for the class.
fn reducer<'py>(class: &Bound<'py, PyType>) -> PyResult<Option<Bound<'py, PyAny>>> {
    static TABLE: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    TABLE.import(class.py(), "copyreg", "dispatch_table")?.get_item(class)
}

/// What `copy` does for an object without `__copy__` or, with a memo, without `__deepcopy__`.
fn reconstructed<'py>(object: &Bound<'py, PyAny>, memo: Option<&Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
    static RECONSTRUCT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = object.py();
    let reduced = match reducer(&object.get_type())? {
        Some(reducer) => reducer.call1((object,))?,
        None => object.call_method1(intern!(py, "__reduce_ex__"), (4,))?,
    };
    if reduced.is_instance_of::<PyString>() {
        return Ok(object.clone());
    }
    let mut arguments = vec![object.clone(), memo.map_or_else(|| py.None().into_bound(py), Bound::clone)];
    arguments.extend(reduced.cast::<PyTuple>()?);
    RECONSTRUCT.import(py, "copy", "_reconstruct")?.call1(PyTuple::new(py, arguments)?)
}
