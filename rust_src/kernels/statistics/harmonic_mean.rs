//! Harmonic mean: the total weight over the sum of reciprocals.

use crate::{
    Error,
    kernels::{
        accumulators::{
            nonpositive::{Nonpositive, Sign},
            weighted_sum::{Reciprocal, WeightedSum},
        },
        aggregates::aggregated_whole,
        numerics::weight,
        traits::{Statistic, weighted_by},
        watermill::{revertable, univariate},
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The harmonic mean: 0 if a value is 0, NaN if one is negative, `None` over no values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HarmonicMean {
    state: Reciprocals,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Reciprocals {
    sum: WeightedSum,
    nonpositive: Nonpositive,
}

impl Reciprocals {
    #[inline]
    fn add(&mut self, x: f64, w: f64) {
        if !self.nonpositive.add(Sign::of(x), w) {
            self.sum.add(Reciprocal(x), w);
        }
    }

    fn update_weighted(&mut self, x: f64, w: f64) -> Result<(), Error> {
        if weight::is_positive(w)? {
            weight::check_total(self.n().into(), w)?;
            self.add(x, w);
        }
        Ok(())
    }

    fn revert(&mut self, x: f64, w: f64) -> Result<(), Error> {
        if !weight::is_positive(w)? || self.nonpositive.remove(Sign::of(x), w)? {
            return Ok(());
        }
        self.sum.remove(Reciprocal(x), w)
    }

    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        weight::check_joint(self.n(), other.n())?;
        self.sum.merge(&other.sum)?;
        self.nonpositive.merge(&other.nonpositive);
        Ok(())
    }

    fn unmerge(&mut self, other: &Self) -> Result<(), Error> {
        let mut left = *self;
        left.nonpositive.unmerge(&other.nonpositive);
        left.sum.unmerge(&other.sum)?;
        *self = left;
        Ok(())
    }

    fn n(&self) -> f64 {
        self.sum.n() + self.nonpositive.n()
    }
}

impl HarmonicMean {
    /// A harmonic mean over no values.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Statistic for HarmonicMean {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.state.add(x, 1.0);
    }

    fn get(&self) -> Option<f64> {
        let Reciprocals { sum, nonpositive } = &self.state;
        if self.n() == 0.0 {
            return None;
        }
        let nan = nonpositive.has_negatives() || sum.total().is_nan();
        Some(if nan {
            f64::NAN
        } else if nonpositive.has_zeros() {
            0.0
        } else {
            sum.inverse_mean()
        })
    }

    fn n(&self) -> f64 {
        self.state.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.state.sum.validate()?;
        self.state.nonpositive.validate()
    }
}

weighted_by!(HarmonicMean, state: f64);
aggregated_whole!(HarmonicMean; weighted);
rollable!(HarmonicMean: combining, weighted);
univariate!(HarmonicMean);
revertable!(HarmonicMean);
