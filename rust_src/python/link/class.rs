//! The methods of `RsLink`.

use crate::{
    Error,
    python::{
        classes::{
            calls::{no_arguments, required, with_arguments},
            docs,
            initialise::Initialise,
        },
        convert::signature,
        ffi::{
            arguments::{Arguments, Signature},
            descriptor::{FastMethod, Keywords, NoArguments, Returned, install},
            initialiser::install_initialiser,
        },
        link::{
            batch,
            sides::{RsLink, Sequence, Side, flow},
        },
        state::{
            copying, envelope,
            pickle::{self, Stateful, stateful},
        },
        sync::nesting::Level,
    },
};
use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::PyValueError,
    intern,
    prelude::*,
    types::{PyBytes, PyDict, PyTuple, PyType},
};
use std::ffi::CStr;

/// How deep links in states may be nested: each level copies the bytes of all levels inside.
const DEEPEST: u32 = 100;

#[pymethods]
impl RsLink {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self::empty()
    }

    /// The statistic that sees the values.
    #[getter]
    fn left<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.sides(py).map(|[left, _]| left.object)
    }

    /// The statistic that sees the values of `left`.
    #[getter]
    fn right<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.sides(py).map(|[_, right]| right.object)
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
        self.sides(py)?[1].nested(|object| object.getattr(intern!(py, "n")))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.traverse(&visit)
    }

    fn __clear__(&self, py: Python<'_>) {
        // If this thread is using it, it is not garbage.
        _ = self.replace(py, None);
    }
}

stateful! { RsLink }

impl Stateful for RsLink {
    const CLASS: &'static str = "Link";

    fn is_made(&self, py: Python<'_>) -> bool {
        self.sides(py).is_ok()
    }

    fn to_bytes(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
        let too_deep =
            |error| PyValueError::new_err(format!("to_bytes cannot store links that are {error}; pickle can"));
        let _level = Level::enter(DEEPEST).map_err(too_deep)?;
        let sides = self.sides(py)?;
        // Both sides at the same moment.
        let _guard = self.lock.lock(py)?;
        let [left, right] = sides.map(|side| side.object.call_method0(intern!(py, "to_bytes"))?.extract());
        Ok(envelope::seal::<(Vec<u8>, Vec<u8>)>("Link", &(left?, right?))?)
    }

    fn state<'py>(&self, py: Python<'py>) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)> {
        Ok((Vec::new(), self.sides(py)?.map(|side| side.object).to_vec()))
    }

    fn set_state(this: &Bound<'_, Self>, data: &[u8], objects: &Bound<'_, PyTuple>) -> PyResult<()> {
        if data.is_empty() && !objects.is_empty() {
            let (left, right) = objects.extract()?;
            return initialise(this, &left, &right);
        }
        let _level = Level::enter(DEEPEST).map_err(|error| invalid(format!("it is {error}")))?;
        let (left, right) = envelope::open::<(Vec<u8>, Vec<u8>)>("Link", data, |_| Ok(()))?;
        initialise(this, &side_of(this.py(), &left)?, &side_of(this.py(), &right)?)
    }

    fn copy_to(&self, py: Python<'_>, target: &Self) -> PyResult<()> {
        target.replace(py, Some(self.sides(py)?))
    }
}

fn initialise(this: &Bound<'_, RsLink>, left: &Bound<'_, PyAny>, right: &Bound<'_, PyAny>) -> PyResult<()> {
    let sides = [Side::new(left, "left")?, Side::new(right, "right")?];
    if this.get().would_contain_itself(this, &sides) {
        return Err(PyValueError::new_err("left and right must be other statistics, got a link inside itself"));
    }
    this.get().replace(this.py(), Some(sides))
}

impl FastMethod<RsLink> for Initialise {
    type Convention = Keywords;
    const NAME: &'static CStr = c"__init__";

    fn signature() -> &'static Signature {
        &signature::SIDES
    }

    fn doc() -> String {
        "Initialise the link.".into()
    }

    fn call<'py>(this: &Bound<'py, RsLink>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let [left, right] = required(arguments, &signature::SIDES)?;
        initialise(this, &left, &right)
    }
}

/// `update` of a link.
enum Update {}
/// `get` of a link.
enum Get {}

impl FastMethod<RsLink> for Update {
    with_arguments! { c"update", &signature::LINK, update }

    fn call<'py>(this: &Bound<'py, RsLink>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let [x] = required(arguments, &signature::LINK)?;
        let (py, link) = (this.py(), this.get());
        let sides = link.sides(py)?;
        let _guard = link.lock.lock(py)?;
        if sides.iter().any(|side| side.link().is_some()) {
            return flow(Sequence::new(sides), x.to_owned());
        }
        flow(sides.iter().map(Ok), x.to_owned())
    }
}

impl FastMethod<RsLink> for Get {
    no_arguments! { c"get", docs::get("The value of the statistic on the right.") }

    fn call<'py>(this: &Bound<'py, RsLink>, (): ()) -> PyResult<impl Returned<'py>> {
        let py = this.py();
        let [_, mut last] = this.get().sides(py)?;
        while let Some(link) = last.link() {
            let [_, right] = link.get().sides(py)?;
            last = right;
        }
        last.get()
    }
}

/// Gives a class, that of links or one derived from it, its fast methods.
pub fn install_methods(class: &Bound<'_, PyType>) -> PyResult<()> {
    install_initialiser::<RsLink, Initialise>(class)?;
    install::<RsLink, Update>(class)?;
    install::<RsLink, Get>(class)
}

fn invalid(reason: impl ToString) -> Error {
    Error::state("Link", reason)
}

/// The statistic, or the window over one, that a state is of.
fn side_of<'py>(py: Python<'py>, data: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    let name = envelope::class_of(data).map(|name| name.split('(').next().unwrap_or(name));
    for module in ["river.stats", "river.sketch", "river.utils"] {
        let module = py.import(module)?;
        if let Some(name) = name
            && module.getattr("__all__")?.contains(name)?
            && let Some(from_bytes) = module.getattr(name)?.getattr_opt(intern!(py, "from_bytes"))?
        {
            return from_bytes.call1((PyBytes::new(py, data),));
        }
    }
    Err(invalid("a side is not of a class of river.stats, river.sketch or river.utils").into())
}
