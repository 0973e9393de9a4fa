//! The arguments of a call, and the one place where they are matched with the parameters of a signature.

use crate::python::ffi::attach::attached;
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyDict, PyString, PyTuple},
};
use std::ffi::CStr;

/// A parameter of a method.
pub struct Parameter {
    pub name: &'static str,
    /// The default as Python shows it; `None` where an argument is required.
    pub default: Option<&'static str>,
    /// What the docstring says of it.
    pub doc: &'static str,
}

/// The parameters of a method without `self`, from which its text signature, the names in errors and the reading of
/// its arguments follow.
pub struct Signature {
    parameters: &'static [Parameter],
    /// How many of the parameters may be given by position; those that follow are keywords only.
    positional: usize,
}

/// The most parameters that a signature has.
pub const MOST: usize = 4;

/// The argument of each parameter, in order; `None` where the default applies.
pub type Bindings<'py> = [Option<Borrowed<'py, 'py, PyAny>>; MOST];

impl Signature {
    /// Parameters that may be given by position or by name, those without defaults first.
    pub const fn new(parameters: &'static [Parameter]) -> Self {
        Self::with_keywords(parameters, parameters.len())
    }

    /// As [`Signature::new`], but only the first parameters may be given by position.
    pub const fn with_keywords(parameters: &'static [Parameter], positional: usize) -> Self {
        assert!(parameters.len() <= MOST && positional <= parameters.len());
        Self { parameters, positional }
    }

    pub const fn parameters(&self) -> &'static [Parameter] {
        self.parameters
    }

    /// The signature as Python writes it, such as `$self, x, w=1.0`.
    pub fn text(&self) -> String {
        let mut text = String::from("$self");
        for (i, parameter) in self.parameters.iter().enumerate() {
            if i == self.positional {
                text.push_str(", *");
            }
            text.push_str(", ");
            text.push_str(parameter.name);
            if let Some(default) = parameter.default {
                text.push('=');
                text.push_str(default);
            }
        }
        text
    }
}

/// The arguments of one call; only the trampoline makes them.
#[derive(Clone, Copy)]
pub struct Arguments<'py> {
    pub(super) this: Borrowed<'py, 'py, PyAny>,
    pub(super) method: &'static CStr,
    pub(super) positional: &'py [Borrowed<'py, 'py, PyAny>],
    /// The names of the keyword arguments, in order of `named`.
    pub(super) names: Option<Borrowed<'py, 'py, PyTuple>>,
    pub(super) named: &'py [Borrowed<'py, 'py, PyAny>],
}

impl<'py> Arguments<'py> {
    pub fn py(self) -> Python<'py> {
        self.this.py()
    }

    /// The arguments, if there are N of them and all are positional.
    #[inline(always)]
    pub fn exactly<const N: usize>(self) -> Option<[Borrowed<'py, 'py, PyAny>; N]> {
        if self.names.is_some() {
            return None;
        }
        <[_; N]>::try_from(self.positional).ok()
    }

    #[inline(always)]
    pub fn positional(self) -> &'py [Borrowed<'py, 'py, PyAny>] {
        self.positional
    }

    /// The keyword argument, if there is but one, of this name; an error if there are others.
    #[inline(always)]
    pub fn only_keyword(self, name: &Bound<'py, PyString>) -> Result<Option<Borrowed<'py, 'py, PyAny>>, ()> {
        let Some(names) = self.names else { return Ok(None) };
        match self.named {
            [argument] if names.get_borrowed_item(0).is_ok_and(|given| given.is(name)) => Ok(Some(*argument)),
            _ => Err(()),
        }
    }

    /// The arguments as Python functions get them that take any.
    pub fn to_tuple_and_dict(self) -> PyResult<(Bound<'py, PyTuple>, Option<Bound<'py, PyDict>>)> {
        let py = self.py();
        let tuple = PyTuple::new(py, self.positional)?;
        let Some(names) = self.names else { return Ok((tuple, None)) };
        let dict = PyDict::new(py);
        names.iter_borrowed().zip(self.named).try_for_each(|(name, argument)| dict.set_item(name, argument))?;
        Ok((tuple, Some(dict)))
    }

    /// The argument of each parameter, or the TypeError that Python raises where they do not match.
    #[inline(never)]
    pub fn bind(self, signature: &Signature) -> PyResult<Bindings<'py>> {
        let mut bindings = [None; MOST];
        if self.positional.len() > signature.positional {
            return Err(self.too_many(signature));
        }
        for (binding, &argument) in bindings.iter_mut().zip(self.positional) {
            *binding = Some(argument);
        }
        if let Some(names) = self.names {
            for (i, &argument) in self.named.iter().enumerate() {
                let name = names.get_borrowed_item(i)?;
                let Some(i) = signature.find(name) else { return Err(self.unexpected(name)) };
                if bindings[i].replace(argument).is_some() {
                    return Err(self.doubled(name));
                }
            }
        }
        let is_missing =
            |(parameter, binding): (&Parameter, &Option<_>)| parameter.default.is_none() && binding.is_none();
        if signature.parameters.iter().zip(&bindings).any(is_missing) {
            return Err(self.missing(signature, &bindings));
        }
        Ok(bindings)
    }

    /// The method as errors name it: `Mean.update()`.
    fn callee(self) -> String {
        let class = self.this.get_type().name().map_or_else(|_| "?".into(), |name| name.to_string());
        format!("{class}.{}()", self.method.to_string_lossy())
    }

    #[cold]
    fn error(self, what: &str) -> PyErr {
        PyTypeError::new_err(attached(self.py(), |_| format!("{} {what}", self.callee())))
    }

    #[cold]
    fn too_many(self, signature: &Signature) -> PyErr {
        let is_required = |parameter: &&Parameter| parameter.default.is_none();
        let (most, given) = (signature.positional, self.positional.len());
        let least = signature.parameters[..most].iter().filter(is_required).count();
        let range = if least < most { format!("from {least} to {most}") } else { most.to_string() };
        let plural = if most == 1 && least == 1 { "" } else { "s" };
        let were = if given == 1 { "was" } else { "were" };
        self.error(&format!("takes {range} positional argument{plural} but {given} {were} given"))
    }

    #[cold]
    fn unexpected(self, name: Borrowed<'_, '_, PyAny>) -> PyErr {
        self.error(&format!("got an unexpected keyword argument '{}'", name.as_any()))
    }

    #[cold]
    fn doubled(self, name: Borrowed<'_, '_, PyAny>) -> PyErr {
        self.error(&format!("got multiple values for argument '{}'", name.as_any()))
    }

    #[cold]
    fn missing(self, signature: &Signature, bindings: &Bindings<'_>) -> PyErr {
        let missing = |range: std::ops::Range<usize>| {
            let parameters = signature.parameters[range.clone()].iter().zip(&bindings[range]);
            let names = parameters.filter(|(parameter, binding)| parameter.default.is_none() && binding.is_none());
            names.map(|(parameter, _)| format!("'{}'", parameter.name)).collect::<Vec<_>>()
        };
        let (kind, names) = match missing(0..signature.positional) {
            names if names.is_empty() => ("keyword", missing(signature.positional..signature.parameters.len())),
            names => ("positional", names),
        };
        let plural = if names.len() == 1 { "" } else { "s" };
        let count = names.len();
        let names = match &names[..] {
            [first, second] => format!("{first} and {second}"),
            [others @ .., last] if count > 1 => format!("{}, and {last}", others.join(", ")),
            _ => names.concat(),
        };
        self.error(&format!("missing {count} required {kind} argument{plural}: {names}"))
    }
}

impl Signature {
    /// The index of the parameter of this name.
    fn find(&self, name: Borrowed<'_, '_, PyAny>) -> Option<usize> {
        let name = name.cast::<PyString>().ok()?;
        let name = name.to_str().ok()?;
        self.parameters.iter().position(|parameter| parameter.name == name)
    }
}
