//! Merging two statistics into one.

use crate::{
    Error,
    kernels::traits::{Merge, Statistic, Unmerge},
    python::{
        classes::numeric::{self, Class},
        ffi::object::new_object,
        state::pickle::{Stateful, attributes, set_attributes},
        sync::kernel_cell::KernelCell,
    },
};
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    sync::PyOnceLock,
    types::{IntoPyDict, PyType},
};

/// A class whose objects can be merged.
pub trait Merges: Stateful {
    /// Merges another object into this one; both may be the same.
    fn merge(this: &Bound<'_, Self>, other: &Bound<'_, Self>) -> PyResult<()>;

    /// The Python class that users know, once there is one.
    fn public_class(_py: Python<'_>) -> Option<&Py<PyType>> {
        None
    }

    /// A copy for the result of an operator, which holds the same objects as the statistic.
    fn copied<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let copy = new_object::<Self>(&this.as_any().get_type())?;
        this.get().copy_to(this.py(), copy.get())?;
        let attributes = attributes(this.as_any())?;
        if !attributes.is_none() {
            set_attributes(copy.as_any(), &deepcopy(&attributes)?)?;
        }
        Ok(copy.into_any())
    }
}

/// A class whose objects can be unmerged.
pub trait Unmerges: Merges {
    /// Removes what another object has seen; both may be the same.
    fn unmerge(this: &Bound<'_, Self>, other: &Bound<'_, Self>) -> PyResult<()>;
}

impl<T: Class<Kernel: Merge> + Stateful> Merges for T {
    #[inline]
    fn merge(this: &Bound<'_, Self>, other: &Bound<'_, Self>) -> PyResult<()> {
        combine(this.py(), this.get().cell(), other.get().cell(), Merge::merge)
    }

    fn public_class(py: Python<'_>) -> Option<&Py<PyType>> {
        T::public().get(py).map(|public| &public.class)
    }

    #[inline(never)]
    fn copied<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        if is_public::<T>(&this.as_any().get_type()) && attributes(this.as_any())?.is_none() {
            let kernel = this.get().cell().with(this.py(), |kernel| kernel.clone())?;
            return numeric::public_object::<T>(this.py(), kernel);
        }
        deepcopy(this.as_any())
    }
}

impl<T: Class<Kernel: Unmerge> + Stateful> Unmerges for T {
    fn unmerge(this: &Bound<'_, Self>, other: &Bound<'_, Self>) -> PyResult<()> {
        combine(this.py(), this.get().cell(), other.get().cell(), Unmerge::unmerge)
    }
}

/// Merges another kernel into one, or out of it. The locks are held one after the other, so both may be the same.
#[inline]
fn combine<K: Statistic>(
    py: Python<'_>,
    cell: &KernelCell<K>,
    other: &KernelCell<K>,
    action: impl FnOnce(&mut K, &K) -> Result<(), Error>,
) -> PyResult<()> {
    let other = other.with(py, |kernel| kernel.clone())?;
    Ok(cell.with(py, |kernel| action(kernel, &other))??)
}

/// Applies the action to a copy of the first object; NotImplemented for an object of another class.
pub(crate) fn combined<'py, T: Merges>(
    this: &Bound<'py, T>,
    other: &Bound<'py, PyAny>,
    action: impl FnOnce(&Bound<'py, T>, &Bound<'py, T>) -> PyResult<()>,
) -> PyResult<Bound<'py, PyAny>> {
    let Ok(other) = other.cast::<T>() else {
        return foreign(this.as_any(), other, T::public_class(this.py()));
    };
    let result = T::copied(this)?;
    action(result.cast::<T>()?, other)?;
    Ok(result)
}

/// A TypeError for an object that counts as one of the class without being of the same Rust class, as a SEM does with a
/// Var; otherwise NotImplemented.
fn foreign<'py>(
    this: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
    public: Option<&Py<PyType>>,
) -> PyResult<Bound<'py, PyAny>> {
    let (py, kinds) = (this.py(), [this.get_type(), other.get_type()]);
    let counts_as_this = public.map_or(Ok(false), |public| other.is_instance(public.bind(py)))?;
    if counts_as_this || this.is_instance(&kinds[1])? {
        let [left, right] = [kinds[0].name()?, kinds[1].name()?];
        let message = format!("only statistics of the same class can be added or subtracted, got {left} and {right}");
        return Err(PyTypeError::new_err(message));
    }
    Ok(py.NotImplemented().into_bound(py))
}

/// The TypeError that says that an estimate cannot be merged, and what can; NotImplemented for an object of another
/// class.
pub(crate) fn refused<'py, T: Stateful>(
    this: &Bound<'py, T>,
    other: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = this.py();
    if other.cast::<T>().is_err() {
        return Ok(py.NotImplemented().into_bound(py));
    }
    let name = T::CLASS;
    let by = if name == "EWQuantile" { "fading means" } else { "markers" };
    let instead = match name {
        "Quantile" | "EWQuantile" => {
            "stats.RollingQuantile keeps the values of a window and can be merged, as can sketch.KLL"
        }
        "IQR" => "stats.RollingIQR keeps the values of a window and can be merged, as can sketch.KLL(q=[0.25, 0.75])",
        _ => "utils.Rolling keeps the values of a window, so its value is exact",
    };
    let message = format!("{name} is estimated from {by}, which cannot be merged exactly; {instead}");
    Err(PyTypeError::new_err(message))
}

/// A copy of an object by `copy.deepcopy`.
fn deepcopy<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    static DEEPCOPY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    DEEPCOPY.import(object.py(), "copy", "deepcopy")?.call1((object,))
}

fn is_public<T: Class>(class: &Bound<'_, PyType>) -> bool {
    T::public().get(class.py()).is_some_and(|public| public.class.is(class))
}

/// An object of `class` with this kernel. A subclass's `__init__` runs, with `arguments` by name.
pub(crate) fn from_kernel<'py, T: Class>(
    class: &Bound<'py, PyType>,
    kernel: T::Kernel,
    arguments: &[(&str, i128)],
) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    if is_public::<T>(class) {
        return numeric::public_object::<T>(py, kernel);
    }
    let object = class.call((), Some(&arguments.into_py_dict(py)?))?;
    object.cast::<T>()?.get().set(py, kernel)?;
    Ok(object)
}
