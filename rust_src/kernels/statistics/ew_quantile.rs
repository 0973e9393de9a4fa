//! Quantiles that follow a stream, each by a generalized exponentially weighted average of the values.
//!
//! A value `x` above the estimate `Q` pulls it up by `α a (x - Q)`, one below pulls it down by `α (1 - a) (Q - x)`.
//! With a share `q` of the values below `Q`, and `A` and `B` the mean distances of the values above and below it, both
//! pulls are equal on average if `a = q B / (q B + (1 - q) A)`. The means of the values on either side are
//! exponentially weighted, too.
//!
//! H. L. Hammer, A. Yazidi, H. Rue, "A new quantile tracking algorithm using a generalized exponentially weighted
//! average of observations", Applied Intelligence 49 (2019). Two things are not from the paper:
//!
//! - The means move half as far as `Q`. If they moved with it, `B` would not change when a level is left behind, and
//!   the number of steps to the next level would be its distance in units of `B`; as it is, `B` grows, and the steps
//!   with it. If they did not move, every step would change `a` so much that only the means would draw `Q` back, and
//!   rounding errors would grow.
//! - A value updates the mean on its side before it moves `Q`: however far away the value is, the step is then below
//!   `B q / (1 - q)`.

use crate::{
    Error,
    kernels::{
        numerics::validate, sketches::Probabilities, traits::Statistic, watermill::univariate, window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The smallest ratio of one mean distance to the other. Where all values below the estimate are equal, it approaches
/// them for ever, and would be stuck there if `B` became 0.
const LEAST: f64 = 1.0 / (1_u64 << 32) as f64;

/// The estimate of one quantile.
///
/// Everything is in quarters of distances, since the distance of two numbers may be twice the largest double, and
/// relative to an origin, so that an offset that all values share costs no digits: rounding does not decide on which
/// side of the estimate a value is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Estimate {
    at: f64,
    above: f64,
    below: f64,
}

/// A step of an estimate, and the mean distances after it, on the side of the value and on the other one.
struct Step {
    length: f64,
    own: f64,
    other: f64,
}

/// The step towards a value at this distance. `own_q` multiplies the mean distance on the other side, and `other_q`
/// that on the side of the value: `q` and `1 - q` for a value above the estimate.
#[inline]
fn step(alpha: f64, distance: f64, (own_q, other_q): (f64, f64), (mut own, mut other): (f64, f64)) -> Step {
    if own == 0.0 && other == 0.0 {
        // The first value that differs is as far away as both means.
        (own, other) = (distance, distance);
    }
    let seen = (1.0 - alpha) * own + alpha * distance;
    let (mine, others) = (own_q * other.max(own * LEAST), other_q * seen.max(other * LEAST));
    if mine == 0.0 {
        return Step { length: 0.0, own: seen, other };
    }
    let length = alpha * (mine / (mine + others) * distance);
    Step { length, own: seen - length / 2.0, other: (other + length / 2.0).min(f64::MAX) }
}

impl Estimate {
    #[inline]
    fn update(&mut self, q: f64, alpha: f64, x: f64) {
        let distance = x - self.at;
        if distance > 0.0 {
            let Step { length, own, other } = step(alpha, distance, (q, 1.0 - q), (self.above, self.below));
            *self = Self { at: (self.at + length).min(x), above: own, below: other };
        } else if distance < 0.0 {
            let Step { length, own, other } = step(alpha, -distance, (1.0 - q, q), (self.below, self.above));
            *self = Self { at: (self.at - length).max(x), above: other, below: own };
        }
    }

    /// The value of the estimate relative to this origin.
    #[inline]
    fn value(&self, origin: f64) -> f64 {
        let half = 2.0 * self.at;
        if half == 0.0 { origin } else { (origin + half + half).clamp(f64::MIN, f64::MAX) }
    }

    fn validate(&self, spread: bool) -> Result<(), &'static str> {
        let distances = [self.above, self.below].iter().all(|distance| (0.0..f64::INFINITY).contains(distance));
        validate::ensure(distances && self.at.abs() <= f64::MAX / 2.0, "an invalid distance")?;
        validate::ensure(spread || *self == Self::default(), "distances of values that were never seen")
    }
}

/// Quantiles of values whose weights fade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EwQuantile {
    /// The probabilities of the quantiles.
    pub q: Probabilities,
    /// The weight of the newest value.
    pub fading_factor: f64,
    n: u64,
    /// The first finite value; an infinity before it, and NaN once a NaN was seen.
    origin: f64,
    first: Estimate,
    /// The estimates for all other probabilities; a single one needs no memory on the heap.
    others: Box<[Estimate]>,
}

/// Whether a number is strictly between 0 and 1.
fn is_inside(value: f64) -> bool {
    value > 0.0 && value < 1.0
}

impl EwQuantile {
    /// Estimates over no values. `q` and `fading_factor` are strictly between 0 and 1.
    pub fn new(q: Probabilities, fading_factor: f64) -> Result<Self, Error> {
        let inside = |name, value: f64| {
            let wanted = || Error::parameter(name, format!("{value:?}"), "above 0 and below 1");
            if is_inside(value) { Ok(()) } else { Err(wanted()) }
        };
        q.as_slice().iter().try_for_each(|&q| inside("q", q))?;
        let q = q.checked()?;
        inside("fading_factor", fading_factor)?;
        let others = q.as_slice().iter().skip(1).map(|_| Estimate::default()).collect();
        Ok(Self { q, fading_factor, n: 0, origin: f64::INFINITY, first: Estimate::default(), others })
    }

    /// Updates every estimate with the value that `x` returns for it.
    #[inline]
    fn update_each(&mut self, x: impl Fn(&Estimate) -> f64) {
        let alpha = self.fading_factor;
        self.first.update(self.q.first(), alpha, x(&self.first));
        for (estimate, &q) in self.others.iter_mut().zip(self.q.as_slice().iter().skip(1)) {
            estimate.update(q, alpha, x(estimate));
        }
    }

    /// Updates if the value or the origin is not finite. An infinity counts as the mean of the values on its side; if
    /// nothing else has been seen, the first finite value replaces it.
    #[cold]
    fn meet(&mut self, x: f64) {
        if x.is_nan() {
            self.first = Estimate::default();
            self.others.fill(Estimate::default());
        }
        if x.is_nan() || self.n == 1 || (self.origin.is_infinite() && x.is_finite()) {
            self.origin = x;
        } else if self.origin.is_finite() {
            let quarter = self.origin / 4.0;
            let (lowest, highest) = (f64::MIN / 4.0 - quarter, f64::MAX / 4.0 - quarter);
            self.update_each(|estimate| {
                let mean = if x > 0.0 { estimate.at + estimate.above } else { estimate.at - estimate.below };
                mean.clamp(lowest, highest)
            });
        }
    }

    fn estimates(&self) -> impl Iterator<Item = &Estimate> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl Statistic for EwQuantile {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.n += 1;
        let x_at = x / 4.0 - self.origin / 4.0;
        if x_at.is_finite() {
            self.update_each(|_| x_at);
        } else {
            self.meet(x);
        }
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        (self.n > 0).then(|| self.first.value(self.origin))
    }

    #[inline]
    fn width(&self) -> Option<usize> {
        self.q.width()
    }

    fn values(&self, out: &mut [f64]) -> bool {
        let some = self.n > 0 && self.width() == Some(out.len());
        if some {
            out.iter_mut().zip(self.estimates()).for_each(|(out, estimate)| *out = estimate.value(self.origin));
            self.q.put_in_order(out);
        }
        some
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "more observations than a stream can have")?;
        self.q.validate()?;
        let qs = self.q.as_slice();
        let inside = qs.iter().chain([&self.fading_factor]).all(|&value| is_inside(value));
        validate::ensure(inside, "q or fading_factor is not between 0 and 1")?;
        validate::ensure(self.others.len() + 1 == qs.len(), "more or fewer estimates than probabilities")?;
        validate::ensure(self.n > 0 || self.origin == f64::INFINITY, "an origin without values")?;
        let spread = self.origin.is_finite() && self.n > 1;
        self.estimates().try_for_each(|estimate| estimate.validate(spread))
    }
}

rollable!(EwQuantile: replaying);
univariate!(EwQuantile);

#[cfg(test)]
mod tests {
    use super::*;

    fn one(q: f64, fading_factor: f64) -> EwQuantile {
        EwQuantile::new(Probabilities::One(q), fading_factor).unwrap()
    }

    fn over(q: f64, fading_factor: f64, values: &[f64]) -> EwQuantile {
        let mut quantile = one(q, fading_factor);
        quantile.update_many(values);
        quantile
    }

    #[test]
    fn the_first_values() {
        assert_eq!(one(0.5, 0.5).get(), None);
        assert_eq!(over(0.5, 0.5, &[3.0]).get(), Some(3.0));
        // Both means are 8 away: half of half the way.
        assert_eq!(over(0.5, 0.5, &[3.0, 11.0]).get(), Some(5.0));
        // Values above are now 7 away, those below 9, and 7 with the newest, which is 5 away: half of half the way again.
        assert_eq!(over(0.5, 0.5, &[3.0, 11.0, 0.0]).get(), Some(3.75));
    }

    #[test]
    fn equal_values_change_nothing() {
        for x in [0.1, -0.0, 1e308, 5e-324] {
            assert_eq!(over(0.3, 0.7, &[x; 9]).get(), Some(x));
        }
    }

    #[test]
    fn units_and_signs_change_no_digit() {
        let mut random = fastrand::Rng::with_seed(5);
        let values: Vec<f64> = (0..500).map(|_| random.f64() - 0.3).collect();
        let quantile = over(0.25, 0.1, &values).get().unwrap();
        for unit in [-1.0, 2.0_f64.powi(1000), 2.0_f64.powi(-900), -8.0] {
            let scaled: Vec<f64> = values.iter().map(|x| x * unit).collect();
            let q = if unit < 0.0 { 0.75 } else { 0.25 };
            assert_eq!(over(q, 0.1, &scaled).get(), Some(quantile * unit));
        }
    }

    #[test]
    fn nothing_overflows() {
        let mut random = fastrand::Rng::with_seed(7);
        for alpha in [1e-300, 0.01, 0.9, 1.0 - f64::EPSILON] {
            for q in [5e-324, 0.5, 1.0 - f64::EPSILON] {
                let mut quantile = one(q, alpha);
                for _ in 0..2_000 {
                    let x = [f64::MAX, f64::MIN, 5e-324, -5e-324, 1.0, f64::INFINITY][random.usize(0..6)];
                    quantile.update(x);
                    assert_eq!(quantile.validate(), Ok(()));
                }
                assert!(quantile.get().is_some_and(f64::is_finite));
            }
        }
    }

    #[test]
    fn infinities_are_where_the_others_are() {
        let mut quantile = over(0.5, 0.1, &[f64::INFINITY, f64::NEG_INFINITY]);
        assert_eq!(quantile.get(), Some(f64::INFINITY));
        quantile.update_many(&[5.0, f64::INFINITY]);
        assert_eq!(quantile.get(), Some(5.0));
        quantile.update_many(&[7.0, 4.0]);
        for _ in 0..1_000 {
            quantile.update(f64::INFINITY);
        }
        assert!(quantile.get().is_some_and(|value| (6.0..9.5).contains(&value)), "{quantile:?}");
        quantile.update(f64::NAN);
        quantile.update_many(&[1.0, 2.0, f64::INFINITY]);
        assert!(quantile.get().is_some_and(f64::is_nan));
        assert_eq!(quantile.validate(), Ok(()));
    }

    #[test]
    fn a_value_far_away_moves_it_no_further_than_the_other_mean() {
        let mut random = fastrand::Rng::with_seed(8);
        for far in [10.0, 1e6, -1e300, f64::MAX] {
            let mut quantile = one(0.5, 0.1);
            (0..1_000).for_each(|_| quantile.update(random.f64()));
            let Estimate { at, above, below } = quantile.first;
            quantile.update(far);
            let moved = (quantile.first.at - at).abs();
            assert!(moved > 0.0 && moved <= if far > 0.0 { below } else { above }, "{far}: {moved}");
        }
    }

    #[test]
    fn values_that_were_nearly_all_equal_do_not_hold_it() {
        let mut random = fastrand::Rng::with_seed(9);
        let mut quantile = one(0.5, 0.05);
        for _ in 0..100_000 {
            quantile.update(f64::from(random.u8(0..10) == 0));
        }
        assert!(quantile.get().is_some_and(|value| value < 1e-9), "{quantile:?}");
        quantile.update_many(&[1.0; 2_000]);
        assert!(quantile.get().is_some_and(|value| value > 0.99), "{quantile:?}");
    }

    #[test]
    fn several_never_cross() {
        let qs = vec![0.9, 0.5, 0.51, 0.5, 0.1];
        let mut several = EwQuantile::new(Probabilities::Many(qs.clone()), 0.2).unwrap();
        let mut single: Vec<EwQuantile> = qs.iter().map(|&q| one(q, 0.2)).collect();
        let mut random = fastrand::Rng::with_seed(3);
        let mut crossed = 0;
        for i in 0..5_000 {
            let x = random.f64() + f64::from(i / 100 % 2) * 10.0;
            several.update(x);
            single.iter_mut().for_each(|quantile| quantile.update(x));
            let alone: Vec<f64> = single.iter().filter_map(Statistic::get).collect();
            let mut values = [0.0; 5];
            assert!(several.values(&mut values));
            let [ninety, fifty, fifty_one, again, ten] = values;
            assert!([ten, fifty, again, fifty_one, ninety].is_sorted());
            crossed += u32::from(alone != values);
        }
        assert!(crossed > 0);
    }

    #[test]
    fn refuses_what_is_not_between_0_and_1() {
        for value in [0.0, 1.0, -0.1, f64::NAN, f64::INFINITY] {
            assert!(matches!(EwQuantile::new(Probabilities::One(value), 0.1), Err(Error::Parameter { name: "q", .. })));
            assert!(matches!(
                EwQuantile::new(Probabilities::One(0.5), value),
                Err(Error::Parameter { name: "fading_factor", .. })
            ));
        }
        assert!(EwQuantile::new(Probabilities::Many(vec![]), 0.1).is_err());
        assert!(EwQuantile::new(Probabilities::Many(vec![0.5, 1.0]), 0.1).is_err());
    }
}
