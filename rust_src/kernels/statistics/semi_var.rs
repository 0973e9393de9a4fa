//! Semivariance: the mean square of the distances by which values lie below a target, the lower partial moment of order
//! 2 (P. C. Fishburn, "Mean-risk analysis with risk associated with below-target returns", American Economic Review 67
//! (1977)).

use crate::{
    Error,
    kernels::{
        accumulators::dispersion::Dispersion,
        aggregates::dispersion::DispersionAggregate,
        numerics::validate,
        traits::{Aggregate, Statistic, weighted_by},
        watermill::{revertable, univariate},
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The mean of squared shortfalls, in which a value at or above the target counts as 0; 0 over no values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SemiVar {
    /// The shortfalls, which depend on the target.
    pub state: Shortfalls,
}

/// How far values lie below the target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shortfalls {
    /// What the values are compared with.
    pub target: f64,
    deviations: Dispersion,
}

impl Shortfalls {
    #[inline]
    fn of(&self, x: f64) -> f64 {
        if x > self.target { 0.0 } else { x - self.target }
    }

    fn update_weighted(&mut self, x: f64, w: f64) -> Result<(), Error> {
        self.deviations.update_weighted(self.of(x), w)
    }

    fn revert(&mut self, x: f64, w: f64) -> Result<(), Error> {
        self.deviations.revert(self.of(x), w)
    }

    /// An error if `other` has seen values and has another target.
    fn check_target(&self, other: &Self) -> Result<(), Error> {
        if other.deviations.n() == 0.0 { Ok(()) } else { validate::same("target", self.target, other.target) }
    }

    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.check_target(other)?;
        self.deviations.merge(&other.deviations)
    }

    fn unmerge(&mut self, other: &Self) -> Result<(), Error> {
        self.check_target(other)?;
        self.deviations.unmerge(&other.deviations)
    }
}

impl SemiVar {
    /// Over no values, about a finite `target`.
    pub fn new(target: f64) -> Result<Self, Error> {
        let target = validate::finite("target", target)?;
        Ok(Self { state: Shortfalls { target, deviations: Dispersion::default() } })
    }
}

impl Statistic for SemiVar {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.state.deviations.update(self.state.of(x));
    }

    fn get(&self) -> Option<f64> {
        Some(if self.n() == 0.0 { 0.0 } else { self.state.deviations.mean_square() })
    }

    fn n(&self) -> f64 {
        self.state.deviations.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.state.target.is_finite(), "a target that is not finite")?;
        self.state.deviations.validate()
    }
}

impl Aggregate for SemiVar {
    type Partial = DispersionAggregate;

    #[inline]
    fn lift(&self, x: f64, w: f64) -> DispersionAggregate {
        DispersionAggregate::new(self.state.of(x), w)
    }

    #[inline]
    fn lower(&self, run: Option<DispersionAggregate>) -> Self {
        let deviations = run.map(Into::into).unwrap_or_default();
        Self { state: Shortfalls { deviations, ..self.state } }
    }
}

weighted_by!(SemiVar, state: f64);
rollable!(SemiVar: combining, weighted);
univariate!(SemiVar);
revertable!(SemiVar);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_below_counts() -> Result<(), Error> {
        let mut semi = SemiVar::new(1.0)?;
        assert_eq!(semi.get(), Some(0.0));
        semi.update_many(&[1.0, 5.0, -1.0, f64::INFINITY]);
        assert_eq!(semi.get(), Some(1.0));
        semi.update(f64::NEG_INFINITY);
        assert_eq!(semi.get(), Some(f64::INFINITY));
        semi.update(f64::NAN);
        assert!(semi.get().is_some_and(f64::is_nan));
        Ok(())
    }
}
