//! How one statistic is made of two.

use crate::{
    Error,
    kernels::traits::Statistic,
    python::{
        classes::numeric::{self, Class},
        state::pickle::attributes,
        sync::kernel_cell::KernelCell,
    },
};
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    sync::PyOnceLock,
    types::{IntoPyDict, PyType},
};

/// Merges another kernel into one, or out of it. The locks are held one after the other, so both may be the same.
pub(crate) fn combine<K: Statistic>(
    py: Python<'_>,
    cell: &KernelCell<K>,
    other: &KernelCell<K>,
    action: impl FnOnce(&mut K, &K) -> Result<(), Error>,
) -> PyResult<()> {
    let other = other.with(py, |kernel| kernel.clone())?;
    Ok(cell.with(py, |kernel| action(kernel, &other))??)
}

/// As [`combine`], into a copy of the first; NotImplemented for what is of another class.
pub(crate) fn combined<'py, T: Class>(
    this: &Bound<'py, T>,
    other: &Bound<'py, PyAny>,
    action: impl FnOnce(&mut T::Kernel, &T::Kernel) -> Result<(), Error>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = this.py();
    let Ok(other) = other.cast::<T>() else { return foreign(this, other) };
    let result = copy(this)?;
    combine(py, result.cast::<T>()?.get().cell(), other.get().cell(), action)?;
    Ok(result)
}

/// What counts as one of the class without being derived from it, as SEM does with Var, is told why that is not enough.
fn foreign<'py, T: Class>(this: &Bound<'py, T>, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let (py, kinds) = (this.py(), [this.as_any().get_type(), other.get_type()]);
    let counts_as_this = T::public().get(py).map_or(Ok(false), |public| other.is_instance(public.bind(py)))?;
    if counts_as_this || this.as_any().is_instance(&kinds[1])? {
        let [left, right] = [kinds[0].name()?, kinds[1].name()?];
        let message = format!("only statistics of the same class can be added or subtracted, got {left} and {right}");
        return Err(PyTypeError::new_err(message));
    }
    Ok(py.NotImplemented().into_bound(py))
}

/// What `copy.deepcopy` makes of an object; of the public class itself without asking it.
fn copy<'py, T: Class>(this: &Bound<'py, T>) -> PyResult<Bound<'py, PyAny>> {
    static DEEPCOPY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = this.py();
    if is_public::<T>(&this.as_any().get_type()) && attributes(this.as_any())?.is_none() {
        let kernel = this.get().cell().with(py, |kernel| kernel.clone())?;
        return numeric::public_object::<T>(py, kernel);
    }
    DEEPCOPY.import(py, "copy", "deepcopy")?.call1((this,))
}

fn is_public<T: Class>(class: &Bound<'_, PyType>) -> bool {
    T::public().get(class.py()).is_some_and(|public| public.is(class))
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
    object.cast::<T>()?.get().cell().set(py, kernel)?;
    Ok(object)
}
