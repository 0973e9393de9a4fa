//! Sketches: what is known of a stream in memory that does not grow with it, with bounds. KLL, HyperLogLog, frequent
//! items and the t-digest are those of Apache's `datasketches`; what the crate leaves undefined or does not check is
//! handled here. May use `numerics`, `structures` and `traits`.

pub mod buckets;
pub mod dd_sketch;
pub mod heavy_hitters;
pub mod item;
pub mod item_sketch;
pub mod kll;
pub mod log_mapping;
pub mod n_unique;
pub mod probabilities;
pub mod quantile_sketch;
pub mod t_digest;

pub use dd_sketch::DdSketch;
pub use heavy_hitters::HeavyHitters;
pub use item_sketch::ItemSketch;
pub use kll::Kll;
pub use n_unique::NUnique;
pub use probabilities::Probabilities;
pub use quantile_sketch::QuantileSketch;
pub use t_digest::TDigest;
