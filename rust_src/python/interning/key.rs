//! Python objects as the keys of groups.

use crate::python::{ffi::number::int64, interning::table::hash};
use pyo3::{
    intern,
    prelude::*,
    sync::PyOnceLock,
    types::{PyBool, PyBytes, PyFloat, PyInt, PyString, PyTuple},
};

/// What kind of value a key is, as far as that can be decided without Python code.
#[derive(Clone, Copy)]
pub enum Kind<'a> {
    None,
    Integer(i64),
    Text(&'a str),
    /// A number of another type, or beyond 64 bits, and the integer that it equals.
    Number(Option<i64>),
    /// Equal to nothing of the kinds above.
    Apart,
    /// Only Python code can tell what it equals.
    Other,
}

/// A key that is looked up.
#[derive(Clone, Copy)]
pub struct Key<'a, 'py> {
    /// `None` for an integer that is not an object yet, and for Python's None.
    object: Option<&'a Bound<'py, PyAny>>,
    pub kind: Kind<'a>,
    /// The hash of an object that is not an integer, text or None; 0 for these.
    pub hash: u64,
}

impl<'a, 'py> Key<'a, 'py> {
    /// An integer, or None.
    pub fn integer(key: Option<i64>) -> Self {
        Self { object: None, kind: key.map_or(Kind::None, Kind::Integer), hash: 0 }
    }

    /// An integer or text, if the object is one.
    #[inline(always)]
    pub fn quick(object: &'a Bound<'py, PyAny>) -> Option<Self> {
        let kind = match int64(object.as_borrowed()) {
            Some(key) => Kind::Integer(key),
            None => Kind::Text(object.cast_exact::<PyString>().ok()?.to_str().ok()?),
        };
        Some(Self { object: Some(object), kind, hash: 0 })
    }

    /// An object that [`canonical`] has returned; a TypeError if it is not hashable.
    pub fn of(object: &'a Bound<'py, PyAny>) -> PyResult<Self> {
        let kind = kind(object);
        let hash = match kind {
            Kind::None | Kind::Integer(_) | Kind::Text(_) => 0,
            Kind::Number(_) | Kind::Apart | Kind::Other => hash(object)?,
        };
        Ok(Self { object: Some(object), kind, hash })
    }

    /// The same, with a hash that is already known.
    pub fn with_hash(object: &'a Bound<'py, PyAny>, hash: u64) -> Self {
        Self { object: Some(object), kind: kind(object), hash }
    }

    /// The key as an object.
    pub fn object(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(match (self.object, self.kind) {
            (Some(object), _) => object.clone(),
            (None, Kind::Integer(key)) => key.into_pyobject(py)?.into_any(),
            (None, _) => py.None().into_bound(py),
        })
    }

    /// The object and its hash.
    pub fn hashed(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, u64)> {
        let object = self.object(py)?;
        let hash = match self.kind {
            Kind::None | Kind::Integer(_) | Kind::Text(_) => hash(&object)?,
            Kind::Number(_) | Kind::Apart | Kind::Other => self.hash,
        };
        Ok((object, hash))
    }
}

#[inline]
fn kind<'a>(object: &'a Bound<'_, PyAny>) -> Kind<'a> {
    if let Some(key) = int64(object.as_borrowed()) {
        return Kind::Integer(key);
    }
    if let Ok(text) = object.cast_exact::<PyString>() {
        // A string with lone surrogates does not count as text here.
        return text.to_str().map_or(Kind::Apart, Kind::Text);
    }
    if object.is_none() {
        Kind::None
    } else if let Ok(float) = object.cast_exact::<PyFloat>() {
        Kind::Number(whole(float.value()))
    } else if let Ok(flag) = object.cast_exact::<PyBool>() {
        Kind::Number(Some(flag.is_true().into()))
    } else if object.is_exact_instance_of::<PyInt>() {
        Kind::Number(None)
    } else if object.is_exact_instance_of::<PyTuple>() || object.is_exact_instance_of::<PyBytes>() {
        Kind::Apart
    } else {
        Kind::Other
    }
}

/// The integer of 64 bits that a float equals.
fn whole(x: f64) -> Option<i64> {
    // The bounds are powers of two, and so are doubles.
    let fits = (-(2_f64.powi(63))..2_f64.powi(63)).contains(&x) && x.trunc() == x;
    fits.then_some(x as i64)
}

/// The canonical object for a key: Python's own type for a NumPy scalar, and the same object for every NaN, since NaN
/// equals nothing and each would be a group of its own.
pub fn canonical(key: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    let py = key.py();
    if let Kind::None | Kind::Integer(_) | Kind::Text(_) = kind(&key) {
        return Ok(key);
    }
    if let Ok(tuple) = key.cast_exact::<PyTuple>() {
        let mut changed = false;
        let mut items = Vec::with_capacity(tuple.len());
        for item in tuple.iter() {
            let one = if item.is_exact_instance_of::<PyTuple>() { item.clone() } else { canonical(item.clone())? };
            changed |= !one.is(&item);
            items.push(one);
        }
        return if changed { Ok(PyTuple::new(py, items)?.into_any()) } else { Ok(key) };
    }
    let key = of_numpy(key)?;
    match key.cast_exact::<PyFloat>() {
        Ok(float) if float.value().is_nan() => {
            static NAN: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
            let nan = || PyFloat::new(py, f64::NAN).into_any().unbind();
            Ok(NAN.get_or_init(py, nan).bind(py).clone())
        }
        _ => Ok(key),
    }
}

/// A NumPy scalar as a number, text or bytes; anything else unchanged.
fn of_numpy(key: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    let py = key.py();
    if key.get_type().module()? != "numpy" {
        return Ok(key);
    }
    let Some(dtype) = key.getattr_opt(intern!(py, "dtype"))? else { return Ok(key) };
    let kind: String = dtype.getattr(intern!(py, "kind"))?.extract()?;
    if matches!(&*kind, "i" | "u" | "f" | "b" | "U" | "S") { key.call_method0(intern!(py, "item")) } else { Ok(key) }
}
