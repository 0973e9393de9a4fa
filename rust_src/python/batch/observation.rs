//! Observations as they lie in columns.

use std::borrow::Cow;

/// Pairs are put together in blocks that stay in the fastest cache.
const BLOCK: usize = 1024;

/// Columns side by side, each in one piece or in several.
pub type Columns<'a> = [Vec<Cow<'a, [f64]>>];

/// What a kernel takes in, as it lies in columns.
pub trait Observation: Copy + Send {
    /// The columns' names, as arguments.
    const COLUMNS: &'static [&'static str];

    /// Calls `f` with consecutive observations and the place of the first of them.
    fn blocks(columns: &Columns<'_>, f: impl FnMut(&[Self], usize));

    /// All observations, of which there are `len`.
    fn all(columns: &Columns<'_>, len: usize) -> Vec<Self> {
        let mut all = Vec::with_capacity(len);
        Self::blocks(columns, |block, _| all.extend_from_slice(block));
        all
    }
}

impl Observation for f64 {
    const COLUMNS: &'static [&'static str] = &["X"];

    fn blocks(columns: &Columns<'_>, mut f: impl FnMut(&[f64], usize)) {
        let mut place = 0;
        for chunk in &columns[0] {
            f(chunk, place);
            place += chunk.len();
        }
    }
}

impl Observation for (f64, f64) {
    const COLUMNS: &'static [&'static str] = &["X", "Y"];

    fn blocks(columns: &Columns<'_>, mut f: impl FnMut(&[(f64, f64)], usize)) {
        let mut place = 0;
        let mut block = Vec::with_capacity(BLOCK);
        for (x, y) in columns[0][0].chunks(BLOCK).zip(columns[1][0].chunks(BLOCK)) {
            block.clear();
            block.extend(x.iter().copied().zip(y.iter().copied()));
            f(&block, place);
            place += block.len();
        }
    }
}

/// An event of which nothing is known but its time.
impl Observation for () {
    const COLUMNS: &'static [&'static str] = &[];

    fn blocks(_: &Columns<'_>, _: impl FnMut(&[()], usize)) {}

    fn all(_: &Columns<'_>, len: usize) -> Vec<()> {
        vec![(); len]
    }
}
