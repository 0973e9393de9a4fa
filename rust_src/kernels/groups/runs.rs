//! Observations gathered by group, in the order of their rows: a counting sort.
//!
//! A kernel's algorithm for many observations can process a run at once, and the kernels are visited in one pass over
//! their memory.

/// How many observations are gathered at a time.
const CHUNK: usize = 1 << 23;

/// With fewer observations per group than this, gathering them takes longer than it saves.
const WORTH: usize = 8;

/// Gathers the observations of rows.
pub struct Runs<'a, T> {
    /// The index of each row that is still to come.
    indices: &'a [u32],
    groups: usize,
    /// The index at which the next observation of each group is put.
    next: Vec<u32>,
    gathered: Vec<T>,
    /// How many observations have been gathered.
    len: usize,
}

impl<'a, T: Copy + Default> Runs<'a, T> {
    /// For rows with these indices; `None` if gathering is not worth it.
    pub fn new(indices: &'a [u32], groups: usize) -> Option<Self> {
        if indices.len() < groups.saturating_mul(WORTH) {
            return None;
        }
        let mut runs = Self { indices, groups, next: Vec::new(), gathered: Vec::new(), len: 0 };
        runs.begin();
        Some(runs)
    }

    /// Counts the rows of the next chunk.
    fn begin(&mut self) {
        let rows = self.indices.len().min(CHUNK);
        self.next.clear();
        self.next.resize(self.groups + 1, 0);
        self.indices[..rows].iter().for_each(|&index| self.next[index as usize + 1] += 1);
        let mut sum = 0;
        self.next.iter_mut().for_each(|count| {
            sum += *count;
            *count = sum;
        });
        self.gathered.resize(rows, T::default());
        self.len = 0;
    }

    /// Adds the observations of consecutive rows. Calls `f` with those that are gathered, group by group, and where the run
    /// of each group ends.
    pub fn push(&mut self, mut observations: &[T], mut f: impl FnMut(&[T], &[u32])) {
        while !observations.is_empty() {
            let (now, later) = observations.split_at(observations.len().min(self.gathered.len() - self.len));
            let (indices, rest) = self.indices.split_at(now.len());
            for (&index, &observation) in indices.iter().zip(now) {
                let place = &mut self.next[index as usize];
                self.gathered[*place as usize] = observation;
                *place += 1;
            }
            (self.indices, observations) = (rest, later);
            self.len += now.len();
            if self.len == self.gathered.len() {
                // The index for the next observation is now the end of the run.
                f(&self.gathered, &self.next[..self.groups]);
                self.begin();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_have_the_rows_of_their_groups_in_order() {
        let indices: Vec<u32> = (0..100).map(|row| row * 7 % 5).collect();
        let rows: Vec<u32> = (0..100).collect();
        let mut runs = Runs::new(&indices, 5).unwrap();
        let mut calls = 0;
        for block in rows.chunks(33) {
            runs.push(block, |gathered, ends| {
                calls += 1;
                let mut start = 0;
                for (group, &end) in (0..).zip(ends) {
                    let expected: Vec<u32> = rows.iter().copied().filter(|row| row * 7 % 5 == group).collect();
                    assert_eq!(gathered[start..end as usize], expected);
                    start = end as usize;
                }
            });
        }
        assert_eq!(calls, 1);
        assert!(Runs::<f64>::new(&indices, 13).is_none());
    }
}
