//! Python values and columns as items, and items as Python values.

use crate::{
    Error,
    kernels::sketches::{
        ItemSketch,
        item::{self, Part},
    },
    python::{
        columns::{
            arrow,
            interner::{self, Label, MISSING},
            numbers::{Access, Numbers, integers},
            objects::Objects,
            rows::{Blocks, Rows},
            sequence::at_index,
            source::Source,
            validity::Validity,
        },
        convert::number::wrong_type,
        ffi::{attach::attached, number},
        state::values::{self, Token},
        sync::kernel_cell::KernelCell,
    },
};
use numpy::{PyArrayDescrMethods, PyUntypedArrayMethods};
use pyo3::{exceptions::PyTypeError, intern, prelude::*, types::PyString};
use std::slice;

/// How errors describe an item.
pub const WANTED: &str = "a str, bytes, an int, a float, a bool, None or a tuple of these";

/// From here on, not every integer can be represented as a float.
const WHOLE: f64 = (1_u64 << 53) as f64;

/// Updates with one value.
#[inline]
pub fn update<K: ItemSketch>(cell: &KernelCell<K>, object: Borrowed<'_, '_, PyAny>) -> PyResult<()> {
    let py = object.py();
    if let Ok(text) = object.cast_exact::<PyString>() {
        // Lone surrogates are not valid UTF-8.
        if let Ok(text) = attached(py, |_| text.to_str()) {
            return cell.with(py, |kernel| kernel.update_part(Part::Text(text.as_bytes())));
        }
    } else if let Some(float) = number::float(object) {
        return cell.with(py, |kernel| kernel.update_part(Part::Float(float)));
    } else if let Some(int) = number::int(object)
        && int.abs() <= WHOLE
    {
        return cell.with(py, |kernel| kernel.update_part(Part::Int(int as i64)));
    }
    attached(py, |_| {
        let item = written(&object)?;
        cell.with(py, |kernel| kernel.update_item(&item))
    })
}

/// A value as an item.
pub fn written(object: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let py = object.py();
    let plain = |object: &Bound<'_, PyAny>| values::write(py, slice::from_ref(object.as_unbound()));
    let tokens = match plain(object) {
        Err(error) if error.is_instance_of::<PyTypeError>(py) => match of_numpy(object)? {
            Some(own) => plain(&own),
            None => Err(wrong_type(object.as_borrowed(), WANTED)),
        },
        tokens => tokens,
    };
    let mut item = Vec::new();
    for token in tokens? {
        match token {
            Token::Nothing => Part::Nothing,
            Token::Bool(flag) => Part::Int(flag.into()),
            Token::Int(int) => Part::Int(int),
            Token::BigInt(ref bytes) => Part::Big(bytes),
            Token::Float(float) => Part::Float(float),
            Token::Text(ref text) => Part::Text(text),
            Token::Bytes(ref bytes) => Part::Bytes(bytes),
            Token::Tuple(items) => Part::Tuple(items as u32),
        }
        .write(&mut item);
    }
    Ok(item)
}

/// The Python value of a NumPy scalar.
fn of_numpy<'py>(object: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let class = object.get_type();
    if class.module()? != "numpy" || !object.hasattr(intern!(object.py(), "item"))? {
        return Ok(None);
    }
    let own = object.call_method0(intern!(object.py(), "item"))?;
    Ok((!own.get_type().is(&class)).then_some(own))
}

/// An item as a value; `None` if the bytes are not an item, or are text that Python cannot represent.
pub fn read<'py>(py: Python<'py>, item: &[u8]) -> PyResult<Option<Bound<'py, PyAny>>> {
    let Ok(parts) = item::parts(item) else { return Ok(None) };
    let token = |part: Part<'_>| match part {
        Part::Nothing => Token::Nothing,
        Part::Int(int) => Token::Int(int),
        Part::Big(bytes) => Token::BigInt(bytes.to_vec()),
        Part::Float(float) => Token::Float(float),
        Part::Text(text) => Token::Text(text.to_vec()),
        Part::Bytes(bytes) => Token::Bytes(bytes.to_vec()),
        Part::Tuple(items) => Token::Tuple(items.into()),
    };
    Ok(values::read(py, parts.into_iter().map(token).collect())?.and_then(|mut values| values.pop()))
}

/// A column of items.
pub enum Column<'py> {
    Floats(Numbers<'py>, Rows),
    Ints(Vec<i64>, Validity),
    /// The distinct items, and for each index which of them it has.
    Coded(Vec<Vec<u8>>, Vec<u32>),
    /// The item at each index that has one.
    Items(Vec<Option<Vec<u8>>>),
}

impl<'py> Column<'py> {
    /// Reads the argument called `name`, before anything changes.
    pub fn read(column: &Bound<'py, PyAny>, name: &'static str) -> PyResult<Self> {
        let source = Source::of(column, name, Objects::VALUES)?;
        match &source {
            Source::Array(array, validity) => match (array.dtype().kind(), array.dtype().itemsize()) {
                (b'f', 0..=8) => return Self::floats(Numbers::of(&source, name)?, name),
                (b'i' | b'b', _) | (b'u', 0..=4) => {
                    let ints = integers(array, name)?;
                    validity.check(ints.len(), name)?;
                    return Ok(Self::Ints(ints, validity.clone()));
                }
                _ => {}
            },
            Source::Arrow(column) => {
                let exported = arrow::export(column, name)?;
                if let Some((codes, labels)) = column.py().detach(|| interner::of_arrow(&exported, name))? {
                    return Ok(Self::Coded(labels.iter().map(label).collect(), codes));
                }
                if matches!(&*exported.kind.format, "e" | "f" | "g") {
                    return Self::floats(Numbers::of_arrow(exported, name)?, name);
                }
            }
            Source::Items(_) | Source::Categories(_) | Source::Nullable(_) => {}
        }
        let objects = Objects::of(&source, name)?;
        let mut items = Vec::with_capacity(objects.items.len());
        for (index, object) in objects.items.iter().enumerate() {
            let valid = objects.validity.is_valid(index);
            let item = if valid { Some(written(object)) } else { None };
            items.push(item.transpose().map_err(|error| at_index(column.py(), error, name, index))?);
        }
        Ok(Self::Items(items))
    }

    /// The items one by one, where there are any.
    pub fn items(self) -> PyResult<Vec<Option<Vec<u8>>>> {
        let one = |part: Part<'_>| {
            let mut item = Vec::new();
            part.write(&mut item);
            item
        };
        Ok(match self {
            Self::Floats(numbers, rows) => {
                let numbers = numbers.from(0)?;
                let item = |(index, &x): (usize, &f64)| rows.validity.is_valid(index).then(|| one(Part::Float(x)));
                numbers.iter().enumerate().map(item).collect()
            }
            Self::Ints(ints, validity) => {
                let item = |(index, &int): (usize, &i64)| validity.is_valid(index).then(|| one(Part::Int(int)));
                ints.iter().enumerate().map(item).collect()
            }
            Self::Coded(items, codes) => codes.iter().map(|&code| items.get(code as usize).cloned()).collect(),
            Self::Items(items) => items,
        })
    }

    fn floats(numbers: Numbers<'py>, name: &str) -> PyResult<Self> {
        let rows = Rows::of([(name, numbers.len()?, &numbers.validity)])?;
        Ok(Self::Floats(numbers, rows))
    }
}

fn label(label: &Label) -> Vec<u8> {
    let mut item = Vec::new();
    match label {
        Label::Text(text) => Part::Text(text).write(&mut item),
        Label::Bytes(bytes) => Part::Bytes(bytes).write(&mut item),
        Label::Bool(flag) => Part::Int((*flag).into()).write(&mut item),
        Label::Int(int) => match i64::try_from(*int) {
            Ok(int) => Part::Int(int).write(&mut item),
            Err(_) => Part::Big(&int.to_le_bytes()).write(&mut item),
        },
    }
    item
}

/// Updates with a column, all of it or nothing.
pub fn update_many<K: ItemSketch>(cell: &KernelCell<K>, column: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = column.py();
    match Column::read(column, "X")? {
        Column::Floats(numbers, rows) => {
            let mut blocks = Blocks::new(&rows, slice::from_ref(&numbers))?;
            cell.with_many(py, rows.count, |kernel| {
                blocks.each(Access::COPIED, |xs: &[f64], _| {
                    xs.iter().for_each(|&x| kernel.update_part(Part::Float(x)));
                });
            })
        }
        Column::Ints(ints, validity) => cell.with_many(py, ints.len(), |kernel| {
            let valid = ints.iter().enumerate().filter(|(index, _)| validity.is_valid(*index));
            valid.for_each(|(_, &int)| kernel.update_part(Part::Int(int)));
        }),
        Column::Coded(items, codes) => cell.with_many(py, codes.len(), |kernel| {
            let valid = || codes.iter().filter(|&&code| code != MISSING);
            if kernel.is_of_a_set() {
                items.iter().for_each(|item| kernel.update_item(item));
                kernel.skip((valid().count() - items.len()) as u64);
            } else {
                valid().for_each(|&code| kernel.update_item(&items[code as usize]));
            }
        }),
        Column::Items(items) => {
            cell.with_many(py, items.len(), |kernel| items.iter().flatten().for_each(|item| kernel.update_item(item)))
        }
    }
}

/// Items with their counts as pairs.
pub fn pairs<'py>(
    py: Python<'py>,
    class: &str,
    counted: impl Iterator<Item = (Vec<u8>, u64)>,
) -> PyResult<Vec<(Bound<'py, PyAny>, u64)>> {
    let pair = |(item, count): (Vec<u8>, u64)| {
        let value = read(py, &item)?.ok_or_else(|| Error::state(class, "an item that cannot be read"))?;
        Ok((value, count))
    };
    counted.map(pair).collect()
}
