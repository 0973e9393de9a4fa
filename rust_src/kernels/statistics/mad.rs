//! Median absolute deviation, estimated.

use crate::{
    Error,
    kernels::{
        numerics::validate,
        statistics::quantile::Quantile,
        structures::order_statistics::OrderStatistics,
        traits::Statistic,
        watermill::univariate,
        window::{rollable, strategy::FromOrderStatistics},
    },
};
use serde::{Deserialize, Serialize};

/// The estimated median of the distances of the values from their median as it was estimated when they came.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mad {
    median: Quantile,
    distance: Quantile,
}

impl Mad {
    /// A deviation of values to come.
    pub fn new() -> Result<Self, Error> {
        Ok(Self { median: Quantile::new(0.5)?, distance: Quantile::new(0.5)? })
    }

    /// A deviation from both quantiles, that of the values and that of the distances.
    pub fn of(median: Quantile, distance: Quantile) -> Self {
        Self { median, distance }
    }

    /// The median of the values, as a statistic of its own.
    pub fn median(&self) -> Quantile {
        self.median
    }
}

impl Statistic for Mad {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.median.update(x);
        if let Some(median) = self.median.get() {
            // An infinity is no distance from itself.
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
        validate::ensure(self.median.q == 0.5 && self.distance.q == 0.5, "a quantile that is no median")?;
        validate::ensure(self.median.n() == self.distance.n(), "two counts")
    }
}

/// In a window it is exact.
impl FromOrderStatistics for Mad {
    fn value_of(&self, values: &OrderStatistics) -> Option<f64> {
        values.median_absolute_deviation()
    }
}

rollable!(Mad: sorting);
univariate!(Mad);
