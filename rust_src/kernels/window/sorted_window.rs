//! The newest values, in order of size.

use super::{Fifo, OrderTree};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A window with access to the order statistics of its values; pushing and evicting are O(log n).
///
/// NaNs have no place in an order; they are counted, and while one is in the window there is no order statistic.
#[derive(Clone, Debug, Default)]
pub struct SortedWindow {
    arrivals: Fifo<f64>,
    sorted: OrderTree<f64>,
}

impl SortedWindow {
    /// How many values are in the window.
    #[inline]
    pub fn len(&self) -> usize {
        self.arrivals.len()
    }

    /// Whether no value is in the window.
    pub fn is_empty(&self) -> bool {
        self.arrivals.is_empty()
    }

    /// Takes the newest value in.
    #[inline]
    pub fn push(&mut self, x: f64) {
        self.arrivals.push(x);
        if !x.is_nan() {
            self.sorted.insert(x);
        }
    }

    /// Takes the oldest value out.
    #[inline]
    pub fn evict(&mut self) {
        if let Some(oldest) = self.arrivals.pop()
            && !oldest.is_nan()
        {
            self.sorted.remove(oldest);
        }
    }

    /// Takes the newest value in, and the oldest one out of a window that holds `size` values.
    #[inline]
    pub fn slide(&mut self, x: f64, size: u64) {
        if self.len() as u64 == size {
            self.evict();
        }
        self.push(x);
    }

    /// The quantile at `q` in `[0, 1]`, by linear interpolation between order statistics (R. J. Hyndman, Y. Fan,
    /// "Sample quantiles in statistical packages", The American Statistician 50 (1996), definition 7). NaN where a
    /// NaN is in the window, `None` where nothing is.
    #[inline]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        if self.is_empty() {
            return None;
        }
        if self.sorted.len() < self.len() {
            return Some(f64::NAN);
        }
        let position = q * (self.len() - 1) as f64;
        let (&lower, upper) = self.sorted.select_pair(position as usize)?;
        let fraction = position.fract();
        Some(match upper {
            Some(&upper) if fraction > 0.0 && upper != lower => interpolate(lower, upper, fraction),
            _ => lower,
        })
    }
}

fn interpolate(lower: f64, upper: f64, fraction: f64) -> f64 {
    let step = (upper - lower) * fraction;
    if step.is_finite() {
        lower + step
    } else {
        // An infinity among them, or a difference beyond the range of doubles.
        lower * (1.0 - fraction) + upper * fraction
    }
}

/// The values in the order of their arrival: their order of size follows.
impl Serialize for SortedWindow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.arrivals.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SortedWindow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut window = Self::default();
        Vec::<f64>::deserialize(deserializer)?.into_iter().for_each(|x| window.push(x));
        Ok(window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against a plain sorted vector, on data with many equal values, at the sizes where leaves and nodes split.
    #[test]
    fn agrees_with_a_sorted_vector() {
        for size in [1, 2, 127, 128, 129, 1000, 20_000] {
            let mut window = SortedWindow::default();
            let mut values = Vec::new();
            let mut state = 1_u64;
            for i in 0..3 * size as u64 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let x = match i * 5 / (3 * size as u64) {
                    0 => i as f64,
                    1 => -(i as f64),
                    2 => (state >> 60) as f64,
                    _ => (state >> 40) as f64,
                };
                window.slide(x, size as u64);
                values.push(x);
                if i % 97 == 0 || size < 200 {
                    let mut sorted = values[values.len().saturating_sub(size)..].to_vec();
                    sorted.sort_by(f64::total_cmp);
                    assert!(sorted.iter().enumerate().all(|(rank, x)| window.sorted.select(rank) == Some(x)));
                    assert_eq!(window.sorted.rank(x), sorted.partition_point(|&other| other < x));
                    assert_eq!(window.sorted.len(), sorted.len());
                }
            }
            (0..size).for_each(|_| window.evict());
            assert!(window.is_empty() && window.sorted.is_empty() && window.quantile(0.5).is_none());
        }
    }
}
