//! The upper tail of the chi-squared distribution.
//!
//! It is the regularised incomplete gamma function `Q(a, x)` at half the degrees of freedom and half the value. Since
//! `2a` is an integer, it is a finite sum without cancellation (NIST Digital Library of Mathematical Functions, 8.4.6,
//! 8.4.10 and 8.8.6): with `t(s) = x^s e^-x / Γ(s + 1)`,
//!
//! ```text
//! Q(a, x) = t(a - 1) + t(a - 2) + … + t(0)                    if a is an integer,
//! Q(a, x) = t(a - 1) + t(a - 2) + … + t(1/2) + erfc(√x)       if a is half an odd integer,
//! 1 - Q(a, x) = t(a) + t(a + 1) + …                           more precise if x < a + 1.
//! ```

use std::f64::consts::PI;

/// Terms below this fraction of the sum no longer change it.
const PRECISION: f64 = f64::EPSILON / 8.0;

/// The probability that a chi-squared variable is at least `value`, which is not negative.
pub fn chi_squared_survival(value: f64, degrees_of_freedom: u64) -> f64 {
    if degrees_of_freedom == 0 || value <= 0.0 {
        return 1.0;
    }
    upper(degrees_of_freedom as f64 / 2.0, value / 2.0)
}

/// `Q(a, x)` for a positive `x` and an `a` that is a positive multiple of 1/2.
fn upper(a: f64, x: f64) -> f64 {
    if x < a + 1.0 {
        let (mut term, mut sum, mut s) = (1.0, 1.0, a);
        while term > PRECISION * sum {
            s += 1.0;
            term *= x / s;
            sum += term;
        }
        return 1.0 - poisson(a, x) * sum;
    }
    let (mut term, mut sum, mut s) = (1.0, 0.0, a - 1.0);
    while s >= 0.0 && term > PRECISION * sum {
        sum += term;
        term *= s / x;
        s -= 1.0;
    }
    let rest = if a.fract() == 0.0 { 0.0 } else { libm::erfc(x.sqrt()) };
    if a < 1.0 { rest } else { poisson(a - 1.0, x) * sum + rest }
}

/// `x^s e^-x / Γ(s + 1)` for a positive `x`, in a form without cancellation of large numbers (C. Loader, "Fast and accurate
/// computation of binomial probabilities", 2000).
fn poisson(s: f64, x: f64) -> f64 {
    if s == 0.0 {
        return (-x).exp();
    }
    (-stirling_error(s) - deviance(s, x, s - x)).exp() / (2.0 * PI * s).sqrt()
}

/// `ln Γ(s + 1) - ln(√(2πs) (s/e)^s)`
fn stirling_error(s: f64) -> f64 {
    if s < 16.0 {
        return libm::lgamma(s + 1.0) - (s + 0.5) * s.ln() + s - 0.5 * (2.0 * PI).ln();
    }
    // B_2k / (2k (2k - 1) s^(2k - 1)), with the Bernoulli numbers B (DLMF 5.11.1).
    let square = s * s;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square) / square) / square)
        / s
}

/// `s ln(s/x) + x - s`, which is not negative, from `difference`, which is `s - x`.
pub fn deviance(s: f64, x: f64, difference: f64) -> f64 {
    if s == 0.0 {
        return x;
    }
    // Where they differ by more, little cancels.
    if difference.abs() >= 0.5 * (s + x) {
        return s * (s / x).ln() - difference;
    }
    // With v = (s - x) / (s + x), ln(s/x) = 2 (v + v³/3 + v⁵/5 + …).
    let v = difference / (s + x);
    let (mut sum, mut power, mut k) = (difference * v, 2.0 * s * v, 1.0);
    loop {
        power *= v * v;
        k += 2.0;
        let next = sum + power / k;
        if next == sum {
            return sum;
        }
        sum = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the closed forms for 1 and 2 degrees of freedom, and against the recurrence for others.
    #[test]
    fn agrees_with_closed_forms() {
        for i in 1..1_000 {
            let x = f64::from(i) * 0.37;
            let one = libm::erfc((x / 2.0).sqrt());
            let two = (-x / 2.0).exp();
            assert!((chi_squared_survival(x, 1) / one - 1.0).abs() < 1e-14);
            assert!((chi_squared_survival(x, 2) / two - 1.0).abs() < 1e-14);
            let four = two * (1.0 + x / 2.0);
            assert!((chi_squared_survival(x, 4) / four - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn is_a_probability_that_falls_everywhere() {
        for degrees in [1, 2, 3, 10, 33, 34, 1_001, 1_000_000] {
            let mut before = 1.0;
            for i in 0..200 {
                let p = chi_squared_survival(degrees as f64 * f64::from(i) / 50.0, degrees);
                assert!((0.0..=before).contains(&p), "{degrees} {i} {p}");
                before = p;
            }
        }
        assert_eq!(chi_squared_survival(1e5, 3), 0.0);
        assert_eq!(chi_squared_survival(1.0, 0), 1.0);
    }
}
