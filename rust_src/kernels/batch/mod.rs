//! What is faster over a whole column than value by value.
//!
//! The statistics' own files decide where to use it: where the result is that of the loop over `update`, to the last
//! bit for order statistics and extrema, to 1e-12 for sums and moments.

mod radix_sort;
mod rank_set;
pub mod rolling_extremum;
pub mod rolling_moments;
pub mod rolling_order;
pub mod simd;

/// How many values are looked at together: what one pass over them reads, the next finds in the fastest cache.
pub const BLOCK: usize = 2048;
