//! Windows over numbers, of any kind, side by side.

use crate::{
    Error,
    kernels::numerics::{timestamp::Timestamp, weight},
    python::{
        erased::{
            class::{self, Name},
            held::{Held, Nulls, Shape, Window},
            kernel::Kernel,
            kernels::Kernels,
            numbers::{NumberWindow, Reading},
            observation::Block,
        },
        state::envelope,
        sync::kernel_cell::KernelCell,
        window::{
            calls::HoldsWindow,
            class::{RsRolling, RsTimeRolling, RsTumblingWindow},
        },
    },
};
use pyo3::{prelude::*, types::PyTuple};
use std::any::Any;

/// Windows of one kind over statistics of one class.
pub struct Windows {
    common: Common,
    template: Box<dyn NumberWindow>,
    windows: Vec<Box<dyn NumberWindow>>,
}

/// What all of them have in common; the rest of what [`Held`] is.
#[derive(Clone)]
struct Common {
    name: String,
    class: &'static str,
    shape: Shape,
    plain: bool,
    timed: bool,
    in_seconds: bool,
}

impl Common {
    fn of(kind: &str, held: &Held) -> Self {
        let Held { class, shape, plain, timed, in_seconds, nulls, .. } = *held;
        let name = Name { kind, class, timed, in_seconds, nulls }.text();
        Self { name, class, shape, plain, timed, in_seconds }
    }

    fn hold(&self, window: Box<dyn NumberWindow>) -> Held {
        let Self { class, shape, plain, timed, in_seconds, .. } = *self;
        Held { class, shape, plain, timed, in_seconds, nulls: Nulls::Skip, window: Window::Numbers(window) }
    }
}

/// A window outside any object.
struct Kept(Held);

impl Kernel for Kept {
    fn put_into(self: Box<Self>, target: &Bound<'_, PyAny>) -> PyResult<()> {
        match cell(target) {
            Some((_, cell)) => cell.set(target.py(), self.0),
            None => Err(Error::Type("the object is not a window".into()).into()),
        }
    }
}

/// The kind of window that an object is, and what it holds.
fn cell<'a>(object: &'a Bound<'_, PyAny>) -> Option<(&'static str, &'a KernelCell<Held>)> {
    if let Ok(window) = object.cast::<RsRolling>() {
        return Some(("Rolling", window.get().cell()));
    }
    if let Ok(window) = object.cast::<RsTimeRolling>() {
        return Some(("TimeRolling", window.get().cell()));
    }
    object.cast::<RsTumblingWindow>().ok().map(|window| ("TumblingWindow", window.get().cell()))
}

impl Windows {
    /// No windows yet, with the parameters of this one, if it is one over numbers in Rust.
    pub fn of(object: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        let Some((kind, cell)) = cell(object) else { return Ok(None) };
        let found = cell.try_with(object.py(), |held| match &held.window {
            Window::Numbers(window) => Some((Common::of(kind, held), window.copied())),
            Window::Objects(_) => None,
        })?;
        Ok(found.flatten().map(|(common, template)| Self { common, template, windows: Vec::new() }))
    }

    /// The windows that these bytes hold, under this name.
    pub fn read(py: Python<'_>, name: &str, data: &[u8]) -> PyResult<Self> {
        let invalid = || Error::state(name, "it is one of something else");
        let parsed = Name::parse(name).ok_or_else(invalid)?;
        if !matches!(parsed.kind, "Rolling" | "TimeRolling" | "TumblingWindow")
            || parsed.text() != name
            || parsed.nulls.are_slots()
        {
            return Err(invalid().into());
        }
        let class = class::named(py, parsed.class).ok_or_else(invalid)?;
        let (template, windows): (Vec<u8>, Vec<Vec<u8>>) = envelope::open(name, data, |_| Ok(()))?;
        let read = |data: &Vec<u8>| {
            let held = class.read(parsed, data, &PyTuple::empty(py))?;
            let common = Common::of(parsed.kind, &held);
            match held.window {
                Window::Numbers(window) => Ok((common, window)),
                Window::Objects(_) => Err(PyErr::from(invalid())),
            }
        };
        let (common, template) = read(&template)?;
        let windows = windows.iter().map(|data| Ok(read(data)?.1)).collect::<PyResult<_>>()?;
        Ok(Self { common, template, windows })
    }

    fn window(&self, index: Option<usize>) -> &dyn NumberWindow {
        index.map_or(&*self.template, |index| &*self.windows[index])
    }
}

impl Kernels for Windows {
    fn name(&self) -> &str {
        &self.common.name
    }

    fn shape(&self) -> Shape {
        self.common.shape
    }

    fn is_timed(&self) -> bool {
        self.common.timed || self.template.bounds().period.is_some()
    }

    fn len(&self) -> usize {
        self.windows.len()
    }

    fn push(&mut self) {
        self.windows.push(self.template.copied());
    }

    fn swap_remove(&mut self, index: usize) {
        self.windows.swap_remove(index);
    }

    fn truncate(&mut self, len: usize) {
        self.windows.truncate(len);
    }

    fn update(&mut self, index: usize, x: f64, y: f64, w: f64, t: Option<Timestamp>) -> Result<(), Box<Error>> {
        weight::is_positive_in_window(w)?;
        self.windows[index].update(x, y, w, t).map(drop)
    }

    fn takes_blocks(&self) -> bool {
        false
    }

    fn update_block(&mut self, _: &[u32], _: Block<'_>) {}

    fn update_runs(&mut self, _: Block<'_>, _: &[u32]) {}

    fn update_many(&mut self, _: usize, _: Block<'_>) {}

    fn reading(&self, index: Option<usize>) -> Reading {
        self.window(index).reading()
    }

    fn width(&self) -> Option<usize> {
        self.template.width()
    }

    fn kernel(&self, index: Option<usize>) -> Box<dyn Kernel> {
        Box::new(Kept(self.common.hold(self.window(index).copied())))
    }

    fn merge(&mut self, index: usize, other: &dyn Kernels, at: usize) -> Result<(), Error> {
        match other.as_any().downcast_ref::<Self>() {
            Some(other) => self.windows[index].merge(&*other.windows[at]),
            None => Err(Error::Type(format!("{} and {} cannot be merged", self.name(), other.name()))),
        }
    }

    fn select(&self, indices: &mut dyn Iterator<Item = usize>) -> Box<dyn Kernels> {
        let windows = indices.map(|index| self.windows[index].copied()).collect();
        Box::new(Self { common: self.common.clone(), template: self.template.copied(), windows })
    }

    fn replace(&mut self, index: usize, other: &dyn Kernels, at: usize) {
        if let Some(other) = other.as_any().downcast_ref::<Self>() {
            self.windows[index] = other.windows[at].copied();
        }
    }

    fn template_to_bytes(&self) -> Result<Vec<u8>, Error> {
        self.template.to_bytes(self.name())
    }

    fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let windows = self.windows.iter().map(|window| window.to_bytes(self.name()));
        envelope::seal(self.name(), &(self.template_to_bytes()?, windows.collect::<Result<Vec<_>, _>>()?))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
