//! As [`super::fast`], for the classes that hold Python objects.

#![allow(unsafe_code)]

use crate::{
    kernels::traits::Categorical,
    python::{
        ffi::descriptor::{answer, general, install},
        interning::interned::{Answer, Objects},
    },
};
use pyo3::{
    PyClass, ffi,
    prelude::*,
    pyclass::boolean_struct::True,
    types::{PyFloat, PyType},
};
use std::array;

/// A class whose object holds a kernel and the objects that its symbols stand for.
pub trait HoldsObjects<const N: usize>: PyClass<Frozen = True> + Sync {
    type Kernel: Categorical<N>;

    fn objects(&self) -> &Objects<Self::Kernel, N>;
}

/// Gives `class`, a subclass of T, its own `update` and `get()`.
pub fn adopt<T: HoldsObjects<N>, const N: usize>(class: &Bound<'_, PyType>) -> PyResult<()> {
    let arguments = if N == 1 { "$self, x" } else { "$self, x, y" };
    let method = ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: update::<T, N> };
    install(class, c"update", method, ffi::METH_FASTCALL | ffi::METH_KEYWORDS, arguments)?;
    install(class, c"get", ffi::PyMethodDefPointer { PyCFunction: get::<T, N> }, ffi::METH_NOARGS, "$self")
}

unsafe extern "C" fn update<T: HoldsObjects<N>, const N: usize>(
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython calls a method of this kind while attached, with an object of the descriptor's class (so of a
    // subclass of T), `count` positional arguments that live until it returns, and null or a tuple of keywords.
    unsafe {
        if count as usize != N || !keywords.is_null() {
            return general::<T>(c"update", this, args, count, keywords);
        }
        answer(|py| {
            let objects: [_; N] = array::from_fn(|i| Borrowed::from_ptr(py, *args.add(i)));
            let this = Borrowed::from_ptr(py, this);
            this.cast_unchecked::<T>().get().objects().update(objects.each_ref().map(|object| &**object))?;
            Ok(ffi::Py_NewRef(ffi::Py_None()))
        })
    }
}

unsafe extern "C" fn get<T: HoldsObjects<N>, const N: usize>(
    this: *mut ffi::PyObject,
    _: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython calls a method of this kind while attached, with an object of the descriptor's class.
    unsafe {
        answer(|py| {
            let this = Borrowed::from_ptr(py, this);
            Ok(match this.cast_unchecked::<T>().get().objects().get(py)? {
                Answer::Number(number) => PyFloat::new(py, number).into_ptr(),
                Answer::Object(object) => object.into_ptr(),
            })
        })
    }
}
