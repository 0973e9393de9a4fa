//! Objects that a [link](super::link) calls natively, and the fast methods of the link itself.

use crate::{
    kernels::traits::Statistic,
    python::{
        classes::{calls::required, docs},
        convert::signature,
        ffi::{
            arguments::Arguments,
            descriptor::{FastMethod, Keywords, NoArguments, Returned, install},
        },
        link::{batch::Columns, class::RsLink},
        sync::kernel_cell::HoldsKernel,
    },
};
use pyo3::{exceptions::PyRecursionError, prelude::*, sync::MutexExt, types::PyType};
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
pub fn register<T: HoldsKernel<Kernel: Statistic<Input = f64>>>(class: &Bound<'_, PyType>) {
    let native = Native {
        update: |object, x| object.cast::<T>()?.get().cell().with(object.py(), |kernel| kernel.update(x)),
        get: |object| object.cast::<T>()?.get().cell().with(object.py(), |kernel| kernel.get()),
        columns: Columns::of::<T>(),
    };
    let key = class.as_type_ptr() as usize;
    NATIVE.lock_py_attached(class.py()).unwrap_or_else(PoisonError::into_inner).insert(key, native);
}

/// `update` of a link.
pub enum Update {}
/// `get` of a link.
pub enum Get {}

impl FastMethod<RsLink> for Update {
    type Convention = Keywords;
    const NAME: &'static CStr = c"update";

    fn text_signature() -> String {
        signature::OBSERVATION.text()
    }

    fn doc() -> String {
        docs::update(&signature::OBSERVATION)
    }

    fn call<'py>(this: &Bound<'py, RsLink>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let [x] = required(arguments, &signature::OBSERVATION)?;
        this.get().update(&x)
    }
}

impl FastMethod<RsLink> for Get {
    type Convention = NoArguments;
    const NAME: &'static CStr = c"get";

    fn text_signature() -> String {
        "$self".into()
    }

    fn doc() -> String {
        docs::get()
    }

    fn call<'py>(this: &Bound<'py, RsLink>, (): ()) -> PyResult<impl Returned<'py>> {
        this.get().get(this.py())
    }
}

/// Gives `class`, the link's or a subclass of it, its `update` and `get`.
pub fn install_methods(class: &Bound<'_, PyType>) -> PyResult<()> {
    install::<RsLink, Update>(class)?;
    install::<RsLink, Get>(class)
}
