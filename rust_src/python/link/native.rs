//! Objects that a [link](super::link) calls natively, and the fast methods of the link itself.

#![allow(unsafe_code)]

use crate::{
    kernels::traits::Statistic,
    python::{
        ffi::descriptor::{Holds, answer, general, install},
        link::batch::Columns,
    },
};
use pyo3::{
    PyClass, exceptions::PyRecursionError, ffi, prelude::*, pyclass::boolean_struct::True, sync::MutexExt,
    types::PyType,
};
use std::{
    cell::Cell,
    collections::BTreeMap,
    ffi::CStr,
    marker::PhantomData,
    sync::{Mutex, PoisonError},
};

/// How a link calls an object of one public class with a number, and asks for its value, without boxing either.
#[derive(Clone, Copy)]
pub struct Native {
    pub update: fn(&Bound<'_, PyAny>, f64) -> PyResult<()>,
    pub get: fn(&Bound<'_, PyAny>) -> PyResult<Option<f64>>,
    pub columns: Columns,
}

/// The public classes of numbers, by the address of their type. They live as long as the process.
static NATIVE: Mutex<BTreeMap<usize, Native>> = Mutex::new(BTreeMap::new());

/// How to call the object natively, if its class is one of those and no subclass with methods of its own.
pub fn native(object: &Bound<'_, PyAny>) -> Option<Native> {
    let class = object.get_type_ptr() as usize;
    NATIVE.lock_py_attached(object.py()).unwrap_or_else(PoisonError::into_inner).get(&class).copied()
}

/// Whether an attribute of the object is a method of this name of a class written here, and nothing that a subclass
/// has or that was set on the class or on the object in its place.
pub fn is_method(attribute: &Bound<'_, PyAny>, object: &Bound<'_, PyAny>, name: &CStr) -> bool {
    let method = attribute.as_ptr();
    // SAFETY: the thread is attached; what is a PyCFunction has its layout, and a definition with a name that ends with
    // 0, before which no byte differs if the next one is read.
    unsafe {
        if ffi::PyCFunction_Check(method) == 0 {
            return false;
        }
        let function = method.cast::<ffi::PyCFunctionObject>();
        let own = (*(*function).m_ml).ml_name;
        let is_named = name.to_bytes_with_nul().iter().enumerate().all(|(i, &byte)| *own.add(i) as u8 == byte);
        (*function).m_self == object.as_ptr() && is_named
    }
}

/// How deep links may call links. CPython has a limit of its own, but from 3.12 on one for smaller frames than these.
const DEEPEST: u32 = 1_000;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// One call of a link deeper; ends when it is dropped, in the thread that it began in.
pub struct Deeper(PhantomData<*const ()>);

impl Deeper {
    /// Goes deeper, or raises RecursionError.
    #[inline]
    pub fn enter() -> PyResult<Self> {
        let depth = DEPTH.get();
        if depth == DEEPEST {
            return Err(PyRecursionError::new_err(format!("links are nested more than {DEEPEST} deep")));
        }
        DEPTH.set(depth + 1);
        Ok(Self(PhantomData))
    }
}

impl Drop for Deeper {
    #[inline]
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

/// Lets links call the objects of `class`, a subclass of T, natively.
pub fn register<T: Holds<Kernel: Statistic<Input = f64>>>(class: &Bound<'_, PyType>) {
    let native = Native {
        update: |object, x| object.cast::<T>()?.get().cell().with(object.py(), |kernel| kernel.update(x)),
        get: |object| object.cast::<T>()?.get().cell().with(object.py(), |kernel| kernel.get()),
        columns: Columns::of::<T>(),
    };
    let key = class.as_type_ptr() as usize;
    NATIVE.lock_py_attached(class.py()).unwrap_or_else(PoisonError::into_inner).insert(key, native);
}

/// A class whose `update` takes any object and whose `get` gives any.
pub trait Passes: PyClass<Frozen = True> + Sync {
    fn update(&self, x: &Bound<'_, PyAny>) -> PyResult<()>;
    fn get<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>;
}

/// Gives `class`, a subclass of T, its own `update(x)` and `get()`.
pub fn adopt_passing<T: Passes>(class: &Bound<'_, PyType>) -> PyResult<()> {
    let method = ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: take::<T> };
    install(class, c"update", method, ffi::METH_FASTCALL | ffi::METH_KEYWORDS, "$self, x")?;
    let method = ffi::PyMethodDefPointer { PyCFunction: give::<T> };
    install(class, c"get", method, ffi::METH_NOARGS, "$self")
}

unsafe extern "C" fn take<T: Passes>(
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: as for `observe`.
    unsafe {
        if count != 1 || !keywords.is_null() {
            return general::<T>(c"update", this, args, count, keywords);
        }
        answer(|py| {
            let this = Borrowed::from_ptr(py, this);
            this.cast_unchecked::<T>().get().update(&Borrowed::from_ptr(py, *args))?;
            Ok(ffi::Py_NewRef(ffi::Py_None()))
        })
    }
}

unsafe extern "C" fn give<T: Passes>(this: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: as for `get`.
    unsafe { answer(|py| Ok(Borrowed::from_ptr(py, this).cast_unchecked::<T>().get().get(py)?.into_ptr())) }
}
