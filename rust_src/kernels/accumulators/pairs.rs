//! The weight of pairs: of two values that are drawn by their weights, the probability that they are different ones.
//!
//! For weights `w` that add up to 1 it is `1 - Σw²`. The weighted variance of a sample is too small by this factor, and
//! is divided by it for an unbiased estimate, as pandas does with `bias=False`. It is kept in a form in which nothing
//! cancels: where a stream that weighs `a` and one that weighs `b`, with `a + b = 1`, become one, `a² U + b² V + 2ab`
//! follows from the weights `U` and `V` of their pairs.

/// The weight of the pairs of two streams together, from the share and the pairs of each.
pub fn joined(older: f64, older_pairs: f64, newer: f64, newer_pairs: f64) -> f64 {
    older * older * older_pairs + newer * newer * newer_pairs + 2.0 * older * newer
}

/// The weight of the pairs of `n` values, each of which lets those before it fade by the same factor κ, of which the
/// logarithm is given: `2κ / (1 + κ) · (1 - κ^(2n - 2))`; and if they are adjusted,
/// `2κ / (1 + κ) · (1 - κ^(n - 1)) / (1 - κ^n)`.
pub fn steady(n: u64, logarithm: f64, adjust: bool) -> f64 {
    if n < 2 {
        return 0.0;
    }
    let (n, factor) = (n as f64, logarithm.exp());
    let lost = |steps: f64| -(steps * logarithm).exp_m1();
    let share = match (adjust, logarithm == 0.0) {
        (false, _) => lost(2.0 * (n - 1.0)),
        (true, false) => lost(n - 1.0) / lost(n),
        (true, true) => (n - 1.0) / n,
    };
    2.0 * factor / (1.0 + factor) * share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_what_the_squares_of_all_weights_leave() {
        for factor in [0.0, 0.1, 0.5, 0.999, 1.0_f64] {
            for n in 1..30 {
                for adjust in [false, true] {
                    let mut weights: Vec<f64> = (0..n).map(|k| factor.powi(k)).collect();
                    let total: f64 = weights.iter().sum();
                    for (k, weight) in weights.iter_mut().enumerate() {
                        *weight *= if adjust { 1.0 / total } else { 1.0 - factor };
                        *weight += if !adjust && k + 1 == n as usize { factor.powi(n) } else { 0.0 };
                    }
                    let left = 1.0 - weights.iter().map(|w| w * w).sum::<f64>();
                    assert!((steady(n as u64, factor.ln(), adjust) - left).abs() < 1e-14, "{factor} {n} {adjust}");
                }
            }
        }
    }
}
