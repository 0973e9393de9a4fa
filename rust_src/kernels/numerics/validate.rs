//! Checks of parameters and of decoded states, shared by the kernels.

use crate::Error;
use std::fmt::Display;

/// A probability in `[0, 1]`.
pub fn probability(name: &'static str, value: f64) -> Result<f64, Error> {
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(Error::parameter(name, value, "between 0 and 1")) }
}

/// The largest size or number of degrees of freedom, as errors show it.
const LARGEST: &str = "an integer <= 18446744073709551615";

fn at_least(name: &'static str, value: i128, least: u64, expected: &'static str) -> Result<u64, Error> {
    match u64::try_from(value) {
        Ok(size) if size >= least => Ok(size),
        _ => Err(Error::parameter(name, shown(value), if value > 0 { LARGEST } else { expected })),
    }
}

/// A size of at least one.
pub fn at_least_one(name: &'static str, value: impl Into<i128>) -> Result<u64, Error> {
    at_least(name, value.into(), 1, "an integer >= 1")
}

/// A number of degrees of freedom, or of steps, of at least zero.
pub fn at_least_zero(name: &'static str, value: i128) -> Result<u64, Error> {
    at_least(name, value, 0, "an integer >= 0")
}

/// An integer as errors show it. The largest and the smallest `i128` stand for everything beyond.
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

/// Two probabilities, the first below the second.
pub fn quantile_range(q_inf: f64, q_sup: f64) -> Result<(f64, f64), Error> {
    let (q_inf, q_sup) = (probability("q_inf", q_inf)?, probability("q_sup", q_sup)?);
    if q_inf < q_sup {
        Ok((q_inf, q_sup))
    } else {
        Err(Error::parameter("q_inf", format!("{q_inf} with q_sup={q_sup}"), "strictly less than q_sup"))
    }
}

/// An error unless a parameter is the same in two statistics that are merged.
pub fn same<T: PartialEq + Shown>(name: &'static str, left: T, right: T) -> Result<(), Error> {
    if left == right { Ok(()) } else { Err(differ(name, left.shown(), right.shown())) }
}

/// The error that a parameter, with these values, is not the same in two statistics that are merged.
#[cold]
pub fn differ(name: &'static str, left: impl Display, right: impl Display) -> Error {
    Error::parameter(name, format!("{left} and {right}"), "the same in both statistics")
}

/// A parameter that errors show as Python does.
pub trait Shown {
    /// The value as text.
    fn shown(&self) -> String;
}

impl<T: Shown> Shown for &T {
    fn shown(&self) -> String {
        T::shown(self)
    }
}

impl Shown for f64 {
    fn shown(&self) -> String {
        format!("{self:?}")
    }
}

impl Shown for u64 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for i64 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for bool {
    fn shown(&self) -> String {
        if *self { "True" } else { "False" }.into()
    }
}

impl<T: Shown> Shown for Option<T> {
    fn shown(&self) -> String {
        self.as_ref().map_or_else(|| "None".into(), T::shown)
    }
}

/// The number of observations in two streams together. An error if it would leave no room for as many again, so that a
/// merged statistic can still be updated, stored and read.
#[inline]
pub fn joint_count(left: u64, right: u64) -> Result<u64, Error> {
    match left.checked_add(right) {
        Some(n) if n <= MOST_MERGED => Ok(n),
        _ => Err(too_many(u128::from(left) + u128::from(right))),
    }
}

/// The most observations of merged statistics.
const MOST_MERGED: u64 = 1 << 52;

#[cold]
fn too_many(n: u128) -> Error {
    Error::parameter("n", n, "at most 4503599627370496 in merged statistics")
}

/// The result of one check of a decoded state.
pub fn ensure(holds: bool, otherwise: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(otherwise) }
}

/// Whether a decoded number can be a sum of squares: not negative, but perhaps NaN.
pub fn is_sum_of_squares(value: f64) -> bool {
    value >= 0.0 || value.is_nan()
}

/// Whether a decoded count can grow further. From 2^53 on, `f64` rounds it.
pub fn is_count(n: u64) -> bool {
    n < 1 << 63
}
