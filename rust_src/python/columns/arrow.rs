//! Columns in Arrow's memory: which values are there, and what they are as numbers or ticks of time.

use crate::python::{
    columns::{sequence::reserve, validity::Validity},
    ffi::{
        arrow::{Buffers, Exported, Kind, Values, invalid},
        memory::{Memory, Plain},
    },
};
use pyo3::prelude::*;

/// How many elements are copied at a time.
const BLOCK: usize = 512;

/// What a type is called in an error.
pub fn name_of(kind: &Kind) -> String {
    if let Some(dictionary) = &kind.dictionary {
        return format!("Dictionary({})", name_of(dictionary));
    }
    let plain = match kind.format.as_bytes() {
        b"n" => "Null",
        b"b" => "Boolean",
        b"c" | b"s" | b"i" | b"l" => "Int",
        b"C" | b"S" | b"I" | b"L" => "UInt",
        b"e" | b"f" | b"g" => "Float",
        b"u" | b"U" | b"vu" => "Utf8",
        b"z" | b"Z" | b"vz" => "Binary",
        b"tdD" | b"tdm" => "Date",
        [b't', b't', ..] => "Time",
        [b't', b's', ..] => "Timestamp",
        [b't', b'D', ..] => "Duration",
        [b't', b'i', ..] => "Interval",
        b"+s" => "Struct",
        [b'+', b'l' | b'L' | b'w' | b'v', ..] => "List",
        b"+m" => "Map",
        [b'd', ..] => "Decimal",
        [b'w', ..] => "FixedSizeBinary",
        _ => "unknown",
    };
    plain.into()
}

/// The column that an object exports.
pub fn export(column: &Bound<'_, PyAny>, name: &str) -> PyResult<Exported> {
    Exported::of(column, name)?.ok_or_else(|| invalid(name, "it no longer exports anything"))
}

/// Which values of a column are there.
pub fn validity(column: &Exported, name: &str) -> PyResult<Validity> {
    let chunks = column.chunks.iter().map(|chunk| chunk.values(name)).collect::<PyResult<Vec<_>>>()?;
    if !chunks.iter().any(may_miss) {
        return Ok(Validity::ALL);
    }
    let len = chunks.iter().try_fold(0_usize, |sum, chunk| sum.checked_add(chunk.len)).unwrap_or(usize::MAX);
    let mut valid = Vec::new();
    reserve(&mut valid, len)?;
    chunks.iter().for_each(|chunk| chunk.flags(&mut valid));
    let mut offset = 0;
    for chunk in &chunks {
        if chunk.kind.format == "n" {
            valid[offset..offset + chunk.len].fill(false);
        }
        if let Some(dictionary) = chunk.dictionary.as_deref().filter(|dictionary| may_miss(dictionary)) {
            let mut index = offset;
            keys(chunk, dictionary, name, |key| {
                valid[index] = key.is_some_and(|key| dictionary.is_valid(key));
                index += 1;
            })?;
        }
        offset += chunk.len;
    }
    Validity::of(len, valid.into_iter())
}

fn may_miss(values: &Values<'_>) -> bool {
    values.may_miss() || values.kind.format == "n" || values.dictionary.as_deref().is_some_and(may_miss)
}

/// Appends what `of` makes of each element; `true`.
pub fn convert<T: Plain, U>(memory: Memory<'_>, all: &mut Vec<U>, len: usize, mut of: impl FnMut(T) -> U) -> bool {
    let mut block = [T::default(); BLOCK];
    for first in (0..len).step_by(BLOCK) {
        let block = &mut block[..BLOCK.min(len - first)];
        if memory.copy(first, block) {
            all.extend(block.iter().map(|&element| of(element)));
        }
    }
    true
}

/// Appends what `$of` makes of each integer of any width; `false` where the format is of something else.
macro_rules! integers {
    ($values:expr, $memory:expr, $all:expr, $of:expr) => {{
        let (memory, all, len) = ($memory, &mut $all, $values.len);
        match &*$values.kind.format {
            "c" => convert::<i8, _>(memory, all, len, $of),
            "C" => convert::<u8, _>(memory, all, len, $of),
            "s" => convert::<i16, _>(memory, all, len, $of),
            "S" => convert::<u16, _>(memory, all, len, $of),
            "i" => convert::<i32, _>(memory, all, len, $of),
            "I" => convert::<u32, _>(memory, all, len, $of),
            "l" => convert::<i64, _>(memory, all, len, $of),
            "L" => convert::<u64, _>(memory, all, len, $of),
            _ => false,
        }
    }};
}

pub(super) use integers;

/// Calls `f` with the index into the dictionary of each value, `None` for those that are missing.
pub fn keys(
    values: &Values<'_>,
    dictionary: &Values<'_>,
    name: &str,
    mut f: impl FnMut(Option<usize>),
) -> PyResult<()> {
    let Buffers::Fixed(memory) = values.buffers else { return Err(no_indices(name)) };
    let (mut index, mut wrong, mut done) = (0, None, Vec::<()>::new());
    let are_integers = integers!(values, memory, done, |key| {
        let key: i128 = key.into();
        match usize::try_from(key) {
            _ if !values.is_valid(index) => f(None),
            Ok(key) if key < dictionary.len => f(Some(key)),
            _ => wrong = Some(key),
        }
        index += 1;
    });
    match wrong {
        Some(key) => Err(invalid(name, format!("{key} is not an index into its dictionary of {}", dictionary.len))),
        None if !are_integers => Err(no_indices(name)),
        None => Ok(()),
    }
}

#[cold]
fn no_indices(name: &str) -> PyErr {
    invalid(name, "the indices into its dictionary are not integers")
}

/// All values as numbers, with any number for those that are missing; `None` if they are no numbers.
pub fn numbers(values: &Values<'_>, name: &str) -> PyResult<Option<Vec<f64>>> {
    let mut all = Vec::new();
    reserve(&mut all, values.len)?;
    if let Some(dictionary) = &values.dictionary {
        let Some(distinct) = numbers(dictionary, name)? else { return Ok(None) };
        keys(values, dictionary, name, |key| all.push(key.map_or(0.0, |key| distinct[key])))?;
        return Ok(Some(all));
    }
    let len = values.len;
    let are_numbers = match (values.kind.format.as_bytes(), &values.buffers) {
        (b"n", _) => {
            all.resize(len, 0.0);
            true
        }
        (b"b", &Buffers::Bits(bits)) => {
            all.extend((0..len).map(|index| f64::from(u8::from(values.bit(bits, index)))));
            true
        }
        (b"e", &Buffers::Fixed(memory)) => convert(memory, &mut all, len, half),
        (b"f", &Buffers::Fixed(memory)) => convert(memory, &mut all, len, |x: f32| f64::from(x)),
        (b"g", &Buffers::Fixed(memory)) => convert(memory, &mut all, len, |x: f64| x),
        (&[b'd', b':', ..], &Buffers::Fixed(memory)) => {
            let mut parts = values.kind.format[2..].split(',').skip(1);
            match (parts.next().and_then(|scale| scale.parse().ok()), parts.next().unwrap_or("128")) {
                (Some(scale), "32") => convert(memory, &mut all, len, |x: i32| decimal(x.into(), scale)),
                (Some(scale), "64") => convert(memory, &mut all, len, |x: i64| decimal(x.into(), scale)),
                (Some(scale), "128") => convert(memory, &mut all, len, |x: i128| decimal(x, scale)),
                _ => false,
            }
        }
        (_, &Buffers::Fixed(memory)) => integers!(values, memory, all, |x| x as f64),
        _ => false,
    };
    Ok(if are_numbers { Some(all) } else { None })
}

/// The double closest to an integer over a power of ten.
fn decimal(unscaled: i128, scale: i32) -> f64 {
    // Powers of ten up to this one are doubles, so that a single operation rounds.
    const EXACT: i32 = 22;
    if unscaled.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS && scale.abs() <= EXACT {
        let power = 10_f64.powi(scale.abs());
        return if scale < 0 { unscaled as f64 * power } else { unscaled as f64 / power };
    }
    format!("{unscaled}e{}", -i64::from(scale)).parse().unwrap_or(f64::NAN)
}

/// A number of 16 bits, of which 5 are the exponent and 10 the mantissa.
fn half(bits: u16) -> f64 {
    let (exponent, mantissa) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let size = match exponent {
        0 => mantissa * 2_f64.powi(-24),
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + mantissa) * 2_f64.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

/// The ticks of a column of timestamps, dates or durations, with any number for those that are missing.
pub fn ticks(column: &Exported, name: &str) -> PyResult<Vec<i64>> {
    let mut all = Vec::new();
    for chunk in &column.chunks {
        let values = chunk.values(name)?;
        reserve(&mut all, values.len)?;
        match (values.buffers, values.dictionary) {
            (Buffers::Fixed(memory), None) if values.kind.format == "tdD" => {
                convert(memory, &mut all, values.len, |day: i32| day.into())
            }
            (Buffers::Fixed(memory), None) => convert(memory, &mut all, values.len, |tick: i64| tick),
            _ => return Err(invalid(name, "its times have a dictionary")),
        };
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_rounded_once() {
        assert_eq!(decimal(1, 1), 0.1);
        assert_eq!(decimal(-123_456_789_012_345_678_901, 20), -1.234_567_890_123_456_8);
        assert_eq!(decimal(i128::MAX, 38), 1.701_411_834_604_692_3);
        assert_eq!(decimal(7, -3), 7000.0);
        assert_eq!(decimal(9_007_199_254_740_993, -30), 9_007_199_254_740_993e30);
    }

    #[test]
    fn halves_are_those_of_the_standard() {
        for (bits, expected) in [(0x3c00, 1.0), (0xc000, -2.0), (0x7bff, 65504.0), (1, 2_f64.powi(-24)), (0, 0.0)] {
            assert_eq!(half(bits), expected);
        }
        assert_eq!(half(0xfc00), f64::NEG_INFINITY);
        assert!(half(0x7e00).is_nan());
    }
}
