//! The abilities in the rows of the table: what each gives a class.
//!
//! An ability is a macro with two rules. `methods` writes the `#[pymethods]`, since PyO3 classes cannot be generic;
//! these delegate to generic functions. `install` gives a class fast methods.

/// `update(x)`, `get()`, `n`, and columns: of numbers.
macro_rules! number {
    (methods $rust:ident) => {
        methods::count! { $rust }
        methods::columns! { $rust "($self, X)" (X) }
    };
    (install $rust:ident $class:ident) => {
        methods::windows! { $rust $class, Shape::Numbers { count: 1, weighted: false }, |kernel, x, _, _| { kernel.update(x); Ok(()) } }
        native::register::<$rust>($class);
        install::<$rust, calls::Update>($class)?;
        install::<$rust, calls::Get>($class)?;
    };
}
pub(crate) use number;

/// As `number`, where the value is a number or several.
macro_rules! numbers {
    (methods $rust:ident) => {
        methods::number! { methods $rust }
    };
    (install $rust:ident $class:ident) => {
        methods::windows! { $rust $class, Shape::Numbers { count: 1, weighted: false }, |kernel, x, _, _| { kernel.update(x); Ok(()) } }
        native::register::<$rust>($class);
        install::<$rust, calls::Update>($class)?;
        install::<$rust, calls::GetNumbers>($class)?;
    };
}
pub(crate) use numbers;

/// As `number`, with the frequency weight `w`.
macro_rules! weighted_number {
    (methods $rust:ident) => {
        methods::weight! { $rust }
        methods::columns! { $rust "($self, X, w=None)" (X; w => RevertWeighted::update_or_revert) }
    };
    (install $rust:ident $class:ident) => {
        methods::windows! { $rust $class, Shape::Numbers { count: 1, weighted: true }, |kernel, x, w, _| kernel.update_or_revert(x, w) }
        native::register::<$rust>($class);
        install::<$rust, calls::UpdateWeighted>($class)?;
        install::<$rust, calls::Get>($class)?;
    };
}
pub(crate) use weighted_number;

/// As `number`, with the time `t` where there is a half-life.
macro_rules! timed_number {
    (methods $rust:ident) => {
        methods::count! { $rust }
        methods::columns! { $rust "($self, X, t=None)" (X; t => Timed::update_at) }
    };
    (install $rust:ident $class:ident) => {
        methods::windows! { $rust $class, Shape::Numbers { count: 1, weighted: false }, |kernel, x, _, t| kernels::update_at(kernel, x, t), timed }
        native::register::<$rust>($class);
        install::<$rust, calls::UpdateTimed>($class)?;
        install::<$rust, calls::Get>($class)?;
    };
}
pub(crate) use timed_number;

/// `update(x, y)`, `get()`, `n`, and columns: of pairs of numbers.
macro_rules! pair {
    (methods $rust:ident) => {
        methods::count! { $rust }
        methods::columns! { $rust "($self, X, Y)" (X, Y) }
    };
    (install $rust:ident $class:ident) => {
        methods::windows! { $rust $class, Shape::Numbers { count: 2, weighted: false }, |kernel, x, _, _| { kernel.update(x); Ok(()) } }
        install::<$rust, calls::Update>($class)?;
        install::<$rust, calls::Get>($class)?;
    };
}
pub(crate) use pair;

/// As `pair`, with the frequency weight `w`.
macro_rules! weighted_pair {
    (methods $rust:ident) => {
        methods::weight! { $rust }
        methods::columns! { $rust "($self, X, Y, w=None)" (X, Y; w => RevertWeighted::update_or_revert) }
    };
    (install $rust:ident $class:ident) => {
        methods::windows! { $rust $class, Shape::Numbers { count: 2, weighted: true }, |kernel, x, w, _| kernel.update_or_revert(x, w) }
        install::<$rust, calls::UpdateWeighted>($class)?;
        install::<$rust, calls::Get>($class)?;
    };
}
pub(crate) use weighted_pair;

/// As `pair`, with the time `t` where there is a half-life.
macro_rules! timed_pair {
    (methods $rust:ident) => {
        methods::count! { $rust }
        methods::columns! { $rust "($self, X, Y, t=None)" (X, Y; t => Timed::update_at) }
    };
    (install $rust:ident $class:ident) => {
        methods::windows! { $rust $class, Shape::Numbers { count: 2, weighted: false }, |kernel, x, _, t| kernels::update_at(kernel, x, t), timed }
        install::<$rust, calls::UpdateTimed>($class)?;
        install::<$rust, calls::Get>($class)?;
    };
}
pub(crate) use timed_pair;

/// `update(t)`, `get()`, `n`, and columns: of the times of events.
macro_rules! event {
    (methods $rust:ident) => {
        methods::count! { $rust }

        #[pymethods]
        impl $rust {
            #[doc = docs::update_many!()]
            fn update_many(&self, t: &Bound<'_, PyAny>) -> PyResult<()> {
                numbers::update_beside(&self.0, &[], t, Timed::update_at)
            }

            #[doc = docs::accumulate!()]
            fn accumulate<'py>(this: &Bound<'py, Self>, t: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                numbers::accumulate_beside(this.as_any(), &this.get().0, &[], t, Timed::update_at)
            }
        }
    };
    (install $rust:ident $class:ident) => {
        methods::windows! { $rust $class, Shape::Event, |kernel, x, _, t| kernels::update_at(kernel, x, t), event }
        install::<$rust, calls::UpdateEvent>($class)?;
        install::<$rust, calls::Get>($class)?;
    };
}
pub(crate) use event;

/// `update(x=None)`, `get()`, `n`, and columns: of anything, which is only counted.
macro_rules! anything {
    (methods $rust:ident) => {
        methods::count! { $rust }

        #[pymethods]
        #[allow(non_snake_case, reason = "upper case is what columns are called in Python")]
        impl $rust {
            #[doc = docs::update_many!()]
            fn update_many(&self, py: Python<'_>, X: &Bound<'_, PyAny>) -> PyResult<()> {
                let present = Presence::read(X, "X")?;
                self.0.with(py, |kernel| kernel.update_times(present.count()))
            }

            #[doc = docs::accumulate!()]
            fn accumulate<'py>(this: &Bound<'py, Self>, X: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                if is_iterator(X) {
                    return Accumulation::over(this.as_any(), &[X], None);
                }
                let (py, present) = (this.py(), Presence::read(X, "X")?);
                let before = this.get().0.with(py, |kernel| {
                    let before = kernel.n() as u64;
                    kernel.update_times(present.count());
                    before
                })?;
                hashables::counts(py, present, before)
            }
        }
    };
    (install $rust:ident $class:ident) => {
        methods::windows! { $rust $class, Shape::Anything, |kernel, x, _, _| { kernel.update(x); Ok(()) }, reading |kernel| Reading::Count(kernel.map(|kernel| kernel.n() as u64)) }
        install::<$rust, calls::UpdateAny>($class)?;
        install::<$rust, calls::GetCount>($class)?;
    };
}
pub(crate) use anything;

/// As `number`, of extremes and where they are.
macro_rules! extremes {
    (methods $rust:ident) => {
        methods::count! { $rust }

        #[pymethods]
        #[allow(non_snake_case, reason = "upper case is what columns are called in Python")]
        impl $rust {
            #[doc = docs::update_many!()]
            fn update_many(&self, X: &Bound<'_, PyAny>) -> PyResult<()> {
                numbers::update_many(&self.0, &[X])
            }

            #[doc = docs::accumulate!()]
            fn accumulate<'py>(this: &Bound<'py, Self>, X: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                let value = kernels::Extrema::extremes;
                numbers::accumulate_each(this.as_any(), &this.get().0, &[X], value, calls::extremes)
            }
        }
    };
    (install $rust:ident $class:ident) => {
        methods::windows! {
            $rust $class, Shape::Numbers { count: 1, weighted: false }, |kernel, x, _, _| { kernel.update(x); Ok(()) },
            reading |kernel| Reading::Extremes(kernel.and_then(|kernel| kernel.extremes()).map(Box::new))
        }
        install::<$rust, calls::Update>($class)?;
        install::<$rust, calls::GetExtremes>($class)?;
    };
}
pub(crate) use extremes;

/// As `number`, of sketches whose value is a quantile or several; windows keep them in panes.
macro_rules! quantiles {
    (methods $rust:ident) => {
        methods::count! { $rust }
        methods::columns! { $rust "($self, X)" (X) }
    };
    (install $rust:ident $class:ident) => {
        methods::windows! {
            $rust $class, Shape::Numbers { count: 1, weighted: false }, |kernel, x, _, _| { kernel.update(x); Ok(()) },
            panes
        }
        install::<$rust, calls::Update>($class)?;
        install::<$rust, calls::GetNumbers>($class)?;
    };
}
pub(crate) use quantiles;

/// As `quantiles`, with the frequency weight `w`.
macro_rules! weighted_quantiles {
    (methods $rust:ident) => {
        methods::weight! { $rust }
        methods::columns! { $rust "($self, X, w=None)" (X; w => Weighted::update_weighted) }
    };
    (install $rust:ident $class:ident) => {
        methods::windows! {
            $rust $class, Shape::Numbers { count: 1, weighted: true }, |kernel, x, w, _| kernel.update_weighted(x, w),
            panes
        }
        install::<$rust, calls::UpdateIrreversible>($class)?;
        install::<$rust, calls::GetNumbers>($class)?;
    };
}
pub(crate) use weighted_quantiles;

/// `update(x)`, `get()`, and columns: of hashable values.
macro_rules! hashable {
    (methods $rust:ident) => {
        methods::object_columns! { $rust (X) }
    };
    (install $rust:ident $class:ident) => {
        erased::class::register($class, &erased::class::ObjectClass::<$rust, 1>::NEW);
        install::<$rust, calls::UpdateObjects<1>>($class)?;
        install::<$rust, calls::GetObject<1>>($class)?;
    };
}
pub(crate) use hashable;

/// `update(x, y)`, `get()`, and columns: of pairs of hashable values.
macro_rules! hashable_pair {
    (methods $rust:ident) => {
        methods::object_columns! { $rust (X, Y) }
    };
    (install $rust:ident $class:ident) => {
        erased::class::register($class, &erased::class::ObjectClass::<$rust, 2>::NEW);
        install::<$rust, calls::UpdateObjects<2>>($class)?;
        install::<$rust, calls::GetObject<2>>($class)?;
    };
}
pub(crate) use hashable_pair;

/// `revert` of what `update` takes.
macro_rules! revert {
    (methods $rust:ident) => {};
    (install $rust:ident $class:ident) => {
        install::<$rust, calls::Revert>($class)?;
    };
}
pub(crate) use revert;

/// As `revert`, with the frequency weight `w`.
macro_rules! weighted_revert {
    (methods $rust:ident) => {};
    (install $rust:ident $class:ident) => {
        install::<$rust, calls::RevertWeighted>($class)?;
    };
}
pub(crate) use weighted_revert;

/// As `revert`, of hashable values.
macro_rules! hashable_revert {
    (methods $rust:ident) => {};
    (install $rust:ident $class:ident) => {
        install::<$rust, calls::RevertObjects<1>>($class)?;
    };
}
pub(crate) use hashable_revert;

/// As `revert`, of pairs of hashable values.
macro_rules! hashable_pair_revert {
    (methods $rust:ident) => {};
    (install $rust:ident $class:ident) => {
        install::<$rust, calls::RevertObjects<2>>($class)?;
    };
}
pub(crate) use hashable_pair_revert;

/// `a + b` and `a += b`.
macro_rules! merge {
    (methods $rust:ident) => {
        #[pymethods]
        impl $rust {
            fn __add__<'py>(slf: &Bound<'py, Self>, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                merging::combined(slf, other, <Self as merging::Merges>::merge)
            }
        }
    };
    (install $rust:ident $class:ident) => {
        // The ability that names what the kernel observes stands first in the row.
        WINDOWS.merge.get_or_init(|| kernels::Merge::merge);
        install::<$rust, calls::MergeInPlace>($class)?;
    };
}
pub(crate) use merge;

/// `a - b` and `a -= b`.
macro_rules! unmerge {
    (methods $rust:ident) => {
        #[pymethods]
        impl $rust {
            fn __isub__(slf: &Bound<'_, Self>, other: &Bound<'_, Self>) -> PyResult<()> {
                <Self as merging::Unmerges>::unmerge(slf, other)
            }

            fn __sub__<'py>(slf: &Bound<'py, Self>, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                merging::combined(slf, other, <Self as merging::Unmerges>::unmerge)
            }
        }
    };
    (install $rust:ident $class:ident) => {};
}
pub(crate) use unmerge;

/// As `merge`, of hashable values.
macro_rules! hashable_merge {
    (methods $rust:ident) => {
        merging_objects::merges! { $rust }
        methods::merge! { methods $rust }
    };
    (install $rust:ident $class:ident) => {
        install::<$rust, calls::MergeInPlace>($class)?;
    };
}
pub(crate) use hashable_merge;

/// As `unmerge`, of hashable values.
macro_rules! hashable_unmerge {
    (methods $rust:ident) => {
        merging_objects::unmerges! { $rust }
        methods::unmerge! { methods $rust }
    };
    (install $rust:ident $class:ident) => {};
}
pub(crate) use hashable_unmerge;

/// A TypeError instead of `a + b`, which says what can be merged.
macro_rules! estimate {
    (methods $rust:ident) => {
        #[pymethods]
        impl $rust {
            fn __add__<'py>(slf: &Bound<'py, Self>, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                merging::refused(slf, other)
            }
        }
    };
    (install $rust:ident $class:ident) => {};
}
pub(crate) use estimate;

/// Windows of the statistic, which is updated by an observation, its weight and its time; `timed` where it may look at
/// times, `event` where it always does, `reading` where its value is neither a number nor several, `panes` where only such
/// windows are known.
macro_rules! windows {
    ($rust:ident $class:ident, $shape:expr, $update:expr) => {
        methods::windows! { @ $rust $class, $shape, $update, |_| false, None, Some(&ViewOf::<Kernel<$rust>>::NEW), None }
    };
    ($rust:ident $class:ident, $shape:expr, $update:expr, timed) => {
        methods::windows! {
            @ $rust $class, $shape, $update, Timed::is_timed, None,
            Some(&ViewOf::<Kernel<$rust>>::NEW), Some(&ViewOf::<Timestamped<Kernel<$rust>>>::NEW)
        }
    };
    ($rust:ident $class:ident, $shape:expr, $update:expr, event) => {
        methods::windows! {
            @ $rust $class, $shape, $update, |_| true, None, None, Some(&ViewOf::<Timestamped<Kernel<$rust>>>::NEW)
        }
    };
    ($rust:ident $class:ident, $shape:expr, $update:expr, reading $reading:expr) => {
        methods::windows! {
            @ $rust $class, $shape, $update, |_| false, Some($reading), Some(&ViewOf::<Kernel<$rust>>::NEW), None
        }
    };
    ($rust:ident $class:ident, $shape:expr, $update:expr, panes) => {
        methods::windows! {
            @ $rust $class, $shape, $update, |_| false, None, Some(&PanesOf::<Kernel<$rust>>::NEW), None
        }
    };
    (@ $rust:ident $class:ident, $shape:expr, $update:expr, $timed:expr, $reading:expr, $plain:expr, $stamped:expr) => {
        static WINDOWS: NumberClass<$rust> = NumberClass {
            behaviour: Behaviour { update: $update, is_timed: $timed, reading: $reading },
            shape: $shape,
            views: [$plain, $stamped],
            merge: OnceLock::new(),
        };
        erased::class::register($class, &WINDOWS);
    };
}
pub(crate) use windows;

/// `update_many` and `accumulate` of the columns that are named, perhaps with a further one that `take` reads with each
/// observation.
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
                    return numbers::update_beside(&self.0, &columns, beside, $take);
                })?
                numbers::update_many(&self.0, &columns)
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
                    return numbers::accumulate_beside(this.as_any(), &this.get().0, &columns, beside, $take);
                })?
                numbers::accumulate(this.as_any(), &this.get().0, &columns)
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
                hashables::update_many(&self.0, [$($column),+])
            }

            #[doc = docs::accumulate!()]
            fn accumulate<'py>(
                this: &Bound<'py, Self>,
                $($column: &Bound<'py, PyAny>),+
            ) -> PyResult<Bound<'py, PyAny>> {
                hashables::accumulate(this.as_any(), &this.get().0, [$($column),+])
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
