//! Standard score of the newest value: its distance from the mean in standard deviations, itself included.

use crate::{
    Error,
    kernels::{
        accumulators::dispersion::Dispersion,
        aggregates::aggregated_whole,
        numerics::validate,
        traits::{Merge, Statistic, same_parameters},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// `(x - mean) / std` of the newest value; 0 where all values are equal, `None` over no values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZScore {
    deviations: Dispersion,
    newest: f64,
    /// What is subtracted from the number of values in the divisor of the variance.
    pub ddof: u64,
}

impl ZScore {
    /// Over no values, with the divisor `n - ddof`.
    pub fn new(ddof: i128) -> Result<Self, Error> {
        Ok(Self { deviations: Dispersion::default(), newest: 0.0, ddof: validate::at_least_zero("ddof", ddof)? })
    }
}

impl Statistic for ZScore {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.deviations.update(x);
        self.newest = x;
    }

    fn update_many(&mut self, xs: &[f64]) {
        self.deviations.update_many(xs);
        self.newest = xs.last().copied().unwrap_or(self.newest);
    }

    fn get(&self) -> Option<f64> {
        (self.n() > 0.0).then(|| self.deviations.standard_score(self.newest, self.ddof))
    }

    fn n(&self) -> f64 {
        self.deviations.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.n() > 0.0 || self.newest == 0.0, "a value that was never seen")?;
        self.deviations.validate()
    }
}

impl Merge for ZScore {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        same_parameters!(self, other; ddof);
        validate::joint_count(self.n() as u64, other.n() as u64)?;
        self.deviations.merge(&other.deviations)?;
        if other.n() > 0.0 {
            self.newest = other.newest;
        }
        Ok(())
    }
}

aggregated_whole!(ZScore);
rollable!(ZScore: combining);
univariate!(ZScore);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_those_of_the_newest_value() -> Result<(), Error> {
        let mut score = ZScore::new(0)?;
        assert_eq!(score.get(), None);
        score.update(5.0);
        assert_eq!(score.get(), Some(0.0));
        score.update_many(&[5.0, 9.0, 9.0]);
        assert_eq!(score.get(), Some(1.0));
        let mut right = ZScore::new(0)?;
        right.update(7.0);
        score.merge(&right)?;
        score.merge(&ZScore::new(1)?)?;
        assert_eq!(score.get(), Some(0.0));
        assert!(ZScore::new(1)?.merge(&score).is_ok());
        Ok(())
    }
}
