//! What a class of the table gets for each word in its row.
//!
//! PyO3 classes cannot be generic, so the methods are macros; what they do stands in generic functions.

pub(crate) use crate::python::{
    classes::{accessors::*, merging::*},
    window::build::rolls,
};

/// A statistic of numbers: `update(x)`, `get()`, `n`, and whole columns.
macro_rules! number {
    ($rust:ident) => {
        methods::count! { $rust }
        methods::columns! { $rust "($self, X)" (X) }
    };
}
pub(crate) use number;

/// A statistic of numbers whose value is no number: `update(x)`, `n`.
macro_rules! number_in {
    ($rust:ident) => {
        methods::count! { $rust }

        #[pymethods]
        #[allow(non_snake_case, reason = "upper case is what columns are called in Python")]
        impl $rust {
            #[doc = docs::update_many!()]
            fn update_many(&self, X: &Bound<'_, PyAny>) -> PyResult<()> {
                batch::update_many(&self.0, &[X])
            }

            #[doc = docs::accumulate!()]
            fn accumulate<'py>(this: &Bound<'py, Self>, X: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                batch::accumulate_each(
                    this.as_any(),
                    &this.get().0,
                    &[X],
                    <Self as HoldsKernel>::Kernel::extremes,
                    extremes,
                )
            }
        }
    };
}
pub(crate) use number_in;

/// A statistic of numbers that come at points in time: `update(x, t=None)`, `get()`, `n`.
macro_rules! timed_number {
    ($rust:ident) => {
        methods::count! { $rust }
        methods::columns! { $rust "($self, X, t=None)" (X; t => Timed::update_at) }
    };
}
pub(crate) use timed_number;

/// A statistic of pairs of numbers that come at points in time: `update(x, y, t=None)`, `get()`, `n`.
macro_rules! timed_pair {
    ($rust:ident) => {
        methods::count! { $rust }
        methods::columns! { $rust "($self, X, Y, t=None)" (X, Y; t => Timed::update_at) }
    };
}
pub(crate) use timed_pair;

/// A statistic of the times of events: `update(t)`, `get()`, `n`.
macro_rules! event {
    ($rust:ident) => {
        methods::count! { $rust }

        #[pymethods]
        impl $rust {
            #[doc = docs::update_many!()]
            fn update_many(&self, t: &Bound<'_, PyAny>) -> PyResult<()> {
                batch::update_beside(&self.0, &[], t, Timed::update_at)
            }

            #[doc = docs::accumulate!()]
            fn accumulate<'py>(this: &Bound<'py, Self>, t: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                batch::accumulate_beside(this.as_any(), &this.get().0, &[], t, Timed::update_at)
            }
        }
    };
}
pub(crate) use event;

/// A statistic of pairs of numbers: `update(x, y)`, `get()`, `n`.
macro_rules! pair {
    ($rust:ident) => {
        methods::count! { $rust }
        methods::columns! { $rust "($self, X, Y)" (X, Y) }
    };
}
pub(crate) use pair;

/// What does not look at the observations: `update(x=None)`, and their number as `get()` and `n`.
macro_rules! anything {
    ($rust:ident) => {
        #[pymethods]
        #[allow(non_snake_case, reason = "upper case is what columns are called in Python")]
        impl $rust {
            #[doc = docs::update_many!()]
            fn update_many(&self, py: Python<'_>, X: &Bound<'_, PyAny>) -> PyResult<()> {
                let present = object_batch::counted(X)?;
                self.0.with(py, |kernel| kernel.update_times(present.count()))
            }

            #[doc = docs::accumulate!()]
            fn accumulate<'py>(this: &Bound<'py, Self>, X: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                if columns::is_iterator(X) {
                    return batch::Accumulation::over(this.as_any(), &[X], None);
                }
                let (py, present) = (this.py(), object_batch::counted(X)?);
                let before = this.get().0.with(py, |kernel| {
                    let before = kernel.n() as u64;
                    kernel.update_times(present.count());
                    before
                })?;
                Ok(object_batch::counts(py, present, before))
            }
        }

        methods::count! { $rust }
    };
}
pub(crate) use anything;

/// A statistic of numbers with frequency weights: `update(x, w=1.0)`, `get()`, `n`.
macro_rules! weighted {
    ($rust:ident) => {
        methods::weight! { $rust }
        methods::columns! { $rust "($self, X, w=None)" (X; w => Weighted::update_weighted) }
    };
}
pub(crate) use weighted;

/// A statistic of pairs of numbers with frequency weights: `update(x, y, w=1.0)`, `get()`, `n`.
macro_rules! weighted_pair {
    ($rust:ident) => {
        methods::weight! { $rust }
        methods::columns! { $rust "($self, X, Y, w=None)" (X, Y; w => Weighted::update_weighted) }
    };
}
pub(crate) use weighted_pair;

/// Nothing but fast methods.
macro_rules! pair_revert {
    ($rust:ident) => {};
}
pub(crate) use {pair_revert, pair_revert as weighted_revert, pair_revert as weighted_pair_revert};

/// `ddof` can be set: it enters `get` only.
macro_rules! settable_ddof {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            #[setter(ddof)]
            fn set_ddof(&self, py: Python<'_>, ddof: Argument<'_, Integer>) -> PyResult<()> {
                let ddof = kernels::numerics::validate::at_least_zero("ddof", ddof.named("ddof")?.0)?;
                self.0.with(py, |kernel| kernel.ddof = ddof)
            }
        }
    };
}
pub(crate) use settable_ddof;

/// `update_many` and `accumulate` of the columns that are named, perhaps with a further one that `take` takes in beside
/// each observation.
macro_rules! columns {
    ($rust:ident $signature:literal ($($column:ident),+ $(; $beside:ident => $take:expr)?)) => {
        #[pymethods]
        #[allow(non_snake_case, reason = "upper case is what columns are called in Python")]
        impl $rust {
            #[doc = docs::update_many!()]
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

            #[doc = docs::accumulate!()]
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
pub(crate) use columns;

/// `update_many` and `accumulate` of columns of objects.
macro_rules! object_columns {
    ($rust:ident ($($column:ident),+)) => {
        #[pymethods]
        #[allow(non_snake_case, reason = "upper case is what columns are called in Python")]
        impl $rust {
            #[doc = docs::update_many!()]
            fn update_many(&self, $($column: &Bound<'_, PyAny>),+) -> PyResult<()> {
                object_batch::update_many(&self.0, [$($column),+])
            }

            #[doc = docs::accumulate!()]
            fn accumulate<'py>(
                this: &Bound<'py, Self>,
                $($column: &Bound<'py, PyAny>),+
            ) -> PyResult<Bound<'py, PyAny>> {
                object_batch::accumulate(this.as_any(), &this.get().0, [$($column),+])
            }
        }
    };
}
pub(crate) use object_columns;

/// `n`, the number of observations as an int.
macro_rules! count {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            #[doc = docs::n!()]
            #[getter]
            fn n(&self, py: Python<'_>) -> PyResult<u64> {
                self.0.with(py, |kernel| kernel.n() as u64)
            }
        }
    };
}
pub(crate) use count;

/// `n`, the total weight as a float.
macro_rules! weight {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            #[doc = docs::n!()]
            #[getter]
            fn n(&self, py: Python<'_>) -> PyResult<f64> {
                self.0.with(py, |kernel| kernel.n())
            }
        }
    };
}
pub(crate) use weight;
