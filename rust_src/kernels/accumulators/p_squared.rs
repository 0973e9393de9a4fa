//! The P² estimate of a quantile: five markers, whose heights follow the smallest value, the quantiles at `q/2`, `q` and
//! `(1 + q)/2`, and the largest value.
//!
//! R. Jain, I. Chlamtac, "The P² algorithm for dynamic calculation of quantiles and histograms without storing
//! observations", Communications of the ACM 28 (1985).

use crate::{
    Error,
    kernels::{numerics::validate, traits::Statistic},
};
use serde::{Deserialize, Serialize};

/// The P² estimate of a quantile. A NaN makes all heights NaN for good, since every comparison with them is false.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PSquared {
    /// The probability of the quantile.
    pub q: f64,
    n: u64,
    heights: [f64; 5],
    /// The number of values at or below each marker; the first is always 1.
    positions: [f64; 5],
    /// The desired positions of the three inner markers.
    desired: [f64; 3],
}

impl PSquared {
    /// An estimate of the quantile at `q`, between 0 and 1; at 0 and 1 it is the smallest and the largest value.
    pub fn new(q: f64) -> Result<Self, Error> {
        let q = validate::probability("q", q)?;
        Ok(Self {
            q,
            n: 0,
            heights: [0.0; 5],
            positions: [1.0, 2.0, 3.0, 4.0, 5.0],
            desired: [1.0 + 2.0 * q, 1.0 + 4.0 * q, 3.0 + 2.0 * q],
        })
    }

    /// From the markers; with fewer than five values only the first `n` heights are used.
    pub fn from_markers(
        q: f64,
        n: u64,
        mut heights: [f64; 5],
        positions: [f64; 5],
        desired: [f64; 3],
    ) -> Result<Self, Error> {
        let filled = &mut heights[..n.min(5) as usize];
        if filled.iter().any(|height| height.is_nan()) {
            heights = [f64::NAN; 5];
        } else {
            filled.sort_by(f64::total_cmp);
        }
        Ok(Self { n, heights, positions, desired, ..Self::new(q)? })
    }

    /// From decoded markers, which are not checked yet.
    pub fn decoded(q: f64, n: u64, heights: [f64; 5], positions: [f64; 5], desired: [f64; 3]) -> Self {
        Self { q, n, heights, positions, desired }
    }

    /// Keeps the first five values in order.
    #[cold]
    fn collect(&mut self, x: f64) {
        let filled = self.n as usize;
        self.n += 1;
        if x.is_nan() || self.heights[0].is_nan() {
            self.heights = [f64::NAN; 5];
            return;
        }
        let at = self.heights[..filled].partition_point(|&height| height <= x);
        self.heights[at..=filled].rotate_right(1);
        self.heights[at] = x;
    }

    /// Moves marker `i` by `d`, 1 or -1, and its height along the parabola through it and its neighbours, or along a line
    /// if the parabola would break the order of the heights.
    #[inline]
    fn shift(&mut self, i: usize, d: f64) {
        let [below, here, above] = [i - 1, i, i + 1].map(|j| self.positions[j]);
        let [low, height, high] = [i - 1, i, i + 1].map(|j| self.heights[j]);
        let parabola = height
            + d / (above - below)
                * ((here - below + d) * (high - height) / (above - here)
                    + (above - here - d) * (height - low) / (here - below));
        self.positions[i] = here + d;
        if low < parabola && parabola < high {
            self.heights[i] = parabola;
            return;
        }
        let line =
            if d > 0.0 { height + (high - height) / (above - here) } else { height + (height - low) / (below - here) };
        // There is no line to an infinite neighbour: the height stays.
        if line.is_finite() {
            self.heights[i] = line;
        }
    }
}

impl Statistic for PSquared {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        if self.n < 5 {
            self.collect(x);
            return;
        }
        self.n += 1;
        let heights = &mut self.heights;
        if x < heights[0] {
            heights[0] = x;
        } else if x > heights[4] {
            heights[4] = x;
        } else if x.is_nan() {
            *heights = [x; 5];
        }
        // 1.0 or 0.0 by a mask: converting an integer takes longer than the addition.
        for (position, &height) in self.positions[1..4].iter_mut().zip(&heights[1..4]) {
            *position += f64::from_bits(u64::from(x < height).wrapping_neg() & 1.0_f64.to_bits());
        }
        self.positions[4] += 1.0;
        let q = self.q;
        for (desired, increment) in self.desired.iter_mut().zip([q / 2.0, q, (1.0 + q) / 2.0]) {
            *desired += increment;
        }
        for i in 1..4 {
            let behind = self.desired[i - 1] - self.positions[i];
            if behind >= 1.0 && self.positions[i + 1] - self.positions[i] > 1.0 {
                self.shift(i, 1.0);
            } else if behind <= -1.0 && self.positions[i - 1] - self.positions[i] < -1.0 {
                self.shift(i, -1.0);
            }
        }
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        match self.n {
            0 => None,
            1..=5 => {
                let n = self.n as f64;
                Some(self.heights[(n - 1.0).min(n * self.q) as usize])
            }
            _ if self.q == 0.0 => Some(self.heights[0]),
            _ if self.q == 1.0 => Some(self.heights[4]),
            _ => Some(self.heights[2]),
        }
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "more observations than a stream can have")?;
        validate::ensure((0.0..=1.0).contains(&self.q), "q is outside 0 to 1")?;
        let filled = &self.heights[..self.n.min(5) as usize];
        let nan = filled.iter().all(|height| height.is_nan());
        validate::ensure(nan || filled.is_sorted(), "heights out of order")?;
        let (positions, desired) = (&self.positions, &self.desired);
        let whole = positions.iter().all(|p| p.fract() == 0.0) && positions.is_sorted_by(|a, b| a < b);
        validate::ensure(whole && positions[0] == 1.0 && positions[4] == self.n().max(5.0), "positions out of order")?;
        validate::ensure(
            desired.iter().all(|d| (1.0..=self.n().max(5.0) + 1.0).contains(d)),
            "desired positions out of range",
        )
    }
}
