//! What becomes of a state outside its object: bytes in their envelope, pickles, and snapshots that a failed call restores.
//! May use `convert`, `sync` and `ffi`.

#![forbid(unsafe_code)]

pub mod copying;
pub mod envelope;
pub mod pickle;
pub mod river_pickles;
pub mod shift;
pub mod snapshot;
pub mod symbols;
pub mod values;
