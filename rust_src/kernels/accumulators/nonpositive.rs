//! Weights of the values that a mean of positive numbers cannot take in, so that they can be taken back.

use crate::{
    Error,
    kernels::numerics::{double_double::DoubleDouble, validate},
};
use serde::{Deserialize, Serialize};

/// What a value is to a mean of positive numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// It belongs into the mean (NaN too, which makes the mean NaN).
    Ordinary,
    /// It makes the mean 0.
    Zero,
    /// It leaves no mean.
    Negative,
}

impl Kind {
    /// The kind of `x`.
    #[inline]
    pub fn of(x: f64) -> Self {
        if x == 0.0 {
            Self::Zero
        } else if x < 0.0 {
            Self::Negative
        } else {
            Self::Ordinary
        }
    }
}

/// The total weights of zeros and of negative values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Exceptions {
    zeros: DoubleDouble,
    negatives: DoubleDouble,
}

impl Exceptions {
    fn of(&mut self, kind: Kind) -> Option<&mut DoubleDouble> {
        match kind {
            Kind::Ordinary => None,
            Kind::Zero => Some(&mut self.zeros),
            Kind::Negative => Some(&mut self.negatives),
        }
    }

    /// Counts a value in; says whether it was one of these.
    #[inline]
    pub fn absorb(&mut self, kind: Kind, w: f64) -> bool {
        self.of(kind).map(|weight| weight.add(w)).is_some()
    }

    /// Counts a value out; says whether it was one of these.
    pub fn release(&mut self, kind: Kind, w: f64) -> Result<bool, Error> {
        let Some(weight) = self.of(kind) else {
            return Ok(false);
        };
        *weight = validate::remaining(*weight, w.into())?.unwrap_or_default();
        Ok(true)
    }

    /// Counts those of another stream in.
    pub fn merge(&mut self, other: &Self) {
        self.zeros.add_double(other.zeros);
        self.negatives.add_double(other.negatives);
    }

    /// Counts those of another stream out.
    pub fn unmerge(&mut self, other: &Self) {
        self.zeros = validate::left_of(self.zeros, other.zeros).unwrap_or_default();
        self.negatives = validate::left_of(self.negatives, other.negatives).unwrap_or_default();
    }

    /// Their total weight.
    pub fn n(&self) -> f64 {
        self.zeros.value() + self.negatives.value()
    }

    /// Whether there are zeros.
    pub fn has_zeros(&self) -> bool {
        self.zeros.value() > 0.0
    }

    /// Whether there are negative values.
    pub fn has_negatives(&self) -> bool {
        self.negatives.value() > 0.0
    }

    /// See [`super::Statistic::validate`].
    pub fn validate(&self) -> Result<(), &'static str> {
        self.zeros.validate_weight()?;
        self.negatives.validate_weight()
    }
}
