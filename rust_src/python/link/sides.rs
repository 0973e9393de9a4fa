//! What a link holds, and how values pass from one side to the next.

use crate::python::{
    classes::native::{self, Native, Value},
    erased::class::missing_are_left_out,
    ffi::{attach::attached, descriptor::is_method, lock::Lock},
    sync::{
        nesting::{Level, release},
        reentrant::ReentrantLock,
    },
    window::class::refuse_slots,
};
use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::{PyRecursionError, PyRuntimeError, PyTypeError},
    intern,
    prelude::*,
    types::PyType,
};
use std::{
    borrow::Borrow,
    collections::HashSet,
    sync::atomic::{AtomicBool, Ordering},
};

/// Feeds its right side with the values of its left side, without a Python frame in between.
#[pyclass(module = "river.stats._rust_stats", subclass, frozen)]
pub struct RsLink {
    sides: Lock<Stored>,
    /// Held during each update and each column.
    pub lock: ReentrantLock,
    /// Whether it ever was a side of a link; only then can it be inside itself.
    is_side: AtomicBool,
}

/// A statistic inside a link.
pub struct Side<O> {
    pub object: O,
    call: Call,
}

type Stored = [Side<Py<PyAny>>; 2];
type Sides<'py> = [Side<Bound<'py, PyAny>>; 2];

/// How a link calls a side.
#[derive(Clone, Copy)]
pub enum Call {
    /// As an object of a class written here, with numbers that are not boxed.
    Native(&'static dyn Native),
    /// As a link with the methods of this package: its sides are called in its stead.
    Link,
    /// By the methods of the object.
    Methods,
}

/// How deep the methods of sides may call further links.
const DEEPEST: u32 = 1_000;

impl RsLink {
    pub fn empty() -> Self {
        Self { sides: Lock::empty(), lock: ReentrantLock::default(), is_side: AtomicBool::new(false) }
    }

    pub fn sides<'py>(&self, py: Python<'py>) -> PyResult<Sides<'py>> {
        let bind = |side: &Side<Py<PyAny>>| Side { object: side.object.bind(py).clone(), call: side.call };
        let sides = self.sides.with(py, |sides| sides.each_ref().map(bind));
        sides?.ok_or_else(|| {
            PyRuntimeError::new_err("__init__ of the link has not run: call super().__init__(left, right)")
        })
    }

    pub fn sequence<'py>(&self, py: Python<'py>) -> PyResult<Sequence<'py>> {
        self.sides(py).map(Sequence::new)
    }

    /// Whether `this` would be inside itself with these sides.
    pub fn would_contain_itself(&self, this: &Bound<'_, Self>, sides: &Sides<'_>) -> bool {
        for link in sides.iter().filter_map(|side| side.object.cast::<Self>().ok()) {
            link.get().is_side.store(true, Ordering::SeqCst);
        }
        self.is_side.load(Ordering::SeqCst) && reachable(sides).iter().any(|object| object.is(this))
    }

    pub fn replace(&self, py: Python<'_>, sides: Option<Sides<'_>>) -> PyResult<()> {
        let unbind = |side: Side<Bound<'_, PyAny>>| Side { object: side.object.unbind(), call: side.call };
        let sides = sides.map(|sides| sides.map(unbind));
        // After the lock was released, since this may run Python code.
        let former = self.sides.replace(py, sides)?;
        if former.is_some() {
            attached(py, |_| release_sides(former));
        }
        Ok(())
    }

    pub fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let visited = self.sides.peek(visit, |sides| sides.iter().try_for_each(|side| visit.call(&side.object)));
        visited.unwrap_or(Ok(()))
    }
}

impl Drop for RsLink {
    fn drop(&mut self) {
        release_sides(self.sides.take());
    }
}

fn release_sides(sides: Option<Stored>) {
    release(sides.into_iter().flatten().map(|side| side.object));
}

impl<'py> Side<Bound<'py, PyAny>> {
    /// A side from the argument called `name`.
    ///
    /// `update` and `get` are looked up here and never again: methods that were set on the object or its class before
    /// are called; methods that are set later are ignored if the object is called natively.
    pub fn new(object: &Bound<'py, PyAny>, name: &str) -> PyResult<Self> {
        let py = object.py();
        let methods = (object.getattr_opt(intern!(py, "update"))?, object.getattr_opt(intern!(py, "get"))?);
        let ((Some(update), Some(get)), false) = (methods, object.is_instance_of::<PyType>()) else {
            return Err(PyTypeError::new_err(format!("{name} must be a statistic, got {}", object.repr()?)));
        };
        refuse_slots(object)?;
        let is_own = is_method(&update, object, c"update") && is_method(&get, object, c"get");
        let call = match native::of(object) {
            Some(native) if native.counts_missing(object)? => return Err(missing_are_left_out()),
            Some(native) if is_own => Call::Native(native),
            None if is_own && object.is_instance_of::<RsLink>() => Call::Link,
            _ => Call::Methods,
        };
        Ok(Self { object: object.clone(), call })
    }

    /// The side as a link whose sides are called in its stead.
    pub fn link(&self) -> Option<&Bound<'py, RsLink>> {
        if matches!(self.call, Call::Link) { self.object.cast().ok() } else { None }
    }

    /// Lets `f` call a method of the side, which may be a link that does the same.
    pub fn nested<R>(&self, f: impl FnOnce(&Bound<'py, PyAny>) -> PyResult<R>) -> PyResult<R> {
        let _level = Level::enter(DEEPEST).map_err(|error| PyRecursionError::new_err(format!("links are {error}")))?;
        f(&self.object)
    }

    /// How the side is called natively, if it is.
    pub fn native(&self) -> Option<&'static dyn Native> {
        if let Call::Native(native) = self.call { Some(native) } else { None }
    }

    fn update(&self, value: Value<'py>) -> PyResult<()> {
        match self.native() {
            Some(native) => native.update(&self.object, value),
            None => self.nested(|object| object.call_method1(intern!(object.py(), "update"), (value,)).map(drop)),
        }
    }

    fn value(&self) -> PyResult<Option<Value<'py>>> {
        if let Some(native) = self.native() {
            return native.get(&self.object);
        }
        let value = self.get()?;
        Ok(if value.is_none() { None } else { Some(Value::Object(value)) })
    }

    /// What `get` of the object returns.
    pub fn get(&self) -> PyResult<Bound<'py, PyAny>> {
        match self.native() {
            Some(native) => native.get(&self.object)?.into_pyobject(self.object.py()),
            None => self.nested(|object| object.call_method0(intern!(object.py(), "get"))),
        }
    }
}

/// The sides of a link in the order in which values reach them, with the sides of a link in its stead. So a chain means
/// the same however it is nested, and its depth takes no stack.
pub struct Sequence<'py> {
    first: Option<Side<Bound<'py, PyAny>>>,
    /// The sides in between, the next one last. If neither side is a link, nothing is allocated.
    pending: Vec<Side<Bound<'py, PyAny>>>,
    last: Option<Side<Bound<'py, PyAny>>>,
}

impl<'py> Sequence<'py> {
    pub fn new([first, last]: Sides<'py>) -> Self {
        Self { first: Some(first), pending: Vec::new(), last: Some(last) }
    }
}

impl<'py> Iterator for Sequence<'py> {
    type Item = PyResult<Side<Bound<'py, PyAny>>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let next = self.first.take().or_else(|| self.pending.pop());
        let mut side = next.or_else(|| self.last.take())?;
        while let Some(link) = side.link() {
            match link.get().sides(link.py()) {
                Ok([left, right]) => {
                    self.pending.push(right);
                    side = left;
                }
                Err(error) => return Some(Err(error)),
            }
        }
        Some(Ok(side))
    }
}

/// Passes a value through the sides, each of which is updated with the value of the one before; a side whose value is
/// None ends that.
#[inline]
pub fn flow<'py>(
    sides: impl IntoIterator<Item = PyResult<impl Borrow<Side<Bound<'py, PyAny>>>>>,
    x: Bound<'py, PyAny>,
) -> PyResult<()> {
    let mut value = Value::Object(x);
    let mut sides = sides.into_iter();
    let mut next = sides.next();
    while let Some(side) = next {
        let side = side?;
        let side = side.borrow();
        side.update(value)?;
        next = sides.next();
        if next.is_none() {
            break;
        }
        match side.value()? {
            Some(got) => value = got,
            None => break,
        }
    }
    Ok(())
}

/// The objects of the sides, those of the links among them, and so on, each once.
pub fn reachable<'py>(sides: &[Side<Bound<'py, PyAny>>]) -> Vec<Bound<'py, PyAny>> {
    let mut pending: Vec<_> = sides.iter().map(|side| side.object.clone()).collect();
    let (mut seen, mut all) = (HashSet::new(), Vec::new());
    while let Some(object) = pending.pop() {
        if !seen.insert(object.as_ptr() as usize) {
            continue;
        }
        if let Ok(link) = object.cast::<RsLink>() {
            pending.extend(link.get().sides(object.py()).into_iter().flatten().map(|side| side.object));
        }
        all.push(object);
    }
    all
}
