//! How objects of public classes are called with numbers that are not boxed, for links.

use crate::{kernels::traits::Statistic, python::sync::kernel_cell::HoldsKernel};
use pyo3::{prelude::*, sync::MutexExt, types::PyType};
use std::{
    collections::BTreeMap,
    marker::PhantomData,
    sync::{Mutex, PoisonError},
};

/// The methods of objects of one public class.
pub trait Native: Sync {
    fn update(&self, object: &Bound<'_, PyAny>, x: f64) -> PyResult<()>;
    fn get(&self, object: &Bound<'_, PyAny>) -> PyResult<Option<f64>>;

    fn update_many(&self, object: &Bound<'_, PyAny>, xs: &[f64]) -> PyResult<()>;

    /// Writes the value after each number into `values`, which is as long; returns the value before.
    fn accumulate(&self, object: &Bound<'_, PyAny>, xs: &[f64], values: &mut [f64]) -> PyResult<Option<f64>>;

    /// Writes the values that there are, one after the other, into `values`, which is as long as `xs`. If that is not one
    /// for each number, says for which.
    fn pass(&self, object: &Bound<'_, PyAny>, xs: &[f64], values: &mut Vec<f64>) -> PyResult<Option<Vec<bool>>>;
}

/// Objects of a subclass of T.
struct Of<T>(PhantomData<fn() -> T>);

impl<T: HoldsKernel<Kernel: Statistic<Input = f64>>> Native for Of<T> {
    fn update(&self, object: &Bound<'_, PyAny>, x: f64) -> PyResult<()> {
        object.cast::<T>()?.get().cell().with(object.py(), |kernel| kernel.update(x))
    }

    fn get(&self, object: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
        object.cast::<T>()?.get().cell().with(object.py(), |kernel| kernel.get())
    }

    fn update_many(&self, object: &Bound<'_, PyAny>, xs: &[f64]) -> PyResult<()> {
        object.cast::<T>()?.get().cell().with_many(object.py(), xs.len(), |kernel| kernel.update_many(xs))
    }

    fn accumulate(&self, object: &Bound<'_, PyAny>, xs: &[f64], values: &mut [f64]) -> PyResult<Option<f64>> {
        object.cast::<T>()?.get().cell().with_many(object.py(), xs.len(), |kernel| {
            let before = kernel.get();
            kernel.accumulate(xs, values);
            before
        })
    }

    fn pass(&self, object: &Bound<'_, PyAny>, xs: &[f64], values: &mut Vec<f64>) -> PyResult<Option<Vec<bool>>> {
        object.cast::<T>()?.get().cell().with_many(object.py(), xs.len(), |kernel| {
            let before = kernel.clone();
            kernel.accumulate(xs, values);
            if !values.iter().any(|value| value.is_nan()) {
                return None;
            }
            // Where there is no value, there stands NaN, which may also be one.
            *kernel = before;
            values.clear();
            let mut through = Vec::with_capacity(xs.len());
            for &x in xs {
                kernel.update(x);
                let value = kernel.get();
                through.push(value.is_some());
                values.extend(value);
            }
            Some(through)
        })
    }
}

/// The public classes of numbers, by the address of their type. They live as long as the process.
static NATIVE: Mutex<BTreeMap<usize, &'static dyn Native>> = Mutex::new(BTreeMap::new());

/// How to call the object natively, if its class is one of those and no subclass with methods of its own.
pub fn of(object: &Bound<'_, PyAny>) -> Option<&'static dyn Native> {
    let class = object.get_type_ptr() as usize;
    NATIVE.lock_py_attached(object.py()).unwrap_or_else(PoisonError::into_inner).get(&class).copied()
}

/// Lets links call the objects of `class`, T's or a subclass of it, natively.
pub fn register<T: HoldsKernel<Kernel: Statistic<Input = f64>>>(class: &Bound<'_, PyType>) {
    let key = class.as_type_ptr() as usize;
    let native = &Of::<T>(PhantomData);
    NATIVE.lock_py_attached(class.py()).unwrap_or_else(PoisonError::into_inner).insert(key, native);
}
