//! Harmonic mean.

use crate::{
    Error,
    kernels::{
        accumulators::{
            nonpositive::{Exceptions, Kind},
            weighted_sum::{Reciprocal, WeightedSum},
        },
        numerics::validate,
        traits::Statistic,
    },
};
use serde::{Deserialize, Serialize};

/// Total weight over the sum of reciprocals: 0 with a zero among the values, NaN with a negative one, None over none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HarmonicMean {
    state: Reciprocals,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Reciprocals {
    sum: WeightedSum,
    exceptions: Exceptions,
}

impl Reciprocals {
    #[inline]
    fn absorb(&mut self, x: f64, w: f64) {
        if !self.exceptions.absorb(Kind::of(x), w) {
            self.sum.absorb(Reciprocal(x), w);
        }
    }

    fn update_weighted(&mut self, x: f64, w: f64) -> Result<(), Error> {
        if validate::weight(w)? {
            validate::total_weight(self.n().into(), w)?;
            self.absorb(x, w);
        }
        Ok(())
    }

    fn revert(&mut self, x: f64, w: f64) -> Result<(), Error> {
        if !validate::weight(w)? || self.exceptions.release(Kind::of(x), w)? {
            return Ok(());
        }
        self.sum.release(Reciprocal(x), w)
    }

    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        validate::total_weight(self.n().into(), other.n())?;
        self.sum.merge(&other.sum)?;
        self.exceptions.merge(&other.exceptions);
        Ok(())
    }

    fn unmerge(&mut self, other: &Self) -> Result<(), Error> {
        let mut left = *self;
        left.exceptions.unmerge(&other.exceptions);
        left.sum.unmerge(&other.sum)?;
        *self = left;
        Ok(())
    }

    fn n(&self) -> f64 {
        self.sum.n() + self.exceptions.n()
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
        self.state.absorb(x, 1.0);
    }

    fn get(&self) -> Option<f64> {
        let Reciprocals { sum, exceptions } = &self.state;
        if self.n() == 0.0 {
            return None;
        }
        let nan = exceptions.has_negatives() || sum.total().is_nan();
        Some(if nan {
            f64::NAN
        } else if exceptions.has_zeros() {
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
        self.state.exceptions.validate()
    }
}

crate::kernels::traits::weighted_by!(HarmonicMean, state: f64);
