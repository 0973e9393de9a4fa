//! Methods as C functions that CPython calls directly.
//!
//! A method that PyO3 makes belongs to the `Rs*` class. CPython's specialising interpreter calls a method descriptor
//! directly only if it belongs to the very class of the object, so a public class that inherits it pays for the general
//! protocol: 45 ns a call in a loop in which `abs(x)` takes 19, where descriptors of its own take 18. They are also the
//! only implementation of these methods: [`install`] gives them to the `Rs*` class too.
//!
//! What a method does is safe code, a [`FastMethod`]; the trampolines here are all that handles raw pointers. They do
//! not let PyO3 count the thread as attached, see [`attach`](super::attach).

use crate::python::ffi::{
    arguments::{Arguments, Signature},
    attach::attached,
};
use pyo3::{
    PyClass,
    exceptions::{PyRuntimeError, PyTypeError},
    ffi,
    prelude::*,
    types::{PyTuple, PyType},
};
use std::{
    ffi::{CStr, CString, c_int},
    panic::{AssertUnwindSafe, catch_unwind},
    ptr,
};

/// A method of the class T and of classes derived from it.
pub trait FastMethod<T: PyClass>: 'static {
    /// How CPython passes the arguments: [`Keywords`], [`OneArgument`] or [`NoArguments`].
    type Convention: Convention;
    const NAME: &'static CStr;

    fn signature() -> &'static Signature;
    fn doc() -> String;
    fn call<'py>(
        this: &Bound<'py, T>,
        arguments: <Self::Convention as Convention>::Arguments<'py>,
    ) -> PyResult<impl Returned<'py>>;
}

/// What a method returns, as an object.
pub trait Returned<'py> {
    fn into_object(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>;
}

impl<'py> Returned<'py> for () {
    #[inline]
    fn into_object(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(py.None().into_bound(py))
    }
}

impl<'py> Returned<'py> for Option<f64> {
    #[inline]
    fn into_object(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            // PyO3's function is not always inline.
            // SAFETY: the function returns a new reference, or null with an exception set.
            Some(value) => unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyFloat_FromDouble(value)) },
            None => ().into_object(py),
        }
    }
}

impl<'py> Returned<'py> for u64 {
    #[inline]
    fn into_object(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: the function returns a new reference, or null with an exception set.
        unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyLong_FromUnsignedLongLong(self)) }
    }
}

impl<'py, T> Returned<'py> for Bound<'py, T> {
    #[inline]
    fn into_object(self, _: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.into_any())
    }
}

/// How CPython passes the arguments of a method.
pub trait Convention: sealed::Sealed + Sized {
    type Arguments<'py>;
    #[doc(hidden)]
    const FLAGS: c_int;

    #[doc(hidden)]
    fn function<T: PyClass, M: FastMethod<T, Convention = Self>>() -> ffi::PyMethodDefPointer;
}

/// Positional and keyword arguments: `METH_FASTCALL | METH_KEYWORDS`.
pub enum Keywords {}
/// One positional argument: `METH_O`.
pub enum OneArgument {}
/// No arguments: `METH_NOARGS`.
pub enum NoArguments {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Keywords {}
    impl Sealed for super::OneArgument {}
    impl Sealed for super::NoArguments {}
}

impl Convention for Keywords {
    type Arguments<'py> = Arguments<'py>;
    const FLAGS: c_int = ffi::METH_FASTCALL | ffi::METH_KEYWORDS;

    fn function<T: PyClass, M: FastMethod<T, Convention = Self>>() -> ffi::PyMethodDefPointer {
        ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: with_keywords::<T, M> }
    }
}

impl Convention for OneArgument {
    type Arguments<'py> = Borrowed<'py, 'py, PyAny>;
    const FLAGS: c_int = ffi::METH_O;

    fn function<T: PyClass, M: FastMethod<T, Convention = Self>>() -> ffi::PyMethodDefPointer {
        ffi::PyMethodDefPointer { PyCFunction: with_one_argument::<T, M> }
    }
}

impl Convention for NoArguments {
    type Arguments<'py> = ();
    const FLAGS: c_int = ffi::METH_NOARGS;

    fn function<T: PyClass, M: FastMethod<T, Convention = Self>>() -> ffi::PyMethodDefPointer {
        ffi::PyMethodDefPointer { PyCFunction: without_arguments::<T, M> }
    }
}

/// Gives `class`, which is T's or a subclass of it, the method M. A class keeps it as long as the process lives.
pub fn install<T: PyClass, M: FastMethod<T>>(class: &Bound<'_, PyType>) -> PyResult<()> {
    let (function, flags) = (M::Convention::function::<T, M>(), M::Convention::FLAGS);
    // SAFETY: the function has the signature of its flags and expects an object of T.
    unsafe { add(class, &class.py().get_type::<T>(), M::NAME, (function, flags), M::signature(), &M::doc()) }
}

/// Gives `class`, which is `base` or a subclass of it, a method. Not generic, since there would be a copy for each of
/// them.
///
/// # Safety
/// The function has the signature of its flags and expects an object of `base`.
unsafe fn add(
    class: &Bound<'_, PyType>,
    base: &Bound<'_, PyType>,
    name: &'static CStr,
    (ml_meth, ml_flags): (ffi::PyMethodDefPointer, c_int),
    signature: &Signature,
    doc: &str,
) -> PyResult<()> {
    if !class.is_subclass(base)? {
        return Err(PyTypeError::new_err(format!("{} is not a subclass of {}", class.name()?, base.name()?)));
    }
    let doc = CString::new(format!("{}({})\n--\n\n{doc}", name.to_string_lossy(), signature.text()))?;
    // A descriptor keeps a pointer to its definition, and classes live as long as the process.
    let definition =
        Box::leak(Box::new(ffi::PyMethodDef { ml_name: name.as_ptr(), ml_meth, ml_flags, ml_doc: doc.into_raw() }));
    // SAFETY: `class` is a type and the definition lives for ever. Its function has the signature of its flags and
    // expects an object of `base`; CPython calls the function of a descriptor with objects of the descriptor's class alone.
    let descriptor =
        unsafe { Bound::from_owned_ptr_or_err(class.py(), ffi::PyDescr_NewMethod(class.as_type_ptr(), definition)) }?;
    class.setattr(name, descriptor)
}

unsafe extern "C" fn with_keywords<T: PyClass, M: FastMethod<T, Convention = Keywords>>(
    this: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython calls a method of this kind while attached, with an object of T and `count` positional arguments,
    // which are followed by the values of the keyword arguments; `keywords` is null or the tuple of their names. All of
    // them live until the call returns. A `Borrowed` is laid out as the pointer that it holds.
    unsafe {
        trampoline(|py| {
            let this = borrowed(py, this);
            let keywords = Borrowed::from_ptr_or_opt(py, keywords).map(|keywords| keywords.cast_unchecked::<PyTuple>());
            let arguments = Arguments::new(this, M::NAME, arguments.cast(), count as usize, keywords);
            M::call(&this.cast_unchecked::<T>(), arguments)?.into_object(py)
        })
    }
}

unsafe extern "C" fn with_one_argument<T: PyClass, M: FastMethod<T, Convention = OneArgument>>(
    this: *mut ffi::PyObject,
    argument: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython calls a method of this kind while attached, with an object of T and another object, which live
    // until the call returns.
    unsafe {
        trampoline(|py| {
            let (this, argument) = (borrowed(py, this), borrowed(py, argument));
            M::call(&this.cast_unchecked::<T>(), argument)?.into_object(py)
        })
    }
}

unsafe extern "C" fn without_arguments<T: PyClass, M: FastMethod<T, Convention = NoArguments>>(
    this: *mut ffi::PyObject,
    _: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython calls a method of this kind while attached, with an object of T that lives until the call returns.
    unsafe { trampoline(|py| M::call(&borrowed(py, this).cast_unchecked::<T>(), ())?.into_object(py)) }
}

/// As PyO3 does it, without the check for null.
///
/// # Safety
/// It is an object that lives as long as `'py`.
#[inline(always)]
unsafe fn borrowed<'py>(_: Python<'py>, object: *mut ffi::PyObject) -> Borrowed<'py, 'py, PyAny> {
    // SAFETY: a `Borrowed` is laid out as the pointer that it holds.
    unsafe { *(&raw const object).cast() }
}

/// Runs a method, and turns its error, and even a panic, into a Python exception.
///
/// # Safety
/// The thread is attached.
#[inline(always)]
pub(super) unsafe fn trampoline(
    f: impl for<'py> FnOnce(Python<'py>) -> PyResult<Bound<'py, PyAny>>,
) -> *mut ffi::PyObject {
    // SAFETY: as the caller promised.
    let py = unsafe { Python::assume_attached() };
    // The closure returns a pointer, since anything larger would be copied through memory.
    let call = || f(py).map_or_else(|error| raise(py, error), Bound::into_ptr);
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(object) => object,
        Err(_) => raise(py, PyRuntimeError::new_err("internal error: a kernel panicked")),
    }
}

#[cold]
fn raise(py: Python<'_>, error: PyErr) -> *mut ffi::PyObject {
    attached(py, |py| error.restore(py));
    ptr::null_mut()
}

/// Whether an attribute of the object is a method of this name written in C, bound to the object: not a method that a
/// subclass in Python has, or that was set on the class or on the object in its place.
pub fn is_method(attribute: &Bound<'_, PyAny>, object: &Bound<'_, PyAny>, name: &CStr) -> bool {
    let method = attribute.as_ptr();
    // SAFETY: `attribute` lives and the thread is attached. What is a PyCFunction has its layout, and a definition that
    // lives as long, whose name is a string that ends with 0.
    unsafe {
        if ffi::PyCFunction_Check(method) == 0 {
            return false;
        }
        let function = method.cast::<ffi::PyCFunctionObject>();
        (*function).m_self == object.as_ptr() && CStr::from_ptr((*(*function).m_ml).ml_name) == name
    }
}
