//! The fast methods of a public class: which ones the words of its row give it, and the functions they call.

#![allow(unsafe_code)]

use crate::{
    kernels::{
        self,
        traits::{Merge, RevertWeighted, Statistic, Timed, Weighted},
    },
    python::{
        classes::merging::combine,
        ffi::{
            arguments::*,
            descriptor::{Holds, answer, general, install},
        },
        link::native::register,
    },
};
use pyo3::{
    ffi,
    prelude::*,
    types::{PyFloat, PyType},
};
use std::ffi::CStr;

/// What a public class is given for each word of its row in the table; the words are those of [`super::abilities`].
pub mod words {
    use super::*;

    macro_rules! words {
        ($($word:ident($bound:path: $input:ty) = $verb:ident $form:ident $($get:ident)?;)*) => {$(
            pub fn $word<T: Holds<Kernel: $bound + Statistic<Input = $input>>>(class: &Bound<'_, PyType>) -> PyResult<()> {
                $($get::<T>(class)?;)?
                adopt_method::<T, $verb, $form>(class)
            }
        )*};
    }

    words! {
        number(Statistic: f64) = Update One number_value;
        number_in(Statistic: f64) = Update One;
        pair(Statistic: (f64, f64)) = Update Two value;
        timed_number(Timed: f64) = Update OneTimed number_value;
        timed_pair(Timed: (f64, f64)) = Update TwoTimed value;
        event(Timed: ()) = Update Event value;
        weighted(Weighted: f64) = Update OneWeighted number_value;
        weighted_pair(Weighted: (f64, f64)) = Update TwoWeighted value;
        pair_revert(kernels::Revert: (f64, f64)) = Revert Two;
        weighted_revert(RevertWeighted: f64) = Revert OneWeighted;
        weighted_pair_revert(RevertWeighted: (f64, f64)) = Revert TwoWeighted;
    }

    /// `a += b` of a subclass would fill a slot of sequences too, which must not return NotImplemented as that of numbers
    /// does: CPython would take it for the result. A method is asked through the slot of numbers alone.
    pub fn merge<T: Holds<Kernel: Merge>>(class: &Bound<'_, PyType>) -> PyResult<()> {
        let method = ffi::PyMethodDefPointer { PyCFunction: add_in_place::<T> };
        install(class, c"__iadd__", method, ffi::METH_O, "$self, other, /")
    }

    pub fn anything<T: Holds<Kernel: Statistic<Input = ()>>>(class: &Bound<'_, PyType>) -> PyResult<()> {
        adopt_method::<T, Update, Any>(class)?;
        install(class, c"get", ffi::PyMethodDefPointer { PyCFunction: count::<T> }, ffi::METH_NOARGS, "$self")
    }

    macro_rules! nothing {
        ($($word:ident)*) => {$(
            pub fn $word<T: Holds>(_class: &Bound<'_, PyType>) -> PyResult<()> {
                Ok(())
            }
        )*};
    }

    nothing! {
        unmerge settable_ddof rolls mean_parts var_parts cov_parts pearson_parts auto_corr_parts sum_parts
        abs_max_parts extrema_parts mad_parts max_parts min_parts range_parts sample_parts shift_parts window_parts
    }
}

/// Gives `class`, a subclass of T, its own `get()`, and lets links call its objects natively.
fn number_value<T: Holds<Kernel: Statistic<Input = f64>>>(class: &Bound<'_, PyType>) -> PyResult<()> {
    register::<T>(class);
    value::<T>(class)
}

/// Gives `class`, a subclass of T, its own `get()`.
fn value<T: Holds>(class: &Bound<'_, PyType>) -> PyResult<()> {
    let method = ffi::PyMethodDefPointer { PyCFunction: get::<T> };
    install(class, c"get", method, ffi::METH_NOARGS, "$self")
}

fn adopt_method<T: Holds, V: Verb<T::Kernel, F>, F: Form<T::Kernel>>(class: &Bound<'_, PyType>) -> PyResult<()> {
    let method = ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: observe::<T, V, F> };
    let arguments = format!("$self, {}", F::ARGUMENTS);
    install(class, V::NAME, method, ffi::METH_FASTCALL | ffi::METH_KEYWORDS, &arguments)
}

unsafe extern "C" fn observe<T: Holds, V: Verb<T::Kernel, F>, F: Form<T::Kernel>>(
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython calls a method of this kind while attached, with an object of the descriptor's class (so of a
    // subclass of T), `count` positional arguments, and null or a tuple of keywords.
    unsafe {
        if keywords.is_null() && V::BARE == Some(count as usize) {
            return answer(|py| {
                let x = F::read_bare(py, args)?;
                let this = Borrowed::from_ptr(py, this);
                this.cast_unchecked::<T>().get().cell().with(py, |kernel| kernel.update(x))?;
                Ok(ffi::Py_NewRef(ffi::Py_None()))
            });
        }
        let given = count as usize + named_in_order(keywords, F::NAMES.get(count as usize..).unwrap_or_default());
        if !F::takes(given) || (!keywords.is_null() && given == count as usize) {
            return general::<T>(V::NAME, this, args, count, keywords);
        }
        answer(|py| {
            let row = F::read(py, args, given)?;
            let this = Borrowed::from_ptr(py, this);
            this.cast_unchecked::<T>().get().cell().with(py, |kernel| V::run(kernel, row))??;
            Ok(ffi::Py_NewRef(ffi::Py_None()))
        })
    }
}

/// How many keywords there are, if they are the names that follow the positional arguments: then their values follow
/// those too. Otherwise 0.
///
/// # Safety
/// `keywords` is null or a tuple of strings.
#[inline]
unsafe fn named_in_order(keywords: *mut ffi::PyObject, names: &[&CStr]) -> usize {
    if keywords.is_null() {
        return 0;
    }
    // SAFETY: as the caller promised; the index stays below the tuple's length.
    unsafe {
        let count = ffi::PyTuple_GET_SIZE(keywords) as usize;
        let is = |i: usize, name: &CStr| {
            ffi::PyUnicode_CompareWithASCIIString(ffi::PyTuple_GET_ITEM(keywords, i as ffi::Py_ssize_t), name.as_ptr())
                == 0
        };
        let in_order = count <= names.len() && names.iter().take(count).enumerate().all(|(i, name)| is(i, name));
        if in_order { count } else { 0 }
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

unsafe extern "C" fn add_in_place<T: Holds<Kernel: Merge>>(
    this: *mut ffi::PyObject,
    other: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython calls a method of this kind while attached, with an object of the descriptor's class and another.
    unsafe {
        answer(|py| {
            let this = Borrowed::from_ptr(py, this);
            let Ok(other) = Borrowed::from_ptr(py, other).cast::<T>() else {
                return Ok(py.NotImplemented().into_ptr());
            };
            combine(py, this.cast_unchecked::<T>().get().cell(), other.get().cell(), Merge::merge)?;
            Ok(ffi::Py_NewRef(this.as_ptr()))
        })
    }
}

unsafe extern "C" fn count<T: Holds>(this: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: CPython calls a method of this kind while attached, with an object of the descriptor's class.
    unsafe {
        answer(|py| {
            let this = Borrowed::from_ptr(py, this);
            let n = this.cast_unchecked::<T>().get().cell().with(py, |kernel| kernel.n())?;
            Ok((n as u64).into_pyobject(py)?.into_ptr())
        })
    }
}
