//! How much weight the values before lose to the newest one: the common part of the exponentially weighted statistics.

use crate::{
    Error,
    kernels::numerics::{
        double_double::{DoubleDouble, two_sum},
        timestamp::Timestamp,
        validate,
    },
};
use serde::{Deserialize, Serialize};
use std::{f64::consts::LN_2, hint::black_box};

/// The weights of an exponentially weighted statistic. They add up to 1 after every value.
///
/// With a fading factor α the newest value weighs α, all before it `1 - α`. With a half-life h and Δt seconds since the
/// value before, `1 - α` is `2^(-Δt/h)`; a value that comes without a time comes one second after the one before. The
/// very first value weighs 1, which lets it count for all that was before the stream began; adjusting takes this back:
/// weights are then `(1 - α)^k` for the value k places (or `2^(-Δt/h)` for the one Δt seconds) before the newest,
/// divided by their sum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExponentialWeights {
    /// The weight α of the newest value; with a half-life, that of a value one second after the one before.
    pub fading_factor: f64,
    /// After how many seconds the weight of a value has halved.
    pub halflife: Option<f64>,
    /// Whether weights are divided by their sum.
    pub adjust: bool,
    n: u64,
    /// What only half-lives and adjusting need, so that the plain form stays small.
    clock: Option<Box<Clock>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Clock {
    /// The sum of the weights where the newest is 1; only kept to adjust.
    total: f64,
    last: Option<Timestamp>,
}

/// What the newest value weighs, and what is left to all before it. Both are kept: the difference of the other to 1
/// would lose the digits of a small one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The weight of the newest value.
    pub taken: f64,
    /// The weight of all before it.
    pub kept: f64,
}

/// How many times a deviation the distance from the origin may be. A deviation that is small by chance sets the origin
/// anew once in some dozens of values, which costs a little time and changes nothing else.
const FAR: f64 = 64.0;

/// A mean whose origin is next to it. Not by reference, which would keep the mean in memory through a loop.
#[cold]
fn settled(mean: DoubleDouble) -> DoubleDouble {
    let (hi, lo) = two_sum(mean.hi, mean.lo);
    DoubleDouble { hi, lo }
}

/// Where `x` draws a mean if something is not finite, perhaps only the distance of finite numbers.
#[cold]
fn drawn(mean: f64, x: f64, taken: f64, kept: f64) -> f64 {
    let deviation = x - mean;
    // An infinite mean stays infinite when a finite value arrives; `inf - inf` would make it NaN.
    if deviation.is_finite() { mean + taken * deviation } else { taken * x + kept * mean }
}

impl Share {
    /// Moves a mean to where the newest value `x` draws it, and returns how far from it `x` was.
    ///
    /// The mean is an origin, `hi`, and the distance from it, `lo`, which alone moves: rounding is then of the size of
    /// the distance, not of an offset that all values have (T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for
    /// computing the sample variance: analysis and recommendations", The American Statistician 37 (1983)). One addition
    /// is all that a step waits for, as with a mean in one number; an origin that stays behind is set anew.
    #[inline]
    pub fn draw(self, mean: &mut DoubleDouble, x: f64) -> f64 {
        let deviation = (x - mean.hi) - mean.lo;
        let distance = mean.lo + self.taken * deviation;
        // False too where something is not finite.
        if distance.abs() <= (FAR * deviation.abs()).min(f64::MAX) {
            mean.lo = distance;
            return deviation;
        }
        if deviation.is_finite() {
            *mean = settled(DoubleDouble { hi: mean.hi, lo: distance });
            return deviation;
        }
        let before = mean.value();
        // The box keeps both weights from becoming one vector, whose loading waits for two stores at every update.
        *mean = drawn(before, x, self.taken, black_box(self.kept)).into();
        x - before
    }

    /// What the newest values add to a mean of products of deviations: `kept · dx · taken · dy`, where `dx` and `dy` are
    /// their distances from the means before them. NaN where the values themselves were not finite.
    #[inline]
    pub fn product(self, dx: f64, dy: f64, finite: bool) -> f64 {
        if dx.is_finite() && dy.is_finite() && finite {
            self.kept * dx * (self.taken * dy)
        } else if !finite {
            f64::NAN
        } else if self.taken == 0.0 || self.kept == 0.0 || dx == 0.0 || dy == 0.0 {
            // Finite values may be further apart than any double, but a factor of 0 is stronger.
            0.0
        } else {
            dx * dy
        }
    }
}

impl ExponentialWeights {
    /// Weights that fade by `fading_factor`, between 0 and 1; or by `halflife`, positive, in which case the fading
    /// factor follows from it.
    pub fn new(fading_factor: f64, halflife: Option<f64>, adjust: bool) -> Result<Self, Error> {
        let fading_factor = match halflife {
            None => validate::probability("fading_factor", fading_factor)?,
            Some(halflife) if halflife > 0.0 && halflife.is_finite() => after(1.0, halflife).taken,
            Some(halflife) => return Err(Error::parameter("halflife", halflife, "positive and finite")),
        };
        let clock = (adjust || halflife.is_some()).then(Box::default);
        Ok(Self { fading_factor, halflife, adjust, n: 0, clock })
    }

    /// How many values were seen.
    #[inline]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// What is left of the weight of a value when the next one comes, a second later.
    pub fn kept(&self) -> f64 {
        self.halflife.map_or(1.0 - self.fading_factor, |halflife| after(1.0, halflife).kept)
    }

    /// The weights after `n` values in all, which add up to `total` where the newest is 1.
    pub(crate) fn having_seen(&self, n: u64, total: f64) -> Self {
        let clock = self.clock.as_ref().map(|_| Box::new(Clock { total, last: None }));
        Self { n, clock, ..*self }
    }

    /// Counts a value and returns its share; `None` for the first, which takes all.
    #[inline]
    pub fn advance(&mut self) -> Option<Share> {
        if let Some(clock) = &self.clock {
            return self.step(1.0, clock.last.map(Timestamp::a_second_later));
        }
        self.n += 1;
        (self.n > 1).then_some(Share { taken: self.fading_factor, kept: 1.0 - self.fading_factor })
    }

    /// The share of each further value, where all have the same.
    pub fn steady(&self) -> Option<Share> {
        let kept = 1.0 - self.fading_factor;
        (self.clock.is_none() && self.n > 0).then_some(Share { taken: self.fading_factor, kept })
    }

    /// Counts values whose share is [steady](Self::steady).
    pub fn count(&mut self, values: usize) {
        self.n += values as u64;
    }

    /// Counts a value seen at `t`, not before the one before, and returns its share.
    pub fn advance_to(&mut self, t: Timestamp) -> Result<Option<Share>, Error> {
        if self.halflife.is_none() {
            return Err(Error::Type("t is only taken where there is a halflife".into()));
        }
        let last = self.clock.as_ref().and_then(|clock| clock.last);
        let elapsed = last.map_or(Ok(1.0), |last| t.since(last))?;
        if elapsed < 0.0 {
            return Err(Error::Parameter {
                name: "t",
                value: format!("one {} seconds before it", -elapsed),
                expected: "at or after the last timestamp",
            });
        }
        Ok(self.step(elapsed, Some(t)))
    }

    /// Counts a value that comes `elapsed` seconds after the one before, and sets the clock.
    #[cold]
    fn step(&mut self, elapsed: f64, now: Option<Timestamp>) -> Option<Share> {
        self.n += 1;
        let clock = self.clock.as_mut()?;
        clock.last = now;
        if self.n == 1 {
            clock.total = 1.0;
            return None;
        }
        let share = match self.halflife {
            Some(halflife) => after(elapsed, halflife),
            None => Share { taken: self.fading_factor, kept: 1.0 - self.fading_factor },
        };
        if !self.adjust {
            return Some(share);
        }
        let faded = clock.total * share.kept;
        clock.total = faded + 1.0;
        Some(Share { taken: 1.0 / clock.total, kept: faded / clock.total })
    }

    /// See [`super::Statistic::validate`].
    pub fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "a count beyond 2^53")?;
        validate::ensure((0.0..=1.0).contains(&self.fading_factor), "fading_factor is outside 0 to 1")?;
        validate::ensure(
            self.halflife.is_none_or(|halflife| halflife > 0.0 && halflife.is_finite()),
            "a halflife that is not positive",
        )?;
        validate::ensure(self.clock.is_some() == (self.adjust || self.halflife.is_some()), "a clock without a use")?;
        let Some(clock) = &self.clock else { return Ok(()) };
        let total = if self.n == 0 { clock.total == 0.0 } else { (1.0..=self.n as f64).contains(&clock.total) };
        validate::ensure(total, "weights that their number cannot have")?;
        let Some(last) = clock.last else { return Ok(()) };
        validate::ensure(self.halflife.is_some() && self.n > 0, "a timestamp that nothing came with")?;
        last.validate()
    }
}

/// The share of a value seen `elapsed` seconds after the one before.
fn after(elapsed: f64, halflife: f64) -> Share {
    let halflives = elapsed / halflife;
    Share { taken: -(-LN_2 * halflives).exp_m1(), kept: (-halflives).exp2() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_one_however_small_one_is() {
        for elapsed in [0.0, 1e-20, 1e-3, 1.0, 70.0, 2000.0, f64::MAX] {
            let share = after(elapsed, 1.0);
            assert!((share.taken + share.kept - 1.0).abs() < 1e-15, "{share:?}");
        }
        assert_eq!(after(3.0, 3.0), Share { taken: 0.5, kept: 0.5 });
        assert!((after(1e-20, 1.0).taken / (1e-20 * LN_2) - 1.0).abs() < 1e-15);
        assert_eq!(after(100.0, 1.0).kept, 2.0_f64.powi(-100));
    }

    #[test]
    fn adjusted_weights_are_divided_by_their_sum() {
        let mut fading = ExponentialWeights::new(0.5, None, true).unwrap();
        assert_eq!(fading.advance(), None);
        assert_eq!(fading.advance(), Some(Share { taken: 1.0 / 1.5, kept: 0.5 / 1.5 }));
        assert_eq!(fading.advance(), Some(Share { taken: 1.0 / 1.75, kept: 0.75 / 1.75 }));
    }

    #[test]
    fn without_a_time_a_value_comes_a_second_after_the_one_before() {
        let mut timed = ExponentialWeights::new(0.5, Some(2.0), false).unwrap();
        let mut untimed = timed.clone();
        for t in 5..9 {
            assert_eq!(timed.advance_to(Timestamp::Seconds(f64::from(t))).unwrap(), untimed.advance());
        }
        assert_eq!(timed.advance(), untimed.advance());
        assert_eq!(timed.advance_to(Timestamp::Seconds(10.0)).unwrap(), untimed.advance());
    }

    #[test]
    fn time_neither_goes_back_nor_changes_its_scale() {
        let mut fading = ExponentialWeights::new(0.5, Some(2.0), true).unwrap();
        fading.advance_to(Timestamp::Seconds(5.0)).unwrap();
        let before = fading.clone();
        assert!(matches!(fading.advance_to(Timestamp::Seconds(4.0)), Err(Error::Parameter { name: "t", .. })));
        assert!(matches!(fading.advance_to(Timestamp::Naive(0)), Err(Error::Type(_))));
        assert_eq!(fading, before);
        assert!(matches!(
            ExponentialWeights::new(0.5, None, true).unwrap().advance_to(Timestamp::Naive(0)),
            Err(Error::Type(_))
        ));
    }
}
