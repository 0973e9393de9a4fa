//! Columns of hashable values, in codes.

use crate::python::{
    columns::{
        arrow,
        interner::{self, Label, MISSING},
        is_buffer, is_no_column, numpy, pandas, same_places,
        sequence::{self, at_place},
    },
    ffi::capsule::Exported,
    interning::table::{self, Table},
};
use ::numpy::{PyArray1, PyArrayDescr, PyArrayDescrMethods, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    intern,
    prelude::*,
    types::{PyBool, PyBytes, PyFloat, PyList, PyString, PyTuple},
};

/// A column of hashable values: the same code at places with the same value.
#[derive(Default)]
pub struct Coded<'py> {
    /// For each place its code, [`MISSING`] where there is no value.
    pub codes: Vec<u32>,
    /// For each code its value, with the value's hash.
    values: Vec<(Bound<'py, PyAny>, u64)>,
    /// The object at each place, where equal ones need not be the same.
    items: Option<Vec<Bound<'py, PyAny>>>,
}

impl<'py> Coded<'py> {
    /// Reads the argument called `name`.
    pub fn read(column: &Bound<'py, PyAny>, name: &str) -> PyResult<Self> {
        let py = column.py();
        if column.cast_exact::<PyList>().is_ok() || column.cast_exact::<PyTuple>().is_ok() {
            return Self::of_items(items(column, name)?, None, name);
        }
        if is_no_column(column)? {
            return Err(refuse(column, name));
        }
        if let Some(array) = numpy::cast(column)? {
            return Self::of_array(array, name);
        }
        if pandas::is_series(column)? {
            return Self::of_series(column, name);
        }
        if let Some(exported) = Exported::of(column)? {
            return match Self::of_arrow(py, &exported)? {
                Some(coded) => Ok(coded),
                None => Self::of_nullable(column, &exported, name),
            };
        }
        if is_buffer(column)? {
            return Self::of_array(&numpy::of_buffer(column)?, name);
        }
        Self::of_items(items(column, name)?, None, name)
    }

    /// The value of a code, and its hash.
    pub fn value(&self, code: usize) -> (&Bound<'py, PyAny>, u64) {
        (&self.values[code].0, self.values[code].1)
    }

    /// How many codes there are.
    pub fn distinct(&self) -> usize {
        self.values.len()
    }

    /// The object at a place that has one.
    pub fn object(&self, place: usize) -> &Bound<'py, PyAny> {
        match &self.items {
            Some(items) => &items[place],
            None => &self.values[self.codes[place] as usize].0,
        }
    }

    fn with(codes: Vec<u32>, values: Vec<Bound<'py, PyAny>>) -> PyResult<Self> {
        let hashed = |value: Bound<'py, PyAny>| table::hash(&value).map(|hash| (value, hash));
        Ok(Self { codes, values: values.into_iter().map(hashed).collect::<PyResult<_>>()?, items: None })
    }

    /// Of Python objects; `missing` says which of them are no values.
    fn of_items(items: Vec<Bound<'py, PyAny>>, missing: Option<&[bool]>, name: &str) -> PyResult<Self> {
        same_places(name, items.len(), missing)?;
        let mut table = Table::default();
        let mut coded = Self { codes: Vec::with_capacity(items.len()), ..Self::default() };
        for (place, item) in items.iter().enumerate() {
            if missing.is_some_and(|missing| missing[place]) {
                coded.codes.push(MISSING);
                continue;
            }
            let look_up = || {
                let hash = table::hash(item)?;
                Ok((hash, table.look_up(item, hash)?))
            };
            let (hash, found) = look_up().map_err(|error| at_place(item.py(), error, name, place))?;
            coded.codes.push(found.unwrap_or_else(|| {
                coded.values.push((item.clone(), hash));
                table.insert(item.clone().unbind(), hash)
            }));
        }
        coded.items = Some(items);
        Ok(coded)
    }

    fn of_array(array: &Bound<'py, PyUntypedArray>, name: &str) -> PyResult<Self> {
        let py = array.py();
        numpy::one_dimensional(array, name)?;
        let masked = numpy::unmasked(array)?.map(|(_, missing)| missing);
        let missing = masked.as_deref();
        let dtype = array.dtype();
        if !matches!(dtype.kind(), b'U' | b'S' | b'b' | b'i' | b'u') || dtype.itemsize() == 0 {
            let as_python = !matches!(dtype.kind(), b'M' | b'm' | b'O');
            let list = if as_python { array.call_method0(intern!(py, "tolist"))? } else { array.as_any().clone() };
            return Self::of_items(items(&list, name)?, missing, name);
        }
        let memory = py.import(intern!(py, "numpy"))?.call_method1(intern!(py, "ascontiguousarray"), (array,))?;
        let memory = memory.call_method1(intern!(py, "view"), (intern!(py, "u1"),))?.cast_into::<PyArray1<u8>>()?;
        let memory = memory.try_readonly()?;
        let (bytes, width) = (memory.as_slice()?, dtype.itemsize());
        same_places(name, bytes.len() / width, missing)?;
        let (codes, places) = py.detach(|| interner::of_memory(bytes, width, missing));
        let item = |place: usize| array.call_method1(intern!(py, "item"), (place,));
        Self::with(codes, places.into_iter().map(item).collect::<PyResult<_>>()?)
    }

    fn of_arrow(py: Python<'py>, column: &Exported) -> PyResult<Option<Self>> {
        let Some((codes, labels)) = py.detach(|| interner::of_arrow(column)) else { return Ok(None) };
        let values = labels.into_iter().map(|label| object(py, label)).collect::<PyResult<_>>()?;
        Self::with(codes, values).map(Some)
    }

    /// Of a column of Arrow's whose values only its owner can make Python objects of.
    fn of_nullable(column: &Bound<'py, PyAny>, exported: &Exported, name: &str) -> PyResult<Self> {
        for convert in ["to_pylist", "to_list"] {
            if let Some(convert) = column.getattr_opt(convert)? {
                return Self::of_items(items(&convert.call0()?, name)?, exported.missing().as_deref(), name);
            }
        }
        Err(PyTypeError::new_err(format!(
            "{name} must hold hashable values, got an Arrow column of type {}",
            exported.kind
        )))
    }

    /// Of a pandas Series. Where NumPy keeps its numbers, NaN is one of them; what else pandas calls missing is.
    fn of_series(series: &Bound<'py, PyAny>, name: &str) -> PyResult<Self> {
        let py = series.py();
        let dtype = series.getattr(intern!(py, "dtype"))?;
        if dtype.cast::<PyArrayDescr>().is_ok_and(|dtype| dtype.kind() != b'O') {
            return Self::of_array(series.call_method0(intern!(py, "to_numpy"))?.cast()?, name);
        }
        let array = series.getattr_opt(intern!(py, "array"))?.unwrap_or_else(|| series.clone());
        if let (Some(codes), Some(categories)) =
            (array.getattr_opt(intern!(py, "codes"))?, array.getattr_opt(intern!(py, "categories"))?)
        {
            return Self::of_categories(&codes, &categories, name);
        }
        if let Some(column) = array.getattr_opt(intern!(py, "__arrow_array__"))?
            && let Some(exported) = Exported::of(&column.call0()?)?
            && let Some(coded) = Self::of_arrow(py, &exported)?
        {
            return Ok(coded);
        }
        let missing = series.call_method0(intern!(py, "isna"))?;
        let missing = missing.call_method1(intern!(py, "__array__"), ())?.extract::<Vec<bool>>()?;
        Self::of_items(items(&series.call_method0(intern!(py, "tolist"))?, name)?, Some(&missing), name)
    }

    /// Of pandas' categories, each in the order in which it is first met; -1 is none.
    fn of_categories(codes: &Bound<'py, PyAny>, categories: &Bound<'py, PyAny>, name: &str) -> PyResult<Self> {
        let py = codes.py();
        let places = codes.call_method1(intern!(py, "astype"), (intern!(py, "int64"),))?;
        let places = places.cast_into::<PyArray1<i64>>()?.try_readonly()?;
        let categories = items(&categories.call_method0(intern!(py, "tolist"))?, name)?;
        let (mut known, mut values) = (vec![MISSING; categories.len()], Vec::new());
        let mut coded = Vec::with_capacity(codes.len()?);
        for &place in places.as_slice()? {
            let code = usize::try_from(place).ok().and_then(|place| known.get_mut(place).zip(categories.get(place)));
            coded.push(match code {
                Some((code, category)) => {
                    if *code == MISSING {
                        *code = values.len() as u32;
                        values.push(category.clone());
                    }
                    *code
                }
                None => MISSING,
            });
        }
        Self::with(coded, values).map_err(|error| at_place(py, error, name, 0))
    }
}

/// Objects, and which places have none.
pub type Items<'py> = (Vec<Bound<'py, PyAny>>, Option<Vec<bool>>);

fn checked<'py>(items: Vec<Bound<'py, PyAny>>, missing: Option<Vec<bool>>, name: &str) -> PyResult<Items<'py>> {
    same_places(name, items.len(), missing.as_deref())?;
    Ok((items, missing))
}

/// The objects of a column, and which places have none. Those that an array of NumPy's, pandas' or Arrow's holds become
/// Python's own.
pub fn objects<'py>(column: &Bound<'py, PyAny>, name: &str) -> PyResult<Items<'py>> {
    let py = column.py();
    if is_no_column(column)? {
        return Err(refuse(column, name));
    }
    if let Some(array) = numpy::cast(column)? {
        numpy::one_dimensional(array, name)?;
        let missing = numpy::unmasked(array)?.map(|(_, missing)| missing);
        let is_time = matches!(array.dtype().kind(), b'M' | b'm');
        let list = if is_time { column.clone() } else { column.call_method0(intern!(py, "tolist"))? };
        return checked(items(&list, name)?, missing, name);
    }
    if pandas::is_series(column)? {
        let missing = present(column, name)?.missing;
        return checked(items(&column.call_method0(intern!(py, "tolist"))?, name)?, missing, name);
    }
    for convert in ["to_pylist", "to_list"] {
        if column.hasattr("__arrow_c_stream__")? || column.hasattr("__arrow_c_array__")? {
            let Some(convert) = column.getattr_opt(convert)? else { continue };
            let items = items(&convert.call0()?, name)?;
            let missing = items.iter().map(|item| item.is_none()).collect();
            return Ok((items, Some(missing)));
        }
    }
    if let Some(exported) = Exported::of(column)? {
        return of_exported(py, &exported, name);
    }
    Ok((items(column, name)?, None))
}

/// The objects of a column of Arrow's whose owner does not make them.
fn of_exported<'py>(py: Python<'py>, column: &Exported, name: &str) -> PyResult<Items<'py>> {
    if let Some((codes, labels)) = interner::of_arrow(column) {
        let values = labels.into_iter().map(|label| object(py, label)).collect::<PyResult<Vec<_>>>()?;
        let value = |&code: &u32| values.get(code as usize).cloned().unwrap_or_else(|| py.None().into_bound(py));
        return Ok((codes.iter().map(value).collect(), column.missing()));
    }
    let (numbers, missing) = (arrow::read(column, name)?, column.missing());
    let mut present = numbers.chunks()?.into_iter().flatten().peekable();
    let is_missing = |index: usize| missing.as_ref().is_some_and(|missing| missing[index]);
    let values = (0..column.len()).map(|index| match present.next_if(|_| !is_missing(index)) {
        Some(&x) => PyFloat::new(py, x).into_any(),
        None => py.None().into_bound(py),
    });
    Ok((values.collect(), missing))
}

/// How many places of a column have a value.
pub fn present(column: &Bound<'_, PyAny>, name: &str) -> PyResult<Presence> {
    let all = |len: usize| Ok(Presence { len, missing: None });
    let py = column.py();
    if column.cast_exact::<PyList>().is_ok() || column.cast_exact::<PyTuple>().is_ok() {
        return all(column.len()?);
    }
    if is_no_column(column)? {
        return Err(refuse(column, name));
    }
    if let Some(array) = numpy::cast(column)? {
        numpy::one_dimensional(array, name)?;
        return Ok(match numpy::unmasked(array)? {
            Some((_, missing)) => Presence { len: missing.len(), missing: Some(missing) },
            None => Presence { len: array.len(), missing: None },
        });
    }
    if pandas::is_series(column)? {
        let dtype = column.getattr(intern!(py, "dtype"))?;
        if dtype.cast::<PyArrayDescr>().is_ok_and(|dtype| dtype.kind() != b'O') {
            return all(column.len()?);
        }
        let missing = column.call_method0(intern!(py, "isna"))?;
        let missing = missing.call_method1(intern!(py, "__array__"), ())?.extract::<Vec<bool>>()?;
        return Ok(Presence { len: missing.len(), missing: Some(missing) });
    }
    if let Some(exported) = Exported::of(column)? {
        let missing = exported.missing();
        return Ok(Presence { len: exported.len(), missing });
    }
    if is_buffer(column)? {
        return present(numpy::of_buffer(column)?.as_any(), name);
    }
    all(items(column, name)?.len())
}

/// Which places of a column have a value.
pub struct Presence {
    pub len: usize,
    /// One for each place, true where no value is.
    pub missing: Option<Vec<bool>>,
}

fn items<'py>(column: &Bound<'py, PyAny>, name: &str) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let mut items = sequence::room_for(column)?;
    for item in sequence::iterate(column, || refuse(column, name))? {
        sequence::push(&mut items, item?)?;
    }
    Ok(items)
}

fn object<'py>(py: Python<'py>, label: Label<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match label {
        Label::Text(text) => {
            let text = std::str::from_utf8(text).map_err(|error| {
                PyValueError::new_err(format!("the Arrow column holds text that is not UTF-8: {error}"))
            })?;
            PyString::new(py, text).into_any()
        }
        Label::Bytes(bytes) => PyBytes::new(py, bytes).into_any(),
        Label::Int(int) => int.into_pyobject(py)?.into_any(),
        Label::Bool(flag) => PyBool::new(py, flag).to_owned().into_any(),
    })
}

#[cold]
fn refuse(object: &Bound<'_, PyAny>, name: &str) -> PyErr {
    let kind = object.get_type().name().map_or_else(|_| "?".into(), |name| name.to_string());
    PyTypeError::new_err(format!(
        "{name} must be a column of hashable values (an array, a Series, a list ...), got {kind}"
    ))
}
