//! The traits of the `watermill` crate follow from this crate's, so that both crates' statistics can be mixed in Rust. One
//! line in the file of a statistic implements them; a blanket implementation is impossible for another crate's traits.
//!
//! Watermill's `get` returns a plain number: NaN stands for no value.

/// Implements `watermill::stats::Univariate` for kernels of one number.
macro_rules! univariate {
    ($($kernel:ty),+) => {$(
        impl ::watermill::stats::Univariate<f64> for $kernel {
            #[inline]
            fn update(&mut self, x: f64) {
                $crate::kernels::traits::Statistic::update(self, x);
            }

            fn get(&self) -> f64 {
                $crate::kernels::traits::Statistic::get(self).unwrap_or(f64::NAN)
            }
        }
    )+};
}
pub(crate) use univariate;

/// Implements `watermill::stats::Bivariate` for kernels of pairs.
macro_rules! bivariate {
    ($($kernel:ty),+) => {$(
        impl ::watermill::stats::Bivariate<f64> for $kernel {
            #[inline]
            fn update(&mut self, x: f64, y: f64) {
                $crate::kernels::traits::Statistic::update(self, (x, y));
            }

            fn get(&self) -> f64 {
                $crate::kernels::traits::Statistic::get(self).unwrap_or(f64::NAN)
            }
        }
    )+};
}
pub(crate) use bivariate;

/// Implements `watermill::stats::Revertable` for kernels of one number that revert.
macro_rules! revertable {
    ($($kernel:ty),+) => {$(
        impl ::watermill::stats::Revertable<f64> for $kernel {
            fn revert(&mut self, x: f64) -> Result<(), &'static str> {
                $crate::kernels::traits::Revert::revert(self, x).map_err(|_| "cannot revert more than was updated")
            }
        }
    )+};
}
pub(crate) use revertable;
