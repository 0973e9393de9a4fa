//! Range of the values in a window.

use crate::{
    Error,
    kernels::{
        batch::rolling_extremum::rolling_extremum,
        numerics::{
            order::{Largest, Smallest},
            validate,
        },
        statistics::rolling_min_max::{RollingMax, RollingMin},
        structures::{extremum_window::ExtremumWindow, monotonic_queue::MonotonicQueue},
        traits::{Statistic, merged_windows, one_by_one},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// Largest minus smallest of the newest values; NaN while a NaN is among them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RollingPeakToPeak {
    /// The size of the window.
    pub window_size: u64,
    window: ExtremumWindow<(MonotonicQueue<Largest>, MonotonicQueue<Smallest>)>,
}

impl RollingPeakToPeak {
    /// The range of the newest `window_size` values, at least one.
    pub fn new(window_size: i128) -> Result<Self, Error> {
        let window_size = validate::at_least_one("window_size", window_size)?;
        Ok(Self { window_size, window: ExtremumWindow::default() })
    }

    /// The largest value of the window, as a statistic.
    pub fn max(&self) -> RollingMax {
        RollingMax::of(self.window_size, self.window.iter())
    }

    /// The smallest value of the window, as a statistic.
    pub fn min(&self) -> RollingMin {
        RollingMin::of(self.window_size, self.window.iter())
    }
}

impl Statistic for RollingPeakToPeak {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.window.slide(x, self.window_size);
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        self.window.read(|(largest, smallest)| Some(largest.best()? - smallest.best()?))
    }

    fn n(&self) -> f64 {
        self.window.len() as f64
    }

    fn reach(&self) -> u64 {
        self.window_size
    }

    fn update_many(&mut self, xs: &[f64]) {
        self.window.slide_many(xs, self.window_size);
    }

    fn accumulate(&mut self, xs: &[f64], out: &mut [f64]) {
        let Some(before) = self.window.all_numbers(xs) else {
            return one_by_one(self, xs, out);
        };
        let mut smallest = vec![0.0; out.len()];
        rolling_extremum::<Smallest>(&before, xs, self.window_size, &mut smallest);
        rolling_extremum::<Largest>(&before, xs, self.window_size, out);
        out.iter_mut().zip(smallest).for_each(|(largest, smallest)| *largest -= smallest);
        self.update_many(xs);
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.window_size >= 1, "a window for no values")?;
        validate::ensure(self.window.len() as u64 <= self.window_size, "more values than the window takes")
    }
}

merged_windows!(RollingPeakToPeak: window_size);
univariate!(RollingPeakToPeak);
rollable!(RollingPeakToPeak: replaying);
