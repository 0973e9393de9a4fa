//! Statistics of moments from one state: sums of powers of deviations up to the fourth include those up to the second
//! and third.
//!
//! A mean is not among them: the mean that deviations are taken from has lost digits where values cancel (see
//! `CoefficientOfVariation`), and a separate sum has not.

use crate::kernels::{
    accumulators::{central_moments::CentralMoments, dispersion::Dispersion},
    statistics::{Kurtosis, Sem, Skew, Std, Var},
};
use std::any::Any;

/// What is known of observations.
#[derive(Clone, Copy, Debug)]
pub enum Shared {
    /// Up to the squares of deviations; with weights.
    Squares(Dispersion),
    /// Up to their third powers.
    Cubes(CentralMoments),
    /// Up to their fourth powers.
    Fourth(CentralMoments),
}

/// A statistic that follows from sums of powers of deviations.
pub trait OfMoments {
    /// The highest power that it needs.
    fn order(&self) -> u8;
    /// Its state.
    fn shared(&self) -> Shared;
    /// Sets its state from one of its own order or higher; one of a lower order changes nothing.
    fn set(&mut self, state: &Shared);
}

impl Shared {
    fn dispersion(&self) -> Dispersion {
        match self {
            Self::Squares(dispersion) => *dispersion,
            Self::Cubes(moments) | Self::Fourth(moments) => moments.dispersion(),
        }
    }
}

macro_rules! of_squares {
    ($($kernel:ident),+) => {
        $(impl OfMoments for $kernel {
            fn order(&self) -> u8 {
                2
            }

            fn shared(&self) -> Shared {
                Shared::Squares(self.deviations)
            }

            fn set(&mut self, state: &Shared) {
                self.deviations = state.dispersion();
            }
        })+
    };
}

of_squares!(Sem, Std, Var);

impl OfMoments for Skew {
    fn order(&self) -> u8 {
        3
    }

    fn shared(&self) -> Shared {
        Shared::Cubes(self.moments)
    }

    fn set(&mut self, state: &Shared) {
        match state {
            Shared::Squares(_) => {}
            Shared::Cubes(moments) => self.moments = *moments,
            Shared::Fourth(moments) => self.moments = moments.up_to_cubes(),
        }
    }
}

impl OfMoments for Kurtosis {
    fn order(&self) -> u8 {
        4
    }

    fn shared(&self) -> Shared {
        Shared::Fourth(self.moments)
    }

    fn set(&mut self, state: &Shared) {
        if let Shared::Fourth(moments) = state {
            self.moments = *moments;
        }
    }
}

macro_rules! found_among {
    ($($kernel:ident),+) => {
        /// The kernel as a statistic of moments, if it is one.
        pub fn of_moments(kernel: &dyn Any) -> Option<&dyn OfMoments> {
            $(if let Some(kernel) = kernel.downcast_ref::<$kernel>() {
                return Some(kernel);
            })+
            None
        }

        /// The same, mutable.
        pub fn of_moments_mut(kernel: &mut dyn Any) -> Option<&mut dyn OfMoments> {
            $(if kernel.is::<$kernel>() {
                return kernel.downcast_mut::<$kernel>().map(|kernel| kernel as _);
            })+
            None
        }
    };
}

found_among!(Kurtosis, Sem, Skew, Std, Var);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::traits::Statistic;

    #[test]
    fn lower_moments_follow_from_higher_ones() {
        let xs: Vec<f64> = (0..5_000).map(|i| 1e6 + f64::from(i % 17) * f64::from(i % 5)).collect();
        let (mut kurtosis, mut skew, mut var) = (Kurtosis::new(false), Skew::new(true), Var::new(0).unwrap());
        kurtosis.update_many(&xs);
        let (mut alone, mut other) = (skew, var);
        alone.update_many(&xs);
        other.update_many(&xs);
        let state = of_moments(&kurtosis).unwrap().shared();
        of_moments_mut(&mut skew).unwrap().set(&state);
        of_moments_mut(&mut var).unwrap().set(&state);
        assert_eq!(skew, alone);
        assert_eq!((var.n(), var.validate()), (other.n(), Ok(())));
        assert!((var.get().unwrap() / other.get().unwrap() - 1.0).abs() < 1e-14);
        assert_eq!(kurtosis.order(), 4);
        assert!(of_moments(&crate::kernels::Mean::new()).is_none());
    }

    #[test]
    fn nothing_is_known_of_nothing() {
        let mut var = Var::new(1).unwrap();
        let empty = var;
        of_moments_mut(&mut var).unwrap().set(&Kurtosis::new(true).shared());
        assert_eq!(var, empty);
    }
}
