//! Summaries by index: the kernels of several statistics side by side, each of which sees every observation.
//!
//! Statistics of moments follow from the one of them that keeps the highest powers; the others keep nothing. So one mechanism
//! holds a summary, with one index, and summaries in groups, with one for each.

use crate::{
    Error,
    kernels::{
        batch::simd::{ExactSums, SUMMED},
        numerics::{double_double::DoubleDouble, timestamp::Timestamp, validate, weight},
        summary::{self, OfMoments},
    },
    python::{
        columns::numbers::Access,
        erased::{held::Shape, kernel::Kernel, kernels::Kernels, numbers::Reading, observation::Block},
        state::envelope,
        sync::kernel_cell::KernelCell,
    },
};
use pyo3::prelude::*;
use serde::{Deserialize, Serialize};
use std::{any::Any, sync::Arc};

/// What summaries are called in states.
pub const CLASS: &str = "Summary";

/// This many rows are read by one statistic before the next reads them from a near cache.
const BLOCK: usize = SUMMED;
/// With fewer rows, computing facts for several statistics takes longer than it saves.
const FEW: usize = 64;

/// Many statistics of one stream, as a Python object.
#[pyclass(module = "river.stats._rust_stats", subclass, frozen)]
pub struct RsSummary(pub KernelCell<Held>);

/// What it holds: summaries, of which there is one.
pub struct Held {
    pub kernels: Summaries,
    /// Whether NaN and None are left out.
    pub skipna: bool,
    /// How many observations were left out.
    pub n_skipped: u64,
}

impl Held {
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        envelope::seal(CLASS, &(self.skipna, self.n_skipped, self.kernels.to_bytes()?))
    }
}

impl Kernel for Held {
    fn put_into(self: Box<Self>, target: &Bound<'_, PyAny>) -> PyResult<()> {
        target.cast::<RsSummary>()?.get().0.set(target.py(), *self)
    }
}

/// For each statistic its name, its class, and the state of its kernels; and the total weights.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    pub statistics: Vec<(String, String, Vec<u8>)>,
    pub weights: Vec<DoubleDouble>,
}

/// Type-erased statistics, each by index, and their names.
pub struct Summaries {
    pub(super) names: Arc<[String]>,
    pub(super) columns: Vec<Column>,
    /// The total weights of observations.
    pub(super) weights: Vec<DoubleDouble>,
    shape: Shape,
}

/// The kernels of one statistic.
pub(super) struct Column {
    /// Only the empty kernel, if the kernels follow from those of another column.
    pub kernels: Box<dyn Kernels>,
    /// Which column that is.
    pub source: Option<usize>,
}

impl Summaries {
    /// From kernels with these names, before there is any summary.
    pub fn new(names: Arc<[String]>, kernels: Vec<Box<dyn Kernels>>) -> Result<Self, Error> {
        let shape = common_shape(&names, &kernels)?;
        let order = |kernels: &dyn Kernels| kernels.of_moments(None).map_or(0, OfMoments::order);
        let highest = (0..kernels.len()).max_by_key(|&index| order(&*kernels[index]));
        let column = |(index, kernels): (usize, Box<dyn Kernels>)| {
            let source = highest.filter(|&highest| highest != index && order(&*kernels) > 0);
            Column { kernels, source }
        };
        Ok(Self { names, shape, columns: kernels.into_iter().enumerate().map(column).collect(), weights: Vec::new() })
    }

    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The class of each statistic.
    pub fn classes(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.kernels.name().into()).collect()
    }

    /// The total weight of the observations.
    pub fn n(&self, index: usize) -> f64 {
        self.weights[index].value()
    }

    /// The time that kernels get; an error if there is one that none of them uses, or none although it is needed.
    #[inline]
    pub fn told_time(&self, t: Option<Timestamp>) -> Result<Option<Timestamp>, Error> {
        match t {
            None if self.shape == Shape::Event => Err(Error::Type("t is missing: the time of the event".into())),
            Some(_) if !self.is_timed() => {
                Err(Error::Type("Summary takes no argument t here: none of its statistics looks at times".into()))
            }
            t => Ok(t),
        }
    }

    /// A copy of one statistic.
    pub fn statistic(&self, column: usize, index: Option<usize>) -> Option<Box<dyn Kernel>> {
        let column = self.columns.get(column)?;
        Some(match self.derived(column, index) {
            Some(kernels) => kernels.kernel(Some(0)),
            None => column.kernels.kernel(index),
        })
    }

    /// Copies of those at these indices.
    pub fn picked(&self, indices: &[usize]) -> Self {
        let column = |Column { kernels, source }: &Column| {
            let mut kept = indices.iter().copied().filter(|_| source.is_none());
            Column { kernels: kernels.select(&mut kept), source: *source }
        };
        Self {
            names: self.names.clone(),
            columns: self.columns.iter().map(column).collect(),
            weights: indices.iter().map(|&index| self.weights[index]).collect(),
            shape: self.shape,
        }
    }

    /// The statistic that follows from another column.
    fn derived(&self, column: &Column, index: Option<usize>) -> Option<Box<dyn Kernels>> {
        let source = &self.columns[column.source?].kernels;
        column.kernels.derived(source.of_moments(index)?)
    }

    /// Whether it is worthwhile to compute facts for several statistics in one pass over a block.
    fn shares_facts(&mut self, index: usize) -> bool {
        self.columns.len() > 1 && self.kept().any(|kernels| kernels.kernel_mut(index).is_some_and(summary::needs_sum))
    }

    /// Those columns that keep something.
    #[inline]
    fn kept(&mut self) -> impl Iterator<Item = &mut Box<dyn Kernels>> {
        self.columns.iter_mut().filter(|column| column.source.is_none()).map(|column| &mut column.kernels)
    }

    fn merge_columns(&mut self, index: usize, other: &Self, at: usize) -> Result<(), Error> {
        for column in 0..self.columns.len() {
            let (own, others) = (&self.columns[column], &other.columns[column]);
            match (self.derived(own, Some(index)), other.derived(others, Some(at))) {
                // This only compares parameters: the merged statistic follows from another column.
                (Some(mut own), Some(other)) => own.merge(0, &*other, 0)?,
                _ => self.columns[column].kernels.merge(index, &*others.kernels, at)?,
            }
        }
        let total = &mut self.weights[index];
        weight::check_joint(total.value(), other.n(at))?;
        total.add_double(other.weights[at]);
        Ok(())
    }

    /// An error where statistics have other names or classes.
    fn check_peer(&self, other: &Self) -> Result<(), Error> {
        let same = |what, left: String, right: String| {
            if left == right { Ok(()) } else { Err(validate::differ(what, left, right)) }
        };
        same("the names of statistics", self.names.join(", "), other.names.join(", "))?;
        same("the classes of statistics", self.classes().join(", "), other.classes().join(", "))
    }
}

/// What all of the statistics observe.
fn common_shape(names: &[String], kernels: &[Box<dyn Kernels>]) -> Result<Shape, Error> {
    let mut common: Option<(usize, Shape)> = None;
    let mut counted = false;
    for (index, kernels) in kernels.iter().enumerate() {
        common = Some(match (common, kernels.shape()) {
            (common, Shape::Anything) => {
                counted = true;
                match common {
                    Some(common) => common,
                    None => continue,
                }
            }
            (None, shape) => (index, shape),
            (Some((first, Shape::Numbers { count, weighted })), Shape::Numbers { count: other, weighted: also })
                if count == other =>
            {
                (first, Shape::Numbers { count, weighted: weighted && also })
            }
            (Some((first, Shape::Event)), Shape::Event) => (first, Shape::Event),
            (Some((first, _)), _) => {
                let (one, other) = (&names[first], &names[index]);
                return Err(Error::Type(format!(
                    "the statistics of a summary must observe the same, but {one} and {other} do not"
                )));
            }
        });
    }
    Ok(match common {
        Some((_, Shape::Numbers { count, .. })) if counted => Shape::Numbers { count, weighted: false },
        Some((_, shape)) => shape,
        None => Shape::Anything,
    })
}

impl Kernels for Summaries {
    fn name(&self) -> &str {
        CLASS
    }

    fn shape(&self) -> Shape {
        self.shape
    }

    fn is_timed(&self) -> bool {
        self.columns.iter().any(|column| column.kernels.is_timed())
    }

    fn len(&self) -> usize {
        self.weights.len()
    }

    fn push(&mut self) {
        self.kept().for_each(|kernels| kernels.push());
        self.weights.push(DoubleDouble::default());
    }

    fn swap_remove(&mut self, index: usize) {
        self.kept().for_each(|kernels| kernels.swap_remove(index));
        self.weights.swap_remove(index);
    }

    fn truncate(&mut self, len: usize) {
        self.kept().for_each(|kernels| kernels.truncate(len));
        self.weights.truncate(len);
    }

    fn update(&mut self, index: usize, x: f64, y: f64, w: f64, t: Option<Timestamp>) -> Result<(), Box<Error>> {
        let mut total = self.weights[index];
        if w < 0.0 {
            total = weight::after_revert(total, (-w).into()).map_err(Box::new)?.unwrap_or_default();
        } else {
            weight::check_total(total, w).map_err(Box::new)?;
            total.add(w);
        }
        // Without a weight or a time, nothing is refused.
        let before = (w != 1.0 || t.is_some()).then(|| self.picked(&[index]));
        let mut updated = Ok(());
        for kernels in self.kept() {
            let t = t.filter(|_| kernels.is_timed());
            updated = updated.and_then(|()| kernels.update(index, x, y, w, t));
        }
        match (&updated, before) {
            (Ok(()), _) => self.weights[index] = total,
            (Err(_), Some(before)) => self.replace(index, &before, 0),
            (Err(_), None) => {}
        }
        updated
    }

    fn takes_blocks(&self) -> bool {
        self.columns.iter().all(|column| column.kernels.takes_blocks())
    }

    fn update_block(&mut self, indices: &[u32], block: Block<'_>) {
        self.kept().for_each(|kernels| kernels.update_block(indices, block));
        indices.iter().for_each(|&index| self.weights[index as usize].add(1.0));
    }

    fn update_runs(&mut self, block: Block<'_>, ends: &[u32]) {
        self.kept().for_each(|kernels| kernels.update_runs(block, ends));
        let mut start = 0;
        for (total, &end) in self.weights.iter_mut().zip(ends) {
            total.add(f64::from(end - start));
            start = end;
        }
    }

    fn update_many(&mut self, index: usize, block: Block<'_>) {
        // Windows work observation by observation at the beginning of each block.
        let size = if self.access().reach > 0 { block.len().max(1) } else { BLOCK };
        let mut exact = self.shares_facts(index).then(ExactSums::default);
        for block in block.chunks(size) {
            let facts = match (block, &mut exact) {
                (Block::Numbers(xs), Some(exact)) if (FEW..=SUMMED).contains(&xs.len()) => exact.facts(xs),
                _ => None,
            };
            for kernels in self.kept() {
                let known = facts.zip(kernels.kernel_mut(index));
                if !known.is_some_and(|(facts, kernel)| summary::update_with(kernel, &facts)) {
                    kernels.update_many(index, block);
                }
            }
        }
        self.weights[index].add(block.len() as f64);
    }

    fn access(&self) -> Access {
        let each = self.columns.iter().map(|column| column.kernels.access());
        each.fold(Access { reach: 0, in_place: true }, |all, one| Access {
            reach: all.reach.max(one.reach),
            in_place: all.in_place && one.in_place,
        })
    }

    fn reading(&self, index: Option<usize>) -> Reading {
        let reading = |column: &Column| match self.derived(column, index) {
            Some(kernels) => kernels.reading(Some(0)),
            None => column.kernels.reading(index),
        };
        Reading::Named(self.names.clone(), self.columns.iter().map(reading).collect())
    }

    fn kernel(&self, index: Option<usize>) -> Box<dyn Kernel> {
        let mut alone = self.picked(index.as_slice());
        if index.is_none() {
            alone.push();
        }
        Box::new(Held { kernels: alone, skipna: false, n_skipped: 0 })
    }

    fn merge(&mut self, index: usize, other: &dyn Kernels, at: usize) -> Result<(), Error> {
        let other = other.as_any().downcast_ref::<Self>();
        let other = other.ok_or_else(|| Error::Type("only summaries can be merged with a summary".into()))?;
        self.check_peer(other)?;
        let before = self.picked(&[index]);
        let merged = self.merge_columns(index, other, at);
        if merged.is_err() {
            self.replace(index, &before, 0);
        }
        merged
    }

    fn select(&self, indices: &mut dyn Iterator<Item = usize>) -> Box<dyn Kernels> {
        Box::new(self.picked(&indices.collect::<Vec<_>>()))
    }

    fn replace(&mut self, index: usize, other: &dyn Kernels, at: usize) {
        let Some(other) = other.as_any().downcast_ref::<Self>() else { return };
        for (column, other) in self.columns.iter_mut().zip(&other.columns).filter(|(column, _)| column.source.is_none())
        {
            column.kernels.replace(index, &*other.kernels, at);
        }
        self.weights[index] = other.weights[at];
    }

    fn template_to_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut kernels = self.picked(&[]);
        kernels.push();
        Held { kernels, skipna: false, n_skipped: 0 }.to_bytes()
    }

    fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let statistic = |(name, column): (&String, &Column)| {
            Ok((name.clone(), column.kernels.name().into(), column.kernels.to_bytes()?))
        };
        let statistics = self.names.iter().zip(&self.columns).map(statistic).collect::<Result<_, Error>>()?;
        envelope::seal(CLASS, &Stored { statistics, weights: self.weights.clone() })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
