//! `update` and `get` of windows without the cost of PyO3's general argument handling; see [`super::fast`].

#![allow(unsafe_code)]

use super::{
    cell::Cell,
    fast::{answer, general, install},
    input::Number,
    time::Time,
    window::{Held, RsRolling, RsTimeRolling},
};
use crate::kernels::{check, time::Timestamp};
use pyo3::{
    PyClass, ffi, intern,
    prelude::*,
    pyclass::boolean_struct::True,
    types::{PyFloat, PyType},
};

/// A class whose object holds a window.
pub trait HoldsWindow: PyClass<Frozen = True> + Sync {
    fn held(&self) -> &Cell<Held>;
}

impl HoldsWindow for RsRolling {
    #[inline]
    fn held(&self) -> &Cell<Held> {
        self.cell()
    }
}

impl HoldsWindow for RsTimeRolling {
    #[inline]
    fn held(&self) -> &Cell<Held> {
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
        let mut quick = false;
        let result = answer(|py| {
            let object = Borrowed::from_ptr(py, this);
            let cell = object.cast_unchecked::<T>().get().held();
            let timed = keywords.is_null() || is_time(py, keywords);
            let Some((numbers, weighted)) = cell.try_with(py, |held| held.takes()).filter(|_| timed) else {
                return Ok(std::ptr::null_mut());
            };
            let count = count as usize;
            if count != numbers && !(weighted && count == numbers + 1) {
                return Ok(std::ptr::null_mut());
            }
            quick = true;
            let number = |i: usize| Number::extract(Borrowed::from_ptr(py, *args.add(i))).map(|number| number.0);
            let row = [number(0)?, if numbers == 2 { number(1)? } else { 0.0 }];
            let w = if count > numbers { number(numbers)? } else { 1.0 };
            let t = if keywords.is_null() { None } else { Some(time(py, *args.add(count))?) };
            if check::weight(w)? {
                cell.with(py, |held| held.update(row, w, t))??;
            }
            Ok(ffi::Py_NewRef(ffi::Py_None()))
        });
        if quick || !result.is_null() { result } else { general::<T>(c"update", this, args, count, keywords) }
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
