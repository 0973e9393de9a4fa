//! Items that are counted: None, integers, floats, text, bytes and tuples of these, encoded so that the bytes are equal
//! exactly if the items are equal in Python.
//!
//! An item is a single part, or the part of a tuple followed by the tuple's items. A part begins with a byte that gives
//! its type. 64-bit integers and floats take 8 bytes in little-endian order; text, bytes and larger integers, in two's
//! complement, follow their length in 4 bytes, and the items of a tuple follow their number. A float that is an integer
//! is written as one, and all NaNs are written alike.

use crate::kernels::numerics::validate::ensure;

/// An item, or the part that precedes the items of a tuple.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part<'a> {
    /// None.
    Nothing,
    /// An integer of 64 bits, or a bool.
    Int(i64),
    /// A larger integer, in two's complement, as short as possible.
    Big(&'a [u8]),
    /// A float that is not an integer.
    Float(f64),
    /// Text in UTF-8, or as close to it as lone surrogates allow.
    Text(&'a [u8]),
    /// Bytes.
    Bytes(&'a [u8]),
    /// A tuple; this many items follow.
    Tuple(u32),
}

/// How deep tuples may be nested.
pub const DEEPEST: usize = 100;

const NOTHING: u8 = 0;
const INT: u8 = 1;
const BIG: u8 = 2;
const FLOAT: u8 = 3;
const TEXT: u8 = 4;
const BYTES: u8 = 5;
const TUPLE: u8 = 6;

/// Floats below this that are integers fit into 64 bits.
const TWO_63: f64 = (1_u64 << 63) as f64;

impl Part<'_> {
    /// Appends the part to an item.
    pub fn write(self, to: &mut Vec<u8>) {
        match self {
            Self::Nothing => to.push(NOTHING),
            Self::Int(int) => fixed(to, INT, int.to_le_bytes()),
            Self::Float(float) if float.is_nan() => fixed(to, FLOAT, f64::NAN.to_le_bytes()),
            Self::Float(float) if float.fract() == 0.0 => integer(float, to),
            Self::Float(float) => fixed(to, FLOAT, float.to_le_bytes()),
            Self::Big(bytes) => long(to, BIG, shortest(bytes)),
            Self::Text(bytes) => long(to, TEXT, bytes),
            Self::Bytes(bytes) => long(to, BYTES, bytes),
            Self::Tuple(items) => {
                to.push(TUPLE);
                to.extend_from_slice(&items.to_le_bytes());
            }
        }
    }
}

fn fixed(to: &mut Vec<u8>, kind: u8, bytes: [u8; 8]) {
    to.push(kind);
    to.extend_from_slice(&bytes);
}

fn long(to: &mut Vec<u8>, kind: u8, bytes: &[u8]) {
    to.push(kind);
    // Strings too long for Arrow or a column would still be distinguished by their bytes.
    to.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    to.extend_from_slice(bytes);
}

/// Appends a float that is an integer.
fn integer(float: f64, to: &mut Vec<u8>) {
    if (-TWO_63..TWO_63).contains(&float) {
        return Part::Int(float as i64).write(to);
    }
    let (bits, exponent) = (float.to_bits(), (float.to_bits() >> 52 & 0x7ff) as usize - 1075);
    let magnitude = i128::from(bits & ((1 << 52) - 1) | 1 << 52);
    let signed = if float < 0.0 { -magnitude } else { magnitude };
    let mut bytes = vec![0; exponent / 8];
    bytes.extend_from_slice(&(signed << (exponent % 8)).to_le_bytes());
    Part::Big(&bytes).write(to);
}

/// A number in two's complement without redundant sign bytes.
fn shortest(bytes: &[u8]) -> &[u8] {
    let mut bytes = bytes;
    while let [rest @ .., below, last] = bytes
        && ((*last == 0 && *below < 0x80) || (*last == 0xff && *below >= 0x80))
    {
        bytes = &bytes[..rest.len() + 1];
    }
    bytes
}

/// Splits one part off the front of the bytes.
#[inline]
fn part<'a>(bytes: &mut &'a [u8]) -> Option<Part<'a>> {
    let (&kind, rest) = bytes.split_first()?;
    let word = || Some(u64::from_le_bytes(*rest.first_chunk()?));
    let count = || Some(u32::from_le_bytes(*rest.first_chunk()?));
    let tail = || rest[4..].split_at_checked(count()? as usize);
    let (found, rest) = match kind {
        NOTHING => (Part::Nothing, rest),
        INT => (Part::Int(word()? as i64), &rest[8..]),
        FLOAT => (Part::Float(f64::from_bits(word()?)), &rest[8..]),
        TUPLE => (Part::Tuple(count()?), &rest[4..]),
        _ => {
            count()?;
            let (content, rest) = tail()?;
            match kind {
                BIG => (Part::Big(content), rest),
                TEXT => (Part::Text(content), rest),
                BYTES => (Part::Bytes(content), rest),
                _ => return None,
            }
        }
    };
    *bytes = rest;
    Some(found)
}

/// The first part of an item: all of it, unless it is a tuple.
pub fn single(mut item: &[u8]) -> Option<Part<'_>> {
    part(&mut item)
}

/// The parts of an item, if the bytes are its canonical encoding.
pub fn parts(item: &[u8]) -> Result<Vec<Part<'_>>, &'static str> {
    let (mut rest, mut parts, mut again) = (item, Vec::new(), Vec::with_capacity(item.len()));
    // How many items are still to come, in each of the tuples that are open.
    let mut open = vec![1_u32];
    while let Some(left) = open.last_mut() {
        if *left == 0 {
            open.pop();
            continue;
        }
        *left -= 1;
        let found = part(&mut rest).ok_or("an item that is cut off")?;
        if let Part::Tuple(items) = found {
            open.push(items);
            ensure(open.len() <= DEEPEST + 1, "tuples that are nested too deep")?;
        }
        found.write(&mut again);
        parts.push(found);
    }
    ensure(rest.is_empty() && again == item, "an item that is not in its standard form")?;
    let long = |part: &Part<'_>| !matches!(part, Part::Big(bytes) if bytes.len() <= 8);
    ensure(parts.iter().all(long), "an integer that is not in its standard form")?;
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(part: Part<'_>) -> Vec<u8> {
        let mut item = Vec::new();
        part.write(&mut item);
        item
    }

    #[test]
    fn equal_numbers_are_equal_items() {
        assert_eq!(written(Part::Float(-0.0)), written(Part::Int(0)));
        assert_eq!(written(Part::Float(-TWO_63)), written(Part::Int(i64::MIN)));
        assert_eq!(written(Part::Float(TWO_63)), written(Part::Big(&[0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0])));
        assert_eq!(written(Part::Float(-2.0 * TWO_63)), written(Part::Big(&[0, 0, 0, 0, 0, 0, 0, 0, 0xff])));
        assert_eq!(written(Part::Float(f64::NAN)), written(Part::Float(-f64::NAN)));
        assert_ne!(written(Part::Float(0.5)), written(Part::Int(0)));
        assert_ne!(written(Part::Text(b"a")), written(Part::Bytes(b"a")));
    }

    #[test]
    fn bytes_are_read_as_they_were_written_or_refused() {
        let mut random = fastrand::Rng::with_seed(5);
        let mut item = Vec::new();
        for found in [Part::Tuple(3), Part::Text(b"ab"), Part::Tuple(1), Part::Nothing, Part::Float(1e300)] {
            found.write(&mut item);
        }
        assert_eq!(parts(&item).map(|parts| parts.len()), Ok(5));
        for _ in 0..20_000 {
            let mut changed = item.clone();
            let at = random.usize(..changed.len());
            changed[at] = random.u8(..);
            changed.truncate(random.usize(..=changed.len()));
            if let Ok(parts) = parts(&changed) {
                let mut again = Vec::new();
                parts.into_iter().for_each(|part| part.write(&mut again));
                assert_eq!(again, changed);
            }
        }
    }
}
