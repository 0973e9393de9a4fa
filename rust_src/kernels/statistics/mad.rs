//! Median absolute deviation, estimated.

use crate::{
    Error,
    kernels::{
        accumulators::p_squared::PSquared,
        numerics::validate,
        statistics::quantile::Quantile,
        structures::order_statistics::OrderStatistics,
        traits::Statistic,
        watermill::univariate,
        window::{rollable, strategy::FromOrderStatistics},
    },
};
use serde::{Deserialize, Serialize};

/// The estimated median of the distances from the median, which is itself estimated at each update.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mad {
    median: PSquared,
    distance: PSquared,
}

impl Mad {
    /// A deviation over no values.
    pub fn new() -> Result<Self, Error> {
        Ok(Self { median: PSquared::new(0.5)?, distance: PSquared::new(0.5)? })
    }

    /// From the quantiles of the values and of their distances from the median.
    pub fn of(median: PSquared, distance: PSquared) -> Self {
        Self { median, distance }
    }

    /// The median of the values, as a statistic of its own.
    pub fn median(&self) -> Quantile {
        self.median.into()
    }
}

impl Statistic for Mad {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.median.update(x);
        if let Some(median) = self.median.get() {
            // `inf - inf` would be NaN.
            self.distance.update(if x == median { 0.0 } else { (x - median).abs() });
        }
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        self.distance.get()
    }

    fn n(&self) -> f64 {
        self.median.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.median.validate()?;
        self.distance.validate()?;
        validate::ensure(self.median.q == 0.5 && self.distance.q == 0.5, "a quantile that is not the median")?;
        validate::ensure(self.median.n() == self.distance.n(), "two counts")
    }
}

/// Windows give the exact value instead of the estimate.
impl FromOrderStatistics for Mad {
    fn value_of(&self, values: &OrderStatistics) -> Option<f64> {
        values.median_absolute_deviation()
    }
}

rollable!(Mad: sorting);
univariate!(Mad);
