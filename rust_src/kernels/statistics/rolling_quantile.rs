//! Quantiles over a window.

use crate::{
    Error,
    kernels::{
        batch::rolling_quantile::accumulate_quantiles,
        numerics::{
            serde_compat::{Layout, MARK},
            validate,
        },
        sketches::Probabilities,
        structures::{order_statistics::Interpolation, sorted_window::SortedWindow},
        traits::{Statistic, merged_windows, one_by_one},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The exact quantiles of the newest values.
#[derive(Clone, Debug)]
pub struct RollingQuantile {
    /// The probabilities of the quantiles.
    pub q: Probabilities,
    /// The interpolation between two values.
    pub interpolation: Interpolation,
    /// The size of the window.
    pub window_size: u64,
    window: SortedWindow,
}

impl RollingQuantile {
    /// The quantiles at `q`, between 0 and 1, of the newest `window_size` values; `interpolation` defines them between
    /// two values.
    pub fn new(q: Probabilities, window_size: i128, interpolation: Interpolation) -> Result<Self, Error> {
        let window_size = validate::at_least_one("window_size", window_size)?;
        Ok(Self { q: q.checked()?, interpolation, window_size, window: SortedWindow::default() })
    }
}

impl Statistic for RollingQuantile {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.window.slide(x, self.window_size);
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        self.window.order().quantile_by(self.q.first(), self.interpolation)
    }

    #[inline]
    fn width(&self) -> Option<usize> {
        self.q.width()
    }

    fn values(&self, out: &mut [f64]) -> bool {
        self.window.order().quantiles_by(self.q.as_slice(), self.interpolation, out)
    }

    fn n(&self) -> f64 {
        self.window.len() as f64
    }

    fn reach(&self) -> u64 {
        self.window_size
    }

    /// Sorting by digits derives indexes.
    fn reads_in_place(&self) -> bool {
        false
    }

    fn update_many(&mut self, xs: &[f64]) {
        self.window.slide_many(xs, self.window_size);
    }

    fn accumulate(&mut self, xs: &[f64], out: &mut [f64]) {
        let wanted = (self.q.as_slice(), self.interpolation);
        if !accumulate_quantiles(&mut self.window, xs, self.window_size, wanted, out) {
            one_by_one(self, xs, out);
        }
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.q.validate()?;
        validate::ensure(self.window_size >= 1, "a window for no values")?;
        validate::ensure(self.window.len() as u64 <= self.window_size, "more values than the window takes")
    }
}

/// What follows the probability in the layout of one quantile, interpolated linearly.
type Before<W> = (u64, W);
/// The number of the layout, the parameters and the window.
type Now<Q, W> = (u8, Q, Interpolation, u64, W);

/// A single quantile with linear interpolation is written as before there were other options, so that earlier versions
/// can read it.
impl Serialize for RollingQuantile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let (Probabilities::One(q), Interpolation::Linear) = (&self.q, self.interpolation) {
            return (q, (self.window_size, &self.window)).serialize(serializer);
        }
        let now: Now<_, _> = (1, &self.q, self.interpolation, self.window_size, &self.window);
        Layout::<MARK, Before<&SortedWindow>, _>::Now(now).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RollingQuantile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let layout = Layout::<MARK, Before<SortedWindow>, Now<Probabilities, SortedWindow>>::deserialize(deserializer)?;
        match layout {
            Layout::Before(q, (window_size, window)) => {
                let q = Probabilities::One(f64::from_bits(q));
                Ok(Self { q, interpolation: Interpolation::Linear, window_size, window })
            }
            Layout::Now((1, q, interpolation, window_size, window)) => {
                Ok(Self { q, interpolation, window_size, window })
            }
            Layout::Now(_) => Err(D::Error::custom("a later version has written it")),
        }
    }
}

merged_windows!(RollingQuantile: window_size, q, interpolation);
univariate!(RollingQuantile);
rollable!(RollingQuantile: replaying);
