//! What a Python object of a window holds.

use crate::{
    Error,
    kernels::{
        numerics::{timestamp::Timestamp, weight},
        window::Which,
    },
    python::{
        columns::objects::{IsMissing, is_missing, is_none},
        erased::{kernel::Kernel, numbers::NumberWindow, objects::ObjectWindow},
    },
};
use std::sync::Arc;

/// What one observation of a window is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// This many numbers, perhaps with a weight.
    Numbers { count: usize, weighted: bool },
    /// A time.
    Event,
    /// Anything or nothing, which is not looked at.
    Anything,
    /// This many hashable values.
    Objects(usize),
}

/// How missing values are treated.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Nulls {
    /// A null is as if it had not been there, None is refused, and NaN is a value.
    #[default]
    Skip,
    /// Nulls and None take up slots in a window by count; NaN too, if `skipna`.
    Slot { skipna: bool },
}

impl Nulls {
    pub fn are_slots(self) -> bool {
        self != Self::Skip
    }

    /// The function that tells which objects are missing.
    pub fn missing(self) -> IsMissing {
        if self.skipna() { is_missing } else { is_none }
    }

    /// Whether NaN is missing.
    #[inline]
    pub fn skipna(self) -> bool {
        self == Self::Slot { skipna: true }
    }
}

/// A window, and what its methods need to know of the statistic.
pub struct Held {
    /// The name of the class of the statistic.
    pub class: &'static str,
    pub shape: Shape,
    /// Whether each value is a number and nothing else.
    pub plain: bool,
    /// Whether times are a part of the observations in the window.
    pub timed: bool,
    /// Whether lengths of time are numbers of seconds for the user.
    pub in_seconds: bool,
    pub nulls: Nulls,
    pub window: Window,
}

/// A window over numbers, or over hashable values.
pub enum Window {
    Numbers(Box<dyn NumberWindow>),
    Objects(Arc<dyn ObjectWindow>),
}

impl Held {
    /// Whether observations have weights.
    pub fn is_weighted(&self) -> bool {
        matches!(self.shape, Shape::Numbers { weighted: true, .. })
    }

    /// Updates with this many numbers, the last of which may be the weight, and returns whether a window has closed;
    /// `None` if that many numbers are not an observation.
    #[inline]
    pub fn update(
        &mut self,
        (x, y, z): (f64, f64, f64),
        count: usize,
        t: Option<Timestamp>,
    ) -> Option<Result<bool, Box<Error>>> {
        let (Window::Numbers(window), Shape::Numbers { count: numbers, weighted }) = (&mut self.window, self.shape)
        else {
            return None;
        };
        if self.nulls.skipna() && (x.is_nan() || (numbers == 2 && y.is_nan())) {
            return Some(window.advance(None).map_err(Box::new));
        }
        if count == numbers {
            return Some(window.update(x, y, 1.0, t));
        }
        if !(weighted && count == numbers + 1) {
            return None;
        }
        let w = if count == 2 { y } else { z };
        let weight = weight::is_positive_in_window(w).map_err(Box::new);
        Some(weight.and_then(|counts| match counts {
            true => window.update(x, y, w, t),
            false if self.nulls.are_slots() => window.advance(None).map_err(Box::new),
            false => Ok(false),
        }))
    }

    /// Updates with an observation that is not looked at; `None` if the window holds something else.
    pub fn update_unseen(&mut self, t: Option<Timestamp>) -> Option<Result<bool, Box<Error>>> {
        match (&mut self.window, self.shape) {
            (Window::Numbers(window), Shape::Event | Shape::Anything) => Some(window.update(0.0, 0.0, 1.0, t)),
            _ => None,
        }
    }

    /// The statistic of the window over numbers that closed last.
    pub fn closed(&self) -> Option<Box<dyn Kernel>> {
        match &self.window {
            Window::Numbers(window) => window.kernel(Which::Closed),
            Window::Objects(_) => None,
        }
    }

    /// The value, where it is a number.
    #[inline]
    pub fn number(&self) -> Option<Option<f64>> {
        match &self.window {
            Window::Numbers(window) if self.plain => Some(window.get()),
            _ => None,
        }
    }

    /// How many numbers the value is, where it is several.
    pub fn width(&self) -> Option<usize> {
        match &self.window {
            Window::Numbers(window) => window.width(),
            Window::Objects(_) => None,
        }
    }

    /// Writes the value, where it is several numbers, if there is one.
    pub fn values(&self, out: &mut [f64]) -> bool {
        match &self.window {
            Window::Numbers(window) => window.values(out),
            Window::Objects(_) => false,
        }
    }

    /// The window, if it is one over hashable values.
    pub fn objects(&self) -> Option<Arc<dyn ObjectWindow>> {
        match &self.window {
            Window::Numbers(_) => None,
            Window::Objects(window) => Some(window.clone()),
        }
    }

    /// The window, if it is one over numbers.
    pub fn numbers(&mut self) -> Option<&mut Box<dyn NumberWindow>> {
        match &mut self.window {
            Window::Numbers(window) => Some(window),
            Window::Objects(_) => None,
        }
    }

    /// The same with another window, of the same class.
    pub fn with(&self, window: Window) -> Self {
        Self { window, ..*self }
    }
}
