//! A type-erased statistic, outside any Python object.

use crate::{
    Error,
    kernels::{numerics::timestamp::Timestamp, traits::Statistic},
    python::{
        interning::interned::{HoldsObjects, Interned},
        state::pickle::Stateful,
        sync::kernel_cell::HoldsKernel,
    },
};
use pyo3::prelude::*;

/// A type-erased statistic.
pub trait Kernel: Send {
    /// Makes it the kernel of an object of its class.
    fn put_into(self: Box<Self>, target: &Bound<'_, PyAny>) -> PyResult<()>;
}

/// A class whose objects hold a kernel that observes numbers.
pub trait Source: Stateful {
    type Kernel: Statistic;

    fn copied_kernel(&self, py: Python<'_>) -> PyResult<Self::Kernel>;
    fn set_kernel(this: &Bound<'_, Self>, kernel: Self::Kernel) -> PyResult<()>;
}

impl<T: HoldsKernel + Stateful> Source for T {
    type Kernel = <T as HoldsKernel>::Kernel;

    fn copied_kernel(&self, py: Python<'_>) -> PyResult<Self::Kernel> {
        self.cell().with(py, |kernel| kernel.clone())
    }

    fn set_kernel(this: &Bound<'_, Self>, kernel: Self::Kernel) -> PyResult<()> {
        this.get().set(this.py(), kernel)
    }
}

/// The kernel of an object of T.
pub struct Numeric<T: Source>(pub T::Kernel);

impl<T: Source> Kernel for Numeric<T> {
    fn put_into(self: Box<Self>, target: &Bound<'_, PyAny>) -> PyResult<()> {
        T::set_kernel(target.cast::<T>()?, self.0)
    }
}

/// The kernel of an object of T, and what its symbols stand for.
pub struct Categorical<T: HoldsObjects<N>, const N: usize>(pub Interned<T::Kernel, N>);

impl<T: HoldsObjects<N>, const N: usize> Kernel for Categorical<T, N> {
    fn put_into(self: Box<Self>, target: &Bound<'_, PyAny>) -> PyResult<()> {
        target.cast::<T>()?.get().set(target.py(), self.0)
    }
}

/// How a statistic is updated with an observation, its weight, and its time, where it looks at them.
pub type Update<K> = fn(&mut K, <K as Statistic>::Input, f64, Option<Timestamp>) -> Result<(), Error>;

/// How a kernel is merged with another.
pub type Merge<K> = fn(&mut K, &K) -> Result<(), Error>;
