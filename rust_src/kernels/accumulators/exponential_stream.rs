//! A stream whose older values fade, and how another such stream is appended to it.
//!
//! When a newer stream follows an older one, all weights of the older are multiplied by the factor `D` by which the newer
//! one lets the values before it fade: `(1 - α)^n`, or `2^(-Δt/h)` with the time `Δt` between the last values of both.
//! Adjusted weights only have to be divided by their new sum. Otherwise the first value of the newer stream has counted
//! for all before it, and loses the weight `D` to the older stream. With this value `x`, the newer stream's mean `m` and
//! sum of products `v`, both with weights that add up to 1, what is left has the weight `1 - D`, the mean `x + q` and the
//! sum `v - (m - x) D q`, where `q = (m - x) / (1 - D)`; it is then merged with the older stream as any weighted data (see
//! [`super::dispersion`]). Where the first value is much farther from the others than they are from each other, the
//! difference magnifies the relative error of `v`, by `min(n, 1/α)` at most.

use crate::{
    Error,
    kernels::{
        accumulators::{
            exponential_weights::{ExponentialWeights, not_before},
            pairs,
            share::Share,
        },
        numerics::{double_double::DoubleDouble, timestamp::Timestamp, validate},
    },
};
use std::f64::consts::LN_2;

/// The weights of a stream's observations, and its first observation.
#[derive(Clone, Debug, PartialEq)]
pub struct ExponentialStream<P> {
    /// The weights.
    pub weights: ExponentialWeights,
    /// Unknown for states that were stored before it was kept, and for river's.
    pub(super) first: Option<P>,
}

/// What a stream becomes when another is appended to it.
pub enum Appended<P> {
    /// What it was before: the other one is empty.
    Nothing,
    /// The same as the other one, since it was empty itself.
    All,
    /// Both together.
    Joint(Joint<P>),
}

/// The weights of two streams in both together.
pub struct Joint<P> {
    /// The first observation of the newer stream, if it loses weight.
    pub first: Option<P>,
    older: f64,
    newer: f64,
    /// The share of the first observation of the newer stream when it came.
    share: Share,
    /// The logarithm of the factor by which the newer stream lets all before it fade.
    faded: f64,
}

impl<P: Copy> ExponentialStream<P> {
    /// A stream without observations.
    pub fn new(weights: ExponentialWeights) -> Self {
        Self { weights, first: None }
    }

    /// See [`ExponentialWeights::advance`].
    #[inline]
    pub fn advance(&mut self, x: P) -> Option<Share> {
        let share = self.weights.advance();
        if share.is_none() {
            self.first = Some(x);
        }
        share
    }

    /// See [`ExponentialWeights::advance_to`].
    pub fn advance_to(&mut self, x: P, t: Timestamp) -> Result<Option<Share>, Error> {
        let share = self.weights.advance_to(t)?;
        if share.is_none() {
            self.first = Some(x);
        }
        Ok(share)
    }

    /// Appends the observations of `newer`. An error changes nothing.
    pub fn append(&mut self, newer: &Self) -> Result<Appended<P>, Error> {
        let (own, others) = (&self.weights, &newer.weights);
        if others.n == 0 {
            return self.weights.skip_those_of(others).map(|()| Appended::Nothing);
        }
        validate::same("adjust", own.adjust, others.adjust)?;
        validate::same("bias", own.bias, others.bias)?;
        validate::same("ignore_na", own.ignore_na, others.ignore_na)?;
        if own.n == 0 {
            if own.halflife.is_some() != others.halflife.is_some() {
                validate::same("halflife", own.halflife, others.halflife)?;
            }
            let before = own.gaps().before;
            (self.weights.n, self.weights.extra) = (others.n, others.extra.clone());
            if let Some(extra) = &mut self.weights.extra {
                extra.gaps.before = (extra.gaps.before + before).min(f64::MAX);
            }
            self.first = newer.first;
            return Ok(Appended::All);
        }
        validate::same("halflife", own.halflife, others.halflife)?;
        validate::same("fading_factor", own.fading_factor, others.fading_factor)?;
        validate::same("min_samples", own.min_samples, others.min_samples)?;
        let n = validate::joint_count(own.n, others.n)?;
        let Some(first) = newer.first else {
            return Err(Error::Merge(
                "the statistic on the right was stored without the first observation of its stream, by an earlier version \
                 or by river",
            ));
        };
        let (mut joint, last) = own.before(others)?;
        if let (Some(extra), Some(newer)) = (&mut self.weights.extra, &others.extra) {
            extra.last = last;
            let mut pairs = extra.pairs;
            if self.weights.adjust {
                let faded = joint.older * extra.total;
                extra.total = faded + newer.total;
                (joint.older, joint.newer) = (faded / extra.total, newer.total / extra.total);
                pairs = pairs::joined(joint.older, pairs, joint.newer, newer.pairs);
            } else {
                // With `D` as above, the weight of the newer stream's first observation goes from `F` to `F - D`, so that Σw²
                // becomes `D² Σu² + Σv² - F² + (F - D)²`; `F` is `D` over the older share when it came.
                let Share { newest, older } = joint.share;
                let kept = if joint.older > 0.0 { joint.older / older * newest } else { 0.0 };
                pairs = joint.older * joint.older * pairs + newer.pairs + 2.0 * joint.older * kept;
            }
            if !self.weights.bias {
                extra.pairs = pairs;
            }
            if !self.weights.ignore_na {
                extra.gaps.after = newer.gaps.after;
                extra.gaps.faded += joint.faded;
            }
        }
        self.weights.n = n;
        let first = (!self.weights.adjust).then_some(first);
        Ok(Appended::Joint(Joint { first, ..joint }))
    }

    /// Checks a decoded stream.
    pub fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.weights.n > 0 || self.first.is_none(), "a first value without values")?;
        self.weights.validate()
    }
}

impl ExponentialWeights {
    /// Lets these weights fade for what is missing in a newer stream without values.
    fn skip_those_of(&mut self, newer: &Self) -> Result<(), Error> {
        let (Some(extra), false) = (&newer.extra, self.ignore_na || newer.ignore_na) else { return Ok(()) };
        if self.halflife.is_some() && extra.last.is_some() {
            return self.skip(extra.last);
        }
        self.fade(extra.gaps.before, |last| Some(last?.seconds_later(extra.gaps.before as u64)));
        Ok(())
    }

    /// How these weights fade before those of a newer stream, and the time of the last observation of both.
    fn before<P>(&self, newer: &Self) -> Result<(Joint<P>, Option<Timestamp>), Error> {
        let (own_gaps, gaps) = (self.gaps(), newer.gaps());
        // A value without a time comes one second after the one before, and so does a missing one.
        let untimed = own_gaps.after + gaps.before + 1.0;
        let times = |weights: &Self| weights.extra.as_ref().map_or((None, None), |extra| (extra.first, extra.last));
        let ((_, last), (newer_first, newer_last)) = (times(self), times(newer));
        let steps = match (newer_first, last) {
            _ if self.halflife.is_none() => untimed,
            (None, _) if newer_last.is_some() => {
                return Err(Error::Merge(
                    "of the statistic on the right, the first observations came without a time t and later ones with it",
                ));
            }
            (None, _) => untimed,
            (Some(_), None) => own_gaps.after + 1.0,
            (Some(first), Some(last)) => own_gaps.after + not_before(first.since(last)?)?,
        };
        let share = self.share(steps);
        let joint = |faded: f64, older: f64| Joint { first: None, older, newer: -faded.exp_m1(), share, faded };
        if !self.ignore_na {
            let faded = self.logarithm_of(share, steps) + gaps.faded;
            let last = newer_last.or_else(|| last.map(|last| last.seconds_later(newer.seconds())));
            return Ok((joint(faded, faded.exp()), last));
        }
        let Some(halflife) = self.halflife else {
            let faded = newer.n as f64 * (-self.fading_factor).ln_1p();
            return Ok((joint(faded, faded.exp()), None));
        };
        let span = match (newer_first, newer_last) {
            (Some(first), Some(last)) => last.since(first)?,
            _ => (newer.n - 1) as f64,
        };
        let last = newer_last.or_else(|| last.map(|last| last.seconds_later(newer.n)));
        let halflives = (steps + span) / halflife;
        Ok((joint(-LN_2 * halflives, (-halflives).exp2()), last))
    }

    /// The seconds from just before a stream whose observations came without times to the last of them.
    fn seconds(&self) -> u64 {
        let gaps = self.gaps();
        let span = self.halflife.map_or(0.0, |halflife| -gaps.faded / LN_2 * halflife);
        (gaps.before + 1.0 + span.round() + gaps.after) as u64
    }
}

impl<P> Joint<P> {
    /// The mean of both from the means of each, by the coordinate `first` of the first observation if it loses weight.
    pub fn mean(&self, older: DoubleDouble, newer: DoubleDouble, first: Option<f64>) -> DoubleDouble {
        let finite = |x: DoubleDouble| x.value().is_finite();
        if !finite(older) || !finite(newer) {
            let share = if first.is_some_and(|first| !first.is_finite()) { self.share.newest } else { 1.0 };
            return (self.fading() * older.value() + share * newer.value()).into();
        }
        let reference = first.map_or(newer, Into::into);
        let mut apart = older;
        apart.subtract(reference);
        // By the smaller weight, whose rounding error is the smaller.
        let mut mean = if self.older <= 0.5 { newer } else { newer_beside(older, newer, reference) };
        mean.add_double(apart.times(if self.older <= 0.5 { self.older } else { -self.newer }));
        if finite(mean) {
            return DoubleDouble::sum(mean.hi, mean.lo);
        }
        // The distance of finite means may be infinite.
        (self.older * older.value() + (newer.value() - self.older * reference.value())).into()
    }

    /// The mean product of deviations of both from those of each, and the coordinates (the mean of the older stream, that
    /// of the newer one, and the first observation if it loses weight) of the two variables.
    pub fn product(
        &self,
        (older, newer): (f64, f64),
        variables: [(DoubleDouble, DoubleDouble, Option<f64>); 2],
    ) -> f64 {
        if !(older + newer).is_finite() {
            return self.fading() * older + newer;
        }
        if self.older == 0.0 || self.newer == 0.0 {
            return if self.older == 0.0 { newer } else { older };
        }
        let mut left = if variables[0].2.is_some() { newer } else { self.newer * newer };
        let [x, y] = variables.map(|(older, newer, first)| match first {
            Some(first) => {
                let moved = newer.minus(first.into());
                let beyond = moved / self.newer;
                (moved, beyond, older.minus(first.into()) - beyond)
            }
            None => (0.0, 0.0, older.minus(newer)),
        });
        left -= x.0 * self.older * y.1;
        self.older * older + left + self.older * x.2 * (self.newer * y.2)
    }

    /// The weight of the older stream; a factor that is not 0 must not become 0, as `0 * inf` is NaN.
    fn fading(&self) -> f64 {
        if self.share.newest < 1.0 { self.older.max(f64::MIN_POSITIVE) } else { self.older }
    }
}

/// `older + (newer - reference)`.
fn newer_beside(older: DoubleDouble, mut newer: DoubleDouble, reference: DoubleDouble) -> DoubleDouble {
    newer.subtract(reference);
    newer.add_double(older);
    newer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{
        statistics::{ew_mean::EwMean, ew_var::EwVar},
        traits::{Merge, Statistic},
    };

    #[test]
    fn a_stream_can_be_split_anywhere() -> Result<(), Error> {
        let values: Vec<f64> = (0..40).map(|i| 1e9 + f64::from(i * i % 17)).collect();
        for (fading_factor, halflife) in [(0.0, None), (1e-6, None), (0.3, None), (1.0, None), (0.5, Some(3.0))] {
            for adjust in [false, true] {
                let fed = |values: &[f64]| {
                    let mut statistics = (
                        EwMean::new(fading_factor, halflife, adjust, 0, true)?,
                        EwVar::new(fading_factor, halflife, adjust, true, 0, true)?,
                    );
                    statistics.0.update_many(values);
                    statistics.1.update_many(values);
                    Ok::<_, Error>(statistics)
                };
                let whole = fed(&values)?;
                for k in 0..=values.len() {
                    let (mut left, right) = (fed(&values[..k])?, fed(&values[k..])?);
                    left.0.merge(&right.0)?;
                    left.1.merge(&right.1)?;
                    assert_eq!((left.0.n(), left.1.validate()), (whole.0.n(), Ok(())));
                    let apart = left.0.get().zip(whole.0.get()).map(|(merged, mean)| (merged - mean).abs());
                    assert!(apart <= Some(2e-7), "{fading_factor} {adjust} {k} {apart:?}");
                    let ratio = left.1.get().zip(whole.1.get()).map(|(merged, var)| (merged - var).abs() - 1e-12 * var);
                    assert!(ratio <= Some(0.0), "{fading_factor} {adjust} {k} {ratio:?}");
                }
            }
        }
        Ok(())
    }

    #[test]
    fn what_is_not_known_is_an_error_that_changes_nothing() -> Result<(), Error> {
        let (mut left, mut right) = (EwMean::new(0.5, None, false, 0, true)?, EwMean::from_state(0.5, Some(3.0))?);
        left.update(1.0);
        let before = left.clone();
        assert!(matches!(left.merge(&right), Err(Error::Merge(_))));
        assert_eq!(left, before);
        right.merge(&left)?;
        assert_eq!(right.get(), Some(2.0));
        assert!(matches!(left.merge(&EwMean::new(0.5, Some(2.0), false, 0, true)?), Ok(())));
        Ok(())
    }
}
