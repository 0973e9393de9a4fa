//! The arguments of a call, and the one place where they are matched with the parameters of a signature.

use crate::python::ffi::attach::attached;
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyString, PyTuple},
};
use std::{ffi::CStr, slice};

/// A parameter of a method.
pub struct Parameter {
    pub name: &'static str,
    /// The default as Python shows it; `None` where an argument is required.
    pub default: Option<&'static str>,
    /// What the docstring says about it.
    pub doc: &'static str,
    /// The condition, to follow "if", under which the method raises a TypeError for it; empty for never. `value_error`
    /// likewise.
    pub type_error: &'static str,
    pub value_error: &'static str,
}

/// The parameters of a method, without `self`. Its text signature, the names in errors and the parsing of its arguments
/// follow from them.
pub struct Signature {
    parameters: &'static [Parameter],
    /// How many of the parameters may be given by position; those that follow are keywords only.
    positional: usize,
    /// What follows the parameters in the text signature.
    rest: &'static str,
    /// The names as interned strings, which can be compared by address.
    names: PyOnceLock<Vec<Py<PyString>>>,
}

/// The most parameters that a signature has.
pub const MOST: usize = 6;

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
        Self { parameters, positional, rest: "", names: PyOnceLock::new() }
    }

    /// The signature of a method that does not bind its arguments to parameters: only its text.
    pub const fn of_text(text: &'static str) -> Self {
        Self { parameters: &[], positional: 0, rest: text, names: PyOnceLock::new() }
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
        if !self.rest.is_empty() {
            text.push_str(", ");
            text.push_str(self.rest);
        }
        text
    }

    fn names(&self, py: Python<'_>) -> &[Py<PyString>] {
        let intern = |parameter: &Parameter| PyString::intern(py, parameter.name).unbind();
        self.names.get_or_init(py, || self.parameters.iter().map(intern).collect())
    }

    /// Whether the keywords are the parameters from index `first` on, in order.
    #[inline(never)]
    fn are_next(&self, first: usize, keywords: Borrowed<'_, '_, PyTuple>) -> bool {
        let names = self.names(keywords.py()).get(first..).unwrap_or_default();
        keywords.len() <= names.len() && keywords.iter_borrowed().zip(names).all(|(keyword, name)| keyword.is(name))
    }

    /// The index of the parameter of this name.
    fn find(&self, keyword: Borrowed<'_, '_, PyAny>) -> Option<usize> {
        let names = self.names(keyword.py());
        names.iter().position(|name| keyword.is(name)).or_else(|| {
            let keyword = keyword.cast::<PyString>().ok()?;
            let keyword = keyword.to_str().ok()?;
            self.parameters.iter().position(|parameter| parameter.name == keyword)
        })
    }
}

/// The arguments of one call.
///
/// It stays in registers on the fast path; a call takes 2 ns more if it is written to memory first. So only functions
/// that are always inlined take it as a whole.
#[derive(Clone, Copy)]
pub struct Arguments<'py> {
    this: Borrowed<'py, 'py, PyAny>,
    method: &'static CStr,
    /// `positional` arguments, followed by those of the keywords.
    values: *const Borrowed<'py, 'py, PyAny>,
    positional: usize,
    keywords: Option<Borrowed<'py, 'py, PyTuple>>,
}

impl<'py> Arguments<'py> {
    /// # Safety
    /// From `values` on, there are `positional` objects and one for each keyword.
    #[inline(always)]
    pub(super) unsafe fn new(
        this: Borrowed<'py, 'py, PyAny>,
        method: &'static CStr,
        values: *const Borrowed<'py, 'py, PyAny>,
        positional: usize,
        keywords: Option<Borrowed<'py, 'py, PyTuple>>,
    ) -> Self {
        Self { this, method, values, positional, keywords }
    }

    #[inline(always)]
    pub fn py(self) -> Python<'py> {
        self.this.py()
    }

    /// The arguments, if they are those of the first N parameters and no others: by position, or by name in order.
    #[inline(always)]
    pub fn exactly<const N: usize>(self, signature: &Signature) -> Option<[Borrowed<'py, 'py, PyAny>; N]> {
        match self.keywords {
            None if self.positional == N => {}
            Some(keywords)
                if self.positional + keywords.len() == N && signature.are_next(self.positional, keywords) => {}
            _ => return None,
        }
        // SAFETY: there are N values.
        Some(unsafe { *self.values.cast::<[_; N]>() })
    }

    #[inline(always)]
    pub fn positional(self) -> &'py [Borrowed<'py, 'py, PyAny>] {
        // Without arguments, `values` need not point to memory.
        if self.positional == 0 {
            return &[];
        }
        // SAFETY: there are as many.
        unsafe { slice::from_raw_parts(self.values, self.positional) }
    }

    /// Whether no argument has a name.
    #[inline(always)]
    pub fn are_positional(self) -> bool {
        self.keywords.is_none()
    }

    /// The keyword argument with this interned name, if it is the only one; an error if there are others.
    #[inline(always)]
    pub fn only_keyword(self, name: &Bound<'py, PyString>) -> Result<Option<Borrowed<'py, 'py, PyAny>>, ()> {
        let Some(keywords) = self.keywords else { return Ok(None) };
        if keywords.len() != 1 || !keywords.get_borrowed_item(0).is_ok_and(|keyword| keyword.is(name)) {
            return Err(());
        }
        Ok(self.named().first().copied())
    }

    /// The argument of each parameter, or the TypeError that Python raises where they do not match.
    #[inline(always)]
    pub fn bind(self, signature: &Signature) -> PyResult<Bindings<'py>> {
        // SAFETY: the caller of `new` has promised the same of these arguments.
        unsafe { bind(self.this, self.method, self.values, self.positional, self.keywords, signature) }
    }

    /// The arguments as a Python function with `*args` and `**kwargs` gets them.
    #[inline(always)]
    pub fn to_tuple_and_dict(self) -> PyResult<(Bound<'py, PyTuple>, Option<Bound<'py, PyDict>>)> {
        // SAFETY: the caller of `new` has promised the same of these arguments.
        unsafe { tuple_and_dict(self.this, self.values, self.positional, self.keywords) }
    }

    /// The values of the keywords.
    #[inline(always)]
    fn named(self) -> &'py [Borrowed<'py, 'py, PyAny>] {
        let Some(keywords) = self.keywords.filter(|keywords| !keywords.is_empty()) else { return &[] };
        // SAFETY: they follow the positional arguments.
        unsafe { slice::from_raw_parts(self.values.add(self.positional), keywords.len()) }
    }

    fn checked_bind(self, signature: &Signature) -> PyResult<Bindings<'py>> {
        let mut bindings = [None; MOST];
        if self.positional > signature.positional {
            return Err(self.too_many(signature));
        }
        for (binding, &argument) in bindings.iter_mut().zip(self.positional()) {
            *binding = Some(argument);
        }
        if let Some(keywords) = self.keywords {
            for (keyword, &argument) in keywords.iter_borrowed().zip(self.named()) {
                let Some(i) = signature.find(keyword) else { return Err(self.unexpected(keyword)) };
                if bindings[i].replace(argument).is_some() {
                    return Err(self.doubled(keyword));
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

    /// The error, which begins with the method's name: `Mean.update()`.
    #[cold]
    fn error(self, what: &str) -> PyErr {
        attached(self.py(), |_| {
            let class = self.this.get_type().name().map_or_else(|_| "?".into(), |name| name.to_string());
            PyTypeError::new_err(format!("{class}.{}() {what}", self.method.to_string_lossy()))
        })
    }

    #[cold]
    fn too_many(self, signature: &Signature) -> PyErr {
        let is_required = |parameter: &&Parameter| parameter.default.is_none();
        // As Python does, with `self`.
        let (most, given) = (1 + signature.positional, 1 + self.positional);
        let least = 1 + signature.parameters[..signature.positional].iter().filter(is_required).count();
        let range = if least < most { format!("from {least} to {most}") } else { most.to_string() };
        let plural = if most == 1 { "" } else { "s" };
        self.error(&format!("takes {range} positional argument{plural} but {given} were given"))
    }

    #[cold]
    fn unexpected(self, keyword: Borrowed<'_, '_, PyAny>) -> PyErr {
        self.error(&format!("got an unexpected keyword argument '{}'", keyword.as_any()))
    }

    #[cold]
    fn doubled(self, keyword: Borrowed<'_, '_, PyAny>) -> PyErr {
        self.error(&format!("got multiple values for argument '{}'", keyword.as_any()))
    }

    #[cold]
    fn missing(self, signature: &Signature, bindings: &Bindings<'_>) -> PyErr {
        let mut missing: [Vec<String>; 2] = Default::default();
        for (i, (parameter, binding)) in signature.parameters.iter().zip(bindings).enumerate() {
            if parameter.default.is_none() && binding.is_none() {
                missing[usize::from(i >= signature.positional)].push(format!("'{}'", parameter.name));
            }
        }
        let [positional, keywords] = missing;
        let (kind, names) = if positional.is_empty() { ("keyword", keywords) } else { ("positional", positional) };
        let (count, plural) = (names.len(), if names.len() == 1 { "" } else { "s" });
        let names = match &names[..] {
            [others @ .., before, last] => {
                let others: String = others.iter().map(|name| format!("{name}, ")).collect();
                let comma = if others.is_empty() { "" } else { "," };
                format!("{others}{before}{comma} and {last}")
            }
            _ => names.concat(),
        };
        self.error(&format!("missing {count} required {kind} argument{plural}: {names}"))
    }
}

/// # Safety
/// As for [`Arguments::new`].
#[inline(never)]
unsafe fn bind<'py>(
    this: Borrowed<'py, 'py, PyAny>,
    method: &'static CStr,
    values: *const Borrowed<'py, 'py, PyAny>,
    positional: usize,
    keywords: Option<Borrowed<'py, 'py, PyTuple>>,
    signature: &Signature,
) -> PyResult<Bindings<'py>> {
    // SAFETY: as the caller promised.
    unsafe { Arguments::new(this, method, values, positional, keywords) }.checked_bind(signature)
}

/// # Safety
/// As for [`Arguments::new`].
#[inline(never)]
unsafe fn tuple_and_dict<'py>(
    this: Borrowed<'py, 'py, PyAny>,
    values: *const Borrowed<'py, 'py, PyAny>,
    positional: usize,
    keywords: Option<Borrowed<'py, 'py, PyTuple>>,
) -> PyResult<(Bound<'py, PyTuple>, Option<Bound<'py, PyDict>>)> {
    let py = this.py();
    // SAFETY: as the caller promised.
    let arguments = unsafe { Arguments::new(this, c"", values, positional, keywords) };
    let tuple = PyTuple::new(py, arguments.positional())?;
    let Some(keywords) = keywords else { return Ok((tuple, None)) };
    let dict = PyDict::new(py);
    let mut named = keywords.iter_borrowed().zip(arguments.named());
    named.try_for_each(|(keyword, argument)| dict.set_item(keyword, argument))?;
    Ok((tuple, Some(dict)))
}
