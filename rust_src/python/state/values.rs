//! Python objects in bytes: the values that a state holds without pickling.

use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyNone, PyString, PyTuple},
};
use serde::{Deserialize, Serialize};

/// An object, or the start of a tuple whose items follow. Flat, so that reading does not recurse.
#[derive(Serialize, Deserialize)]
pub enum Token {
    Nothing,
    Bool(bool),
    Int(i64),
    /// In two's complement, least significant byte first.
    BigInt(Vec<u8>),
    Float(f64),
    /// In UTF-8, with lone surrogates encoded as by Python's "surrogatepass".
    Text(Vec<u8>),
    Bytes(Vec<u8>),
    Tuple(u64),
}

/// How deep tuples may be nested. Python's own hash of deeper ones would overflow the stack before long.
const DEEPEST: usize = 100;

const SURROGATES: &str = "surrogatepass";

/// The objects in tokens.
pub fn write(py: Python<'_>, objects: &[Py<PyAny>]) -> PyResult<Vec<Token>> {
    let mut tokens = Vec::with_capacity(objects.len());
    // What is still to be written, the next object last, and the number of tuples that each object is nested in.
    let mut pending = Vec::new();
    for object in objects {
        pending.push((object.bind(py).clone(), 0));
        while let Some((object, depth)) = pending.pop() {
            let Ok(tuple) = object.cast_exact::<PyTuple>() else {
                tokens.push(plain(&object)?);
                continue;
            };
            if depth == DEEPEST {
                return Err(PyValueError::new_err(format!(
                    "to_bytes cannot store tuples that are nested more than {DEEPEST} deep; pickle can"
                )));
            }
            tokens.push(Token::Tuple(tuple.len() as u64));
            pending.extend(tuple.iter().rev().map(|item| (item, depth + 1)));
        }
    }
    Ok(tokens)
}

/// Whether a NaN is among the tokens. A NaN is the same value only as itself, so a new one could not take its place.
pub fn hold_nan(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| matches!(token, Token::Float(float) if float.is_nan()))
}

/// The token of an object that is not a tuple.
fn plain(object: &Bound<'_, PyAny>) -> PyResult<Token> {
    Ok(if object.is_none() {
        Token::Nothing
    } else if let Ok(flag) = object.cast_exact::<PyBool>() {
        Token::Bool(flag.is_true())
    } else if object.is_exact_instance_of::<PyInt>() {
        match object.extract::<i64>() {
            Ok(int) => Token::Int(int),
            Err(_) => Token::BigInt(big(object)?),
        }
    } else if let Ok(float) = object.cast_exact::<PyFloat>() {
        Token::Float(float.value())
    } else if let Ok(text) = object.cast_exact::<PyString>() {
        Token::Text(match text.to_str() {
            Ok(text) => text.as_bytes().to_vec(),
            Err(_) => text.call_method1("encode", ("utf-8", SURROGATES))?.extract()?,
        })
    } else if let Ok(bytes) = object.cast_exact::<PyBytes>() {
        Token::Bytes(bytes.as_bytes().to_vec())
    } else {
        return Err(PyTypeError::new_err(format!(
            "to_bytes stores only None, bool, int, float, str, bytes and tuples of these, got {}; pickle stores any",
            object.get_type().fully_qualified_name()?
        )));
    })
}

fn big(int: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let bits: usize = int.call_method0("bit_length")?.extract()?;
    int.call_method("to_bytes", (bits / 8 + 1, "little"), Some(&signed(int.py())?))?.extract()
}

/// The objects that tokens stand for; `None` if they are malformed.
pub fn read<'py>(py: Python<'py>, tokens: Vec<Token>) -> PyResult<Option<Vec<Bound<'py, PyAny>>>> {
    let mut done = Vec::new();
    // Tuples that are not complete yet: their length, and the items read so far.
    let mut begun: Vec<(u64, Vec<Bound<'py, PyAny>>)> = Vec::new();
    for token in tokens {
        let object = match token {
            Token::Nothing => Some(PyNone::get(py).to_owned().into_any()),
            Token::Bool(flag) => Some(PyBool::new(py, flag).to_owned().into_any()),
            Token::Int(int) => Some(int.into_pyobject(py)?.into_any()),
            Token::BigInt(bytes) => Some(big_from(py, &bytes)?),
            Token::Float(float) => Some(PyFloat::new(py, float).into_any()),
            Token::Text(text) => text_from(py, &text),
            Token::Bytes(bytes) => Some(PyBytes::new(py, &bytes).into_any()),
            Token::Tuple(0) => Some(PyTuple::empty(py).into_any()),
            Token::Tuple(length) if begun.len() < DEEPEST => {
                begun.push((length, Vec::new()));
                continue;
            }
            Token::Tuple(_) => None,
        };
        let Some(mut object) = object else { return Ok(None) };
        loop {
            let Some((length, items)) = begun.last_mut() else {
                done.push(object);
                break;
            };
            items.push(object);
            if (items.len() as u64) < *length {
                break;
            }
            object = PyTuple::new(py, items.drain(..))?.into_any();
            begun.pop();
        }
    }
    Ok(begun.is_empty().then_some(done))
}

fn big_from<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    py.get_type::<PyInt>().call_method("from_bytes", (PyBytes::new(py, bytes), "little"), Some(&signed(py)?))
}

fn text_from<'py>(py: Python<'py>, text: &[u8]) -> Option<Bound<'py, PyAny>> {
    match std::str::from_utf8(text) {
        Ok(text) => Some(PyString::new(py, text).into_any()),
        Err(_) => PyBytes::new(py, text).call_method1("decode", ("utf-8", SURROGATES)).ok(),
    }
}

fn signed(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let options = PyDict::new(py);
    options.set_item("signed", true)?;
    Ok(options)
}
