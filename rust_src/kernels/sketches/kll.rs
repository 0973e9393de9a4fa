//! KLL: a sample of the values, in levels whose values each count twice as much as those of the level below. A coin
//! toss decides which half of a level moves up, so that rank errors cancel.
//!
//! Z. Karnin, K. Lang, E. Liberty, "Optimal quantile approximation in streams", FOCS 2016; the implementation, with the
//! constants of the error, is that of Apache's `datasketches`.

use crate::{
    Error,
    kernels::{
        numerics::validate,
        sketches::{
            probabilities::Probabilities,
            quantile_sketch::{QuantileSketch, level},
        },
        traits::{Merge, Statistic},
    },
};
use datasketches::{
    common::SearchCriteria,
    kll::{KllFloat, KllSketch},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Quantiles with a bounded rank error.
#[derive(Clone, Debug)]
pub struct Kll {
    /// The probabilities of the quantiles that are its value.
    pub q: Probabilities,
    /// How many values the highest level keeps.
    pub k: u64,
    /// How often NaN was seen, which the crate's sketch does not accept.
    nans: u64,
    sketch: KllSketch<KllFloat<f64>>,
}

/// The confidence of the crate's rank error.
const LEVELS: [f64; 1] = [0.99];

impl Kll {
    /// A sketch whose highest level keeps `k` values.
    pub fn new(q: Probabilities, k: i128) -> Result<Self, Error> {
        let made = u16::try_from(k).ok().and_then(|k| KllSketch::new(k).ok());
        let wanted = || Error::parameter("k", validate::shown(k), "an integer from 8 to 65535");
        let sketch = made.ok_or_else(wanted)?;
        Ok(Self { q: q.checked()?, k: sketch.k().into(), nans: 0, sketch })
    }

    /// Saturates, since decoded numbers are added up before they are checked.
    fn count(&self) -> u64 {
        self.sketch.n().saturating_add(self.nans)
    }

    /// The sketch in the bytes of Apache's library; an error if a NaN was seen, for which they have no field.
    pub fn to_datasketches(&self) -> Result<Vec<u8>, Error> {
        if self.nans > 0 {
            return Err(Error::Export("a NaN was seen, which a KLL sketch of datasketches cannot hold"));
        }
        Ok(self.sketch.serialize())
    }

    /// The sketch that these bytes of Apache's library hold.
    pub fn from_datasketches(q: Probabilities, bytes: &[u8]) -> Result<Self, Error> {
        let sketch = decoded(bytes).map_err(|reason| Error::state("datasketches' KLL sketch of doubles", reason))?;
        let kll = Self { q: q.checked()?, k: sketch.k().into(), nans: 0, sketch };
        kll.validate().map_err(|reason| Error::state("datasketches' KLL sketch of doubles", reason))?;
        Ok(kll)
    }
}

/// The crate checks sizes, the order of levels, and that weights add up.
fn decoded(bytes: &[u8]) -> Result<KllSketch<KllFloat<f64>>, String> {
    KllSketch::deserialize(bytes).map_err(|error| error.to_string())
}

impl Statistic for Kll {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        match KllFloat::<f64>::new(x) {
            Ok(x) => self.sketch.update(x),
            Err(_) => self.nans += 1,
        }
    }

    fn get(&self) -> Option<f64> {
        self.value()
    }

    fn width(&self) -> Option<usize> {
        self.q.width()
    }

    fn values(&self, out: &mut [f64]) -> bool {
        self.write_quantiles(out)
    }

    fn n(&self) -> f64 {
        self.count() as f64
    }

    fn reads_in_place(&self) -> bool {
        false
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.q.validate()?;
        validate::ensure(validate::is_count(self.count()), "a count beyond 2^53")?;
        validate::ensure(self.k == u64::from(self.sketch.k()), "a sketch of another k")
    }
}

impl Merge for Kll {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if self.count() > 0 && other.count() > 0 {
            validate::same("q", &self.q, &other.q)?;
            validate::same("k", self.k, other.k)?;
        }
        validate::joint_count(self.count(), other.count())?;
        self.sketch.merge(&other.sketch).map_err(|error| Error::Type(error.to_string()))?;
        self.nans += other.nans;
        Ok(())
    }
}

impl QuantileSketch for Kll {
    fn q(&self) -> &Probabilities {
        &self.q
    }

    fn quantiles(&self, qs: &[f64]) -> Option<Vec<f64>> {
        if self.nans > 0 {
            return Some(vec![f64::NAN; qs.len()]);
        }
        let found = match qs {
            &[q] => self.sketch.quantile(q, SearchCriteria::Inclusive).map(|found| found.map(|x| vec![x])),
            _ => self.sketch.quantiles(qs, SearchCriteria::Inclusive),
        };
        // No probability is out of range.
        Some(found.ok()??.into_iter().map(KllFloat::into_inner).collect())
    }

    fn ranks(&self, xs: &[f64]) -> Option<Vec<f64>> {
        if self.nans > 0 {
            return Some(vec![f64::NAN; xs.len()]);
        }
        let rank = |&x: &f64| match KllFloat::<f64>::new(x) {
            Ok(x) => self.sketch.rank(&x, SearchCriteria::Inclusive),
            Err(_) => (!self.sketch.is_empty()).then_some(f64::NAN),
        };
        xs.iter().map(rank).collect()
    }

    fn bounds(&self, q: f64, asked: f64) -> Result<Option<(f64, f64)>, Error> {
        level(asked, &LEVELS, "at most 0.99, for which the error of the rank is known")?;
        let error = if self.sketch.is_estimation_mode() { self.sketch.normalized_rank_error() } else { 0.0 };
        let ends = self.quantiles(&[(q - error).max(0.0), (q + error).min(1.0)]);
        Ok(ends.map(|ends| (ends[0], ends[1])))
    }
}

impl Serialize for Kll {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.q, self.k, self.nans, self.sketch.serialize()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Kll {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (q, k, nans, bytes) = <(Probabilities, u64, u64, Vec<u8>)>::deserialize(deserializer)?;
        let sketch = decoded(&bytes).map_err(D::Error::custom)?;
        Ok(Self { q, k, nans, sketch })
    }
}
