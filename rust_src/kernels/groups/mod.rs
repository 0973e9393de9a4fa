//! One statistic for each of many keys: which index a key has, the kernels side by side by index, and which group is to be
//! evicted next.

pub mod dense;
pub mod eviction;
pub mod index;
pub mod recency;
pub mod runs;

pub use dense::Dense;
pub use eviction::Eviction;
pub use index::Index;
pub use runs::Runs;
