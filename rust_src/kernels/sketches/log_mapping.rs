//! Maps positive numbers to the indexes of buckets whose ends have a ratio of at most `gamma = (1 + a)/(1 - a)`, so
//! that one number has a relative error of at most `a` for all numbers in its bucket.
//!
//! The logarithm to base two is approximated by the exponent of a double and a cubic polynomial of its mantissa, as in
//! Datadog's `CubicallyInterpolatedMapping`: 1 % more buckets than with the logarithm itself, in a quarter of the time,
//! and the same on all machines, since it needs only sums and products. Ch. Masson, J. Rim, H. Lee, "DDSketch: a fast
//! and fully-mergeable quantile sketch with relative-error guarantees", Proceedings of the VLDB Endowment 12 (2019).

/// `A s³ + B s² + C s` rises from 0 to 1, and its derivative by the logarithm of `1 + s` is at least `C`.
const A: f64 = 6.0 / 35.0;
const B: f64 = -3.0 / 5.0;
const C: f64 = 10.0 / 7.0;

const MANTISSA: u64 = (1 << 52) - 1;
const ONE: u64 = 1023 << 52;
const TWO_54: f64 = (1_u64 << 54) as f64;

/// The buckets of a relative accuracy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogMapping {
    /// How many buckets there are from one power of two to the next.
    per_octave: f64,
}

impl LogMapping {
    /// The buckets of the relative accuracy `a`, between 0 and 1.
    pub fn new(a: f64) -> Self {
        Self { per_octave: 1.0 / (C * (libm::log1p(a) - libm::log1p(-a))) }
    }

    /// The index of the bucket of a positive finite number.
    #[inline]
    pub fn index(self, x: f64) -> i32 {
        let (bits, shift) =
            if x < f64::MIN_POSITIVE { ((x * TWO_54).to_bits(), 1023 + 54) } else { (x.to_bits(), 1023) };
        let exponent = (bits >> 52) as i32 - shift;
        let s = f64::from_bits(bits & MANTISSA | ONE) - 1.0;
        let index = (f64::from(exponent) + ((A * s + B) * s + C) * s) * self.per_octave;
        // Rounds down without calling a function of the system.
        let whole = index as i32;
        whole - i32::from(f64::from(whole) > index)
    }

    /// The number `m 2^e`, as `m` from 1 to 2 and `e`, at which a bucket begins.
    fn start(self, index: i32) -> (f64, i32) {
        let position = f64::from(index) / self.per_octave;
        let exponent = position.floor();
        let target = position - exponent;
        // Newton's method: the polynomial is nearly a line.
        let mut s = target;
        for _ in 0..6 {
            s -= (((A * s + B) * s + C) * s - target) / ((3.0 * A * s + 2.0 * B) * s + C);
        }
        (1.0 + s.clamp(0.0, 1.0), exponent as i32)
    }

    /// The ends of a bucket; the upper one may be infinite.
    pub fn ends(self, index: i32) -> (f64, f64) {
        let end = |(mantissa, exponent)| libm::scalbn(mantissa, exponent);
        (end(self.start(index)), end(self.start(index + 1)))
    }

    /// The number with the smallest relative error for all of a bucket: the harmonic mean of its ends.
    pub fn middle(self, index: i32) -> f64 {
        let ((low, exponent), (high, next)) = (self.start(index), self.start(index + 1));
        libm::scalbn(2.0 * low / (1.0 + libm::scalbn(low / high, exponent - next)), exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_within_the_accuracy_over_the_whole_range() {
        let mut random = fastrand::Rng::with_seed(3);
        for a in [1e-4, 0.01, 0.3, 0.9] {
            let mapping = LogMapping::new(a);
            for _ in 0..20_000 {
                let x = f64::from_bits(random.u64(1..0x7ff0_0000_0000_0000));
                let index = mapping.index(x);
                let (low, high) = mapping.ends(index);
                assert!(low * (1.0 - 1e-12) <= x && x <= high * (1.0 + 1e-12), "{x:e} {low:e} {high:e}");
                let error = (mapping.middle(index) - x).abs();
                assert!(error <= x * (a + 1e-12) + 5e-324, "{x:e} {a} {error:e}");
            }
        }
    }

    #[test]
    fn rises() {
        let mapping = LogMapping::new(0.01);
        let powers = (-1074..1024).map(|exponent| libm::scalbn(1.0, exponent));
        assert!(powers.flat_map(|x| [x, 1.5 * x]).map(|x| mapping.index(x)).is_sorted());
    }
}
