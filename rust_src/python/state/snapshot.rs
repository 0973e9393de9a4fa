//! What statistics are before a column, for taking it back when one of its values is refused.

use crate::python::{
    classes::{
        numeric::{attributes, set_attributes},
        table,
    },
    interning::interned::{HoldsObjects, Interned},
    link::class::RsLink,
    state::twin::install,
    sync::kernel_cell::HoldsKernel,
    window::class::{RsRolling, RsTimeRolling},
};
use pyo3::{
    exceptions::{PyException, PyMemoryError},
    intern,
    prelude::*,
    types::{PyDict, PyTuple, PyType},
};

/// Gives an object back what it held.
pub type Undo<'py> = Box<dyn FnOnce() -> PyResult<()> + 'py>;

/// What a few statistics held, and those inside the links among them.
pub struct Saved<'py>(Vec<Undo<'py>>);

impl<'py> Saved<'py> {
    /// `None` if one of the objects cannot be taken back: then none is, as after a loop that an error has ended.
    pub fn of(objects: impl Iterator<Item = Bound<'py, PyAny>>, py: Python<'py>) -> PyResult<Option<Self>> {
        // For `copy.deepcopy`, by their addresses: what refers to one of them refers to the same one when it is taken
        // back.
        let known = PyDict::new(py);
        let mut pending: Vec<_> = objects.collect();
        let mut all = Vec::new();
        while let Some(object) = pending.pop() {
            let address = object.as_ptr() as usize;
            if known.contains(address)? {
                continue;
            }
            known.set_item(address, &object)?;
            if let Ok(link) = object.cast::<RsLink>() {
                pending.extend(link.get().both(py)?.map(|side| side.into_bound(py)));
            }
            all.push(object);
        }
        let mut undo = Vec::with_capacity(all.len());
        for object in &all {
            let own = table::keep(object)?;
            match rest(object, &known, own.is_some()) {
                Ok(Some(rest)) => undo.extend(own.into_iter().chain([rest])),
                Ok(None) => return Ok(None),
                Err(error) if error.is_instance_of::<PyMemoryError>(py) => return Err(error),
                Err(error) if error.is_instance_of::<PyException>(py) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(Some(Self(undo)))
    }

    pub fn restore(self) -> PyResult<()> {
        self.0.into_iter().try_for_each(|undo| undo())
    }
}

/// The kernel of an object that has one.
pub fn kernel<'py, T: HoldsKernel<Kernel: 'py>>(object: &Bound<'py, T>) -> PyResult<Undo<'py>> {
    let kernel = object.get().cell().with(object.py(), |kernel| kernel.clone())?;
    let object = object.clone();
    Ok(Box::new(move || {
        object.get().cell().set(object.py(), kernel);
        Ok(())
    }))
}

/// As [`kernel`], with the objects that its symbols stand for.
pub fn symbols<'py, T: HoldsObjects<N, Kernel: 'py>, const N: usize>(object: &Bound<'py, T>) -> PyResult<Undo<'py>> {
    let py = object.py();
    let interned = object.get().objects().with(py, |interned| Interned {
        kernel: interned.kernel.clone(),
        tables: interned.tables.each_ref().map(|table| table.clone_ref(py)),
    })?;
    let object = object.clone();
    Ok(Box::new(move || {
        object.get().objects().set(py, interned);
        Ok(())
    }))
}

/// What an object holds beside a kernel of its `own`; `None` if that is more than copies bring back.
fn rest<'py>(object: &Bound<'py, PyAny>, known: &Bound<'py, PyDict>, own: bool) -> PyResult<Option<Undo<'py>>> {
    let py = object.py();
    let this = object.clone();
    let copied = |state: Bound<'py, PyAny>| {
        py.import(intern!(py, "copy"))?.call_method1(intern!(py, "deepcopy"), (state, known))
    };
    if object.is_instance_of::<RsRolling>() || object.is_instance_of::<RsTimeRolling>() {
        // Its copy shares nothing that changes with it, and has the same observations.
        let copy = py.import(intern!(py, "copy"))?.call_method1(intern!(py, "copy"), (object,))?;
        return Ok(Some(Box::new(move || install(&this, &copy))));
    }
    if !own && !object.is_instance_of::<RsLink>() {
        if !is_plain(&object.get_type())? {
            return Ok(None);
        }
        if let Some(set) = object.getattr_opt(intern!(py, "__setstate__"))? {
            let state = copied(object.call_method0(intern!(py, "__getstate__"))?)?;
            return Ok(Some(Box::new(move || set.call1((state,)).map(drop))));
        }
    }
    let state = copied(attributes(object)?)?;
    Ok(Some(Box::new(move || replace_attributes(&this, &state))))
}

/// Whether all that objects of the class hold are attributes: those of a class written in C may hold anything. This is
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

/// Lets an object have these attributes, in the form of [`attributes`], and no others.
fn replace_attributes(object: &Bound<'_, PyAny>, saved: &Bound<'_, PyAny>) -> PyResult<()> {
    set_attributes(object, saved)?;
    let (saved, now) = (by_name(saved)?, by_name(&attributes(object)?)?);
    for name in now.keys() {
        if !saved.contains(&name)? {
            object.delattr(name.cast_into()?)?;
        }
    }
    Ok(())
}

/// All attributes, those in slots too.
fn by_name<'py>(attributes: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let all = PyDict::new(attributes.py());
    let parts = attributes.cast::<PyTuple>().map_or_else(|_| vec![attributes.clone()], |pair| pair.iter().collect());
    for part in parts {
        if !part.is_none() {
            all.update(part.cast::<PyDict>()?.as_mapping())?;
        }
    }
    Ok(all)
}
