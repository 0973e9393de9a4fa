//! The weights of the newest value and of all older ones: what the exponentially weighted statistics share.
//!
//! The weights add up to 1 after every value. With a fading factor α the newest value weighs α, and all older weights are
//! multiplied by `1 - α`. With a half-life h, and Δt seconds since the value before, `1 - α` is `2^(-Δt/h)`. The first
//! value weighs 1, as if it stood for all values before the stream began. Adjusting undoes this: the value k steps
//! before the newest weighs `(1 - α)^k`, divided by the sum of these weights.
//!
//! Where missing values count, each multiplies the weights before it by `1 - α` too, or by what its time says. After
//! `g` of them the older weights are those before times `(1 - α)^(g + 1)`, next to α for the newest value, or 1 if
//! adjusted, and all are divided by their sum.

use crate::{
    Error,
    kernels::{
        accumulators::{
            pairs,
            share::{Share, share_after},
        },
        numerics::{timestamp::Timestamp, validate},
    },
};
use serde::{Deserialize, Serialize};
use std::f64::consts::LN_2;

/// The weights of an exponentially weighted statistic.
#[derive(Clone, Debug, PartialEq)]
pub struct ExponentialWeights {
    /// The weight α of the newest value; with a half-life, if it comes one second after the one before.
    pub fading_factor: f64,
    /// The seconds in which the weight of a value halves.
    pub halflife: Option<f64>,
    /// Whether weights are divided by their sum.
    pub adjust: bool,
    /// Whether products of deviations are those of a population, not estimates from a sample.
    pub bias: bool,
    /// With fewer values there is no result.
    pub min_samples: u64,
    /// Whether missing values are left out; else they let weights fade.
    pub ignore_na: bool,
    pub(super) n: u64,
    /// Boxed, so that the plain form stays small.
    pub(super) extra: Option<Box<Extra>>,
}

/// What only half-lives, adjusting and missing values need.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Extra {
    /// The sum of the weights if the newest is 1; only used to adjust.
    pub total: f64,
    /// The time of the newest value, or of what was missing after it, if one came with a time.
    pub last: Option<Timestamp>,
    /// The time of the first value, if it came with one.
    pub first: Option<Timestamp>,
    /// The weight of pairs, unless `bias`; see [`pairs`].
    #[serde(skip)]
    pub pairs: f64,
    /// Nothing where missing values are left out.
    #[serde(skip)]
    pub gaps: Gaps,
}

/// The missing values of a stream: how many there are or, with a half-life, how many seconds they take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Gaps {
    /// Before the first value.
    pub before: f64,
    /// After the newest value.
    pub after: f64,
    /// The logarithm of the factor by which the values after the first have let all before it fade. It follows from their
    /// number only where nothing is missing between them.
    pub faded: f64,
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
        Ok(Self { fading_factor, halflife, adjust, bias: true, min_samples: 0, ignore_na: true, n: 0, extra })
    }

    /// The same with further parameters: results are estimates from a sample unless `bias`, there are none below
    /// `min_samples` values, and missing values let weights fade unless `ignore_na`.
    pub fn observing(mut self, bias: bool, min_samples: i128, ignore_na: bool) -> Result<Self, Error> {
        self.min_samples = validate::at_least_zero("min_samples", min_samples)?;
        (self.bias, self.ignore_na) = (bias, ignore_na);
        if !ignore_na {
            self.extra.get_or_insert_default();
        }
        Ok(self)
    }

    /// The number of values.
    #[inline]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The factor of older weights when the next value comes a second later.
    #[inline]
    pub fn decay(&self) -> f64 {
        self.halflife.map_or(1.0 - self.fading_factor, |halflife| share_after(1.0, halflife).older)
    }

    /// The weights after `n` values, whose sum is `total` if the newest is 1.
    #[inline]
    pub fn after(&self, n: u64, total: f64) -> Self {
        let pairs = if self.bias { 0.0 } else { pairs::steady(n, self.logarithm(1.0), self.adjust) };
        let extra = self.extra.as_ref().map(|_| Box::new(Extra { total, pairs, ..Extra::default() }));
        Self { n, extra, ..*self }
    }

    /// Whether there are values enough for a result.
    #[inline]
    pub fn are_enough(&self) -> bool {
        self.n >= self.min_samples
    }

    /// The statistic that follows from `product`, the mean product of deviations, if there is a result.
    #[inline]
    pub fn estimate(&self, product: f64) -> Option<f64> {
        if !self.are_enough() {
            return None;
        }
        if self.bias { Some(product) } else { self.estimate_from_sample(product) }
    }

    #[cold]
    fn estimate_from_sample(&self, product: f64) -> Option<f64> {
        let pairs = match &self.extra {
            Some(extra) => extra.pairs,
            None => pairs::steady(self.n, self.logarithm(1.0), false),
        };
        (pairs > 0.0).then(|| product / pairs)
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
        let elapsed = self.elapsed(t)?;
        Ok(self.step(elapsed, Some(t)))
    }

    /// Lets the weights fade for a missing value, at time `t` or a second after the last.
    pub fn skip(&mut self, t: Option<Timestamp>) -> Result<(), Error> {
        let elapsed = t.map_or(Ok(1.0), |t| self.elapsed(t))?;
        self.fade(elapsed, |last| t.or(last.map(Timestamp::a_second_later)));
        Ok(())
    }

    /// Lets the weights fade for this many missing values, or seconds, after which the time is `now`.
    pub(super) fn fade(&mut self, steps: f64, now: impl Fn(Option<Timestamp>) -> Option<Timestamp>) {
        let n = self.n;
        if let Some(extra) = &mut self.extra {
            let gap = if n == 0 { &mut extra.gaps.before } else { &mut extra.gaps.after };
            *gap = (*gap + steps).min(f64::MAX);
            extra.last = now(extra.last);
        }
    }

    /// The seconds from the last observation to the time `t`.
    fn elapsed(&self, t: Timestamp) -> Result<f64, Error> {
        if self.halflife.is_none() {
            return Err(Error::Type("t is only taken where there is a halflife".into()));
        }
        let last = self.extra.as_ref().and_then(|extra| extra.last);
        not_before(last.map_or(Ok(1.0), |last| t.since(last))?)
    }

    /// Counts a value that comes `elapsed` seconds after the last observation.
    #[cold]
    fn step(&mut self, elapsed: f64, now: Option<Timestamp>) -> Option<Share> {
        self.n += 1;
        let steps = elapsed + self.gaps().after;
        let mut share = if self.adjust { Share { newest: 1.0, older: self.factor(steps) } } else { self.share(steps) };
        let logarithm = if self.ignore_na { 0.0 } else { self.logarithm_of(share, steps) };
        let extra = self.extra.as_mut()?;
        (extra.last, extra.gaps.after) = (now, 0.0);
        if self.n == 1 {
            (extra.total, extra.first) = (1.0, now);
            return None;
        }
        if self.adjust {
            let faded = extra.total * share.older;
            extra.total = faded + 1.0;
            share = Share { newest: 1.0 / extra.total, older: faded / extra.total };
        }
        if !self.bias {
            extra.pairs = pairs::joined(share.older, extra.pairs, share.newest, 0.0);
        }
        extra.gaps.faded += logarithm;
        Some(share)
    }

    /// The factor by which all weights fade in this many steps or, with a half-life, seconds.
    #[inline]
    fn factor(&self, steps: f64) -> f64 {
        match self.halflife {
            Some(halflife) => share_after(steps, halflife).older,
            None if steps == 1.0 => 1.0 - self.fading_factor,
            None => self.logarithm(steps).exp(),
        }
    }

    /// Its logarithm.
    fn logarithm(&self, steps: f64) -> f64 {
        self.halflife.map_or_else(|| steps * (-self.fading_factor).ln_1p(), |halflife| -LN_2 * (steps / halflife))
    }

    /// The share of a value this many steps or seconds after the one before, without adjusting.
    #[inline]
    pub(super) fn share(&self, steps: f64) -> Share {
        let (newest, older) = (self.fading_factor, self.factor(steps));
        match self.halflife {
            Some(halflife) => share_after(steps, halflife),
            None if steps == 1.0 => Share { newest, older },
            None => Share { newest: newest / (newest + older), older: older / (newest + older) },
        }
    }

    /// The logarithm of the factor by which a value with this share lets all before it fade.
    pub(super) fn logarithm_of(&self, share: Share, steps: f64) -> f64 {
        if self.adjust {
            return self.logarithm(steps);
        }
        // From the smaller of the two, which has lost no digits.
        if share.newest < 0.5 { (-share.newest).ln_1p() } else { share.older.ln() }
    }

    /// The missing values.
    pub(super) fn gaps(&self) -> Gaps {
        self.extra.as_ref().map(|extra| extra.gaps).unwrap_or_default()
    }

    /// Checks decoded weights.
    pub fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "more observations than a stream can have")?;
        validate::ensure((0.0..=1.0).contains(&self.fading_factor), "fading_factor is outside 0 to 1")?;
        validate::ensure(
            self.halflife.is_none_or(|halflife| halflife > 0.0 && halflife.is_finite()),
            "a halflife that is not positive",
        )?;
        let used = self.adjust || self.halflife.is_some() || !self.ignore_na;
        validate::ensure(self.extra.is_some() == used, "a clock without a use")?;
        let Some(extra) = &self.extra else { return Ok(()) };
        extra.validate(self)?;
        let Some(last) = extra.last else {
            return validate::ensure(extra.first.is_none(), "a first timestamp without a last one");
        };
        let came = self.n > 0 || (!self.ignore_na && extra.first.is_none());
        validate::ensure(self.halflife.is_some() && came, "a timestamp that nothing came with")?;
        last.validate()?;
        let Some(first) = extra.first else { return Ok(()) };
        first.validate()?;
        validate::ensure(last.since(first).is_ok_and(|span| span >= 0.0), "the last timestamp is before the first")
    }
}

impl Extra {
    /// Checks what was decoded with these weights, except for the timestamps.
    fn validate(&self, weights: &ExponentialWeights) -> Result<(), &'static str> {
        let n = weights.n;
        let total = if n == 0 { self.total == 0.0 } else { (1.0..=n as f64).contains(&self.total) };
        validate::ensure(total, "weights that their number cannot have")?;
        let pairs = if weights.bias || n < 2 { self.pairs == 0.0 } else { (0.0..=1.0).contains(&self.pairs) };
        validate::ensure(pairs, "a weight of pairs that their number cannot have")?;
        let Gaps { before, after, faded } = self.gaps;
        let possible = [before, after].iter().all(|gap| (0.0..f64::INFINITY).contains(gap))
            && faded <= 0.0
            && (n > 0 || after == 0.0)
            && (n > 1 || faded == 0.0)
            && (!weights.ignore_na || self.gaps == Gaps::default());
        validate::ensure(possible, "gaps that no missing values leave")
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

#[cfg(test)]
mod tests {
    use super::*;

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
