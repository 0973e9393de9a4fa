//! Checks of parameters and of decoded states, shared by the kernels.

use crate::{Error, kernels::numerics::double_double::DoubleDouble};

/// A probability in `[0, 1]`.
pub fn probability(name: &'static str, value: f64) -> Result<f64, Error> {
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(Error::parameter(name, value, "between 0 and 1")) }
}

/// A probability in `(0, 1)`.
pub fn inner_probability(name: &'static str, value: f64) -> Result<f64, Error> {
    if value > 0.0 && value < 1.0 { Ok(value) } else { Err(Error::parameter(name, value, "strictly between 0 and 1")) }
}

/// The largest size or number of degrees of freedom.
const LARGEST: &str = "an integer <= 18446744073709551615";

/// An integer from `least` on, which `expected` says in words.
fn from_on(name: &'static str, value: i128, least: u64, expected: &'static str) -> Result<u64, Error> {
    match u64::try_from(value) {
        Ok(size) if size >= least => Ok(size),
        _ => Err(Error::parameter(name, shown(value), if value > 0 { LARGEST } else { expected })),
    }
}

/// A size of at least one.
pub fn at_least_one(name: &'static str, value: impl Into<i128>) -> Result<u64, Error> {
    from_on(name, value.into(), 1, "an integer >= 1")
}

/// A number of degrees of freedom, or of places, of at least zero.
pub fn at_least_zero(name: &'static str, value: i128) -> Result<u64, Error> {
    from_on(name, value, 0, "an integer >= 0")
}

/// An integer as errors show it. The largest and the smallest one stand for all beyond.
pub fn shown(value: i128) -> String {
    match value {
        i128::MAX => "one of 2**127 - 1 or more".into(),
        i128::MIN => "one of -2**127 or less".into(),
        _ => value.to_string(),
    }
}

/// A finite number.
pub fn finite(name: &'static str, value: f64) -> Result<f64, Error> {
    if value.is_finite() { Ok(value) } else { Err(Error::parameter(name, format!("{value:?}"), "a finite number")) }
}

/// A finite number of at least zero.
pub fn not_negative(name: &'static str, value: f64) -> Result<f64, Error> {
    if value >= 0.0 && value.is_finite() {
        Ok(value)
    } else {
        Err(Error::parameter(name, format!("{value:?}"), "a finite number >= 0"))
    }
}

/// Whether a frequency weight changes anything: one of 0 does not. One that is negative, NaN or infinite is an error.
#[inline]
pub fn weight(w: f64) -> Result<bool, Error> {
    if w > 0.0 && w < f64::INFINITY { Ok(true) } else { not_negative("w", w).map(|_| false) }
}

/// A weight that the total stays finite with.
#[inline]
pub fn total_weight(total: DoubleDouble, w: f64) -> Result<(), Error> {
    if total.hi + w < f64::INFINITY {
        Ok(())
    } else {
        Err(Error::parameter("w", format!("{w:?}"), "so small that the total weight stays finite"))
    }
}

/// A weight that is left of another is nothing if it is this small a part of what was taken away: then it is what
/// rounding left of the weights.
const RESIDUE: f64 = f64::from_bits((1023 - 64) << 52);
/// Weights that were summed in another order may go below zero by this part of what was taken away.
const DEFICIT: f64 = 1e-12;

/// What is left of the total weight after `w` was taken away: None if nothing. It is an error to take away more than
/// there is.
pub fn remaining(total: DoubleDouble, w: DoubleDouble) -> Result<Option<DoubleDouble>, Error> {
    let mut left = total;
    left.subtract(w);
    let (rest, taken) = (left.value(), w.value());
    if rest < -DEFICIT * taken {
        Err(Error::Revert { weight: taken, n: total.value() })
    } else {
        Ok((rest > RESIDUE * taken).then_some(left))
    }
}

/// What is left of a total weight after another stream was taken away: nothing, where that had seen more. River's
/// models subtract such statistics and expect an empty one.
pub fn left_of(total: DoubleDouble, other: DoubleDouble) -> Option<DoubleDouble> {
    remaining(total, other).ok().flatten()
}

/// Whether a sum of squares can be what it is: not negative, though perhaps NaN.
pub fn is_sum_of_squares(value: f64) -> bool {
    value >= 0.0 || value.is_nan()
}

/// Whether a decoded count is one that can go on: up to here, `f64` holds every whole number.
pub fn is_count(n: u64) -> bool {
    n < 1 << 53
}

/// Turns the result of a check into what [`super::Statistic::validate`] returns.
pub fn ensure(holds: bool, otherwise: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(otherwise) }
}

/// Two probabilities, the first strictly below the second, each within what `range` allows.
pub fn quantile_range(
    range: fn(&'static str, f64) -> Result<f64, Error>,
    q_inf: f64,
    q_sup: f64,
) -> Result<(f64, f64), Error> {
    let (q_inf, q_sup) = (range("q_inf", q_inf)?, range("q_sup", q_sup)?);
    if q_inf < q_sup {
        Ok((q_inf, q_sup))
    } else {
        Err(Error::parameter("q_inf", format!("{q_inf} with q_sup={q_sup}"), "strictly less than q_sup"))
    }
}
