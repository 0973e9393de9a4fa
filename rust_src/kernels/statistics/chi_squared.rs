//! Pearson's chi-squared statistic of a contingency table.
//!
//! With the observed counts `O_xy`, their row sums `R_x`, column sums `C_y` and the total `n`, the expected counts are
//! `E_xy = R_x C_y / n`, and
//!
//! ```text
//! χ² = Σ (O - E)² / E = (Σ (O n - R C)² / (R C) + n² - Σ R C) / n
//! ```
//!
//! where on the right both sums are over the observed cells only: of every other cell, `E` itself is what remains.
//! Differences are of whole numbers, so nothing cancels, and no term is negative.
//!
//! The continuity correction of a table of two rows and two columns brings each `O` nearer to `E` by a half, or by their
//! whole distance `d` if that is less (F. Yates, "Contingency tables involving small numbers and the χ² test", Supplement to
//! the Journal of the Royal Statistical Society 1 (1934)). All four distances are equal there, so χ² is multiplied by
//! `(1 - min(1/2, d) / d)²`.
//!
//! An update changes the expected counts of a whole row and a whole column. Keeping χ² up to date at each update, or
//! reading it without visiting the cells, is a case of the online vector-matrix-vector problem (M. Henzinger et al.,
//! "Unifying and strengthening hardness for dynamic problems via the online matrix-vector multiplication conjecture",
//! STOC 2015), which is thought to have no such solution. So updates are O(1) and the cells are visited when the value
//! is read.

use crate::{
    Error,
    kernels::{
        numerics::{double_double::DoubleDouble, serde_compat::Layout, special, validate},
        structures::counts::Counts,
        traits::{Categorical, Freed, MergeSymbols, Symbol, UnmergeSymbols, Value},
        window::rolls_by_reverts,
    },
};
use hashbrown::{HashMap, hash_map::Entry};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Products of two counts below this fit into an `i64`.
const SMALL: u64 = 1 << 31;

/// The table of two variables' values, with χ² and its p-value.
#[derive(Clone, Debug, Default)]
pub struct ChiSquared {
    /// Whether χ² is corrected for continuity where there is one degree of freedom.
    pub correction: bool,
    n: u64,
    rows: Counts,
    columns: Counts,
    cells: Vec<Cell>,
    /// The index of the cell of a row and a column.
    indices: HashMap<(Symbol, Symbol), usize>,
}

/// An observed cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    row: Symbol,
    column: Symbol,
    count: u64,
}

impl ChiSquared {
    /// A table without observations.
    pub fn new(correction: bool) -> Self {
        Self { correction, ..Self::default() }
    }

    /// The value of the statistic, 0 where there is none.
    pub fn chi_squared(&self) -> f64 {
        let n = self.n as f64;
        // Integers up to n² are exact; 64 bits are much faster where they are enough.
        let (deviations, unobserved) = if self.n < SMALL {
            self.sums(|a, b| (a * b) as i64, |a| a as f64)
        } else {
            self.sums(|a, b| i128::from(a) * i128::from(b), |a| a as f64)
        };
        if self.n == 0 { 0.0 } else { (deviations + unobserved) / n * self.corrected() }
    }

    /// The factor by which the continuity correction multiplies χ².
    fn corrected(&self) -> f64 {
        if !self.correction || self.degrees_of_freedom() != 1 {
            return 1.0;
        }
        let Some(cell) = self.cells.first() else { return 1.0 };
        let product = |a: u64, b: u64| i128::from(a) * i128::from(b);
        let margins = product(self.rows.count(cell.row), self.columns.count(cell.column));
        let distance = (product(cell.count, self.n) - margins).unsigned_abs() as f64 / self.n as f64;
        let left = if distance <= 0.5 { 0.0 } else { (distance - 0.5) / distance };
        left * left
    }

    /// `Σ (O n - R C)² / (R C)` and `n² - Σ R C`, by the arithmetic of one kind of whole numbers.
    fn sums<I: Copy + std::ops::Sub<Output = I>>(
        &self,
        product: impl Fn(u64, u64) -> I,
        float: impl Fn(I) -> f64,
    ) -> (f64, f64) {
        let (mut deviations, mut unobserved) = (DoubleDouble::default(), product(self.n, self.n));
        for cell in &self.cells {
            let margins = product(self.rows.count(cell.row), self.columns.count(cell.column));
            let deviation = float(product(cell.count, self.n) - margins);
            deviations.add(deviation * (deviation / float(margins)));
            unobserved = unobserved - margins;
        }
        (deviations.value(), float(unobserved))
    }

    /// `(rows - 1) (columns - 1)`, or 0 where there are none.
    pub fn degrees_of_freedom(&self) -> u64 {
        let (rows, columns) = (self.rows.distinct() as u64, self.columns.distinct() as u64);
        rows.saturating_sub(1).saturating_mul(columns.saturating_sub(1))
    }

    /// The probability of a value at least as large if the two variables are independent; 1 without degrees of
    /// freedom.
    pub fn p_value(&self) -> f64 {
        special::chi_squared_survival(self.chi_squared(), self.degrees_of_freedom())
    }

    /// An error if neither table is empty and the other one's correction differs.
    fn check_correction(&self, other: &Self) -> Result<(), Error> {
        if self.n.min(other.n) > 0 { validate::same("correction", self.correction, other.correction) } else { Ok(()) }
    }

    /// The count of each row.
    pub fn rows(&self) -> &Counts {
        &self.rows
    }

    /// The count of each column.
    pub fn columns(&self) -> &Counts {
        &self.columns
    }

    /// The observed cells: row, column, count.
    pub fn cells(&self) -> impl Iterator<Item = (Symbol, Symbol, u64)> {
        self.cells.iter().map(|cell| (cell.row, cell.column, cell.count))
    }

    /// Subtracts `times` from the count of a cell, which is at least as large.
    fn remove(&mut self, index: usize, times: u64) {
        let Cell { row, column, .. } = self.cells[index];
        self.n -= times;
        self.rows.remove_times(row, times);
        self.columns.remove_times(column, times);
        self.cells[index].count -= times;
        if self.cells[index].count == 0 {
            self.indices.remove(&(row, column));
            self.cells.swap_remove(index);
            if let Some(moved) = self.cells.get(index) {
                self.indices.insert((moved.row, moved.column), index);
            }
        }
    }

    /// The index here of the cell `other` of another table, whose rows and columns have different symbols.
    fn index(&self, other: &Cell, [rows, columns]: [&[Option<Symbol>]; 2]) -> Option<usize> {
        self.indices.get(&(rows[other.row as usize]?, columns[other.column as usize]?)).copied()
    }

    fn side(&mut self, variable: usize) -> &mut Counts {
        if variable == 0 { &mut self.rows } else { &mut self.columns }
    }
}

impl MergeSymbols<2> for ChiSquared {
    fn check_merge(&self, other: &Self) -> Result<(), Error> {
        self.check_correction(other)?;
        validate::joint_count(self.n, other.n).map(drop)
    }

    fn merge(&mut self, other: &Self, [rows, columns]: [&[Option<Symbol>]; 2]) {
        for cell in &other.cells {
            if let (Some(row), Some(column)) = (rows[cell.row as usize], columns[cell.column as usize]) {
                self.update_times([row, column], cell.count);
            }
        }
    }
}

impl UnmergeSymbols<2> for ChiSquared {
    fn unmerge(&mut self, other: &Self, own: [&[Option<Symbol>]; 2]) -> Result<(), Error> {
        self.check_correction(other)?;
        let includes = |cell| self.index(cell, own).is_some_and(|index| self.cells[index].count >= cell.count);
        if !other.cells.iter().all(includes) {
            return Err(Error::NotSeen);
        }
        for cell in &other.cells {
            if let Some(index) = self.index(cell, own) {
                self.remove(index, cell.count);
            }
        }
        Ok(())
    }
}

impl Categorical<2> for ChiSquared {
    #[inline]
    fn update(&mut self, symbols: [Symbol; 2]) {
        self.update_times(symbols, 1);
    }

    fn counts_only(&self) -> bool {
        true
    }

    #[inline]
    fn update_times(&mut self, [row, column]: [Symbol; 2], times: u64) {
        self.n += times;
        self.rows.add_times(row, times);
        self.columns.add_times(column, times);
        match self.indices.entry((row, column)) {
            Entry::Occupied(index) => self.cells[*index.get()].count += times,
            Entry::Vacant(index) => {
                index.insert(self.cells.len());
                self.cells.push(Cell { row, column, count: times });
            }
        }
    }

    fn revert(&mut self, [row, column]: [Symbol; 2]) -> Result<(), Error> {
        let &index = self.indices.get(&(row, column)).ok_or(Error::NotSeen)?;
        self.remove(index, 1);
        Ok(())
    }

    fn get(&self) -> Value {
        Value::Number(self.chi_squared())
    }

    fn n(&self) -> u64 {
        self.n
    }

    #[inline]
    fn next_freed(&mut self, variable: usize) -> Option<Freed> {
        self.side(variable).next_freed()
    }

    fn symbols(&self, variable: usize) -> Vec<Symbol> {
        if variable == 0 { self.rows.symbols() } else { self.columns.symbols() }
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.n < 1 << 62, "more observations than a stream can have")
    }
}

/// How many rows and columns there are, and the cells; the sums follow. The cells keep their order, because the last
/// bit of the value may depend on it.
#[derive(Serialize, Deserialize)]
struct Stored {
    rows: u32,
    columns: u32,
    cells: Vec<(u32, u32, u64)>,
}

/// With the correction, a mark comes first: a number of rows and columns that no table has.
type Corrected = Layout<MARK, Vec<(u32, u32, u64)>, Stored>;
const MARK: u64 = u32::MAX as u64;

impl Serialize for ChiSquared {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (rows, columns) = (self.rows.numbers(), self.columns.numbers());
        let number = |cell: &Cell| (rows[cell.row as usize], columns[cell.column as usize], cell.count);
        let cells = self.cells.iter().map(number).collect();
        let (rows, columns) = (self.rows.distinct() as u32, self.columns.distinct() as u32);
        let stored = Stored { rows, columns, cells };
        if self.correction { Corrected::Now(stored).serialize(serializer) } else { stored.serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for ChiSquared {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (correction, stored) = match Corrected::deserialize(deserializer)? {
            Layout::Before(sizes, cells) => {
                (false, Stored { rows: sizes as u32, columns: (sizes >> 32) as u32, cells })
            }
            Layout::Now(stored) => (true, stored),
        };
        let fits = stored.cells.len() >= stored.rows.max(stored.columns) as usize;
        if !fits {
            return Err(D::Error::custom("fewer cells than rows or columns"));
        }
        let mut rows = vec![0_u64; stored.rows as usize];
        let mut columns = vec![0_u64; stored.columns as usize];
        let mut kernel = Self::new(correction);
        for (index, &(row, column, count)) in stored.cells.iter().enumerate() {
            let (Some(row_sum), Some(column_sum)) = (rows.get_mut(row as usize), columns.get_mut(column as usize))
            else {
                return Err(D::Error::custom("a cell outside the table"));
            };
            kernel.n = kernel
                .n
                .checked_add(count)
                .filter(|&n| count > 0 && n < 1 << 62)
                .ok_or_else(|| D::Error::custom(format!("{count} is not a count")))?;
            *row_sum += count;
            *column_sum += count;
            if kernel.indices.insert((row, column), index).is_some() {
                return Err(D::Error::custom("a cell that occurs twice"));
            }
            kernel.cells.push(Cell { row, column, count });
        }
        let tallies = (Counts::try_from(rows.as_slice()), Counts::try_from(columns.as_slice()));
        let (Ok(rows), Ok(columns)) = tallies else { return Err(D::Error::custom("an empty row or column")) };
        Ok(Self { rows, columns, ..kernel })
    }
}

rolls_by_reverts!(ChiSquared, 2);

#[cfg(test)]
mod tests {
    use super::*;

    fn defined(pairs: &[(Symbol, Symbol)]) -> f64 {
        let n = pairs.len() as f64;
        let count = |holds: &dyn Fn(&(Symbol, Symbol)) -> bool| pairs.iter().filter(|pair| holds(pair)).count() as f64;
        let mut sum = 0.0;
        for x in 0..8 {
            for y in 0..8 {
                let expected = count(&|pair| pair.0 == x) * count(&|pair| pair.1 == y) / n;
                if expected > 0.0 {
                    sum += (count(&|&pair| pair == (x, y)) - expected).powi(2) / expected;
                }
            }
        }
        sum
    }

    #[test]
    fn agrees_with_the_definition_as_pairs_come_and_go() -> Result<(), Error> {
        let mut random = fastrand::Rng::with_seed(4);
        let (mut kernel, mut pairs) = (ChiSquared::new(false), Vec::new());
        for i in 0..600 {
            if pairs.is_empty() || (i / 100 % 2 == 0 || random.u8(..3) == 0) {
                pairs.push((random.u32(..8), random.u32(..5)));
                let (x, y) = pairs[pairs.len() - 1];
                kernel.update([x, y]);
            } else {
                let (x, y) = pairs.swap_remove(random.usize(..pairs.len()));
                kernel.revert([x, y])?;
            }
            let expected = if pairs.is_empty() { 0.0 } else { defined(&pairs) };
            assert!((kernel.chi_squared() - expected).abs() <= 1e-13 * expected.max(1.0));
        }
        assert_eq!(kernel.revert([99, 0]), Err(Error::NotSeen));
        Ok(())
    }

    /// Two independent variables in equal parts: exactly 0, with counts in 32 bits and beyond.
    #[test]
    fn independence_is_exactly_zero() {
        for count in [1, 3, 1 << 28, 1 << 40] {
            let mut kernel = ChiSquared::new(false);
            for (x, y) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                kernel.update([x, y]);
                kernel.cells.iter_mut().for_each(|cell| cell.count = count);
            }
            kernel.n = 4 * count;
            kernel.rows = Counts::try_from([2 * count; 2].as_slice()).unwrap();
            kernel.columns = kernel.rows.clone();
            assert_eq!(kernel.chi_squared(), 0.0);
            assert_eq!((kernel.degrees_of_freedom(), kernel.p_value()), (1, 1.0));
        }
    }
}
