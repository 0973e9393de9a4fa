//! The number of distinct items: HyperLogLog, which keeps the largest number of leading zeros among the hashes of the
//! items, in each of many groups.
//!
//! P. Flajolet et al., "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm", AofA 2007; the
//! implementation is that of Apache's `datasketches`. Of its estimators, this is the one that does not depend on the
//! order of the items, so that merged sketches give the same estimate as a single one.

use crate::{
    Error,
    kernels::{
        numerics::validate::{self, ensure},
        sketches::{
            item::{self, Part},
            item_sketch::{ItemSketch, in_windows},
            quantile_sketch::level,
        },
    },
};
use datasketches::{
    common::NumStdDev,
    hash::value::{canonical_float, raw_bytes},
    hll::{Coupon, HllSketch, HllType, HllUnion},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::hash::{Hash, Hasher};

/// The number of distinct items, estimated.
#[derive(Clone, Debug)]
pub struct NUnique {
    /// The standard error of the estimate, at most.
    pub error_rate: f64,
    /// What is hashed with each item, if anything.
    pub seed: Option<i64>,
    n: u64,
    sketch: HllSketch,
}

/// The standard error of a sketch of `k` groups is this divided by the root of `k`.
const ERROR: f64 = 1.04;
/// The powers of two that the number of groups can be.
const FEWEST: u8 = 4;
const MOST: u8 = 21;
/// The confidence of one, two and three standard deviations.
const LEVELS: [f64; 3] = [0.682, 0.954, 0.997];

/// Offsets and flags in the crate's bytes of a sketch with 8-bit groups.
const FLAGS: usize = 5;
const OUT_OF_ORDER: u8 = 16;
/// For 4-bit groups: the smallest number of zeros, to which a group adds at most 15.
const SMALLEST: usize = 6;
const HIP: usize = 8;
const REGISTERS: usize = 40;
/// The low bits of the mode: a list of hashes, a set of them, or groups; the next two say which groups have 8 bits.
const MODE: usize = 7;
const GROUPS: u8 = 2;
const EIGHT_BITS: u8 = 2;

impl NUnique {
    /// A sketch whose standard error is at most this.
    pub fn new(error_rate: f64, seed: Option<i128>) -> Result<Self, Error> {
        let wide = |seed| Error::parameter("seed", validate::shown(seed), "None or an integer of 64 bits");
        let seed = seed.map(|seed| i64::try_from(seed).map_err(|_| wide(seed))).transpose()?;
        let lg_k = (FEWEST..=MOST).find(|&lg_k| error_of(lg_k) <= error_rate);
        let lg_k = lg_k.filter(|_| error_rate < 1.0).ok_or_else(|| {
            Error::parameter("error_rate", format!("{error_rate:?}"), "between 0.0008 and 1, without 1")
        })?;
        Ok(Self { error_rate, seed, n: 0, sketch: empty(lg_k)? })
    }

    /// The estimate.
    pub fn get(&self) -> u64 {
        self.sketch.composite_estimate().round() as u64
    }

    /// Bounds of the number of distinct items, at the next confidence level that is known.
    pub fn bounds(&self, confidence: f64) -> Result<(f64, f64), Error> {
        let level = level(confidence, &LEVELS, "at most 0.997, which is three standard deviations")?;
        let deviations = [NumStdDev::One, NumStdDev::Two, NumStdDev::Three][level];
        let sketch = decoded(&self.portable()).map_err(|reason| Error::state("NUnique", reason))?;
        Ok((sketch.lower_bound(deviations), sketch.upper_bound(deviations)))
    }

    /// How many groups there are.
    pub fn n_buckets(&self) -> u64 {
        1 << self.sketch.lg_config_k()
    }

    /// The sketch in the bytes of Apache's library, whose hashes have no seed.
    pub fn to_datasketches(&self) -> Result<Vec<u8>, Error> {
        match self.seed {
            None => Ok(self.portable()),
            Some(_) => Err(Error::Export("an HLL sketch of datasketches hashes without a seed")),
        }
    }

    /// The sketch that these bytes of Apache's library hold, which do not say how many observations there were.
    pub fn from_datasketches(bytes: &[u8]) -> Result<Self, Error> {
        let invalid = |reason: String| Error::state("datasketches' HLL sketch", reason);
        sound(bytes).map_err(|reason| invalid(reason.into()))?;
        let foreign = HllSketch::deserialize(bytes).map_err(|error| invalid(error.to_string()))?;
        let lg_k = foreign.lg_config_k();
        let mut union = HllUnion::new(lg_k).map_err(|error| invalid(error.to_string()))?;
        union.update(&foreign);
        let ours = Self { error_rate: error_of(lg_k), seed: None, n: 0, sketch: union.to_sketch(HllType::Hll8) };
        let sketch = decoded(&ours.portable()).map_err(invalid)?;
        let n = sketch.composite_estimate().round() as u64;
        Ok(Self { n, sketch, ..ours })
    }

    /// The crate's bytes without what depends on the order of the items.
    fn portable(&self) -> Vec<u8> {
        let mut bytes = self.sketch.serialize();
        if is_of_groups(&bytes) {
            bytes[FLAGS] |= OUT_OF_ORDER;
            bytes[HIP..HIP + 8].fill(0);
        }
        bytes
    }

    #[inline]
    fn add(&mut self, hashed: impl Hash) {
        self.n += 1;
        let coupon = match self.seed {
            None => Coupon::from_value(hashed),
            Some(seed) => Coupon::from_value((seed, hashed)),
        };
        self.sketch.update_with_coupon(coupon);
    }
}

/// An error for numbers of zeros that no hash can have, since the crate raises 2 to them.
fn sound(bytes: &[u8]) -> Result<(), &'static str> {
    let registers = bytes.get(REGISTERS..).unwrap_or_default();
    let (kind, smallest) = (bytes.get(MODE).map(|mode| mode >> 2 & 3), bytes.get(SMALLEST).copied());
    let fits = match kind {
        Some(EIGHT_BITS) => registers.iter().all(|&zeros| zeros < 64),
        _ => smallest.is_some_and(|zeros| zeros < 48),
    };
    ensure(!is_of_groups(bytes) || fits, "more leading zeros than a hash has")
}

fn error_of(lg_k: u8) -> f64 {
    ERROR / f64::from(1_u32 << lg_k).sqrt()
}

fn empty(lg_k: u8) -> Result<HllSketch, Error> {
    HllSketch::new(lg_k, HllType::Hll8).map_err(|error| Error::state("NUnique", error))
}

fn is_of_groups(bytes: &[u8]) -> bool {
    bytes.get(MODE).is_some_and(|mode| mode & 3 == GROUPS)
}

/// The sketch in this package's own bytes. The crate trusts the sums in them, which are therefore checked.
fn decoded(bytes: &[u8]) -> Result<HllSketch, String> {
    let sketch = HllSketch::deserialize(bytes).map_err(|error| error.to_string())?;
    consistent(bytes, &sketch).map_err(str::to_owned)?;
    Ok(sketch)
}

/// Whether the sums and counts in the bytes match their registers or hashes.
fn consistent(bytes: &[u8], sketch: &HllSketch) -> Result<(), &'static str> {
    ensure(bytes.get(MODE).is_some_and(|mode| mode >> 2 & 3 == EIGHT_BITS), "groups of other than 8 bits")?;
    let number = |at: usize| bytes.get(at..).and_then(|bytes| bytes.first_chunk().copied().map(u32::from_le_bytes));
    let sum = |at: usize| bytes.get(at..).and_then(|bytes| bytes.first_chunk().copied().map(f64::from_le_bytes));
    if !is_of_groups(bytes) {
        let hashes = if bytes[MODE] & 3 == 0 { 8 } else { 12 };
        let mut hashes: Vec<_> = bytes.get(hashes..).unwrap_or_default().chunks(4).map(<[u8]>::to_vec).collect();
        let whole = hashes.iter().all(|hash| hash.len() == 4 && (1..=63).contains(&(hash[3] >> 2)));
        hashes.sort_unstable();
        let stored = hashes.len();
        hashes.dedup();
        return ensure(whole && hashes.len() == stored, "invalid hashes");
    }
    let registers = bytes.get(REGISTERS..).unwrap_or_default();
    ensure(registers.len() == 1 << sketch.lg_config_k(), "another number of groups")?;
    ensure(registers.iter().all(|&zeros| zeros < 64), "more leading zeros than a hash has")?;
    let powers = |some: fn(u8) -> bool| -> f64 {
        let powers = registers.iter().filter(|&&zeros| some(zeros));
        powers.map(|&zeros| f64::from_bits((1023 - u64::from(zeros)) << 52)).sum()
    };
    let sums = sum(HIP + 8) == Some(powers(|zeros| zeros < 32)) && sum(HIP + 16) == Some(powers(|zeros| zeros >= 32));
    let unhit = registers.iter().filter(|&&zeros| zeros == 0).count();
    ensure(
        sums && number(HIP + 24).is_some_and(|count| count as usize == unhit),
        "sums that are not those of the groups",
    )
}

/// Bytes that are hashed unchanged, followed by a byte that no text contains.
struct Marked<'a>(&'a [u8]);

impl Hash for Marked<'_> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write(self.0);
        hasher.write(&[0xff]);
    }
}

impl ItemSketch for NUnique {
    #[inline]
    fn update_part(&mut self, part: Part<'_>) {
        match part {
            Part::Int(int) => self.add(int),
            Part::Text(text) => self.add(raw_bytes::from_slice(text)),
            // Without `fract`, which is a function call on processors that have no instruction for it.
            Part::Float(float) if float.abs() < 9e18 => match float as i64 {
                int if int as f64 == float => self.add(int),
                _ => self.add(canonical_float::from_f64(float)),
            },
            Part::Float(float) if !float.is_finite() => self.add(canonical_float::from_f64(float)),
            part => {
                let mut bytes = Vec::new();
                part.write(&mut bytes);
                self.update_item(&bytes);
            }
        }
    }

    fn update_item(&mut self, bytes: &[u8]) {
        match item::single(bytes) {
            Some(part @ (Part::Int(_) | Part::Text(_))) => self.update_part(part),
            Some(Part::Float(float)) => self.add(canonical_float::from_f64(float)),
            _ => self.add(Marked(bytes)),
        }
    }

    fn n(&self) -> u64 {
        self.n
    }

    fn is_of_a_set(&self) -> bool {
        true
    }

    fn skip(&mut self, times: u64) {
        self.n += times;
    }

    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if other.n == 0 {
            return Ok(());
        }
        // What is hashed depends on both, so they are checked for an empty sketch too.
        validate::same("error_rate", self.error_rate, other.error_rate)?;
        validate::same("seed", self.seed, other.seed)?;
        let n = validate::joint_count(self.n, other.n)?;
        let failed = |error| Error::state("NUnique", error);
        let mut union = HllUnion::new(self.sketch.lg_config_k()).map_err(failed)?;
        union.update(&self.sketch);
        union.update(&other.sketch);
        (self.n, self.sketch) = (n, union.to_sketch(HllType::Hll8));
        Ok(())
    }

    fn validate(&self) -> Result<(), &'static str> {
        ensure(validate::is_count(self.n), "a count beyond 2^53")?;
        let same = Self::new(self.error_rate, self.seed.map(i128::from)).map_err(|_| "an error rate out of range")?;
        ensure(same.sketch.lg_config_k() == self.sketch.lg_config_k(), "another number of groups")?;
        ensure((self.n == 0) == self.sketch.is_empty(), "a count of nothing")
    }
}

impl Serialize for NUnique {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.error_rate, self.seed, self.n, self.portable()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for NUnique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (error_rate, seed, n, bytes) = <(f64, Option<i64>, u64, Vec<u8>)>::deserialize(deserializer)?;
        Ok(Self { error_rate, seed, n, sketch: decoded(&bytes).map_err(D::Error::custom)? })
    }
}

in_windows!(NUnique);

#[cfg(test)]
mod tests {
    use super::*;

    fn fed(items: impl Iterator<Item = i64>) -> Result<NUnique, Error> {
        let mut sketch = NUnique::new(0.05, None)?;
        items.for_each(|item| sketch.update_part(Part::Int(item)));
        Ok(sketch)
    }

    #[test]
    fn merged_sketches_say_what_one_says() -> Result<(), Error> {
        for n in [0, 1, 5, 8, 30, 100, 300, 1_000, 20_000] {
            for split in [0, n / 3, n] {
                let mut merged = fed(0..split)?;
                merged.merge(&fed(split / 2..n)?)?;
                let whole = fed(0..n)?;
                assert_eq!(merged.get(), whole.get(), "{n} {split}");
                assert_eq!(merged.bounds(0.9)?, whole.bounds(0.9)?);
                merged.validate().unwrap();
                let again = decoded(&merged.portable()).map_err(|reason| Error::state("NUnique", reason))?;
                assert_eq!(again.composite_estimate(), merged.sketch.composite_estimate());
            }
        }
        Ok(())
    }

    #[test]
    fn changed_bytes_are_refused_or_harmless() -> Result<(), Error> {
        let mut random = fastrand::Rng::with_seed(9);
        for n in [3, 40, 5_000] {
            let bytes = fed(0..n)?.portable();
            for _ in 0..3_000 {
                let mut changed = bytes.clone();
                let at = random.usize(..changed.len().min(60));
                changed[at] = random.u8(..);
                if let Ok(mut sketch) = NUnique::from_datasketches(&changed) {
                    assert!(sketch.sketch.composite_estimate().is_finite());
                    sketch.update_part(Part::Int(7));
                    sketch.bounds(0.5)?;
                }
            }
        }
        Ok(())
    }
}
