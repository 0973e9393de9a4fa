//! Attributes that CPython reads from the memory of an object, as it does those in `__slots__`: 4 ns, where a getter, which
//! is called and makes an object, takes 30.

use crate::python::ffi::object::new_object;
use pyo3::{PyClass, exceptions::PyAttributeError, ffi, prelude::*, pyclass::boolean_struct::True, types::PyType};
use std::{
    ffi::CString,
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

/// N objects that hold no others, so that the garbage collector need not know of them; none at first.
pub struct Members<const N: usize>([AtomicPtr<ffi::PyObject>; N]);

impl<const N: usize> Members<N> {
    pub fn none() -> Self {
        Self([const { AtomicPtr::new(ptr::null_mut()) }; N])
    }

    pub fn set(&self, objects: [Bound<'_, PyAny>; N]) {
        for (member, object) in self.0.iter().zip(objects) {
            let former = member.swap(object.into_ptr(), Ordering::Relaxed);
            // SAFETY: it is null or an owned reference, and the thread is attached, as there was a `Bound`.
            unsafe { ffi::Py_XDECREF(former) };
        }
    }
}

impl<const N: usize> Drop for Members<N> {
    fn drop(&mut self) {
        for member in &mut self.0 {
            // SAFETY: it is null or an owned reference. Members are a part of a Python object, and CPython deallocates
            // those while attached.
            unsafe { ffi::Py_XDECREF(*member.get_mut()) };
        }
    }
}

/// Makes the members of objects of T attributes of the class, if it is T's own: each under its name, if
/// there is no setter of that name.
pub fn install<T: PyClass<Frozen = True> + Sync, const N: usize>(
    class: &Bound<'_, PyType>,
    names: [&'static str; N],
    members: impl Fn(&T) -> &Members<N>,
) -> PyResult<()> {
    if !class.is(class.py().get_type::<T>()) {
        return Ok(());
    }
    let object = new_object::<T>(class)?;
    for (name, member) in names.into_iter().zip(&members(object.get()).0) {
        if !has_setter(object.as_any(), name) {
            let offset = ptr::from_ref(member).addr() - object.as_ptr().addr();
            // SAFETY: an object of T has at this offset, wherever it lies, an `AtomicPtr`, which has the layout of a
            // pointer: null or an object that the object refers to.
            unsafe { add(class, name, offset) }?;
        }
    }
    Ok(())
}

/// A setter refuses None by a TypeError.
fn has_setter(object: &Bound<'_, PyAny>, name: &str) -> bool {
    let refused = object.setattr(name, object.py().None());
    !refused.is_err_and(|error| error.is_instance_of::<PyAttributeError>(object.py()))
}

/// Makes what lies at the offset in objects of the class an attribute of this name.
///
/// # Safety
/// It is null or a pointer to an object that the object refers to.
unsafe fn add(class: &Bound<'_, PyType>, name: &str, offset: usize) -> PyResult<()> {
    let doc = CString::new(format!("The parameter `{name}`."))?;
    // A descriptor keeps a pointer to its definition, and classes live as long as the process.
    let definition = Box::leak(Box::new(ffi::PyMemberDef {
        name: CString::new(name)?.into_raw(),
        type_code: ffi::Py_T_OBJECT_EX,
        offset: offset as isize,
        flags: ffi::Py_READONLY,
        doc: doc.into_raw(),
    }));
    // SAFETY: `class` is a type, the definition lives for ever, and what lies at the offset is what the caller promised.
    let descriptor =
        unsafe { Bound::from_owned_ptr_or_err(class.py(), ffi::PyDescr_NewMember(class.as_type_ptr(), definition)) }?;
    class.setattr(name, descriptor)
}
