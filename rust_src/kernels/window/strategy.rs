//! The ways to keep a statistic over a window up to date. None of them subtracts what was added up before.

use crate::kernels::{
    structures::order_statistics::OrderStatistics,
    traits::{Aggregate, PartialAggregate, Revert, Statistic},
};
use std::fmt::Debug;

/// What is kept of a window in addition to its observations, so that a statistic is known at any moment. Each call is
/// given the empty statistic, for its parameters.
pub trait Strategy<K: Statistic>: Clone + Debug + Default + Send + 'static {
    /// What a timeline combines over its events.
    type Partial: PartialAggregate;

    /// The partial of one observation.
    fn lift(kernel: &K, x: K::Input, w: f64) -> Self::Partial;

    /// An observation has come into the window.
    fn enter(&mut self, kernel: &K, x: K::Input);

    /// An observation has left the window.
    fn leave(&mut self, kernel: &K, x: K::Input);

    /// The statistic over the window, given the combination and the values of the window, oldest first.
    fn statistic(&self, kernel: &K, run: Option<Self::Partial>, values: impl Iterator<Item = K::Input>) -> K;

    /// The value of the statistic over the window.
    #[inline]
    fn get(&self, kernel: &K, run: Option<Self::Partial>, values: impl Iterator<Item = K::Input>) -> Option<f64> {
        self.statistic(kernel, run, values).get()
    }

    /// Writes the value, where it is several numbers; see [`Statistic::values`].
    fn values(
        &self,
        kernel: &K,
        run: Option<Self::Partial>,
        values: impl Iterator<Item = K::Input>,
        out: &mut [f64],
    ) -> bool {
        kernel.width().is_some() && self.statistic(kernel, run, values).values(out)
    }
}

/// By combining runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Combining;

impl<K: Aggregate> Strategy<K> for Combining {
    type Partial = K::Partial;

    #[inline]
    fn lift(kernel: &K, x: K::Input, w: f64) -> K::Partial {
        kernel.lift(x, w)
    }

    #[inline]
    fn enter(&mut self, _: &K, _: K::Input) {}

    #[inline]
    fn leave(&mut self, _: &K, _: K::Input) {}

    #[inline]
    fn statistic(&self, kernel: &K, run: Option<K::Partial>, _: impl Iterator<Item = K::Input>) -> K {
        kernel.lower(run)
    }
}

/// A statistic that follows from the order statistics of the values.
pub trait FromOrderStatistics: Statistic<Input = f64> {
    /// The value over these values.
    fn value_of(&self, values: &OrderStatistics) -> Option<f64>;

    /// Writes the value over these values, where it is several numbers; see [`Statistic::values`].
    fn values_of(&self, _values: &OrderStatistics, _out: &mut [f64]) -> bool {
        false
    }
}

/// By the order of the values in the window.
#[derive(Clone, Debug, Default)]
pub struct Sorting(OrderStatistics);

impl<K: FromOrderStatistics> Strategy<K> for Sorting {
    type Partial = ();

    #[inline]
    fn lift(_: &K, _: f64, _: f64) {}

    #[inline]
    fn enter(&mut self, _: &K, x: f64) {
        self.0.insert(x);
    }

    #[inline]
    fn leave(&mut self, _: &K, x: f64) {
        self.0.remove(x);
    }

    fn statistic(&self, kernel: &K, _: Option<()>, values: impl Iterator<Item = f64>) -> K {
        replay(kernel, values)
    }

    #[inline]
    fn get(&self, kernel: &K, _: Option<()>, _: impl Iterator<Item = f64>) -> Option<f64> {
        kernel.value_of(&self.0)
    }

    fn values(&self, kernel: &K, _: Option<()>, _: impl Iterator<Item = f64>, out: &mut [f64]) -> bool {
        kernel.values_of(&self.0, out)
    }
}

/// By the statistic's own exact inverse of an update.
#[derive(Clone, Debug)]
pub struct Reverting<K>(Option<K>);

impl<K> Default for Reverting<K> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: Revert + Debug> Strategy<K> for Reverting<K> {
    type Partial = ();

    fn lift(_: &K, _: K::Input, _: f64) {}

    fn enter(&mut self, kernel: &K, x: K::Input) {
        self.0.get_or_insert_with(|| kernel.clone()).update(x);
    }

    fn leave(&mut self, kernel: &K, x: K::Input) {
        // What has entered can leave: no error to report.
        if self.0.get_or_insert_with(|| kernel.clone()).revert(x).is_err() {
            self.0 = None;
        }
    }

    fn statistic(&self, kernel: &K, _: Option<()>, _: impl Iterator<Item = K::Input>) -> K {
        self.0.clone().unwrap_or_else(|| kernel.clone())
    }

    fn get(&self, kernel: &K, _: Option<()>, _: impl Iterator<Item = K::Input>) -> Option<f64> {
        self.0.as_ref().unwrap_or(kernel).get()
    }
}

/// By replaying the window whenever the value is read: the fallback if nothing faster is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Replaying;

impl<K: Statistic> Strategy<K> for Replaying {
    type Partial = ();

    #[inline]
    fn lift(_: &K, _: K::Input, _: f64) {}

    #[inline]
    fn enter(&mut self, _: &K, _: K::Input) {}

    #[inline]
    fn leave(&mut self, _: &K, _: K::Input) {}

    fn statistic(&self, kernel: &K, _: Option<()>, values: impl Iterator<Item = K::Input>) -> K {
        replay(kernel, values)
    }
}

fn replay<K: Statistic>(kernel: &K, values: impl Iterator<Item = K::Input>) -> K {
    let mut statistic = kernel.clone();
    values.for_each(|x| statistic.update(x));
    statistic
}
