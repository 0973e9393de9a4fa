//! Objects made without their `__init__`.

use pyo3::{
    PyTypeInfo,
    exceptions::{PyRuntimeError, PyTypeError},
    prelude::*,
    types::{PyTuple, PyType},
};
use std::ptr;

/// An object of `class`, which is T's or a subclass of it, as its `__new__` makes it without arguments.
pub fn new_object<'py, T: PyTypeInfo>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, T>> {
    // A `__new__` in Python may return anything.
    Ok(new(class, &T::type_object(class.py()))?.cast_into::<T>()?)
}

fn new<'py>(class: &Bound<'py, PyType>, base: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    if !class.is_subclass(base)? {
        return Err(PyTypeError::new_err(format!("{} is not a subclass of {}", class.name()?, base.name()?)));
    }
    let arguments = PyTuple::empty(py);
    // SAFETY: the class is ready, so `tp_new` is its own or inherited. It is called with the class, a tuple and no
    // keywords, while attached, and returns a new reference or null with an exception set.
    unsafe {
        let class = class.as_type_ptr();
        let new = (*class).tp_new.ok_or_else(|| PyRuntimeError::new_err("a class without __new__"))?;
        Bound::from_owned_ptr_or_err(py, new(class, arguments.as_ptr(), ptr::null_mut()))
    }
}
