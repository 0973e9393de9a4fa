//! The state of groups, in bytes.

use crate::{
    Error,
    kernels::groups::{Eviction, eviction},
    python::{
        erased::{class, kernels::Kernels},
        groups::{keys::Keys, store::Groups, windows::Windows},
        interning::{
            key::{Key, canonical},
            table::compare,
        },
        state::{
            envelope,
            values::{self, Token},
        },
    },
};
use pyo3::{prelude::*, types::PyTuple};
use serde::{Deserialize, Serialize};

/// The name of a class of groups in states: `GroupBy(Class)`.
pub const CLASS: &str = "GroupBy";

#[derive(Serialize, Deserialize)]
struct Stored {
    eviction: eviction::Stored,
    in_seconds: bool,
    skipna: bool,
    n_skipped: u64,
    n_evicted: u64,
    keys: StoredKeys,
    kernels: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
enum StoredKeys {
    Integers(Vec<Option<i64>>),
    Objects(Vec<Token>),
    /// They are alongside the bytes.
    Beside,
}

/// The name of the class whose statistics are in groups that these bytes hold.
pub fn name_in(data: &[u8]) -> Option<&str> {
    envelope::class_of(data)?.strip_prefix(CLASS)?.strip_prefix('(')?.strip_suffix(')')
}

/// Everything in bytes; or, if bytes cannot hold the keys and that is not an error, the keys in a list alongside.
pub fn state<'py>(py: Python<'py>, groups: &Groups, all_in_bytes: bool) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)> {
    let mut beside = Vec::new();
    let keys = match &groups.keys {
        Keys::Integers(keys) => StoredKeys::Integers(keys.keys().collect()),
        keys => {
            let objects = (0..keys.len()).map(|index| keys.object(py, index).map(Bound::unbind));
            let objects = objects.collect::<PyResult<Vec<_>>>()?;
            match values::write(py, &objects) {
                Ok(tokens) => StoredKeys::Objects(tokens),
                Err(error) if all_in_bytes => return Err(error),
                Err(_) => {
                    beside.push(objects.into_pyobject(py)?);
                    StoredKeys::Beside
                }
            }
        }
    };
    let stored = Stored {
        eviction: groups.eviction.stored(),
        in_seconds: groups.in_seconds,
        skipna: groups.skipna,
        n_skipped: groups.n_skipped,
        n_evicted: groups.n_evicted,
        keys,
        kernels: groups.kernels.to_bytes()?,
    };
    Ok((envelope::seal(&format!("{CLASS}({})", groups.kernels.name()), &stored)?, beside))
}

/// The groups that the bytes hold; their keys may be alongside them.
pub fn read(py: Python<'_>, data: &[u8], beside: &Bound<'_, PyTuple>) -> PyResult<Groups> {
    let invalid = |reason| Error::state(CLASS, reason);
    let name = name_in(data).ok_or_else(|| invalid("it is one of something else"))?;
    let stored: Stored = envelope::open(&format!("{CLASS}({name})"), data, |_| Ok(()))?;
    let kernels: Box<dyn Kernels> = match class::named(py, name) {
        Some(class) => class.read_side_by_side(py, &stored.kernels)?,
        None => Box::new(Windows::read(py, name, &stored.kernels)?),
    };
    let mut keys = Keys::default();
    match stored.keys {
        StoredKeys::Integers(integers) => {
            for key in integers {
                let key = Key::integer(key);
                let found = keys.quick(&key).flatten();
                if found.is_some() {
                    return Err(invalid("two of its keys are equal").into());
                }
                keys.insert(py, &key)?;
            }
        }
        StoredKeys::Objects(tokens) => {
            let objects = values::read(py, tokens)?.ok_or_else(|| invalid("its keys cannot be read"))?;
            insert(py, &mut keys, objects)?;
        }
        StoredKeys::Beside => {
            let [objects] = beside.extract::<[Vec<_>; 1]>()?;
            insert(py, &mut keys, objects)?;
        }
    }
    if keys.len() != kernels.len() {
        return Err(invalid("its keys and statistics differ in number").into());
    }
    let eviction = Eviction::restored(stored.eviction, keys.len()).map_err(invalid)?;
    let mut groups = Groups::new(kernels, eviction, stored.in_seconds, stored.skipna);
    groups.keys = keys;
    (groups.n_skipped, groups.n_evicted) = (stored.n_skipped, stored.n_evicted);
    Ok(groups)
}

/// Adds keys to those of groups that nobody else can access.
fn insert<'py>(py: Python<'py>, keys: &mut Keys, objects: Vec<Bound<'py, PyAny>>) -> PyResult<()> {
    for object in objects {
        let object = canonical(object)?;
        let (key, mut verdicts) = (Key::of(&object)?, Vec::new());
        let found = loop {
            match keys.find(py, &key, &verdicts)? {
                Ok(found) => break found,
                Err(others) => compare(&others, &object, &mut verdicts)?,
            }
        };
        if found.is_some() {
            return Err(Error::state(CLASS, "two of its keys are equal").into());
        }
        keys.insert(py, &key)?;
    }
    Ok(())
}
