//! How links call objects of public classes with unboxed numbers.

use crate::{
    kernels::traits::{Statistic, write_value},
    python::{
        columns::values::Values, convert::number::Number, erased::numbers::Reading, sync::kernel_cell::HoldsKernel,
    },
};
use pyo3::{exceptions::PyTypeError, prelude::*, sync::MutexExt, types::PyType};
use std::{
    collections::BTreeMap,
    marker::PhantomData,
    sync::{Mutex, PoisonError},
};

/// A value that passes through a link.
#[derive(IntoPyObject)]
pub enum Value<'py> {
    Number(f64),
    Object(Bound<'py, PyAny>),
}

/// The numbers of a column, and what they were read from, unless a statistic has computed them.
#[derive(Clone, Copy)]
pub struct Column<'a, 'py> {
    pub xs: &'a [f64],
    pub source: Option<&'a Values<'py>>,
}

/// The methods of objects of one public class.
pub trait Native: Sync {
    fn update<'py>(&self, object: &Bound<'py, PyAny>, x: Value<'py>) -> PyResult<()>;
    fn get<'py>(&self, object: &Bound<'py, PyAny>) -> PyResult<Option<Value<'py>>>;

    /// Whether the class takes more than numbers.
    fn takes_objects(&self) -> bool {
        false
    }

    /// Whether the object, after updates with numbers, returns only a number, several numbers or None.
    fn is_numeric(&self, _object: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(true)
    }

    /// How many numbers a value is, where it is several.
    fn width(&self, _object: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
        Ok(None)
    }

    /// Whether the object counts missing values.
    fn counts_missing(&self, _object: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(false)
    }

    fn update_many(&self, object: &Bound<'_, PyAny>, column: Column<'_, '_>) -> PyResult<()>;

    /// Writes the value after each number to `values`, which is as long as the column, times the width; and the value
    /// before the first to `before`.
    fn accumulate(
        &self,
        object: &Bound<'_, PyAny>,
        column: Column<'_, '_>,
        values: &mut [f64],
        before: &mut [f64],
    ) -> PyResult<()>;

    /// Writes the values that there are, each of which is a single number, one after the other to `values`, which is as
    /// long as the column. If there is not one for each number, returns for which numbers there is one.
    fn pass(
        &self,
        object: &Bound<'_, PyAny>,
        column: Column<'_, '_>,
        values: &mut Vec<f64>,
    ) -> PyResult<Option<Vec<bool>>>;
}

/// Objects of a subclass of T.
struct Of<T>(PhantomData<fn() -> T>);

impl<T: HoldsKernel<Kernel: Statistic<Input = f64>>> Native for Of<T> {
    fn update<'py>(&self, object: &Bound<'py, PyAny>, x: Value<'py>) -> PyResult<()> {
        let x = match x {
            Value::Number(x) => x,
            Value::Object(x) => Number::extract(x.as_borrowed())?.0,
        };
        object.cast::<T>()?.get().cell().with(object.py(), |kernel| kernel.update(x))
    }

    fn get<'py>(&self, object: &Bound<'py, PyAny>) -> PyResult<Option<Value<'py>>> {
        let (py, cell) = (object.py(), object.cast::<T>()?.get().cell());
        if let Some(number) = cell.with(py, |kernel| kernel.width().is_none().then(|| kernel.get()))? {
            return Ok(number.map(Value::Number));
        }
        match cell.with(py, |kernel| Reading::of(kernel))? {
            Reading::Several(_, Some(numbers)) => Ok(Some(Value::Object(numbers.into_pyobject(py)?))),
            _ => Ok(None),
        }
    }

    fn width(&self, object: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
        Ok(object.cast::<T>()?.get().cell().try_with(object.py(), |kernel| kernel.width())?.flatten())
    }

    fn counts_missing(&self, object: &Bound<'_, PyAny>) -> PyResult<bool> {
        let counts = object.cast::<T>()?.get().cell().try_with(object.py(), |kernel| kernel.counts_missing())?;
        Ok(counts.unwrap_or(false))
    }

    fn update_many(&self, object: &Bound<'_, PyAny>, Column { xs, .. }: Column<'_, '_>) -> PyResult<()> {
        object.cast::<T>()?.get().cell().with_many(object.py(), xs.len(), |kernel| kernel.update_many(xs))
    }

    fn accumulate(
        &self,
        object: &Bound<'_, PyAny>,
        Column { xs, .. }: Column<'_, '_>,
        values: &mut [f64],
        before: &mut [f64],
    ) -> PyResult<()> {
        let accumulated = object.cast::<T>()?.get().cell().with_many(object.py(), xs.len(), |kernel| {
            let is_as_asked = kernel.width().unwrap_or(1) == before.len();
            if is_as_asked {
                write_value(kernel, before);
                kernel.accumulate(xs, values);
            }
            is_as_asked
        })?;
        if accumulated { Ok(()) } else { Err(PyTypeError::new_err("the statistic was replaced during the call")) }
    }

    fn pass(
        &self,
        object: &Bound<'_, PyAny>,
        Column { xs, .. }: Column<'_, '_>,
        values: &mut Vec<f64>,
    ) -> PyResult<Option<Vec<bool>>> {
        object.cast::<T>()?.get().cell().with_many(object.py(), xs.len(), |kernel| {
            let before = kernel.clone();
            kernel.accumulate(xs, values);
            if !values.iter().any(|value| value.is_nan()) {
                return None;
            }
            // NaN stands for no value, but may also be a value.
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

/// The public classes with native methods, by the address of their type. They live as long as the process.
static NATIVE: Mutex<BTreeMap<usize, &'static dyn Native>> = Mutex::new(BTreeMap::new());

/// How to call the object natively, if its class is one of those and not a subclass with its own methods.
pub fn of(object: &Bound<'_, PyAny>) -> Option<&'static dyn Native> {
    let class = object.get_type_ptr() as usize;
    NATIVE.lock_py_attached(object.py()).unwrap_or_else(PoisonError::into_inner).get(&class).copied()
}

/// Lets links call the objects of `class`, T's or a subclass of it, natively.
pub fn register<T: HoldsKernel<Kernel: Statistic<Input = f64>>>(class: &Bound<'_, PyType>) {
    insert(class, &Of::<T>(PhantomData));
}

/// Lets links call the objects of `class` by these methods.
pub fn insert(class: &Bound<'_, PyType>, native: &'static dyn Native) {
    let key = class.as_type_ptr() as usize;
    NATIVE.lock_py_attached(class.py()).unwrap_or_else(PoisonError::into_inner).insert(key, native);
}
