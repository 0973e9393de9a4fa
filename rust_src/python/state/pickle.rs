//! What pickle, `copy` and bytes keep of an object of a class written in Rust: one protocol for all of them.
//!
//! Pickle makes an object by `class.__new__(class)` and then sets its state: `data`, or `(data, attributes, *objects)` where
//! there are any. That names the class alone and no function, and an object in the state can refer back to the object that
//! it is a part of, as a statistic inside a link may.
//!
//! Where a subclass defines `__getstate__` or `__setstate__`, which should not have to know about the kernel, pickle
//! makes the object by `rebuild(class, data, *objects)` and then sets what `__getstate__` returned, as with a class
//! written in Python. Pickles of other classes that were written in this form stay readable.

use crate::python::{
    ffi::{class_version::Answers, object::new_object},
    state::{envelope, river_pickles},
};
use pyo3::{
    PyClass, intern,
    prelude::*,
    pyclass::boolean_struct::True,
    sync::PyOnceLock,
    types::{PyBytes, PyDict, PyString, PyTuple, PyType},
};
use std::mem;

/// A class whose objects have a state that can be copied, pickled and written as bytes. [`stateful!`] gives it the methods.
pub trait Stateful: PyClass<Frozen = True> + Sync {
    /// The name of the class in states.
    const CLASS: &'static str;

    /// Whether `__init__` has run.
    fn is_made(&self, py: Python<'_>) -> bool;

    /// All of the state as bytes.
    fn to_bytes(&self, py: Python<'_>) -> PyResult<Vec<u8>>;

    /// The state as bytes and the objects that these do not hold.
    fn state<'py>(&self, py: Python<'py>) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)> {
        Ok((self.to_bytes(py)?, Vec::new()))
    }

    /// Sets what [`state`](Self::state) returned, or [`to_bytes`](Self::to_bytes) without objects.
    fn set_state(this: &Bound<'_, Self>, data: &[u8], objects: &Bound<'_, PyTuple>) -> PyResult<()>;

    /// Gives `target` a copy of the state.
    fn copy_to(&self, py: Python<'_>, target: &Self) -> PyResult<()>;

    /// Whether a copy of the state is a deep copy too, since no object in it is mutable.
    fn holds_constants(&self, _py: Python<'_>) -> PyResult<bool> {
        Ok(false)
    }
}

/// The methods of a [`Stateful`] class; further lines of documentation are those of `to_bytes`.
macro_rules! stateful {
    ($rust:ident $(, $doc:literal)*) => {
        #[pymethods]
        impl $rust {
            #[doc = docs::to_bytes!()]
            $(#[doc = $doc])*
            fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
                Ok(PyBytes::new(py, &Stateful::to_bytes(self, py)?))
            }

            #[doc = docs::from_bytes!()]
            #[classmethod]
            fn from_bytes<'py>(cls: &Bound<'py, PyType>, data: &[u8]) -> PyResult<Bound<'py, PyAny>> {
                pickle::from_bytes::<Self>(cls, data).map(Bound::into_any)
            }

            fn _kernel_state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
                pickle::kernel_state(self, py)
            }

            #[pyo3(signature = (data, *objects))]
            fn _set_kernel_state(this: &Bound<'_, Self>, data: &[u8], objects: &Bound<'_, PyTuple>) -> PyResult<()> {
                Stateful::set_state(this, data, objects)
            }

            /// A copy of the kernel, in an object of this class without attributes.
            fn _kernel_snapshot<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, Self>> {
                pickle::snapshot(self, py)
            }

            fn _restore_kernel(&self, py: Python<'_>, snapshot: &Self) -> PyResult<()> {
                Stateful::copy_to(snapshot, py, self)
            }

            fn __setstate__(this: &Bound<'_, Self>, state: &Bound<'_, PyAny>) -> PyResult<()> {
                pickle::set_reduced(this, state)
            }

            fn __copy__<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                copying::copied(this)
            }

            fn __deepcopy__<'py>(this: &Bound<'py, Self>, memo: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                copying::deep_copied(this, memo)
            }

            fn __sizeof__(this: &Bound<'_, Self>) -> PyResult<usize> {
                pickle::size_of(this)
            }

            fn __reduce__<'py>(this: &Bound<'py, Self>) -> PyResult<pickle::Reduced<'py>> {
                pickle::reduced(this)
            }
        }
    };
}
pub(crate) use stateful;

/// A function, its arguments, and the state that is set afterwards.
pub type Reduced<'py> = (Bound<'py, PyAny>, Bound<'py, PyTuple>, Bound<'py, PyAny>);

/// Bytes, and the objects that these refer to.
type State<'py> = (Vec<u8>, Vec<Bound<'py, PyAny>>);

pub fn reduced<'py, T: Stateful>(this: &Bound<'py, T>) -> PyResult<Reduced<'py>> {
    let py = this.py();
    reduced_by(this.as_any(), &py.get_type::<T>(), &|| this.get().state(py))
}

fn reduced_by<'py>(
    this: &Bound<'py, PyAny>,
    base: &Bound<'py, PyType>,
    state: &dyn Fn() -> PyResult<State<'py>>,
) -> PyResult<Reduced<'py>> {
    let class = this.get_type();
    let has_hooks = has_hooks(&class, base)?;
    let attributes = if has_hooks { this.call_method0(intern!(this.py(), "__getstate__"))? } else { attributes(this)? };
    let state = state()?;
    if has_hooks { rebuilding(class, attributes, state) } else { making(class, attributes, state) }
}

/// A reduction by `rebuild`, with what `__getstate__` returned as the state.
fn rebuilding<'py>(
    class: Bound<'py, PyType>,
    attributes: Bound<'py, PyAny>,
    (data, objects): State<'py>,
) -> PyResult<Reduced<'py>> {
    static REBUILD: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = class.py();
    let rebuild = REBUILD.import(py, "river.stats._rust_stats", "rebuild")?.clone();
    let mut arguments = vec![class.into_any(), PyBytes::new(py, &data).into_any()];
    arguments.extend(objects);
    Ok((rebuild, PyTuple::new(py, arguments)?, attributes))
}

/// A reduction by `__new__` alone, for which pickle has an opcode, with everything else in the state.
fn making<'py>(
    class: Bound<'py, PyType>,
    attributes: Bound<'py, PyAny>,
    (data, objects): State<'py>,
) -> PyResult<Reduced<'py>> {
    static NEW: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = class.py();
    let new = NEW.import(py, "copyreg", "__newobj__")?.clone();
    let (data, arguments) = (PyBytes::new(py, &data).into_any(), PyTuple::new(py, [class])?);
    if attributes.is_none() && objects.is_empty() {
        return Ok((new, arguments, data));
    }
    let mut state = vec![data, attributes];
    state.extend(objects);
    Ok((new, arguments, PyTuple::new(py, state)?.into_any()))
}

/// Whether a subclass of `base`, which is in Rust, defines methods that customise how its objects are pickled.
pub fn has_hooks(class: &Bound<'_, PyType>, base: &Bound<'_, PyType>) -> PyResult<bool> {
    static ANSWERS: Answers = Answers::new();
    ANSWERS.of(class, || {
        let py = class.py();
        let hooks = [
            intern!(py, "__getstate__"),
            intern!(py, "__setstate__"),
            intern!(py, "__reduce__"),
            intern!(py, "__reduce_ex__"),
            intern!(py, "__new__"),
        ];
        hooks.into_iter().try_fold(false, |found, hook| Ok(found || !class.getattr(hook)?.is(&base.getattr(hook)?)))
    })
}

/// Create an object of the class from what its `_kernel_state` returned, or one whose state is yet to be set; pickles
/// refer to this function by name.
#[pyfunction]
#[pyo3(signature = (class_, *kernel), text_signature = "(class_, /, *kernel)")]
pub fn rebuild<'py>(class_: &Bound<'py, PyType>, kernel: &Bound<'py, PyTuple>) -> PyResult<Bound<'py, PyAny>> {
    let object = class_.call_method1(intern!(class_.py(), "__new__"), (class_,))?;
    if !kernel.is_empty() {
        object.call_method1(intern!(class_.py(), "_set_kernel_state"), kernel)?;
    }
    Ok(object)
}

pub fn from_bytes<'py, T: Stateful>(class: &Bound<'py, PyType>, data: &[u8]) -> PyResult<Bound<'py, T>> {
    let object = new_object::<T>(class)?;
    T::set_state(&object, data, &PyTuple::empty(class.py()))?;
    Ok(object)
}

pub fn kernel_state<'py, T: Stateful>(this: &T, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
    tuple_of(py, this.state(py)?)
}

fn tuple_of<'py>(py: Python<'py>, (data, mut objects): State<'py>) -> PyResult<Bound<'py, PyTuple>> {
    objects.insert(0, PyBytes::new(py, &data).into_any());
    PyTuple::new(py, objects)
}

pub fn snapshot<'py, T: Stateful>(this: &T, py: Python<'py>) -> PyResult<Bound<'py, T>> {
    let snapshot = new_object::<T>(&py.get_type::<T>())?;
    this.copy_to(py, snapshot.get())?;
    Ok(snapshot)
}

/// How many bytes the object takes, without the objects that it refers to. What it holds beyond its own struct is as
/// large as its stored state, apart from the spare capacity of vectors.
pub fn size_of<T: Stateful>(this: &Bound<'_, T>) -> PyResult<usize> {
    let state = if this.get().is_made(this.py()) { Some(this.get().state(this.py())?) } else { None };
    size_with(this.as_any(), mem::size_of::<T>(), state)
}

fn size_with(this: &Bound<'_, PyAny>, own: usize, state: Option<State<'_>>) -> PyResult<usize> {
    let py = this.py();
    let object: usize = py.get_type::<PyAny>().call_method1(intern!(py, "__sizeof__"), (this,))?.extract()?;
    let held = state.map_or(0, |(data, objects)| data.len() + objects.len() * mem::size_of::<Py<PyAny>>());
    Ok(object + held.saturating_sub(own))
}

/// Sets the state that [`reduced`] has returned, or that river has pickled.
pub fn set_reduced<T: Stateful>(this: &Bound<'_, T>, state: &Bound<'_, PyAny>) -> PyResult<()> {
    let made = this.get().is_made(this.py());
    let set_state = &mut |data: &[u8], objects: &Bound<'_, PyTuple>| T::set_state(this, data, objects);
    set_reduced_by(this.as_any(), state, T::CLASS, made, set_state)
}

/// [`Stateful::set_state`] of an object.
type SetState<'a> = dyn FnMut(&[u8], &Bound<'_, PyTuple>) -> PyResult<()> + 'a;

fn set_reduced_by(
    this: &Bound<'_, PyAny>,
    state: &Bound<'_, PyAny>,
    class: &'static str,
    made: bool,
    set_state: &mut SetState<'_>,
) -> PyResult<()> {
    if made {
        return set_attributes(this, state);
    }
    // River's bytes have no envelope.
    if let Ok(data) = state.cast::<PyBytes>()
        && envelope::class_of(data.as_bytes()).is_some()
    {
        return set_state(data.as_bytes(), &PyTuple::empty(this.py()));
    }
    if let Ok(state) = state.cast::<PyTuple>()
        && let [data, attributes, ..] = &state.iter().collect::<Vec<_>>()[..]
        && let Ok(data) = data.cast::<PyBytes>()
    {
        set_state(data.as_bytes(), &state.get_slice(2, state.len()))?;
        return set_attributes(this, attributes);
    }
    // River's state, and the attributes that are not part of it.
    let read = river_pickles::read(class, state).and_then(|((data, objects), attributes)| {
        set_state(&data, &PyTuple::new(this.py(), objects)?)?;
        Ok(attributes)
    });
    set_attributes(this, &read.map_err(|error| river_pickles::unreadable(this.py(), class, error))?)
}

/// The attributes that a subclass has added, as `object.__getstate__` returns them: None, a dict, or a pair of a dict (or
/// None) and the dict of its slots.
pub fn attributes<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    static GETSTATE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = object.py();
    let getstate =
        GETSTATE.get_or_try_init(py, || py.get_type::<PyAny>().getattr("__getstate__").map(Bound::unbind))?;
    getstate.bind(py).call1((object,))
}

pub fn set_attributes(object: &Bound<'_, PyAny>, attributes: &Bound<'_, PyAny>) -> PyResult<()> {
    for values in dicts(attributes)? {
        for (name, value) in values {
            object.setattr(name.cast_into::<PyString>()?, value)?;
        }
    }
    Ok(())
}

/// The dicts in what `object.__getstate__` returned.
pub fn dicts<'py>(attributes: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyDict>>> {
    let parts = match attributes.cast::<PyTuple>() {
        Ok(pair) => <[_; 2]>::from(pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?).to_vec(),
        Err(_) => vec![attributes.clone()],
    };
    parts.into_iter().filter(|part| !part.is_none()).map(|part| Ok(part.cast_into()?)).collect()
}
