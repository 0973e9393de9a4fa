//! Many statistics of one stream: the state that some of them share.

pub mod shared;

pub use shared::{OfMoments, Shared, of_moments, of_moments_mut};
