//! What sketches of quantiles have in common.

use crate::{
    Error,
    kernels::{sketches::probabilities::Probabilities, traits::Merge},
};

/// A sketch that knows approximately how many values are at most a given number, and thereby the quantiles. The
/// quantile at `q` is the smallest value such that a share of at least `q` of the values is not larger.
pub trait QuantileSketch: Merge<Input = f64> {
    /// The probabilities of the quantiles that are its value.
    fn q(&self) -> &Probabilities;

    /// The quantiles at these probabilities, which are checked; `None` if there is no value. NaN once a NaN was seen.
    fn quantiles(&self, qs: &[f64]) -> Option<Vec<f64>>;

    /// For each of these numbers, the share of the values that are at most as large; `None` if there is no value. NaN
    /// once a NaN was seen.
    fn ranks(&self, xs: &[f64]) -> Option<Vec<f64>>;

    /// Bounds of the quantile at `q`, at the next confidence level that the sketch can guarantee.
    fn bounds(&self, q: f64, confidence: f64) -> Result<Option<(f64, f64)>, Error>;

    /// The first of the quantiles that are its value.
    fn value(&self) -> Option<f64> {
        self.quantiles(&self.q().as_slice()[..1]).map(|values| values[0])
    }

    /// Writes all of the quantiles that are its value to `out`, if there is one.
    fn write_quantiles(&self, out: &mut [f64]) -> bool {
        let found = self.quantiles(self.q().as_slice());
        out.iter_mut().zip(found.iter().flatten()).for_each(|(out, &quantile)| *out = quantile);
        found.is_some()
    }
}

/// A confidence above 0 and at most 1.
pub fn confidence(confidence: f64) -> Result<f64, Error> {
    if confidence > 0.0 && confidence <= 1.0 {
        Ok(confidence)
    } else {
        Err(Error::parameter("confidence", format!("{confidence:?}"), "above 0 and at most 1"))
    }
}

/// The index of the first of these ascending levels that is at least as high as `asked`.
pub fn level(asked: f64, levels: &[f64], expected: &'static str) -> Result<usize, Error> {
    let asked = confidence(asked)?;
    levels
        .iter()
        .position(|&level| asked <= level)
        .ok_or_else(|| Error::parameter("confidence", format!("{asked:?}"), expected))
}

/// The quantiles of `low` negative infinities, `finite` finite values and `high` positive infinities. `quantile`
/// returns the finite ones, given a probability among the finite values.
pub fn among(qs: &[f64], [low, high]: [f64; 2], finite: f64, mut quantile: impl FnMut(f64) -> f64) -> Vec<f64> {
    let all = low + finite + high;
    let one = |&q: &f64| {
        let target = q * all;
        if low > 0.0 && (target <= low || finite + high == 0.0) {
            f64::NEG_INFINITY
        } else if high > 0.0 && (target > low + finite || finite == 0.0) {
            f64::INFINITY
        } else {
            quantile(((target - low) / finite).clamp(0.0, 1.0))
        }
    };
    qs.iter().map(one).collect()
}
