//! Quantile over a window.

use crate::{
    Error,
    kernels::{
        batch::rolling_quantile::accumulate_quantiles,
        numerics::validate,
        structures::sorted_window::SortedWindow,
        traits::{Statistic, merged_windows, one_by_one},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The exact quantile of the newest values.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RollingQuantile {
    /// The probability of the quantile.
    pub q: f64,
    /// The size of the window.
    pub window_size: u64,
    window: SortedWindow,
}

impl RollingQuantile {
    /// The quantile at `q`, between 0 and 1, of the newest `window_size` values.
    pub fn new(q: f64, window_size: i128) -> Result<Self, Error> {
        let window_size = validate::at_least_one("window_size", window_size)?;
        Ok(Self { q: validate::probability("q", q)?, window_size, window: SortedWindow::default() })
    }
}

impl Statistic for RollingQuantile {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.window.slide(x, self.window_size);
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        self.window.quantile(self.q)
    }

    fn n(&self) -> f64 {
        self.window.len() as f64
    }

    fn reach(&self) -> u64 {
        self.window_size
    }

    /// Sorting by digits derives indexes.
    fn reads_in_place(&self) -> bool {
        false
    }

    fn update_many(&mut self, xs: &[f64]) {
        self.window.slide_many(xs, self.window_size);
    }

    fn accumulate(&mut self, xs: &[f64], out: &mut [f64]) {
        if !accumulate_quantiles(&mut self.window, xs, self.window_size, self.q, out) {
            one_by_one(self, xs, out);
        }
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure((0.0..=1.0).contains(&self.q), "q is outside 0 to 1")?;
        validate::ensure(self.window_size >= 1, "a window for no values")?;
        validate::ensure(self.window.len() as u64 <= self.window_size, "more values than the window takes")
    }
}

merged_windows!(RollingQuantile: window_size, q);
univariate!(RollingQuantile);
rollable!(RollingQuantile: replaying);
