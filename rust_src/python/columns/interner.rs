//! Distinct values as small numbers, without making a Python object of each.

use crate::python::ffi::capsule::Exported;
use arrow_array::{
    Array, ArrayRef,
    cast::AsArray,
    types::{
        BinaryType, BinaryViewType, ByteArrayType, ByteViewType, Int8Type, Int16Type, Int32Type, Int64Type,
        LargeBinaryType, LargeUtf8Type, StringViewType, UInt8Type, UInt16Type, UInt32Type, UInt64Type, Utf8Type,
    },
};
use arrow_schema::DataType;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::{BuildHasher, Hasher};

/// The code of a place without a value.
pub const MISSING: u32 = u32::MAX;

/// A value in memory that is not Python's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Label<'a> {
    /// In UTF-8, if whoever made it kept to the format.
    Text(&'a [u8]),
    Bytes(&'a [u8]),
    Int(i128),
    Bool(bool),
}

/// Gives each distinct value a number, in the order in which they are first seen.
pub struct Interner<V> {
    hashes: DefaultHashBuilder,
    /// Values that fit into 128 bits, and their numbers.
    short: HashTable<(u128, u32)>,
    /// Those that fit into twice as many.
    middle: HashTable<([u128; 2], u32)>,
    /// The hashes of longer ones.
    long: HashTable<(u64, u32)>,
    /// What has the numbers.
    pub values: Vec<V>,
}

impl<V> Default for Interner<V> {
    fn default() -> Self {
        let hashes = DefaultHashBuilder::default();
        Self { hashes, short: HashTable::new(), middle: HashTable::new(), long: HashTable::new(), values: Vec::new() }
    }
}

impl<V: Copy> Interner<V> {
    /// The number of a value that `key` is all of.
    #[inline]
    fn short(&mut self, key: u128, value: V) -> u32 {
        number(&mut self.short, key, |key| mixed(&self.hashes, &[key]), &mut self.values, value)
    }

    /// The number of a value that is these bytes; `bytes_of` gives those of another.
    #[inline]
    pub fn bytes<'b>(&mut self, bytes: &[u8], value: V, bytes_of: impl Fn(V) -> &'b [u8]) -> u32 {
        if let Some(key) = packed(bytes) {
            return self.short(key, value);
        }
        if let Some(key) = packed_twice(bytes) {
            return number(&mut self.middle, key, |key| mixed(&self.hashes, &key), &mut self.values, value);
        }
        let hash = self.hashes.hash_one(bytes);
        let values = &mut self.values;
        let same = |&(other, code): &(u64, u32)| other == hash && bytes_of(values[code as usize]) == bytes;
        if let Some(&(_, code)) = self.long.find(hash, same) {
            return code;
        }
        values.push(value);
        let code = values.len() as u32 - 1;
        self.long.insert_unique(hash, (hash, code), |&(hash, _)| hash);
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
    value: V,
) -> u32 {
    let entry = table.entry(hash_of(key), |&(other, _)| other == key, |&(key, _)| hash_of(key));
    let number = entry.or_insert_with(|| {
        values.push(value);
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

impl<'a> Interner<Label<'a>> {
    #[inline]
    fn text(&mut self, text: &'a [u8]) -> u32 {
        self.bytes(text, Label::Text(text), content)
    }

    #[inline]
    fn binary(&mut self, bytes: &'a [u8]) -> u32 {
        self.bytes(bytes, Label::Bytes(bytes), content)
    }

    #[inline]
    fn int(&mut self, int: i128) -> u32 {
        self.short(int as u128, Label::Int(int))
    }
}

fn content(label: Label<'_>) -> &[u8] {
    match label {
        Label::Text(bytes) | Label::Bytes(bytes) => bytes,
        Label::Int(_) | Label::Bool(_) => &[],
    }
}

/// The code of each place of a column of Arrow's, and the values by code; `None` where its values are of a kind that is
/// not read here.
pub fn of_arrow(column: &Exported) -> Option<(Vec<u32>, Vec<Label<'_>>)> {
    let mut interner = Interner::default();
    let mut codes = Vec::with_capacity(column.chunks.iter().map(|chunk| chunk.len()).sum());
    for chunk in &column.chunks {
        of_chunk(chunk, &mut interner, &mut codes)?;
    }
    Some((codes, interner.values))
}

fn of_chunk<'a>(chunk: &'a ArrayRef, interner: &mut Interner<Label<'a>>, codes: &mut Vec<u32>) -> Option<()> {
    macro_rules! ints {
        ($kind:ident) => {{
            let values = chunk.as_primitive::<$kind>().values();
            each(chunk, codes, |place| interner.int(values[place].into()))
        }};
    }
    match chunk.data_type() {
        DataType::Utf8 => each_of::<Utf8Type>(chunk, codes, |text| interner.text(text)),
        DataType::LargeUtf8 => each_of::<LargeUtf8Type>(chunk, codes, |text| interner.text(text)),
        DataType::Utf8View => each_view::<StringViewType>(chunk, codes, |text| interner.text(text)),
        DataType::Binary => each_of::<BinaryType>(chunk, codes, |bytes| interner.binary(bytes)),
        DataType::LargeBinary => each_of::<LargeBinaryType>(chunk, codes, |bytes| interner.binary(bytes)),
        DataType::BinaryView => each_view::<BinaryViewType>(chunk, codes, |bytes| interner.binary(bytes)),
        DataType::Int8 => ints!(Int8Type),
        DataType::Int16 => ints!(Int16Type),
        DataType::Int32 => ints!(Int32Type),
        DataType::Int64 => ints!(Int64Type),
        DataType::UInt8 => ints!(UInt8Type),
        DataType::UInt16 => ints!(UInt16Type),
        DataType::UInt32 => ints!(UInt32Type),
        DataType::UInt64 => ints!(UInt64Type),
        DataType::Boolean => {
            let values = chunk.as_boolean().values();
            each(chunk, codes, |place| {
                let flag = values.value(place);
                interner.short(flag.into(), Label::Bool(flag))
            });
        }
        DataType::Null => codes.resize(codes.len() + chunk.len(), MISSING),
        DataType::Dictionary(..) => {
            let dictionary = chunk.as_any_dictionary();
            // The values are numbered as they are first met in the column: some may not occur, and some twice.
            let (mut own, mut keys) = (Vec::new(), Vec::new());
            let mut distinct = Interner::default();
            of_chunk(dictionary.values(), &mut distinct, &mut own)?;
            if !own.is_empty() {
                keys = dictionary.normalized_keys();
            }
            let mut known = vec![MISSING; distinct.values.len()];
            each(chunk, codes, |place| match keys.get(place).map(|&key| own[key]) {
                None | Some(MISSING) => MISSING,
                Some(value) => {
                    let code = &mut known[value as usize];
                    if *code == MISSING {
                        *code = match distinct.values[value as usize] {
                            Label::Text(text) => interner.text(text),
                            Label::Bytes(bytes) => interner.binary(bytes),
                            Label::Int(int) => interner.int(int),
                            Label::Bool(flag) => interner.short(flag.into(), Label::Bool(flag)),
                        };
                    }
                    *code
                }
            });
        }
        _ => return None,
    }
    Some(())
}

fn each_of<'a, T: ByteArrayType>(chunk: &'a ArrayRef, codes: &mut Vec<u32>, mut code: impl FnMut(&'a [u8]) -> u32) {
    let array = chunk.as_bytes::<T>();
    each(chunk, codes, |place| code(array.value(place).as_ref()));
}

fn each_view<'a, T: ByteViewType>(chunk: &'a ArrayRef, codes: &mut Vec<u32>, mut code: impl FnMut(&'a [u8]) -> u32) {
    let array = chunk.as_byte_view::<T>();
    each(chunk, codes, |place| code(array.value(place).as_ref()));
}

/// Appends the code of each place that is not null.
#[inline]
fn each(chunk: &ArrayRef, codes: &mut Vec<u32>, mut code: impl FnMut(usize) -> u32) {
    match chunk.nulls().filter(|nulls| nulls.null_count() > 0) {
        Some(nulls) => codes.extend(nulls.iter().enumerate().map(|(at, valid)| if valid { code(at) } else { MISSING })),
        None => codes.extend((0..chunk.len()).map(code)),
    }
}

/// The codes of values of `width` bytes each, and where each distinct one is first; `missing` says which are none.
pub fn of_memory(memory: &[u8], width: usize, missing: Option<&[bool]>) -> (Vec<u32>, Vec<usize>) {
    let mut interner = Interner::default();
    let value = |place: usize| &memory[place * width..(place + 1) * width];
    let code = |place: usize| match missing {
        Some(missing) if missing[place] => MISSING,
        _ => interner.bytes(value(place), place, value),
    };
    let codes = (0..memory.len() / width).map(code).collect();
    (codes, interner.values)
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
                assert_eq!(interner.text(bytes), expected as u32, "{length} {start}");
            }
        }
        assert!(interner.values.iter().map(|&label| content(label)).eq(seen));
    }

    #[test]
    fn memory_is_coded_in_the_order_of_first_appearance() {
        assert_eq!(of_memory(b"bbaabbccaa", 2, None), (vec![0, 1, 0, 2, 1], vec![0, 1, 3]));
        let missing = [true, false, false, false, true];
        assert_eq!(of_memory(b"bbaabbccaa", 2, Some(&missing)), (vec![MISSING, 0, 1, 2, MISSING], vec![1, 2, 3]));
    }
}
