//! The envelope around a pickled kernel.
//!
//! ```text
//! "RVST" | format version, u8 | length of the class's name, u8 | name | payload | CRC-32 of all before, little-endian
//! ```
//!
//! The payload is the kernel in bincode 1.3's encoding with fixed-size little-endian integers. Bytes from anywhere
//! may be read: the envelope is checked first, then bincode works within the length it was given, then the kernel
//! checks that a stream could have led to it.

use crate::{Error, kernels::traits::Statistic};
use bincode::Options;
use serde::{Serialize, de::DeserializeOwned};

const MAGIC: &[u8; 4] = b"RVST";
/// The version that is written. Every version up to it can be read.
const VERSION: u8 = 1;
const CHECKSUM: usize = 4;

fn encoding(limit: u64) -> impl Options {
    bincode::DefaultOptions::new().with_fixint_encoding().with_little_endian().reject_trailing_bytes().with_limit(limit)
}

/// The bytes of a kernel of the class.
pub fn encode<K: Statistic>(class: &'static str, kernel: &K) -> Result<Vec<u8>, Error> {
    seal(class, kernel)
}

/// The kernel of the class that the bytes hold.
pub fn decode<K: Statistic>(class: &'static str, bytes: &[u8]) -> Result<K, Error> {
    let kernel: K = open(class, bytes)?;
    kernel.validate().map_err(|reason| invalid(class, reason))?;
    Ok(kernel)
}

/// The name of the class that the bytes say they are of.
pub fn class_of(bytes: &[u8]) -> Option<&str> {
    let (_version, rest) = bytes.strip_prefix(MAGIC)?.split_first()?;
    let (&length, rest) = rest.split_first()?;
    std::str::from_utf8(rest.get(..usize::from(length))?).ok()
}

/// Puts a state in its envelope.
pub fn seal<T: Serialize>(class: &'static str, state: &T) -> Result<Vec<u8>, Error> {
    let payload = encoding(u64::MAX).serialize(state).map_err(|error| invalid(class, error))?;
    let mut bytes = Vec::with_capacity(MAGIC.len() + 2 + class.len() + payload.len() + CHECKSUM);
    bytes.extend_from_slice(MAGIC);
    bytes.push(VERSION);
    bytes.push(class.len() as u8);
    bytes.extend_from_slice(class.as_bytes());
    bytes.extend_from_slice(&payload);
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
    Ok(bytes)
}

/// Takes a state, whatever it says, out of its envelope.
pub fn open<T: DeserializeOwned>(class: &'static str, bytes: &[u8]) -> Result<T, Error> {
    let (checked, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or_else(|| invalid(class, "too short"))?;
    let rest = checked.strip_prefix(MAGIC).ok_or_else(|| invalid(class, "it does not start with RVST"))?;
    if crc32fast::hash(checked) != u32::from_le_bytes(*checksum) {
        return Err(invalid(class, "the checksum does not fit, so bytes were changed or lost"));
    }
    let (&version, rest) = rest.split_first().ok_or_else(|| invalid(class, "too short"))?;
    if version == 0 || version > VERSION {
        return Err(invalid(class, format!("format version {version} is not one of 1 to {VERSION}")));
    }
    let (&length, rest) = rest.split_first().ok_or_else(|| invalid(class, "too short"))?;
    let (name, payload) =
        rest.split_at_checked(usize::from(length)).ok_or_else(|| invalid(class, "the class's name is cut off"))?;
    if name != class.as_bytes() {
        return Err(invalid(class, format!("it is one of {}", String::from_utf8_lossy(name))));
    }
    encoding(payload.len() as u64).deserialize(payload).map_err(|error| invalid(class, error))
}

/// The error that says what is wrong with a state.
pub fn invalid(class: &'static str, reason: impl ToString) -> Error {
    Error::State { class, reason: reason.to_string() }
}
