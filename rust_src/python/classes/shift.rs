//! The class `RsShift`, which returns the very objects that it was updated with.

use crate::{
    kernels::{statistics::Shift, traits::Statistic},
    python::{
        batch::{
            results::{objects, results},
            walk::Accumulation,
        },
        classes::{
            calls::{MergeInPlace, no_arguments, required, with_arguments},
            clones::{Public, Renew},
            docs,
            initialise::{self, initialised},
            native::{self, Column, Native, Value},
        },
        columns::{
            numbers::Access,
            rows::Blocks,
            source::is_iterator,
            values::{Values, number},
        },
        convert::{
            argument,
            number::{Integer, Number},
            signature,
        },
        erased::{
            class::{NumberClass, ViewOf, register},
            held::Shape,
            kernel::Source,
            number_windows::Behaviour,
        },
        ffi::{
            arguments::{Arguments, Parameter, Signature},
            attach::attached,
            descriptor::{FastMethod, Keywords, NoArguments, Returned, install},
            initialiser::install_initialiser,
            lock::Lock,
        },
        interning::table::is_constant,
        state::{
            copying,
            pickle::{self, Stateful, stateful},
            shift as state,
        },
        sync::{
            kernel_cell::{MANY, not_initialised},
            nesting::release,
        },
    },
};
use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::PyTypeError,
    prelude::*,
    sync::PyOnceLock,
    types::{PyBytes, PyDict, PyFloat, PyTuple, PyType},
};
use std::{convert::Infallible, ffi::CStr, iter, sync::OnceLock};

/// A kernel that holds objects, behind a lock; empty until `__init__` has run.
///
/// No Python code runs while the lock is held, so objects that are no longer needed are dropped after it was released.
#[pyclass(module = "river.stats._rust_stats", subclass, frozen)]
pub struct RsShift(Lock<Objects>);

type Objects = Shift<Py<PyAny>>;

#[pymethods]
impl RsShift {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self(Lock::empty())
    }

    /// The parameter `amount`.
    #[getter]
    fn amount(&self, py: Python<'_>) -> PyResult<u64> {
        self.with(py, |shift| shift.amount)
    }

    /// The parameter `fill_value`.
    #[getter]
    fn fill_value(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        self.with(py, |shift| shift.fill_value.as_ref().map(|value| value.clone_ref(py)))
    }

    #[doc = docs::n!()]
    #[getter]
    fn n(&self, py: Python<'_>) -> PyResult<u64> {
        self.with(py, |shift| shift.count())
    }

    #[doc = docs::update_many!()]
    #[allow(non_snake_case, reason = "upper case is what columns are called in Python")]
    fn update_many(&self, X: &Bound<'_, PyAny>) -> PyResult<()> {
        let values = Values::read(X, "X")?;
        self.push_all(X.py(), values.rows.count, |count| values.last(count)).map(drop)
    }

    #[doc = docs::accumulate!()]
    #[allow(non_snake_case, reason = "upper case is what columns are called in Python")]
    fn accumulate<'py>(this: &Bound<'py, Self>, X: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if is_iterator(X) {
            return Accumulation::over(this.as_any(), &[X], None);
        }
        let (py, values) = (this.py(), Values::read_for_numbers(X, "X")?);
        let rows = &values.rows;
        let earlier = this.get().push_all(py, rows.count, |count| values.last(count))?;
        if let Some(mut blocks) = values.blocks()?
            && let Some(earlier) = earlier.numbers(py, !rows.validity.is_all())?
        {
            return results(py, rows, None, &mut |out, before| {
                before.fill(earlier.value);
                let out = &mut out[..rows.count];
                if rows.count < MANY {
                    earlier.write_blocks(&mut blocks, out);
                } else {
                    py.detach(|| earlier.write_blocks(&mut blocks, out));
                }
                Ok(())
            });
        }
        earlier.objects(py, &values)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let visited = self.0.peek(&visit, |shift| {
            let mut objects = shift.fill_value.iter().chain(shift.buffer());
            objects.try_for_each(|object| visit.call(object))
        });
        visited.unwrap_or(Ok(()))
    }

    fn __clear__(&self, py: Python<'_>) {
        // If this thread is using it, it is not garbage.
        _ = self.replace(py, None);
    }
}

/// Windows hold numbers.
impl Source for RsShift {
    type Kernel = Shift;

    fn copied_kernel(&self, py: Python<'_>) -> PyResult<Shift> {
        let Shift { amount, fill_value, .. } = self.copied(py)?;
        let number = |value: Py<PyAny>| argument::read::<Number>(value.bind_borrowed(py), "fill_value");
        let fill_value = fill_value.map(number).transpose()?.map(|Number(x)| x);
        Ok(Shift::new(amount.into(), fill_value)?)
    }

    fn set_kernel(this: &Bound<'_, Self>, kernel: Shift) -> PyResult<()> {
        let py = this.py();
        let shift = kernel.try_map(|&x| Ok::<_, Infallible>(PyFloat::new(py, x).into_any().unbind()));
        let Ok(shift) = shift;
        this.get().replace(py, Some(shift))
    }
}

impl Drop for RsShift {
    fn drop(&mut self) {
        release_all(self.0.take());
    }
}

fn release_all(shift: Option<Objects>) {
    release(shift.into_iter().flat_map(Shift::into_values));
}

initialised! {
    RsShift, Objects, (amount: Integer = Integer(1), fill_value: Option<Py<PyAny>> = None),
    |py, this, kernel| this.replace(py, Some(kernel))
}

stateful! {
    RsShift,
    "",
    "Raises",
    "------",
    "TypeError",
    "    If one of the values is not None, bool, int, float, str, bytes or a tuple of these. Pickle keeps values",
    "    of any type.",
    "ValueError",
    "    If tuples are nested more than 100 deep."
}

impl Stateful for RsShift {
    const CLASS: &'static str = state::NAME;

    fn is_made(&self, py: Python<'_>) -> bool {
        self.with(py, |_| ()).is_ok()
    }

    fn to_bytes(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
        state::to_bytes(py, &self.copied(py)?)
    }

    fn state<'py>(&self, py: Python<'py>) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)> {
        state::state(py, &self.copied(py)?)
    }

    fn set_state(this: &Bound<'_, Self>, data: &[u8], objects: &Bound<'_, PyTuple>) -> PyResult<()> {
        let py = this.py();
        this.get().replace(py, Some(state::decode(py, data, objects)?))
    }

    fn copy_to(&self, py: Python<'_>, target: &Self) -> PyResult<()> {
        target.replace(py, Some(self.copied(py)?))
    }

    fn holds_constants(&self, py: Python<'_>) -> PyResult<bool> {
        self.with(py, |shift| shift.fill_value.iter().chain(shift.buffer()).all(|value| is_constant(value.bind(py))))
    }
}

impl Renew for RsShift {
    fn public() -> &'static PyOnceLock<Public> {
        static PUBLIC: PyOnceLock<Public> = PyOnceLock::new();
        &PUBLIC
    }

    fn parameters() -> &'static [Parameter] {
        <initialise::Initialise as FastMethod<Self>>::signature().parameters()
    }

    /// A fill value that can change is cloned or deep-copied.
    fn renew_to(&self, py: Python<'_>, target: &Self) -> PyResult<bool> {
        let Objects { amount, fill_value, .. } = self.copied(py)?;
        if fill_value.as_ref().is_some_and(|value| !is_constant(value.bind(py))) {
            return Ok(false);
        }
        target.replace(py, Some(Objects::new(amount.into(), fill_value)?))?;
        Ok(true)
    }
}

impl RsShift {
    /// Gives a class, this one or a subclass, the fast methods.
    pub fn install_methods(class: &Bound<'_, PyType>) -> PyResult<()> {
        static WINDOWS: NumberClass<RsShift> = NumberClass {
            behaviour: Behaviour {
                update: |shift, x, _, _| {
                    shift.update(x);
                    Ok(())
                },
                is_timed: |_| false,
                reading: None,
            },
            shape: Shape::Numbers { count: 1, weighted: false },
            views: [Some(&ViewOf::<Shift>::NEW), None],
            merge: OnceLock::new(),
        };
        register(class, &WINDOWS);
        native::insert(class, &Natively);
        install_initialiser::<RsShift, initialise::Initialise>(class)?;
        install::<RsShift, Update>(class)?;
        install::<RsShift, Get>(class)?;
        install::<RsShift, MergeInPlace>(class)
    }

    #[inline(always)]
    pub fn with<R>(&self, py: Python<'_>, f: impl FnOnce(&mut Objects) -> R) -> PyResult<R> {
        self.0.with(py, f)?.ok_or_else(not_initialised)
    }

    fn replace(&self, py: Python<'_>, shift: Option<Objects>) -> PyResult<()> {
        let former = self.0.replace(py, shift)?;
        if former.is_some() {
            attached(py, |_| release_all(former));
        }
        Ok(())
    }

    /// A copy of the kernel that holds the same objects.
    pub fn copied(&self, py: Python<'_>) -> PyResult<Objects> {
        self.with(py, |shift| {
            let Ok(copy) = shift.try_map(|object| Ok::<_, Infallible>(object.clone_ref(py)));
            copy
        })
    }

    #[inline(always)]
    fn update(&self, x: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = x.py();
        let evicted = self.with(py, |shift| shift.push(x.clone().unbind()))?;
        drop(evicted.map(|object| object.into_bound(py)));
        Ok(())
    }

    #[inline(always)]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let value = self.with(py, |shift| shift.value().map(|value| value.clone_ref(py)))?;
        Ok(value.map(|value| value.into_bound(py)))
    }

    /// Updates with numbers; an error if other values are held.
    fn push_numbers(&self, py: Python<'_>, column: Column<'_, '_>) -> PyResult<(Earlier, Earlier<f64>)> {
        let Column { xs, source } = column;
        let float = |&x: &f64| PyFloat::new(py, x).into_any().unbind();
        let earlier = self.push_all(py, xs.len(), |count| match source {
            Some(values) => values.last(count),
            None => Ok(xs[xs.len() - count..].iter().map(float).collect()),
        })?;
        let numbers = earlier.numbers(py, true)?.ok_or_else(not_numeric)?;
        Ok((earlier, numbers))
    }

    /// Updates with `count` values, of which `last` returns the newest. Returns the values after these updates that
    /// come from the state before them.
    fn push_all(
        &self,
        py: Python<'_>,
        count: usize,
        last: impl Fn(usize) -> PyResult<Vec<Py<PyAny>>>,
    ) -> PyResult<Earlier> {
        loop {
            let capacity = self.with(py, |shift| shift.capacity())?;
            let newest = last(count.min(capacity.try_into().unwrap_or(usize::MAX)))?;
            let pushed = self.with(py, |shift| {
                if shift.capacity() != capacity {
                    return Err(newest);
                }
                let earlier = Earlier::of(py, shift, count);
                Ok((earlier, shift.push_newest(count as u64, newest)))
            })?;
            match pushed {
                Ok((earlier, evicted)) => {
                    drop(evicted);
                    return Ok(earlier);
                }
                // Another thread has called `__init__` meanwhile.
                Err(newest) => drop(newest),
            }
        }
    }
}

/// What `get` returned before a column, and returns after each of its first values. What it returns after the others is
/// in the column.
struct Earlier<T = Option<Py<PyAny>>> {
    value: T,
    fill: T,
    /// After how many values the fill value is returned.
    fills: usize,
    /// The values that are returned then.
    held: Vec<T>,
}

impl Earlier {
    /// For a column of this many values.
    fn of(py: Python<'_>, shift: &Objects, count: usize) -> Self {
        let copy = |value: &Py<PyAny>| value.clone_ref(py);
        let amount = usize::try_from(shift.amount).unwrap_or(usize::MAX);
        let (held, first) = (shift.held() as usize, count.min(amount));
        let fills = first.min(amount.saturating_sub(held));
        let returned = shift.buffer().skip(held.saturating_sub(amount)).take(first - fills);
        Self {
            value: shift.value().map(copy),
            fill: shift.fill_value.as_ref().map(copy),
            fills,
            held: returned.map(|value| Some(copy(value))).collect(),
        }
    }

    /// All as numbers, NaN for None, if they are numbers; the value before only if it is `wanted`.
    fn numbers(&self, py: Python<'_>, wanted: bool) -> PyResult<Option<Earlier<f64>>> {
        let number = |value: &Option<Py<PyAny>>| match value {
            Some(value) if !value.is_none(py) => number(value.bind(py)),
            _ => Ok(Some(f64::NAN)),
        };
        let fill = if self.fills > 0 { number(&self.fill)? } else { Some(f64::NAN) };
        let value = if wanted { number(&self.value)? } else { Some(f64::NAN) };
        let (Some(value), Some(fill)) = (value, fill) else { return Ok(None) };
        let held = self.held.iter().map(number).collect::<PyResult<Option<Vec<_>>>>()?;
        Ok(held.map(|held| Earlier { value, fill, fills: self.fills, held }))
    }

    /// An array of objects with the value after each index of the column, NaN for None.
    fn objects<'py>(self, py: Python<'py>, values: &Values<'py>) -> PyResult<Bound<'py, PyAny>> {
        let newer = values.last(values.rows.count)?;
        let first = iter::once(&self.value).chain(iter::repeat_n(&self.fill, self.fills)).chain(&self.held);
        let all: Vec<_> = first.map(Option::as_ref).chain(newer.iter().map(Some)).collect();
        let value = |value: &Py<PyAny>| if value.is_none(py) { None } else { Some(value.bind(py).clone()) };
        objects(py, values.rows.seen().map(|seen| Ok(all[seen].and_then(value))))
    }
}

impl Earlier<f64> {
    /// Writes the value after each number of a column.
    fn write(&self, xs: &[f64], out: &mut [f64]) {
        let later = self.write_first(out);
        later.copy_from_slice(&xs[..later.len()]);
    }

    /// As [`write`](Self::write), where the column comes in blocks.
    fn write_blocks(&self, blocks: &mut Blocks<'_>, out: &mut [f64]) {
        let later = self.write_first(out);
        blocks.each::<f64>(Access::COPIED, |xs, row| {
            let later = later.get_mut(row..).unwrap_or_default();
            let len = xs.len().min(later.len());
            later[..len].copy_from_slice(&xs[..len]);
        });
    }

    /// Writes the values that are not in the column; returns what follows them.
    fn write_first<'a>(&self, out: &'a mut [f64]) -> &'a mut [f64] {
        let (fills, out) = out.split_at_mut(self.fills.min(out.len()));
        fills.fill(self.fill);
        let (held, later) = out.split_at_mut(self.held.len().min(out.len()));
        held.copy_from_slice(&self.held[..held.len()]);
        later
    }
}

/// How links call the objects of a class.
struct Natively;

impl Native for Natively {
    fn update<'py>(&self, object: &Bound<'py, PyAny>, x: Value<'py>) -> PyResult<()> {
        object.cast::<RsShift>()?.get().update(&x.into_pyobject(object.py())?)
    }

    fn get<'py>(&self, object: &Bound<'py, PyAny>) -> PyResult<Option<Value<'py>>> {
        let value = object.cast::<RsShift>()?.get().value(object.py())?;
        Ok(value.filter(|value| !value.is_none()).map(Value::Object))
    }

    fn takes_objects(&self) -> bool {
        true
    }

    fn is_numeric(&self, object: &Bound<'_, PyAny>) -> PyResult<bool> {
        let (py, shift) = (object.py(), object.cast::<RsShift>()?.get());
        let is_plain = |value: &Py<PyAny>| value.is_none(py) || value.bind(py).is_exact_instance_of::<PyFloat>();
        if shift.with(py, |shift| shift.fill_value.iter().chain(shift.buffer()).all(is_plain))? {
            return Ok(true);
        }
        for value in shift.copied(py)?.into_values() {
            if !value.is_none(py) && number(value.bind(py))?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn update_many(&self, object: &Bound<'_, PyAny>, column: Column<'_, '_>) -> PyResult<()> {
        object.cast::<RsShift>()?.get().push_numbers(object.py(), column).map(drop)
    }

    fn accumulate(
        &self,
        object: &Bound<'_, PyAny>,
        column: Column<'_, '_>,
        values: &mut [f64],
        before: &mut [f64],
    ) -> PyResult<()> {
        let (_, earlier) = object.cast::<RsShift>()?.get().push_numbers(object.py(), column)?;
        earlier.write(column.xs, values);
        before.fill(earlier.value);
        Ok(())
    }

    fn pass(
        &self,
        object: &Bound<'_, PyAny>,
        column: Column<'_, '_>,
        values: &mut Vec<f64>,
    ) -> PyResult<Option<Vec<bool>>> {
        let py = object.py();
        let (earlier, numbers) = object.cast::<RsShift>()?.get().push_numbers(py, column)?;
        numbers.write(column.xs, values);
        let is_value = |value: &Option<Py<PyAny>>| value.as_ref().is_some_and(|value| !value.is_none(py));
        let mut through = vec![is_value(&earlier.fill); earlier.fills];
        through.extend(earlier.held.iter().map(is_value));
        if !through.contains(&false) {
            return Ok(None);
        }
        through.resize(column.xs.len(), true);
        let mut passes = through.iter();
        values.retain(|_| passes.next() == Some(&true));
        Ok(Some(through))
    }
}

#[cold]
fn not_numeric() -> PyErr {
    PyTypeError::new_err("values that are not numbers were updated while numbers passed through the link")
}

/// `update` of any object.
enum Update {}
/// `get`, one of the objects or None.
enum Get {}

impl FastMethod<RsShift> for Update {
    with_arguments! { c"update", &signature::OBJECT, update }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, RsShift>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let [x] = required(arguments, &signature::OBJECT)?;
        this.get().update(&x)
    }
}

impl FastMethod<RsShift> for Get {
    no_arguments! {
        c"get",
        docs::get("The object that `update` was given `amount` updates before the last; until then, `fill_value`.")
    }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, RsShift>, (): ()) -> PyResult<impl Returned<'py>> {
        let py = this.py();
        Ok(this.get().value(py)?.unwrap_or_else(|| py.None().into_bound(py)))
    }
}
