//! Many statistics of one stream: the state that some of them share, and what one pass over a block tells several.

pub mod facts;
pub mod shared;

pub use facts::{needs_sum, update_with};
pub use shared::{OfMoments, Shared, of_moments, of_moments_mut};
