//! `update` and `get` without the cost of PyO3's general argument handling.
//!
//! A method that PyO3 makes belongs to the `Rs*` class. CPython's specialising interpreter calls a method descriptor
//! directly only if it belongs to the very class of the object, so a public class that merely inherits it pays for
//! the general protocol: 45 ns a call in a loop where `abs(x)` takes 19. [`adopt`] gives a public class descriptors of
//! its own, whose functions read the one positional argument themselves: 18 ns in the same loop. Calls of any other
//! form (keywords, weights, wrong counts) are passed on to the method that PyO3 made, which stays the one place where
//! arguments are parsed and refused.
//!
//! PyO3 does not know that it is inside one of these functions: to tell it would take half as long as most updates do. So
//! what they drop as a `Py`, or in an error of PyO3's, is released only when PyO3 is called the next time, which may be
//! never. They drop what is `Bound`, which is released at once, and do in [`counted`] what else can drop anything, all of
//! it off the usual path.
//!
//! Here is what all fast methods need; [`fast_methods`](super::fast_methods) has those of the statistics of numbers,
//! [`fast_forms`](super::fast_forms) their arguments.

#![allow(unsafe_code)]

use crate::{
    kernels::traits::Statistic,
    python::{state::envelope::Names, sync::kernel_cell::KernelCell},
};
use pyo3::{
    PyClass, PyTypeInfo,
    exceptions::PyRuntimeError,
    ffi,
    prelude::*,
    pyclass::boolean_struct::True,
    sync::PyOnceLock,
    types::{PyTuple, PyType},
};
use std::{
    ffi::{CStr, CString},
    panic::{AssertUnwindSafe, catch_unwind},
    ptr,
};

/// A class whose object holds a kernel.
pub trait Holds: PyClass<Frozen = True> + Sync {
    type Kernel: Statistic;

    /// What it and its windows are called in states.
    const NAMES: Names;

    fn cell(&self) -> &KernelCell<Self::Kernel>;

    /// The Python class that users know, once it was adopted.
    fn public() -> &'static PyOnceLock<Py<PyType>>;
}

/// Makes `class` the public class of T if it is the first.
pub fn adopt<T: Holds>(class: &Bound<'_, PyType>) {
    T::public().get_or_init(class.py(), || class.clone().unbind());
}

/// An object of the public class of T with this kernel, as that class's `__init__` makes one with no further attributes.
pub fn make<'py, T: Holds>(py: Python<'py>, kernel: T::Kernel) -> PyResult<Bound<'py, PyAny>> {
    let class = match T::public().get(py) {
        Some(class) => class.bind(py).clone(),
        None => T::type_object(py),
    };
    let arguments = PyTuple::empty(py);
    // SAFETY: a class that derives from T has its `tp_new`, which takes any arguments.
    let object = unsafe {
        let class = class.as_type_ptr();
        let new = (*class).tp_new.ok_or_else(|| PyRuntimeError::new_err("a class without __new__"))?;
        Bound::from_owned_ptr_or_err(py, new(class, arguments.as_ptr(), ptr::null_mut()))?
    };
    object.cast::<T>()?.get().cell().set(py, kernel);
    Ok(object)
}

pub fn install(
    class: &Bound<'_, PyType>,
    name: &'static CStr,
    method: ffi::PyMethodDefPointer,
    flags: i32,
    arguments: &str,
) -> PyResult<()> {
    let doc = CString::new(format!("{}({arguments})\n--\n\n", name.to_string_lossy()))?;
    let definition =
        ffi::PyMethodDef { ml_name: name.as_ptr(), ml_meth: method, ml_flags: flags, ml_doc: doc.into_raw() };
    // A descriptor keeps a pointer to its definition. Classes are few and live as long as the process.
    let definition = Box::leak(Box::new(definition));
    // SAFETY: `class` is a type, the definition lives for ever, and its flags are those of its function's signature.
    let descriptor =
        unsafe { Bound::from_owned_ptr_or_err(class.py(), ffi::PyDescr_NewMethod(class.as_type_ptr(), definition)) }?;
    class.setattr(name, descriptor)
}

/// Turns an error, and even a panic, into a Python exception.
///
/// # Safety
/// The thread is attached to the interpreter.
#[inline]
pub unsafe fn answer(f: impl FnOnce(Python<'_>) -> PyResult<*mut ffi::PyObject>) -> *mut ffi::PyObject {
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
pub fn raise(py: Python<'_>, error: PyErr) -> *mut ffi::PyObject {
    counted(py, |py| error.restore(py));
    ptr::null_mut()
}

/// Does something that PyO3 knows to be done while attached: what it drops is released at once.
pub fn counted<R>(py: Python<'_>, f: impl FnOnce(Python<'_>) -> R) -> R {
    // Nobody can be counted any more while the interpreter shuts down.
    if is_ending() { f(py) } else { Python::attach(f) }
}

fn is_ending() -> bool {
    // SAFETY: these may be called at any time.
    unsafe {
        #[cfg(Py_3_13)]
        if ffi::Py_IsFinalizing() != 0 {
            return true;
        }
        ffi::Py_IsInitialized() == 0
    }
}

/// Calls the method of T that PyO3 made.
///
/// # Safety
/// As for a method with `METH_FASTCALL | METH_KEYWORDS`.
#[cold]
pub unsafe fn general<T: PyTypeInfo>(
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
