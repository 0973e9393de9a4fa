//! The orders of extrema.

use std::fmt::Debug;

/// Which of two values is the extremum.
pub trait Order: Clone + Copy + Debug + Default + Send + 'static {
    /// The extremum of no values.
    const NONE: f64;

    /// Whether `x` replaces the extremum so far; false if either is NaN.
    fn beats(x: f64, so_far: f64) -> bool;

    /// The key by which values are compared.
    #[inline]
    fn key(x: f64) -> f64 {
        x
    }
}

/// Larger values beat smaller ones.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Largest;

/// Smaller values beat larger ones.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Smallest;

/// Larger absolute values beat smaller ones.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LargestMagnitude;

impl Order for Largest {
    const NONE: f64 = f64::NEG_INFINITY;

    #[inline]
    fn beats(x: f64, so_far: f64) -> bool {
        x > so_far
    }
}

impl Order for Smallest {
    const NONE: f64 = f64::INFINITY;

    #[inline]
    fn beats(x: f64, so_far: f64) -> bool {
        x < so_far
    }
}

impl Order for LargestMagnitude {
    const NONE: f64 = 0.0;

    #[inline]
    fn beats(x: f64, so_far: f64) -> bool {
        x > so_far
    }

    #[inline]
    fn key(x: f64) -> f64 {
        x.abs()
    }
}
