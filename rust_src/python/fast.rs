//! `update` and `get` without the cost of PyO3's general argument handling.
//!
//! A method that PyO3 makes belongs to the `Rs*` class. CPython's specialising interpreter calls a method descriptor
//! directly only if it belongs to the very class of the object, so a public class that merely inherits it pays for
//! the general protocol: 45 ns a call in a loop where `abs(x)` takes 20. [`adopt`] gives a public class descriptors of
//! its own, whose functions read the one positional argument themselves: 17 ns in the same loop. Calls of any other
//! form (keywords, weights, wrong counts) are passed on to the method that PyO3 made, which stays the one place where
//! arguments are parsed and refused.

#![allow(unsafe_code)]

use super::{
    abilities::combine,
    cell::Cell,
    input::Number,
    link_columns::Columns,
    time::{OptionalTime, Time},
    window::Names,
};
use crate::{
    Error,
    kernels::{self, Merge, RevertWeighted, Statistic, Timed, Weighted, time::Timestamp},
};
use pyo3::{
    PyClass, PyTypeInfo,
    exceptions::PyRuntimeError,
    ffi,
    prelude::*,
    pyclass::boolean_struct::True,
    sync::{MutexExt, PyOnceLock},
    types::{PyFloat, PyTuple, PyType},
};
use std::{
    collections::BTreeMap,
    ffi::{CStr, CString},
    panic::{AssertUnwindSafe, catch_unwind},
    ptr,
    sync::{Mutex, PoisonError},
};

/// A class whose object holds a kernel.
pub trait Holds: PyClass<Frozen = True> + Sync {
    type Kernel: Statistic;

    /// What it and its windows are called in states.
    const NAMES: Names;

    fn cell(&self) -> &Cell<Self::Kernel>;

    /// The Python class that users know, once it was adopted.
    fn public() -> &'static PyOnceLock<Py<PyType>>;
}

/// The positional arguments of an observation, and what the kernel makes of them.
trait Form<K: Statistic>: 'static {
    type Row;
    const ARGUMENTS: &'static str;
    /// Their names, in order.
    const NAMES: &'static [&'static CStr];

    /// Whether so many arguments are an observation.
    fn takes(count: usize) -> bool;
    /// # Safety
    /// `args` holds `count` objects, a count that it [takes](Self::takes).
    unsafe fn read(py: Python<'_>, args: *const *mut ffi::PyObject, count: usize) -> PyResult<Self::Row>;
    fn update(kernel: &mut K, row: Self::Row) -> Result<(), Error>;

    /// How many arguments an observation has that is nothing but the kernel's input; such an update cannot fail.
    const BARE: Option<usize> = None;
    /// # Safety
    /// `args` holds so many objects.
    unsafe fn read_bare(_: Python<'_>, _: *const *mut ffi::PyObject) -> PyResult<K::Input> {
        Err(PyRuntimeError::new_err("an observation that is more than an input"))
    }
}

/// As [`Form`], of observations that can be taken back.
trait RevertForm<K: Statistic>: Form<K> {
    fn revert(kernel: &mut K, row: Self::Row) -> Result<(), Error>;
}

/// What is done with an observation.
trait Verb<K: Statistic, F: Form<K>>: 'static {
    const NAME: &'static CStr;
    /// See [`Form::BARE`].
    const BARE: Option<usize> = None;

    fn run(kernel: &mut K, row: F::Row) -> Result<(), Error>;
}

struct Update;
struct Revert;

impl<K: Statistic, F: Form<K>> Verb<K, F> for Update {
    const NAME: &'static CStr = c"update";
    const BARE: Option<usize> = F::BARE;

    #[inline]
    fn run(kernel: &mut K, row: F::Row) -> Result<(), Error> {
        F::update(kernel, row)
    }
}

impl<K: Statistic, F: RevertForm<K>> Verb<K, F> for Revert {
    const NAME: &'static CStr = c"revert";

    #[inline]
    fn run(kernel: &mut K, row: F::Row) -> Result<(), Error> {
        F::revert(kernel, row)
    }
}

/// Reads some of the arguments as numbers.
///
/// # Safety
/// `args` holds N objects.
#[inline]
unsafe fn numbers<const N: usize>(py: Python<'_>, args: *const *mut ffi::PyObject) -> PyResult<[f64; N]> {
    let mut row = [0.0; N];
    for (i, x) in row.iter_mut().enumerate() {
        // SAFETY: as the caller promised.
        *x = Number::extract(unsafe { Borrowed::from_ptr(py, *args.add(i)) })?.0;
    }
    Ok(row)
}

/// `(x)`
struct One;
/// `(x, w=1.0)`
struct OneWeighted;
/// `(x, y)`
#[allow(dead_code, reason = "part of the vocabulary, whichever classes use it")]
struct Two;
/// `(x, y, w=1.0)`
struct TwoWeighted;
/// `(x, t=None)`
struct OneTimed;
/// `(x, y, t=None)`
struct TwoTimed;
/// `(t)`
struct Event;

macro_rules! plain_form {
    ($form:ident, $input:ty, $arguments:literal, $names:expr, [$($x:ident),+] $n:literal, $row:expr) => {
        impl<K: Statistic<Input = $input>> Form<K> for $form {
            type Row = $input;
            const ARGUMENTS: &'static str = $arguments;
            const NAMES: &'static [&'static CStr] = &$names;

            const BARE: Option<usize> = Some($n);

            #[inline]
            unsafe fn read_bare(py: Python<'_>, args: *const *mut ffi::PyObject) -> PyResult<$input> {
                // SAFETY: as the caller promised.
                let [$($x),+] = unsafe { numbers(py, args) }?;
                Ok($row)
            }

            #[inline]
            fn takes(count: usize) -> bool {
                count == $n
            }

            #[inline]
            unsafe fn read(py: Python<'_>, args: *const *mut ffi::PyObject, _count: usize) -> PyResult<$input> {
                // SAFETY: as the caller promised.
                let [$($x),+] = unsafe { numbers(py, args) }?;
                Ok($row)
            }

            #[inline]
            fn update(kernel: &mut K, row: $input) -> Result<(), Error> {
                kernel.update(row);
                Ok(())
            }
        }

        impl<K: kernels::Revert<Input = $input>> RevertForm<K> for $form {
            #[inline]
            fn revert(kernel: &mut K, row: $input) -> Result<(), Error> {
                kernel.revert(row)
            }
        }
    };
}

macro_rules! weighted_form {
    ($form:ident, $input:ty, $arguments:literal, $names:expr, [$($x:ident),+] $n:literal, $row:expr) => {
        impl<K: Weighted<Input = $input>> Form<K> for $form {
            type Row = ($input, f64);
            const ARGUMENTS: &'static str = $arguments;
            const NAMES: &'static [&'static CStr] = &$names;

            const BARE: Option<usize> = Some($n);

            #[inline]
            unsafe fn read_bare(py: Python<'_>, args: *const *mut ffi::PyObject) -> PyResult<$input> {
                // SAFETY: as the caller promised.
                let [$($x),+] = unsafe { numbers(py, args) }?;
                Ok($row)
            }

            #[inline]
            fn takes(count: usize) -> bool {
                count == $n || count == $n + 1
            }

            #[inline]
            unsafe fn read(py: Python<'_>, args: *const *mut ffi::PyObject, count: usize) -> PyResult<Self::Row> {
                // SAFETY: as the caller promised.
                unsafe {
                    if count == $n {
                        let [$($x),+] = numbers(py, args)?;
                        return Ok(($row, 1.0));
                    }
                    let [$($x),+, w] = numbers(py, args)?;
                    Ok(($row, w))
                }
            }

            #[inline]
            fn update(kernel: &mut K, (row, w): Self::Row) -> Result<(), Error> {
                // The usual weight has a shorter way.
                if w == 1.0 {
                    kernel.update(row);
                    return Ok(());
                }
                kernel.update_weighted(row, w)
            }
        }

        impl<K: RevertWeighted<Input = $input>> RevertForm<K> for $form {
            #[inline]
            fn revert(kernel: &mut K, (row, w): Self::Row) -> Result<(), Error> {
                kernel.revert_weighted(row, w)
            }
        }
    };
}

macro_rules! timed_form {
    ($form:ident, $input:ty, $arguments:literal, $names:expr, [$($x:ident),+] $bare:literal or $n:literal, $row:expr) => {
        impl<K: Timed<Input = $input>> Form<K> for $form {
            type Row = ($input, Option<Timestamp>);
            const ARGUMENTS: &'static str = $arguments;
            const NAMES: &'static [&'static CStr] = &$names;

            const BARE: Option<usize> = Some($bare);

            #[inline]
            unsafe fn read_bare(py: Python<'_>, args: *const *mut ffi::PyObject) -> PyResult<$input> {
                // SAFETY: as the caller promised.
                let [$($x),+] = unsafe { numbers(py, args) }?;
                Ok($row)
            }

            #[inline]
            fn takes(count: usize) -> bool {
                count == $bare || count == $n
            }

            #[inline]
            unsafe fn read(py: Python<'_>, args: *const *mut ffi::PyObject, count: usize) -> PyResult<Self::Row> {
                // SAFETY: as the caller promised.
                unsafe {
                    let [$($x),+] = numbers(py, args)?;
                    let t = match count {
                        $n => OptionalTime::extract(Borrowed::from_ptr(py, *args.add($n - 1)))?.0,
                        _ => None,
                    };
                    Ok(($row, t))
                }
            }

            #[inline]
            fn update(kernel: &mut K, (row, t): Self::Row) -> Result<(), Error> {
                kernels::update_at(kernel, row, t)
            }
        }
    };
}

timed_form!(OneTimed, f64, "x, t=None", [c"x", c"t"], [x] 1 or 2, x);
timed_form!(TwoTimed, (f64, f64), "x, y, t=None", [c"x", c"y", c"t"], [x, y] 2 or 3, (x, y));
plain_form!(One, f64, "x", [c"x"], [x] 1, x);
plain_form!(Two, (f64, f64), "x, y", [c"x", c"y"], [x, y] 2, (x, y));
weighted_form!(OneWeighted, f64, "x, w=1.0", [c"x", c"w"], [x] 1, x);
weighted_form!(TwoWeighted, (f64, f64), "x, y, w=1.0", [c"x", c"y", c"w"], [x, y] 2, (x, y));

impl<K: Timed<Input = ()>> Form<K> for Event {
    type Row = Timestamp;
    const ARGUMENTS: &'static str = "t";
    const NAMES: &'static [&'static CStr] = &[c"t"];

    #[inline]
    fn takes(count: usize) -> bool {
        count == 1
    }

    #[inline]
    unsafe fn read(py: Python<'_>, args: *const *mut ffi::PyObject, _count: usize) -> PyResult<Timestamp> {
        // SAFETY: as the caller promised.
        Ok(Time::extract(unsafe { Borrowed::from_ptr(py, *args) })?.0)
    }

    #[inline]
    fn update(kernel: &mut K, t: Timestamp) -> Result<(), Error> {
        kernel.update_at((), t)
    }
}

/// `(x=None)`, whatever x is
struct Any;

impl<K: Statistic<Input = ()>> Form<K> for Any {
    type Row = ();
    const ARGUMENTS: &'static str = "x=None";
    const NAMES: &'static [&'static CStr] = &[c"x"];

    #[inline]
    fn takes(count: usize) -> bool {
        count <= 1
    }

    #[inline]
    unsafe fn read(_: Python<'_>, _: *const *mut ffi::PyObject, _: usize) -> PyResult<()> {
        Ok(())
    }

    #[inline]
    fn update(kernel: &mut K, (): ()) -> Result<(), Error> {
        kernel.update(());
        Ok(())
    }
}

/// What a public class is given for each word of its row in the table; the words are those of [`super::abilities`].
#[allow(dead_code, reason = "part of the vocabulary, whichever classes use it")]
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
        revert(kernels::Revert: f64) = Revert One;
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

/// Makes `class` the public class of T if it is the first.
pub fn adopt<T: Holds>(class: &Bound<'_, PyType>) {
    T::public().get_or_init(class.py(), || class.clone().unbind());
}

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

/// Gives `class`, a subclass of T, its own `get()`, and lets links call its objects natively.
fn number_value<T: Holds<Kernel: Statistic<Input = f64>>>(class: &Bound<'_, PyType>) -> PyResult<()> {
    let native = Native {
        update: |object, x| object.cast::<T>()?.get().cell().with(object.py(), |kernel| kernel.update(x)),
        get: |object| object.cast::<T>()?.get().cell().with(object.py(), |kernel| kernel.get()),
        columns: Columns::of::<T>(),
    };
    let key = class.as_type_ptr() as usize;
    NATIVE.lock_py_attached(class.py()).unwrap_or_else(PoisonError::into_inner).insert(key, native);
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
fn raise(py: Python<'_>, error: PyErr) -> *mut ffi::PyObject {
    error.restore(py);
    ptr::null_mut()
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
