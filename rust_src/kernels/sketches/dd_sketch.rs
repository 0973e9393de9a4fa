//! DDSketch: weights of buckets of values that have about the same logarithm, so that each quantile has a relative
//! error that is known in advance. Buckets are never collapsed, so a merge is a sum, and nothing depends on its order.
//!
//! Ch. Masson, J. Rim, H. Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees",
//! Proceedings of the VLDB Endowment 12 (2019).

use crate::{
    Error,
    kernels::{
        numerics::{double_double::DoubleDouble, validate, weight},
        sketches::{
            buckets::Buckets,
            log_mapping::LogMapping,
            probabilities::Probabilities,
            quantile_sketch::{QuantileSketch, among, confidence},
        },
        traits::{Merge, Statistic, Weighted},
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Quantiles with a bounded relative error.
#[derive(Clone, Debug)]
pub struct DdSketch {
    /// The probabilities of the quantiles that are its value.
    pub q: Probabilities,
    /// The largest relative error of a quantile.
    pub relative_accuracy: f64,
    mapping: LogMapping,
    state: State,
}

/// What the sketch has seen.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct State {
    /// The weight of the finite values, of NaN, and of the infinities.
    finite: f64,
    nans: f64,
    infinite: [f64; 2],
    /// The weight of 0.
    zeros: f64,
    /// The smallest and the largest finite value.
    min: f64,
    max: f64,
    /// By the magnitude of the values.
    negative: Buckets,
    positive: Buckets,
}

/// The smallest relative accuracy: with it, values over the whole range of doubles take 60 MB.
const FINEST: f64 = 1e-4;

/// A run of values that the sketch does not distinguish.
#[derive(Clone, Copy, PartialEq)]
enum Run {
    Negative(i32),
    Zero,
    Positive(i32),
}

impl DdSketch {
    /// A sketch whose quantiles have at most this relative error, from 0.0001 to 1, without 1.
    pub fn new(q: Probabilities, relative_accuracy: f64) -> Result<Self, Error> {
        if !(FINEST..1.0).contains(&relative_accuracy) {
            return Err(Error::parameter(
                "relative_accuracy",
                format!("{relative_accuracy:?}"),
                "between 0.0001 and 1, without 1",
            ));
        }
        let state = State {
            finite: 0.0,
            nans: 0.0,
            infinite: [0.0; 2],
            zeros: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            negative: Buckets::default(),
            positive: Buckets::default(),
        };
        let mapping = LogMapping::new(relative_accuracy);
        Ok(Self { q: q.checked()?, relative_accuracy, mapping, state })
    }

    #[inline]
    fn add(&mut self, x: f64, w: f64) {
        let state = &mut self.state;
        let magnitude = x.abs();
        if magnitude > 0.0 && magnitude < f64::INFINITY {
            state.finite += w;
            state.min = if x < state.min { x } else { state.min };
            state.max = if x > state.max { x } else { state.max };
            let index = self.mapping.index(magnitude);
            if x > 0.0 { &mut state.positive } else { &mut state.negative }.add(index, w);
        } else {
            self.add_special(x, w);
        }
    }

    #[inline(never)]
    fn add_special(&mut self, x: f64, w: f64) {
        let state = &mut self.state;
        if x.is_nan() {
            state.nans += w;
        } else if x == 0.0 {
            state.finite += w;
            state.zeros += w;
            (state.min, state.max) = (state.min.min(0.0), state.max.max(0.0));
        } else {
            state.infinite[usize::from(x > 0.0)] += w;
        }
    }

    /// The finite values, from the smallest up.
    fn runs(&self) -> impl DoubleEndedIterator<Item = (Run, f64)> + Clone {
        let State { negative, positive, zeros, .. } = &self.state;
        let zero = (*zeros > 0.0).then_some((Run::Zero, *zeros));
        let below = negative.iter().rev().map(|(index, w)| (Run::Negative(index), w));
        below.chain(zero).chain(positive.iter().map(|(index, w)| (Run::Positive(index), w)))
    }

    /// The run of the quantile at `q` of the finite values; see [`Self::finite_quantile`].
    fn run(&self, q: f64) -> Option<Run> {
        let target = q * self.state.finite;
        let (mut below, mut last) = (0.0, None);
        for (run, w) in self.runs() {
            below += w;
            last = Some(run);
            if below >= target {
                break;
            }
        }
        last
    }

    fn estimate(&self, run: Run) -> f64 {
        match run {
            Run::Negative(index) => -self.mapping.middle(index),
            Run::Zero => 0.0,
            Run::Positive(index) => self.mapping.middle(index),
        }
    }

    /// The run of a finite value.
    fn run_of(&self, x: f64) -> Run {
        if x == 0.0 {
            return Run::Zero;
        }
        let index = self.mapping.index(x.abs());
        if x > 0.0 { Run::Positive(index) } else { Run::Negative(index) }
    }

    /// The quantile at `q` of the finite values: the smallest one such that a share of at least `q` is not larger.
    fn finite_quantile(&self, q: f64) -> f64 {
        let State { min, max, .. } = self.state;
        match self.run(q) {
            _ if q == 0.0 => min,
            Some(_) if q == 1.0 => max,
            // An estimate outside the range of the values seen is further off than the end of that range.
            Some(run) => self.estimate(run).clamp(min, max),
            None => f64::NAN,
        }
    }

    /// The ends of the run of a finite quantile.
    fn ends(&self, q: f64) -> (f64, f64) {
        let State { min, max, .. } = self.state;
        let (low, high) = match self.run(q) {
            Some(Run::Negative(index)) => {
                let (low, high) = self.mapping.ends(index);
                (-high, -low)
            }
            Some(Run::Positive(index)) => self.mapping.ends(index),
            Some(Run::Zero) | None => (0.0, 0.0),
        };
        if q == 0.0 {
            (min, min)
        } else if q == 1.0 {
            (max, max)
        } else {
            (low.clamp(min, max), high.clamp(min, max))
        }
    }

    /// The weight of the values that are at most `x`.
    fn below(&self, x: f64) -> f64 {
        let State { infinite: [low, high], finite, ref negative, ref positive, zeros, .. } = self.state;
        if x.is_infinite() {
            return if x > 0.0 { low + finite + high } else { low };
        }
        let zeros = if x >= 0.0 { zeros } else { 0.0 };
        let negatives = |from: i32| negative.iter().filter(|&(i, _)| i >= from).map(|(_, w)| w).sum::<f64>();
        low + match self.run_of(x) {
            Run::Negative(index) => negatives(index),
            Run::Zero => negatives(i32::MIN) + zeros,
            Run::Positive(index) => {
                let positives = positive.iter().take_while(|&(i, _)| i <= index);
                negatives(i32::MIN) + zeros + positives.map(|(_, w)| w).sum::<f64>()
            }
        }
    }

    /// Whether the smallest and the largest value are in the first and the last run.
    fn has_its_extrema(&self) -> bool {
        let State { min, max, .. } = self.state;
        let mut runs = self.runs().map(|(run, _)| run);
        match (runs.next(), self.runs().map(|(run, _)| run).next_back()) {
            (Some(first), Some(last)) => {
                let finite = min.is_finite() && max.is_finite() && min <= max;
                finite && self.run_of(min) == first && self.run_of(max) == last
            }
            _ => min == f64::INFINITY && max == f64::NEG_INFINITY,
        }
    }
}

impl Statistic for DdSketch {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.add(x, 1.0);
    }

    fn get(&self) -> Option<f64> {
        self.value()
    }

    fn width(&self) -> Option<usize> {
        self.q.width()
    }

    fn values(&self, out: &mut [f64]) -> bool {
        self.write_quantiles(out)
    }

    #[inline]
    fn n(&self) -> f64 {
        let State { finite, nans, infinite: [low, high], .. } = self.state;
        finite + (nans + low + high)
    }

    fn reads_in_place(&self) -> bool {
        false
    }

    fn validate(&self) -> Result<(), &'static str> {
        let State { finite, nans, infinite: [low, high], zeros, ref negative, ref positive, .. } = self.state;
        let weights = [finite, nans, low, high, zeros];
        let in_range = weights.iter().all(|w| (0.0..f64::INFINITY).contains(w)) && self.n().is_finite();
        validate::ensure(in_range, "a weight out of range")?;
        let range = (self.mapping.index(f64::from_bits(1)), self.mapping.index(f64::MAX));
        negative.validate(range)?;
        positive.validate(range)?;
        let total = zeros + negative.total() + positive.total();
        // Added up in another order, weights may differ by rounding.
        validate::ensure((finite - total).abs() <= 1e-6 * total, "weights and their total differ")?;
        validate::ensure(self.has_its_extrema(), "extrema that are not those of the buckets")
    }
}

impl Weighted for DdSketch {
    #[inline]
    fn update_weighted(&mut self, x: f64, w: f64) -> Result<(), Error> {
        if weight::is_positive(w)? {
            weight::check_total(DoubleDouble::from(self.n()), w)?;
            self.add(x, w);
        }
        Ok(())
    }
}

impl Merge for DdSketch {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        let (mine, others) = (self.n(), other.n());
        if others == 0.0 {
            return Ok(());
        }
        if mine > 0.0 {
            validate::same("q", &self.q, &other.q)?;
        }
        // Buckets of another accuracy cannot be converted, so this is checked for an empty sketch too.
        validate::same("relative_accuracy", self.relative_accuracy, other.relative_accuracy)?;
        weight::check_joint(mine, others)?;
        let (state, other) = (&mut self.state, &other.state);
        state.finite += other.finite;
        state.nans += other.nans;
        state.zeros += other.zeros;
        for (mine, others) in state.infinite.iter_mut().zip(other.infinite) {
            *mine += others;
        }
        (state.min, state.max) = (state.min.min(other.min), state.max.max(other.max));
        state.negative.merge(&other.negative);
        state.positive.merge(&other.positive);
        Ok(())
    }
}

impl QuantileSketch for DdSketch {
    fn q(&self) -> &Probabilities {
        &self.q
    }

    fn quantiles(&self, qs: &[f64]) -> Option<Vec<f64>> {
        let State { finite, nans, infinite, .. } = self.state;
        if nans > 0.0 || self.n() == 0.0 {
            return (nans > 0.0).then(|| vec![f64::NAN; qs.len()]);
        }
        Some(among(qs, infinite, finite, |q| self.finite_quantile(q)))
    }

    fn ranks(&self, xs: &[f64]) -> Option<Vec<f64>> {
        let (n, nans) = (self.n(), self.state.nans);
        let rank = |&x: &f64| if x.is_nan() || nans > 0.0 { f64::NAN } else { self.below(x) / n };
        (n > 0.0).then(|| xs.iter().map(rank).collect())
    }

    fn bounds(&self, q: f64, asked: f64) -> Result<Option<(f64, f64)>, Error> {
        confidence(asked)?;
        let State { finite, nans, infinite, .. } = self.state;
        if nans > 0.0 || self.n() == 0.0 {
            return Ok((nans > 0.0).then_some((f64::NAN, f64::NAN)));
        }
        let end = |end: fn((f64, f64)) -> f64| among(&[q], infinite, finite, |q| end(self.ends(q)))[0];
        Ok(Some((end(|(low, _)| low), end(|(_, high)| high))))
    }
}

impl Serialize for DdSketch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.q, self.relative_accuracy, &self.state).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for DdSketch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (q, relative_accuracy, state) = <(Probabilities, f64, State)>::deserialize(deserializer)?;
        let sketch = Self::new(q, relative_accuracy).map_err(D::Error::custom)?;
        Ok(Self { state, ..sketch })
    }
}
