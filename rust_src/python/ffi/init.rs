//! The construction of objects of public classes without a Python frame.
//!
//! A public class has an `__init__` in Python for its signature, which hands its arguments to that of the `Rs*` class and
//! does nothing else. The frame and the call of `super()` take four fifths of the time of a construction, so a public
//! class gets the `Rs*` class's slot. CPython puts its own back where somebody sets `__init__`, and subclasses have it
//! anyway: what they define or inherit is called as that of any class.

#![allow(unsafe_code)]

use crate::python::ffi::descriptor::raise;
use pyo3::{
    PyTypeInfo, ffi,
    prelude::*,
    types::{PyDict, PyTuple, PyType},
};
use std::ffi::c_int;

/// Lets objects of `class`, a subclass of T, be initialised by T's `__init__`.
pub fn adopt<T: PyTypeInfo>(class: &Bound<'_, PyType>) -> PyResult<()> {
    let Ok(own) = class.getattr("__dict__")?.get_item("__init__") else { return Ok(()) };
    let named_only: usize = own.getattr("__code__")?.getattr("co_kwonlyargcount")?.extract()?;
    let init = if named_only == 0 { init::<T, false> } else { init::<T, true> };
    // SAFETY: `class` is a type, and `init` has the signature of the slot.
    unsafe { (*class.as_type_ptr()).tp_init = Some(init) };
    Ok(())
}

/// As the class's own `__init__`, which has the last word on arguments that T refuses. A class with parameters that can
/// only be `NAMED` does more with those than to hand them on; without names it takes one argument.
unsafe extern "C" fn init<T: PyTypeInfo, const NAMED: bool>(
    this: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    keywords: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: CPython calls the slot while attached, with an object of a subclass of T, a tuple, and null or a dict.
    unsafe {
        let py = Python::assume_attached();
        if (!NAMED || (keywords.is_null() && ffi::PyTuple_GET_SIZE(args) <= 1))
            && let Some(native) = (*T::type_object_raw(py)).tp_init
        {
            if native(this, args, keywords) == 0 {
                return 0;
            }
            ffi::PyErr_Clear();
        }
        let args = Borrowed::from_ptr(py, args).cast_unchecked::<PyTuple>();
        let keywords = Borrowed::from_ptr_or_opt(py, keywords);
        let keywords = keywords.as_ref().map(|keywords| keywords.cast_unchecked::<PyDict>());
        let own = Borrowed::from_ptr(py, this).getattr("__init__");
        match own.and_then(|own| own.call(args, keywords.as_deref())) {
            Ok(_) => 0,
            Err(error) => {
                raise(py, error);
                -1
            }
        }
    }
}
