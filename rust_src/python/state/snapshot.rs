//! What objects hold before a batch, to restore it when an observation of the batch is refused.

use crate::python::state::pickle::{attributes, dicts, set_attributes};
use pyo3::{
    exceptions::{PyException, PyMemoryError, PyTypeError},
    intern,
    prelude::*,
    types::{PyDict, PyType},
};

/// Restores what one object held.
type Restore<'py> = Box<dyn FnOnce() -> PyResult<()> + 'py>;

/// What a few objects held: a copy of the kernel of each that has one, deep copies of attributes.
pub struct Snapshot<'py>(Vec<Restore<'py>>);

impl<'py> Snapshot<'py> {
    /// An error if one of the objects holds what cannot be copied.
    pub fn of(py: Python<'py>, objects: &[Bound<'py, PyAny>]) -> PyResult<Self> {
        // The memo for `copy.deepcopy`, by address: an attribute that refers to one of the objects still does when it
        // is restored.
        let memo = PyDict::new(py);
        for object in objects {
            memo.set_item(object.as_ptr() as usize, object)?;
        }
        let mut restores = Vec::with_capacity(objects.len());
        for object in objects {
            add(object, &memo, &mut restores)?;
        }
        Ok(Self(restores))
    }

    /// `None` if one of the objects holds what cannot be copied.
    pub fn if_possible(py: Python<'py>, objects: &[Bound<'py, PyAny>]) -> PyResult<Option<Self>> {
        match Self::of(py, objects) {
            Ok(snapshot) => Ok(Some(snapshot)),
            Err(error) if error.is_instance_of::<PyMemoryError>(py) => Err(error),
            Err(error) if error.is_instance_of::<PyException>(py) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Restores what the objects held if `result` is an error, which is returned.
    pub fn restore_on_error<R>(self, py: Python<'py>, result: PyResult<R>) -> PyResult<R> {
        result.map_err(|error| match self.0.into_iter().try_for_each(|restore| restore()) {
            Ok(()) => error,
            Err(failure) => {
                failure.set_cause(py, Some(error));
                failure
            }
        })
    }
}

/// Adds what restores the object.
fn add<'py>(object: &Bound<'py, PyAny>, memo: &Bound<'py, PyDict>, restores: &mut Vec<Restore<'py>>) -> PyResult<()> {
    let py = object.py();
    let deepcopy =
        |state: Bound<'py, PyAny>| py.import(intern!(py, "copy"))?.call_method1(intern!(py, "deepcopy"), (state, memo));
    let class = object.get_type();
    if let Some(snapshot) = class.getattr_opt(intern!(py, "_kernel_snapshot"))? {
        let (this, kernel) = (object.clone(), snapshot.call1((object,))?);
        let is_whole = kernel.get_type().is(&class);
        restores.push(Box::new(move || this.call_method1(intern!(py, "_restore_kernel"), (kernel,)).map(drop)));
        if is_whole {
            // An object of the same class has the same attributes.
            return Ok(());
        }
    } else if !is_plain(&class)? {
        let message = format!("an object of {} holds what cannot be copied", class.fully_qualified_name()?);
        return Err(PyTypeError::new_err(message));
    } else if object.hasattr(intern!(py, "__setstate__"))? {
        let set = object.getattr(intern!(py, "__setstate__"))?;
        let state = deepcopy(object.call_method0(intern!(py, "__getstate__"))?)?;
        restores.push(Box::new(move || set.call1((state,)).map(drop)));
        return Ok(());
    }
    let (this, state) = (object.clone(), deepcopy(attributes(object)?)?);
    restores.push(Box::new(move || replace_attributes(&this, &state)));
    Ok(())
}

/// Whether objects of the class hold nothing but attributes: those of a class written in C may hold anything. This is
/// how `object.__reduce_ex__` finds out.
fn is_plain(class: &Bound<'_, PyType>) -> PyResult<bool> {
    let py = class.py();
    let size = |class: &Bound<'_, PyType>, name: &str| class.getattr(name)?.extract::<isize>();
    let slots = py.import("copyreg")?.call_method1("_slotnames", (class,))?.len()?;
    let dict = usize::from(size(class, "__dictoffset__")? > 0);
    let weak = usize::from(size(class, "__weakrefoffset__")? > 0);
    let pointers = (slots + dict + weak) * size_of::<usize>();
    let most = size(&py.get_type::<PyAny>(), "__basicsize__")? + pointers as isize;
    Ok(size(class, "__itemsize__")? == 0 && size(class, "__basicsize__")? <= most)
}

/// Sets these attributes, as [`attributes`] returns them, and deletes all others.
fn replace_attributes(object: &Bound<'_, PyAny>, saved: &Bound<'_, PyAny>) -> PyResult<()> {
    set_attributes(object, saved)?;
    let saved = dicts(saved)?;
    for name in dicts(&attributes(object)?)?.iter().flat_map(|now| now.keys()) {
        if !saved.iter().try_fold(false, |found, dict| Ok::<_, PyErr>(found || dict.contains(&name)?))? {
            object.delattr(name.cast_into()?)?;
        }
    }
    Ok(())
}
