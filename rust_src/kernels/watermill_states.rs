//! The states of watermill's statistics that river has pickled, read into the kernels.
//!
//! River built nine of its statistics on watermill 0.1 up to its release 0.23, and on a copy of watermill's code with
//! some other fields since 0.24. It serialised the structs, so the structs here have the same fields in the same order:
//! structs whose names begin with `Watermill` are from river before 0.24, those with `River` from river since then, the
//! others from both. Fields that begin with `_` are redundant: they follow from other fields.

use crate::{
    Error,
    kernels::{
        accumulators::{central_moments::CentralMoments, p_squared::PSquared},
        numerics::validate,
        statistics::{
            ew_mean::EwMean, ew_var::EwVar, iqr::Iqr, kurtosis::Kurtosis, peak_to_peak::PeakToPeak, quantile::Quantile,
            rolling_iqr::RollingIqr, rolling_quantile::RollingQuantile, skew::Skew,
        },
        structures::order_statistics::Interpolation,
        traits::Statistic,
    },
};
use serde::Deserialize;

/// A number of values, which watermill keeps as a double.
fn count(class: &'static str, n: f64) -> Result<u64, Error> {
    let whole = n >= 0.0 && n.fract() == 0.0 && validate::is_count(n as u64);
    if whole { Ok(n as u64) } else { Err(Error::state(class, "its number of values is not an integer")) }
}

/// The markers of the P² algorithm.
#[derive(Deserialize)]
pub struct WatermillQuantile {
    q: f64,
    _increments: Vec<f64>,
    desired: Vec<f64>,
    positions: Vec<f64>,
    heights: Vec<f64>,
    heights_sorted: bool,
}

/// The same in arrays.
#[derive(Deserialize)]
pub struct RiverQuantile {
    q: f64,
    _increments: [f64; 5],
    desired: [f64; 5],
    positions: [f64; 5],
    heights: [f64; 5],
    n_heights: u8,
    heights_sorted: bool,
}

impl TryFrom<WatermillQuantile> for PSquared {
    type Error = Error;

    fn try_from(state: WatermillQuantile) -> Result<Self, Error> {
        let five =
            |values: Vec<f64>| values.try_into().map_err(|_| Error::state("Quantile", "it does not have five markers"));
        let mut heights = state.heights;
        let n_heights = u8::try_from(heights.len()).unwrap_or(u8::MAX);
        heights.resize(heights.len().max(5), 0.0);
        Self::try_from(RiverQuantile {
            q: state.q,
            _increments: [0.0; 5],
            desired: five(state.desired)?,
            positions: five(state.positions)?,
            heights: five(heights)?,
            n_heights,
            heights_sorted: state.heights_sorted,
        })
    }
}

impl TryFrom<RiverQuantile> for PSquared {
    type Error = Error;

    fn try_from(state: RiverQuantile) -> Result<Self, Error> {
        let RiverQuantile { q, desired: [_, desired @ .., _], positions, heights, n_heights, heights_sorted, .. } =
            state;
        // From the sixth value on, the heights are sorted and the last position is the number of values.
        let n = if heights_sorted { count("Quantile", positions[4])? } else { n_heights.into() };
        if (n > 5) != heights_sorted || (heights_sorted && n_heights != 5) {
            return Err(Error::state("Quantile", "its markers and their number differ"));
        }
        Self::from_markers(q, n, heights, positions, desired)
    }
}

impl TryFrom<WatermillQuantile> for Quantile {
    type Error = Error;

    fn try_from(state: WatermillQuantile) -> Result<Self, Error> {
        PSquared::try_from(state).map(Self::from)
    }
}

impl TryFrom<RiverQuantile> for Quantile {
    type Error = Error;

    fn try_from(state: RiverQuantile) -> Result<Self, Error> {
        PSquared::try_from(state).map(Self::from)
    }
}

/// Two quantiles, each stored as `Q`.
#[derive(Deserialize)]
pub struct RiverIqr<Q> {
    inferior: Q,
    superior: Q,
    _probabilities: [f64; 2],
}

impl<Q: TryInto<PSquared, Error = Error>> TryFrom<RiverIqr<Q>> for Iqr {
    type Error = Error;

    fn try_from(state: RiverIqr<Q>) -> Result<Self, Error> {
        Ok(Self::of(state.inferior.try_into()?, state.superior.try_into()?))
    }
}

/// An exponentially weighted mean in which 0 stands for no value yet.
#[derive(Deserialize)]
pub struct WatermillEwMean {
    mean: f64,
    _alpha: f64,
}

/// An exponentially weighted mean that knows whether it has seen a value.
#[derive(Deserialize)]
pub struct RiverEwMean {
    mean: f64,
    _alpha: f64,
    _one_minus_alpha: f64,
    initialized: bool,
}

/// Either form of river's exponentially weighted mean.
pub trait MeanState {
    /// The mean, if there were values.
    fn mean(&self) -> Option<f64>;
}

impl MeanState for WatermillEwMean {
    fn mean(&self) -> Option<f64> {
        (self.mean != 0.0).then_some(self.mean)
    }
}

impl MeanState for RiverEwMean {
    fn mean(&self) -> Option<f64> {
        self.initialized.then_some(self.mean)
    }
}

/// Either form, as the class `RsEWMean` wraps it.
#[derive(Deserialize)]
pub struct WrappedEwMean<M> {
    state: M,
    alpha: f64,
}

impl<M: MeanState> TryFrom<WrappedEwMean<M>> for EwMean {
    type Error = Error;

    fn try_from(state: WrappedEwMean<M>) -> Result<Self, Error> {
        Self::from_state(state.alpha, state.state.mean())
    }
}

/// The means of the values and of their squares.
#[derive(Deserialize)]
pub struct WrappedEwVar<M> {
    mean: M,
    mean_of_squares: M,
    _alpha: f64,
    alpha: f64,
}

impl<M: MeanState> TryFrom<WrappedEwVar<M>> for EwVar {
    type Error = Error;

    fn try_from(state: WrappedEwVar<M>) -> Result<Self, Error> {
        // A mean of 0 is a real mean, not that of an empty stream, if the mean of the squares is not 0.
        let squares = state.mean_of_squares.mean();
        Self::from_state(state.alpha, squares.map(|squares| (state.mean.mean().unwrap_or_default(), squares)))
    }
}

/// Watermill's `CentralMoments`.
#[derive(Deserialize)]
struct Powers {
    _delta: f64,
    mean: f64,
    _m1: f64,
    m2: f64,
    m3: f64,
    m4: f64,
    n: f64,
}

impl Powers {
    fn moments(&self, class: &'static str) -> Result<CentralMoments, Error> {
        let n = count(class, self.n)?;
        if n == 0 {
            return Ok(CentralMoments::default());
        }
        let powers = [self.m2, self.m3, self.m4];
        if !self.mean.is_finite() || !powers.iter().all(|power| power.is_finite()) {
            return Ok(CentralMoments::from_parts(n, self.mean.into(), [f64::NAN; 3]));
        }
        // Only rounding errors can make sums of even powers negative.
        let [m2, m3, m4] = [self.m2.max(0.0), self.m3, self.m4.max(0.0)];
        let scaled = |f: f64| [m2 * f * f, m3 * f * f * f, m4 * f * f * f * f];
        Ok(CentralMoments::from_root(n, self.mean.into(), (m2 / self.n).sqrt(), scaled))
    }
}

/// A kurtosis.
#[derive(Deserialize)]
pub struct RiverKurtosis {
    bias: bool,
    moments: Powers,
    _bias: bool,
}

impl TryFrom<RiverKurtosis> for Kurtosis {
    type Error = Error;

    fn try_from(state: RiverKurtosis) -> Result<Self, Error> {
        Ok(Self { moments: state.moments.moments("Kurtosis")?, bias: state.bias })
    }
}

/// A skewness.
#[derive(Deserialize)]
pub struct RiverSkew {
    moments: Powers,
    bias: bool,
    _bias: bool,
}

impl TryFrom<RiverSkew> for Skew {
    type Error = Error;

    fn try_from(state: RiverSkew) -> Result<Self, Error> {
        Ok(Self { moments: state.moments.moments("Skew")?, bias: state.bias })
    }
}

/// A range. Without values, the smallest one is stored as the largest double, and the other way round.
#[derive(Deserialize)]
pub struct RiverPeakToPeak {
    min: f64,
    max: f64,
}

impl TryFrom<RiverPeakToPeak> for PeakToPeak {
    type Error = Error;

    fn try_from(state: RiverPeakToPeak) -> Result<Self, Error> {
        Ok(Self::from_state(state.min, state.max))
    }
}

/// A window: its values in ascending order and in order of arrival.
#[derive(Deserialize)]
struct Window {
    _sorted: Vec<f64>,
    arrivals: Vec<f64>,
    size: u64,
}

impl Window {
    /// Fills a statistic over a window of `size`, the size that the enclosing class has stored.
    fn fill<K: Statistic<Input = f64>>(self, class: &'static str, size: u64, mut statistic: K) -> Result<K, Error> {
        if self.size != size || self.arrivals.len() as u64 > size {
            return Err(Error::state(class, "more values than the window takes"));
        }
        statistic.update_many(&self.arrivals);
        Ok(statistic)
    }
}

/// A quantile of a window; the indices and the fraction are those of a full window.
#[derive(Deserialize)]
pub struct RiverRollingQuantile {
    window: Window,
    q: f64,
    _window_size: u64,
    _indices: [u64; 2],
    _fraction: f64,
    _q: f64,
    window_size: u64,
}

impl TryFrom<RiverRollingQuantile> for RollingQuantile {
    type Error = Error;

    fn try_from(state: RiverRollingQuantile) -> Result<Self, Error> {
        let size = state.window_size;
        state.window.fill("RollingQuantile", size, Self::new(state.q.into(), size.into(), Interpolation::Linear)?)
    }
}

/// A difference of two quantiles of a window.
#[derive(Deserialize)]
pub struct RiverRollingIqr {
    window: Window,
    q_inf: f64,
    q_sup: f64,
    _window_size: u64,
    _inferior: ([u64; 2], f64),
    _superior: ([u64; 2], f64),
    _probabilities: [f64; 2],
    window_size: u64,
}

impl TryFrom<RiverRollingIqr> for RollingIqr {
    type Error = Error;

    fn try_from(state: RiverRollingIqr) -> Result<Self, Error> {
        let size = state.window_size;
        state.window.fill("RollingIQR", size, Self::new(size.into(), state.q_inf, state.q_sup)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kurtosis(scale: f64) -> RiverKurtosis {
        // Of the values 1, 2, 4 and 8 times the scale.
        let (mean, deviations) = (3.75 * scale, [-2.75, -1.75, 0.25, 4.25].map(|deviation| deviation * scale));
        let [m2, m3, m4] = [2, 3, 4].map(|power| deviations.iter().map(|deviation| deviation.powi(power)).sum());
        let moments = Powers { _delta: 0.0, mean, _m1: 0.0, m2, m3, m4, n: 4.0 };
        RiverKurtosis { bias: true, moments, _bias: true }
    }

    #[test]
    fn moments_have_no_unit() {
        let mut fed = Kurtosis::new(true);
        [1.0, 2.0, 4.0, 8.0].into_iter().for_each(|x| fed.update(x));
        for scale in [1.0, 1e-70, 1e70] {
            let read = Kurtosis::try_from(kurtosis(scale)).unwrap();
            assert_eq!(read.validate(), Ok(()));
            assert!((read.get().unwrap() - fed.get().unwrap()).abs() < 1e-12);
        }
        let overflown = Kurtosis::try_from(kurtosis(1e100)).unwrap();
        assert!(overflown.get().unwrap().is_nan());
    }

    #[test]
    fn a_number_of_values_is_whole() {
        for n in [0.5, -1.0, f64::NAN, f64::INFINITY, 1e300] {
            let mut state = kurtosis(1.0);
            state.moments.n = n;
            assert!(Kurtosis::try_from(state).is_err(), "{n}");
        }
        let mut state = kurtosis(1.0);
        state.moments.n = 0.0;
        assert_eq!(Kurtosis::try_from(state), Ok(Kurtosis::new(true)));
    }

    fn markers(heights: &[f64]) -> WatermillQuantile {
        WatermillQuantile {
            q: 0.5,
            _increments: vec![0.0, 0.25, 0.5, 0.75, 1.0],
            desired: vec![1.0, 2.0, 3.0, 4.0, 5.0],
            positions: vec![1.0, 2.0, 3.0, 4.0, 5.0],
            heights: heights.to_vec(),
            heights_sorted: false,
        }
    }

    #[test]
    fn the_first_values_are_the_heights() {
        for (heights, median) in [(&[][..], None), (&[3.0], Some(3.0)), (&[3.0, 1.0, 2.0], Some(2.0))] {
            let read = Quantile::try_from(markers(heights)).unwrap();
            assert_eq!((read.validate(), read.n(), read.get()), (Ok(()), heights.len() as f64, median));
        }
        assert!(Quantile::try_from(markers(&[1.0; 6])).is_err());
        assert!(Quantile::try_from(WatermillQuantile { heights_sorted: true, ..markers(&[1.0; 5]) }).is_err());
        assert!(Quantile::try_from(WatermillQuantile { positions: vec![], ..markers(&[]) }).is_err());
        assert!(Quantile::try_from(markers(&[1.0, f64::NAN])).unwrap().get().unwrap().is_nan());
    }

    #[test]
    fn a_mean_of_nothing_is_none() {
        let wrapped = |mean| WrappedEwMean { state: WatermillEwMean { mean, _alpha: 0.5 }, alpha: 0.5 };
        assert_eq!(EwMean::try_from(wrapped(0.0)).unwrap().n(), 0.0);
        assert_eq!(EwMean::try_from(wrapped(2.0)).unwrap().get(), Some(2.0));
        let mean = |mean, initialized| RiverEwMean { mean, _alpha: 0.5, _one_minus_alpha: 0.5, initialized };
        let wrapped = |state| WrappedEwMean { state, alpha: 0.5 };
        assert_eq!(EwMean::try_from(wrapped(mean(0.0, true))).unwrap().n(), 1.0);
        assert_eq!(EwMean::try_from(wrapped(mean(0.0, false))).unwrap().n(), 0.0);
        // Of 2 and -2: the mean alone would stand for no value.
        let [mean, mean_of_squares] = [0.0, 4.0].map(|mean| WatermillEwMean { mean, _alpha: 0.5 });
        let variance = EwVar::try_from(WrappedEwVar { mean, mean_of_squares, _alpha: 0.5, alpha: 0.5 }).unwrap();
        assert_eq!((variance.get(), variance.validate()), (Some(4.0), Ok(())));
    }
}
