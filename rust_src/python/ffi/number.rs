//! Numbers of Python's own types, read without PyO3's general conversion.

use pyo3::{ffi, prelude::*};

/// The value, if the object is a float and of no subclass.
#[inline(always)]
pub fn float(object: Borrowed<'_, '_, PyAny>) -> Option<f64> {
    let object = object.as_ptr();
    // SAFETY: the object lives, and its value is read as a float's only if it is one.
    unsafe { (ffi::PyFloat_CheckExact(object) != 0).then(|| ffi::PyFloat_AS_DOUBLE(object)) }
}

/// The value, if the object is an int, of no subclass, in the range of floats.
pub fn int(object: Borrowed<'_, '_, PyAny>) -> Option<f64> {
    let object = object.as_ptr();
    // SAFETY: the object lives and the thread is attached. -1 may stand for an error, which is then set.
    unsafe {
        if ffi::PyLong_CheckExact(object) == 0 {
            return None;
        }
        let value = ffi::PyLong_AsDouble(object);
        if value == -1.0 && !ffi::PyErr_Occurred().is_null() {
            ffi::PyErr_Clear();
            return None;
        }
        Some(value)
    }
}

/// The value, if the object is an int, of no subclass, in the range of 64 bits.
#[inline(always)]
pub fn int64(object: Borrowed<'_, '_, PyAny>) -> Option<i64> {
    let (object, mut overflow) = (object.as_ptr(), 0);
    // SAFETY: the object lives and the thread is attached. Of an int, the function raises nothing.
    unsafe {
        if ffi::PyLong_CheckExact(object) == 0 {
            return None;
        }
        let value = ffi::PyLong_AsLongLongAndOverflow(object, &raw mut overflow);
        (overflow == 0).then_some(value)
    }
}
