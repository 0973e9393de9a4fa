//! State that several statistics share, updated one value at a time. May use `numerics`, `traits`, `structures` and
//! `batch`.

pub mod central_moments;
pub mod centre;
pub mod comoments;
pub mod dispersion;
pub mod exponential_states;
pub mod exponential_stream;
pub mod exponential_weights;
pub mod nonpositive;
pub mod p_squared;
pub mod pairs;
pub mod share;
pub mod weighted_sum;
