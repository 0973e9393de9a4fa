//! Partial aggregates: what is known of a run of observations, in fewer numbers than the statistics themselves keep. A
//! window holds one for each block of its observations. Where a result leaves the range of doubles, although the values
//! and the statistic do not, an operation has a second path with scaled numbers. May use `numerics`, `traits` and
//! `accumulators`.

pub mod aggregated_by;
pub mod correlation;
pub mod dispersion;
pub mod exponential;
pub mod moments;
pub mod pivoted_sums;
pub mod product;
pub mod sum;
pub mod variation;
pub mod whole_state;

pub(crate) use aggregated_by::aggregated_by;
pub(crate) use whole_state::aggregated_whole;
