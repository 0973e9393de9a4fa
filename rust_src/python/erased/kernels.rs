//! Type-erased kernels of one statistic, side by side: one for each group.

use crate::{
    Error,
    kernels::{
        groups::Dense,
        numerics::timestamp::Timestamp,
        summary::{self, OfMoments},
        traits::Statistic,
    },
    python::{
        columns::numbers::Access,
        erased::{
            held::Shape,
            kernel::{Kernel, Merge, Numeric, Source},
            number_windows::Behaviour,
            numbers::Reading,
            observation::{Block, Observation},
        },
        state::envelope,
    },
};
use std::any::Any;

/// Type-erased statistics by index, from 0 on. Where an index may be `None`, that stands for an empty statistic.
pub trait Kernels: Send {
    /// The name of their class in states.
    fn name(&self) -> &str;
    fn shape(&self) -> Shape;
    /// Whether they look at times.
    fn is_timed(&self) -> bool;

    fn len(&self) -> usize;
    /// Adds an empty one.
    fn push(&mut self);
    /// Removes one; the last one takes its index.
    fn swap_remove(&mut self, index: usize);
    fn truncate(&mut self, len: usize);

    /// Updates one with an observation of weight `w`, which is finite; a negative one undoes an update, where that is
    /// possible.
    fn update(&mut self, index: usize, x: f64, y: f64, w: f64, t: Option<Timestamp>) -> Result<(), Box<Error>>;
    /// Whether an observation without a weight or a time is never refused.
    fn takes_blocks(&self) -> bool;
    /// Updates with a block of rows, each at its index, without weights or times, if they are never refused.
    fn update_block(&mut self, indices: &[u32], block: Block<'_>);
    /// The same, with observations that are gathered by index; `ends` has the end of each index's run.
    fn update_runs(&mut self, block: Block<'_>, ends: &[u32]);
    /// The same, where all rows are of one index.
    fn update_many(&mut self, index: usize, block: Block<'_>);
    /// How they read columns.
    fn access(&self) -> Access {
        Access::COPIED
    }

    fn reading(&self, index: Option<usize>) -> Reading;
    /// How many numbers a value is, where it is several.
    fn width(&self) -> Option<usize> {
        None
    }
    /// A copy of one.
    fn kernel(&self, index: Option<usize>) -> Box<dyn Kernel>;
    /// A kernel with its concrete type, if it is of a class of this package.
    fn kernel_mut(&mut self, _index: usize) -> Option<&mut dyn Any> {
        None
    }
    /// One as a statistic of moments, if it is one.
    fn of_moments(&self, _index: Option<usize>) -> Option<&dyn OfMoments> {
        None
    }
    /// A single one, with the observations that `_from` has seen, if both are statistics of moments.
    fn derived(&self, _from: &dyn OfMoments) -> Option<Box<dyn Kernels>> {
        None
    }

    /// Merges one of `other`, which are of the same class, into one.
    fn merge(&mut self, index: usize, other: &dyn Kernels, at: usize) -> Result<(), Error>;
    /// Copies of those at these indices.
    fn select(&self, indices: &mut dyn Iterator<Item = usize>) -> Box<dyn Kernels>;
    /// Replaces one by a copy of one of `other`, which are of the same class.
    fn replace(&mut self, index: usize, other: &dyn Kernels, at: usize);

    /// The state of an empty statistic.
    fn template_to_bytes(&self) -> Result<Vec<u8>, Error>;
    fn to_bytes(&self) -> Result<Vec<u8>, Error>;
    fn as_any(&self) -> &dyn Any;
}

/// The kernels of a class.
pub struct Entry<T: Source> {
    pub class: &'static Behaviour<T>,
    pub shape: Shape,
    /// How two are merged, if they can be.
    pub merge: Option<Merge<T::Kernel>>,
    pub dense: Dense<T::Kernel>,
}

impl<T: Source> Entry<T> {
    fn at(other: &dyn Kernels, at: usize) -> Option<&T::Kernel> {
        other.as_any().downcast_ref::<Self>()?.dense.kernels.get(at)
    }
}

impl<T: Source<Kernel: Statistic<Input: Observation>>> Kernels for Entry<T> {
    fn name(&self) -> &str {
        T::CLASS
    }

    fn shape(&self) -> Shape {
        self.shape
    }

    fn is_timed(&self) -> bool {
        (self.class.is_timed)(&self.dense.template)
    }

    #[inline]
    fn len(&self) -> usize {
        self.dense.kernels.len()
    }

    fn push(&mut self) {
        self.dense.kernels.push(self.dense.template.clone());
    }

    fn swap_remove(&mut self, index: usize) {
        self.dense.kernels.swap_remove(index);
    }

    fn truncate(&mut self, len: usize) {
        self.dense.kernels.truncate(len);
    }

    fn update(&mut self, index: usize, x: f64, y: f64, w: f64, t: Option<Timestamp>) -> Result<(), Box<Error>> {
        let (kernel, x) = (&mut self.dense.kernels[index], <T::Kernel as Statistic>::Input::new(x, y, None));
        (self.class.update)(kernel, x, w, t).map_err(Box::new)
    }

    fn takes_blocks(&self) -> bool {
        true
    }

    fn update_block(&mut self, indices: &[u32], block: Block<'_>) {
        self.dense.update_each(indices, <T::Kernel as Statistic>::Input::of_block(block));
    }

    fn update_runs(&mut self, block: Block<'_>, ends: &[u32]) {
        self.dense.update_runs(<T::Kernel as Statistic>::Input::of_block(block), ends);
    }

    fn update_many(&mut self, index: usize, block: Block<'_>) {
        self.dense.kernels[index].update_many(<T::Kernel as Statistic>::Input::of_block(block));
    }

    fn access(&self) -> Access {
        Access::of(&self.dense.template)
    }

    fn reading(&self, index: Option<usize>) -> Reading {
        match self.class.reading {
            None => Reading::of(self.dense.kernel(index)),
            Some(reading) => reading(Some(self.dense.kernel(index))),
        }
    }

    fn width(&self) -> Option<usize> {
        self.dense.template.width()
    }

    fn kernel(&self, index: Option<usize>) -> Box<dyn Kernel> {
        Box::new(Numeric::<T>(self.dense.kernel(index).clone()))
    }

    fn kernel_mut(&mut self, index: usize) -> Option<&mut dyn Any> {
        Some(&mut self.dense.kernels[index])
    }

    fn of_moments(&self, index: Option<usize>) -> Option<&dyn OfMoments> {
        summary::of_moments(self.dense.kernel(index))
    }

    fn derived(&self, from: &dyn OfMoments) -> Option<Box<dyn Kernels>> {
        let template = self.dense.template.clone();
        let mut kernel = template.clone();
        summary::of_moments_mut(&mut kernel)?.set(&from.shared());
        Some(Box::new(Self { dense: Dense { template, kernels: vec![kernel] }, ..*self }))
    }

    fn merge(&mut self, index: usize, other: &dyn Kernels, at: usize) -> Result<(), Error> {
        match (Self::at(other, at), self.merge) {
            (Some(other), Some(merge)) => merge(&mut self.dense.kernels[index], other),
            _ => Err(Error::Type(format!("{} and {} cannot be merged", T::CLASS, other.name()))),
        }
    }

    fn select(&self, indices: &mut dyn Iterator<Item = usize>) -> Box<dyn Kernels> {
        let kernels = indices.map(|index| self.dense.kernels[index].clone()).collect();
        Box::new(Self { dense: Dense { template: self.dense.template.clone(), kernels }, ..*self })
    }

    fn replace(&mut self, index: usize, other: &dyn Kernels, at: usize) {
        if let Some(other) = Self::at(other, at) {
            self.dense.kernels[index] = other.clone();
        }
    }

    fn template_to_bytes(&self) -> Result<Vec<u8>, Error> {
        envelope::seal(T::CLASS, &self.dense.template)
    }

    fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        envelope::seal(T::CLASS, &self.dense)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
