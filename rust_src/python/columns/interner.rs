//! Distinct values as small numbers, without making a Python object of each.

use crate::python::{
    columns::{
        arrow::{convert, integers, keys},
        sequence::reserve,
        validity::Validity,
    },
    ffi::{
        arrow::{Buffers, Exported, Values, invalid},
        memory::Memory,
    },
};
use hashbrown::{DefaultHashBuilder, HashTable};
use pyo3::{
    prelude::*,
    types::{PyBool, PyBytes, PyString},
};
use std::hash::{BuildHasher, Hasher};

/// The code of an index without a value.
pub const MISSING: u32 = u32::MAX;

/// How many values are copied at a time.
const BLOCK: usize = 1_024;

/// A value that is not a Python object yet.
#[derive(Clone, Debug, PartialEq)]
pub enum Label {
    /// Text in UTF-8, if its producer kept to the format.
    Text(Box<[u8]>),
    Bytes(Box<[u8]>),
    Int(i128),
    Bool(bool),
}

impl Label {
    /// The Python object.
    pub fn into_object<'py>(self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        Ok(match self {
            Self::Text(text) => match std::str::from_utf8(&text) {
                Ok(text) => PyString::new(py, text).into_any(),
                Err(error) => return Err(invalid(name, format!("it holds text that is not UTF-8: {error}"))),
            },
            Self::Bytes(bytes) => PyBytes::new(py, &bytes).into_any(),
            Self::Int(int) => int.into_pyobject(py)?.into_any(),
            Self::Bool(flag) => PyBool::new(py, flag).to_owned().into_any(),
        })
    }
}

/// Gives each distinct value a number, in the order in which they are first seen.
pub struct Interner<V> {
    hashes: DefaultHashBuilder,
    /// Values that fit into 128 bits, and their numbers.
    short: HashTable<(u128, u32)>,
    /// Those that fit into twice as many.
    middle: HashTable<([u128; 2], u32)>,
    /// Longer ones, with their hashes.
    long: HashTable<(u64, Box<[u8]>, u32)>,
    /// The values that have the numbers.
    pub values: Vec<V>,
}

impl<V> Default for Interner<V> {
    fn default() -> Self {
        let hashes = DefaultHashBuilder::default();
        Self { hashes, short: HashTable::new(), middle: HashTable::new(), long: HashTable::new(), values: Vec::new() }
    }
}

impl<V> Interner<V> {
    /// The number of a value that `key` holds completely.
    #[inline]
    fn short(&mut self, key: u128, value: impl FnOnce() -> V) -> u32 {
        number(&mut self.short, key, |key| mixed(&self.hashes, &[key]), &mut self.values, value)
    }

    /// The number of a value with these bytes.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8], value: impl FnOnce() -> V) -> u32 {
        if let Some(key) = packed(bytes) {
            return self.short(key, value);
        }
        if let Some(key) = packed_twice(bytes) {
            return number(&mut self.middle, key, |key| mixed(&self.hashes, &key), &mut self.values, value);
        }
        let hash = self.hashes.hash_one(bytes);
        if let Some(&(_, _, code)) = self.long.find(hash, |(other, same, _)| *other == hash && **same == *bytes) {
            return code;
        }
        self.values.push(value());
        let code = self.values.len() as u32 - 1;
        self.long.insert_unique(hash, (hash, bytes.into(), code), |&(hash, ..)| hash);
        code
    }
}

/// The number of a key; the next one, if it is new.
#[inline]
fn number<K: Copy + PartialEq, V>(
    table: &mut HashTable<(K, u32)>,
    key: K,
    hash_of: impl Fn(K) -> u64,
    values: &mut Vec<V>,
    value: impl FnOnce() -> V,
) -> u32 {
    let entry = table.entry(hash_of(key), |&(other, _)| other == key, |&(key, _)| hash_of(key));
    let number = entry.or_insert_with(|| {
        values.push(value());
        (key, values.len() as u32 - 1)
    });
    number.get().1
}

#[inline]
fn mixed(hashes: &DefaultHashBuilder, key: &[u128]) -> u64 {
    let mut hasher = hashes.build_hasher();
    key.iter().for_each(|&half| hasher.write_u128(half));
    hasher.finish()
}

/// Up to 15 bytes and how many they are.
#[inline]
fn packed(bytes: &[u8]) -> Option<u128> {
    let length = bytes.len();
    // Loads of one length, which may overlap, are much faster than a copy of any length.
    let low = match length {
        0 => 0,
        1..=3 => u64::from(bytes[0]) | u64::from(bytes[length / 2]) << 8 | u64::from(bytes[length - 1]) << 16,
        4..=7 => half(bytes, 0)? | half(bytes, length - 4)? << 32,
        8..=15 => word(bytes, 0)?,
        _ => return None,
    };
    let high = if length > 8 { word(bytes, length - 8)? >> (8 * (16 - length)) } else { 0 };
    Some(u128::from(low) | u128::from(high) << 64 | (length as u128) << 120)
}

/// 16 to 31 bytes and how many they are.
#[inline]
fn packed_twice(bytes: &[u8]) -> Option<[u128; 2]> {
    let length = bytes.len();
    if !(16..32).contains(&length) {
        return None;
    }
    let first = u128::from(word(bytes, 0)?) | u128::from(word(bytes, 8)?) << 64;
    let last = u128::from(word(bytes, length - 16)?) | u128::from(word(bytes, length - 8)?) << 64;
    let rest = if length > 16 { last >> (8 * (32 - length)) } else { 0 };
    Some([first, rest | (length as u128) << 120])
}

#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8).and_then(|word| word.try_into().ok()).map(u64::from_le_bytes)
}

#[inline]
fn half(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 4).and_then(|half| half.try_into().ok()).map(u32::from_le_bytes).map(u64::from)
}

impl Interner<Label> {
    #[inline]
    fn label(&mut self, label: Label) -> u32 {
        match &label {
            Label::Text(bytes) | Label::Bytes(bytes) => {
                let bytes = bytes.clone();
                self.bytes(&bytes, || label)
            }
            &Label::Int(int) => self.short(int as u128, || label),
            &Label::Bool(flag) => self.short(flag.into(), || label),
        }
    }
}

/// The code of each index of a column of Arrow's, and the values by code; `None` where its values are of a kind that is
/// not read here.
pub fn of_arrow(column: &Exported, name: &str) -> PyResult<Option<(Vec<u32>, Vec<Label>)>> {
    let mut interner = Interner::default();
    let mut codes = Vec::new();
    for chunk in &column.chunks {
        if !of_values(&chunk.values(name)?, name, &mut interner, &mut codes)? {
            return Ok(None);
        }
    }
    Ok(Some((codes, interner.values)))
}

/// Appends the codes of values; `false` where they are of another kind.
fn of_values(values: &Values<'_>, name: &str, interner: &mut Interner<Label>, codes: &mut Vec<u32>) -> PyResult<bool> {
    reserve(codes, values.len)?;
    if let Some(dictionary) = &values.dictionary {
        // The values are numbered as they first occur in the column: some may not occur in it, and some may be in the
        // dictionary twice.
        let (mut distinct, mut own) = (Interner::default(), Vec::new());
        if !of_values(dictionary, name, &mut distinct, &mut own)? {
            return Ok(false);
        }
        let mut known = vec![MISSING; distinct.values.len()];
        let code = |key: Option<usize>| match key.map_or(MISSING, |key| own[key]) {
            MISSING => codes.push(MISSING),
            value => {
                let code = &mut known[value as usize];
                if *code == MISSING {
                    *code = interner.label(distinct.values[value as usize].clone());
                }
                codes.push(*code);
            }
        };
        keys(values, dictionary, name, code)?;
        return Ok(true);
    }
    let first = codes.len();
    let is_text = values.kind.format.ends_with(['u', 'U']);
    let label = |bytes: &[u8]| if is_text { Label::Text(bytes.into()) } else { Label::Bytes(bytes.into()) };
    match (&*values.kind.format, &values.buffers) {
        ("n", _) => codes.resize(first + values.len, MISSING),
        ("b", &Buffers::Bits(bits)) => codes.extend((0..values.len).map(|index| {
            let flag = values.bit(bits, index);
            if values.is_valid(index) { interner.short(flag.into(), || Label::Bool(flag)) } else { MISSING }
        })),
        (_, Buffers::Bytes { .. }) => {
            each_of_bytes(values, name, codes, |bytes| interner.bytes(bytes, || label(bytes)))?;
        }
        (_, Buffers::Views { .. }) => each_view(values, name, codes, |bytes| interner.bytes(bytes, || label(bytes)))?,
        (_, &Buffers::Fixed(memory)) => {
            let mut index = 0;
            let mut code = |int: i128| {
                let valid = values.is_valid(index);
                index += 1;
                if valid { interner.short(int as u128, || Label::Int(int)) } else { MISSING }
            };
            if !integers!(values, memory, *codes, |int| code(int.into())) {
                return Ok(false);
            }
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Appends the code of each value that offsets delimit.
fn each_of_bytes(
    values: &Values<'_>,
    name: &str,
    codes: &mut Vec<u32>,
    mut code: impl FnMut(&[u8]) -> u32,
) -> PyResult<()> {
    let &Buffers::Bytes { offsets, wide, data } = &values.buffers else { return Ok(()) };
    let (mut ends, mut bytes): (Vec<i64>, Vec<u8>) = (Vec::with_capacity(BLOCK + 1), Vec::new());
    for first in (0..values.len).step_by(BLOCK) {
        let len = BLOCK.min(values.len - first);
        ends.clear();
        if wide {
            convert(offsets.from(first * 8), &mut ends, len + 1, |end: i64| end);
        } else {
            convert(offsets.from(first * 4), &mut ends, len + 1, |end: i32| end.into());
        }
        let Some(&start) = ends.first().filter(|&&start| start >= 0 && ends.len() == len + 1 && ends.is_sorted())
        else {
            return Err(invalid(name, format!("the offsets from {first} on do not ascend")));
        };
        bytes.clear();
        reserve(&mut bytes, (ends[len] - start) as usize)?;
        bytes.resize((ends[len] - start) as usize, 0);
        if !data.copy(start as usize, &mut bytes) {
            return Err(invalid(name, format!("an offset is {}, with {} bytes", ends[len], data.bytes())));
        }
        codes.extend((0..len).map(|index| match values.is_valid(first + index) {
            true => code(&bytes[(ends[index] - start) as usize..(ends[index + 1] - start) as usize]),
            false => MISSING,
        }));
    }
    Ok(())
}

/// Appends the code of each value that a view describes: its length and, up to 12 bytes, the value itself, or else its
/// first 4 bytes, the index of its buffer, and its offset there.
fn each_view(
    values: &Values<'_>,
    name: &str,
    codes: &mut Vec<u32>,
    mut code: impl FnMut(&[u8]) -> u32,
) -> PyResult<()> {
    let Buffers::Views { views, data } = &values.buffers else { return Ok(()) };
    let mut bytes = Vec::new();
    for index in 0..values.len {
        if !values.is_valid(index) {
            codes.push(MISSING);
            continue;
        }
        let view = views.get::<u128>(index).unwrap_or_default();
        let number = |at: u32| (view >> (8 * at)) as u32 as usize;
        let len = number(0);
        if len <= 12 {
            codes.push(code(&view.to_le_bytes()[4..4 + len]));
            continue;
        }
        // First checks that the buffer is as long as the view claims.
        let fits = |memory: &&Memory<'_>| number(12) <= memory.bytes() && len <= memory.bytes() - number(12);
        let Some(memory) = data.get(number(8)).filter(fits) else {
            return Err(invalid(name, format!("the view at {index} is outside its buffers")));
        };
        // A copy of a length known at compile time is much faster.
        let mut block = [0; 32];
        if len <= block.len() && memory.copy(number(12), &mut block) {
            codes.push(code(&block[..len]));
            continue;
        }
        bytes.clear();
        reserve(&mut bytes, len)?;
        bytes.resize(len, 0);
        _ = memory.copy(number(12), &mut bytes);
        codes.push(code(&bytes));
    }
    Ok(())
}

/// The codes of values of `width` bytes each, and the bytes of the distinct ones.
pub fn of_memory(memory: Memory<'_>, width: usize, validity: &Validity) -> PyResult<(Vec<u32>, Vec<u8>)> {
    let len = memory.bytes() / width;
    let (mut interner, mut distinct) = (Interner::default(), Vec::new());
    let (mut codes, mut block) = (Vec::new(), Vec::new());
    reserve(&mut codes, len)?;
    reserve(&mut block, BLOCK.min(len) * width)?;
    for first in (0..len).step_by(BLOCK) {
        block.resize(BLOCK.min(len - first) * width, 0);
        _ = memory.copy(first * width, &mut block);
        if validity.is_all() {
            append_codes(&mut interner, &block, width, &mut codes, &mut distinct);
            continue;
        }
        for (index, value) in (first..).zip(block.chunks_exact(width)) {
            match validity.is_valid(index) {
                true => append_codes(&mut interner, value, width, &mut codes, &mut distinct),
                false => codes.push(MISSING),
            }
        }
    }
    Ok((codes, distinct))
}

/// Appends the codes of values of `width` bytes each, and the bytes of those that are new. Not inlined, since the loop
/// needs all registers.
#[inline(never)]
fn append_codes(
    interner: &mut Interner<()>,
    values: &[u8],
    width: usize,
    codes: &mut Vec<u32>,
    distinct: &mut Vec<u8>,
) {
    codes.extend(values.chunks_exact(width).map(|value| interner.bytes(value, || distinct.extend_from_slice(value))));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bytes_have_equal_codes_and_others_have_others() {
        let mut interner = Interner::default();
        let text = b"abcdefghijklmnopqrstuvwxyz\0\0\0\0".repeat(2);
        let mut seen: Vec<&[u8]> = Vec::new();
        for length in 0..40 {
            for start in [0, 1, 26, 27, 28, 30] {
                let bytes = &text[start..(start + length).min(text.len())];
                let expected = seen.iter().position(|&other| other == bytes).unwrap_or_else(|| {
                    seen.push(bytes);
                    seen.len() - 1
                });
                assert_eq!(interner.bytes(bytes, || bytes), expected as u32, "{length} {start}");
            }
        }
        assert_eq!(interner.values, seen);
    }
}
