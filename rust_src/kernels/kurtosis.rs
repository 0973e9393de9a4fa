//! Excess kurtosis.

use super::{Merge, Statistic, moments::CentralMoments};
use crate::Error;
use serde::{Deserialize, Serialize};

/// Excess kurtosis: `g2 = n M4 / M2² - 3`, or without `bias` the sample excess kurtosis
/// `G2 = (n - 1) / ((n - 2)(n - 3)) ((n + 1) g2 + 6)`.
/// D. N. Joanes, C. A. Gill, "Comparing measures of sample skewness and kurtosis", The Statistician 47 (1998).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kurtosis {
    pub(super) moments: CentralMoments,
    /// Whether the plain `g2` is meant.
    pub bias: bool,
}

impl Kurtosis {
    /// A kurtosis over no values.
    pub fn new(bias: bool) -> Self {
        Self { moments: CentralMoments::default(), bias }
    }
}

impl Statistic for Kurtosis {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.moments.update4(x);
    }

    fn update_many(&mut self, xs: &[f64]) {
        self.moments.update_many4(xs);
    }

    fn get(&self) -> Option<f64> {
        let n = self.moments.n();
        let excess = self.moments.kurtosis() - 3.0;
        if n <= 3.0 {
            return Some(excess);
        }
        Some(if self.moments.is_constant() {
            f64::NAN
        } else if self.bias {
            excess
        } else {
            (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * excess + 6.0)
        })
    }

    fn n(&self) -> f64 {
        self.moments.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.moments.validate()
    }
}

impl Merge for Kurtosis {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.moments.merge4(&other.moments);
        Ok(())
    }
}
