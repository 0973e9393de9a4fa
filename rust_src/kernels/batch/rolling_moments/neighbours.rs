//! Neighbouring windows, and the general algorithm, which always works.

use crate::kernels::{
    batch::rolling_moments::from_moments::FromMoments,
    traits::{PartialAggregate, combine},
};

/// The values of neighbouring windows: as each value of `entering` enters, one of `leaving` leaves, if there are any.
#[derive(Clone, Copy)]
pub struct Neighbours<'a> {
    pub staying: &'a [f64],
    pub leaving: &'a [f64],
    pub entering: &'a [f64],
}

impl Neighbours<'_> {
    /// Writes the value over each window by combining partial aggregates.
    pub fn write_by_combining<S: FromMoments>(self, statistic: &S, out: &mut [f64]) {
        let lift = |&x: &f64| statistic.lift(x, 1.0);
        let mut suffixes: Vec<Option<S::Partial>> = Vec::new();
        let mut suffix = None;
        for (i, x) in self.leaving.iter().enumerate().rev() {
            if i < self.entering.len() {
                suffixes.push(suffix);
            }
            suffix = combine(Some(lift(x)), suffix);
        }
        let mut prefix = self.staying.iter().map(lift).reduce(S::Partial::combine);
        for (x, out) in self.entering.iter().zip(out) {
            prefix = combine(prefix, Some(lift(x)));
            *out = statistic.lower(combine(suffixes.pop().flatten(), prefix)).get().unwrap_or(f64::NAN);
        }
    }
}
