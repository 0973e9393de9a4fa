//! Windows whatever their statistic, as trait objects.

use crate::{
    Error,
    kernels::{
        numerics::{timestamp::Timestamp, weight},
        traits::Statistic,
        window::{
            rolling::{Rollable, Rolling},
            time_rolling::TimeRolling,
        },
    },
    python::{
        columns::rows::{self, Blocks},
        state::envelope::{self, Names},
    },
};
use serde::{Serialize, de::DeserializeOwned};

/// What a statistic observes, made of the numbers that `update` was given.
pub trait Observation: rows::Observation + Serialize + DeserializeOwned {
    /// How many numbers.
    const NUMBERS: usize;

    fn new(numbers: [f64; 2]) -> Self;
}

impl Observation for f64 {
    const NUMBERS: usize = 1;

    #[inline]
    fn new([x, _]: [f64; 2]) -> Self {
        x
    }
}

impl Observation for (f64, f64) {
    const NUMBERS: usize = 2;

    #[inline]
    fn new([x, y]: [f64; 2]) -> Self {
        (x, y)
    }
}

/// A window whatever its statistic.
pub trait Window: Send {
    /// Takes in an observation of weight `w`, with its time where the window is one of time.
    fn update(&mut self, numbers: [f64; 2], w: f64, t: Option<Timestamp>) -> Result<(), Error>;
    /// Updates with columns, with all or nothing of them, and writes the value after each observation into `out`, if it
    /// is given: NaN where fewer than `min_samples` are in the window. An error comes with its row.
    fn update_many(
        &mut self,
        given: &mut Given<'_>,
        out: Option<&mut [f64]>,
        min_samples: u64,
    ) -> Result<(), (usize, Error)>;
    fn advance(&mut self, t: Timestamp) -> Result<(), Error>;
    /// The value, if there are at least `min_samples` observations in the window.
    fn get(&self, min_samples: u64) -> Option<f64>;
    fn len(&self) -> usize;
    fn n_late(&self) -> u64;
    /// The number of observations, or of nanoseconds with the ends that belong to it, that the window takes.
    fn reach(&self) -> (i128, &'static str);
    /// The state of the window.
    fn to_bytes(&self, min_samples: u64) -> Result<Vec<u8>, Error>;
    /// The state of the statistic that has seen what is in the window, or of one that has seen nothing.
    fn statistic(&self, empty: bool) -> Result<Vec<u8>, Error>;
}

/// Columns of observations, and what is beside each.
pub struct Given<'a> {
    pub blocks: Blocks<'a>,
    /// All of them checked.
    pub weights: Option<&'a [f64]>,
    pub times: Option<&'a [Timestamp]>,
}

impl Given<'_> {
    /// Lets `take` update with each observation, its weight and its time, if it has a weight, and writes what `get` says
    /// after each.
    fn one_by_one<W, I: Observation>(
        &mut self,
        window: &mut W,
        mut out: Option<&mut [f64]>,
        take: impl Fn(&mut W, I, f64, Option<Timestamp>) -> Result<(), Error>,
        get: impl Fn(&W) -> Option<f64>,
    ) -> Result<(), (usize, Error)> {
        self.blocks.try_each(0, |xs, row| {
            for (row, &x) in (row..).zip(xs) {
                let w = self.weights.map_or(1.0, |weights| weights[row]);
                if w > 0.0 {
                    take(window, x, w, self.times.map(|times| times[row])).map_err(|error| (row, error))?;
                }
                if let Some(out) = &mut out {
                    out[row] = get(window).unwrap_or(f64::NAN);
                }
            }
            Ok(())
        })
    }
}

/// A window with the names of its statistic and of its windows.
pub struct Named<W> {
    names: Names,
    window: W,
}

impl<K: Rollable<Input: Observation>> Window for Named<Rolling<K>> {
    #[inline]
    fn update(&mut self, numbers: [f64; 2], w: f64, t: Option<Timestamp>) -> Result<(), Error> {
        if t.is_some() {
            return Err(Error::Type("update takes no argument t here: the window is one of a count".into()));
        }
        self.window.update_weighted(K::Input::new(numbers), w);
        Ok(())
    }

    fn update_many(
        &mut self,
        given: &mut Given<'_>,
        out: Option<&mut [f64]>,
        min_samples: u64,
    ) -> Result<(), (usize, Error)> {
        if given.times.is_some() {
            return Err((0, Error::Type("no column t is taken here: the window is one of a count".into())));
        }
        if given.weights.is_some() {
            let take = |named: &mut Self, x, w, _| {
                named.window.update_weighted(x, w);
                Ok(())
            };
            return given.one_by_one(self, out, take, |named| named.get(min_samples));
        }
        let before = self.len() as u64;
        match out {
            None => given.blocks.each(self.window.window_size, |xs, _| self.window.update_many(xs)),
            Some(out) => {
                given.blocks.each(self.window.window_size, |xs, row| {
                    self.window.accumulate(xs, &mut out[row..row + xs.len()]);
                });
                let window_size = self.window.window_size;
                let too_few = |row: u64| (before + row + 1).min(window_size) < min_samples;
                (0..).zip(out).take_while(|(row, _)| too_few(*row)).for_each(|(_, value)| *value = f64::NAN);
            }
        }
        Ok(())
    }

    fn advance(&mut self, _: Timestamp) -> Result<(), Error> {
        Ok(())
    }

    #[inline]
    fn get(&self, min_samples: u64) -> Option<f64> {
        if (self.window.len() as u64) < min_samples { None } else { self.window.get() }
    }

    #[inline]
    fn len(&self) -> usize {
        self.window.len()
    }

    fn n_late(&self) -> u64 {
        0
    }

    fn reach(&self) -> (i128, &'static str) {
        (self.window.window_size.into(), "")
    }

    fn to_bytes(&self, min_samples: u64) -> Result<Vec<u8>, Error> {
        envelope::seal(self.names.rolling, &(min_samples, &self.window))
    }

    fn statistic(&self, empty: bool) -> Result<Vec<u8>, Error> {
        if empty {
            envelope::seal(self.names.statistic, self.window.kernel())
        } else {
            envelope::seal(self.names.statistic, &self.window.statistic())
        }
    }
}

impl<K: Rollable<Input: Observation>> Window for Named<TimeRolling<K>> {
    #[inline]
    fn update(&mut self, numbers: [f64; 2], w: f64, t: Option<Timestamp>) -> Result<(), Error> {
        match t {
            Some(t) => self.window.update(t, K::Input::new(numbers), w),
            None => Err(Error::Type("t is missing: the time of the observation".into())),
        }
    }

    fn update_many(
        &mut self,
        given: &mut Given<'_>,
        out: Option<&mut [f64]>,
        min_samples: u64,
    ) -> Result<(), (usize, Error)> {
        let mut next = Self { names: self.names, window: self.window.clone() };
        let take = |named: &mut Self, x, w, t| match t {
            Some(t) => named.window.update(t, x, w),
            None => Err(Error::Type("t is missing: the times of the observations".into())),
        };
        given.one_by_one(&mut next, out, take, |named| named.get(min_samples))?;
        self.window = next.window;
        Ok(())
    }

    fn advance(&mut self, t: Timestamp) -> Result<(), Error> {
        self.window.advance(t)
    }

    #[inline]
    fn get(&self, min_samples: u64) -> Option<f64> {
        if (self.window.len() as u64) < min_samples { None } else { self.window.get() }
    }

    #[inline]
    fn len(&self) -> usize {
        self.window.len()
    }

    fn n_late(&self) -> u64 {
        self.window.n_late()
    }

    fn reach(&self) -> (i128, &'static str) {
        let (period, closed) = self.window.span();
        (period, closed.name())
    }

    fn to_bytes(&self, min_samples: u64) -> Result<Vec<u8>, Error> {
        envelope::seal(self.names.time_rolling, &(min_samples, &self.window))
    }

    fn statistic(&self, empty: bool) -> Result<Vec<u8>, Error> {
        if empty {
            envelope::seal(self.names.statistic, self.window.kernel())
        } else {
            envelope::seal(self.names.statistic, &self.window.statistic())
        }
    }
}

/// A window in a Python object, and what its methods need to know of the statistic.
pub struct Held {
    pub window: Box<dyn Window>,
    numbers: usize,
    pub weighted: bool,
    /// How many observations it takes for there to be a value.
    pub min_samples: u64,
}

impl Held {
    pub fn new<K: Rollable<Input: Observation>, W>(names: Names, min_samples: u64, window: W) -> Self
    where
        Named<W>: Window + 'static,
    {
        let (numbers, weighted) = (K::Input::NUMBERS, K::WEIGHTED);
        Self { window: Box::new(Named { names, window }), numbers, weighted, min_samples }
    }

    /// How many numbers an observation is, and whether it can have a weight.
    #[inline]
    pub fn takes(&self) -> (usize, bool) {
        (self.numbers, self.weighted)
    }

    /// Takes in an observation of weight `w`, which was checked.
    #[inline]
    pub fn update(&mut self, numbers: [f64; 2], w: f64, t: Option<Timestamp>) -> Result<(), Error> {
        self.window.update(numbers, w, t)
    }

    /// Takes in an observation with the weight that follows it, if there is one; None where so many numbers are none.
    #[inline]
    pub fn take(&mut self, given: [f64; 3], count: usize, t: Option<Timestamp>) -> Option<Result<(), Error>> {
        let w = match count {
            _ if count == self.numbers => return Some(self.window.update([given[0], given[1]], 1.0, t)),
            2 | 3 if self.weighted && count == self.numbers + 1 => given[count - 1],
            _ => return None,
        };
        let weight = weight::is_positive(w);
        Some(weight.and_then(|counts| if counts { self.window.update([given[0], given[1]], w, t) } else { Ok(()) }))
    }

    /// Takes in columns: see [`Window::update_many`].
    pub fn update_many(&mut self, given: &mut Given<'_>, out: Option<&mut [f64]>) -> Result<(), (usize, Error)> {
        self.window.update_many(given, out, self.min_samples)
    }

    /// The value, if enough is in the window.
    #[inline]
    pub fn get(&self) -> Option<f64> {
        self.window.get(self.min_samples)
    }
}
