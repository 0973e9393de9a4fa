//! State that several statistics share. May use `numerics`, `traits`, `structures` and `batch`.

pub mod centre;
pub mod comoments;
pub mod dispersion;
pub mod exponential_weights;
pub mod moments;
pub mod nonpositive;
pub mod weighted_sum;
