//! Skewness.

use super::{Merge, Statistic, moments::CentralMoments};
use crate::Error;
use serde::{Deserialize, Serialize};

/// Skewness: `g1 = √n M3 / M2^1.5`, or without `bias` the sample skewness `G1 = √(n (n - 1)) / (n - 2) g1`.
/// D. N. Joanes, C. A. Gill, "Comparing measures of sample skewness and kurtosis", The Statistician 47 (1998).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Skew {
    pub(super) moments: CentralMoments,
    /// Whether the plain `g1` is meant.
    pub bias: bool,
}

impl Skew {
    /// A skewness over no values.
    pub fn new(bias: bool) -> Self {
        Self { moments: CentralMoments::default(), bias }
    }
}

impl Statistic for Skew {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.moments.update3(x);
    }

    fn update_many(&mut self, xs: &[f64]) {
        self.moments.update_many3(xs);
    }

    fn get(&self) -> Option<f64> {
        let n = self.moments.n();
        let skewness = self.moments.skewness();
        if n <= 2.0 {
            return Some(skewness);
        }
        Some(if self.moments.is_constant() {
            f64::NAN
        } else if self.bias {
            skewness
        } else {
            (n * (n - 1.0)).sqrt() / (n - 2.0) * skewness
        })
    }

    fn n(&self) -> f64 {
        self.moments.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.moments.validate()
    }
}

impl Merge for Skew {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.moments.merge3(&other.moments);
        Ok(())
    }
}
