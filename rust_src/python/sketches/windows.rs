//! Windows over sketches of items: in panes, or one after the other.

use crate::{
    Error,
    kernels::{
        numerics::timestamp::Timestamp,
        sketches::ItemSketch,
        window::{Bounds, Panes, Succession, Tumbling, Which},
    },
    python::{
        batch::{results::objects, walk::Accumulation},
        columns::source::is_iterator,
        erased::{
            class::{Class, Name, Plan, no_panes},
            held::{Held, Nulls, Shape, Window},
            kernel::Kernel,
            objects::{Along, ObjectWindow},
        },
        interning::interned::Answer,
        sketches::items::{self, Column},
        state::{envelope, pickle::Stateful},
        sync::kernel_cell::KernelCell,
    },
};
use pyo3::{
    PyClass, PyTraverseError, PyVisit, exceptions::PyTypeError, prelude::*, pyclass::boolean_struct::True,
    types::PyTuple,
};
use serde::Serialize;
use std::{marker::PhantomData, sync::Arc};

/// A class whose objects hold a sketch of items.
pub trait HoldsItems: PyClass<Frozen = True> + Sync + Stateful {
    type Kernel: ItemSketch;

    fn cell(&self) -> &KernelCell<Self::Kernel>;
    /// The value.
    fn value<'py>(py: Python<'py>, kernel: &Self::Kernel) -> PyResult<Bound<'py, PyAny>>;
    /// An error if one of the items cannot be a Python value.
    fn check(_py: Python<'_>, _kernel: &Self::Kernel) -> PyResult<()> {
        Ok(())
    }
}

/// A window over sketches of items.
trait ItemWindow: Clone + Send + Serialize + 'static {
    type Kernel: ItemSketch;

    /// Updates with an item; returns whether a window has closed.
    fn update(&mut self, item: &[u8], t: Option<Timestamp>) -> Result<bool, Error>;
    fn advance(&mut self, t: Option<Timestamp>) -> Result<bool, Error>;
    fn len(&self) -> usize;
    fn n_late(&self) -> u64;
    fn bounds(&self) -> Bounds;
    fn part(&self, which: Which) -> Option<Self::Kernel>;
    /// The sketch whose value is that of the window, if there are enough observations.
    fn valued(&self, least: u64) -> Option<Self::Kernel>;
}

impl<K: ItemSketch> ItemWindow for Panes<K> {
    type Kernel = K;

    fn update(&mut self, item: &[u8], t: Option<Timestamp>) -> Result<bool, Error> {
        let update = |kernel: &mut K| {
            kernel.update_item(item);
            Ok(())
        };
        Panes::update(self, t, update).map(|()| false)
    }

    fn advance(&mut self, t: Option<Timestamp>) -> Result<bool, Error> {
        Panes::advance(self, t).map(|()| false)
    }

    fn len(&self) -> usize {
        Panes::len(self)
    }

    fn n_late(&self) -> u64 {
        Panes::n_late(self)
    }

    fn bounds(&self) -> Bounds {
        Panes::bounds(self)
    }

    fn part(&self, which: Which) -> Option<K> {
        match which {
            Which::Empty => Some(self.kernel().clone()),
            Which::Current => Some(self.statistic()),
            Which::Closed => None,
        }
    }

    fn valued(&self, least: u64) -> Option<K> {
        (Panes::len(self) as u64 >= least).then(|| self.statistic())
    }
}

impl<K: ItemSketch> ItemWindow for Tumbling<K> {
    type Kernel = K;

    fn update(&mut self, item: &[u8], t: Option<Timestamp>) -> Result<bool, Error> {
        self.windows.refuse_time_by_count(t)?;
        Tumbling::update(self, t, |kernel| {
            kernel.update_item(item);
            Ok(())
        })
    }

    fn advance(&mut self, t: Option<Timestamp>) -> Result<bool, Error> {
        t.map_or(Ok(false), |t| Tumbling::advance(self, t))
    }

    fn len(&self) -> usize {
        self.windows.n() as usize
    }

    fn n_late(&self) -> u64 {
        self.windows.n_late()
    }

    fn bounds(&self) -> Bounds {
        self.windows.bounds()
    }

    fn part(&self, which: Which) -> Option<K> {
        match which {
            Which::Empty => Some(self.kernel().clone()),
            Which::Current => Some(self.open().clone()),
            Which::Closed => self.closed().cloned(),
        }
    }

    fn valued(&self, _: u64) -> Option<K> {
        Tumbling::valued(self).cloned()
    }
}

/// The kernel of an object of T.
struct OfItems<T: HoldsItems>(T::Kernel);

impl<T: HoldsItems> Kernel for OfItems<T> {
    fn put_into(self: Box<Self>, target: &Bound<'_, PyAny>) -> PyResult<()> {
        target.cast::<T>()?.get().cell().set(target.py(), self.0)
    }
}

/// A window over a sketch of class T, behind its own lock.
struct Entry<T: HoldsItems, W> {
    cell: KernelCell<W>,
    least: u64,
    class: PhantomData<fn() -> T>,
}

impl<T: HoldsItems, W: ItemWindow<Kernel = T::Kernel>> Entry<T, W> {
    fn made(py: Python<'_>, least: u64, window: W) -> PyResult<Window> {
        let cell = KernelCell::empty();
        cell.set(py, window)?;
        Ok(Window::Objects(Arc::new(Self { cell, least, class: PhantomData })))
    }

    fn answer(&self, py: Python<'_>, kernel: Option<T::Kernel>) -> PyResult<Answer> {
        Ok(Answer::Object(match kernel {
            Some(kernel) => T::value(py, &kernel)?.unbind(),
            None => py.None(),
        }))
    }
}

fn boxed<T: HoldsItems>(kernel: Option<T::Kernel>) -> Option<Box<dyn Kernel>> {
    kernel.map(|kernel| Box::new(OfItems::<T>(kernel)) as _)
}

fn only<'a, C>(columns: &'a [C], what: &str) -> PyResult<&'a C> {
    match columns {
        [column] => Ok(column),
        _ => Err(PyTypeError::new_err(format!("update takes 1 {what}, got {}", columns.len()))),
    }
}

impl<T: HoldsItems, W: ItemWindow<Kernel = T::Kernel>> ObjectWindow for Entry<T, W> {
    fn update(&self, values: &[Bound<'_, PyAny>], t: Option<Timestamp>) -> PyResult<Option<Box<dyn Kernel>>> {
        let value = only(values, "value")?;
        let item = items::written(value)?;
        let closed = self.cell.with(value.py(), |window| {
            let closes = window.update(&item, t)?;
            Ok::<_, Error>(if closes { window.part(Which::Closed) } else { None })
        })?;
        Ok(boxed::<T>(closed?))
    }

    fn update_many(&self, columns: &[Bound<'_, PyAny>]) -> PyResult<()> {
        let column = only(columns, "column")?;
        let items = Column::read(column, "X")?.items()?;
        let updated = self.cell.with_many(column.py(), items.len(), |window| {
            let mut next = window.clone();
            items.iter().flatten().try_for_each(|item| next.update(item, None).map(drop))?;
            *window = next;
            Ok::<_, Error>(())
        })?;
        Ok(updated?)
    }

    fn accumulate<'py>(&self, this: &Bound<'py, PyAny>, columns: &[Bound<'py, PyAny>]) -> PyResult<Bound<'py, PyAny>> {
        let (py, column) = (this.py(), only(columns, "column")?);
        if is_iterator(column) {
            return Accumulation::over(this, &[column], None);
        }
        let items = Column::read(column, "X")?.items()?;
        let kernels = self.cell.with(py, |window| {
            let mut next = window.clone();
            let mut kernels = Vec::with_capacity(items.len());
            for item in &items {
                item.iter().try_for_each(|item| next.update(item, None).map(drop))?;
                kernels.push(next.valued(self.least));
            }
            *window = next;
            Ok::<_, Error>(kernels)
        })??;
        objects(py, kernels.into_iter().map(|kernel| kernel.map(|kernel| T::value(py, &kernel)).transpose()))
    }

    fn update_rows(
        &self,
        py: Python<'_>,
        columns: &[Vec<Bound<'_, PyAny>>],
        along: Along<'_>,
        wanted: bool,
    ) -> PyResult<Vec<Answer>> {
        let items = only(columns, "column")?.iter().map(items::written).collect::<PyResult<Vec<_>>>()?;
        let kernels = self.cell.with(py, |window| {
            let mut next = window.clone();
            let mut kernels = if wanted { vec![next.valued(self.least)] } else { Vec::new() };
            let mut items = items.iter().enumerate().peekable();
            let (times, slots) = match along {
                Along::Times(times) => (Some(times), None),
                Along::Slots(slots) => (None, Some(slots)),
            };
            for index in 0..slots.map_or(items.len(), |slots| slots.len) {
                match items.next_if(|_| slots.is_none_or(|slots| slots.validity.is_valid(index))) {
                    Some((row, item)) => next.update(item, times.map(|times| times[row]))?,
                    None => next.advance(None)?,
                };
                if wanted {
                    kernels.push(next.valued(self.least));
                }
            }
            *window = next;
            Ok::<_, Error>(kernels)
        })??;
        kernels.into_iter().map(|kernel| self.answer(py, kernel)).collect()
    }

    fn advance(&self, py: Python<'_>, t: Option<Timestamp>) -> PyResult<Option<Box<dyn Kernel>>> {
        let closed = self.cell.with(py, |window| {
            let closes = window.advance(t)?;
            Ok::<_, Error>(if closes { window.part(Which::Closed) } else { None })
        })?;
        Ok(boxed::<T>(closed?))
    }

    fn get<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let kernel = self.cell.with(py, |window| window.valued(self.least))?;
        self.answer(py, kernel)?.into_object(py)
    }

    fn len(&self, py: Python<'_>) -> PyResult<usize> {
        self.cell.with(py, |window| window.len())
    }

    fn n_late(&self, py: Python<'_>) -> PyResult<u64> {
        self.cell.with(py, |window| window.n_late())
    }

    fn bounds(&self, py: Python<'_>) -> PyResult<Bounds> {
        self.cell.with(py, |window| window.bounds())
    }

    fn min_samples(&self, _: Python<'_>) -> PyResult<u64> {
        Ok(self.least)
    }

    fn kernel(&self, py: Python<'_>, which: Which) -> PyResult<Option<Box<dyn Kernel>>> {
        Ok(boxed::<T>(self.cell.with(py, |window| window.part(which))?))
    }

    fn to_bytes(&self, py: Python<'_>, name: &str) -> PyResult<Vec<u8>> {
        Ok(self.cell.with(py, |window| envelope::seal(name, &(self.least, &*window)))??)
    }

    fn state<'py>(&self, py: Python<'py>, name: &str) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)> {
        Ok((self.to_bytes(py, name)?, Vec::new()))
    }

    fn copied(&self, py: Python<'_>) -> PyResult<Arc<dyn ObjectWindow>> {
        let cell = KernelCell::empty();
        cell.set(py, self.cell.with(py, |window| window.clone())?)?;
        Ok(Arc::new(Self { cell, least: self.least, class: PhantomData }))
    }

    fn traverse(&self, _: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        Ok(())
    }
}

/// A class of sketches of items: what makes windows of them.
pub struct ItemClass<T>(PhantomData<fn() -> T>);

impl<T> ItemClass<T> {
    pub const NEW: Self = Self(PhantomData);
}

impl<T: HoldsItems> ItemClass<T> {
    fn held(in_seconds: bool, window: Window) -> Held {
        let (plain, timed, nulls) = (false, false, Nulls::Skip);
        Held { class: T::CLASS, shape: Shape::Objects(1), plain, timed, in_seconds, nulls, window }
    }
}

impl<T: HoldsItems> Class for ItemClass<T> {
    fn name(&self) -> &'static str {
        T::CLASS
    }

    fn window(&'static self, statistic: &Bound<'_, PyAny>, plan: Plan, least: u64) -> PyResult<Held> {
        let py = statistic.py();
        let kernel = statistic.cast::<T>()?.get().cell().with(py, |kernel| kernel.clone())?;
        let window = match plan {
            Plan::RollingPanes(size, panes) => Entry::<T, _>::made(py, least, Panes::by_count(kernel, size, panes)?)?,
            Plan::SlotPanes(size, panes) => Entry::<T, _>::made(py, least, Panes::by_rows(kernel, size, panes)?)?,
            Plan::TimePanes(period, closed, panes) => {
                Entry::<T, _>::made(py, least, Panes::by_time(kernel, period, closed, panes)?)?
            }
            Plan::Tumbling(ends) => {
                Entry::<T, _>::made(py, least, Tumbling::new(kernel, Succession::new(ends, least)))?
            }
            Plan::Rolling(_) | Plan::Slots(_) | Plan::TimeRolling(..) => return Err(no_panes(T::CLASS).into()),
        };
        Ok(Self::held(false, window))
    }

    fn read(&'static self, name: Name<'_>, data: &[u8], beside: &Bound<'_, PyTuple>) -> PyResult<Held> {
        let (py, text) = (beside.py(), name.text());
        let checked =
            |kernels: &[Option<T::Kernel>]| kernels.iter().flatten().try_for_each(|kernel| T::check(py, kernel));
        let window = if name.kind == "TumblingWindow" {
            let (least, window): (u64, Tumbling<T::Kernel>) =
                envelope::open(&text, data, |(_, window): &(u64, Tumbling<_>)| window.validate())?;
            checked(&[window.part(Which::Current), window.part(Which::Closed)])?;
            Entry::<T, _>::made(py, least, window)?
        } else {
            let (least, window): (u64, Panes<T::Kernel>) =
                envelope::open(&text, data, |(_, window): &(u64, Panes<_>)| window.validate())?;
            name.check(&window.bounds())?;
            checked(&[window.part(Which::Current)])?;
            Entry::<T, _>::made(py, least, window)?
        };
        Ok(Self::held(name.in_seconds, window))
    }
}
