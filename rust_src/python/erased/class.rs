//! Classes of statistics, each type-erased: what makes windows of them.

use crate::{
    Error,
    kernels::{
        groups::Dense,
        numerics::validate,
        traits::{self, Statistic},
        window::{
            Bounds, Closed, Ends, Panes, RollableSymbols, Rolling, Succession, SymbolTumbling, SymbolWindow,
            TimeRolling, TimedSymbols, Tumbling,
        },
    },
    python::{
        erased::{
            held::{Held, Nulls, Shape, Window},
            kernel::{Merge, Source},
            kernels::{self, Kernels},
            number_windows::{Behaviour, Entry, View, WindowOver},
            objects::{self, ObjectWindow},
            observation::Observation,
        },
        interning::interned::{HoldsObjects, Interned},
        state::{envelope, pickle::Stateful},
    },
};
use pyo3::{
    prelude::*,
    sync::MutexExt,
    types::{PyTuple, PyType},
};
use serde::de::DeserializeOwned;
use std::{
    collections::BTreeMap,
    marker::PhantomData,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

/// A kind of window, and the extent of a new one.
#[derive(Clone, Copy)]
pub enum Plan {
    /// The newest observations, this many of them.
    Rolling(i128),
    /// The newest rows, this many of them, in some of which an observation may be missing.
    Slots(i128),
    /// The last nanoseconds, this many of them.
    TimeRolling(i128, Closed),
    /// The newest observations, this many of them, in this many panes.
    RollingPanes(i128, i128),
    /// The newest rows, this many of them, in this many panes.
    SlotPanes(i128, i128),
    /// The last nanoseconds, this many of them, in this many panes.
    TimePanes(i128, Closed, i128),
    /// Tumbling windows.
    Tumbling(Ends),
}

/// The name of a stored window: `Kind(Class)`, followed inside the brackets by its options.
#[derive(Clone, Copy)]
pub struct Name<'a> {
    pub kind: &'a str,
    pub class: &'a str,
    /// The times of observations are a part of them.
    pub timed: bool,
    /// Lengths of time are numbers of seconds for the user.
    pub in_seconds: bool,
    pub nulls: Nulls,
}

impl<'a> Name<'a> {
    pub fn parse(name: &'a str) -> Option<Self> {
        let (kind, rest) = name.strip_suffix(')')?.split_once('(')?;
        let (class, options) = rest.split_once(", ").unwrap_or((rest, ""));
        let nulls = if options.contains('n') { Nulls::Slot { skipna: options.contains('a') } } else { Nulls::Skip };
        Some(Self { kind, class, timed: options.contains('t'), in_seconds: options.contains('s'), nulls })
    }

    /// An error unless a sliding window with these bounds has this name.
    pub fn check(self, bounds: &Bounds) -> Result<(), Error> {
        let same = bounds.period.is_none() == (self.kind == "Rolling") && bounds.slots == self.nulls.are_slots();
        if same { Ok(()) } else { Err(Error::state(self.text(), "it is another kind of window")) }
    }

    pub fn text(self) -> String {
        let options = match (self.timed, self.in_seconds, self.nulls) {
            (_, _, Nulls::Slot { skipna: false }) => ", n",
            (_, _, Nulls::Slot { skipna: true }) => ", na",
            (false, false, _) => "",
            (true, false, _) => ", t",
            (false, true, _) => ", s",
            (true, true, _) => ", ts",
        };
        format!("{}({}{options})", self.kind, self.class)
    }
}

/// A class of statistics, type-erased.
pub trait Class: Sync {
    fn name(&self) -> &'static str;

    /// An empty window of a statistic with the parameters of this one.
    fn window(&'static self, statistic: &Bound<'_, PyAny>, plan: Plan, min_samples: u64) -> PyResult<Held>;
    /// The window that is stored in these bytes, and perhaps in values alongside them, under this name.
    fn read(&'static self, name: Name<'_>, data: &[u8], beside: &Bound<'_, PyTuple>) -> PyResult<Held>;

    /// Kernels side by side, for statistics with the parameters of this one: that of this one alone, or none yet if new
    /// ones are copies of it.
    fn side_by_side(&'static self, _statistic: &Bound<'_, PyAny>) -> PyResult<Box<dyn Kernels>> {
        Err(not_side_by_side(self.name()))
    }
    /// The kernels that these bytes hold.
    fn read_side_by_side(&'static self, _py: Python<'_>, _data: &[u8]) -> PyResult<Box<dyn Kernels>> {
        Err(not_side_by_side(self.name()))
    }
    /// Whether kernels can be side by side.
    fn has_side_by_side(&self) -> bool {
        false
    }
}

#[cold]
fn not_side_by_side(name: &str) -> PyErr {
    Error::Type(format!("{name} has no kernels side by side")).into()
}

/// The classes by the address of their types, the public ones too. They live as long as the process.
static CLASSES: Mutex<BTreeMap<usize, &'static dyn Class>> = Mutex::new(BTreeMap::new());

/// Makes the objects of a class, and of its subclasses, statistics that can be put in windows.
pub fn register(class: &Bound<'_, PyType>, entry: &'static dyn Class) {
    let key = class.as_type_ptr() as usize;
    CLASSES.lock_py_attached(class.py()).unwrap_or_else(PoisonError::into_inner).insert(key, entry);
}

/// The entry of a Python class, or of the first of its bases that has one.
pub fn of(class: &Bound<'_, PyType>) -> Option<&'static dyn Class> {
    let classes = CLASSES.lock_py_attached(class.py()).unwrap_or_else(PoisonError::into_inner);
    class.mro().iter().find_map(|base| classes.get(&(base.as_ptr() as usize)).copied())
}

/// The entry of this name.
pub fn named(py: Python<'_>, name: &str) -> Option<&'static dyn Class> {
    let classes = CLASSES.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
    classes.values().find(|class| class.name() == name).copied()
}

/// A class whose kernel observes numbers, or nothing but the fact that there is an observation.
pub struct NumberClass<T: Source> {
    pub behaviour: Behaviour<T>,
    pub shape: Shape,
    /// How windows keep the kernel where it does not look at times, and where it does.
    pub views: [Option<&'static dyn Views<T>>; 2],
    /// How two kernels are merged, once it is known.
    pub merge: OnceLock<Merge<T::Kernel>>,
}

/// Windows of one view of the statistic.
pub trait Views<T: Source>: Sync {
    fn make(
        &self,
        behaviour: &'static Behaviour<T>,
        kernel: T::Kernel,
        plan: Plan,
        least: u64,
    ) -> Result<Window, Error>;
    fn read(&self, behaviour: &'static Behaviour<T>, called: Name<'_>, data: &[u8]) -> Result<Window, Error>;
}

/// The view V.
pub struct ViewOf<V>(PhantomData<fn() -> V>);

impl<V> ViewOf<V> {
    pub const NEW: Self = Self(PhantomData);
}

fn entry<T: Source<Kernel: Statistic<Input: Observation>>, W: WindowOver<T>>(
    class: &'static Behaviour<T>,
    min_samples: u64,
    window: W,
) -> Window {
    Window::Numbers(Box::new(Entry { class, min_samples, window }))
}

fn stored<W: DeserializeOwned>(
    name: &str,
    data: &[u8],
    validate: impl FnOnce(&W) -> Result<(), &'static str>,
) -> Result<(u64, W), Error> {
    envelope::open(name, data, |(_, window)| validate(window))
}

impl<T: Source<Kernel: Statistic<Input: Observation>>, V: View<T::Kernel>> Views<T> for ViewOf<V> {
    fn make(
        &self,
        behaviour: &'static Behaviour<T>,
        kernel: T::Kernel,
        plan: Plan,
        least: u64,
    ) -> Result<Window, Error> {
        Ok(match plan {
            Plan::Rolling(size) => entry(behaviour, least, Rolling::new(V::of(kernel), size)?),
            Plan::Slots(size) => entry(behaviour, least, TimeRolling::by_rows(V::of(kernel), size)?),
            Plan::TimeRolling(period, closed) => {
                entry(behaviour, least, TimeRolling::new(V::of(kernel), period, closed)?)
            }
            Plan::Tumbling(ends) => entry(behaviour, least, Tumbling::new(kernel, Succession::new(ends, least))),
            Plan::RollingPanes(_, panes) | Plan::SlotPanes(_, panes) | Plan::TimePanes(_, _, panes) => {
                return Err(needless(T::CLASS, panes));
            }
        })
    }

    fn read(&self, behaviour: &'static Behaviour<T>, called: Name<'_>, data: &[u8]) -> Result<Window, Error> {
        let name = &called.text();
        match called.kind {
            "Rolling" if !called.nulls.are_slots() => {
                let (least, window) = stored::<Rolling<V>>(name, data, Statistic::validate)?;
                Ok(entry(behaviour, least, window))
            }
            "Rolling" | "TimeRolling" => {
                let (least, window) = stored::<TimeRolling<V>>(name, data, TimeRolling::validate)?;
                called.check(&window.bounds())?;
                Ok(entry(behaviour, least, window))
            }
            _ => {
                let (least, window) = stored::<Tumbling<T::Kernel>>(name, data, Tumbling::validate)?;
                Ok(entry(behaviour, least, window))
            }
        }
    }
}

impl<T: Source<Kernel: Statistic<Input: Observation>>> NumberClass<T> {
    fn entry(&'static self, dense: Dense<T::Kernel>) -> Box<dyn Kernels> {
        let merge = self.merge.get().copied();
        Box::new(kernels::Entry { class: &self.behaviour, shape: self.shape, merge, dense })
    }
}

/// Windows in panes, for statistics of which no exact window is known.
pub struct PanesOf<K>(PhantomData<fn() -> K>);

impl<K> PanesOf<K> {
    pub const NEW: Self = Self(PhantomData);
}

impl<T: Source<Kernel: traits::Merge + Statistic<Input: Observation>>> Views<T> for PanesOf<T::Kernel> {
    fn make(
        &self,
        behaviour: &'static Behaviour<T>,
        kernel: T::Kernel,
        plan: Plan,
        least: u64,
    ) -> Result<Window, Error> {
        Ok(match plan {
            Plan::RollingPanes(size, panes) => entry(behaviour, least, Panes::by_count(kernel, size, panes)?),
            Plan::SlotPanes(size, panes) => entry(behaviour, least, Panes::by_rows(kernel, size, panes)?),
            Plan::TimePanes(period, closed, panes) => {
                entry(behaviour, least, Panes::by_time(kernel, period, closed, panes)?)
            }
            Plan::Tumbling(ends) => entry(behaviour, least, Tumbling::new(kernel, Succession::new(ends, least))),
            Plan::Rolling(_) | Plan::Slots(_) | Plan::TimeRolling(..) => return Err(no_panes(T::CLASS)),
        })
    }

    fn read(&self, behaviour: &'static Behaviour<T>, called: Name<'_>, data: &[u8]) -> Result<Window, Error> {
        let name = &called.text();
        if called.kind == "TumblingWindow" {
            let (least, window) = stored::<Tumbling<T::Kernel>>(name, data, Tumbling::validate)?;
            return Ok(entry(behaviour, least, window));
        }
        let (least, window) = stored::<Panes<T::Kernel>>(name, data, Panes::validate)?;
        called.check(&window.bounds())?;
        Ok(entry(behaviour, least, window))
    }
}

/// The error for asking for panes where windows of the statistic can be exact.
pub fn needless(class: &str, panes: i128) -> Error {
    let value = format!("{} for {class}, whose windows are exact: leave it out", validate::shown(panes));
    Error::parameter("panes", value, "None")
}

/// The error for asking for an exact window of a statistic that only has windows of panes.
pub fn no_panes(class: &str) -> Error {
    let value = format!("None for {class}, of which no exact window is known: pass panes=20, for example");
    Error::parameter("panes", value, "an integer >= 1")
}

impl<T: Source> NumberClass<T> {
    fn held(&self, timed: bool, in_seconds: bool, window: Window) -> Held {
        let several = matches!(&window, Window::Numbers(window) if window.width().is_some());
        let plain = self.behaviour.reading.is_none() && !several;
        Held { class: T::CLASS, shape: self.shape, plain, timed, in_seconds, nulls: Nulls::Skip, window }
    }
}

/// The kernel of a statistic whose holder leaves missing values out; an error if the statistic counts them.
fn complete<T: Source>(statistic: &Bound<'_, PyAny>) -> PyResult<T::Kernel> {
    let kernel = statistic.cast::<T>()?.get().copied_kernel(statistic.py())?;
    if kernel.counts_missing() { Err(missing_are_left_out()) } else { Ok(kernel) }
}

/// The error for a statistic that counts missing values and whose holder leaves them out.
pub fn missing_are_left_out() -> PyErr {
    let expected = "True in windows, groups, summaries and links, which leave missing values out";
    Error::parameter("ignore_na", "False", expected).into()
}

impl<T: Source<Kernel: Statistic<Input: Observation>>> Class for NumberClass<T> {
    fn name(&self) -> &'static str {
        T::CLASS
    }

    fn window(&'static self, statistic: &Bound<'_, PyAny>, plan: Plan, min_samples: u64) -> PyResult<Held> {
        let kernel = complete::<T>(statistic)?;
        let timed = (self.behaviour.is_timed)(&kernel);
        if timed && matches!(plan, Plan::Slots(_)) {
            let expected = "\"skip\" over a statistic that looks at times: utils.TimeRolling has windows of time";
            return Err(Error::parameter("nulls", "\"slot\"", expected).into());
        }
        let view = self.views[usize::from(timed)].ok_or_else(|| Error::state(T::CLASS, "it has no windows"))?;
        Ok(self.held(timed, false, view.make(&self.behaviour, kernel, plan, min_samples)?))
    }

    fn read(&'static self, name: Name<'_>, data: &[u8], _: &Bound<'_, PyTuple>) -> PyResult<Held> {
        let view = self.views[usize::from(name.timed)];
        let view = view.ok_or_else(|| Error::state(name.text(), "it has no such windows"))?;
        let window = view.read(&self.behaviour, name, data)?;
        Ok(self.held(name.timed, name.in_seconds, window))
    }

    fn side_by_side(&'static self, statistic: &Bound<'_, PyAny>) -> PyResult<Box<dyn Kernels>> {
        Ok(self.entry(Dense::new(complete::<T>(statistic)?)))
    }

    fn read_side_by_side(&'static self, _: Python<'_>, data: &[u8]) -> PyResult<Box<dyn Kernels>> {
        Ok(self.entry(envelope::open(T::CLASS, data, Dense::validate)?))
    }

    fn has_side_by_side(&self) -> bool {
        true
    }
}

/// A class whose kernel observes N hashable values.
pub struct ObjectClass<T, const N: usize>(PhantomData<fn() -> T>);

impl<T, const N: usize> ObjectClass<T, N> {
    pub const NEW: Self = Self(PhantomData);
}

fn objects<T, W, const N: usize>(py: Python<'_>, window: W) -> PyResult<Window>
where
    T: HoldsObjects<N>,
    W: TimedSymbols<N, Kernel = T::Kernel> + Sync,
{
    Ok(Window::Objects(Arc::new(objects::Entry::<T, W, N>::new(py, Interned::new(window))?)))
}

impl<T: Stateful + HoldsObjects<N, Kernel: RollableSymbols<N, Running: Sync> + Sync>, const N: usize>
    ObjectClass<T, N>
{
    fn held(&self, in_seconds: bool, window: Window) -> Held {
        let (plain, timed, nulls) = (false, false, Nulls::Skip);
        Held { class: T::CLASS, shape: Shape::Objects(N), plain, timed, in_seconds, nulls, window }
    }
}

impl<T: Stateful + HoldsObjects<N, Kernel: RollableSymbols<N, Running: Sync> + Sync>, const N: usize> Class
    for ObjectClass<T, N>
{
    fn name(&self) -> &'static str {
        T::CLASS
    }

    fn window(&'static self, statistic: &Bound<'_, PyAny>, plan: Plan, least: u64) -> PyResult<Held> {
        let py = statistic.py();
        let empty = statistic.cast::<T>()?.get().objects().with(py, |interned| interned.kernel.clone())?;
        let window = match plan {
            Plan::Rolling(size) => objects::<T, _, N>(py, SymbolWindow::by_count(empty, least, size)?)?,
            Plan::Slots(size) => objects::<T, _, N>(py, SymbolWindow::by_rows(empty, least, size)?)?,
            Plan::TimeRolling(period, closed) => {
                objects::<T, _, N>(py, SymbolWindow::by_time(empty, least, period, closed)?)?
            }
            Plan::Tumbling(ends) => objects::<T, _, N>(py, SymbolTumbling::new(empty, Succession::new(ends, least)))?,
            Plan::RollingPanes(_, panes) | Plan::SlotPanes(_, panes) | Plan::TimePanes(_, _, panes) => {
                return Err(needless(T::CLASS, panes).into());
            }
        };
        Ok(self.held(false, window))
    }

    fn read(&'static self, name: Name<'_>, data: &[u8], beside: &Bound<'_, PyTuple>) -> PyResult<Held> {
        let py = beside.py();
        let window = if name.kind == "TumblingWindow" {
            let entry = objects::Entry::<T, SymbolTumbling<T::Kernel, N>, N>::read(py, data, beside)?;
            Window::Objects(Arc::new(entry))
        } else {
            let entry = objects::Entry::<T, SymbolWindow<T::Kernel, N>, N>::read(py, data, beside)?;
            name.check(&entry.bounds(py)?)?;
            Window::Objects(Arc::new(entry))
        };
        Ok(self.held(name.in_seconds, window))
    }
}
