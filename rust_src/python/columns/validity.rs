//! Which indices of a column have a value.

use crate::python::columns::sequence::reserve;
use pyo3::{exceptions::PyValueError, prelude::*};

/// For each index whether it has a value; `None` if all have.
#[derive(Clone, Debug, Default)]
pub struct Validity(Option<Vec<bool>>);

impl Validity {
    pub const ALL: Self = Self(None);

    /// From a flag for each index.
    pub fn of(len: usize, valid: impl Iterator<Item = bool>) -> PyResult<Self> {
        let mut flags = Vec::new();
        reserve(&mut flags, len)?;
        flags.extend(valid);
        Ok(Self(if flags.contains(&false) { Some(flags) } else { None }))
    }

    /// From a Python mask that is true where there is no value.
    pub fn of_mask(mask: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mask = mask.extract::<Vec<bool>>()?;
        Self::of(mask.len(), mask.iter().map(|&missing| !missing))
    }

    #[inline]
    pub fn is_valid(&self, index: usize) -> bool {
        self.0.as_ref().is_none_or(|flags| flags[index])
    }

    /// Whether all indices have a value.
    pub fn is_all(&self) -> bool {
        self.0.is_none()
    }

    /// The first index without a value.
    pub fn first_missing(&self) -> Option<usize> {
        self.0.as_ref()?.iter().position(|valid| !valid)
    }

    /// How many of `len` indices have a value.
    pub fn count(&self, len: usize) -> usize {
        self.0.as_ref().map_or(len, |flags| flags.iter().filter(|&&valid| valid).count())
    }

    /// Keeps only the indices that have a value in the other too, which has the same length.
    pub fn and(&mut self, other: &Self) {
        match (&mut self.0, &other.0) {
            (Some(flags), Some(other)) => flags.iter_mut().zip(other).for_each(|(flag, &other)| *flag &= other),
            (None, Some(_)) => self.0.clone_from(&other.0),
            (_, None) => {}
        }
    }

    /// Of the `len` indices, keeps only those with a value for which `through`, which has one flag for each value, is
    /// true.
    pub fn narrow(&mut self, len: usize, through: Vec<bool>) {
        let flags = self.0.get_or_insert_with(|| vec![true; len]);
        let mut through = through.into_iter();
        flags.iter_mut().filter(|valid| **valid).for_each(|valid| *valid = through.next() == Some(true));
    }

    /// Removes the elements without a value from a list that begins at an index.
    pub fn retain<T: Copy>(&self, first: usize, list: &mut Vec<T>) {
        let Some(flags) = &self.0 else { return };
        // Without a branch, which would be mispredicted.
        let mut kept = 0;
        for (index, &valid) in (0..list.len()).zip(&flags[first..]) {
            list[kept] = list[index];
            kept += usize::from(valid);
        }
        list.truncate(kept);
    }

    /// Refuses a column called `name` of another length.
    pub fn check(&self, len: usize, name: &str) -> PyResult<()> {
        match &self.0 {
            Some(flags) if flags.len() != len => Err(PyValueError::new_err(format!(
                "{name} must be as long as its mask, got {len} values and a mask of {}",
                flags.len()
            ))),
            _ => Ok(()),
        }
    }
}
