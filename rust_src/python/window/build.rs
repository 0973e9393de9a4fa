//! How a statistic makes its windows.

use crate::{
    error::Error,
    kernels::{
        Statistic,
        statistics::Shift,
        window::{
            clock::nanoseconds,
            rolling::{Rollable, Rolling},
            time_rolling::TimeRolling,
            time_span::Closed,
        },
    },
    python::{
        classes::{numeric::Class, shift::RsShift},
        convert::{argument::read, number::Number, time::Duration},
        state::{
            envelope::{self, Names},
            shift,
        },
        window::{
            class::{RsRolling, RsTimeRolling},
            erased::{Held, Observation},
        },
    },
};
use pyo3::{PyClass, prelude::*, pyclass::boolean_struct::True};
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

/// A class with windows.
pub trait Rolls: PyClass<Frozen = True> + Sync {
    type Kernel: Rollable<Input: Observation>;
    const NAMES: Names;

    /// What windows keep the observations with.
    fn kernel(&self, py: Python<'_>) -> PyResult<Self::Kernel>;
}

impl<T: Class<Kernel: Rollable<Input: Observation>>> Rolls for T {
    type Kernel = T::Kernel;
    const NAMES: Names = <T as Class>::NAMES;

    fn kernel(&self, py: Python<'_>) -> PyResult<T::Kernel> {
        self.cell().with(py, |kernel| kernel.clone())
    }
}

/// Windows hold numbers.
impl Rolls for RsShift {
    type Kernel = Shift;
    const NAMES: Names =
        Names { statistic: shift::NAME, rolling: "Rolling(Shift)", time_rolling: "TimeRolling(Shift)" };

    fn kernel(&self, py: Python<'_>) -> PyResult<Shift> {
        let Shift { amount, fill_value, .. } = self.copied(py)?;
        let number = |value: Py<PyAny>| read::<Number>(value.bind_borrowed(py), "fill_value");
        let fill_value = fill_value.map(number).transpose()?.map(|Number(x)| x);
        Ok(Shift::new(amount.into(), fill_value)?)
    }
}

/// Puts a window of the newest observations into `target`.
pub fn roll<T: Rolls>(
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
            let kernel = statistic.get().kernel(py)?;
            (min_samples, Rolling::new(kernel, window_size)?)
        }
    };
    target.get().cell().set(py, Held::new::<T::Kernel, _>(T::NAMES, min_samples, window))?;
    Ok(())
}

/// Puts a window of the observations of the last while into `target`.
pub fn roll_in_time<T: Rolls>(
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
            let kernel = statistic.get().kernel(py)?;
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
