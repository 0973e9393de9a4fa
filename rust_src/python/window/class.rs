//! Windows of any statistic as Python objects.
//!
//! The class of a statistic is not known when its window's methods are compiled, so a window is a trait object, which
//! the statistic's class puts into an empty `RsRolling` or `RsTimeRolling`. Where a statistic has no window of its own
//! the object stays empty, and the methods of a class derived from it, in Python, do the work.

use crate::{
    kernels::numerics::{timestamp::Timestamp, weight},
    python::{
        classes::docs,
        convert::{number::Number, signature, time::Time},
        ffi::{
            arguments,
            attach::attached,
            descriptor::{FastMethod, Keywords, NoArguments, Returned, install},
            number,
        },
        state::envelope,
        sync::{kernel_cell::KernelCell, reentrant::ReentrantLock},
        window::{batch, erased::Held},
    },
};
use pyo3::{
    PyClass,
    exceptions::PyTypeError,
    intern,
    prelude::*,
    pyclass::boolean_struct::True,
    types::{PyBytes, PyDict, PyTuple, PyType},
};
use std::ffi::CStr;

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

/// A class whose objects hold a window.
pub trait HoldsWindow: PyClass<Frozen = True> + Sync {
    fn cell(&self) -> &KernelCell<Held>;
    /// What those who work on a window written in Python wait at for each other.
    fn lock(&self) -> &ReentrantLock;
}

/// `update` of a window.
pub enum Update {}
/// `get` of a window.
pub enum Get {}

impl<T: HoldsWindow> FastMethod<T> for Update {
    type Convention = Keywords;
    const NAME: &'static CStr = c"update";

    fn signature() -> &'static arguments::Signature {
        &signature::WINDOW
    }

    fn doc() -> String {
        "Update the window with one observation.".into()
    }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, arguments: arguments::Arguments<'py>) -> PyResult<impl Returned<'py>> {
        match quick(this.get().cell(), arguments) {
            Some(updated) => updated,
            None => attached(this.py(), |_| update(this, arguments)),
        }
    }
}

/// Updates by positional numbers and perhaps a `t`; `None` where the call is of another form or the window another.
#[inline(always)]
fn quick(cell: &KernelCell<Held>, arguments: arguments::Arguments<'_>) -> Option<PyResult<()>> {
    let (given, count) = numbers(arguments)?;
    let t = match arguments.only_keyword(intern!(arguments.py(), "t")) {
        Ok(None) => None,
        Ok(Some(t)) => match Time::extract(t) {
            Ok(Time(t)) => Some(t),
            Err(error) => return Some(Err(error)),
        },
        Err(()) => return None,
    };
    match cell.try_with(arguments.py(), |held| held.take(given, count, t)) {
        Ok(taken) => taken.flatten().map(|taken| taken.map_err(PyErr::from)),
        Err(error) => Some(Err(error)),
    }
}

/// The positional arguments, if they are one to three numbers.
#[inline(always)]
fn numbers(arguments: arguments::Arguments<'_>) -> Option<([f64; 3], usize)> {
    let mut numbers = [0.0; 3];
    let given = arguments.positional();
    if given.is_empty() || given.len() > numbers.len() {
        return None;
    }
    for (value, object) in numbers.iter_mut().zip(given) {
        *value = number::float(*object).or_else(|| number::int(*object))?;
    }
    Some((numbers, given.len()))
}

fn update<T: HoldsWindow>(this: &Bound<'_, T>, arguments: arguments::Arguments<'_>) -> PyResult<()> {
    let (py, cell) = (this.py(), this.get().cell());
    let (args, kwargs) = arguments.to_tuple_and_dict()?;
    let Some(wanted) = cell.try_with(py, |held| held.takes())? else {
        let _guard = this.get().lock().lock(py)?;
        return this.as_any().call_method(intern!(py, "_update"), args, kwargs.as_ref()).map(drop);
    };
    let Arguments { numbers, w, t } = Arguments::parse(wanted, &args, kwargs.as_ref())?;
    if !weight::is_positive(w)? {
        return Ok(());
    }
    Ok(cell.with(py, |held| held.update(numbers, w, t))??)
}

impl<T: HoldsWindow> FastMethod<T> for Get {
    type Convention = NoArguments;
    const NAME: &'static CStr = c"get";

    fn signature() -> &'static arguments::Signature {
        &signature::NOTHING
    }

    fn doc() -> String {
        docs::get("The value of the statistic over the window; None where fewer than `min_samples` are in it.")
    }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, (): ()) -> PyResult<impl Returned<'py>> {
        let py = this.py();
        match this.get().cell().try_with(py, |held| held.get())? {
            Some(value) => value.into_object(py),
            None => attached(py, |_| {
                let _guard = this.get().lock().lock(py)?;
                this.as_any().call_method0(intern!(py, "_get"))
            }),
        }
    }
}

/// Gives a public class of windows an `update` and a `get` of its own.
#[pyfunction]
pub fn adopt_window(class_: &Bound<'_, PyType>) -> PyResult<()> {
    if class_.is_subclass_of::<RsTimeRolling>()? {
        install_methods::<RsTimeRolling>(class_)
    } else {
        install_methods::<RsRolling>(class_)
    }
}

pub fn install_methods<T: HoldsWindow>(class: &Bound<'_, PyType>) -> PyResult<()> {
    install::<T, Update>(class)?;
    install::<T, Get>(class)
}

macro_rules! window_class {
    ($rust:ident) => {
        #[pyclass(module = "river.stats._rust_stats", subclass, frozen)]
        pub struct $rust(KernelCell<Held>, ReentrantLock);

        #[pymethods]
        impl $rust {
            #[new]
            #[pyo3(signature = (*_args, **_kwargs))]
            fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
                Self(KernelCell::empty(), ReentrantLock::default())
            }

            #[doc = docs::update_many!()]
            #[pyo3(signature = (*columns, **named))]
            fn update_many<'py>(
                this: &Bound<'py, Self>,
                columns: &Bound<'py, PyTuple>,
                named: Option<&Bound<'py, PyDict>>,
            ) -> PyResult<()> {
                batch::update_many(this.get().parts(), this.as_any(), columns, named)
            }

            #[doc = docs::accumulate!()]
            #[pyo3(signature = (*columns, **named))]
            fn accumulate<'py>(
                this: &Bound<'py, Self>,
                columns: &Bound<'py, PyTuple>,
                named: Option<&Bound<'py, PyDict>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                batch::accumulate(this.get().parts(), this.as_any(), columns, named)
            }

            /// What a function returns; those who change the window wait meanwhile.
            fn _alone<'py>(&self, function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                let _guard = self.1.lock(function.py())?;
                function.call0()
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
                let bytes = self.0.try_with(py, |held| held.window.to_bytes(held.min_samples))?.transpose()?;
                Ok(bytes.map(|bytes| PyBytes::new(py, &bytes)))
            }

            /// The name of the statistic whose window, of this kind, the bytes hold.
            #[staticmethod]
            fn _name_in(data: &[u8]) -> Option<&str> {
                let name = envelope::class_of(data)?;
                name.strip_prefix($rust::KIND)?.strip_prefix('(')?.strip_suffix(')')
            }
        }

        impl HoldsWindow for $rust {
            #[inline]
            fn cell(&self) -> &KernelCell<Held> {
                &self.0
            }

            fn lock(&self) -> &ReentrantLock {
                &self.1
            }
        }

        impl $rust {
            pub fn cell(&self) -> &KernelCell<Held> {
                &self.0
            }

            /// The window, and what those who work on one written in Python wait at for each other.
            fn parts(&self) -> (&KernelCell<Held>, &ReentrantLock) {
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
