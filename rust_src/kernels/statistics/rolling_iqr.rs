//! Interquartile range over a window.

use crate::{
    Error,
    kernels::{
        batch::rolling_quantile::accumulate_quantiles,
        numerics::validate,
        structures::{order_statistics::Interpolation, sorted_window::SortedWindow},
        traits::{Statistic, merged_windows, one_by_one},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The exact difference of two quantiles of the newest values.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RollingIqr {
    /// The lower probability.
    pub q_inf: f64,
    /// The upper probability.
    pub q_sup: f64,
    /// The size of the window.
    pub window_size: u64,
    window: SortedWindow,
}

impl RollingIqr {
    /// The range between the quantiles at `q_inf` and `q_sup` of the newest `window_size` values, where
    /// `0 <= q_inf < q_sup <= 1`.
    pub fn new(window_size: i128, q_inf: f64, q_sup: f64) -> Result<Self, Error> {
        let window_size = validate::at_least_one("window_size", window_size)?;
        let (q_inf, q_sup) = validate::quantile_range(q_inf, q_sup)?;
        Ok(Self { q_inf, q_sup, window_size, window: SortedWindow::default() })
    }
}

impl Statistic for RollingIqr {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.window.slide(x, self.window_size);
    }

    fn get(&self) -> Option<f64> {
        Some(self.window.quantile(self.q_sup)? - self.window.quantile(self.q_inf)?)
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
        let wanted = (&[self.q_inf, self.q_sup][..], Interpolation::Linear);
        let mut quantiles = vec![0.0; 2 * out.len()];
        if accumulate_quantiles(&mut self.window, xs, self.window_size, wanted, &mut quantiles) {
            let ranges = quantiles.chunks_exact(2).map(|pair| pair[1] - pair[0]);
            out.iter_mut().zip(ranges).for_each(|(out, range)| *out = range);
        } else {
            one_by_one(self, xs, out);
        }
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(
            0.0 <= self.q_inf && self.q_inf < self.q_sup && self.q_sup <= 1.0,
            "probabilities out of order",
        )?;
        validate::ensure(self.window_size >= 1, "a window for no values")?;
        validate::ensure(self.window.len() as u64 <= self.window_size, "more values than the window takes")
    }
}

merged_windows!(RollingIqr: window_size, q_inf, q_sup);
univariate!(RollingIqr);
rollable!(RollingIqr: replaying);
