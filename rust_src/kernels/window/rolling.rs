//! A statistic over the newest observations.

use crate::{
    Error,
    kernels::{
        numerics::{outlined::Outlined, validate},
        structures::chunked_queue::ChunkedQueue,
        traits::{Statistic, one_by_one},
        window::{bounds::Bounds, strategy::Strategy},
    },
};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error as _},
};
use std::fmt::Debug;

/// The number of values below which the algorithms for columns are not worth using.
const FEW: usize = 64;

/// A statistic of which windows can be made.
pub trait Rollable: Statistic {
    /// How it is kept up to date over a window.
    type Strategy: Strategy<Self>;
    /// What a window of the newest observations holds.
    type Contents: Contents<Self>;
    /// Whether its observations can have weights other than 1.
    const WEIGHTED: bool = false;
    /// Whether regrouping the observations changes it by no more than the rounding of sums.
    const ASSOCIATIVE: bool = false;

    /// The observation as a window by count keeps it, or an error if it cannot come after the newest one.
    #[inline]
    fn admit(&self, _newest: impl FnOnce() -> Option<Self::Input>, x: Self::Input) -> Result<Self::Input, Error> {
        Ok(x)
    }
}

/// What a window of the newest observations holds. Each call is given the empty statistic.
pub trait Contents<K: Statistic>: Clone + Debug + Default + Send + Serialize + DeserializeOwned + 'static {
    /// How many observations there are.
    fn len(&self) -> usize;

    /// Whether there is no observation.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds the newest observation.
    fn push(&mut self, kernel: &K, x: K::Input, w: f64);

    /// Evicts the oldest observation.
    fn evict(&mut self, kernel: &K);

    /// The newest observation, if it is kept.
    fn newest(&self) -> Option<K::Input> {
        None
    }

    /// Calls `f` with each observation and its weight, oldest first.
    fn for_each(&self, f: &mut dyn FnMut(K::Input, f64));

    /// Pushes the observations of `other`, which come later, and evicts what a window of `size` has no room for.
    fn append(&mut self, kernel: &K, other: &Self, size: u64) -> Result<(), Error>
    where
        K: Rollable,
    {
        let mut result = Ok(());
        other.for_each(&mut |x, w| {
            if result.is_ok() {
                result = self.slide(kernel, x, w, size);
            }
        });
        result
    }

    /// Pushes an observation that may be refused, in a window of `size`. Not inlined: one copy for each statistic is
    /// enough.
    #[inline(never)]
    fn slide(&mut self, kernel: &K, x: K::Input, w: f64, size: u64) -> Result<(), Error>
    where
        K: Rollable,
    {
        let x = kernel.admit(|| self.newest(), x)?;
        if self.len() as u64 == size {
            self.evict(kernel);
        }
        self.push(kernel, x, w);
        Ok(())
    }

    /// The statistic over the window.
    fn statistic(&self, kernel: &K) -> K;

    /// The value of the statistic over the window.
    fn get(&self, kernel: &K) -> Option<f64>;

    /// Writes the value, where it is several numbers; see [`Statistic::values`].
    fn values(&self, kernel: &K, out: &mut [f64]) -> bool {
        kernel.width().is_some() && self.statistic(kernel).values(out)
    }

    /// The contents of a window with these observations, oldest first.
    fn of(kernel: &K, xs: &[K::Input]) -> Self {
        let mut contents = Self::default();
        xs.iter().for_each(|&x| contents.push(kernel, x, 1.0));
        contents
    }

    /// Completes what was read from bytes.
    fn restore(&mut self, _: &K) {}
}

/// The observations themselves, and what a strategy keeps of them.
#[derive(Clone, Debug)]
pub struct Queue<I, M> {
    arrivals: ChunkedQueue<I>,
    method: M,
}

impl<I, M: Default> Default for Queue<I, M> {
    fn default() -> Self {
        Self { arrivals: ChunkedQueue::default(), method: M::default() }
    }
}

impl<K: Statistic<Input: Debug + Serialize + DeserializeOwned>, M: Strategy<K, Partial = ()>> Contents<K>
    for Queue<K::Input, M>
{
    #[inline]
    fn len(&self) -> usize {
        self.arrivals.len()
    }

    #[inline]
    fn push(&mut self, kernel: &K, x: K::Input, _: f64) {
        self.arrivals.push(x);
        self.method.enter(kernel, x);
    }

    #[inline]
    fn evict(&mut self, kernel: &K) {
        if let Some(oldest) = self.arrivals.pop() {
            self.method.leave(kernel, oldest);
        }
    }

    fn newest(&self) -> Option<K::Input> {
        self.arrivals.back().copied()
    }

    fn for_each(&self, f: &mut dyn FnMut(K::Input, f64)) {
        self.arrivals.iter().for_each(|&x| f(x, 1.0));
    }

    fn statistic(&self, kernel: &K) -> K {
        self.method.statistic(kernel, None, self.arrivals.iter().copied())
    }

    #[inline]
    fn get(&self, kernel: &K) -> Option<f64> {
        self.method.get(kernel, None, self.arrivals.iter().copied())
    }

    fn values(&self, kernel: &K, out: &mut [f64]) -> bool {
        self.method.values(kernel, None, self.arrivals.iter().copied(), out)
    }

    fn restore(&mut self, kernel: &K) {
        self.arrivals.iter().for_each(|&x| self.method.enter(kernel, x));
    }
}

impl<I: Serialize, M> Serialize for Queue<I, M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Outlined(&self.arrivals).serialize(serializer)
    }
}

impl<'de, I: Deserialize<'de>, M: Default> Deserialize<'de> for Queue<I, M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Outlined(arrivals) = Deserialize::deserialize(deserializer)?;
        Ok(Self { arrivals, method: M::default() })
    }
}

/// A statistic over the newest observations: at any moment its value is that of a statistic that has seen only these,
/// in their order.
#[derive(Clone, Debug)]
pub struct Rolling<K: Rollable> {
    /// How many observations the window holds at most.
    pub window_size: u64,
    kernel: K,
    contents: K::Contents,
}

impl<K: Rollable> Rolling<K> {
    /// A statistic, passed in empty, over the newest `window_size` observations.
    pub fn new(kernel: K, window_size: i128) -> Result<Self, Error> {
        let window_size = validate::at_least_one("window_size", window_size)?;
        Ok(Self { window_size, kernel, contents: K::Contents::default() })
    }

    /// Updates with an observation of weight `w`, which is positive and finite; 1 for a statistic without weights.
    #[inline]
    pub fn update_weighted(&mut self, x: K::Input, w: f64) {
        if self.contents.len() as u64 == self.window_size {
            self.contents.evict(&self.kernel);
        }
        self.contents.push(&self.kernel, x, w);
    }

    /// As [`update_weighted`](Self::update_weighted), for an observation that may be refused: then nothing changes.
    #[inline]
    pub fn try_update(&mut self, x: K::Input, w: f64) -> Result<(), Error> {
        let x = self.kernel.admit(|| self.contents.newest(), x)?;
        self.update_weighted(x, w);
        Ok(())
    }

    /// How many observations are in the window.
    #[inline]
    pub fn len(&self) -> usize {
        self.contents.len()
    }

    /// Whether no observation is in the window.
    pub fn is_empty(&self) -> bool {
        self.contents.is_empty()
    }

    /// Merges a window of the same statistic, whose observations come after those of this one. An error leaves the
    /// state as it was.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        let mut joined = self.contents.clone();
        joined.append(&self.kernel, &other.contents, self.window_size)?;
        self.contents = joined;
        Ok(())
    }

    /// The parameters of the window.
    pub fn bounds(&self) -> Bounds {
        Bounds { window_size: Some(self.window_size), ..Bounds::default() }
    }

    /// The empty statistic.
    pub fn kernel(&self) -> &K {
        &self.kernel
    }

    /// The statistic that has seen the observations in the window.
    pub fn statistic(&self) -> K {
        self.contents.statistic(&self.kernel)
    }
}

/// An error unless a decoded statistic is empty, as windows hold it.
pub(super) fn ensure_empty<K: Statistic>(kernel: &K) -> Result<(), &'static str> {
    kernel.validate()?;
    validate::ensure(kernel.n() == 0.0, "a window of a statistic that is not empty")
}

impl<K: Rollable> Statistic for Rolling<K> {
    type Input = K::Input;

    #[inline]
    fn update(&mut self, x: K::Input) {
        self.update_weighted(x, 1.0);
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        self.contents.get(&self.kernel)
    }

    fn width(&self) -> Option<usize> {
        self.kernel.width()
    }

    fn values(&self, out: &mut [f64]) -> bool {
        self.contents.values(&self.kernel, out)
    }

    fn n(&self) -> f64 {
        self.contents.len() as f64
    }

    fn reach(&self) -> u64 {
        self.window_size
    }

    /// Combining is arithmetic; other strategies may sort.
    fn reads_in_place(&self) -> bool {
        K::ASSOCIATIVE
    }

    fn update_many(&mut self, xs: &[K::Input]) {
        match usize::try_from(self.window_size) {
            Ok(size) if K::ASSOCIATIVE && size <= xs.len() => {
                self.contents = K::Contents::of(&self.kernel, &xs[xs.len() - size..]);
            }
            _ => xs.iter().for_each(|&x| self.update(x)),
        }
    }

    fn accumulate(&mut self, xs: &[K::Input], out: &mut [f64]) {
        let size = usize::try_from(self.window_size).unwrap_or(usize::MAX);
        // What is already in the window is known only in part, so it has to be evicted value by value.
        let start = if self.is_empty() { size.min(FEW) } else { size }.min(xs.len());
        let (first, rest) = out.split_at_mut(out.len().min(start * self.width().unwrap_or(1)));
        one_by_one(self, &xs[..start], first);
        if rest.is_empty() {
            return;
        }
        if self.kernel.accumulate_windows(xs, start, size, rest) {
            self.contents = K::Contents::of(&self.kernel, &xs[xs.len().saturating_sub(size)..]);
        } else {
            one_by_one(self, &xs[start..], rest);
        }
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.window_size >= 1, "a window of no size")?;
        validate::ensure(self.len() as u64 <= self.window_size, "more values than the window takes")
    }
}

impl<K: Rollable> Serialize for Rolling<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.window_size, Outlined(&self.kernel), Outlined(&self.contents)).serialize(serializer)
    }
}

impl<'de, K: Rollable> Deserialize<'de> for Rolling<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (window_size, Outlined(kernel), Outlined(mut contents)): (u64, Outlined<K>, Outlined<K::Contents>) =
            Deserialize::deserialize(deserializer)?;
        ensure_empty(&kernel).map_err(D::Error::custom)?;
        contents.restore(&kernel);
        Ok(Self { window_size, kernel, contents })
    }
}
