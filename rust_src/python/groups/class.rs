//! Groups as a Python object.

use crate::{
    kernels::groups::Eviction,
    python::{
        classes::{calls::reading_object, docs},
        columns::keys::KeyColumn,
        convert::{
            number::Integer,
            time::{Duration, Time},
        },
        erased::{class, kernels::Kernels},
        ffi::descriptor::install,
        groups::{
            batch::{self, Values},
            calls::{self, Update, tell, with_found},
            columns::Arguments,
            export, merging, state,
            store::{Groups, Removals, RsGroupBy},
            windows::Windows,
        },
        interning::key::{Key, canonical},
        state::{
            copying,
            pickle::{self, Stateful, stateful},
        },
        sync::kernel_cell::KernelCell,
        window::class::reach,
    },
};
use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::{PyKeyError, PyTypeError},
    prelude::*,
    types::{PyBytes, PyCapsule, PyDict, PyList, PyTuple, PyType},
};

/// Whether statistics or windows with the parameters of this one can be groups in Rust.
#[pyfunction]
pub fn has_groups(statistic: &Bound<'_, PyAny>) -> PyResult<bool> {
    let is_class = class::of(&statistic.get_type()).is_some_and(|class| class.has_side_by_side());
    Ok(is_class || Windows::of(statistic)?.is_some())
}

/// Gives a public class of groups an `update` of its own.
pub fn install_methods(class: &Bound<'_, PyType>) -> PyResult<()> {
    install::<RsGroupBy, Update>(class)
}

#[pymethods]
#[allow(non_snake_case, reason = "upper case is what columns are called in Python")]
impl RsGroupBy {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self(KernelCell::empty())
    }

    fn _make(
        &self,
        statistic: &Bound<'_, PyAny>,
        max_groups: Option<Integer>,
        idle_after: Duration,
        in_seconds: bool,
        skipna: bool,
    ) -> PyResult<()> {
        let mut kernels = side_by_side(statistic)?;
        kernels.truncate(0);
        let idle_after = if idle_after.0.is_some() { Some(reach(idle_after)?) } else { None };
        let eviction = Eviction::new(max_groups.map(i128::from), idle_after)?;
        self.0.set(statistic.py(), Groups::new(kernels, eviction, in_seconds, skipna))
    }

    /// Set whether `_tell` is called for groups that are evicted.
    fn _set_tells(&self, py: Python<'_>, tells: bool) -> PyResult<()> {
        self.0.with(py, |groups| groups.tells = tells)
    }

    /// Update with many observations, as one `update` per observation would; with all of them or, on an error, none.
    ///
    /// Parameters
    /// ----------
    /// keys
    ///     A column of keys; or a tuple of columns, in which case the keys are tuples. A missing key is read as None.
    /// *columns
    ///     X, and Y for a statistic of two variables, as for `update_many` of the statistic. If a value is missing, the
    ///     observation is left out.
    /// **named
    ///     `w` or `t`, if `update` takes a weight or a time: a column of them.
    #[pyo3(signature = (keys, *columns, **named))]
    fn update_many<'py>(
        this: &Bound<'py, Self>,
        keys: &Bound<'py, PyAny>,
        columns: &Bound<'py, PyTuple>,
        named: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let removals = many(this, keys, columns, named, None)?;
        tell(this, removals)
    }

    /// Update with many observations and return the value of each observation's group after it, or before it.
    ///
    /// Parameters
    /// ----------
    /// keys, *columns, **named
    ///     As for `update_many`.
    /// before
    ///     Whether to return the value before each observation, which does not include the observation itself, as a
    ///     feature must not.
    ///
    /// Returns
    /// -------
    /// A NumPy array as long as the columns, with NaN where `get` returns None: two-dimensional if a value is several
    /// numbers, of dtype object if the values are not numbers.
    #[pyo3(signature = (keys, *columns, before = false, **named))]
    fn accumulate<'py>(
        this: &Bound<'py, Self>,
        keys: &Bound<'py, PyAny>,
        columns: &Bound<'py, PyTuple>,
        before: bool,
        named: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let mut values = Values { before, ..Values::default() };
        let removals = many(this, keys, columns, named, Some(&mut values))?;
        tell(this, removals)?;
        values.into_array(this.py())
    }

    /// Return the value of one group, or a dict from each key to the value of its group.
    #[pyo3(signature = (*key), text_signature = "($self, key=..., /)")]
    fn get<'py>(&self, key: &Bound<'py, PyTuple>) -> PyResult<Bound<'py, PyAny>> {
        let py = key.py();
        match key.len() {
            0 => {}
            1 => {
                let key = key.get_item(0)?;
                let reading = self.found(&key, |groups, index| groups.kernels.reading(Some(index)))?;
                return reading_object(py, &reading);
            }
            given => return Err(PyTypeError::new_err(format!("get takes one key at most, got {given}"))),
        }
        let (keys, readings) = self.0.with(py, |groups| {
            let keys = keys_of(py, groups)?;
            Ok::<_, PyErr>((
                keys,
                (0..groups.len()).map(|index| groups.kernels.reading(Some(index))).collect::<Vec<_>>(),
            ))
        })??;
        let values = PyDict::new(py);
        for (key, reading) in keys.into_iter().zip(&readings) {
            values.set_item(key, reading_object(py, reading)?)?;
        }
        Ok(values.into_any())
    }

    /// Return the value of the group of each key in a column, that of an empty statistic if there is no such group.
    ///
    /// Parameters
    /// ----------
    /// keys
    ///     As for `update_many`.
    ///
    /// Returns
    /// -------
    /// A NumPy array, as from `accumulate`.
    fn get_many<'py>(&self, keys: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        batch::values(keys.py(), &self.0, KeyColumn::read(keys)?)?.into_array(keys.py())
    }

    fn __getitem__<'py>(this: &Bound<'py, Self>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let kernel = this.get().found(key, |groups, index| groups.kernels.kernel(Some(index)))?;
        calls::statistic(this, kernel)
    }

    fn __contains__(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        let key = canonical(key.clone())?;
        with_found(key.py(), &self.0, &Key::of(&key)?, |_, found| found.is_some())
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.0.with(py, |groups| groups.len())
    }

    /// Return a list of the keys.
    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.0.with(py, |groups| keys_of(py, groups))?
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyList::new(py, self.keys(py)?)?.try_iter()?.into_any())
    }

    /// Return a list of the keys, each with a copy of its statistic.
    fn items<'py>(this: &Bound<'py, Self>) -> PyResult<Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
        let py = this.py();
        let (keys, kernels) = this.get().0.with(py, |groups| {
            let keys = keys_of(py, groups)?;
            Ok::<_, PyErr>((keys, groups.kernels.select(&mut (0..groups.len()))))
        })??;
        let item = |(index, key)| Ok((key, calls::statistic(this, kernels.kernel(Some(index)))?));
        keys.into_iter().enumerate().map(item).collect()
    }

    /// Remove a group and return its statistic. If there is no such group, return the default or, without one, raise a
    /// KeyError.
    #[pyo3(signature = (key, *default), text_signature = "($self, key, default=..., /)")]
    fn pop<'py>(
        this: &Bound<'py, Self>,
        key: &Bound<'py, PyAny>,
        default: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if default.len() > 1 {
            return Err(PyTypeError::new_err(format!("pop takes one default at most, got {}", default.len())));
        }
        let removed = this.get().found(key, |groups, index| {
            let kernel = groups.kernels.kernel(Some(index));
            (kernel, groups.remove(index))
        });
        match removed {
            Ok((kernel, _key)) => calls::statistic(this, kernel),
            Err(error) if error.is_instance_of::<PyKeyError>(this.py()) && !default.is_empty() => default.get_item(0),
            Err(error) => Err(error),
        }
    }

    /// Set a group to a copy of a statistic of the same class and parameters.
    fn _put(this: &Bound<'_, Self>, key: &Bound<'_, PyAny>, statistic: &Bound<'_, PyAny>) -> PyResult<()> {
        let (py, mut one) = (this.py(), side_by_side(statistic)?);
        if one.len() == 0 {
            one.push();
        }
        let key = canonical(key.clone())?;
        let (key, mut removals) = (Key::of(&key)?, Removals::default());
        with_found(py, &this.get().0, &key, |groups, found| {
            let index = match found {
                Some(index) => index,
                None => groups.make_room(py, &mut removals).and_then(|()| groups.insert(py, &key))?,
            };
            groups.kernels.replace(index as usize, &*one, 0);
            Ok::<_, PyErr>(())
        })??;
        tell(this, removals)
    }

    /// Merge other groups, of the same class and parameters, into these.
    fn _merge(this: &Bound<'_, Self>, other: &Bound<'_, Self>) -> PyResult<()> {
        let py = this.py();
        let other = other.get().0.with(py, |groups| groups.copied(py))?;
        let removals = merging::merge(py, &this.get().0, &other)?;
        tell(this, removals)
    }

    /// Advance the clock, so that groups that have been idle for too long are evicted.
    fn _advance(this: &Bound<'_, Self>, t: Time) -> PyResult<()> {
        let mut removals = Removals::default();
        this.get().0.with(this.py(), |groups| groups.advance(this.py(), Some(t.0), None, &mut removals))??;
        tell(this, removals)
    }

    /// How many observations were left out because they are NaN or None.
    #[getter]
    fn n_skipped(&self, py: Python<'_>) -> PyResult<u64> {
        self.0.with(py, |groups| groups.n_skipped)
    }

    /// How many groups were evicted.
    #[getter]
    fn n_evicted(&self, py: Python<'_>) -> PyResult<u64> {
        self.0.with(py, |groups| groups.n_evicted)
    }

    /// The largest number of groups, the nanoseconds that a group may be idle, whether the user gave these as a number
    /// of seconds, and whether NaN is left out.
    fn _limits(&self, py: Python<'_>) -> PyResult<(Option<u64>, Option<i128>, bool, bool)> {
        self.0.with(py, |groups| {
            let Eviction { max_groups, idle_after, .. } = groups.eviction;
            (max_groups, idle_after, groups.in_seconds, groups.skipna)
        })
    }

    /// An Arrow table with a row per group: its key, and its value under this name.
    fn _arrow<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyCapsule>> {
        self.0.with(py, |groups| export::content(py, groups, name))??.into_stream(py)
    }

    /// The state of an empty statistic.
    fn _template_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.0.with(py, |groups| groups.kernels.template_to_bytes())??))
    }

    /// The name of the statistic whose groups are stored in these bytes.
    #[staticmethod]
    fn _name_in(data: &[u8]) -> Option<&str> {
        state::name_in(data)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let visited = self.0.peek(&visit, |groups| groups.keys.held().try_for_each(|key| visit.call(key)));
        visited.unwrap_or(Ok(()))
    }

    fn __clear__(&self, py: Python<'_>) {
        // If this thread is using it, it is not garbage.
        drop(self.0.take(py));
    }
}

impl RsGroupBy {
    /// The result of `f` for the groups and the index of a key; a KeyError if the key has no group.
    fn found<R>(&self, key: &Bound<'_, PyAny>, f: impl FnOnce(&mut Groups, usize) -> R) -> PyResult<R> {
        let canonical = canonical(key.clone())?;
        let find = |groups: &mut Groups, found: Option<u32>| found.map(|index| f(groups, index as usize));
        let found = with_found(key.py(), &self.0, &Key::of(&canonical)?, find)?;
        found.ok_or_else(|| PyKeyError::new_err(key.clone().unbind()))
    }
}

/// No kernels yet, side by side, of statistics like this one.
fn side_by_side(statistic: &Bound<'_, PyAny>) -> PyResult<Box<dyn Kernels>> {
    match (class::of(&statistic.get_type()), Windows::of(statistic)?) {
        (Some(class), _) => class.side_by_side(statistic),
        (None, Some(windows)) => Ok(Box::new(windows)),
        (None, None) => Err(PyTypeError::new_err("statistics of this class have no groups in Rust")),
    }
}

fn keys_of<'py>(py: Python<'py>, groups: &Groups) -> PyResult<Vec<Bound<'py, PyAny>>> {
    (0..groups.len()).map(|index| groups.keys.object(py, index)).collect()
}

fn many<'py>(
    this: &Bound<'py, RsGroupBy>,
    keys: &Bound<'py, PyAny>,
    columns: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
    values: Option<&mut Values>,
) -> PyResult<Removals> {
    let (py, cell) = (this.py(), &this.get().0);
    let (shape, skipna) = cell.with(py, |groups| (groups.kernels.shape(), groups.skipna))?;
    let (keys, observed) = Arguments::parse(shape, columns, named)?.read_with(keys, shape, skipna)?;
    batch::update(py, cell, keys, &observed, values)
}

impl Stateful for RsGroupBy {
    const CLASS: &'static str = state::CLASS;

    fn is_made(&self, py: Python<'_>) -> bool {
        self.0.try_with(py, |_| ()).is_ok_and(|found| found.is_some())
    }

    fn to_bytes(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
        Ok(self.0.with(py, |groups| state::state(py, groups, true))??.0)
    }

    fn state<'py>(&self, py: Python<'py>) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)> {
        self.0.with(py, |groups| state::state(py, groups, false))?
    }

    fn set_state(this: &Bound<'_, Self>, data: &[u8], objects: &Bound<'_, PyTuple>) -> PyResult<()> {
        this.get().0.set(this.py(), state::read(this.py(), data, objects)?)
    }

    fn copy_to(&self, py: Python<'_>, target: &Self) -> PyResult<()> {
        let copied = self.0.with(py, |groups| groups.copied(py))?;
        target.0.set(py, copied)
    }
}

stateful! {
    RsGroupBy,
    "",
    "Raises",
    "------",
    "TypeError",
    "    If one of the keys is not None, bool, int, float, str, bytes or a tuple of these. Pickle keeps keys of any type."
}
