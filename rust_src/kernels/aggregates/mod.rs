//! What is known of a run of observations, in fewer words than the statistics themselves take: a window holds one of
//! these for each observation.
//!
//! Where results leave the range of doubles although values and statistics do not, a second way is taken with scaled
//! numbers.

pub mod correlation;
pub mod dispersion;
pub mod exponential;
pub mod moments;
pub mod pivoted_sums;
pub mod product;
pub mod sum;

use crate::kernels::numerics::{
    double_double::{DoubleDouble, two_sum},
    validate,
};

fn validate_weight(weight: f64) -> Result<(), &'static str> {
    validate::ensure(weight > 0.0 && weight.is_finite(), "a run without weight")
}

/// Sums of squares between these are exact to rounding, as are their terms.
const SQUARES: std::ops::RangeInclusive<f64> = 1e-280..=1e300;

/// The mean of two runs that are `deviation` apart, of which the newer one has this `share` of the weight.
#[inline]
fn mean(older: DoubleDouble, deviation: f64, share: f64) -> DoubleDouble {
    let (hi, error) = two_sum(older.hi, deviation * share);
    // Brought to the nearest double and the rest, so that the rest does not grow.
    let (hi, lo) = two_sum(hi, older.lo + error);
    DoubleDouble { hi, lo }
}

/// The run that all of these make up.
#[cfg(test)]
fn joined<P: crate::kernels::structures::partial::PartialAggregate>(runs: impl IntoIterator<Item = P>) -> P {
    runs.into_iter().reduce(P::join).unwrap()
}
