//! Checks of parameters and of decoded states, shared by the kernels.

use crate::Error;

/// A probability in `[0, 1]`.
pub fn probability(name: &'static str, value: f64) -> Result<f64, Error> {
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(Error::parameter(name, value, "between 0 and 1")) }
}

/// A probability in `(0, 1)`.
pub fn inner_probability(name: &'static str, value: f64) -> Result<f64, Error> {
    if value > 0.0 && value < 1.0 { Ok(value) } else { Err(Error::parameter(name, value, "strictly between 0 and 1")) }
}

/// A size of at least one.
pub fn at_least_one(name: &'static str, value: impl Into<i128>) -> Result<u64, Error> {
    let value = value.into();
    u64::try_from(value).ok().filter(|&v| v >= 1).ok_or_else(|| Error::parameter(name, value, "an integer >= 1"))
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
