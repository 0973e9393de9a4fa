//! The t-digest: means of neighbouring values, of few at the ends and of many in the middle, so that extreme quantiles
//! are accurate; no error bound is known.
//!
//! T. Dunning, O. Ertl, "Computing extremely accurate quantiles using t-digests", arXiv 1902.04023 (2019); the
//! implementation is that of Apache's `datasketches`.

use crate::{
    Error,
    kernels::{
        numerics::{validate, weight},
        sketches::{
            probabilities::Probabilities,
            quantile_sketch::{QuantileSketch, among, confidence},
        },
        traits::{Merge, Statistic, Weighted},
    },
};
use datasketches::tdigest::TDigestMut;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Quantiles that are accurate at both ends.
#[derive(Clone, Debug)]
pub struct TDigest {
    /// The probabilities of the quantiles that are its value.
    pub q: Probabilities,
    /// About how many means are kept; at most twice as many.
    pub compression: u64,
    /// How often NaN and the infinities were seen, which the digest drops.
    nans: u64,
    infinite: [u64; 2],
    digest: TDigestMut,
}

/// What identifies the bytes of a digest: the version, and the number of this kind of sketch.
const SERIAL_VERSION: u8 = 1;
const FAMILY: u8 = 20;
/// An observation of up to this weight is added that many times; with a larger weight it becomes a separate digest,
/// which is merged.
const SINGLY: f64 = 16.0;
/// The largest total weight, so that digests can be merged.
const MOST: f64 = (1_u64 << 52) as f64;

impl TDigest {
    /// A digest of about this many means.
    pub fn new(q: Probabilities, compression: i128) -> Result<Self, Error> {
        let wanted = || Error::parameter("compression", validate::shown(compression), "an integer from 10 to 65535");
        let made = u16::try_from(compression).ok().and_then(|compression| TDigestMut::new(compression).ok());
        let digest = made.ok_or_else(wanted)?;
        Ok(Self { q: q.checked()?, compression: digest.k().into(), nans: 0, infinite: [0; 2], digest })
    }

    /// The digest in the bytes of Apache's library; an error if it does not hold all that was seen.
    pub fn to_datasketches(&self) -> Result<Vec<u8>, Error> {
        if self.nans > 0 || self.infinite != [0; 2] {
            return Err(Error::Export("a NaN or an infinity was seen, which a t-digest of datasketches cannot hold"));
        }
        Ok(self.digest.clone().serialize())
    }

    /// The digest that these bytes of Apache's library hold.
    pub fn from_datasketches(q: Probabilities, bytes: &[u8]) -> Result<Self, Error> {
        let invalid = |reason: String| Error::state("datasketches' t-digest of doubles", reason);
        let digest = decoded(bytes).map_err(invalid)?;
        let made = Self { q: q.checked()?, compression: digest.k().into(), nans: 0, infinite: [0; 2], digest };
        made.validate().map_err(|reason| invalid(reason.into()))?;
        Ok(made)
    }

    fn count(&self) -> u64 {
        let [low, high] = self.infinite;
        // Saturates, since decoded numbers are added up before they are checked.
        [self.digest.total_weight(), self.nans, low, high].into_iter().fold(0, u64::saturating_add)
    }

    #[inline]
    fn add(&mut self, x: f64, w: u64) {
        if x.is_nan() {
            self.nans += w;
        } else {
            self.infinite[usize::from(x > 0.0)] += w;
        }
    }
}

/// The crate reads older layouts too, and trusts the lengths in them.
fn decoded(bytes: &[u8]) -> Result<TDigestMut, String> {
    match bytes {
        [_, SERIAL_VERSION, FAMILY, ..] => TDigestMut::deserialize(bytes).map_err(|error| error.to_string()),
        _ => Err("it is not a t-digest of a known layout".into()),
    }
}

/// A digest of one value, this many times.
fn repeated(compression: u64, x: f64, w: u64) -> Result<TDigestMut, String> {
    let mut bytes = vec![2, SERIAL_VERSION, FAMILY];
    bytes.extend((compression as u16).to_le_bytes());
    bytes.extend([0; 3]);
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend(0_u32.to_le_bytes());
    for number in [x, x, x] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(w.to_le_bytes());
    decoded(&bytes)
}

impl Statistic for TDigest {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        if x.is_finite() { self.digest.update(x) } else { self.add(x, 1) }
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
        validate::ensure(self.compression == u64::from(self.digest.k()), "a digest of another compression")
    }
}

impl Weighted for TDigest {
    fn update_weighted(&mut self, x: f64, w: f64) -> Result<(), Error> {
        if !weight::is_positive(w)? {
            return Ok(());
        }
        if w.fract() != 0.0 {
            return Err(Error::parameter("w", format!("{w:?}"), "a whole number, since a t-digest counts"));
        }
        let total = self.count() as f64 + w;
        if total > MOST {
            return Err(Error::parameter("w", format!("{w:?}"), "so small that the total weight stays below 2**52"));
        }
        if !x.is_finite() {
            self.add(x, w as u64);
        } else if w <= SINGLY {
            (0..w as u64).for_each(|_| self.digest.update(x));
        } else {
            let many = repeated(self.compression, x, w as u64);
            self.digest.merge(&many.map_err(|error| Error::state("TDigest", error))?);
        }
        Ok(())
    }
}

impl Merge for TDigest {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        let (mine, others) = (self.count(), other.count());
        if mine > 0 && others > 0 {
            validate::same("q", &self.q, &other.q)?;
            validate::same("compression", self.compression, other.compression)?;
        }
        validate::joint_count(mine, others)?;
        self.digest.merge(&other.digest);
        self.nans += other.nans;
        for (mine, others) in self.infinite.iter_mut().zip(other.infinite) {
            *mine += others;
        }
        Ok(())
    }
}

impl QuantileSketch for TDigest {
    fn q(&self) -> &Probabilities {
        &self.q
    }

    fn quantiles(&self, qs: &[f64]) -> Option<Vec<f64>> {
        if self.nans > 0 || self.count() == 0 {
            return (self.nans > 0).then(|| vec![f64::NAN; qs.len()]);
        }
        // Compressing the digest itself would make its later states depend on when it was read.
        let digest = self.digest.clone().freeze();
        let quantile = |q| digest.quantile(q).ok().flatten().unwrap_or(f64::NAN);
        Some(among(qs, self.infinite.map(|w| w as f64), digest.total_weight() as f64, quantile))
    }

    fn ranks(&self, xs: &[f64]) -> Option<Vec<f64>> {
        let digest = self.digest.clone().freeze();
        let ([low, high], finite, n) = (self.infinite.map(|w| w as f64), digest.total_weight() as f64, self.n());
        let rank = |&x: &f64| {
            if x.is_nan() || self.nans > 0 {
                f64::NAN
            } else if x.is_infinite() {
                if x > 0.0 { (low + finite + high) / n } else { low / n }
            } else {
                (low + finite * digest.rank(x).ok().flatten().unwrap_or(0.0)) / n
            }
        };
        (n > 0.0).then(|| xs.iter().map(rank).collect())
    }

    fn bounds(&self, _: f64, asked: f64) -> Result<Option<(f64, f64)>, Error> {
        confidence(asked)?;
        Err(Error::Type("a t-digest has no bounds: no limit of its error is known; KLL and DDSketch have some".into()))
    }
}

impl Serialize for TDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.q, self.compression, self.nans, self.infinite, self.digest.clone().serialize()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (q, compression, nans, infinite, bytes): (_, _, _, _, Vec<u8>) = Deserialize::deserialize(deserializer)?;
        let digest = decoded(&bytes).map_err(D::Error::custom)?;
        Ok(Self { q, compression, nans, infinite, digest })
    }
}
