//! How the arguments of a fast `update` or `revert` are read: one form for each signature.

#![allow(unsafe_code)]

use crate::{
    Error,
    kernels::{
        self,
        numerics::timestamp::Timestamp,
        traits::{RevertWeighted, Statistic, Timed, Weighted},
    },
    python::convert::{
        argument,
        number::Number,
        time::{OptionalTime, Time},
    },
};
use pyo3::{exceptions::PyRuntimeError, ffi, prelude::*};
use std::ffi::CStr;

/// The positional arguments of an observation, and what the kernel makes of them.
pub trait Form<K: Statistic>: 'static {
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
pub trait RevertForm<K: Statistic>: Form<K> {
    fn revert(kernel: &mut K, row: Self::Row) -> Result<(), Error>;
}

/// What is done with an observation.
pub trait Verb<K: Statistic, F: Form<K>>: 'static {
    const NAME: &'static CStr;
    /// See [`Form::BARE`].
    const BARE: Option<usize> = None;

    fn run(kernel: &mut K, row: F::Row) -> Result<(), Error>;
}

pub struct Update;
pub struct Revert;

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

/// Reads some of the arguments, which have these names, as numbers. Always inline: what a call returns in memory would be
/// loaded as one vector, which waits for its parts to be stored.
///
/// # Safety
/// `args` holds N objects.
#[inline(always)]
unsafe fn numbers<const N: usize>(
    py: Python<'_>,
    args: *const *mut ffi::PyObject,
    names: &[&'static CStr],
) -> PyResult<[f64; N]> {
    let mut row = [0.0; N];
    for ((i, x), name) in row.iter_mut().enumerate().zip(names) {
        // SAFETY: as the caller promised.
        let Number(number) = argument::read(unsafe { Borrowed::from_ptr(py, *args.add(i)) }, name)?;
        *x = number;
    }
    Ok(row)
}

/// `(x)`
pub struct One;
/// `(x, w=1.0)`
pub struct OneWeighted;
/// `(x, y)`
pub struct Two;
/// `(x, y, w=1.0)`
pub struct TwoWeighted;
/// `(x, t=None)`
pub struct OneTimed;
/// `(x, y, t=None)`
pub struct TwoTimed;
/// `(t)`
pub struct Event;

/// What forms of numbers have in common: the names of the arguments, and the observation of the first of them alone.
macro_rules! bare {
    ($arguments:literal, $names:expr, $input:ty, [$($x:ident),+] $n:literal, $row:expr) => {
        const ARGUMENTS: &'static str = $arguments;
        const NAMES: &'static [&'static CStr] = &$names;
        const BARE: Option<usize> = Some($n);

        #[inline]
        unsafe fn read_bare(py: Python<'_>, args: *const *mut ffi::PyObject) -> PyResult<$input> {
            // SAFETY: as the caller promised.
            let [$($x),+] = unsafe { numbers(py, args, &$names) }?;
            Ok($row)
        }
    };
}

macro_rules! plain_form {
    ($form:ident, $input:ty, $arguments:literal, $names:expr, [$($x:ident),+] $n:literal, $row:expr) => {
        impl<K: Statistic<Input = $input>> Form<K> for $form {
            type Row = $input;
            bare! { $arguments, $names, $input, [$($x),+] $n, $row }

            #[inline]
            fn takes(count: usize) -> bool {
                count == $n
            }

            #[inline]
            unsafe fn read(py: Python<'_>, args: *const *mut ffi::PyObject, _count: usize) -> PyResult<$input> {
                // SAFETY: as the caller promised.
                unsafe { <Self as Form<K>>::read_bare(py, args) }
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
            bare! { $arguments, $names, $input, [$($x),+] $n, $row }

            #[inline]
            fn takes(count: usize) -> bool {
                count == $n || count == $n + 1
            }

            #[inline]
            unsafe fn read(py: Python<'_>, args: *const *mut ffi::PyObject, count: usize) -> PyResult<Self::Row> {
                // SAFETY: as the caller promised.
                unsafe {
                    if count == $n {
                        let [$($x),+] = numbers(py, args, &$names)?;
                        return Ok(($row, 1.0));
                    }
                    let [$($x),+, w] = numbers(py, args, &$names)?;
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
            bare! { $arguments, $names, $input, [$($x),+] $bare, $row }

            #[inline]
            fn takes(count: usize) -> bool {
                count == $bare || count == $n
            }

            #[inline]
            unsafe fn read(py: Python<'_>, args: *const *mut ffi::PyObject, count: usize) -> PyResult<Self::Row> {
                // SAFETY: as the caller promised.
                unsafe {
                    let [$($x),+] = numbers(py, args, &$names)?;
                    let t = match count {
                        $n => argument::read::<OptionalTime>(Borrowed::from_ptr(py, *args.add($n - 1)), c"t")?.0,
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
        Ok(argument::read::<Time>(unsafe { Borrowed::from_ptr(py, *args) }, c"t")?.0)
    }

    #[inline]
    fn update(kernel: &mut K, t: Timestamp) -> Result<(), Error> {
        kernel.update_at((), t)
    }
}

/// `(x=None)`, whatever x is
pub struct Any;

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
