//! Quantiles, estimated by P², each with its own markers.

use crate::{
    Error,
    kernels::{
        accumulators::p_squared::PSquared,
        batch::rolling_quantile::window_quantiles,
        numerics::{
            serde_compat::{Layout, MARK},
            validate,
        },
        sketches::Probabilities,
        structures::order_statistics::{Interpolation, OrderStatistics},
        traits::Statistic,
        watermill::univariate,
        window::{rollable, strategy::FromOrderStatistics},
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The estimates of one quantile or of several, which are sorted when they are read, so that they never cross.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantile {
    /// The probabilities of the quantiles.
    pub q: Probabilities,
    /// The interpolation between two values, in a window.
    pub interpolation: Interpolation,
    /// Apart from the rest, so that a single estimate is reached without a pointer.
    first: PSquared,
    rest: Box<[PSquared]>,
}

impl Quantile {
    /// Estimates of the quantiles at `q`, between 0 and 1; at 0 and 1 they are the smallest and the largest value. In
    /// windows, `interpolation` defines the quantile between two values.
    pub fn new(q: Probabilities, interpolation: Interpolation) -> Result<Self, Error> {
        let q = q.checked()?;
        let first = PSquared::new(q.first())?;
        let rest = q.as_slice().iter().skip(1).map(|&q| PSquared::new(q)).collect::<Result<_, _>>()?;
        Ok(Self { q, interpolation, first, rest })
    }

    /// Not inlined, so that the code that updates a single estimate stays small.
    #[inline(never)]
    fn update_rest(&mut self, x: f64) {
        self.rest.iter_mut().for_each(|one| one.update(x));
    }

    /// Writes the estimates, of which there are several, in the order of their probabilities.
    fn write_in_order(&self, out: &mut [f64]) {
        let estimates = std::iter::once(&self.first).chain(&self.rest).map(|one| one.get().unwrap_or(f64::NAN));
        out.iter_mut().zip(estimates).for_each(|(out, estimate)| *out = estimate);
        self.q.put_in_order(out);
    }
}

/// One estimate, as a statistic of its own.
impl From<PSquared> for Quantile {
    fn from(first: PSquared) -> Self {
        let (q, interpolation) = (Probabilities::One(first.q), Interpolation::Linear);
        Self { q, interpolation, first, rest: Box::default() }
    }
}

impl Statistic for Quantile {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.first.update(x);
        if !self.rest.is_empty() {
            self.update_rest(x);
        }
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        self.first.get()
    }

    #[inline]
    fn width(&self) -> Option<usize> {
        self.q.width()
    }

    fn values(&self, out: &mut [f64]) -> bool {
        let some = self.first.n() > 0.0 && self.q.width() == Some(out.len());
        if some {
            self.write_in_order(out);
        }
        some
    }

    fn n(&self) -> f64 {
        self.first.n()
    }

    fn update_many(&mut self, xs: &[f64]) {
        self.first.update_many(xs);
        self.rest.iter_mut().for_each(|one| one.update_many(xs));
    }

    fn accumulate_windows(&self, xs: &[f64], start: usize, size: usize, out: &mut [f64]) -> bool {
        window_quantiles(xs, start, size, (self.q.as_slice(), self.interpolation), out)
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.q.validate()?;
        self.first.validate()?;
        self.rest.iter().try_for_each(Statistic::validate)?;
        let estimates = || std::iter::once(&self.first).chain(&self.rest);
        validate::ensure(estimates().map(|one| one.q).eq(self.q.as_slice().iter().copied()), "other probabilities")?;
        validate::ensure(estimates().all(|one| one.n() == self.n()), "several counts")
    }
}

/// Windows give the exact values instead of the estimates.
impl FromOrderStatistics for Quantile {
    fn value_of(&self, values: &OrderStatistics) -> Option<f64> {
        values.quantile_by(self.first.q, self.interpolation)
    }

    fn values_of(&self, values: &OrderStatistics, out: &mut [f64]) -> bool {
        values.quantiles_by(self.q.as_slice(), self.interpolation, out)
    }
}

/// What follows the probability in the layout of one estimate.
type Before = (u64, [f64; 5], [f64; 5], [f64; 3]);
/// The number of the layout, the parameters and the estimates.
type Now<'a> = (u8, &'a Probabilities, Interpolation, Vec<PSquared>);

/// A single estimate is written as it was before there could be several, so that earlier versions can read it.
impl Serialize for Quantile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let (Probabilities::One(_), Interpolation::Linear) = (&self.q, self.interpolation) {
            return self.first.serialize(serializer);
        }
        let estimates = std::iter::once(&self.first).chain(&self.rest).copied().collect();
        let now: Now<'_> = (1, &self.q, self.interpolation, estimates);
        Layout::<MARK, Before, _>::Now(now).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Quantile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        type Now = (u8, Probabilities, Interpolation, Vec<PSquared>);
        match Layout::<MARK, Before, Now>::deserialize(deserializer)? {
            Layout::Before(q, (n, heights, positions, desired)) => {
                Ok(PSquared::decoded(f64::from_bits(q), n, heights, positions, desired).into())
            }
            Layout::Now((1, q, interpolation, estimates)) => match estimates.split_first() {
                Some((&first, rest)) => Ok(Self { q, interpolation, first, rest: rest.into() }),
                None => Err(D::Error::custom("no estimate")),
            },
            Layout::Now(_) => Err(D::Error::custom("a later version has written it")),
        }
    }
}

rollable!(Quantile: sorting);
univariate!(Quantile);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_are_those_of_one_each_in_order() {
        let mut random = fastrand::Rng::with_seed(5);
        let qs = vec![0.5, 0.49, 0.9, 0.0, 1.0, 0.5, 0.51];
        let mut several = Quantile::new(Probabilities::Many(qs.clone()), Interpolation::Linear).unwrap();
        let mut each: Vec<PSquared> = qs.iter().map(|&q| PSquared::new(q).unwrap()).collect();
        let (mut out, mut crossed) = (vec![0.0; qs.len()], false);
        assert!(!several.values(&mut out));
        for _ in 0..2_000 {
            let x = f64::from(random.i32(-9..9)) * random.f64();
            several.update(x);
            each.iter_mut().for_each(|one| one.update(x));
            assert!(several.values(&mut out));
            let mut pairs: Vec<(f64, f64)> = qs.iter().copied().zip(out.iter().copied()).collect();
            pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(pairs.is_sorted_by(|a, b| a.1 <= b.1), "{pairs:?}");
            let mut expected: Vec<f64> = each.iter().map(|one| one.get().unwrap()).collect();
            crossed |= expected[0] < expected[1];
            expected.sort_by(f64::total_cmp);
            assert!(pairs.iter().map(|pair| pair.1).eq(expected));
        }
        assert!(crossed, "no estimates crossed, so that nothing was to be sorted");
    }
}
