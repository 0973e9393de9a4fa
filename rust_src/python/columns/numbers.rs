//! Columns of numbers.
//!
//! Memory that already is contiguous `f64` is read where it lies: NumPy's, that of the buffer protocol, Arrow's. Other
//! types, strides and byte orders are converted once, by NumPy or here; Python sequences value by value. All of it
//! happens before a statistic is touched, so a column that cannot be read changes nothing.

use crate::{
    kernels::traits::Statistic,
    python::{
        columns::{
            arrow, sequence,
            source::{Source, present},
            validity::Validity,
        },
        convert::number::Number,
        ffi::{
            arrow::{Buffers, Chunk, Exported},
            memory::Memory,
        },
    },
};
use numpy::{PyArrayDescrMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    intern,
    prelude::*,
    types::IntoPyDict,
};

/// A column of numbers, and which indices have one.
pub struct Numbers<'py> {
    name: &'static str,
    pieces: Vec<Piece<'py>>,
    pub validity: Validity,
}

/// A piece of the column, which consists of all pieces in order; where a value is missing, it has an arbitrary number.
enum Piece<'py> {
    /// Contiguous `f64`, unless Python code has changed that.
    Array(Bound<'py, PyUntypedArray>),
    /// An Arrow array of `f64`.
    Arrow(Chunk),
    Own(Vec<f64>),
}

/// How a kernel reads columns.
#[derive(Clone, Copy)]
pub struct Access {
    /// See [`Statistic::reach`].
    pub reach: u64,
    /// See [`Statistic::reads_in_place`].
    pub in_place: bool,
}

impl Access {
    /// One observation at a time, each of which is copied.
    pub const COPIED: Self = Self { reach: 0, in_place: false };

    pub fn of(kernel: &impl Statistic) -> Self {
        Self { reach: kernel.reach(), in_place: kernel.reads_in_place() }
    }
}

/// The numbers of a piece while no Python code runs in this thread.
#[derive(Clone, Copy)]
pub enum Slice<'a> {
    Memory(Memory<'a>),
    Own(&'a [f64]),
}

impl Slice<'_> {
    pub fn len(&self) -> usize {
        match self {
            Self::Memory(memory) => memory.len::<f64>(),
            Self::Own(numbers) => numbers.len(),
        }
    }

    /// The numbers where they lie; `None` if they must be copied.
    pub fn in_place(&self, access: Access) -> Option<&[f64]> {
        match self {
            Self::Memory(memory) if access.in_place => memory.in_place(),
            Self::Memory(_) => None,
            Self::Own(numbers) => Some(numbers),
        }
    }

    /// Copies the numbers from `first` on, of which there are as many as `to` takes.
    pub fn copy(&self, first: usize, to: &mut [f64]) {
        match self {
            Self::Memory(memory) => _ = memory.copy(first, to),
            Self::Own(numbers) => to.copy_from_slice(&numbers[first..first + to.len()]),
        }
    }
}

impl<'py> Numbers<'py> {
    /// What the errors call the values of such a column.
    pub const VALUES: &'static str = "numbers";

    /// Reads the argument called `name`.
    pub fn read(column: &Bound<'py, PyAny>, name: &'static str) -> PyResult<Self> {
        Self::of(&Source::of(column, name, Self::VALUES)?, name)
    }

    /// As [`read`](Self::read), where None is a missing value.
    pub fn read_optional(column: &Bound<'py, PyAny>, name: &'static str) -> PyResult<Self> {
        let source = Source::of(column, name, Self::VALUES)?;
        let (objects, validity) = match &source {
            Source::Items(items) => (items.clone(), Validity::ALL),
            Source::Array(array, validity) if array.dtype().kind() == b'O' => {
                (array.clone().into_any(), validity.clone())
            }
            Source::Nullable(series) => (series.call_method0(intern!(series.py(), "tolist"))?, present(series)?),
            _ => return Self::of(&source, name),
        };
        // pandas takes a NaN among objects for a missing value.
        let is_pandas = matches!(source, Source::Nullable(_));
        let is_nan = |item: &Bound<'_, PyAny>| item.extract::<f64>().is_ok_and(f64::is_nan);
        let mut there = Vec::new();
        let numbers = sequence::read(&objects, (name, Self::VALUES), |index, item| {
            let is_there = !item.is_none() && (validity.is_valid(index) || (is_pandas && is_nan(&item)));
            there.push(is_there);
            if is_there { Ok(Number::extract(item.as_borrowed())?.0) } else { Ok(0.0) }
        })?;
        Ok(Self::own(numbers, Validity::of(there.len(), there.into_iter())?, name))
    }

    pub fn of(source: &Source<'py>, name: &'static str) -> PyResult<Self> {
        match source {
            Source::Items(column) => Self::of_items(column, name),
            Source::Array(array, validity) => Self::of_array(array, validity.clone(), name),
            Source::Arrow(column) => Self::of_arrow(arrow::export(column, name)?, name),
            Source::Nullable(series) => Self::of_nullable(series, name),
            Source::Categories(series) => Err(not_numbers(name, of_dtype(series)?)),
        }
    }

    /// A column that owns its numbers.
    pub fn own(numbers: Vec<f64>, validity: Validity, name: &'static str) -> Self {
        Self::new(Piece::Own(numbers), validity, name)
    }

    fn new(piece: Piece<'py>, validity: Validity, name: &'static str) -> Self {
        Self { name, pieces: vec![piece], validity }
    }

    fn of_items(column: &Bound<'py, PyAny>, name: &'static str) -> PyResult<Self> {
        let numbers =
            sequence::read(column, (name, Self::VALUES), |_, item| Ok(Number::extract(item.as_borrowed())?.0))?;
        Ok(Self::own(numbers, Validity::ALL, name))
    }

    fn of_array(array: &Bound<'py, PyUntypedArray>, validity: Validity, name: &'static str) -> PyResult<Self> {
        let py = array.py();
        match array.dtype().kind() {
            b'f' | b'i' | b'u' | b'b' => {}
            b'O' => {
                let number = |index: usize, item: Bound<'py, PyAny>| {
                    if validity.is_valid(index) { Ok(Number::extract(item.as_borrowed())?.0) } else { Ok(0.0) }
                };
                // The length is checked when the column is read.
                let numbers = sequence::read(array.as_any(), (name, Self::VALUES), number)?;
                return Ok(Self::own(numbers, validity, name));
            }
            _ => return Err(not_numbers(name, format!("an array of dtype {}", array.dtype()))),
        }
        if array.is_aligned() && Memory::of_elements::<f64>(array).is_some() {
            return Ok(Self::new(Piece::Array(array.clone()), validity, name));
        }
        let order = [(intern!(py, "order"), "C")].into_py_dict(py)?;
        let floats = array.call_method(intern!(py, "astype"), (intern!(py, "float64"),), Some(&order))?;
        Ok(Self::new(Piece::Array(floats.cast_into()?), validity, name))
    }

    fn of_nullable(series: &Bound<'py, PyAny>, name: &'static str) -> PyResult<Self> {
        let py = series.py();
        let dtype = series.getattr(intern!(py, "dtype"))?;
        if dtype.eq("object")? {
            return Self::of_items(&series.call_method0(intern!(py, "to_numpy"))?, name);
        }
        if !dtype.getattr_opt(intern!(py, "_is_numeric"))?.map_or(Ok(false), |flag| flag.is_truthy())? {
            return Err(not_numbers(name, of_dtype(series)?));
        }
        let numbers = series.call_method1(intern!(py, "to_numpy"), (intern!(py, "float64"), false, f64::NAN))?;
        Self::of_array(numbers.cast()?, present(series)?, name)
    }

    pub fn of_arrow(column: Exported, name: &'static str) -> PyResult<Self> {
        let validity = arrow::validity(&column, name)?;
        let mut pieces = Vec::with_capacity(column.chunks.len());
        for chunk in column.chunks {
            let values = chunk.values(name)?;
            if let ("g", Buffers::Fixed(_), None) = (&*column.kind.format, &values.buffers, &values.dictionary) {
                pieces.push(Piece::Arrow(chunk));
                continue;
            }
            match arrow::numbers(&values, name)? {
                Some(numbers) => pieces.push(Piece::Own(numbers)),
                None => {
                    return Err(not_numbers(name, format!("an Arrow column of type {}", arrow::name_of(&column.kind))));
                }
            }
        }
        Ok(Self { name, pieces, validity })
    }

    /// The numbers as they lie in memory. No Python code may run in this thread until they are read.
    pub fn slices(&self) -> PyResult<Vec<Slice<'_>>> {
        let mut slices = Vec::with_capacity(self.pieces.len());
        for piece in &self.pieces {
            slices.push(match piece {
                Piece::Own(numbers) => Slice::Own(numbers),
                Piece::Arrow(chunk) => match chunk.values(self.name)?.buffers {
                    Buffers::Fixed(memory) => Slice::Memory(memory),
                    _ => Slice::Own(&[]),
                },
                Piece::Array(array) => match Memory::of_elements::<f64>(array) {
                    Some(memory) => Slice::Memory(memory),
                    None => return Err(changed(self.name)),
                },
            });
        }
        self.validity.check(slices.iter().map(Slice::len).sum(), self.name)?;
        Ok(slices)
    }

    /// How many indices there are, now.
    pub fn len(&self) -> PyResult<usize> {
        Ok(self.slices()?.iter().map(Slice::len).sum())
    }

    /// The numbers from an index on, whether or not they are missing.
    pub fn from(&self, index: usize) -> PyResult<Vec<f64>> {
        let (slices, mut numbers) = (self.slices()?, Vec::new());
        let len = slices.iter().map(Slice::len).sum::<usize>().saturating_sub(index);
        sequence::reserve(&mut numbers, len)?;
        numbers.resize(len, 0.0);
        copy(&slices, index, &mut numbers);
        Ok(numbers)
    }
}

/// Copies the numbers of a column from `first` on.
pub fn copy(column: &[Slice<'_>], mut first: usize, mut to: &mut [f64]) {
    for slice in column {
        if first >= slice.len() {
            first -= slice.len();
            continue;
        }
        let (now, rest) = to.split_at_mut((slice.len() - first).min(to.len()));
        slice.copy(first, now);
        (first, to) = (0, rest);
        if to.is_empty() {
            return;
        }
    }
}

/// The integers of 64 bits that an array can be converted to.
pub fn integers(array: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<i64>> {
    let py = array.py();
    let numpy = py.import(intern!(py, "numpy"))?;
    let array = numpy.call_method1(intern!(py, "ascontiguousarray"), (array, intern!(py, "int64")))?;
    let array = array.cast_into::<PyUntypedArray>()?;
    let memory = Memory::of_elements::<i64>(&array).ok_or_else(|| changed(name))?;
    let mut integers = Vec::new();
    sequence::reserve(&mut integers, memory.len::<i64>())?;
    integers.resize(memory.len::<i64>(), 0);
    _ = memory.copy(0, &mut integers);
    Ok(integers)
}

/// The error for an array whose type has changed since it was looked at.
#[cold]
pub fn changed(name: &str) -> PyErr {
    PyValueError::new_err(format!("{name} must not change before it is read, got an array that was changed meanwhile"))
}

/// What a pandas column is called in an error.
pub fn of_dtype(series: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(format!("a column of dtype {}", series.getattr(intern!(series.py(), "dtype"))?))
}

/// The error for a column of something other than numbers.
#[cold]
fn not_numbers(name: &str, what: impl std::fmt::Display) -> PyErr {
    PyTypeError::new_err(format!("{name} must hold real numbers, got {what}"))
}
