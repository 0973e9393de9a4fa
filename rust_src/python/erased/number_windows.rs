//! Makes type-erased windows of each kind of window over numbers.

use crate::{
    Error,
    kernels::{
        numerics::timestamp::Timestamp,
        traits::{Merge, Statistic, Timed},
        window::{Bounds, Panes, Rollable, Rolling, TimeRolling, Timestamped, Tumbling, Which},
    },
    python::{
        columns::numbers::Access,
        erased::{
            kernel::{Kernel, Numeric, Source, Update},
            numbers::{Given, NumberWindow, ReadValue, Reading, no_merge},
            observation::Observation,
        },
        state::envelope,
    },
};
use serde::Serialize;
use std::any::Any;

/// A statistic as windows keep it.
pub trait View<K>: Rollable<Input: Observation> {
    fn of(kernel: K) -> Self;
    fn into_kernel(self) -> K;
}

impl<K: Rollable<Input: Observation>> View<K> for K {
    fn of(kernel: K) -> Self {
        kernel
    }

    fn into_kernel(self) -> K {
        self
    }
}

impl<K: Timed> View<K> for Timestamped<K>
where
    Self: Rollable<Input: Observation>,
{
    fn of(kernel: K) -> Self {
        Self(kernel)
    }

    fn into_kernel(self) -> K {
        self.0
    }
}

/// A window over a statistic of class T.
pub trait WindowOver<T: Source>: Clone + Send + Serialize + 'static {
    fn update(&mut self, x: f64, y: f64, w: f64, t: Option<Timestamp>, entry: &Behaviour<T>) -> Result<bool, Error>;

    /// Updates with columns in blocks, if that cannot fail and is the same as one by one.
    fn update_blocks(&mut self, _given: &mut Given<'_>, _out: Option<&mut [f64]>, _min_samples: u64) -> bool {
        false
    }

    fn advance(&mut self, t: Option<Timestamp>) -> Result<bool, Error>;
    fn get(&self, min_samples: u64) -> Option<f64>;
    /// How many numbers the value is, where it is several.
    fn width(&self) -> Option<usize>;
    /// Writes the value, where it is several numbers, if there is one.
    fn values(&self, min_samples: u64, out: &mut [f64]) -> bool {
        self.width().is_some() && self.valued(min_samples).is_some_and(|kernel| kernel.values(out))
    }
    fn len(&self) -> usize;
    fn n_late(&self) -> u64 {
        0
    }
    /// Merges another window, if they keep their observations.
    fn merge(&mut self, _other: &Self) -> Result<(), Error> {
        Err(no_merge())
    }
    fn bounds(&self) -> Bounds;
    fn kernel(&self, which: Which) -> Option<T::Kernel>;
    /// The statistic whose value is that of the window, if there are enough observations.
    fn valued(&self, min_samples: u64) -> Option<T::Kernel>;
}

impl<T: Source, V: View<T::Kernel>> WindowOver<T> for Rolling<V> {
    #[inline]
    fn update(&mut self, x: f64, y: f64, w: f64, t: Option<Timestamp>, _: &Behaviour<T>) -> Result<bool, Error> {
        if !V::Input::TIMED && t.is_some() {
            return Err(Error::Type("update takes no argument t here: the window is by count".into()));
        }
        self.try_update(V::Input::new(x, y, t), w).map(|()| false)
    }

    fn update_blocks(&mut self, given: &mut Given<'_>, out: Option<&mut [f64]>, min_samples: u64) -> bool {
        if V::Input::TIMED || given.weights.is_some() || given.times.is_some() {
            return false;
        }
        let (before, width) = (Rolling::len(self) as u64, Statistic::width(self).unwrap_or(1));
        match out {
            None => given.blocks.each(Access::of(self), |xs, _| self.update_many(xs)),
            Some(out) => {
                given.blocks.each(Access::of(self), |xs, start| {
                    self.accumulate(xs, &mut out[start * width..][..xs.len() * width]);
                });
                let too_few = |i: u64| (before + i + 1).min(self.window_size) < min_samples;
                let values = (0..).zip(out.chunks_mut(width));
                values.take_while(|(i, _)| too_few(*i)).for_each(|(_, value)| value.fill(f64::NAN));
            }
        }
        true
    }

    fn advance(&mut self, _: Option<Timestamp>) -> Result<bool, Error> {
        Err(Error::Type("a window by count has no clock".into()))
    }

    #[inline]
    fn get(&self, min_samples: u64) -> Option<f64> {
        if (Rolling::len(self) as u64) < min_samples { None } else { Statistic::get(self) }
    }

    fn width(&self) -> Option<usize> {
        Statistic::width(self)
    }

    fn values(&self, min_samples: u64, out: &mut [f64]) -> bool {
        Rolling::len(self) as u64 >= min_samples && Statistic::values(self, out)
    }

    #[inline]
    fn len(&self) -> usize {
        Rolling::len(self)
    }

    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        Rolling::merge(self, other)
    }

    fn bounds(&self) -> Bounds {
        Rolling::bounds(self)
    }

    fn kernel(&self, which: Which) -> Option<T::Kernel> {
        match which {
            Which::Empty => Some(Rolling::kernel(self).clone().into_kernel()),
            Which::Current => Some(self.statistic().into_kernel()),
            Which::Closed => None,
        }
    }

    fn valued(&self, min_samples: u64) -> Option<T::Kernel> {
        (Rolling::len(self) as u64 >= min_samples).then(|| self.statistic().into_kernel())
    }
}

impl<T: Source, V: View<T::Kernel>> WindowOver<T> for TimeRolling<V> {
    #[inline]
    fn update(&mut self, x: f64, y: f64, w: f64, t: Option<Timestamp>, _: &Behaviour<T>) -> Result<bool, Error> {
        TimeRolling::update(self, t, V::Input::new(x, y, t), w).map(|()| false)
    }

    fn advance(&mut self, t: Option<Timestamp>) -> Result<bool, Error> {
        TimeRolling::advance(self, t).map(|()| false)
    }

    #[inline]
    fn get(&self, min_samples: u64) -> Option<f64> {
        if (TimeRolling::len(self) as u64) < min_samples { None } else { TimeRolling::get(self) }
    }

    fn width(&self) -> Option<usize> {
        TimeRolling::kernel(self).width()
    }

    fn values(&self, min_samples: u64, out: &mut [f64]) -> bool {
        TimeRolling::len(self) as u64 >= min_samples && TimeRolling::values(self, out)
    }

    #[inline]
    fn len(&self) -> usize {
        TimeRolling::len(self)
    }

    fn n_late(&self) -> u64 {
        TimeRolling::n_late(self)
    }

    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        TimeRolling::merge(self, other)
    }

    fn bounds(&self) -> Bounds {
        TimeRolling::bounds(self)
    }

    fn kernel(&self, which: Which) -> Option<T::Kernel> {
        match which {
            Which::Empty => Some(TimeRolling::kernel(self).clone().into_kernel()),
            Which::Current => Some(self.statistic().into_kernel()),
            Which::Closed => None,
        }
    }

    fn valued(&self, min_samples: u64) -> Option<T::Kernel> {
        (TimeRolling::len(self) as u64 >= min_samples).then(|| self.statistic().into_kernel())
    }
}

impl<T: Source<Kernel: Merge + Statistic<Input: Observation>>> WindowOver<T> for Panes<T::Kernel> {
    fn update(&mut self, x: f64, y: f64, w: f64, t: Option<Timestamp>, entry: &Behaviour<T>) -> Result<bool, Error> {
        let x = <T::Kernel as Statistic>::Input::new(x, y, None);
        Panes::update(self, t, |kernel| (entry.update)(kernel, x, w, None)).map(|()| false)
    }

    fn update_blocks(&mut self, given: &mut Given<'_>, out: Option<&mut [f64]>, _: u64) -> bool {
        let plain = self.by_number() && out.is_none() && given.weights.is_none() && given.times.is_none();
        if plain {
            given.blocks.each(Access::of(Panes::kernel(self)), |xs, _| self.update_many(xs));
        }
        plain
    }

    fn advance(&mut self, t: Option<Timestamp>) -> Result<bool, Error> {
        Panes::advance(self, t).map(|()| false)
    }

    fn get(&self, min_samples: u64) -> Option<f64> {
        WindowOver::<T>::valued(self, min_samples)?.get()
    }

    fn width(&self) -> Option<usize> {
        Panes::kernel(self).width()
    }

    fn len(&self) -> usize {
        Panes::len(self)
    }

    fn n_late(&self) -> u64 {
        Panes::n_late(self)
    }

    fn bounds(&self) -> Bounds {
        Panes::bounds(self)
    }

    fn kernel(&self, which: Which) -> Option<T::Kernel> {
        match which {
            Which::Empty => Some(Panes::kernel(self).clone()),
            Which::Current => Some(self.statistic()),
            Which::Closed => None,
        }
    }

    fn valued(&self, min_samples: u64) -> Option<T::Kernel> {
        (Panes::len(self) as u64 >= min_samples).then(|| self.statistic())
    }
}

impl<T: Source<Kernel: Statistic<Input: Observation>>> WindowOver<T> for Tumbling<T::Kernel> {
    fn update(&mut self, x: f64, y: f64, w: f64, t: Option<Timestamp>, entry: &Behaviour<T>) -> Result<bool, Error> {
        let timed = (entry.is_timed)(Tumbling::kernel(self));
        if !timed {
            self.windows.refuse_time_by_count(t)?;
        }
        let x = <T::Kernel as Statistic>::Input::new(x, y, None);
        Tumbling::update(self, t, |kernel| (entry.update)(kernel, x, w, t.filter(|_| timed)))
    }

    fn advance(&mut self, t: Option<Timestamp>) -> Result<bool, Error> {
        t.map_or(Ok(false), |t| Tumbling::advance(self, t))
    }

    fn get(&self, min_samples: u64) -> Option<f64> {
        WindowOver::<T>::valued(self, min_samples)?.get()
    }

    fn width(&self) -> Option<usize> {
        Tumbling::kernel(self).width()
    }

    fn len(&self) -> usize {
        self.windows.n() as usize
    }

    fn n_late(&self) -> u64 {
        self.windows.n_late()
    }

    fn bounds(&self) -> Bounds {
        self.windows.bounds()
    }

    fn kernel(&self, which: Which) -> Option<T::Kernel> {
        match which {
            Which::Empty => Some(Tumbling::kernel(self).clone()),
            Which::Current => Some(self.open().clone()),
            Which::Closed => self.closed().cloned(),
        }
    }

    fn valued(&self, _: u64) -> Option<T::Kernel> {
        Tumbling::valued(self).cloned()
    }
}

/// What is known of the statistics of class T beyond their kernel.
pub struct Behaviour<T: Source> {
    pub update: Update<T::Kernel>,
    /// Whether it looks at times.
    pub is_timed: fn(&T::Kernel) -> bool,
    /// The value, where it is neither a number nor several.
    pub reading: Option<ReadValue<T::Kernel>>,
}

/// A window, and the behaviour of its statistic.
pub struct Entry<T: Source, W> {
    pub class: &'static Behaviour<T>,
    pub min_samples: u64,
    pub window: W,
}

impl<T: Source<Kernel: Statistic<Input: Observation>>, W: WindowOver<T>> NumberWindow for Entry<T, W> {
    #[inline]
    fn update(&mut self, x: f64, y: f64, w: f64, t: Option<Timestamp>) -> Result<bool, Box<Error>> {
        self.window.update(x, y, w, t, self.class).map_err(Box::new)
    }

    fn update_blocks(&mut self, given: &mut Given<'_>, out: Option<&mut [f64]>) -> bool {
        self.window.update_blocks(given, out, self.min_samples)
    }

    fn advance(&mut self, t: Option<Timestamp>) -> Result<bool, Error> {
        self.window.advance(t)
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        self.window.get(self.min_samples)
    }

    fn width(&self) -> Option<usize> {
        self.window.width()
    }

    fn values(&self, out: &mut [f64]) -> bool {
        self.window.values(self.min_samples, out)
    }

    fn reading(&self) -> Reading {
        match self.class.reading {
            None => match self.window.width() {
                None => Reading::Number(self.get()),
                Some(width) => Reading::written(width, |out| self.values(out)),
            },
            Some(reading) => reading(self.window.valued(self.min_samples).as_ref()),
        }
    }

    fn len(&self) -> usize {
        self.window.len()
    }

    fn n(&self) -> f64 {
        self.window.kernel(Which::Current).map_or(0.0, |kernel| kernel.n())
    }

    fn n_late(&self) -> u64 {
        self.window.n_late()
    }

    fn merge(&mut self, other: &dyn NumberWindow) -> Result<(), Error> {
        let other = other.as_any().downcast_ref::<Self>().ok_or_else(no_merge)?;
        self.window.merge(&other.window)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn bounds(&self) -> Bounds {
        self.window.bounds()
    }

    fn min_samples(&self) -> u64 {
        self.min_samples
    }

    fn kernel(&self, which: Which) -> Option<Box<dyn Kernel>> {
        Some(Box::new(Numeric::<T>(self.window.kernel(which)?)))
    }

    fn to_bytes(&self, name: &str) -> Result<Vec<u8>, Error> {
        envelope::seal(name, &(self.min_samples, &self.window))
    }

    fn copied(&self) -> Box<dyn NumberWindow> {
        Box::new(Self { class: self.class, min_samples: self.min_samples, window: self.window.clone() })
    }
}
