//! Central moments, one value at a time: the common part of variance, skewness and kurtosis.
//!
//! With `n` values seen, the new one among them, `δ` its distance from the old mean, and
//! `s = δ² (n - 1) / n`, the sums of powers of deviations `M_k = Σ (x - mean)^k` follow
//!
//! ```text
//! M4 += s (δ/n)² (n² - 3n + 3) + 6 (δ/n)² M2 - 4 (δ/n) M3
//! M3 += s (δ/n) (n - 2) - 3 (δ/n) M2
//! M2 += s
//! ```
//!
//! P. Pébay, "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical
//! moments", SAND2008-6212 (2008), equations 2.1 to 2.3 with one of the two sets a single value.

use super::check;
use serde::{Deserialize, Serialize};

/// Values are kept multiplied by a power of two, so that fourth powers of neither 1e300 nor 1e-300 leave the range
/// of `f64`; ratios of moments do not see it. Magnitudes between `1/LARGE` and `LARGE` are left as they are.
const LARGE: f64 = f64::from_bits((1023 + 200) << 52);

/// The mean, as the unevaluated sum of two doubles: with an offset of 1e9 and unit noise, rounding it to one double
/// would cost the deviations seven of their digits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CentralMoments {
    n: u64,
    /// The power of two that values are multiplied by.
    scale: f64,
    mean: f64,
    mean_low: f64,
    m2: f64,
    m3: f64,
    m4: f64,
}

impl Default for CentralMoments {
    fn default() -> Self {
        Self { n: 0, scale: 1.0, mean: 0.0, mean_low: 0.0, m2: 0.0, m3: 0.0, m4: 0.0 }
    }
}

/// `a + b` exactly, as the rounded sum and its error (Knuth, TAOCP vol. 2, section 4.2.2, theorem B).
#[inline]
pub fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_rounded = sum - a;
    let a_rounded = sum - b_rounded;
    (sum, (a - a_rounded) + (b - b_rounded))
}

impl CentralMoments {
    /// Takes `x` into the moments up to the third.
    #[inline]
    pub fn update3(&mut self, x: f64) {
        self.absorb::<false>(x);
    }

    /// Takes `x` into the moments up to the fourth.
    #[inline]
    pub fn update4(&mut self, x: f64) {
        self.absorb::<true>(x);
    }

    #[inline]
    fn absorb<const FOURTH: bool>(&mut self, x: f64) {
        self.n += 1;
        let mut scaled = x * self.scale;
        // A mean of zero is where tiny values could need a scale of their own.
        if scaled.abs() > LARGE || x.is_nan() || (self.mean == 0.0 && scaled != 0.0) {
            if !x.is_finite() {
                self.poison(x);
                return;
            }
            self.rescale(x);
            scaled = x * self.scale;
        }
        let n = self.n as f64;
        let delta = (scaled - self.mean) - self.mean_low;
        let step = delta / n;
        let squares = delta * step * (n - 1.0);
        if FOURTH {
            let step2 = step * step;
            self.m4 += squares * step2 * (n * n - 3.0 * n + 3.0) + 6.0 * step2 * self.m2 - 4.0 * step * self.m3;
        }
        self.m3 += step * (squares * (n - 2.0) - 3.0 * self.m2);
        self.m2 += squares;
        let (mean, error) = two_sum(self.mean, step);
        self.mean = mean;
        self.mean_low += error;
    }

    /// An infinity or NaN: the mean is IEEE's, deviations from it have no value.
    #[cold]
    fn poison(&mut self, x: f64) {
        self.mean += x;
        (self.mean_low, self.m2, self.m3, self.m4) = (0.0, f64::NAN, f64::NAN, f64::NAN);
    }

    /// Chooses the power of two for a finite `x` that is too large for the present one, or is the first that is not
    /// zero.
    #[cold]
    fn rescale(&mut self, x: f64) {
        let magnitude = x.abs();
        let nothing_yet = self.mean == 0.0 && self.m2 == 0.0;
        if !nothing_yet && magnitude * self.scale <= LARGE {
            return;
        }
        let scale = if (1.0 / LARGE..=LARGE).contains(&magnitude) {
            1.0
        } else {
            // Exact: all are powers of two, and up to 2^1022 their inverses are normal doubles.
            let largest = f64::MIN_POSITIVE.recip();
            (1.0 / power_of_two_below(magnitude)).clamp(f64::MIN_POSITIVE, largest)
        };
        if nothing_yet {
            self.scale = scale;
            return;
        }
        let ratio = scale / self.scale;
        self.scale = scale;
        self.mean *= ratio;
        self.mean_low *= ratio;
        self.m2 *= ratio * ratio;
        self.m3 *= ratio * ratio * ratio;
        self.m4 *= ratio * ratio * ratio * ratio;
    }

    /// How many values were seen.
    #[inline]
    pub fn n(&self) -> f64 {
        self.n as f64
    }

    /// `√n M3 / M2^1.5`, the skewness of the sample; 0 where all values are equal.
    #[inline]
    pub fn skewness(&self) -> f64 {
        if self.m2 == 0.0 { 0.0 } else { self.n().sqrt() * self.m3 / (self.m2 * self.m2.sqrt()) }
    }

    /// `n M4 / M2²`, the kurtosis of the sample (3 for a normal one); 0 where all values are equal.
    #[inline]
    pub fn kurtosis(&self) -> f64 {
        if self.m2 == 0.0 { 0.0 } else { self.n() * (self.m4 / self.m2) / self.m2 }
    }

    /// Whether all values seen were equal (or none was seen).
    #[inline]
    pub fn is_constant(&self) -> bool {
        self.m2 == 0.0
    }

    /// See [`super::Statistic::validate`].
    pub fn validate(&self) -> Result<(), &'static str> {
        check::ensure(check::is_count(self.n), "a count beyond 2^53")?;
        check::ensure(self.n > 0 || *self == Self::default(), "moments without values")?;
        check::ensure(self.scale.is_normal() && self.scale > 0.0, "a scale that is no power of two")?;
        check::ensure(self.scale == power_of_two_below(self.scale), "a scale that is no power of two")?;
        check::ensure(
            check::is_sum_of_squares(self.m2) && check::is_sum_of_squares(self.m4),
            "a negative sum of even powers",
        )
    }
}

/// The largest power of two that is not above `x`, a positive number (subnormal ones give the smallest normal).
fn power_of_two_below(x: f64) -> f64 {
    const EXPONENT: u64 = 0x7ff << 52;
    f64::from_bits((x.to_bits() & EXPONENT).max(1 << 52))
}
