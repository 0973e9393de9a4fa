//! Frequency weights: which are allowed, and what is left of a total when some are reverted.

use crate::{
    Error,
    kernels::numerics::{double_double::DoubleDouble, validate},
};

/// A total that is left after a revert counts as 0 if it is this small a fraction of what was subtracted: it is then
/// only a rounding error.
const RESIDUE: f64 = f64::from_bits((1023 - 64) << 52);
/// The total of weights summed in another order may fall below 0 by this fraction of what was subtracted.
const DEFICIT: f64 = 1e-12;

/// Whether a weight is positive; one of 0 changes nothing. A negative, infinite or NaN weight is an error.
#[inline]
pub fn is_positive(w: f64) -> Result<bool, Error> {
    if w > 0.0 && w < f64::INFINITY { Ok(true) } else { zero(w) }
}

/// Whether a weight changes anything; one of 0 does not. An infinite or NaN weight is an error.
pub fn is_any(w: f64) -> Result<bool, Error> {
    if w != 0.0 && w.is_finite() { Ok(true) } else { zero(w) }
}

#[cold]
fn zero(w: f64) -> Result<bool, Error> {
    if w == 0.0 {
        return Ok(false);
    }
    Err(Error::parameter("w", format!("{w:?}"), if w.is_finite() { ">= 0" } else { "a finite number" }))
}

/// The largest weight in a window: the sum of as many as a window can have stays finite.
const LARGEST_IN_WINDOW: f64 = f64::from_bits((1023 + 960) << 52);

/// As [`is_positive`], if a window keeps the observation: also an error if the weights could add up to infinity.
#[inline]
pub fn is_positive_in_window(w: f64) -> Result<bool, Error> {
    if w <= LARGEST_IN_WINDOW { is_positive(w) } else { Err(too_large(w)) }
}

#[cold]
fn too_large(w: f64) -> Error {
    let expected = if w.is_finite() { "at most 2**960 in a window, so that weights add up" } else { "a finite number" };
    Error::parameter("w", format!("{w:?}"), expected)
}

/// An error if adding `w` makes the total weight infinite.
#[inline]
pub fn check_total(total: DoubleDouble, w: f64) -> Result<(), Error> {
    if total.hi + w < f64::INFINITY {
        Ok(())
    } else {
        Err(Error::parameter("w", format!("{w:?}"), "so small that the total weight stays finite"))
    }
}

/// An error if the total weight of two streams together is infinite.
#[inline]
pub fn check_joint(left: f64, right: f64) -> Result<(), Error> {
    if left + right < f64::INFINITY { Ok(()) } else { Err(infinite(left, right)) }
}

#[cold]
fn infinite(left: f64, right: f64) -> Error {
    Error::parameter("n", format!("{left:?} + {right:?}"), "finite in merged statistics")
}

/// The total weight after reverting `w`; `None` if nothing is left. Reverting more than the total is an error.
pub fn after_revert(total: DoubleDouble, w: DoubleDouble) -> Result<Option<DoubleDouble>, Error> {
    let mut left = total;
    left.subtract(w);
    let (rest, reverted) = (left.value(), w.value());
    if rest < -DEFICIT * reverted {
        Err(Error::Revert { weight: reverted, n: total.value() })
    } else {
        Ok((rest > RESIDUE * reverted).then_some(left))
    }
}

/// The total weight after unmerging another stream's; `None` if nothing is left, or if the other stream had more:
/// river's models subtract such statistics and expect an empty one.
pub fn after_unmerge(total: DoubleDouble, other: DoubleDouble) -> Option<DoubleDouble> {
    after_revert(total, other).ok().flatten()
}

/// Checks the total weight in a decoded state.
pub fn validate_total(total: DoubleDouble) -> Result<(), &'static str> {
    let total = total.value();
    validate::ensure(total.is_finite() && total >= 0.0, "a total weight that is negative or not finite")
}

/// Checks the weight of a decoded partial aggregate.
pub fn validate_partial(weight: f64) -> Result<(), &'static str> {
    validate::ensure(weight > 0.0 && weight.is_finite(), "a run without weight")
}
