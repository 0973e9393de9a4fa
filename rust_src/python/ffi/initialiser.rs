//! The construction of objects of public classes without a Python frame.
//!
//! The `__init__` of a public class is there for its signature and passes its arguments on to that of the `Rs*` class. The
//! frame and the call of `super()` are two thirds of the time of a construction. So the slot through which CPython
//! initialises objects of such a class is given a function that does the same at once. CPython fills the slot itself in
//! subclasses, and again where somebody sets `__init__`.

use crate::python::ffi::{
    arguments::{Arguments, Signature},
    descriptor::{FastMethod, Keywords, install, trampoline},
};
use pyo3::{
    PyClass, ffi,
    prelude::*,
    types::{PyDict, PyTuple, PyType},
};
use std::ffi::c_int;

/// Lets M initialise the objects of `class`, which is T's or a subclass of it whose `__init__` has the parameters of M. A
/// subclass with other parameters does more than pass them on: it is left as it is.
pub fn install_initialiser<T, M>(class: &Bound<'_, PyType>) -> PyResult<()>
where
    T: PyClass,
    M: FastMethod<T, Convention = Keywords>,
{
    if class.is(class.py().get_type::<T>()) {
        return install::<T, M>(class);
    }
    if class.is_subclass_of::<T>()? && passes_on(class, M::signature())? {
        // SAFETY: `class` is a type made in Python, as its `__init__` has code, so the slot may change. The function
        // expects objects of T, which those of the class are.
        unsafe { (*class.as_type_ptr()).tp_init = Some(initialise::<T, M>) };
    }
    Ok(())
}

/// Whether the class has an `__init__` written in Python, with these parameters.
fn passes_on(class: &Bound<'_, PyType>, signature: &Signature) -> PyResult<bool> {
    let Ok(own) = class.getattr("__dict__")?.get_item("__init__") else { return Ok(false) };
    let code = own.getattr("__code__")?;
    let (count, names): (usize, Vec<String>) =
        (code.getattr("co_argcount")?.extract()?, code.getattr("co_varnames")?.extract()?);
    let only_positional = code.getattr("co_kwonlyargcount")?.extract::<usize>()? == 0;
    let parameters = signature.parameters().iter().map(|parameter| parameter.name);
    Ok(only_positional && parameters.eq(names[1..count].iter().map(String::as_str)))
}

/// The names of keyword arguments, and all values.
fn with_named<'py>(
    values: &[Bound<'py, PyAny>],
    keywords: &Bound<'py, PyDict>,
) -> (Option<Bound<'py, PyTuple>>, Vec<Bound<'py, PyAny>>) {
    let all = values.iter().cloned().chain(keywords.iter().map(|(_, value)| value)).collect();
    (Some(keywords.keys().to_tuple()), all)
}

unsafe extern "C" fn initialise<T: PyClass, M: FastMethod<T, Convention = Keywords>>(
    this: *mut ffi::PyObject,
    positional: *mut ffi::PyObject,
    keywords: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: CPython calls the slot while attached, with an object of T, a tuple, and null or a dict, which live until
    // the call returns. A `Bound` and a `Borrowed` are laid out as the pointer that they hold.
    let result = unsafe {
        trampoline(|py| {
            let this = Borrowed::from_ptr(py, this);
            let positional = Borrowed::from_ptr(py, positional).cast_unchecked::<PyTuple>();
            let mut values = positional.as_slice();
            let (mut names, all);
            names = None;
            if let Some(keywords) = Borrowed::from_ptr_or_opt(py, keywords) {
                (names, all) = with_named(values, &keywords.cast_unchecked::<PyDict>());
                values = &all;
            }
            let names = names.as_ref().map(|names| names.as_borrowed());
            let arguments = Arguments::new(this, M::NAME, values.as_ptr().cast(), positional.len(), names);
            M::call(&this.cast_unchecked::<T>(), arguments)?;
            Ok(py.None().into_bound(py))
        })
    };
    if result.is_null() {
        return -1;
    }
    // SAFETY: it is an owned reference.
    unsafe { ffi::Py_DECREF(result) };
    0
}
