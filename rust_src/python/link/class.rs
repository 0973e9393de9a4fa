//! Two statistics in sequence.

use crate::python::{
    classes::{docs, numeric},
    convert::number::Number,
    ffi::{attach::attached, descriptor::is_method},
    link::{
        batch,
        native::{self, Deeper},
    },
    state::{envelope, river_pickles},
    sync::reentrant::ReentrantLock,
};
use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::{PyRuntimeError, PyTypeError, PyValueError},
    intern,
    prelude::*,
    sync::MutexExt,
    types::{PyBytes, PyDict, PyTuple, PyType},
};
use serde::{Deserialize, Serialize};
use std::{
    cell::Cell,
    collections::HashSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// The kernel of `Link`: no statistic of its own, but what passes values on without a Python frame.
///
/// What the left side has nothing to pass on of, because it is None, reaches nothing further right; so a chain means
/// the same however its links are nested.
#[pyclass(module = "river.stats._rust_stats", subclass, frozen)]
pub struct RsLink {
    sides: Mutex<Option<Sides>>,
    /// What updates and whole columns wait at for each other.
    pub lock: ReentrantLock,
    /// Whether it ever was a side of a link: no other can contain itself.
    is_side: AtomicBool,
}

struct Sides {
    left: Side,
    right: Side,
    /// The left side is a link itself, with its own way to say whether a value got through, by methods of this class.
    nested: bool,
}

/// A statistic, and how to call it natively where that can be.
pub struct Side {
    pub object: Py<PyAny>,
    pub native: Option<native::Native>,
}

/// What flows through a link.
pub enum Value<'py> {
    Number(f64),
    Object(Bound<'py, PyAny>),
}

/// The state of a link: those of its sides, each in an envelope that names its class.
#[derive(Serialize, Deserialize)]
struct States {
    left: Vec<u8>,
    right: Vec<u8>,
}

/// Links in links in links are written and read by calls in calls.
const DEEPEST: u32 = 100;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

#[pymethods]
impl RsLink {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self { sides: Mutex::new(None), lock: ReentrantLock::default(), is_side: AtomicBool::new(false) }
    }

    fn __init__(this: &Bound<'_, Self>, left: &Bound<'_, PyAny>, right: &Bound<'_, PyAny>) -> PyResult<()> {
        let (left, left_is_own) = Side::new(left, "left")?;
        let (right, _) = Side::new(right, "right")?;
        let py = this.py();
        let nested = left_is_own && left.link(py).is_some();
        let sides = Sides { left, right, nested };
        for link in [&sides.left, &sides.right].into_iter().filter_map(|side| side.link(py)) {
            link.get().is_side.store(true, Ordering::SeqCst);
        }
        if this.get().is_side.load(Ordering::SeqCst) && sides.contain(this)? {
            return Err(PyValueError::new_err("left and right must be other statistics, got a link inside itself"));
        }
        this.get().replace(py, Some(sides));
        Ok(())
    }

    /// The statistic that sees the values.
    #[getter]
    fn left(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        Ok(self.sides(py)?.left.object)
    }

    /// The statistic that sees the values of `left`.
    #[getter]
    fn right(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        Ok(self.sides(py)?.right.object)
    }

    #[doc = docs::update_many!()]
    #[allow(non_snake_case, reason = "upper case is what columns are called in Python")]
    fn update_many(&self, X: &Bound<'_, PyAny>) -> PyResult<()> {
        batch::update_many(self, X)
    }

    #[doc = docs::accumulate!()]
    #[allow(non_snake_case, reason = "upper case is what columns are called in Python")]
    fn accumulate<'py>(this: &Bound<'py, Self>, X: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        batch::accumulate(this.as_any(), this.get(), X)
    }

    /// How many values reached `right`.
    #[getter]
    fn n<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let _deeper = Deeper::enter()?;
        self.sides(py)?.right.object.into_bound(py).getattr(intern!(py, "n"))
    }

    #[doc = docs::to_bytes!()]
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let sides = self.sides(py)?;
        let states = nested(|| {
            let [left, right] =
                [sides.left, sides.right].map(|side| side.object.call_method0(py, "to_bytes")?.extract(py));
            Ok(States { left: left?, right: right? })
        })?;
        Ok(PyBytes::new(py, &envelope::seal("Link", &states)?))
    }

    #[doc = docs::from_bytes!()]
    #[classmethod]
    fn from_bytes<'py>(cls: &Bound<'py, PyType>, data: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        let States { left, right } = envelope::open("Link", data, |_| Ok(()))?;
        let (left, right) = nested(|| Ok((statistic(cls.py(), &left)?, statistic(cls.py(), &right)?)))?;
        let object = cls.call_method1("__new__", (cls,))?;
        Self::__init__(object.cast::<Self>()?, &left, &right)?;
        Ok(object)
    }

    fn __getstate__<'py>(this: &Bound<'py, Self>) -> PyResult<(Py<PyAny>, Py<PyAny>, Bound<'py, PyAny>)> {
        let sides = this.get().sides(this.py())?;
        Ok((sides.left.object, sides.right.object, numeric::attributes(this.as_any())?))
    }

    fn __setstate__(this: &Bound<'_, Self>, state: &Bound<'_, PyAny>) -> PyResult<()> {
        // Where this package has not written it, river has.
        let (left, right, attributes) = state.extract().or_else(|_| river_pickles::read_link(state))?;
        numeric::set_attributes(this.as_any(), &attributes)?;
        Self::__init__(this, &left, &right)
    }

    fn __reduce__<'py>(this: &Bound<'py, Self>) -> PyResult<numeric::Reduced<'py>> {
        numeric::reduce(this.as_any())
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        // Not to be seen by the collector for once is harmless; to wait for a lock in it is not.
        if let Ok(sides) = self.sides.try_lock()
            && let Some(sides) = sides.as_ref()
        {
            visit.call(&sides.left.object)?;
            visit.call(&sides.right.object)?;
        }
        Ok(())
    }

    fn __clear__(&self) {
        let sides = self.sides.try_lock().ok().and_then(|mut sides| sides.take());
        drop(sides);
    }
}

/// Lets a value go through sides from left to right, as far as it gets.
pub fn flow<'a>(py: Python<'_>, sides: impl IntoIterator<Item = &'a Side>, x: &Bound<'_, PyAny>) -> PyResult<()> {
    let mut value = Value::Object(x.clone());
    let mut sides = sides.into_iter().peekable();
    while let Some(side) = sides.next() {
        side.update(py, value)?;
        if sides.peek().is_none() {
            break;
        }
        match side.get(py)? {
            Some(got) => value = got,
            None => break,
        }
    }
    Ok(())
}

impl RsLink {
    pub fn update(&self, x: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = x.py();
        let _deeper = Deeper::enter()?;
        let sides = self.sides(py)?;
        let _guard = self.lock.lock(py)?;
        let flown = if sides.nested {
            attached(py, |py| flow(py, &self.chain(py)?, x))
        } else {
            flow(py, [&sides.left, &sides.right], x)
        };
        sides.release(py);
        flown
    }

    pub fn get<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let _deeper = Deeper::enter()?;
        let sides = self.sides(py)?;
        let value = sides.right.object.bind(py).call_method0(intern!(py, "get"));
        sides.release(py);
        value
    }

    /// Both sides.
    pub fn both(&self, py: Python<'_>) -> PyResult<[Py<PyAny>; 2]> {
        let sides = self.sides(py)?;
        Ok([sides.left.object, sides.right.object])
    }

    /// The sides from left to right, those of links on the left among them.
    pub fn chain(&self, py: Python<'_>) -> PyResult<Vec<Side>> {
        let mut sides = self.sides(py)?;
        let mut chain = vec![sides.right];
        while sides.nested {
            sides = sides.left.object.bind(py).cast::<RsLink>()?.get().sides(py)?;
            chain.push(sides.right);
        }
        chain.push(sides.left);
        chain.reverse();
        Ok(chain)
    }

    fn sides(&self, py: Python<'_>) -> PyResult<Sides> {
        match &*self.sides.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner) {
            Some(sides) => {
                Ok(Sides { left: sides.left.clone_ref(py), right: sides.right.clone_ref(py), nested: sides.nested })
            }
            None => {
                Err(PyRuntimeError::new_err("__init__ of the link has not run: call super().__init__(left, right)"))
            }
        }
    }

    /// What was there before goes when the lock is open again: its end may run Python code.
    fn replace(&self, py: Python<'_>, sides: Option<Sides>) {
        let before =
            std::mem::replace(&mut *self.sides.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner), sides);
        drop(before);
    }
}

impl Sides {
    /// Drops both, at once where PyO3 does not count the thread as attached.
    fn release(self, py: Python<'_>) {
        drop([self.left, self.right].map(|side| side.object.into_bound(py)));
    }

    /// Whether the link is a side, or a side of a link among the sides, and so on.
    fn contain(&self, link: &Bound<'_, RsLink>) -> PyResult<bool> {
        let py = link.py();
        let (mut seen, mut pending) =
            (HashSet::new(), vec![self.left.object.clone_ref(py), self.right.object.clone_ref(py)]);
        while let Some(object) = pending.pop() {
            if object.is(link) {
                return Ok(true);
            }
            if let Ok(other) = object.bind(py).cast::<RsLink>()
                && seen.insert(object.as_ptr() as usize)
            {
                let sides = other.get().sides.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
                pending.extend(
                    sides.iter().flat_map(|sides| [&sides.left, &sides.right]).map(|side| side.object.clone_ref(py)),
                );
            }
        }
        Ok(false)
    }
}

impl Side {
    /// The argument called `name`, and whether its methods are those of a class of this package.
    ///
    /// What `update` and `get` are is asked here, and never again: another method that is set on the object or on its
    /// class before is called as that of any class, one that is set later is not seen where the class is called
    /// natively.
    fn new(object: &Bound<'_, PyAny>, name: &str) -> PyResult<(Self, bool)> {
        let py = object.py();
        let is_class = object.is_instance_of::<PyType>();
        let methods = (object.getattr_opt(intern!(py, "update"))?, object.getattr_opt(intern!(py, "get"))?);
        let ((Some(update), Some(get)), false) = (methods, is_class) else {
            return Err(PyTypeError::new_err(format!("{name} must be a statistic, got {}", object.repr()?)));
        };
        let is_own = is_method(&update, object, c"update") && is_method(&get, object, c"get");
        let native = if is_own { native::native(object) } else { None };
        Ok((Self { object: object.clone().unbind(), native }, is_own))
    }

    /// The side, if it is a link.
    fn link<'a, 'py>(&'a self, py: Python<'py>) -> Option<&'a Bound<'py, RsLink>> {
        if self.native.is_some() { None } else { self.object.bind(py).cast::<RsLink>().ok() }
    }

    pub fn clone_ref(&self, py: Python<'_>) -> Self {
        Self { object: self.object.clone_ref(py), native: self.native }
    }

    #[inline]
    fn update(&self, py: Python<'_>, value: Value<'_>) -> PyResult<()> {
        let object = self.object.bind(py);
        match (self.native, value) {
            (Some(native), Value::Number(x)) => (native.update)(object, x),
            (Some(native), Value::Object(x)) => (native.update)(object, Number::extract(x.as_borrowed())?.0),
            (None, Value::Number(x)) => object.call_method1(intern!(py, "update"), (x,)).map(drop),
            (None, Value::Object(x)) => object.call_method1(intern!(py, "update"), (x,)).map(drop),
        }
    }

    #[inline]
    pub fn get<'py>(&self, py: Python<'py>) -> PyResult<Option<Value<'py>>> {
        let object = self.object.bind(py);
        match self.native {
            Some(native) => Ok((native.get)(object)?.map(Value::Number)),
            None => {
                let value = object.call_method0(intern!(py, "get"))?;
                Ok((!value.is_none()).then_some(Value::Object(value)))
            }
        }
    }
}

/// The statistic of `river.stats` that a state is of.
fn statistic<'py>(py: Python<'py>, data: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    let stats = py.import("river.stats")?;
    let named = envelope::class_of(data).map(|name| stats.getattr_opt(name)).transpose()?.flatten();
    let class = match named {
        Some(class) if class.is_instance_of::<PyType>() && class.hasattr("from_bytes")? => class,
        _ => return Err(PyValueError::new_err("not a valid state of Link: a side is of no class of river.stats")),
    };
    class.call_method1("from_bytes", (PyBytes::new(py, data),))
}

/// Goes one link deeper.
fn nested<T>(f: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    let depth = DEPTH.get();
    if depth == DEEPEST {
        return Err(PyValueError::new_err(format!("not a valid state of Link: it is nested more than {DEEPEST} deep")));
    }
    DEPTH.set(depth + 1);
    let result = f();
    DEPTH.set(depth);
    result
}
