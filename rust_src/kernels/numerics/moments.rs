//! Sums of powers of deviations from the mean, `M_k = Σ (x - mean)^k`.
//!
//! For two sets of `a` and `b` values, whose means are `δ` apart, the sums over both are (P. Pébay, "Formulas for
//! robust, one-pass parallel computation of covariances and arbitrary-order statistical moments", SAND2008-6212
//! (2008), equations 2.1 to 2.3), with the shares `α = a / (a + b)` and `β = b / (a + b)`:
//!
//! ```text
//! M2 = A2 + B2 + δ² a β
//! M3 = A3 + B3 + δ³ a β (α - β) + 3 δ (α B2 - β A2)
//! M4 = A4 + B4 + δ⁴ a β (α² - α β + β²) + 6 δ² (α² B2 + β² A2) + 4 δ (α B3 - β A3)
//! ```

/// The number of values and the sums of powers of deviations; those of third and fourth powers are 0 where a statistic
/// does not need them.
#[derive(Clone, Copy, Debug)]
pub struct Moments {
    /// The number of values.
    pub n: f64,
    /// The sum of squares.
    pub m2: f64,
    /// The sum of third powers.
    pub m3: f64,
    /// The sum of fourth powers.
    pub m4: f64,
}

/// The sums `[M2, M3, M4]` over two sets of `na` and `nb` values whose means are `delta` apart; `M4` is 0 unless
/// `FOURTH`.
#[inline]
pub fn combine_powers<const FOURTH: bool>(
    [a2, a3, a4]: [f64; 3],
    [b2, b3, b4]: [f64; 3],
    delta: f64,
    (na, nb): (f64, f64),
) -> [f64; 3] {
    let inverse = 1.0 / (na + nb);
    let (share_a, share_b) = (na * inverse, nb * inverse);
    let squares = delta * delta * na * share_b;
    let m4 = if FOURTH {
        let m4 = a4
            + b4
            + squares * delta * delta * (share_a * share_a - share_a * share_b + share_b * share_b)
            + 6.0 * delta * delta * (share_a * share_a * b2 + share_b * share_b * a2)
            + 4.0 * delta * (share_a * b3 - share_b * a3);
        // Cancellation may make it negative where exact arithmetic leaves next to nothing.
        if m4 < 0.0 { 0.0 } else { m4 }
    } else {
        0.0
    };
    let m3 = a3 + b3 + squares * delta * (share_a - share_b) + 3.0 * delta * (share_a * b2 - share_b * a2);
    [a2 + b2 + squares, m3, m4]
}

/// From the sums of powers `[S1, S2, S3, S4]` of the distances of `n` values from some number: how far the mean is from
/// that number, and the sums `[M2, M3, M4]` about the mean. They lose digits where the mean is far away.
#[inline(always)]
pub fn about_mean(n: f64, [s1, s2, s3, s4]: [f64; 4]) -> (f64, [f64; 3]) {
    let offset = s1 / n;
    let m2 = s2 - s1 * offset;
    let m3 = s3 - offset * (3.0 * s2 - 2.0 * s1 * offset);
    let m4 = s4 - offset * (4.0 * s3 - offset * (6.0 * s2 - 3.0 * s1 * offset));
    (offset, [m2, m3, m4])
}
