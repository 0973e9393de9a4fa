//! Smallest value, largest value, largest magnitude of a window.

use crate::{
    Error,
    kernels::{
        batch::rolling_extremum::rolling_extremum,
        numerics::{
            order::{Largest, LargestMagnitude, Order, Smallest},
            validate,
        },
        structures::{extremum_window::ExtremumWindow, monotonic_queue::MonotonicQueue},
        traits::{Statistic, merged_windows, one_by_one},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The extremum of the newest values; NaN while a NaN is among them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound = "O: Order")]
pub struct RollingExtremum<O: Order> {
    /// The size of the window.
    pub window_size: u64,
    window: ExtremumWindow<MonotonicQueue<O>>,
}

/// The smallest of the newest values.
pub type RollingMin = RollingExtremum<Smallest>;
/// The largest of the newest values.
pub type RollingMax = RollingExtremum<Largest>;
/// The largest absolute value among the newest.
pub type RollingAbsMax = RollingExtremum<LargestMagnitude>;

impl<O: Order> RollingExtremum<O> {
    /// The extremum of the newest `window_size` values, at least one.
    pub fn new(window_size: i128) -> Result<Self, Error> {
        let window_size = validate::at_least_one("window_size", window_size)?;
        Ok(Self { window_size, window: ExtremumWindow::default() })
    }

    /// The extremum of the values of another window.
    pub fn of<'a>(window_size: u64, values: impl Iterator<Item = &'a f64>) -> Self {
        let mut window = ExtremumWindow::default();
        values.for_each(|&x| window.push(O::key(x)));
        Self { window_size, window }
    }

    /// The keys of the values in the window, oldest first.
    pub fn arrivals(&self) -> Vec<f64> {
        self.window.iter().copied().collect()
    }

    /// The keys of the values in the window, in ascending order.
    pub fn window(&self) -> Vec<f64> {
        self.window.sorted()
    }
}

impl<O: Order> Statistic for RollingExtremum<O> {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.window.slide(O::key(x), self.window_size);
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        self.window.read(MonotonicQueue::best)
    }

    fn n(&self) -> f64 {
        self.window.len() as f64
    }

    fn reach(&self) -> u64 {
        self.window_size
    }

    fn update_many(&mut self, xs: &[f64]) {
        // The others would be evicted.
        let newest = usize::try_from(self.window_size).map_or(xs, |size| &xs[xs.len().saturating_sub(size)..]);
        let keys: Vec<f64> = newest.iter().map(|&x| O::key(x)).collect();
        self.window.slide_many(&keys, self.window_size);
    }

    fn accumulate(&mut self, xs: &[f64], out: &mut [f64]) {
        match self.window.all_numbers(xs) {
            Some(before) => {
                rolling_extremum::<O>(&before, xs, self.window_size, out);
                self.update_many(xs);
            }
            None => one_by_one(self, xs, out),
        }
    }

    fn validate(&self) -> Result<(), &'static str> {
        let comparable = self.window.iter().all(|&x| O::key(x).to_bits() == x.to_bits());
        validate::ensure(comparable, "a value that cannot be compared")?;
        validate::ensure(self.window_size >= 1, "a window for no values")?;
        validate::ensure(self.window.len() as u64 <= self.window_size, "more values than the window takes")
    }
}

merged_windows!(RollingAbsMax: window_size);
merged_windows!(RollingMax: window_size);
merged_windows!(RollingMin: window_size);
univariate!(RollingAbsMax, RollingMax, RollingMin);
rollable!(RollingAbsMax, RollingMax, RollingMin: replaying);
