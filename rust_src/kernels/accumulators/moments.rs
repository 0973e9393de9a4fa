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

use crate::kernels::{
    accumulators::centre::Centre,
    aggregates::moments::MomentsAggregate,
    batch::{BLOCK, simd},
    numerics::{
        double_double::{DoubleDouble, two_sum},
        scale::{LARGE, Scale},
        serde_compat, validate,
    },
    window::strategy::Aggregate,
};
use serde::{Deserialize, Serialize};

/// The sums of the second to the fourth powers of deviations over two sets of so many values each, whose means are `delta`
/// apart: equations 2.1 to 2.3 for two sets of any size.
#[inline]
pub fn joined_powers<const FOURTH: bool>(
    [a2, a3, a4]: [f64; 3],
    [b2, b3, b4]: [f64; 3],
    delta: f64,
    (na, nb): (f64, f64),
) -> [f64; 3] {
    let inverse = 1.0 / (na + nb);
    let (share_a, share_b) = (na * inverse, nb * inverse);
    let squares = delta * delta * na * share_b;
    let m4 = if FOURTH {
        let m4 = a4
            + b4
            + squares * delta * delta * (share_a * share_a - share_a * share_b + share_b * share_b)
            + 6.0 * delta * delta * (share_a * share_a * b2 + share_b * share_b * a2)
            + 4.0 * delta * (share_a * b3 - share_b * a3);
        // Cancellation may leave less than nothing where exact arithmetic leaves next to nothing.
        if m4 < 0.0 { 0.0 } else { m4 }
    } else {
        0.0
    };
    let m3 = a3 + b3 + squares * delta * (share_a - share_b) + 3.0 * delta * (share_a * b2 - share_b * a2);
    [a2 + b2 + squares, m3, m4]
}

/// The number of values, and the sums of powers of their distances from their mean; of the third and fourth those that are
/// known.
#[derive(Clone, Copy, Debug)]
pub struct Moments {
    /// How many values.
    pub n: f64,
    /// The sum of squares.
    pub m2: f64,
    /// The sum of third powers.
    pub m3: f64,
    /// The sum of fourth powers.
    pub m4: f64,
}

/// A statistic that follows from the central moments of the values.
pub trait FromMoments: Aggregate<Input = f64> {
    /// How its value over `n` values, one at least, follows from their moments. What follows from `n` alone is found
    /// once for all windows of that many.
    fn reading(&self, n: f64) -> impl Fn(&Moments) -> f64 + Copy;
}

/// A sum in two parts: what was added of late, and all before. The rounding of a term is then of the size of the few terms
/// before it, however many there were in all; a compensated sum would keep more digits than are needed, and twice the
/// time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Total {
    recent: f64,
    settled: f64,
}

/// After how many values what was added of late joins the rest.
const RECENT: u64 = 256;

impl Total {
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

impl From<f64> for Total {
    fn from(x: f64) -> Self {
        Self { recent: x, settled: 0.0 }
    }
}

impl From<[f64; 2]> for Total {
    fn from([recent, settled]: [f64; 2]) -> Self {
        Self { recent, settled }
    }
}

impl From<Total> for [f64; 2] {
    fn from(total: Total) -> Self {
        [total.recent, total.settled]
    }
}

/// Number of values, their mean and the sums of powers of deviations from it, in the unit of the centre's scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CentralMoments {
    n: u64,
    centre: Centre,
    #[serde(with = "serde_compat")]
    m2: Total,
    #[serde(with = "serde_compat")]
    m3: Total,
    #[serde(with = "serde_compat")]
    m4: Total,
}

impl CentralMoments {
    /// What a run has led to, or nothing where there is none.
    #[inline]
    pub fn of_run<const FOURTH: bool>(run: Option<MomentsAggregate<FOURTH>>) -> Self {
        let Some(run) = run else { return Self::default() };
        let (n, mean) = run.location();
        let centre = Centre { scale: Scale::default(), mean };
        match run.powers() {
            Some(powers) if mean.hi.abs() <= LARGE => Self { n: n as u64, centre, ..Self::default() }.having(powers),
            _ => Self { n: n as u64, centre, ..Self::default() }.rescaled(run),
        }
    }

    /// Brings the mean and the powers of a run of extreme values into the middle of the range.
    #[cold]
    fn rescaled<const FOURTH: bool>(mut self, run: MomentsAggregate<FOURTH>) -> Self {
        let magnitude = self.centre.mean.hi.abs().max(run.root());
        if magnitude.is_finite() && magnitude > 0.0 {
            self.centre.scale.fit(magnitude, true);
            self.centre.mean.scale(self.centre.scale.factor());
        }
        self.having(run.powers_times(self.centre.scale.factor()))
    }

    /// The same with other sums of powers.
    #[inline]
    fn having(self, [m2, m3, m4]: [f64; 3]) -> Self {
        Self { m2: m2.into(), m3: m3.into(), m4: m4.into(), ..self }
    }

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
        if self.n == 0 && (1.0 / LARGE..=LARGE).contains(&x.abs()) {
            *self = Self { n: 1, centre: Centre { scale: Scale::default(), mean: x.into() }, ..*self };
            return;
        }
        self.n += 1;
        let n = self.n as f64;
        let moved = self.centre.absorb(x, 1.0, n, self.is_constant());
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
        [&mut self.m2, &mut self.m3, &mut self.m4].into_iter().for_each(Total::settle);
    }

    #[cold]
    fn rescale(&mut self, ratio: f64) {
        for (moment, power) in [(&mut self.m2, 2), (&mut self.m3, 3), (&mut self.m4, 4)] {
            // Not through the power, which may leave the range where the product is in it.
            for _ in 0..power {
                moment.scale(ratio);
            }
        }
    }

    /// Takes many values into the moments up to the third, a block at a time.
    pub fn update_many3(&mut self, xs: &[f64]) {
        self.absorb_many::<false>(xs);
    }

    /// Takes many values into the moments up to the fourth, a block at a time.
    pub fn update_many4(&mut self, xs: &[f64]) {
        self.absorb_many::<true>(xs);
    }

    fn absorb_many<const FOURTH: bool>(&mut self, xs: &[f64]) {
        for block in xs.chunks(BLOCK) {
            match Self::of_block::<FOURTH>(block) {
                Some(part) => self.merge::<FOURTH>(&part),
                None => block.iter().for_each(|&x| self.absorb::<FOURTH>(x)),
            }
        }
    }

    /// Two passes over a block of values: one for a shift next to their mean, one for the sums of powers of distances
    /// from it, from which the moments about the mean itself follow.
    fn of_block<const FOURTH: bool>(xs: &[f64]) -> Option<Self> {
        let n = xs.len() as f64;
        // Compilers make better vector code of four powers than of three.
        let (shift, [s1, s2, s3, s4]) = simd::power_sums(xs);
        let offset = s1 / n;
        let centre = Centre::unscaled(DoubleDouble { hi: shift, lo: offset }, s2)?;
        let m2 = (s2 - s1 * offset).max(0.0);
        let m3 = s3 - offset * (3.0 * s2 - 2.0 * s1 * offset);
        let m4 =
            if FOURTH { (s4 - offset * (4.0 * s3 - offset * (6.0 * s2 - 3.0 * s1 * offset))).max(0.0) } else { 0.0 };
        Some(Self { n: xs.len() as u64, centre, ..Self::default() }.having([m2, m3, m4]))
    }

    /// Takes in the moments of another stream up to the third.
    pub fn merge3(&mut self, other: &Self) {
        self.merge::<false>(other);
    }

    /// Takes in the moments of another stream up to the fourth.
    pub fn merge4(&mut self, other: &Self) {
        self.merge::<true>(other);
    }

    fn merge<const FOURTH: bool>(&mut self, other: &Self) {
        if self.n == 0 || other.n == 0 {
            if self.n == 0 {
                *self = *other;
            }
            return;
        }
        let mut b = *other;
        let blank = (self.is_blank(), b.is_blank());
        let ratios = self.centre.align(&mut b.centre, blank);
        for (moments, ratio) in [(&mut *self, ratios.0), (&mut b, ratios.1)] {
            if ratio != 1.0 && !moments.is_constant() {
                moments.rescale(ratio);
            }
        }
        let (na, nb) = (self.n(), b.n());
        self.n += b.n;
        let n = self.n();
        let moved = self.centre.merge(&b.centre, nb, n);
        *self = self.having(joined_powers::<FOURTH>(self.powers(), b.powers(), moved.deviation, (na, nb)));
    }

    fn is_blank(&self) -> bool {
        self.centre.mean == DoubleDouble::default() && self.is_constant()
    }

    /// How many values were seen.
    #[inline]
    pub fn n(&self) -> f64 {
        self.n as f64
    }

    /// What ratios of moments follow from, whatever the scale.
    #[inline]
    pub fn sums(&self) -> Moments {
        let [m2, m3, m4] = self.powers();
        Moments { n: self.n(), m2, m3, m4 }
    }

    #[inline]
    fn powers(&self) -> [f64; 3] {
        [self.m2, self.m3, self.m4].map(Total::value)
    }

    /// Whether all values seen were equal (or none was seen).
    fn is_constant(&self) -> bool {
        self.m2.value() == 0.0
    }

    /// See [`super::Statistic::validate`].
    pub fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "a count beyond 2^53")?;
        validate::ensure(self.n > 0 || *self == Self::default(), "moments without values")?;
        self.centre.validate()?;
        let [m2, _, m4] = self.powers();
        validate::ensure(
            validate::is_sum_of_squares(m2) && validate::is_sum_of_squares(m4),
            "a negative sum of even powers",
        )
    }
}
