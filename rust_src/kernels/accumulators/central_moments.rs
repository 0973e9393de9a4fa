//! Central moments: what skewness and kurtosis share.
//!
//! With `n` the number of values including the new one, `δ` its distance from the old mean, and `s = δ² (n - 1) / n`, an
//! update changes the sums of powers of deviations `M_k = Σ (x - mean)^k` by
//!
//! ```text
//! M4 += s (δ/n)² (n² - 3n + 3) + 6 (δ/n)² M2 - 4 (δ/n) M3
//! M3 += s (δ/n) (n - 2) - 3 (δ/n) M2
//! M2 += s
//! ```
//!
//! P. Pébay, "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical
//! moments", SAND2008-6212 (2008), equations 2.1 to 2.3 with a single value as the second set.

use crate::{
    Error,
    kernels::{
        accumulators::{centre::Centre, dispersion::Dispersion},
        batch::simd::{self, BLOCK},
        numerics::{
            double_double::{DoubleDouble, two_sum},
            moments::{self, Moments},
            scale::{LARGE, Scale},
            serde_compat, validate,
        },
    },
};
use serde::{Deserialize, Serialize};

/// A sum in two parts: the most recent terms, and all terms before. So a term is rounded to the precision of the few
/// recent terms, however many there are in all. A compensated sum would keep more digits than needed, and take twice the
/// time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct TwoPartSum {
    recent: f64,
    settled: f64,
}

/// After this many values the recent terms are added to the rest.
const RECENT: u64 = 256;

impl TwoPartSum {
    #[inline]
    fn value(self) -> f64 {
        self.settled + self.recent
    }

    fn settle(&mut self) {
        (self.settled, self.recent) = two_sum(self.settled, self.recent);
    }

    fn scale(&mut self, power: f64) {
        self.recent *= power;
        self.settled *= power;
    }
}

impl From<f64> for TwoPartSum {
    fn from(x: f64) -> Self {
        Self { recent: x, settled: 0.0 }
    }
}

impl From<[f64; 2]> for TwoPartSum {
    fn from([recent, settled]: [f64; 2]) -> Self {
        Self { recent, settled }
    }
}

impl From<TwoPartSum> for [f64; 2] {
    fn from(total: TwoPartSum) -> Self {
        [total.recent, total.settled]
    }
}

/// Number of values, their mean and the sums of powers of deviations from it, in the unit of the centre's scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CentralMoments {
    n: u64,
    centre: Centre,
    #[serde(with = "serde_compat")]
    m2: TwoPartSum,
    #[serde(with = "serde_compat")]
    m3: TwoPartSum,
    #[serde(with = "serde_compat")]
    m4: TwoPartSum,
}

impl CentralMoments {
    /// From the number of values, their mean and the sums of powers.
    #[inline]
    pub fn from_parts(n: u64, mean: DoubleDouble, powers: [f64; 3]) -> Self {
        Self { n, centre: Centre { scale: Scale::default(), mean }, ..Self::default() }.with_powers(powers)
    }

    /// The same for values of extreme magnitude: from the root of the sum of squares, and the sums of powers of
    /// deviations that are multiplied by a factor.
    #[cold]
    pub fn from_root(n: u64, mean: DoubleDouble, root: f64, powers: impl FnOnce(f64) -> [f64; 3]) -> Self {
        let mut centre = Centre { scale: Scale::default(), mean };
        let magnitude = mean.hi.abs().max(root);
        if magnitude.is_finite() && magnitude > 0.0 {
            centre.scale.fit(magnitude, true);
            centre.mean.scale(centre.scale.factor());
        }
        Self { n, centre, ..Self::default() }.with_powers(powers(centre.scale.factor()))
    }

    /// The same with other sums of powers.
    #[inline]
    fn with_powers(self, [m2, m3, m4]: [f64; 3]) -> Self {
        Self { m2: m2.into(), m3: m3.into(), m4: m4.into(), ..self }
    }

    /// Updates the moments up to the third.
    #[inline]
    pub fn update3(&mut self, x: f64) {
        self.add::<false>(x);
    }

    /// Updates the moments up to the fourth.
    #[inline]
    pub fn update4(&mut self, x: f64) {
        self.add::<true>(x);
    }

    #[inline]
    fn add<const FOURTH: bool>(&mut self, x: f64) {
        if self.n == 0 && (1.0 / LARGE..=LARGE).contains(&x.abs()) {
            *self = Self { n: 1, centre: Centre { scale: Scale::default(), mean: x.into() }, ..*self };
            return;
        }
        self.n += 1;
        let n = self.n as f64;
        let moved = self.centre.add(x, 1.0, n, self.is_constant());
        if moved.ratio != 1.0 {
            self.rescale(moved.ratio);
        }
        let step = moved.step;
        let squares = moved.deviation * step * (n - 1.0);
        let m2 = self.m2.value();
        if FOURTH {
            let step2 = step * step;
            self.m4.recent +=
                squares * step2 * (n * n - 3.0 * n + 3.0) + 6.0 * step2 * m2 - 4.0 * step * self.m3.value();
        }
        self.m3.recent += step * (squares * (n - 2.0) - 3.0 * m2);
        self.m2.recent += squares;
        if self.n.is_multiple_of(RECENT) {
            self.settle();
        }
    }

    #[cold]
    fn settle(&mut self) {
        [&mut self.m2, &mut self.m3, &mut self.m4].into_iter().for_each(TwoPartSum::settle);
    }

    #[cold]
    fn rescale(&mut self, ratio: f64) {
        for (moment, power) in [(&mut self.m2, 2), (&mut self.m3, 3), (&mut self.m4, 4)] {
            // Step by step: the power itself may be out of range where the product is not.
            for _ in 0..power {
                moment.scale(ratio);
            }
        }
    }

    /// Updates the moments up to the third with many values, a block at a time.
    pub fn update_many3(&mut self, xs: &[f64]) {
        self.add_many::<false>(xs);
    }

    /// Updates the moments up to the fourth with many values, a block at a time.
    pub fn update_many4(&mut self, xs: &[f64]) {
        self.add_many::<true>(xs);
    }

    fn add_many<const FOURTH: bool>(&mut self, xs: &[f64]) {
        xs.chunks(BLOCK).for_each(|block| self.add_block::<FOURTH>(block, None));
    }

    /// Updates the moments up to the third with a block of values, whose sum may already be known.
    pub fn update_block3(&mut self, xs: &[f64], sum: Option<f64>) {
        self.add_block::<false>(xs, sum);
    }

    /// Updates the moments up to the fourth in the same way.
    pub fn update_block4(&mut self, xs: &[f64], sum: Option<f64>) {
        self.add_block::<true>(xs, sum);
    }

    fn add_block<const FOURTH: bool>(&mut self, xs: &[f64], sum: Option<f64>) {
        match Self::of_block::<FOURTH>(xs, sum) {
            Some(part) if self.merge::<FOURTH>(&part).is_ok() => {}
            _ => xs.iter().for_each(|&x| self.add::<FOURTH>(x)),
        }
    }

    /// Two passes over a block of values: one for a shift close to their mean, where their sum is not known, and one for
    /// the sums of powers of distances from the shift.
    fn of_block<const FOURTH: bool>(xs: &[f64], sum: Option<f64>) -> Option<Self> {
        let n = xs.len() as f64;
        // Compilers make better vector code of four powers than of three.
        let (shift, sums) = simd::power_sums(xs, sum);
        let (offset, [m2, m3, m4]) = moments::about_mean(n, sums);
        let centre = Centre::unscaled(DoubleDouble { hi: shift, lo: offset }, sums[1])?;
        let powers = [m2.max(0.0), m3, if FOURTH { m4.max(0.0) } else { 0.0 }];
        Some(Self { n: xs.len() as u64, centre, ..Self::default() }.with_powers(powers))
    }

    /// Merges the moments up to the third of another stream.
    pub fn merge3(&mut self, other: &Self) -> Result<(), Error> {
        self.merge::<false>(other)
    }

    /// Merges the moments up to the fourth of another stream.
    pub fn merge4(&mut self, other: &Self) -> Result<(), Error> {
        self.merge::<true>(other)
    }

    fn merge<const FOURTH: bool>(&mut self, other: &Self) -> Result<(), Error> {
        if self.n == 0 || other.n == 0 {
            if self.n == 0 {
                *self = *other;
            }
            return Ok(());
        }
        let joint = validate::joint_count(self.n, other.n)?;
        let mut b = *other;
        let blank = (self.is_blank(), b.is_blank());
        let ratios = self.centre.align(&mut b.centre, blank);
        for (moments, ratio) in [(&mut *self, ratios.0), (&mut b, ratios.1)] {
            if ratio != 1.0 && !moments.is_constant() {
                moments.rescale(ratio);
            }
        }
        let (na, nb) = (self.n(), b.n());
        self.n = joint;
        let n = self.n();
        let moved = self.centre.merge(&b.centre, nb, n);
        *self =
            self.with_powers(moments::combine_powers::<FOURTH>(self.powers(), b.powers(), moved.deviation, (na, nb)));
        Ok(())
    }

    fn is_blank(&self) -> bool {
        self.centre.mean == DoubleDouble::default() && self.is_constant()
    }

    /// The moments up to the second.
    pub fn dispersion(&self) -> Dispersion {
        Dispersion {
            weight: self.n().into(),
            centre: self.centre,
            squares: DoubleDouble::sum(self.m2.settled, self.m2.recent),
        }
    }

    /// The same without fourth powers.
    pub fn up_to_cubes(&self) -> Self {
        Self { m4: TwoPartSum::default(), ..*self }
    }

    /// The number of values.
    #[inline]
    pub fn n(&self) -> f64 {
        self.n as f64
    }

    /// The moments of the scaled values, for statistics that do not depend on the scale.
    #[inline]
    pub fn sums(&self) -> Moments {
        let [m2, m3, m4] = self.powers();
        Moments { n: self.n(), m2, m3, m4 }
    }

    #[inline]
    fn powers(&self) -> [f64; 3] {
        [self.m2, self.m3, self.m4].map(TwoPartSum::value)
    }

    /// Whether all values are equal, or there is none.
    fn is_constant(&self) -> bool {
        self.m2.value() == 0.0
    }

    /// Checks decoded moments.
    pub fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "more observations than a stream can have")?;
        validate::ensure(self.n > 0 || *self == Self::default(), "moments without values")?;
        self.centre.validate()?;
        let [m2, _, m4] = self.powers();
        validate::ensure(
            validate::is_sum_of_squares(m2) && validate::is_sum_of_squares(m4),
            "a negative sum of even powers",
        )
    }
}
