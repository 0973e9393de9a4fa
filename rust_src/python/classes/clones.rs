//! `clone` of the public classes.
//!
//! `base.Base.clone` reads the parameters from a signature and calls the class with copies of them, which takes ten
//! times as long as making the object. If it does nothing else, the kernel makes an empty one with the same parameters
//! directly.

use crate::python::{
    convert::signature,
    ffi::{
        arguments::{Arguments, Parameter, Signature},
        attach::attached,
        class_version::Answers,
        descriptor::{FastMethod, Keywords, Returned, install},
        object::new_object,
    },
};
use pyo3::{
    PyClass,
    exceptions::PyTypeError,
    prelude::*,
    pyclass::boolean_struct::True,
    sync::PyOnceLock,
    types::{PySuper, PyType},
};
use std::ffi::CStr;

/// The attributes that determine how clones are made, apart from the parameters themselves.
const METHODS: [&str; 7] = ["__new__", "__init__", "_get_params", "_parameters", "_places", "_renew", "_held"];

/// A class whose objects can make others with the same parameters.
pub trait Renew: PyClass<Frozen = True> + Sync {
    /// The Python class that users know, once there is one.
    fn public() -> &'static PyOnceLock<Public>;

    fn parameters() -> &'static [Parameter];

    /// Gives `target` the same parameters, without data; or returns false if these need more than copying.
    fn renew_to(&self, py: Python<'_>, target: &Self) -> PyResult<bool>;
}

/// A public class, and what determined how its objects are cloned when it was adopted.
pub struct Public {
    pub class: Py<PyType>,
    makers: Vec<Option<Py<PyAny>>>,
}

impl Public {
    fn new(class: &Bound<'_, PyType>, parameters: &[Parameter]) -> PyResult<Self> {
        let makers = makers(class, parameters)?.into_iter().map(|maker| maker.map(Bound::unbind)).collect();
        Ok(Self { class: class.clone().unbind(), makers })
    }

    /// Whether a subclass makes clones in the same way as the class.
    fn makes(&self, class: &Bound<'_, PyType>, parameters: &[Parameter]) -> PyResult<bool> {
        let is_same = |(own, maker): (&Option<Bound<'_, _>>, &Option<Py<_>>)| match (own, maker) {
            (Some(own), Some(maker)) => own.is(maker),
            (own, maker) => own.is_none() && maker.is_none(),
        };
        Ok(makers(class, parameters)?.iter().zip(&self.makers).all(is_same))
    }
}

/// What determines how objects of the class are cloned: its metaclass, which is called, then methods and parameters by
/// their names.
fn makers<'py>(class: &Bound<'py, PyType>, parameters: &[Parameter]) -> PyResult<Vec<Option<Bound<'py, PyAny>>>> {
    let mut makers = vec![Some(class.get_type().into_any())];
    for name in METHODS.into_iter().chain(parameters.iter().map(|parameter| parameter.name)) {
        makers.push(class.getattr_opt(name)?);
    }
    Ok(makers)
}

/// Makes a class in Python the one that users know T by, with a `clone` of its own.
pub fn adopt<T: Renew>(class: &Bound<'_, PyType>) -> PyResult<()> {
    T::public().get_or_try_init(class.py(), || Public::new(class, T::parameters()))?;
    install::<T, MakeClone>(class)
}

/// `clone`
enum MakeClone {}

impl<T: Renew> FastMethod<T> for MakeClone {
    type Convention = Keywords;
    const NAME: &'static CStr = c"clone";

    fn signature() -> &'static Signature {
        &signature::CLONE
    }

    fn doc() -> String {
        // The same text as in `river.stats.base.Statistic`, which is for all other classes.
        "Return a new object with the same parameters, which has seen no data.

Parameters
----------
new_params
    Parameters to use instead of the object's own.
include_attributes
    Whether the clone continues from the state of the object, as a copy does. A state that was reached with other
    parameters is not carried over: with `new_params`, only instance attributes other than the state are.

Returns
-------
The new object. Parameters that are themselves a `Base` are cloned, others deep-copied."
            .into()
    }

    fn call<'py>(this: &Bound<'py, T>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let py = this.py();
        if arguments.are_positional()
            && arguments.positional().is_empty()
            && let Some(clone) = attached(py, |_| renewed(this))?
        {
            return Ok(clone);
        }
        by_parameters(T::public().get(py), this.as_any(), arguments)
    }
}

/// The clone as `base.Base` makes it.
fn by_parameters<'py>(
    public: Option<&Public>,
    this: &Bound<'py, PyAny>,
    arguments: Arguments<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let (args, kwargs) = arguments.to_tuple_and_dict()?;
    let py = this.py();
    attached(py, |_| {
        let public = public.ok_or_else(|| PyTypeError::new_err("the class has no public one"))?;
        PySuper::new(public.class.bind(py), this)?.call_method("clone", args, kwargs.as_ref())
    })
}

/// The clone, if the class makes it in the way that the public class did when it was adopted.
#[inline]
fn renewed<'py, T: Renew>(this: &Bound<'py, T>) -> PyResult<Option<Bound<'py, PyAny>>> {
    static ANSWERS: Answers = Answers::new();
    let (py, class) = (this.py(), this.as_any().get_type());
    let public = T::public().get(py);
    if !ANSWERS.of(&class, || public.map_or(Ok(false), |public| public.makes(&class, T::parameters())))? {
        return Ok(None);
    }
    let clone = new_object::<T>(&class)?;
    Ok(this.get().renew_to(py, clone.get())?.then(|| clone.into_any()))
}
