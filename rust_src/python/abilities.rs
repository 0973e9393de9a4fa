//! What a class of the table gets for each word in its row.
//!
//! PyO3 classes cannot be generic, so the methods are macros; what they do stands in generic functions.

use super::{
    cell::Cell,
    fast::{self, Holds},
    state,
};
use crate::{Error, kernels::Statistic};
use pyo3::{
    prelude::*,
    sync::PyOnceLock,
    types::{IntoPyDict, PyBytes, PyDict, PyString, PyTuple, PyType},
};

/// A `Rs*` class: its kernel, the kernel's name in states, and the words of its row.
///
/// `__new__` takes whatever a subclass's `__init__` takes and leaves the cell empty; `__init__` makes the kernel. So
/// a subclass may have another signature and call `super().__init__`, as with a class written in Python.
macro_rules! class {
    ($rust:ident = $name:literal, $kernel:ty, ($($param:ident $(in $owner:ident)? : $kind:ty $(= $default:expr)?),*),
     $($ability:ident)*) => {
        #[pyclass(module = "river.stats._rust_stats", subclass, frozen)]
        pub struct $rust(Cell<$kernel>);

        #[pymethods]
        impl $rust {
            #[new]
            #[pyo3(signature = (*_args, **_kwargs))]
            fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
                Self(Cell::empty())
            }

            #[pyo3(signature = ($($param $(= $default)?),*))]
            fn __init__(&self, py: Python<'_>, $($param: $kind),*) -> PyResult<()> {
                self.0.set(py, abilities::Made::kernel(<$kernel>::new($($param.into()),*))?);
                Ok(())
            }

            $(
                #[getter]
                fn $param(&self, py: Python<'_>) -> PyResult<$kind> {
                    self.0.with(py, |kernel| kernel.$($owner.)?$param.into())
                }
            )*

            /// Return the parameters and the state as bytes.
            ///
            /// They carry a format version, the class and a checksum. Attributes that a subclass has added are not among them; pickle
            /// keeps those too.
            ///
            /// Returns
            /// -------
            /// The bytes, for `from_bytes` of the same class.
            fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
                abilities::to_bytes(py, $name, &self.0)
            }

            /// Return the statistic that the bytes hold.
            ///
            /// It is safe to read bytes from anywhere: they are checked as a whole and then in their parts.
            ///
            /// Parameters
            /// ----------
            /// data
            ///     What `to_bytes` returned, in this or an earlier version of the package.
            ///
            /// Returns
            /// -------
            /// A new object of the class. Where the class has an `__init__` of its own, it is not called.
            ///
            /// Raises
            /// ------
            /// ValueError
            ///     If the bytes were changed or cut off, are those of another class, or hold a state that no stream of updates can
            ///     lead to.
            #[classmethod]
            fn from_bytes<'py>(cls: &Bound<'py, PyType>, data: &[u8]) -> PyResult<Bound<'py, PyAny>> {
                let py = cls.py();
                let object = cls.call_method1("__new__", (cls,))?;
                object.cast::<Self>()?.get().0.set(py, state::decode($name, data)?);
                Ok(object)
            }

            fn __getstate__<'py>(this: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyAny>)> {
                let py = this.py();
                Ok((abilities::to_bytes(py, $name, &this.get().0)?, abilities::attributes(this.as_any())?))
            }

            fn __setstate__(this: &Bound<'_, Self>, state: &Bound<'_, PyAny>) -> PyResult<()> {
                let py = this.py();
                let (data, attributes): (Bound<'_, PyBytes>, Bound<'_, PyAny>) = state.extract()?;
                let kernel = state::decode($name, data.as_bytes())?;
                abilities::set_attributes(this.as_any(), &attributes)?;
                this.get().0.set(py, kernel);
                Ok(())
            }

            fn __reduce__<'py>(this: &Bound<'py, Self>) -> PyResult<abilities::Reduced<'py>> {
                abilities::reduce(this.as_any())
            }
        }

        impl fast::Holds for $rust {
            type Kernel = $kernel;

            #[inline]
            fn cell(&self) -> &Cell<$kernel> {
                &self.0
            }

            const NAMES: window::Names = window::Names {
                statistic: $name,
                rolling: concat!("Rolling(", $name, ")"),
                time_rolling: concat!("TimeRolling(", $name, ")"),
            };

            fn public() -> &'static PyOnceLock<Py<PyType>> {
                static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
                &CLASS
            }
        }

        $(abilities::$ability! { $rust })*
    };
}
pub(super) use class;

pub(super) use super::{parts::*, window::rolls};

/// A method that takes an observation, with a weight or without.
macro_rules! observation {
    ($rust:ident.$method:ident $signature:literal ($($x:ident),+ $(; $w:ident)?), $kernel:ident => $action:expr) => {
        #[pymethods]
        impl $rust {
            #[pyo3(signature = ($($x),+ $(, $w = Number(1.0))?), text_signature = $signature)]
            fn $method(&self, py: Python<'_>, $($x: Number),+ $(, $w: Number)?) -> PyResult<()> {
                $(let $x = $x.0;)+
                $(let $w = $w.0;)?
                Ok(self.0.with(py, |$kernel| $action)??)
            }
        }
    };
}
pub(super) use observation;

/// A statistic of numbers: `update(x)`, `get()`, `n`, and whole columns.
macro_rules! number {
    ($rust:ident) => {
        abilities::observation! { $rust.update "($self, x)" (x), kernel => abilities::done(kernel.update(x)) }
        abilities::value! { $rust }
        abilities::count! { $rust }
        abilities::columns! { $rust "($self, X)" (X) }
    };
}
pub(super) use number;

/// A statistic of numbers whose value is no number: `update(x)`, `n`.
macro_rules! number_in {
    ($rust:ident) => {
        abilities::observation! { $rust.update "($self, x)" (x), kernel => abilities::done(kernel.update(x)) }
        abilities::count! { $rust }

        #[pymethods]
        #[allow(non_snake_case, reason = "upper case is what columns are called in Python")]
        impl $rust {
            fn update_many(&self, X: &Bound<'_, PyAny>) -> PyResult<()> {
                batch::update_many(&self.0, &[X])
            }

            fn accumulate<'py>(this: &Bound<'py, Self>, X: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                batch::accumulate_each(
                    this.as_any(),
                    &this.get().0,
                    &[X],
                    <Self as fast::Holds>::Kernel::extremes,
                    extremes,
                )
            }
        }
    };
}
pub(super) use number_in;

/// A statistic whose observations, if there is more to them than that they happen, come at points in time: `update` with
/// `t`, `get()`, `n`.
macro_rules! timed {
    ($rust:ident $signature:literal ($($x:ident),*), $t:ident: $time:ty $(= $default:expr)?) => {
        #[pymethods]
        impl $rust {
            #[pyo3(signature = ($($x,)* $t $(= $default)?), text_signature = $signature)]
            fn update(&self, py: Python<'_>, $($x: Number,)* $t: $time) -> PyResult<()> {
                $(let $x = $x.0;)*
                Ok(self.0.with(py, |kernel| kernels::update_at(kernel, ($($x),*), $t.into()))??)
            }
        }

        abilities::value! { $rust }
        abilities::count! { $rust }
    };
}
pub(super) use timed;

/// A statistic of numbers that come at points in time: `update(x, t=None)`, `get()`, `n`.
macro_rules! timed_number {
    ($rust:ident) => {
        abilities::timed! { $rust "($self, x, t=None)" (x), t: OptionalTime = OptionalTime(None) }
        abilities::columns! { $rust "($self, X, t=None)" (X; t => Timed::update_at) }
    };
}
pub(super) use timed_number;

/// A statistic of pairs of numbers that come at points in time: `update(x, y, t=None)`, `get()`, `n`.
macro_rules! timed_pair {
    ($rust:ident) => {
        abilities::timed! { $rust "($self, x, y, t=None)" (x, y), t: OptionalTime = OptionalTime(None) }
        abilities::columns! { $rust "($self, X, Y, t=None)" (X, Y; t => Timed::update_at) }
    };
}
pub(super) use timed_pair;

/// A statistic of the times of events: `update(t)`, `get()`, `n`.
macro_rules! event {
    ($rust:ident) => {
        abilities::timed! { $rust "($self, t)" (), t: Time }

        #[pymethods]
        impl $rust {
            fn update_many(&self, t: &Bound<'_, PyAny>) -> PyResult<()> {
                batch::update_beside(&self.0, &[], t, Timed::update_at)
            }

            fn accumulate<'py>(this: &Bound<'py, Self>, t: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                batch::accumulate_beside(this.as_any(), &this.get().0, &[], t, Timed::update_at)
            }
        }
    };
}
pub(super) use event;

/// A statistic of pairs of numbers: `update(x, y)`, `get()`, `n`.
macro_rules! pair {
    ($rust:ident) => {
        abilities::observation! { $rust.update "($self, x, y)" (x, y), kernel => abilities::done(kernel.update((x, y))) }
        abilities::value! { $rust }
        abilities::count! { $rust }
        abilities::columns! { $rust "($self, X, Y)" (X, Y) }
    };
}
pub(super) use pair;

/// What does not look at the observations: `update(x=None)`, and their number as `get()` and `n`.
macro_rules! anything {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            #[pyo3(signature = (x = None))]
            fn update(&self, py: Python<'_>, x: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
                let _ = x;
                self.0.with(py, |kernel| kernel.update(()))
            }

            /// For windows: the oldest observation leaves.
            #[pyo3(signature = (x = None))]
            fn _revert(&self, py: Python<'_>, x: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
                let _ = x;
                Ok(self.0.with(py, |kernel| Revert::revert(kernel, ()))??)
            }

            fn get(&self, py: Python<'_>) -> PyResult<u64> {
                self.n(py)
            }
        }

        #[pymethods]
        #[allow(non_snake_case, reason = "upper case is what columns are called in Python")]
        impl $rust {
            fn update_many(&self, py: Python<'_>, X: &Bound<'_, PyAny>) -> PyResult<()> {
                let present = object_columns::counted(X)?;
                self.0.with(py, |kernel| kernel.update_times(present.count()))
            }

            fn accumulate<'py>(this: &Bound<'py, Self>, X: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                if columns::is_iterator(X) {
                    return batch::Accumulation::over(this.as_any(), &[X], None);
                }
                let (py, present) = (this.py(), object_columns::counted(X)?);
                let before = this.get().0.with(py, |kernel| {
                    let before = kernel.n() as u64;
                    kernel.update_times(present.count());
                    before
                })?;
                Ok(object_columns::counts(py, present, before))
            }
        }

        abilities::count! { $rust }
    };
}
pub(super) use anything;

/// A statistic of numbers with frequency weights: `update(x, w=1.0)`, `get()`, `n`.
macro_rules! weighted {
    ($rust:ident) => {
        abilities::observation! { $rust.update "($self, x, w=1.0)" (x; w), kernel => kernel.update_weighted(x, w) }
        abilities::value! { $rust }
        abilities::weight! { $rust }
        abilities::columns! { $rust "($self, X, w=None)" (X; w => Weighted::update_weighted) }
    };
}
pub(super) use weighted;

/// A statistic of pairs of numbers with frequency weights: `update(x, y, w=1.0)`, `get()`, `n`.
macro_rules! weighted_pair {
    ($rust:ident) => {
        abilities::observation! {
            $rust.update "($self, x, y, w=1.0)" (x, y; w), kernel => kernel.update_weighted((x, y), w)
        }
        abilities::value! { $rust }
        abilities::weight! { $rust }
        abilities::columns! { $rust "($self, X, Y, w=None)" (X, Y; w => Weighted::update_weighted) }
    };
}
pub(super) use weighted_pair;

/// `revert(x)`
#[allow(unused_macros, reason = "part of the vocabulary, whichever classes use it")]
macro_rules! revert {
    ($rust:ident) => {
        abilities::observation! { $rust.revert "($self, x)" (x), kernel => kernel.revert(x) }
    };
}
#[allow(unused_imports, reason = "part of the vocabulary, whichever classes use it")]
pub(super) use revert;

/// `revert(x, y)`
macro_rules! pair_revert {
    ($rust:ident) => {
        abilities::observation! { $rust.revert "($self, x, y)" (x, y), kernel => Revert::revert(kernel, (x, y)) }
    };
}
pub(super) use pair_revert;

/// `revert(x, w=1.0)`
macro_rules! weighted_revert {
    ($rust:ident) => {
        abilities::observation! { $rust.revert "($self, x, w=1.0)" (x; w), kernel => kernel.revert_weighted(x, w) }
    };
}
pub(super) use weighted_revert;

/// `revert(x, y, w=1.0)`
macro_rules! weighted_pair_revert {
    ($rust:ident) => {
        abilities::observation! {
            $rust.revert "($self, x, y, w=1.0)" (x, y; w), kernel => kernel.revert_weighted((x, y), w)
        }
    };
}
pub(super) use weighted_pair_revert;

/// `a + b` and `a += b`.
macro_rules! merge {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            fn __iadd__(&self, py: Python<'_>, other: &Bound<'_, Self>) -> PyResult<()> {
                abilities::combine(py, &self.0, &other.get().0, Merge::merge)
            }

            fn __add__<'py>(slf: &Bound<'py, Self>, other: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                abilities::combined(slf, other, Merge::merge)
            }
        }
    };
}
pub(super) use merge;

/// `a - b` and `a -= b`.
macro_rules! unmerge {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            fn __isub__(&self, py: Python<'_>, other: &Bound<'_, Self>) -> PyResult<()> {
                abilities::combine(py, &self.0, &other.get().0, Unmerge::unmerge)
            }

            fn __sub__<'py>(slf: &Bound<'py, Self>, other: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                abilities::combined(slf, other, Unmerge::unmerge)
            }
        }
    };
}
pub(super) use unmerge;

/// `ddof` can be set: it enters `get` only.
macro_rules! settable_ddof {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            #[setter(ddof)]
            fn set_ddof(&self, py: Python<'_>, ddof: Integer) -> PyResult<()> {
                let ddof = kernels::check::at_least_zero("ddof", ddof.0)?;
                self.0.with(py, |kernel| kernel.ddof = ddof)
            }
        }
    };
}
pub(super) use settable_ddof;

/// `update_many` and `accumulate` of the columns that are named, perhaps with a further one that `take` takes in beside
/// each observation.
macro_rules! columns {
    ($rust:ident $signature:literal ($($column:ident),+ $(; $beside:ident => $take:expr)?)) => {
        #[pymethods]
        #[allow(non_snake_case, reason = "upper case is what columns are called in Python")]
        impl $rust {
            #[pyo3(signature = ($($column),+ $(, $beside = None)?), text_signature = $signature)]
            fn update_many(
                &self,
                $($column: &Bound<'_, PyAny>,)+
                $($beside: Option<&Bound<'_, PyAny>>,)?
            ) -> PyResult<()> {
                let columns = [$($column),+];
                $(if let Some(beside) = $beside {
                    return batch::update_beside(&self.0, &columns, beside, $take);
                })?
                batch::update_many(&self.0, &columns)
            }

            #[pyo3(signature = ($($column),+ $(, $beside = None)?), text_signature = $signature)]
            fn accumulate<'py>(
                this: &Bound<'py, Self>,
                $($column: &Bound<'py, PyAny>,)+
                $($beside: Option<&Bound<'py, PyAny>>,)?
            ) -> PyResult<Bound<'py, PyAny>> {
                let columns = [$($column),+];
                $(if let Some(beside) = $beside {
                    return batch::accumulate_beside(this.as_any(), &this.get().0, &columns, beside, $take);
                })?
                batch::accumulate(this.as_any(), &this.get().0, &columns)
            }
        }
    };
}
pub(super) use columns;

/// `update_many` and `accumulate` of columns of objects.
macro_rules! object_columns {
    ($rust:ident ($($column:ident),+)) => {
        #[pymethods]
        #[allow(non_snake_case, reason = "upper case is what columns are called in Python")]
        impl $rust {
            fn update_many(&self, $($column: &Bound<'_, PyAny>),+) -> PyResult<()> {
                object_columns::update_many(&self.0, [$($column),+])
            }

            fn accumulate<'py>(
                this: &Bound<'py, Self>,
                $($column: &Bound<'py, PyAny>),+
            ) -> PyResult<Bound<'py, PyAny>> {
                object_columns::accumulate(this.as_any(), &this.get().0, [$($column),+])
            }
        }
    };
}
pub(super) use object_columns;

/// `get()`, a float or None.
macro_rules! value {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            fn get(&self, py: Python<'_>) -> PyResult<Option<f64>> {
                self.0.with(py, |kernel| kernel.get())
            }
        }
    };
}
pub(super) use value;

/// `n`, the number of observations as an int.
macro_rules! count {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            #[getter]
            fn n(&self, py: Python<'_>) -> PyResult<u64> {
                self.0.with(py, |kernel| kernel.n() as u64)
            }
        }
    };
}
pub(super) use count;

/// `n`, the total weight as a float.
macro_rules! weight {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            #[getter]
            fn n(&self, py: Python<'_>) -> PyResult<f64> {
                self.0.with(py, |kernel| kernel.n())
            }
        }
    };
}
pub(super) use weight;

/// What an action that cannot fail returns.
pub(super) fn done((): ()) -> Result<(), Error> {
    Ok(())
}

/// Merges another kernel into one, or out of it. The locks are held one after the other, so both may be the same.
pub(super) fn combine<K: Statistic>(
    py: Python<'_>,
    cell: &Cell<K>,
    other: &Cell<K>,
    action: impl FnOnce(&mut K, &K) -> Result<(), Error>,
) -> PyResult<()> {
    let other = other.with(py, |kernel| kernel.clone())?;
    Ok(cell.with(py, |kernel| action(kernel, &other))??)
}

/// As [`combine`], into a copy of the first.
pub(super) fn combined<'py, T: Holds>(
    this: &Bound<'py, T>,
    other: &Bound<'py, T>,
    action: impl FnOnce(&mut T::Kernel, &T::Kernel) -> Result<(), Error>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = this.py();
    let result = copy(this)?;
    combine(py, result.cast::<T>()?.get().cell(), other.get().cell(), action)?;
    Ok(result)
}

/// What `copy.deepcopy` makes of an object; of the public class itself without asking it.
fn copy<'py, T: Holds>(this: &Bound<'py, T>) -> PyResult<Bound<'py, PyAny>> {
    static DEEPCOPY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = this.py();
    if is_public::<T>(&this.as_any().get_type()) && attributes(this.as_any())?.is_none() {
        let kernel = this.get().cell().with(py, |kernel| kernel.clone())?;
        return fast::make::<T>(py, kernel);
    }
    DEEPCOPY.import(py, "copy", "deepcopy")?.call1((this,))
}

fn is_public<T: Holds>(class: &Bound<'_, PyType>) -> bool {
    T::public().get(class.py()).is_some_and(|public| public.is(class))
}

/// An object of `class` with this kernel. A subclass's `__init__` runs, with `arguments` by name.
pub(super) fn made<'py, T: Holds>(
    class: &Bound<'py, PyType>,
    kernel: T::Kernel,
    arguments: &[(&str, i128)],
) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    if is_public::<T>(class) {
        return fast::make::<T>(py, kernel);
    }
    let object = class.call((), Some(&arguments.into_py_dict(py)?))?;
    object.cast::<T>()?.get().cell().set(py, kernel);
    Ok(object)
}

/// What a kernel's `new` returns: the kernel, or an error where parameters can be wrong.
pub(super) trait Made<K> {
    fn kernel(self) -> Result<K, Error>;
}

impl<K> Made<K> for K {
    fn kernel(self) -> Result<K, Error> {
        Ok(self)
    }
}

impl<K> Made<K> for Result<K, Error> {
    fn kernel(self) -> Result<K, Error> {
        self
    }
}

pub(super) fn to_bytes<'py, K: Statistic>(
    py: Python<'py>,
    class: &'static str,
    cell: &Cell<K>,
) -> PyResult<Bound<'py, PyBytes>> {
    let bytes = cell.with(py, |kernel| state::encode(class, kernel))??;
    Ok(PyBytes::new(py, &bytes))
}

/// `copyreg.__newobj__(cls)` followed by `__setstate__`: it serves every pickle protocol, and `copy` as well.
pub(super) type Reduced<'py> = (Bound<'py, PyAny>, (Bound<'py, PyType>,), Bound<'py, PyAny>);

pub(super) fn reduce<'py>(object: &Bound<'py, PyAny>) -> PyResult<Reduced<'py>> {
    static NEW_OBJECT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let new_object = NEW_OBJECT.import(object.py(), "copyreg", "__newobj__")?;
    Ok((new_object.clone(), (object.get_type(),), object.call_method0("__getstate__")?))
}

/// The attributes a subclass has added, as `object.__getstate__` gives them: None, a dict, or a pair of a dict (or
/// None) and the dict of its slots.
pub(super) fn attributes<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    object.py().get_type::<PyAny>().call_method1("__getstate__", (object,))
}

pub(super) fn set_attributes(object: &Bound<'_, PyAny>, attributes: &Bound<'_, PyAny>) -> PyResult<()> {
    if attributes.is_none() {
        return Ok(());
    }
    let (instance, slots) = match attributes.cast::<PyTuple>() {
        Ok(pair) => (pair.get_item(0)?, pair.get_item(1)?),
        Err(_) => (attributes.clone(), attributes.py().None().into_bound(attributes.py())),
    };
    for values in [instance, slots] {
        if values.is_none() {
            continue;
        }
        for (name, value) in values.cast_into::<PyDict>()? {
            object.setattr(name.cast_into::<PyString>()?, value)?;
        }
    }
    Ok(())
}
