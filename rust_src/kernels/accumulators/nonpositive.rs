//! The weights of zeros and of negative values, which a mean of positive numbers cannot include but must be able to
//! revert.

use crate::{
    Error,
    kernels::numerics::{double_double::DoubleDouble, weight},
};
use serde::{Deserialize, Serialize};

/// What a value does to a mean of positive numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sign {
    /// It is averaged; a NaN makes the mean NaN.
    Positive,
    /// It makes the mean 0.
    Zero,
    /// It makes the mean NaN.
    Negative,
}

impl Sign {
    /// The sign of `x`.
    #[inline]
    pub fn of(x: f64) -> Self {
        if x == 0.0 {
            Self::Zero
        } else if x < 0.0 {
            Self::Negative
        } else {
            Self::Positive
        }
    }
}

/// The total weights of zeros and of negative values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Nonpositive {
    zeros: DoubleDouble,
    negatives: DoubleDouble,
}

impl Nonpositive {
    fn weight_of(&mut self, sign: Sign) -> Option<&mut DoubleDouble> {
        match sign {
            Sign::Positive => None,
            Sign::Zero => Some(&mut self.zeros),
            Sign::Negative => Some(&mut self.negatives),
        }
    }

    /// Adds a value, unless it is positive; returns whether it was added.
    #[inline]
    pub fn add(&mut self, sign: Sign, w: f64) -> bool {
        self.weight_of(sign).map(|weight| weight.add(w)).is_some()
    }

    /// Removes a value, unless it is positive; returns whether it was removed.
    pub fn remove(&mut self, sign: Sign, w: f64) -> Result<bool, Error> {
        let Some(total) = self.weight_of(sign) else {
            return Ok(false);
        };
        *total = weight::after_revert(*total, w.into())?.unwrap_or_default();
        Ok(true)
    }

    /// Merges those of another stream.
    pub fn merge(&mut self, other: &Self) {
        self.zeros.add_double(other.zeros);
        self.negatives.add_double(other.negatives);
    }

    /// Unmerges those of another stream.
    pub fn unmerge(&mut self, other: &Self) {
        self.zeros = weight::after_unmerge(self.zeros, other.zeros).unwrap_or_default();
        self.negatives = weight::after_unmerge(self.negatives, other.negatives).unwrap_or_default();
    }

    /// The total weight of both.
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

    /// Checks decoded weights.
    pub fn validate(&self) -> Result<(), &'static str> {
        weight::validate_total(self.zeros)?;
        weight::validate_total(self.negatives)
    }
}
