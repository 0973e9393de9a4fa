//! Root mean square: `√(mean² + S/n)`, with the sum `S` of squared deviations.

use crate::kernels::{
    accumulators::dispersion::Dispersion,
    aggregates::{aggregated_by, dispersion::DispersionAggregate},
    traits::{Statistic, weighted_by},
    watermill::{revertable, univariate},
    window::rollable,
};
use serde::{Deserialize, Serialize};

/// The root mean square; `None` over no values. It is kept over absolute values, which have the same squares, and with
/// which infinities of both signs give an infinity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RootMeanSquare {
    pub(crate) deviations: Dispersion,
}

impl RootMeanSquare {
    /// A root mean square over no values.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Statistic for RootMeanSquare {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.deviations.update(x.abs());
    }

    fn get(&self) -> Option<f64> {
        (self.n() > 0.0).then(|| self.deviations.root_mean_square())
    }

    fn n(&self) -> f64 {
        self.deviations.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.deviations.validate()
    }
}

weighted_by!(RootMeanSquare, deviations: f64, f64::abs);
aggregated_by!(RootMeanSquare, deviations: f64 => DispersionAggregate, map f64::abs);
rollable!(RootMeanSquare: combining, weighted);
univariate!(RootMeanSquare);
revertable!(RootMeanSquare);
