//! The states of exponentially weighted streams, in three layouts.
//!
//! A stream that does not use the parameters that the newest layout adds is written in the previous layout, so that
//! earlier versions can read it.

use crate::kernels::{
    accumulators::{
        exponential_stream::ExponentialStream,
        exponential_weights::{ExponentialWeights, Extra, Gaps},
    },
    numerics::{
        serde_compat::{Layout, MARK},
        timestamp::Timestamp,
    },
};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, SeqAccess, Visitor},
};
use std::{fmt, marker::PhantomData};

/// The layout from before the first observation was kept, without the fading factor, which was its first field. The
/// time of the last observation is stored with the sum of the weights.
type Before = (Option<f64>, bool, u64, Option<(f64, Option<Timestamp>)>);
/// The number of the layout, the parameters, the number of observations, what only half-lives, adjusting and missing values
/// need, and the first observation.
type First<P> = (u8, f64, Option<f64>, bool, u64, Option<Extra>, Option<P>);
/// What layout 2 adds: `bias`, `min_samples`, `ignore_na`, the weight of pairs, and the missing values.
type Second = (bool, u64, bool, f64, Gaps);

/// A layout with a number.
struct Numbered<P>(First<P>, Option<Second>);

impl<P: Serialize> Serialize for Numbered<P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self(first, None) => first.serialize(serializer),
            Self(first, Some(second)) => (first, second).serialize(serializer),
        }
    }
}

impl<'de, P: Deserialize<'de>> Deserialize<'de> for Numbered<P> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Parts<P>(PhantomData<P>);

        impl<'de, P: Deserialize<'de>> Visitor<'de> for Parts<P> {
            type Value = Numbered<P>;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a state in layout 1 or 2")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Numbered<P>, A::Error> {
                let first: First<P> = parts.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
                match first.0 {
                    1 => Ok(Numbered(first, None)),
                    2 => Ok(Numbered(first, parts.next_element()?)),
                    _ => Err(A::Error::custom("a later version has written it")),
                }
            }
        }

        deserializer.deserialize_tuple(2, Parts(PhantomData))
    }
}

impl<P: Copy + Serialize> Serialize for ExponentialStream<P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let &ExponentialWeights { fading_factor, halflife, adjust, bias, min_samples, ignore_na, n, ref extra } =
            &self.weights;
        let extra = extra.as_deref().cloned();
        let (pairs, gaps) = extra.as_ref().map(|extra| (extra.pairs, extra.gaps)).unwrap_or_default();
        let second = (bias, min_samples, ignore_na, pairs, gaps);
        let second = (!bias || min_samples > 0 || !ignore_na).then_some(second);
        let layout = if second.is_some() { 2 } else { 1 };
        let first = (layout, fading_factor, halflife, adjust, n, extra, self.first);
        Layout::<MARK, Before, _>::Now(Numbered(first, second)).serialize(serializer)
    }
}

impl<'de, P: Deserialize<'de>> Deserialize<'de> for ExponentialStream<P> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Numbered((_, fading_factor, halflife, adjust, n, extra, first), second) =
            match Layout::<MARK, Before, Numbered<P>>::deserialize(deserializer)? {
                Layout::Before(fading_factor, (halflife, adjust, n, extra)) => {
                    let extra = extra.map(|(total, last)| Extra { total, last, ..Extra::default() });
                    Numbered((1, f64::from_bits(fading_factor), halflife, adjust, n, extra, None), None)
                }
                Layout::Now(numbered) => numbered,
            };
        let (bias, min_samples, ignore_na, pairs, gaps) = second.unwrap_or((true, 0, true, 0.0, Gaps::default()));
        let extra = extra.map(|extra| Box::new(Extra { pairs, gaps, ..extra }));
        let weights = ExponentialWeights { fading_factor, halflife, adjust, bias, min_samples, ignore_na, n, extra };
        Ok(Self { weights, first })
    }
}
