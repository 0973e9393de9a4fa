//! Parts of states that are read and written by separate functions.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A part of several states. Inlined into each of them, the code that reads and writes it would be a quarter of the
/// extension.
pub struct Outlined<T>(pub T);

impl<T: Serialize> Serialize for Outlined<&T> {
    #[inline(never)]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Outlined<T> {
    #[inline(never)]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}
