//! The envelope around a state.
//!
//! ```text
//! "RVST" | format version, u8 | length of the class name, u8 | class name | payload | CRC-32 of all before, little-endian
//! ```
//!
//! The payload is in bincode 1.3's encoding with fixed-size little-endian integers; this is the one file that names
//! bincode. Untrusted bytes may be read: the envelope is checked first, bincode then works within the length it was
//! given, and finally the caller's `validate` says whether a stream could have led to the state.

use crate::{Error, kernels::numerics::outlined::Outlined};
use bincode::Options;
use serde::{Serialize, de::DeserializeOwned};

const MAGIC: &[u8; 4] = b"RVST";
/// The version that is written. Every version up to it can be read.
const VERSION: u8 = 1;
const CHECKSUM: usize = 4;

fn encoding() -> impl Options {
    bincode::DefaultOptions::new().with_fixint_encoding().with_little_endian().reject_trailing_bytes()
}

/// Puts a state of the class into its envelope.
pub fn seal<T: Serialize>(class: &str, state: &T) -> Result<Vec<u8>, Error> {
    sealed(class, &mut |bytes| {
        // Without a limit, for which the size would be computed first.
        encoding().serialize_into(bytes, &Outlined(state)).map_err(|error| Error::state(class, error))
    })
}

/// An envelope with what `write` writes. Not generic, since there would be a copy for each state.
fn sealed(class: &str, write: &mut dyn FnMut(&mut Vec<u8>) -> Result<(), Error>) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::from(MAGIC);
    bytes.extend([VERSION, class.len() as u8]);
    bytes.extend_from_slice(class.as_bytes());
    write(&mut bytes)?;
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
    Ok(bytes)
}

/// Reads the state of the class that the bytes hold.
pub fn open<T: DeserializeOwned>(
    class: &str,
    bytes: &[u8],
    validate: impl FnOnce(&T) -> Result<(), &'static str>,
) -> Result<T, Error> {
    let payload = payload(class, bytes)?;
    let state = encoding().with_limit(payload.len() as u64).deserialize::<Outlined<T>>(payload);
    let Outlined(state) = state.map_err(|error| Error::state(class, error))?;
    validate(&state).map_err(|reason| Error::state(class, reason))?;
    Ok(state)
}

/// The payload of an envelope that holds a state of the class.
fn payload<'a>(class: &str, bytes: &'a [u8]) -> Result<&'a [u8], Error> {
    let invalid = |reason: &str| Error::state(class, reason);
    let (content, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or_else(|| invalid("too short"))?;
    let (version, name, payload) = split(content).map_err(invalid)?;
    if crc32fast::hash(content) != u32::from_le_bytes(*checksum) {
        return Err(invalid("the checksum does not fit, so bytes were changed or lost"));
    }
    if version == 0 || version > VERSION {
        return Err(invalid(&format!("format version {version} is not one of 1 to {VERSION}")));
    }
    if name != class.as_bytes() {
        return Err(invalid(&format!("it is one of {}", String::from_utf8_lossy(name))));
    }
    Ok(payload)
}

/// Reads what river has put into bytes, without an envelope, in the same encoding as the payloads here.
pub fn bare<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    encoding().with_limit(bytes.len() as u64).deserialize(bytes).ok()
}

/// The name of the class whose state the bytes claim to be.
pub fn class_of(bytes: &[u8]) -> Option<&str> {
    let (_version, name, _payload) = split(bytes).ok()?;
    std::str::from_utf8(name).ok()
}

/// The version, the class name, and what follows it.
fn split(content: &[u8]) -> Result<(u8, &[u8], &[u8]), &'static str> {
    let rest = content.strip_prefix(MAGIC).ok_or("it does not start with RVST")?;
    let (&[version, length], rest) = rest.split_first_chunk().ok_or("too short")?;
    let (name, payload) = rest.split_at_checked(length.into()).ok_or("the class name is cut off")?;
    Ok((version, name, payload))
}
