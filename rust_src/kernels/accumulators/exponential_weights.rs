//! The weights of the newest value and of all older ones: what the exponentially weighted statistics share.
//!
//! The weights add up to 1 after every value. With a fading factor α the newest value weighs α, and all older weights are
//! multiplied by `1 - α`. With a half-life h, and Δt seconds since the value before, `1 - α` is `2^(-Δt/h)`. The first
//! value weighs 1, as if it stood for all values before the stream began. Adjusting undoes this: the value k steps
//! before the newest weighs `(1 - α)^k`, divided by the sum of these weights.

use crate::{
    Error,
    kernels::numerics::{double_double::DoubleDouble, timestamp::Timestamp, validate},
};
use serde::{Deserialize, Serialize};
use std::{f64::consts::LN_2, hint::black_box};

/// The weights of an exponentially weighted statistic.
#[derive(Clone, Debug, PartialEq)]
pub struct ExponentialWeights {
    /// The weight α of the newest value; with a half-life, if it comes one second after the one before.
    pub fading_factor: f64,
    /// The seconds in which the weight of a value halves.
    pub halflife: Option<f64>,
    /// Whether weights are divided by their sum.
    pub adjust: bool,
    pub(super) n: u64,
    /// Boxed, so that the plain form stays small.
    pub(super) extra: Option<Box<Extra>>,
}

/// What only half-lives and adjusting need.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Extra {
    /// The sum of the weights if the newest is 1; only used to adjust.
    pub total: f64,
    /// The time of the newest value, if one came with a time.
    pub last: Option<Timestamp>,
    /// The time of the first value, if it came with one.
    pub first: Option<Timestamp>,
}

/// The weight of the newest value and that of all older ones together. Both are kept, since `1 - x` would lose the digits
/// of a small one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The weight of the newest value.
    pub newest: f64,
    /// The weight of all older ones.
    pub older: f64,
}

/// How many times a deviation the distance from the origin may be. A deviation that is small by chance moves the origin
/// once in some dozens of values, which costs a little time and nothing else.
const FAR: f64 = 64.0;

/// The mean with an origin next to it. By value, since a reference would keep the mean in memory through a loop.
#[cold]
fn with_near_origin(mean: DoubleDouble) -> DoubleDouble {
    DoubleDouble::sum(mean.hi, mean.lo)
}

/// Where `x` moves a mean if one of them is not finite, or only their distance.
#[cold]
fn moved(mean: f64, x: f64, newest: f64, older: f64) -> f64 {
    let deviation = x - mean;
    // An infinite mean stays infinite with a finite value; `inf - inf` would make it NaN.
    if deviation.is_finite() { mean + newest * deviation } else { newest * x + older * mean }
}

impl Share {
    /// Moves a mean towards the newest value `x`; returns the distance of `x` from the mean before.
    ///
    /// The mean is an origin, `hi`, and the distance from it, `lo`. Only the distance changes, so rounding errors are of
    /// its size, not of the size of an offset that all values share (T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms
    /// for computing the sample variance: analysis and recommendations", The American Statistician 37 (1983)). Each step
    /// waits for one addition, as with a mean in one number. An origin that is too far away is moved.
    #[inline]
    pub fn move_mean(self, mean: &mut DoubleDouble, x: f64) -> f64 {
        let deviation = (x - mean.hi) - mean.lo;
        let distance = mean.lo + self.newest * deviation;
        // False too if something is not finite.
        if distance.abs() <= (FAR * deviation.abs()).min(f64::MAX) {
            mean.lo = distance;
            return deviation;
        }
        if deviation.is_finite() {
            *mean = with_near_origin(DoubleDouble { hi: mean.hi, lo: distance });
            return deviation;
        }
        let before = mean.value();
        // `black_box` keeps both weights from becoming one vector, whose load would wait for two stores at every update.
        *mean = moved(before, x, self.newest, black_box(self.older)).into();
        x - before
    }

    /// What the newest pair adds to a mean of products of deviations: `older · dx · newest · dy`, where `dx` and `dy` are
    /// its distances from the means before. NaN if the values themselves are not finite.
    #[inline]
    pub fn product(self, dx: f64, dy: f64, finite: bool) -> f64 {
        if dx.is_finite() && dy.is_finite() && finite {
            self.older * dx * (self.newest * dy)
        } else if !finite {
            f64::NAN
        } else if self.newest == 0.0 || self.older == 0.0 || dx == 0.0 || dy == 0.0 {
            // The distance of finite values may be infinite, but a factor of 0 wins.
            0.0
        } else {
            dx * dy
        }
    }
}

impl ExponentialWeights {
    /// Weights with a `fading_factor` between 0 and 1; or with a positive `halflife`, from which the fading factor follows.
    pub fn new(fading_factor: f64, halflife: Option<f64>, adjust: bool) -> Result<Self, Error> {
        let fading_factor = match halflife {
            None => validate::probability("fading_factor", fading_factor)?,
            Some(halflife) if halflife > 0.0 && halflife.is_finite() => share_after(1.0, halflife).newest,
            Some(halflife) => return Err(Error::parameter("halflife", halflife, "positive and finite")),
        };
        let extra = (adjust || halflife.is_some()).then(Box::default);
        Ok(Self { fading_factor, halflife, adjust, n: 0, extra })
    }

    /// The number of values.
    #[inline]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The factor of older weights when the next value comes a second later.
    pub fn decay(&self) -> f64 {
        self.halflife.map_or(1.0 - self.fading_factor, |halflife| share_after(1.0, halflife).older)
    }

    /// The weights after `n` values, whose sum is `total` if the newest is 1.
    pub fn after(&self, n: u64, total: f64) -> Self {
        let extra = self.extra.as_ref().map(|_| Box::new(Extra { total, ..Extra::default() }));
        Self { n, extra, ..*self }
    }

    /// Counts a value and returns its share; `None` for the first, whose weight is 1.
    #[inline]
    pub fn advance(&mut self) -> Option<Share> {
        if let Some(extra) = &self.extra {
            return self.step(1.0, extra.last.map(Timestamp::a_second_later));
        }
        self.n += 1;
        (self.n > 1).then_some(Share { newest: self.fading_factor, older: 1.0 - self.fading_factor })
    }

    /// The share of every further value, if it is always the same.
    pub fn constant(&self) -> Option<Share> {
        let older = 1.0 - self.fading_factor;
        (self.extra.is_none() && self.n > 0).then_some(Share { newest: self.fading_factor, older })
    }

    /// Counts values whose share is [constant](Self::constant).
    pub fn count(&mut self, values: usize) {
        self.n += values as u64;
    }

    /// Counts a value at time `t` and returns its share. A time before the last is an error.
    pub fn advance_to(&mut self, t: Timestamp) -> Result<Option<Share>, Error> {
        if self.halflife.is_none() {
            return Err(Error::Type("t is only taken where there is a halflife".into()));
        }
        let last = self.extra.as_ref().and_then(|extra| extra.last);
        let elapsed = last.map_or(Ok(1.0), |last| t.since(last))?;
        Ok(self.step(not_before(elapsed)?, Some(t)))
    }

    /// Counts a value that comes `elapsed` seconds after the last.
    #[cold]
    fn step(&mut self, elapsed: f64, now: Option<Timestamp>) -> Option<Share> {
        self.n += 1;
        let extra = self.extra.as_mut()?;
        extra.last = now;
        if self.n == 1 {
            (extra.total, extra.first) = (1.0, now);
            return None;
        }
        let share = match self.halflife {
            Some(halflife) => share_after(elapsed, halflife),
            None => Share { newest: self.fading_factor, older: 1.0 - self.fading_factor },
        };
        if !self.adjust {
            return Some(share);
        }
        let faded = extra.total * share.older;
        extra.total = faded + 1.0;
        Some(Share { newest: 1.0 / extra.total, older: faded / extra.total })
    }

    /// Checks decoded weights.
    pub fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "more observations than a stream can have")?;
        validate::ensure((0.0..=1.0).contains(&self.fading_factor), "fading_factor is outside 0 to 1")?;
        validate::ensure(
            self.halflife.is_none_or(|halflife| halflife > 0.0 && halflife.is_finite()),
            "a halflife that is not positive",
        )?;
        validate::ensure(self.extra.is_some() == (self.adjust || self.halflife.is_some()), "a clock without a use")?;
        let Some(extra) = &self.extra else { return Ok(()) };
        let total = if self.n == 0 { extra.total == 0.0 } else { (1.0..=self.n as f64).contains(&extra.total) };
        validate::ensure(total, "weights that their number cannot have")?;
        let Some(last) = extra.last else {
            return validate::ensure(extra.first.is_none(), "a first timestamp without a last one");
        };
        validate::ensure(self.halflife.is_some() && self.n > 0, "a timestamp that nothing came with")?;
        last.validate()?;
        let Some(first) = extra.first else { return Ok(()) };
        first.validate()?;
        validate::ensure(last.since(first).is_ok_and(|span| span >= 0.0), "the last timestamp is before the first")
    }
}

/// The seconds since the last timestamp; an error if they are negative.
pub(super) fn not_before(elapsed: f64) -> Result<f64, Error> {
    if elapsed < 0.0 {
        let value = format!("one {} seconds before it", -elapsed);
        return Err(Error::parameter("t", value, "at or after the last timestamp"));
    }
    Ok(elapsed)
}

/// The share of a value that comes `elapsed` seconds after the last.
pub(super) fn share_after(elapsed: f64, halflife: f64) -> Share {
    let halflives = elapsed / halflife;
    Share { newest: -(-LN_2 * halflives).exp_m1(), older: (-halflives).exp2() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_one_however_small_one_is() {
        for elapsed in [0.0, 1e-20, 1e-3, 1.0, 70.0, 2000.0, f64::MAX] {
            let share = share_after(elapsed, 1.0);
            assert!((share.newest + share.older - 1.0).abs() < 1e-15, "{share:?}");
        }
        assert_eq!(share_after(3.0, 3.0), Share { newest: 0.5, older: 0.5 });
        assert!((share_after(1e-20, 1.0).newest / (1e-20 * LN_2) - 1.0).abs() < 1e-15);
        assert_eq!(share_after(100.0, 1.0).older, 2.0_f64.powi(-100));
    }

    #[test]
    fn adjusted_weights_are_divided_by_their_sum() {
        let mut fading = ExponentialWeights::new(0.5, None, true).unwrap();
        assert_eq!(fading.advance(), None);
        assert_eq!(fading.advance(), Some(Share { newest: 1.0 / 1.5, older: 0.5 / 1.5 }));
        assert_eq!(fading.advance(), Some(Share { newest: 1.0 / 1.75, older: 0.75 / 1.75 }));
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
