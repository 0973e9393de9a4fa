//! `update` and `get` of windows without the cost of PyO3's general argument handling; see [`super::fast`].

#![allow(unsafe_code)]

use crate::{
    kernels::numerics::timestamp::Timestamp,
    python::{
        convert::time::Time,
        ffi::descriptor::{answer, general, install},
        sync::kernel_cell::KernelCell,
        window::{
            class::{RsRolling, RsTimeRolling},
            erased::Held,
        },
    },
};
use pyo3::{
    PyClass, ffi, intern,
    prelude::*,
    pyclass::boolean_struct::True,
    types::{PyFloat, PyType},
};
use std::ptr;

/// A class whose object holds a window.
pub trait HoldsWindow: PyClass<Frozen = True> + Sync {
    fn held(&self) -> &KernelCell<Held>;
}

impl HoldsWindow for RsRolling {
    #[inline]
    fn held(&self) -> &KernelCell<Held> {
        self.cell()
    }
}

impl HoldsWindow for RsTimeRolling {
    #[inline]
    fn held(&self) -> &KernelCell<Held> {
        self.cell()
    }
}

/// Gives a public class of windows an `update` and a `get` of its own.
#[pyfunction]
pub fn adopt_window(class_: &Bound<'_, PyType>) -> PyResult<()> {
    if class_.is_subclass_of::<RsTimeRolling>()? {
        adopt::<RsTimeRolling>(class_, "$self, *args, t, **kwargs")
    } else {
        adopt::<RsRolling>(class_, "$self, *args, **kwargs")
    }
}

fn adopt<T: HoldsWindow>(class: &Bound<'_, PyType>, arguments: &str) -> PyResult<()> {
    let method = ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: update::<T> };
    install(class, c"update", method, ffi::METH_FASTCALL | ffi::METH_KEYWORDS, arguments)?;
    install(class, c"get", ffi::PyMethodDefPointer { PyCFunction: get::<T> }, ffi::METH_NOARGS, "$self")
}

unsafe extern "C" fn update<T: HoldsWindow>(
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython calls a method of this kind while attached, with an object of the descriptor's class (so of a
    // subclass of T), `count` positional arguments, and null or a tuple of keywords whose values follow them.
    unsafe {
        if !(1..=3).contains(&count) {
            return general::<T>(c"update", this, args, count, keywords);
        }
        let count = count as usize;
        let mut given = [0.0; 3];
        let plain = given.iter_mut().zip(0..count).all(|(number, i)| is_number(*args.add(i), number));
        let mut quick = false;
        let result = answer(|py| {
            if !plain || !(keywords.is_null() || is_time(py, keywords)) {
                return Ok(ptr::null_mut());
            }
            let t = if keywords.is_null() { None } else { Some(time(py, *args.add(count))?) };
            let object = Borrowed::from_ptr(py, this);
            let taken = object.cast_unchecked::<T>().get().held().try_with(py, |held| held.take(given, count, t));
            let Some(taken) = taken.flatten() else { return Ok(ptr::null_mut()) };
            quick = true;
            taken?;
            Ok(ffi::Py_NewRef(ffi::Py_None()))
        });
        if quick || !result.is_null() || !ffi::PyErr_Occurred().is_null() {
            return result;
        }
        general::<T>(c"update", this, args, count as ffi::Py_ssize_t, keywords)
    }
}

/// Whether an object is a float or an int in the range of floats; `number` is it then.
///
/// # Safety
/// `object` is one.
#[inline]
unsafe fn is_number(object: *mut ffi::PyObject, number: &mut f64) -> bool {
    // SAFETY: as the caller promised; what is read as a type is of that type.
    unsafe {
        if ffi::PyFloat_CheckExact(object) != 0 {
            *number = ffi::PyFloat_AS_DOUBLE(object);
            return true;
        }
        if ffi::PyLong_CheckExact(object) == 0 {
            return false;
        }
        *number = ffi::PyLong_AsDouble(object);
        let fits = *number != -1.0 || ffi::PyErr_Occurred().is_null();
        if !fits {
            ffi::PyErr_Clear();
        }
        fits
    }
}

/// Whether `t` is the only keyword.
///
/// # Safety
/// `keywords` is a tuple.
#[inline]
unsafe fn is_time(py: Python<'_>, keywords: *mut ffi::PyObject) -> bool {
    // SAFETY: as the caller promised.
    unsafe { ffi::PyTuple_GET_SIZE(keywords) == 1 && ffi::PyTuple_GET_ITEM(keywords, 0) == intern!(py, "t").as_ptr() }
}

/// # Safety
/// `t` is an object.
#[inline]
unsafe fn time(py: Python<'_>, t: *mut ffi::PyObject) -> PyResult<Timestamp> {
    // SAFETY: as the caller promised.
    Time::extract(unsafe { Borrowed::from_ptr(py, t) }).map(|time| time.0)
}

unsafe extern "C" fn get<T: HoldsWindow>(this: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: CPython calls a method of this kind while attached, with an object of the descriptor's class.
    unsafe {
        let mut is_empty = false;
        let result = answer(|py| {
            let object = Borrowed::from_ptr(py, this);
            Ok(match object.cast_unchecked::<T>().get().held().try_with(py, |held| held.get()) {
                Some(Some(value)) => PyFloat::new(py, value).into_ptr(),
                Some(None) => ffi::Py_NewRef(ffi::Py_None()),
                None => {
                    is_empty = true;
                    std::ptr::null_mut()
                }
            })
        });
        if is_empty { general::<T>(c"get", this, std::ptr::null(), 0, std::ptr::null_mut()) } else { result }
    }
}
