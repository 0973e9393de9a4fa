//! Interquartile range, estimated.

use crate::{
    Error,
    kernels::{
        accumulators::p_squared::PSquared,
        numerics::validate,
        structures::order_statistics::OrderStatistics,
        traits::Statistic,
        watermill::univariate,
        window::{rollable, strategy::FromOrderStatistics},
    },
};
use serde::{Deserialize, Serialize};

/// The difference of two [`Quantile`](crate::kernels::Quantile)s.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Iqr {
    inferior: PSquared,
    superior: PSquared,
    /// The lower probability.
    pub q_inf: f64,
    /// The upper probability.
    pub q_sup: f64,
}

impl Iqr {
    /// The range between the quantiles at `q_inf` and `q_sup`, where `0 <= q_inf < q_sup <= 1`.
    pub fn new(q_inf: f64, q_sup: f64) -> Result<Self, Error> {
        let (q_inf, q_sup) = validate::quantile_range(q_inf, q_sup)?;
        Ok(Self { inferior: PSquared::new(q_inf)?, superior: PSquared::new(q_sup)?, q_inf, q_sup })
    }

    /// The difference of these quantiles.
    pub fn of(inferior: PSquared, superior: PSquared) -> Self {
        Self { inferior, superior, q_inf: inferior.q, q_sup: superior.q }
    }
}

impl Statistic for Iqr {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.inferior.update(x);
        self.superior.update(x);
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        Some(self.superior.get()? - self.inferior.get()?)
    }

    fn n(&self) -> f64 {
        self.inferior.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.inferior.validate()?;
        self.superior.validate()?;
        validate::ensure(self.q_inf == self.inferior.q && self.q_sup == self.superior.q, "two sets of probabilities")?;
        validate::ensure(self.q_inf < self.q_sup, "q_inf is not below q_sup")?;
        validate::ensure(self.inferior.n() == self.superior.n(), "two counts")
    }
}

/// Windows give the exact value instead of the estimate.
impl FromOrderStatistics for Iqr {
    fn value_of(&self, values: &OrderStatistics) -> Option<f64> {
        Some(values.quantile(self.q_sup)? - values.quantile(self.q_inf)?)
    }
}

rollable!(Iqr: sorting);
univariate!(Iqr);
