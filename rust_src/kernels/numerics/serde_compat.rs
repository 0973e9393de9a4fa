//! Stores a number of two parts where earlier versions stored one `f64`: the first part alone if the second is 0, else a
//! mark and both parts. The mark is a NaN that no arithmetic returns.
//!
//! [`Layout`] is the same for a whole state: the mark stands where the earlier layout had its first number.

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, SeqAccess, Visitor},
    ser::SerializeTuple,
};
use std::{fmt, marker::PhantomData};

/// The mark that precedes a number of two parts, or a state in a later layout.
pub const MARK: u64 = 0x7ff4_5249_5645_5232;

/// For `#[serde(with)]`.
pub fn serialize<T: Copy + Into<[f64; 2]>, S: Serializer>(number: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let [first, second] = (*number).into();
    let parts = [MARK, first.to_bits(), second.to_bits()];
    let parts = if second.to_bits() == 0 { &parts[1..2] } else { &parts[..] };
    let mut tuple = serializer.serialize_tuple(parts.len())?;
    parts.iter().try_for_each(|part| tuple.serialize_element(part))?;
    tuple.end()
}

/// For `#[serde(with)]`.
pub fn deserialize<'de, T: From<[f64; 2]>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Parts;

    impl<'de> Visitor<'de> for Parts {
        type Value = [f64; 2];

        fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
            formatter.write_str("a number in one part or two")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<[f64; 2], A::Error> {
            let mut next = |i| parts.next_element()?.ok_or_else(|| A::Error::invalid_length(i, &self));
            let first: u64 = next(0)?;
            let parts = if first == MARK { [next(1)?, next(2)?] } else { [first, 0.0_f64.to_bits()] };
            Ok(parts.map(f64::from_bits))
        }
    }

    deserializer.deserialize_tuple(3, Parts).map(T::from)
}

/// A state in the earlier layout, as its first number and the rest, or in the present one, which begins with a mark that
/// the earlier one could not begin with.
pub enum Layout<const MARK: u64, Before, Now> {
    /// The bits of the first number, and the rest.
    Before(u64, Before),
    /// All of it.
    Now(Now),
}

impl<const MARK: u64, Before, Now: Serialize> Serialize for Layout<MARK, Before, Now> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Now(now) => (MARK, now).serialize(serializer),
            Self::Before(..) => Err(serde::ser::Error::custom("the earlier layout is only read")),
        }
    }
}

impl<'de, const MARK: u64, Before: Deserialize<'de>, Now: Deserialize<'de>> Deserialize<'de>
    for Layout<MARK, Before, Now>
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<const MARK: u64, Before, Now>(PhantomData<(Before, Now)>);

        impl<'de, const MARK: u64, Before: Deserialize<'de>, Now: Deserialize<'de>> Visitor<'de> for Either<MARK, Before, Now> {
            type Value = Layout<MARK, Before, Now>;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a state in one of two layouts")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
                let first: u64 = parts.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
                let missing = A::Error::invalid_length(1, &self);
                if first == MARK {
                    return parts.next_element()?.map(Layout::Now).ok_or(missing);
                }
                parts.next_element()?.map(|rest| Layout::Before(first, rest)).ok_or(missing)
            }
        }

        deserializer.deserialize_tuple(2, Either(PhantomData))
    }
}
