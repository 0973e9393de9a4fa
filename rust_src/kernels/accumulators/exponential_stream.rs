//! A stream whose older values fade, and how such a stream goes on with another.
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
        accumulators::exponential_weights::{ExponentialWeights, Extra, Share, not_before, share_after},
        numerics::{
            double_double::DoubleDouble,
            serde_compat::{Layout, MARK},
            timestamp::Timestamp,
            validate,
        },
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::f64::consts::LN_2;

/// The weights of a stream's observations, and its first observation.
#[derive(Clone, Debug, PartialEq)]
pub struct ExponentialStream<P> {
    /// The weights.
    pub weights: ExponentialWeights,
    /// Not known of states that were stored before it was kept, nor of river's.
    first: Option<P>,
}

/// What a stream became when another followed.
pub enum Appended<P> {
    /// What it was: the other one is empty.
    Nothing,
    /// What the other one is, since it was empty.
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
    /// The weight of the first observation of the newer stream when it came.
    newest: f64,
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

    /// Goes on with the observations of `newer`. An error changes nothing.
    pub fn append(&mut self, newer: &Self) -> Result<Appended<P>, Error> {
        let (own, others) = (&self.weights, &newer.weights);
        if others.n == 0 {
            return Ok(Appended::Nothing);
        }
        validate::same("adjust", own.adjust, others.adjust)?;
        if own.n == 0 {
            if own.halflife.is_some() != others.halflife.is_some() {
                validate::same("halflife", own.halflife, others.halflife)?;
            }
            (self.weights.n, self.weights.extra) = (others.n, others.extra.clone());
            self.first = newer.first;
            return Ok(Appended::All);
        }
        validate::same("halflife", own.halflife, others.halflife)?;
        validate::same("fading_factor", own.fading_factor, others.fading_factor)?;
        let n = validate::joint_count(own.n, others.n)?;
        let Some(first) = newer.first else {
            return Err(Error::Merge(
                "the statistic on the right was stored without the first observation of its stream, by an earlier version \
                 or by river",
            ));
        };
        let (mut joint, last) = own.before(others)?;
        if let Some(extra) = &mut self.weights.extra {
            let newer_total = others.extra.as_ref().map_or(0.0, |extra| extra.total);
            extra.last = last;
            if self.weights.adjust {
                let faded = joint.older * extra.total;
                extra.total = faded + newer_total;
                (joint.older, joint.newer) = (faded / extra.total, newer_total / extra.total);
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
    /// How these weights fade before those of a newer stream, and the time of the last value of both.
    fn before<P>(&self, newer: &Self) -> Result<(Joint<P>, Option<Timestamp>), Error> {
        let joint =
            |logarithm: f64, older: f64, newest: f64| Joint { first: None, older, newer: -logarithm.exp_m1(), newest };
        let Some(halflife) = self.halflife else {
            let logarithm = newer.n as f64 * (-self.fading_factor).ln_1p();
            return Ok((joint(logarithm, logarithm.exp(), self.fading_factor), None));
        };
        let times = |weights: &Self| weights.extra.as_ref().map_or((None, None), |extra| (extra.first, extra.last));
        let ((_, last), (newer_first, newer_last)) = (times(self), times(newer));
        // A value without a time comes one second after the one before.
        let (pause, span, last) = match (newer_first, newer_last) {
            (None, None) => (1.0, (newer.n - 1) as f64, last.map(|last| last.seconds_later(newer.n))),
            (Some(first), Some(newest)) => {
                let pause = last.map_or(Ok(1.0), |last| first.since(last))?;
                (not_before(pause)?, newest.since(first)?, Some(newest))
            }
            _ => {
                return Err(Error::Merge(
                    "of the statistic on the right, the first observations came without a time t and later ones with it",
                ));
            }
        };
        let halflives = (pause + span) / halflife;
        let newest = share_after(pause, halflife).newest;
        Ok((joint(-LN_2 * halflives, (-halflives).exp2(), newest), last))
    }
}

impl<P> Joint<P> {
    /// The mean of both from the means of each, by the coordinate `first` of the first observation if it loses weight.
    pub fn mean(&self, older: DoubleDouble, newer: DoubleDouble, first: Option<f64>) -> DoubleDouble {
        let finite = |x: DoubleDouble| x.value().is_finite();
        if !finite(older) || !finite(newer) {
            let share = if first.is_some_and(|first| !first.is_finite()) { self.newest } else { 1.0 };
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
        if self.newest < 1.0 { self.older.max(f64::MIN_POSITIVE) } else { self.older }
    }
}

/// `older + (newer - reference)`.
fn newer_beside(older: DoubleDouble, mut newer: DoubleDouble, reference: DoubleDouble) -> DoubleDouble {
    newer.subtract(reference);
    newer.add_double(older);
    newer
}

/// The layout before the first observation was kept, without the fading factor, which was first. The time of the last
/// observation is beside the sum of the weights.
type Before = (Option<f64>, bool, u64, Option<(f64, Option<Timestamp>)>);
/// The number of the layout, the parameters, the number of observations, what only half-lives and adjusting need, and the
/// first observation.
type Now<P> = (u8, f64, Option<f64>, bool, u64, Option<Extra>, Option<P>);
const LAYOUT: u8 = 1;

impl<P: Copy + Serialize> Serialize for ExponentialStream<P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let &ExponentialWeights { fading_factor, halflife, adjust, n, ref extra } = &self.weights;
        let now: Now<P> = (LAYOUT, fading_factor, halflife, adjust, n, extra.as_deref().cloned(), self.first);
        Layout::<MARK, Before, _>::Now(now).serialize(serializer)
    }
}

impl<'de, P: Deserialize<'de>> Deserialize<'de> for ExponentialStream<P> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (weights, first) = match Layout::<MARK, Before, Now<P>>::deserialize(deserializer)? {
            Layout::Before(fading_factor, (halflife, adjust, n, extra)) => {
                let extra = extra.map(|(total, last)| Box::new(Extra { total, last, first: None }));
                let fading_factor = f64::from_bits(fading_factor);
                (ExponentialWeights { fading_factor, halflife, adjust, n, extra }, None)
            }
            Layout::Now((LAYOUT, fading_factor, halflife, adjust, n, extra, first)) => {
                (ExponentialWeights { fading_factor, halflife, adjust, n, extra: extra.map(Box::new) }, first)
            }
            Layout::Now(_) => return Err(D::Error::custom("a later version has written it")),
        };
        Ok(Self { weights, first })
    }
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
                    let mut statistics =
                        (EwMean::new(fading_factor, halflife, adjust)?, EwVar::new(fading_factor, halflife, adjust)?);
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
        let (mut left, mut right) = (EwMean::new(0.5, None, false)?, EwMean::from_state(0.5, Some(3.0))?);
        left.update(1.0);
        let before = left.clone();
        assert!(matches!(left.merge(&right), Err(Error::Merge(_))));
        assert_eq!(left, before);
        right.merge(&left)?;
        assert_eq!(right.get(), Some(2.0));
        assert!(matches!(left.merge(&EwMean::new(0.5, Some(2.0), false)?), Ok(())));
        Ok(())
    }
}
