//! Moments of any order up to 8, about the mean or about 0, from one state.
//!
//! The state is the mean, and the sums of powers of deviations from it, `M_k = Σ (x - mean)^k`. Where the mean of `n` values
//! moves by `s`, all deviations change by `-s`, and the sums, by the binomial theorem, to
//!
//! ```text
//! M_k = Σ_j C(k, j) (-s)^j M_(k-j),  M_0 = n, M_1 = 0
//! ```
//!
//! An update moves the mean and adds the powers of one deviation; a merge moves the means of both to the common one. This is
//! the arbitrary-order form of P. Pébay, "Formulas for robust, one-pass parallel computation of covariances and
//! arbitrary-order statistical moments", SAND2008-6212 (2008). Moments about 0 follow by one more move, to 0.

use crate::{
    Error,
    kernels::{
        accumulators::centre::Centre,
        aggregates::aggregated_whole,
        numerics::{double_double::DoubleDouble, validate},
        traits::{Merge, Statistic, same_parameters},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The highest order.
const HIGHEST: usize = 8;
/// How many sums of powers there are: of the second to the highest.
const SUMS: usize = HIGHEST - 1;

/// Binomial coefficients.
const BINOMIALS: [[f64; HIGHEST + 1]; HIGHEST + 1] = {
    let mut rows = [[1.0; HIGHEST + 1]; HIGHEST + 1];
    let mut n = 2;
    while n <= HIGHEST {
        let mut k = 1;
        while k < n {
            rows[n][k] = rows[n - 1][k - 1] + rows[n - 1][k];
            k += 1;
        }
        n += 1;
    }
    rows
};

/// The moment of an order; 0 over no values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// The power.
    pub order: u64,
    /// Whether it is about the mean, not about 0.
    pub central: bool,
    n: u64,
    centre: Centre,
    sums: [DoubleDouble; SUMS],
}

impl Moment {
    /// Over no values, of order 1 to 8.
    pub fn new(order: i128, central: bool) -> Result<Self, Error> {
        match u64::try_from(order) {
            Ok(order @ 1..=8) => Ok(Self { order, central, n: 0, centre: Centre::default(), sums: Default::default() }),
            _ => Err(Error::parameter("order", validate::shown(order), "an integer between 1 and 8")),
        }
    }

    /// The sums of powers from the second to the highest that is needed.
    fn sums(&mut self) -> &mut [DoubleDouble] {
        &mut self.sums[..(self.order as usize).saturating_sub(1)]
    }

    /// Changes all deviations by `-by`.
    fn shift(&mut self, n: f64, by: f64) {
        if by == 0.0 {
            return;
        }
        for power in (2..=self.order as usize).rev() {
            let mut factor = 1.0;
            for (j, &binomial) in BINOMIALS[power].iter().enumerate().take(power + 1).skip(1) {
                factor *= -by;
                let sum = match power - j {
                    0 => n,
                    1 => continue,
                    rest => self.sums[rest - 2].value(),
                };
                self.sums[power - 2].add(binomial * factor * sum);
            }
        }
    }

    /// Multiplies all deviations by a power of two.
    #[cold]
    fn rescale(&mut self, ratio: f64) {
        for (sum, power) in self.sums().iter_mut().zip(2..) {
            // Step by step: the power itself may be out of range where the product is not.
            (0..power).for_each(|_| sum.scale(ratio));
        }
    }

    fn is_constant(&self) -> bool {
        self.sums[0].hi == 0.0
    }

    fn not_finite(&mut self) {
        self.sums().fill(f64::NAN.into());
    }

    /// The moment of an order up to that of the statistic.
    pub fn of_order(&self, order: u64) -> f64 {
        if self.n == 0 {
            return 0.0;
        }
        let (mean, n) = (self.centre.mean.value(), self.n());
        if !mean.is_finite() {
            return if self.central { f64::NAN } else { mean.powi(order as i32) };
        }
        let mut moved = *self;
        if !self.central {
            moved.shift(n, -mean);
        }
        let scaled = match order {
            1 if self.central => return 0.0,
            1 => mean,
            _ => moved.sums[order as usize - 2].value() / n,
        };
        (0..order).fold(scaled, |moment, _| self.centre.scale.undo(moment))
    }
}

impl Statistic for Moment {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.n += 1;
        let n = self.n();
        let moved = self.centre.add(x, 1.0, n, self.is_constant());
        if moved.deviation.is_nan() {
            return self.not_finite();
        }
        if moved.ratio != 1.0 {
            self.rescale(moved.ratio);
        }
        self.shift(n - 1.0, moved.step);
        let deviation = moved.deviation - moved.step;
        let mut power = deviation;
        for sum in self.sums() {
            power *= deviation;
            sum.add(power);
        }
    }

    fn get(&self) -> Option<f64> {
        Some(self.of_order(self.order))
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure((1..=HIGHEST as u64).contains(&self.order), "an order out of range")?;
        validate::ensure(validate::is_count(self.n), "more observations than a stream can have")?;
        self.centre.validate()?;
        let unused = &self.sums[self.order as usize - 1..];
        validate::ensure(unused.iter().all(|sum| *sum == DoubleDouble::default()), "powers beyond the order")?;
        let even = self.sums.iter().step_by(2).all(|sum| validate::is_sum_of_squares(sum.hi));
        validate::ensure(even, "a negative sum of even powers")?;
        let blank = self.centre == Centre::default() && self.sums == <[DoubleDouble; SUMS]>::default();
        validate::ensure(self.n > 0 || blank, "moments without values")
    }
}

impl Merge for Moment {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        same_parameters!(self, other; order, central);
        let joint = validate::joint_count(self.n, other.n)?;
        if self.n == 0 || other.n == 0 {
            let Self { n, centre, sums, .. } = if self.n == 0 { *other } else { *self };
            let order = if self.n == 0 { other.order } else { self.order };
            if n > 0 && order != self.order {
                return Err(validate::differ("order", self.order, order));
            }
            (self.n, self.centre, self.sums) = (n, centre, sums);
            return Ok(());
        }
        let mut other = *other;
        let blank = [*self, other].map(|side| side.centre.mean == DoubleDouble::default() && side.is_constant());
        let ratios = self.centre.align(&mut other.centre, (blank[0], blank[1]));
        for (side, ratio) in [(&mut *self, ratios.0), (&mut other, ratios.1)] {
            if ratio != 1.0 && !side.is_constant() {
                side.rescale(ratio);
            }
        }
        let (before, w) = (self.n(), other.n());
        self.n = joint;
        let moved = self.centre.merge(&other.centre, w, self.n());
        if moved.deviation.is_nan() {
            self.not_finite();
            return Ok(());
        }
        self.shift(before, moved.step);
        other.shift(w, moved.step - moved.deviation);
        for (sum, others) in self.sums().iter_mut().zip(other.sums) {
            sum.add_double(others);
        }
        Ok(())
    }
}

aggregated_whole!(Moment);
rollable!(Moment: combining);
univariate!(Moment);

#[cfg(test)]
mod tests {
    use super::*;

    fn fed(order: i128, central: bool, values: &[f64]) -> Moment {
        let mut moment = Moment::new(order, central).unwrap();
        moment.update_many(values);
        moment
    }

    #[test]
    fn all_orders_are_those_of_the_definition_and_can_be_split_anywhere() -> Result<(), Error> {
        let mut random = fastrand::Rng::with_seed(8);
        let values: Vec<f64> = (0..60).map(|_| random.f64() * 3.0 - 0.7).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        for order in 1..=8 {
            for (central, about) in [(true, mean), (false, 0.0)] {
                let expected = values.iter().map(|x| (x - about).powi(order as i32)).sum::<f64>() / n;
                for split in [0, 1, 30, 59, 60] {
                    let mut left = fed(order, central, &values[..split]);
                    left.merge(&fed(order, central, &values[split..]))?;
                    let apart = left.get().map(|moment| (moment - expected).abs());
                    assert!(apart < Some(1e-13), "{order} {central} {split} {apart:?}");
                    assert_eq!((left.validate(), left.n()), (Ok(()), n));
                }
            }
        }
        Ok(())
    }

    #[test]
    fn an_offset_and_the_scale_cost_no_digits() {
        let near = |moment: Option<f64>, expected: f64| {
            assert!(moment.is_some_and(|moment| (moment / expected - 1.0).abs() < 1e-13), "{moment:?} {expected}");
        };
        near(fed(8, true, &[1e9 - 1.0, 1e9 + 1.0]).get(), 1.0);
        near(fed(2, true, &[1e150, 3e150]).get(), 1e300);
        near(fed(4, true, &[1e75, 3e75]).get(), 1e300);
        near(fed(3, false, &[1e100, 1e101]).get(), 5.005e302);
        assert_eq!(fed(8, true, &[1e300, -1e300]).get(), Some(f64::INFINITY));
        assert_eq!(fed(3, false, &[f64::NEG_INFINITY]).get(), Some(f64::NEG_INFINITY));
        assert!(fed(3, true, &[f64::INFINITY, 1.0]).get().is_some_and(f64::is_nan));
    }
}
