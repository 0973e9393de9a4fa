//! Algorithms over whole columns that are faster than a loop over `update`. The statistics use them where the result is that
//! of the loop: to the last bit for order statistics and extrema, to 1e-12 for sums and moments. May use `numerics`,
//! `traits` and `structures`.

mod radix_sort;
mod rank_set;
pub mod rolling_extremum;
pub mod rolling_moments;
pub mod rolling_quantile;
pub mod rolling_rank;
pub mod rolling_sum;
pub mod simd;
mod small_windows;
