//! Autocorrelation: Pearson's correlation of each value with an earlier one.

use crate::{
    Error,
    kernels::{
        accumulators::comoments::Comoments,
        numerics::{serde_compat::Layout, validate},
        statistics::pearson::PearsonCorr,
        structures::ring_buffer::RingBuffer,
        traits::{Merge, Statistic},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Pearson's correlation of each value with the one `lag` updates before it.
#[derive(Clone, Debug)]
pub struct AutoCorr {
    /// The number of updates between the two values of a pair.
    pub lag: u64,
    window: RingBuffer<f64>,
    pairs: Comoments,
    /// Whether a NaN was seen, though perhaps not yet in a pair.
    nan: bool,
    /// Those of the first `lag` values that are no longer in the window: a stream that precedes this one pairs them
    /// with its last values. Unknown for states that were stored before they were kept, and for river's.
    first: Option<Vec<f64>>,
}

impl AutoCorr {
    /// An autocorrelation over no values.
    pub fn new(lag: i128) -> Result<Self, Error> {
        let lag = validate::at_least_one("lag", lag)?;
        Ok(Self {
            lag,
            window: RingBuffer::default(),
            pairs: Comoments::default(),
            nan: false,
            first: Some(Vec::new()),
        })
    }

    /// The autocorrelation with these newest values, and the correlation of the pairs so far.
    pub fn from_state(lag: i128, window: Vec<f64>, pairs: &PearsonCorr) -> Result<Self, Error> {
        let nan = window.iter().any(|x| x.is_nan()) || pairs.get().is_some_and(f64::is_nan);
        let first = (pairs.n() == 0.0).then(Vec::new);
        Ok(Self { window: window.into(), pairs: pairs.comoments, nan, first, ..Self::new(lag)? })
    }

    /// The newest values, at most `lag`, oldest first.
    pub fn window(&self) -> Vec<f64> {
        self.window.iter().copied().collect()
    }

    /// Adds the newest value to the window; returns the one that is paired with it.
    #[inline]
    fn push(&mut self, x: f64) -> Option<f64> {
        let past = self.window.push(x, self.lag)?;
        if let Some(first) = &mut self.first
            && (first.len() as u64) < self.lag
        {
            first.push(past);
        }
        Some(past)
    }

    /// The correlation of the pairs.
    pub fn pearson(&self) -> PearsonCorr {
        PearsonCorr::of(self.pairs, 1)
    }
}

impl Statistic for AutoCorr {
    type Input = f64;

    fn update(&mut self, x: f64) {
        if let Some(past) = self.push(x) {
            self.pairs.update((x, past));
        }
        self.nan |= x.is_nan();
    }

    fn get(&self) -> Option<f64> {
        Some(if self.nan { f64::NAN } else { self.pairs.correlation() })
    }

    fn n(&self) -> f64 {
        self.pairs.n() + self.window.len() as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.lag > 0, "a lag of 0")?;
        let stored = self.window.len();
        validate::ensure(stored <= self.lag, "more values than the lag")?;
        validate::ensure(self.pairs.n() == 0.0 || stored == self.lag, "pairs before the first could be made")?;
        let first = self.first.as_ref().is_none_or(|first| first.len() as f64 == self.pairs.n().min(self.lag as f64));
        validate::ensure(first, "first values and pairs differ")?;
        self.pairs.validate()
    }
}

/// The layout from before the first values were kept, without the lag, which was its first field.
type Before = (RingBuffer<f64>, Comoments, bool);
/// The number of the layout, and all fields.
type Now<W, F> = (u8, u64, W, Comoments, bool, F);
const LAYOUT: u8 = 1;

impl Serialize for AutoCorr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let now = (LAYOUT, self.lag, &self.window, self.pairs, self.nan, &self.first);
        Layout::<0, Before, Now<_, _>>::Now(now).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AutoCorr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // No lag is 0.
        match Layout::<0, Before, Now<_, _>>::deserialize(deserializer)? {
            Layout::Before(lag, (window, pairs, nan)) => {
                Ok(Self { lag, window, pairs, nan, first: (pairs.n() == 0.0).then(Vec::new) })
            }
            Layout::Now((LAYOUT, lag, window, pairs, nan, first)) => Ok(Self { lag, window, pairs, nan, first }),
            Layout::Now(_) => Err(D::Error::custom("a later version has written it")),
        }
    }
}

impl Merge for AutoCorr {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if other.n() == 0.0 {
            return Ok(());
        }
        validate::same("lag", self.lag, other.lag)?;
        if self.n() == 0.0 {
            *self = other.clone();
            return Ok(());
        }
        let Some(first) = &other.first else {
            return Err(Error::Merge(
                "the statistic on the right was stored without the first observations of its stream, by an earlier version \
                 or by river",
            ));
        };
        validate::joint_count(self.n() as u64, other.n() as u64)?;
        let mut merged = self.clone();
        // The first values of the newer stream are paired with the last of the older one, as far as these reach.
        let lag = usize::try_from(self.lag).unwrap_or(usize::MAX);
        for &x in first.iter().chain(other.window.iter()).take(lag) {
            if let Some(past) = merged.push(x) {
                merged.pairs.update((x, past));
            }
        }
        merged.pairs.merge(&other.pairs)?;
        if !first.is_empty() {
            // Nothing of the older stream is left in the window.
            merged.window = other.window.clone();
            if let Some(merged) = &mut merged.first {
                merged.extend(first.iter().take(lag - merged.len()));
            }
        }
        merged.nan |= other.nan;
        *self = merged;
        Ok(())
    }
}

rollable!(AutoCorr: replaying);
univariate!(AutoCorr);
