//! How a statistic makes its windows.

use crate::{
    error::Error,
    kernels::{
        Statistic,
        window::{
            clock::nanoseconds,
            rolling::{Rollable, Rolling},
            time_rolling::TimeRolling,
            time_span::Closed,
        },
    },
    python::{
        classes::numeric::Class,
        convert::time::Duration,
        state::envelope,
        window::{
            class::{RsRolling, RsTimeRolling},
            erased::{Held, Observation},
        },
    },
};
use pyo3::prelude::*;
use serde::de::DeserializeOwned;

/// A statistic that has windows: it puts a new one, or one that is stored, into an object made for it.
macro_rules! rolls {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            #[pyo3(signature = (target, window_size, min_samples, data=None))]
            fn _roll(
                this: &Bound<'_, Self>,
                target: &Bound<'_, class::RsRolling>,
                window_size: Integer,
                min_samples: u64,
                data: Option<&[u8]>,
            ) -> PyResult<()> {
                build::roll(this, target, window_size.into(), min_samples, data)
            }

            #[pyo3(signature = (target, period, closed, min_samples, data=None))]
            fn _roll_in_time(
                this: &Bound<'_, Self>,
                target: &Bound<'_, class::RsTimeRolling>,
                period: time::Duration,
                closed: &str,
                min_samples: u64,
                data: Option<&[u8]>,
            ) -> PyResult<()> {
                build::roll_in_time(this, target, (period, closed), min_samples, data)
            }
        }
    };
}
pub(crate) use rolls;

/// Puts a window of the newest observations into `target`.
pub fn roll<T: Class<Kernel: Rollable<Input: Observation>>>(
    statistic: &Bound<'_, T>,
    target: &Bound<'_, RsRolling>,
    window_size: i128,
    min_samples: u64,
    data: Option<&[u8]>,
) -> PyResult<()> {
    let py = target.py();
    let (min_samples, window) = match data {
        Some(data) => stored(T::NAMES.rolling, data, Statistic::validate)?,
        None => {
            let kernel = statistic.get().cell().with(py, |kernel| kernel.clone())?;
            (min_samples, Rolling::new(kernel, window_size)?)
        }
    };
    target.get().cell().set(py, Held::new::<T::Kernel, _>(T::NAMES, min_samples, window))?;
    Ok(())
}

/// Puts a window of the observations of the last while into `target`.
pub fn roll_in_time<T: Class<Kernel: Rollable<Input: Observation>>>(
    statistic: &Bound<'_, T>,
    target: &Bound<'_, RsTimeRolling>,
    (period, closed): (Duration, &str),
    min_samples: u64,
    data: Option<&[u8]>,
) -> PyResult<()> {
    let py = target.py();
    let (min_samples, window) = match data {
        Some(data) => stored(T::NAMES.time_rolling, data, TimeRolling::validate)?,
        None => {
            let kernel = statistic.get().cell().with(py, |kernel| kernel.clone())?;
            (min_samples, TimeRolling::new(kernel, reach(period)?, Closed::new(closed)?)?)
        }
    };
    target.get().cell().set(py, Held::new::<T::Kernel, _>(T::NAMES, min_samples, window))?;
    Ok(())
}

/// A period in nanoseconds.
pub fn reach(period: Duration) -> Result<i128, Error> {
    let wanted = || Error::Type("period must be a timedelta or a number of seconds, got None".into());
    nanoseconds("period", period.0.ok_or_else(wanted)?)
}

/// The window that `data` holds, and its `min_samples`.
fn stored<W: DeserializeOwned>(
    name: &'static str,
    data: &[u8],
    validate: impl FnOnce(&W) -> Result<(), &'static str>,
) -> Result<(u64, W), Error> {
    envelope::open(name, data, |(_, window)| validate(window))
}
