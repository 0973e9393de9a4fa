//! Least-squares line of y on x, with the standard errors of its slope and intercept.
//!
//! With the sums of products of deviations `Sxx`, `Syy` and `Sxy`, the slope is `Sxy / Sxx`, its standard error
//! `√((1 - r²) Syy / Sxx / (n - 2))`, and that of the intercept the same times `√(Sxx/n + mean_x²)` (N. R. Draper, H. Smith,
//! "Applied Regression Analysis", 3rd edition, sections 1.2 to 1.4).

use crate::kernels::{
    accumulators::comoments::Comoments,
    aggregates::{aggregated_by, correlation::CorrelationAggregate, pivoted_sums::CorrelationSums},
    statistics::mean::Mean,
    traits::{Statistic, weighted_by},
    watermill::bivariate,
    window::rollable,
};
use serde::{Deserialize, Serialize};

/// The slope of the line; `None` while all x are equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Regression {
    comoments: Comoments,
}

impl Regression {
    /// A line through no points.
    pub fn new() -> Self {
        Self::default()
    }

    /// The increase of y for an increase of x by 1.
    pub fn slope(&self) -> Option<f64> {
        self.comoments.slope()
    }

    /// The value of y at x = 0.
    pub fn intercept(&self) -> Option<f64> {
        let slope = self.slope()?;
        Some(self.comoments.intercept(slope))
    }

    /// The share of the variance of y that the line explains; 0 where y is constant.
    pub fn r2(&self) -> Option<f64> {
        let r = self.slope().map(|_| self.comoments.correlation())?;
        Some(r * r)
    }

    /// The standard error of the slope.
    pub fn slope_stderr(&self) -> Option<f64> {
        let degrees = self.n() - 2.0;
        let r = (degrees > 0.0 && self.slope().is_some()).then(|| self.comoments.correlation())?;
        Some(((1.0 - r * r) / degrees).sqrt() * self.comoments.ratio_of_deviations())
    }

    /// The standard error of the intercept.
    pub fn intercept_stderr(&self) -> Option<f64> {
        let mean = Mean::from_dispersion(&self.comoments.dispersion_x()).get()?;
        Some(self.slope_stderr()? * self.comoments.dispersion_x().standard_deviation(0).hypot(mean))
    }
}

impl Statistic for Regression {
    type Input = (f64, f64);

    #[inline]
    fn update(&mut self, pair: (f64, f64)) {
        self.comoments.update(pair);
    }

    fn update_many(&mut self, xs: &[(f64, f64)]) {
        self.comoments.update_many(xs);
    }

    fn get(&self) -> Option<f64> {
        self.slope()
    }

    fn n(&self) -> f64 {
        self.comoments.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.comoments.validate()
    }
}

weighted_by!(Regression, comoments: (f64, f64));
aggregated_by!(Regression, comoments: (f64, f64) => CorrelationAggregate, sums CorrelationSums);
rollable!(Regression: combining, weighted);
bivariate!(Regression);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_line_of_the_points_at_any_scale() {
        // numpy.polyfit and scipy.stats.linregress of these.
        let points = [(0.0, 1.0), (1.0, 3.0), (2.0, 4.0), (3.0, 8.0)];
        for (x_unit, y_unit) in [(1.0, 1.0), (1e-200, 1e100), (1e150, 1e150), (1e-300, 1e-300)] {
            let mut line = Regression::new();
            assert_eq!((line.get(), line.intercept(), line.r2(), line.slope_stderr()), (None, None, None, None));
            for (x, y) in points {
                line.update((x * x_unit, y * y_unit));
            }
            let near = |value: Option<f64>, expected: f64, unit: f64| {
                assert!(value.is_some_and(|value| (value / unit - expected).abs() < 1e-14), "{value:?} {expected}");
            };
            near(line.slope(), 2.2, y_unit / x_unit);
            near(line.intercept(), 0.7, y_unit);
            near(line.r2(), 24.2 / 26.0, 1.0);
            near(line.slope_stderr(), 0.18_f64.sqrt(), y_unit / x_unit);
            near(line.intercept_stderr(), 0.63_f64.sqrt(), y_unit);
        }
    }

    #[test]
    fn there_is_no_line_where_x_does_not_differ() {
        let mut line = Regression::new();
        line.update_many(&[(2.0, 1.0), (2.0, 5.0)]);
        assert_eq!((line.slope(), line.intercept(), line.r2()), (None, None, None));
        line.update((3.0, f64::NAN));
        assert!(line.get().is_some_and(f64::is_nan));
    }
}
