//! Type-erased windows over hashable values.

use crate::{
    kernels::{
        numerics::timestamp::Timestamp,
        traits::Symbol,
        window::{Bounds, TimedSymbols, Which},
    },
    python::{
        batch::hashables,
        columns::rows::Rows,
        erased::{
            kernel::{Categorical, Kernel},
            numbers,
        },
        interning::{
            interned::{Answer, HoldsObjects, Interned, Objects},
            rows,
            table::Table,
        },
        state::{envelope::class_of, symbols},
    },
};
use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::PyTypeError,
    prelude::*,
    types::{PyList, PyTuple},
};
use std::{array, marker::PhantomData, sync::Arc};

/// A type-erased window over hashable values. It is a single state behind its own lock.
pub trait ObjectWindow: Send + Sync {
    /// Updates with an observation. Returns the statistic of a window that has closed.
    fn update(&self, values: &[Bound<'_, PyAny>], t: Option<Timestamp>) -> PyResult<Option<Box<dyn Kernel>>>;
    /// Updates with columns, all or none of them.
    fn update_many(&self, columns: &[Bound<'_, PyAny>]) -> PyResult<()>;
    /// The same, with the value after each observation.
    fn accumulate<'py>(&self, this: &Bound<'py, PyAny>, columns: &[Bound<'py, PyAny>]) -> PyResult<Bound<'py, PyAny>>;
    /// Updates with rows at points in time, all or none of them; returns the value before the first and after each, at
    /// least if they are `wanted`. If rows are counted, `along` has the indices of the rows instead of times, and the
    /// values are those after each index.
    fn update_rows(
        &self,
        py: Python<'_>,
        columns: &[Vec<Bound<'_, PyAny>>],
        along: Along<'_>,
        wanted: bool,
    ) -> PyResult<Vec<Answer>>;
    /// Moves the clock, by a row where rows are counted. Returns the statistic of a window that has closed.
    fn advance(&self, py: Python<'_>, t: Option<Timestamp>) -> PyResult<Option<Box<dyn Kernel>>>;
    fn get<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>;
    fn len(&self, py: Python<'_>) -> PyResult<usize>;
    fn n_late(&self, py: Python<'_>) -> PyResult<u64>;
    /// Merges another window, whose observations come after those of this one, all of them or none.
    fn merge(&self, _py: Python<'_>, _other: &dyn ObjectWindow) -> PyResult<()> {
        Err(numbers::no_merge().into())
    }
    /// The observations in the window, oldest first, if it keeps them.
    fn events<'py>(&self, _py: Python<'py>) -> PyResult<Events<'py>> {
        Err(numbers::no_merge().into())
    }
    fn bounds(&self, py: Python<'_>) -> PyResult<Bounds>;
    fn min_samples(&self, py: Python<'_>) -> PyResult<u64>;
    /// One of its statistics, if there is one.
    fn kernel(&self, py: Python<'_>, which: Which) -> PyResult<Option<Box<dyn Kernel>>>;
    /// The state, in an envelope with this name.
    fn to_bytes(&self, py: Python<'_>, name: &str) -> PyResult<Vec<u8>>;
    /// The state, and the values that bytes do not hold.
    fn state<'py>(&self, py: Python<'py>, name: &str) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)>;
    fn copied(&self, py: Python<'_>) -> PyResult<Arc<dyn ObjectWindow>>;
    fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError>;
}

/// The times or the indices of rows.
#[derive(Clone, Copy)]
pub enum Along<'a> {
    /// At these points in time.
    Times(&'a [Timestamp]),
    /// At these indices; at one without a row, the clock advances by a row.
    Slots(&'a Rows),
}

/// The observations in a window over hashable values, and the time that its clock shows.
pub struct Events<'py> {
    /// A column for each variable.
    columns: Vec<Vec<Bound<'py, PyAny>>>,
    /// The times, of a window of time.
    times: Vec<Timestamp>,
    now: Option<Timestamp>,
}

impl<'py> Events<'py> {
    /// From symbols that stand for the objects in the table of each variable.
    fn of<const N: usize>(
        py: Python<'py>,
        events: &[([Symbol; N], Option<Timestamp>)],
        tables: [&Table; N],
        now: Option<Timestamp>,
    ) -> Self {
        let object = |i: usize, symbol| tables[i].object(py, symbol).into_bound(py);
        let columns = (0..N).map(|i| events.iter().map(|(symbols, _)| object(i, symbols[i])).collect()).collect();
        Self { columns, times: events.iter().filter_map(|&(_, t)| t).collect(), now }
    }
}

/// A window over a statistic of class T.
pub struct Entry<T: HoldsObjects<N>, W, const N: usize> {
    objects: Objects<W, N>,
    class: PhantomData<fn() -> T>,
}

impl<T: HoldsObjects<N>, W: TimedSymbols<N, Kernel = T::Kernel>, const N: usize> Entry<T, W, N> {
    pub fn new(py: Python<'_>, window: Interned<W, N>) -> PyResult<Self> {
        let objects = Objects::empty();
        objects.set(py, window)?;
        Ok(Self { objects, class: PhantomData })
    }

    /// The window in these bytes, whose name has been checked, and perhaps in values alongside them.
    pub fn read(py: Python<'_>, data: &[u8], beside: &Bound<'_, PyTuple>) -> PyResult<Self> {
        Self::new(py, symbols::decode(class_of(data).unwrap_or_default(), data, beside)?)
    }
}

fn part<T: HoldsObjects<N>, W: TimedSymbols<N, Kernel = T::Kernel>, const N: usize>(
    py: Python<'_>,
    window: &Interned<W, N>,
    which: Which,
) -> Option<Box<dyn Kernel>> {
    let part = window.kernel.part(which)?;
    let kernel = window.with_kernel(py, part.kernel.clone(), |variable, symbol| part.here(variable, symbol));
    Some(Box::new(Categorical::<T, N>(kernel)))
}

fn exactly<'a, 'py, const N: usize>(
    values: &'a [Bound<'py, PyAny>],
    what: &str,
) -> PyResult<[&'a Bound<'py, PyAny>; N]> {
    if values.len() != N {
        return Err(PyTypeError::new_err(format!("update takes {N} {what}, got {}", values.len())));
    }
    Ok(array::from_fn(|i| &values[i]))
}

impl<T: HoldsObjects<N>, W: TimedSymbols<N, Kernel = T::Kernel>, const N: usize> Entry<T, W, N> {
    /// Updates with rows, at the times that `at` returns under the lock; `times` are those that may be refused.
    #[inline(never)]
    fn take_rows(
        &self,
        py: Python<'_>,
        columns: &[&[Bound<'_, PyAny>]; N],
        times: &[Timestamp],
        at: &mut dyn FnMut(&W, usize) -> Option<Timestamp>,
        slots: Option<&Rows>,
    ) -> PyResult<Vec<Answer>> {
        rows::update(
            py,
            &self.objects,
            columns,
            |window| {
                // Times on the scale of the first one are on that of the window.
                let scale = |&time: &Timestamp| window.admit(Some(time)).and_then(|()| time.since(times[0]).map(drop));
                times.iter().try_for_each(scale)
            },
            |window, symbols, row| {
                let t = at(window, row);
                window.update_at(symbols, t).map(drop)
            },
            (slots.map_or(columns[0].len(), |slots| slots.len), |index| {
                slots.is_none_or(|slots| slots.validity.is_valid(index))
            }),
            // If rows are counted, none is refused.
            |window| _ = window.advance(None),
        )
    }
}

impl<T, W, const N: usize> ObjectWindow for Entry<T, W, N>
where
    T: HoldsObjects<N>,
    W: TimedSymbols<N, Kernel = T::Kernel> + Sync,
{
    fn update(&self, values: &[Bound<'_, PyAny>], t: Option<Timestamp>) -> PyResult<Option<Box<dyn Kernel>>> {
        let values = exactly(values, "values")?;
        let py = values[0].py();
        let closed = self.objects.update_by(
            values,
            |window| window.admit(t),
            |window, symbols| window.update_at(symbols, t),
            |window, closes| if closes { part::<T, W, N>(py, window, Which::Closed) } else { None },
        )?;
        Ok(closed.flatten())
    }

    fn update_many(&self, columns: &[Bound<'_, PyAny>]) -> PyResult<()> {
        hashables::update_many(&self.objects, exactly(columns, "columns")?)
    }

    fn accumulate<'py>(&self, this: &Bound<'py, PyAny>, columns: &[Bound<'py, PyAny>]) -> PyResult<Bound<'py, PyAny>> {
        hashables::accumulate(this, &self.objects, exactly(columns, "columns")?)
    }

    fn update_rows(
        &self,
        py: Python<'_>,
        columns: &[Vec<Bound<'_, PyAny>>],
        along: Along<'_>,
        _: bool,
    ) -> PyResult<Vec<Answer>> {
        if columns.len() != N {
            return Err(PyTypeError::new_err(format!("update takes {N} columns, got {}", columns.len())));
        }
        let (times, slots) = match along {
            Along::Times(times) => (Some(times), None),
            Along::Slots(slots) => (None, Some(slots)),
        };
        let columns = array::from_fn(|i| &columns[i][..]);
        let mut at = |_: &W, row: usize| times.map(|times| times[row]);
        self.take_rows(py, &columns, times.unwrap_or_default(), &mut at, slots)
    }

    fn advance(&self, py: Python<'_>, t: Option<Timestamp>) -> PyResult<Option<Box<dyn Kernel>>> {
        self.objects.change(py, |window| {
            let closes = window.kernel.advance(t)?;
            Ok::<_, PyErr>(if closes { part::<T, W, N>(py, window, Which::Closed) } else { None })
        })?
    }

    fn get<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.objects.get(py)
    }

    fn len(&self, py: Python<'_>) -> PyResult<usize> {
        self.objects.with(py, |window| window.kernel.n() as usize)
    }

    fn n_late(&self, py: Python<'_>) -> PyResult<u64> {
        self.objects.with(py, |window| window.kernel.n_late())
    }

    fn merge(&self, py: Python<'_>, other: &dyn ObjectWindow) -> PyResult<()> {
        let Events { columns, times, now } = other.events(py)?;
        if let Some(now) = now {
            let mut rows = None;
            let columns = array::from_fn(|i| &columns[i][..]);
            let refusable: &[Timestamp] = if self.bounds(py)?.slots { &[] } else { &times };
            let mut at = |window: &W, row: usize| {
                let rows = *rows.get_or_insert_with(|| window.rows());
                Some(times[row].later(rows))
            };
            self.take_rows(py, &columns, refusable, &mut at, None)?;
            let rows = match rows {
                Some(rows) => rows,
                None => self.objects.with(py, |window| window.kernel.rows())?,
            };
            self.advance(py, Some(now.later(rows)))?;
        } else if !columns.iter().any(Vec::is_empty) {
            let columns = columns.into_iter().map(|column| Ok(PyList::new(py, column)?.into_any()));
            self.update_many(&columns.collect::<PyResult<Vec<_>>>()?)?;
        }
        let late = other.n_late(py)?;
        self.objects.with_mut(py, |window| window.kernel.count_late(late))
    }

    fn events<'py>(&self, py: Python<'py>) -> PyResult<Events<'py>> {
        let found = self.objects.with(py, |window| {
            let events = window.kernel.events()?;
            Some(Events::of(py, &events, array::from_fn(|i| &window.tables[W::owner(i)]), window.kernel.now()))
        })?;
        found.ok_or_else(|| numbers::no_merge().into())
    }

    fn bounds(&self, py: Python<'_>) -> PyResult<Bounds> {
        self.objects.with(py, |window| window.kernel.bounds())
    }

    fn min_samples(&self, py: Python<'_>) -> PyResult<u64> {
        self.objects.with(py, |window| window.kernel.min_samples())
    }

    fn kernel(&self, py: Python<'_>, which: Which) -> PyResult<Option<Box<dyn Kernel>>> {
        self.objects.with(py, |window| part::<T, W, N>(py, window, which))
    }

    fn to_bytes(&self, py: Python<'_>, name: &str) -> PyResult<Vec<u8>> {
        symbols::to_bytes(py, name, &self.objects)
    }

    fn state<'py>(&self, py: Python<'py>, name: &str) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)> {
        symbols::state(py, name, &self.objects)
    }

    fn copied(&self, py: Python<'_>) -> PyResult<Arc<dyn ObjectWindow>> {
        Ok(Arc::new(Self::new(py, self.objects.with(py, |window| window.clone_ref(py))?)?))
    }

    fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.objects.traverse(visit)
    }
}
