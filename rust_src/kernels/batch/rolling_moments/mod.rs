//! Statistics of the central moments of every window of a column. Small and large windows have an algorithm each; where
//! rounding may have spoilt a result, partial aggregates are combined instead, as in the window itself. May use `numerics`,
//! `traits` and the rest of `batch`.

mod accumulate;
mod from_moments;
mod large;
mod neighbours;
mod small;
#[cfg(test)]
mod tests;

pub use accumulate::rolling_moments;
pub use from_moments::FromMoments;
