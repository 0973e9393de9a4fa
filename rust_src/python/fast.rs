//! `update` and `get` without the cost of PyO3's general argument handling.
//!
//! A method that PyO3 makes belongs to the `Rs*` class. CPython's specialising interpreter calls a method descriptor
//! directly only if it belongs to the very class of the object, so a public class that merely inherits it pays for
//! the general protocol: 45 ns a call in a loop where `abs(x)` takes 20. [`adopt`] gives a public class descriptors of
//! its own, whose functions read the one positional argument themselves: 17 ns in the same loop. Calls of any other
//! form (keywords, weights, wrong counts) are passed on to the method that PyO3 made, which stays the one place where
//! arguments are parsed and refused.

#![allow(unsafe_code)]

use super::{cell::Cell, input::Number};
use crate::kernels::Statistic;
use pyo3::{
    PyClass, PyTypeInfo,
    exceptions::PyRuntimeError,
    ffi,
    prelude::*,
    pyclass::boolean_struct::True,
    types::{PyFloat, PyType},
};
use std::{
    ffi::CStr,
    panic::{AssertUnwindSafe, catch_unwind},
    ptr,
};

/// A class whose object holds a kernel.
pub trait Holds: PyClass<Frozen = True> + Sync {
    type Kernel: Statistic;

    fn cell(&self) -> &Cell<Self::Kernel>;
}

/// Gives `class`, a subclass of `T`, its own `update(x)`.
pub fn adopt_update<T: Holds<Kernel: Statistic<Input = f64>>>(class: &Bound<'_, PyType>) -> PyResult<()> {
    let method = ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: update::<T> };
    install(class, c"update", method, ffi::METH_FASTCALL | ffi::METH_KEYWORDS, c"update($self, x)\n--\n\n")
}

/// Gives `class`, a subclass of `T`, its own `get()`.
pub fn adopt_get<T: Holds>(class: &Bound<'_, PyType>) -> PyResult<()> {
    let method = ffi::PyMethodDefPointer { PyCFunction: get::<T> };
    install(class, c"get", method, ffi::METH_NOARGS, c"get($self)\n--\n\n")
}

fn install(
    class: &Bound<'_, PyType>,
    name: &'static CStr,
    method: ffi::PyMethodDefPointer,
    flags: i32,
    doc: &'static CStr,
) -> PyResult<()> {
    let definition =
        ffi::PyMethodDef { ml_name: name.as_ptr(), ml_meth: method, ml_flags: flags, ml_doc: doc.as_ptr() };
    // A descriptor keeps a pointer to its definition. Classes are few and live as long as the process.
    let definition = Box::leak(Box::new(definition));
    // SAFETY: `class` is a type, the definition lives for ever, and its flags are those of its function's signature.
    let descriptor =
        unsafe { Bound::from_owned_ptr_or_err(class.py(), ffi::PyDescr_NewMethod(class.as_type_ptr(), definition)) }?;
    class.setattr(name, descriptor)
}

unsafe extern "C" fn update<T: Holds<Kernel: Statistic<Input = f64>>>(
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython calls a method of this kind while attached, with an object of the descriptor's class (so of a
    // subclass of T), `count` positional arguments, and null or a tuple of keywords.
    unsafe {
        if count != 1 || !keywords.is_null() {
            return general::<T>(c"update", this, args, count, keywords);
        }
        answer(|py| {
            let x = Number::extract(Borrowed::from_ptr(py, *args))?;
            let this = Borrowed::from_ptr(py, this);
            this.cast_unchecked::<T>().get().cell().with(py, |kernel| kernel.update(x.0))?;
            Ok(ffi::Py_NewRef(ffi::Py_None()))
        })
    }
}

unsafe extern "C" fn get<T: Holds>(this: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: CPython calls a method of this kind while attached, with an object of the descriptor's class.
    unsafe {
        answer(|py| {
            let this = Borrowed::from_ptr(py, this);
            let value = this.cast_unchecked::<T>().get().cell().with(py, |kernel| kernel.get())?;
            Ok(match value {
                Some(value) => PyFloat::new(py, value).into_ptr(),
                None => ffi::Py_NewRef(ffi::Py_None()),
            })
        })
    }
}

/// Turns an error, and even a panic, into a Python exception.
///
/// # Safety
/// The thread is attached to the interpreter.
#[inline]
unsafe fn answer(f: impl FnOnce(Python<'_>) -> PyResult<*mut ffi::PyObject>) -> *mut ffi::PyObject {
    // SAFETY: as the caller promised.
    let py = unsafe { Python::assume_attached() };
    let result = catch_unwind(AssertUnwindSafe(|| f(py)));
    match result {
        Ok(Ok(object)) => object,
        Ok(Err(error)) => raise(py, error),
        Err(_) => raise(py, PyRuntimeError::new_err("internal error: a kernel panicked")),
    }
}

#[cold]
fn raise(py: Python<'_>, error: PyErr) -> *mut ffi::PyObject {
    error.restore(py);
    ptr::null_mut()
}

/// Calls the method of T that PyO3 made.
///
/// # Safety
/// As for a method with `METH_FASTCALL | METH_KEYWORDS`.
#[cold]
unsafe fn general<T: PyTypeInfo>(
    name: &CStr,
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: `args` holds `count` positional arguments and one for each of the keywords.
    unsafe {
        answer(|py| {
            let method = T::type_object(py).getattr(name)?;
            let named = if keywords.is_null() { 0 } else { ffi::PyTuple_GET_SIZE(keywords) };
            let mut all = vec![this];
            all.extend((0..(count + named) as usize).map(|i| *args.add(i)));
            let result = ffi::PyObject_Vectorcall(method.as_ptr(), all.as_ptr(), count as usize + 1, keywords);
            Ok(Bound::from_owned_ptr_or_err(py, result)?.into_ptr())
        })
    }
}
