//! How likely a distance of two samples is if both come from one continuous distribution.
//!
//! Sorted together, the samples are a path over a grid from one corner to the other: a step to the right for a value of the
//! first, a step up for one of the second; all paths are equally likely. The difference of the distribution functions is how
//! far the path is from the diagonal.

/// Two samples: what the p-value of their distance follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Test {
    /// How large the samples are.
    pub sizes: [u64; 2],
    /// Their distance, times the least common multiple of their sizes; `None` if it is NaN.
    pub height: Option<u128>,
}

impl Test {
    /// The probability of a distance at least as large, NaN if that is NaN.
    pub fn p_value(self) -> f64 {
        match (self.height, self.sizes) {
            (None, _) => f64::NAN,
            (Some(0), _) => 1.0,
            (Some(height), [x, y]) if x == y => of_equal_sizes(x, height),
            (Some(height), sizes) => of_sizes(sizes, height),
        }
    }
}

/// With `n` values in each and a distance of `h / n` it is `2 (c(h) - c(2h) + c(3h) - ...)`, where `c(k)` is the binomial
/// coefficient of `2n` and `n - k` over that of `2n` and `n` (B. V. Gnedenko, V. S. Korolyuk, "On the maximum discrepancy
/// between two empirical distributions", Doklady Akademii Nauk SSSR 80 (1951)).
fn of_equal_sizes(n: u64, height: u128) -> f64 {
    let (mut sum, mut ratio, mut sign) = (0.0, 1.0, 1.0);
    for k in 1..=n {
        ratio *= (n + 1 - k) as f64 / (n + k) as f64;
        if u128::from(k).is_multiple_of(height) {
            sum += sign * ratio;
            sign = -sign;
        }
        // What follows is smaller still.
        if ratio < f64::EPSILON * 1e-2 * sum || ratio == 0.0 {
            break;
        }
    }
    (2.0 * sum).min(1.0)
}

/// The share `P` of paths to a point of the grid that have been as far from the diagonal as the distance is: 1 if the
/// point itself is that far, else `P(i, j) = (i P(i - 1, j) + j P(i, j - 1)) / (i + j)`, by the step that led there (J.
/// L. Hodges, "The significance probability of the Smirnov two-sample test", Arkiv för Matematik 3 (1958)). All terms
/// are positive, so that small probabilities keep their digits. Only the points near the diagonal are visited.
fn of_sizes([x, y]: [u64; 2], height: u128) -> f64 {
    let (long, short) = (u128::from(x.max(y)), u128::from(x.min(y)));
    let divisor = u128::from(greatest_common_divisor(x, y));
    // The distance of point `(i, j)` is `|i right - j up|`.
    let (right, up) = (short / divisor, long / divisor);
    // The shares of column `i` at each `j`: 1 where the point is too far away.
    let mut shares = vec![1.0_f64; short as usize + 1];
    for i in 0..=long {
        let first = if i * right < height { 0 } else { (i * right - height) / up + 1 };
        let last = ((i * right + height - 1) / up).min(short);
        let (i, mut below) = (i as f64, 1.0);
        for (j, share) in shares.iter_mut().enumerate().take(last as usize + 1).skip(first as usize) {
            let j = j as f64;
            *share = if i + j == 0.0 { 0.0 } else { (i * *share + j * below) / (i + j) };
            below = *share;
        }
    }
    shares[short as usize]
}

/// The largest number that divides both.
pub fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The share of all paths that have been that far away, by counting them.
    fn counted([x, y]: [u64; 2], height: i64) -> f64 {
        fn paths(i: i64, j: i64, sizes: [i64; 2], height: i64, far: bool) -> [u64; 2] {
            let [x, y] = sizes;
            let far = far || (i * y - j * x).abs() >= height;
            if [i, j] == sizes {
                return [u64::from(far), 1];
            }
            let right = if i < x { paths(i + 1, j, sizes, height, far) } else { [0; 2] };
            let up = if j < y { paths(i, j + 1, sizes, height, far) } else { [0; 2] };
            [right[0] + up[0], right[1] + up[1]]
        }
        let [far, all] = paths(0, 0, [x as i64, y as i64], height, false);
        far as f64 / all as f64
    }

    #[test]
    fn is_the_share_of_paths_that_have_been_as_far_away() {
        for sizes in [[1, 2], [3, 5], [5, 3], [4, 6], [7, 1], [6, 6], [8, 4]] {
            let divisor = (1..=8).filter(|k| sizes.iter().all(|size| size % k == 0)).max().unwrap_or(1);
            for height in 1..=sizes[0] * sizes[1] / divisor {
                let p_value = Test { sizes, height: Some(height.into()) }.p_value();
                let expected = counted(sizes, (height * divisor) as i64);
                assert!((p_value / expected - 1.0).abs() < 1e-14, "{sizes:?} {height} {p_value} {expected}");
            }
        }
    }
}
