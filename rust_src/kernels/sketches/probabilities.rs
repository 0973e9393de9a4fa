//! The probabilities of the quantiles that are the value of a statistic.

use crate::{
    Error,
    kernels::numerics::validate::{self, Shown},
};
use serde::{Deserialize, Serialize};

/// One probability, whose quantile is a number, or several, whose quantiles are a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Probabilities {
    /// One.
    One(f64),
    /// Several, at least one.
    Many(Vec<f64>),
}

impl Probabilities {
    /// The same, if all are probabilities.
    pub fn checked(self) -> Result<Self, Error> {
        self.as_slice().iter().try_for_each(|&q| validate::probability("q", q).map(drop))?;
        if self.as_slice().is_empty() {
            return Err(Error::parameter("q", "none", "at least one probability"));
        }
        Ok(self)
    }

    /// Checks decoded ones.
    pub fn validate(&self) -> Result<(), &'static str> {
        let valid = self.as_slice().iter().all(|q| (0.0..=1.0).contains(q)) && !self.as_slice().is_empty();
        validate::ensure(valid, "q is not a probability")
    }

    /// The probabilities.
    pub fn as_slice(&self) -> &[f64] {
        match self {
            Self::One(q) => std::slice::from_ref(q),
            Self::Many(qs) => qs,
        }
    }

    /// The first of them.
    #[inline]
    pub fn first(&self) -> f64 {
        match self {
            Self::One(q) => *q,
            Self::Many(qs) => qs.first().copied().unwrap_or(f64::NAN),
        }
    }

    /// How many there are, where their quantiles are a list.
    #[inline]
    pub fn width(&self) -> Option<usize> {
        match self {
            Self::One(_) => None,
            Self::Many(qs) => Some(qs.len()),
        }
    }

    /// Sorts estimates of these quantiles, so that none crosses another; each then has the index of its probability.
    /// That brings them nearer to the quantiles (V. Chernozhukov, I. Fernández-Val, A. Galichon, "Quantile and
    /// probability curves without crossing", Econometrica 78 (2010)).
    pub fn put_in_order(&self, estimates: &mut [f64]) {
        estimates.sort_unstable_by(f64::total_cmp);
        let qs = self.as_slice();
        if !qs.is_sorted() {
            let mut order: Vec<usize> = (0..qs.len()).collect();
            order.sort_by(|&i, &j| qs[i].total_cmp(&qs[j]));
            let sorted = estimates.to_vec();
            order.into_iter().zip(sorted).for_each(|(index, value)| estimates[index] = value);
        }
    }
}

impl From<f64> for Probabilities {
    fn from(q: f64) -> Self {
        Self::One(q)
    }
}

impl Shown for Probabilities {
    fn shown(&self) -> String {
        match self {
            Self::One(q) => q.shown(),
            Self::Many(qs) => format!("{qs:?}"),
        }
    }
}
