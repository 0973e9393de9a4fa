//! Windows of any statistic as Python objects.
//!
//! The class of a statistic is not known when its window's methods are compiled, so a window is a trait object, which
//! the statistic's class puts into an empty `RsRolling` or `RsTimeRolling`. Where a statistic has no window of its own
//! the object stays empty, and the methods of a class derived from it, in Python, do the work.

use super::{
    batch,
    cell::Cell,
    fast::Holds,
    gate::Gate,
    input::Number,
    state,
    time::{Duration, Time},
    window_columns,
};
use crate::{
    Error,
    kernels::{
        Statistic,
        time::Timestamp,
        window::{Closed, Rolling, Rolls, TimeRolling, nanoseconds},
    },
};
use pyo3::{
    exceptions::PyTypeError,
    intern,
    prelude::*,
    types::{PyBytes, PyDict, PyTuple},
};
use serde::{Serialize, de::DeserializeOwned};

/// What a statistic observes, made of the numbers that `update` was given.
pub trait Observation: batch::Observation + Serialize + DeserializeOwned {
    /// How many numbers.
    const NUMBERS: usize;

    fn new(numbers: [f64; 2]) -> Self;
}

impl Observation for f64 {
    const NUMBERS: usize = 1;

    #[inline]
    fn new([x, _]: [f64; 2]) -> Self {
        x
    }
}

impl Observation for (f64, f64) {
    const NUMBERS: usize = 2;

    #[inline]
    fn new([x, y]: [f64; 2]) -> Self {
        (x, y)
    }
}

/// A window whatever its statistic.
pub trait Window: Send {
    /// Takes in an observation of weight `w`, with its time where the window is one of time.
    fn update(&mut self, numbers: [f64; 2], w: f64, t: Option<Timestamp>) -> Result<(), Error>;
    /// Takes in columns, all or nothing of them, and writes the value after each observation into `out`, if it is
    /// given: NaN where fewer than `min_samples` are in the window. An error comes with its place.
    fn update_many(
        &mut self,
        given: &Given<'_>,
        out: Option<&mut [f64]>,
        min_samples: u64,
    ) -> Result<(), (usize, Error)>;
    fn advance(&mut self, t: Timestamp) -> Result<(), Error>;
    fn get(&self) -> Option<f64>;
    fn len(&self) -> usize;
    fn n_late(&self) -> u64;
    /// The number of observations, or of nanoseconds with the ends that belong to it, that the window takes.
    fn reach(&self) -> (i128, &'static str);
    /// The state of the window.
    fn to_bytes(&self, min_samples: u64) -> Result<Vec<u8>, Error>;
    /// The state of the statistic that has seen what is in the window, or of one that has seen nothing.
    fn statistic(&self, empty: bool) -> Result<Vec<u8>, Error>;
}

/// Columns of observations, and what is said of each.
pub struct Given<'a> {
    pub columns: &'a batch::Columns<'a>,
    pub len: usize,
    /// All of them checked.
    pub weights: Option<Vec<f64>>,
    pub times: Option<Vec<Timestamp>>,
}

impl Given<'_> {
    /// Lets `take` take in each observation with its weight and time, if it has a weight, and writes what `get` says
    /// after each.
    fn one_by_one<W, I: Observation>(
        &self,
        window: &mut W,
        out: Option<&mut [f64]>,
        take: impl Fn(&mut W, I, f64, Option<Timestamp>) -> Result<(), Error>,
        get: impl Fn(&W) -> Option<f64>,
    ) -> Result<(), (usize, Error)> {
        let mut out = out;
        for (place, x) in <I as batch::Observation>::all(self.columns, self.len).into_iter().enumerate() {
            let w = self.weights.as_ref().map_or(1.0, |weights| weights[place]);
            if w > 0.0 {
                take(window, x, w, self.times.as_ref().map(|times| times[place])).map_err(|error| (place, error))?;
            }
            if let Some(out) = &mut out {
                out[place] = get(window).unwrap_or(f64::NAN);
            }
        }
        Ok(())
    }
}

/// The value of a window, if enough is in it.
fn enough(window: &(impl Window + ?Sized), min_samples: u64) -> Option<f64> {
    if (window.len() as u64) < min_samples { None } else { window.get() }
}

/// A window with the names of its statistic and of its windows.
pub struct Named<W> {
    names: Names,
    window: W,
}

/// What a statistic and its windows are called in states.
#[derive(Clone, Copy)]
pub struct Names {
    pub statistic: &'static str,
    pub rolling: &'static str,
    pub time_rolling: &'static str,
}

impl<K: Rolls<Input: Observation>> Window for Named<Rolling<K>> {
    #[inline]
    fn update(&mut self, numbers: [f64; 2], w: f64, t: Option<Timestamp>) -> Result<(), Error> {
        if t.is_some() {
            return Err(Error::Type("update takes no argument t here: the window is one of a count".into()));
        }
        self.window.update_weighted(K::Input::new(numbers), w);
        Ok(())
    }

    fn update_many(
        &mut self,
        given: &Given<'_>,
        out: Option<&mut [f64]>,
        min_samples: u64,
    ) -> Result<(), (usize, Error)> {
        if given.times.is_some() {
            return Err((0, Error::Type("no column t is taken here: the window is one of a count".into())));
        }
        if given.weights.is_some() {
            let take = |named: &mut Self, x, w, _| {
                named.window.update_weighted(x, w);
                Ok(())
            };
            return given.one_by_one(self, out, take, |named| enough(named, min_samples));
        }
        let before = self.len() as u64;
        match out {
            None => <K::Input as batch::Observation>::blocks(given.columns, |xs, _| self.window.update_many(xs)),
            Some(out) => {
                <K::Input as batch::Observation>::blocks(given.columns, |xs, place| {
                    self.window.accumulate(xs, &mut out[place..place + xs.len()]);
                });
                let window_size = self.window.window_size;
                let too_few = |place: u64| (before + place + 1).min(window_size) < min_samples;
                (0..).zip(out).take_while(|(place, _)| too_few(*place)).for_each(|(_, value)| *value = f64::NAN);
            }
        }
        Ok(())
    }

    fn advance(&mut self, _: Timestamp) -> Result<(), Error> {
        Ok(())
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        self.window.get()
    }

    #[inline]
    fn len(&self) -> usize {
        self.window.len()
    }

    fn n_late(&self) -> u64 {
        0
    }

    fn reach(&self) -> (i128, &'static str) {
        (self.window.window_size.into(), "")
    }

    fn to_bytes(&self, min_samples: u64) -> Result<Vec<u8>, Error> {
        state::seal(self.names.rolling, &(min_samples, &self.window))
    }

    fn statistic(&self, empty: bool) -> Result<Vec<u8>, Error> {
        if empty {
            state::encode(self.names.statistic, self.window.kernel())
        } else {
            state::encode(self.names.statistic, &self.window.statistic())
        }
    }
}

impl<K: Rolls<Input: Observation>> Window for Named<TimeRolling<K>> {
    #[inline]
    fn update(&mut self, numbers: [f64; 2], w: f64, t: Option<Timestamp>) -> Result<(), Error> {
        match t {
            Some(t) => self.window.update(t, K::Input::new(numbers), w),
            None => Err(Error::Type("t is missing: the time of the observation".into())),
        }
    }

    fn update_many(
        &mut self,
        given: &Given<'_>,
        out: Option<&mut [f64]>,
        min_samples: u64,
    ) -> Result<(), (usize, Error)> {
        let mut next = Self { names: self.names, window: self.window.clone() };
        let take = |named: &mut Self, x, w, t| match t {
            Some(t) => named.window.update(t, x, w),
            None => Err(Error::Type("t is missing: the times of the observations".into())),
        };
        given.one_by_one(&mut next, out, take, |named| enough(named, min_samples))?;
        self.window = next.window;
        Ok(())
    }

    fn advance(&mut self, t: Timestamp) -> Result<(), Error> {
        self.window.advance(t)
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        self.window.get()
    }

    #[inline]
    fn len(&self) -> usize {
        self.window.len()
    }

    fn n_late(&self) -> u64 {
        self.window.n_late()
    }

    fn reach(&self) -> (i128, &'static str) {
        let (period, closed) = self.window.span();
        (period, closed.name())
    }

    fn to_bytes(&self, min_samples: u64) -> Result<Vec<u8>, Error> {
        state::seal(self.names.time_rolling, &(min_samples, &self.window))
    }

    fn statistic(&self, empty: bool) -> Result<Vec<u8>, Error> {
        if empty {
            state::encode(self.names.statistic, self.window.kernel())
        } else {
            state::encode(self.names.statistic, &self.window.statistic())
        }
    }
}

/// A window in a Python object, and what its methods need to know of the statistic.
pub struct Held {
    window: Box<dyn Window>,
    numbers: usize,
    weighted: bool,
    /// How many observations it takes for there to be a value.
    min_samples: u64,
}

impl Held {
    fn new<K: Rolls<Input: Observation>, W>(names: Names, min_samples: u64, window: W) -> Self
    where
        Named<W>: Window + 'static,
    {
        let (numbers, weighted) = (K::Input::NUMBERS, K::WEIGHTED);
        Self { window: Box::new(Named { names, window }), numbers, weighted, min_samples }
    }

    /// How many numbers an observation is, and whether it can have a weight.
    #[inline]
    pub fn takes(&self) -> (usize, bool) {
        (self.numbers, self.weighted)
    }

    /// Takes in an observation of weight `w`, which was checked.
    #[inline]
    pub fn update(&mut self, numbers: [f64; 2], w: f64, t: Option<Timestamp>) -> Result<(), Error> {
        self.window.update(numbers, w, t)
    }

    /// Takes in columns: see [`Window::update_many`].
    pub fn update_many(&mut self, given: &Given<'_>, out: Option<&mut [f64]>) -> Result<(), (usize, Error)> {
        self.window.update_many(given, out, self.min_samples)
    }

    /// The value, if enough is in the window.
    #[inline]
    pub fn get(&self) -> Option<f64> {
        enough(&*self.window, self.min_samples)
    }
}

/// The numbers of a call of `update`, its weight, and its time.
struct Arguments {
    numbers: [f64; 2],
    w: f64,
    t: Option<Timestamp>,
}

const NAMES: [&str; 3] = ["x", "y", "w"];

impl Arguments {
    /// Reads `(x, y, w, t=t)`, where y is for pairs and w for weighted statistics.
    fn parse(
        (numbers, weighted): (usize, bool),
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        // The third number is the weight, whether or not there is a second.
        let place = |i: usize| if i < numbers { i } else { 2 };
        let most = numbers + usize::from(weighted);
        let mut given = [None; 3];
        if args.len() > most {
            return Err(PyTypeError::new_err(format!("update takes {most} values at most, got {}", args.len())));
        }
        for (i, value) in args.iter_borrowed().enumerate() {
            given[place(i)] = Some(Number::extract(value)?.0);
        }
        let mut t = None;
        for (name, value) in kwargs.into_iter().flatten() {
            let name = name.extract::<String>()?;
            let known = (0..most).map(place).find(|&i| NAMES[i] == name);
            match known {
                _ if name == "t" => t = Some(value.extract::<Time>()?.0),
                Some(i) if given[i].is_none() => given[i] = Some(value.extract::<Number>()?.0),
                Some(_) => return Err(PyTypeError::new_err(format!("update got two values of {name}"))),
                None => return Err(PyTypeError::new_err(format!("update takes no argument {name}"))),
            }
        }
        if let Some(missing) = (0..numbers).find(|&i| given[i].is_none()) {
            return Err(PyTypeError::new_err(format!("update misses the argument {}", NAMES[missing])));
        }
        let [x, y, w] = given;
        Ok(Self { numbers: [x.unwrap_or(0.0), y.unwrap_or(0.0)], w: w.unwrap_or(1.0), t })
    }
}

fn update(
    (cell, gate): (&Cell<Held>, &Gate),
    this: &Bound<'_, PyAny>,
    args: &Bound<'_, PyTuple>,
    kwargs: Option<&Bound<'_, PyDict>>,
) -> PyResult<()> {
    let py = this.py();
    let Some(wanted) = cell.try_with(py, |held| held.takes()) else {
        let _inside = gate.enter(py);
        return this.call_method(intern!(py, "_update"), args, kwargs).map(drop);
    };
    let Arguments { numbers, w, t } = Arguments::parse(wanted, args, kwargs)?;
    if !crate::kernels::check::weight(w)? {
        return Ok(());
    }
    Ok(cell.with(py, |held| held.update(numbers, w, t))??)
}

fn get<'py>((cell, gate): (&Cell<Held>, &Gate), this: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = this.py();
    match cell.try_with(py, |held| held.get()) {
        Some(value) => Ok(value.into_pyobject(py)?),
        None => {
            let _inside = gate.enter(py);
            this.call_method0(intern!(py, "_get"))
        }
    }
}

macro_rules! window_class {
    ($rust:ident) => {
        #[pyclass(module = "river.stats._rust_stats", subclass, frozen)]
        pub struct $rust(Cell<Held>, Gate);

        #[pymethods]
        impl $rust {
            #[new]
            #[pyo3(signature = (*_args, **_kwargs))]
            fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
                Self(Cell::empty(), Gate::default())
            }

            #[pyo3(signature = (*args, **kwargs))]
            fn update(
                this: &Bound<'_, Self>,
                args: &Bound<'_, PyTuple>,
                kwargs: Option<&Bound<'_, PyDict>>,
            ) -> PyResult<()> {
                update(this.get().parts(), this.as_any(), args, kwargs)
            }

            fn get<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                get(this.get().parts(), this.as_any())
            }

            #[pyo3(signature = (*columns, **named))]
            fn update_many<'py>(
                this: &Bound<'py, Self>,
                columns: &Bound<'py, PyTuple>,
                named: Option<&Bound<'py, PyDict>>,
            ) -> PyResult<()> {
                window_columns::update_many(this.get().parts(), this.as_any(), columns, named)
            }

            #[pyo3(signature = (*columns, **named))]
            fn accumulate<'py>(
                this: &Bound<'py, Self>,
                columns: &Bound<'py, PyTuple>,
                named: Option<&Bound<'py, PyDict>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                window_columns::accumulate(this.get().parts(), this.as_any(), columns, named)
            }

            /// How many observations are in the window.
            fn _len(&self, py: Python<'_>) -> PyResult<usize> {
                self.0.with(py, |held| held.window.len())
            }

            fn _weighted(&self, py: Python<'_>) -> PyResult<bool> {
                self.0.with(py, |held| held.weighted)
            }

            fn _reach(&self, py: Python<'_>) -> PyResult<(i128, &'static str)> {
                self.0.with(py, |held| held.window.reach())
            }

            fn _min_samples(&self, py: Python<'_>) -> PyResult<u64> {
                self.0.with(py, |held| held.min_samples)
            }

            fn _statistic<'py>(&self, py: Python<'py>, empty: bool) -> PyResult<Bound<'py, PyBytes>> {
                Ok(PyBytes::new(py, &self.0.with(py, |held| held.window.statistic(empty))??))
            }

            fn _window<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
                let bytes = self.0.try_with(py, |held| held.window.to_bytes(held.min_samples)).transpose()?;
                Ok(bytes.map(|bytes| PyBytes::new(py, &bytes)))
            }

            /// The name of the statistic whose window, of this kind, the bytes hold.
            #[staticmethod]
            fn _name_in(data: &[u8]) -> Option<&str> {
                let name = state::class_of(data)?;
                name.strip_prefix($rust::KIND)?.strip_prefix('(')?.strip_suffix(')')
            }
        }

        impl $rust {
            pub fn cell(&self) -> &Cell<Held> {
                &self.0
            }

            /// The window, and what those who work on one written in Python wait at for each other.
            fn parts(&self) -> (&Cell<Held>, &Gate) {
                (&self.0, &self.1)
            }
        }
    };
}

window_class! { RsRolling }
window_class! { RsTimeRolling }

impl RsRolling {
    const KIND: &str = "Rolling";
}

impl RsTimeRolling {
    const KIND: &str = "TimeRolling";
}

#[pymethods]
impl RsTimeRolling {
    fn _advance(&self, py: Python<'_>, t: Time) -> PyResult<()> {
        Ok(self.0.with(py, |held| held.window.advance(t.0))??)
    }

    fn _late(&self, py: Python<'_>) -> PyResult<u64> {
        self.0.with(py, |held| held.window.n_late())
    }
}

/// A statistic that has windows: it puts a new one, or one that is stored, into an object made for it.
macro_rules! rolls {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            #[pyo3(signature = (target, window_size, min_samples, data=None))]
            fn _roll(
                this: &Bound<'_, Self>,
                target: &Bound<'_, window::RsRolling>,
                window_size: Integer,
                min_samples: u64,
                data: Option<&[u8]>,
            ) -> PyResult<()> {
                window::roll(this, target, window_size.into(), min_samples, data)
            }

            #[pyo3(signature = (target, period, closed, min_samples, data=None))]
            fn _roll_in_time(
                this: &Bound<'_, Self>,
                target: &Bound<'_, window::RsTimeRolling>,
                period: time::Duration,
                closed: &str,
                min_samples: u64,
                data: Option<&[u8]>,
            ) -> PyResult<()> {
                window::roll_in_time(this, target, (period, closed), min_samples, data)
            }
        }
    };
}
pub(super) use rolls;

/// Puts a window of the newest observations into `target`.
pub fn roll<T: Holds<Kernel: Rolls<Input: Observation>>>(
    statistic: &Bound<'_, T>,
    target: &Bound<'_, RsRolling>,
    window_size: i128,
    min_samples: u64,
    data: Option<&[u8]>,
) -> PyResult<()> {
    let py = target.py();
    let (min_samples, window) = match data {
        Some(data) => stored(T::NAMES.rolling, data, Statistic::validate)?,
        None => {
            let kernel = statistic.get().cell().with(py, |kernel| kernel.clone())?;
            (min_samples, Rolling::new(kernel, window_size)?)
        }
    };
    target.get().0.set(py, Held::new::<T::Kernel, _>(T::NAMES, min_samples, window));
    Ok(())
}

/// Puts a window of the observations of the last while into `target`.
pub fn roll_in_time<T: Holds<Kernel: Rolls<Input: Observation>>>(
    statistic: &Bound<'_, T>,
    target: &Bound<'_, RsTimeRolling>,
    (period, closed): (Duration, &str),
    min_samples: u64,
    data: Option<&[u8]>,
) -> PyResult<()> {
    let py = target.py();
    let (min_samples, window) = match data {
        Some(data) => stored(T::NAMES.time_rolling, data, TimeRolling::validate)?,
        None => {
            let kernel = statistic.get().cell().with(py, |kernel| kernel.clone())?;
            (min_samples, TimeRolling::new(kernel, reach(period)?, Closed::new(closed)?)?)
        }
    };
    target.get().0.set(py, Held::new::<T::Kernel, _>(T::NAMES, min_samples, window));
    Ok(())
}

/// A period in nanoseconds.
pub fn reach(period: Duration) -> Result<i128, Error> {
    nanoseconds("period", period.0.unwrap_or(f64::NAN))
}

/// The window that `data` holds, and its `min_samples`.
fn stored<W: DeserializeOwned>(
    name: &'static str,
    data: &[u8],
    validate: impl FnOnce(&W) -> Result<(), &'static str>,
) -> Result<(u64, W), Error> {
    let (min_samples, window): (u64, W) = state::open(name, data)?;
    validate(&window).map_err(|reason| state::invalid(name, reason))?;
    Ok((min_samples, window))
}
