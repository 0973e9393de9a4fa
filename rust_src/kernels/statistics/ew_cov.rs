//! Exponentially weighted covariance.

use crate::{
    Error,
    kernels::{
        accumulators::exponential_weights::{Fading, Share},
        aggregates::exponential::FadingRun,
        numerics::{double_double::Double, serde_compat, timestamp::Timestamp, validate},
        traits::{Statistic, Timed},
        window::strategy::Aggregate,
    },
};
use serde::{Deserialize, Serialize};

/// Exponentially weighted covariance about the exponentially weighted means, the bilinear form of
/// [`EwVar`](super::EwVar): `covariance = (1 - α) covariance + (1 - α) α (x - mean_x) (y - mean_y)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EwCov {
    /// The weights.
    pub fading: Fading,
    #[serde(with = "serde_compat")]
    mean_x: Double,
    #[serde(with = "serde_compat")]
    mean_y: Double,
    covariance: f64,
}

impl EwCov {
    /// A covariance whose weights fade as [`Fading::new`] says.
    pub fn new(fading_factor: f64, halflife: Option<f64>, adjust: bool) -> Result<Self, Error> {
        let fading = Fading::new(fading_factor, halflife, adjust)?;
        Ok(Self { fading, mean_x: Double::default(), mean_y: Double::default(), covariance: 0.0 })
    }

    #[inline(always)]
    fn absorb(&mut self, (x, y): (f64, f64), share: Option<Share>) {
        let Some(share) = share else {
            (self.mean_x, self.mean_y) = (x.into(), y.into());
            // First values that are infinite or NaN have no finite deviation from themselves.
            self.covariance = if x.is_finite() && y.is_finite() { 0.0 } else { f64::NAN };
            return;
        };
        let (dx, dy) = (share.draw(&mut self.mean_x, x), share.draw(&mut self.mean_y, y));
        let product = share.product(dx, dy, x.is_finite() && y.is_finite());
        self.covariance = share.kept * self.covariance + product;
    }
}

impl Statistic for EwCov {
    type Input = (f64, f64);

    #[inline]
    fn update(&mut self, pair: (f64, f64)) {
        let share = self.fading.advance();
        self.absorb(pair, share);
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        Some(self.covariance)
    }

    fn n(&self) -> f64 {
        self.fading.n() as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.fading.validate()?;
        let means = self.mean_x == Double::default() && self.mean_y == Double::default();
        validate::ensure(self.fading.n() > 0 || means, "means without values")?;
        let covariance = self.covariance == 0.0 || self.covariance.is_nan();
        validate::ensure(self.n() > 1.0 || covariance, "a covariance without values")
    }
}

impl Timed for EwCov {
    fn update_at(&mut self, pair: (f64, f64), t: Timestamp) -> Result<(), Error> {
        let share = self.fading.advance_to(t)?;
        self.absorb(pair, share);
        Ok(())
    }
}

impl Aggregate for EwCov {
    type Partial = FadingRun<(f64, f64)>;

    #[inline]
    fn lift(&self, x: (f64, f64), _: f64) -> Self::Partial {
        FadingRun::new(&self.fading, x)
    }

    #[inline]
    fn lower(&self, run: Option<Self::Partial>) -> Self {
        let Some(run) = run else { return self.clone() };
        let (fading, (mean_x, mean_y), covariance) = run.lower(&self.fading);
        Self { fading, mean_x: mean_x.into(), mean_y: mean_y.into(), covariance }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::statistics::ew_var::EwVar;

    #[test]
    fn the_covariance_of_a_variable_with_itself_is_its_variance() {
        for (halflife, adjust) in [(None, false), (None, true), (Some(3.0), false), (Some(3.0), true)] {
            let mut cov = EwCov::new(0.3, halflife, adjust).unwrap();
            let mut var = EwVar::new(0.3, halflife, adjust).unwrap();
            for i in 0..50 {
                let x = 1e8 + f64::from(i * i % 17);
                cov.update((x, x));
                var.update(x);
                assert_eq!(cov.get(), var.get());
            }
            assert!(var.get() > Some(0.0));
        }
    }
}
