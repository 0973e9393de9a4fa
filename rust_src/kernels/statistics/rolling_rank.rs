//! Rank of the newest value among those of a window.

use crate::{
    Error,
    kernels::{
        batch::rolling_rank::accumulate_ranks,
        numerics::validate,
        structures::sorted_window::SortedWindow,
        traits::{Statistic, merged_windows, one_by_one},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The rank of the newest value in its window, counted from 1; of equal values, the mean of their ranks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RollingRank {
    /// The size of the window.
    pub window_size: u64,
    /// Whether the rank is divided by the number of values.
    pub pct: bool,
    window: SortedWindow,
}

impl RollingRank {
    /// The rank among the newest `window_size` values.
    pub fn new(window_size: i128, pct: bool) -> Result<Self, Error> {
        let window_size = validate::at_least_one("window_size", window_size)?;
        Ok(Self { window_size, pct, window: SortedWindow::default() })
    }
}

impl Statistic for RollingRank {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.window.slide(x, self.window_size);
    }

    fn get(&self) -> Option<f64> {
        let &newest = self.window.iter().next_back()?;
        let sorted = self.window.order().sorted();
        if sorted.len() < self.window.len() {
            return Some(f64::NAN);
        }
        let (below, next) = sorted.rank_and_next(newest);
        let up_to = match next {
            // There is no number after infinity.
            Some(_) if newest == f64::INFINITY => sorted.len(),
            Some(&next) if next == newest => sorted.rank(newest.next_up()),
            _ => below + 1,
        };
        let rank = (below + up_to + 1) as f64 / 2.0;
        Some(if self.pct { rank / self.n() } else { rank })
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
        if !accumulate_ranks(&mut self.window, xs, self.window_size, self.pct, out) {
            one_by_one(self, xs, out);
        }
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.window_size >= 1, "a window for no values")?;
        validate::ensure(self.window.len() as u64 <= self.window_size, "more values than the window takes")
    }
}

merged_windows!(RollingRank: window_size, pct);
univariate!(RollingRank);
rollable!(RollingRank: replaying);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_their_ranks() -> Result<(), Error> {
        let mut rank = RollingRank::new(4, false)?;
        assert_eq!(rank.get(), None);
        let mut ranks = Vec::new();
        for x in [3.0, 0.0, -0.0, f64::INFINITY, f64::INFINITY, 5e-324, f64::NEG_INFINITY, f64::MAX] {
            rank.update(x);
            ranks.push(rank.get().unwrap_or(f64::NAN));
        }
        assert_eq!(ranks, [1.0, 1.0, 1.5, 4.0, 3.5, 2.0, 1.0, 3.0]);
        rank.update(f64::NAN);
        assert!(rank.get().is_some_and(f64::is_nan));
        Ok(())
    }
}
