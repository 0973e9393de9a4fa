//! The kernels of one statistic, side by side.

use crate::kernels::traits::Statistic;
use serde::{Deserialize, Serialize};

/// A kernel for each index, and an empty one, of which new ones are copies.
#[derive(Clone, Serialize, Deserialize)]
pub struct Dense<K> {
    /// The empty kernel.
    pub template: K,
    /// The kernels, by index.
    pub kernels: Vec<K>,
}

impl<K: Statistic> Dense<K> {
    /// No kernels yet.
    pub fn new(template: K) -> Self {
        Self { template, kernels: Vec::new() }
    }

    /// The kernel at an index, or the empty one.
    pub fn kernel(&self, index: Option<usize>) -> &K {
        index.map_or(&self.template, |index| &self.kernels[index])
    }

    /// Updates the kernel at the index of each observation.
    pub fn update_each(&mut self, indices: &[u32], xs: &[K::Input]) {
        for (&index, &x) in indices.iter().zip(xs) {
            self.kernels[index as usize].update(x);
        }
    }

    /// Updates each kernel with its run of the observations; `ends` has the end of each run.
    pub fn update_runs(&mut self, xs: &[K::Input], ends: &[u32]) {
        let mut start = 0;
        for (kernel, &end) in self.kernels.iter_mut().zip(ends) {
            let run = &xs[start..end as usize];
            if !run.is_empty() {
                kernel.update_many(run);
            }
            start = end as usize;
        }
    }

    /// Checks decoded kernels.
    pub fn validate(&self) -> Result<(), &'static str> {
        self.template.validate()?;
        self.kernels.iter().try_for_each(Statistic::validate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::Var;

    #[test]
    fn each_observation_goes_to_its_kernel() {
        let mut dense = Dense::new(Var::new(1).unwrap());
        dense.kernels = vec![dense.template; 2];
        let xs = [1.0, 10.0, 3.0, 30.0, 5.0];
        dense.update_each(&[0, 1, 0, 1, 0], &xs);
        assert_eq!(dense.kernel(Some(0)).get(), Some(4.0));
        assert_eq!(dense.kernel(Some(1)).get(), Some(200.0));
        assert_eq!(dense.kernel(None).n(), 0.0);
        dense.update_runs(&[4.0, 8.0, 9.0], &[1, 3]);
        assert_eq!((dense.kernels[0].n(), dense.kernels[1].n()), (4.0, 4.0));
        assert_eq!(dense.validate(), Ok(()));
    }
}
