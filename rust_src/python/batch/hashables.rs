//! Whole columns into statistics of hashable values.
//!
//! First every distinct value gets a code, with no lock held: that is where Python code may run, and where a column is
//! refused. Then the symbols of the codes are looked up and the kernel is updated with them all under one lock, so that
//! other threads see all of a column or nothing; many of them without the interpreter. Meanwhile, what symbols stand
//! for as values come and go is kept in numbers, and finally the table of objects is brought up to date.

use crate::{
    kernels::traits::{Categorical, Symbol, Value},
    python::{
        batch::{results::objects as object_array, walk::Accumulation},
        columns::{
            codes::Coded, interner::MISSING, objects::Presence, rows::Rows, source::is_iterator, validity::Validity,
        },
        interning::{
            interned::{Interned, Objects, too_many},
            table::{Table, Verdict, compare},
        },
        sync::kernel_cell::MANY,
    },
};
use hashbrown::{HashMap, hash_map::Entry};
use numpy::PyArray1;
use pyo3::prelude::*;
use std::{array, mem, ops::Range};

/// The names of columns, as arguments.
const NAMES: [&str; 2] = ["X", "Y"];

/// Updates with the columns, all rows or none. A row in which a value is missing is left out.
pub fn update_many<K: Categorical<N>, const N: usize>(
    objects: &Objects<K, N>,
    columns: [&Bound<'_, PyAny>; N],
) -> PyResult<()> {
    let py = columns[0].py();
    let columns = read(columns, K::SHARED)?;
    if objects.with(py, |interned| interned.kernel.counts_only())? {
        let codes = columns.each_ref().map(|column| &*column.codes);
        let rows = py.detach(move || gathered(codes));
        take(py, objects, &columns, &rows, None).map(drop)
    } else {
        take(py, objects, &columns, &each_row(&columns)?.1, None).map(drop)
    }
}

/// The value after each row: floats, integers if it is a count, or objects if it is one of the values; lazily if the
/// values come lazily.
pub fn accumulate<'py, K: Categorical<N>, const N: usize>(
    statistic: &Bound<'py, PyAny>,
    objects: &Objects<K, N>,
    columns: [&Bound<'py, PyAny>; N],
) -> PyResult<Bound<'py, PyAny>> {
    if columns.iter().any(|column| is_iterator(column)) {
        return Accumulation::over(statistic, &columns, None);
    }
    let py = statistic.py();
    let columns = read(columns, K::SHARED)?;
    let (rows, each) = each_row(&columns)?;
    let mut said = Vec::with_capacity(rows.count + 1);
    let before = take(py, objects, &columns, &each, Some(&mut said))?;
    values_of(py, &columns[0], &rows, &said, &before, K::RETURNS_SYMBOL)
}

/// The values of the statistic at each index of a column.
fn values_of<'py>(
    py: Python<'py>,
    column: &Coded<'py>,
    rows: &Rows,
    said: &[Said],
    before: &Before<'py>,
    are_symbols: bool,
) -> PyResult<Bound<'py, PyAny>> {
    // The first is the value before the column.
    let values = rows.seen().map(|seen| said[seen]);
    if !are_symbols {
        let count = |&said: &Said| if let Said::Count(count) = said { Some(count as i64) } else { None };
        if let Some(counts) = said.iter().map(count).collect::<Option<Vec<_>>>() {
            return Ok(PyArray1::from_vec(py, rows.seen().map(|seen| counts[seen]).collect()).into_any());
        }
        let number = |said: Said| match said {
            Said::Number(number) => number,
            Said::Count(count) => count as f64,
            _ => f64::NAN,
        };
        return Ok(PyArray1::from_vec(py, values.map(number).collect()).into_any());
    }
    let object = |said: Said| match said {
        Said::Before(symbol) => before.get(&symbol).cloned(),
        Said::Index(index) => Some(column.object(index).clone()),
        Said::Number(_) | Said::Count(_) | Said::Nothing => None,
    };
    object_array(py, values.map(|said| Ok(object(said))))
}

/// The counts after each index, starting from `before`.
pub fn counts(py: Python<'_>, Presence { len, validity }: Presence, before: u64) -> PyResult<Bound<'_, PyAny>> {
    let rows = Rows::of([(NAMES[0], len, &validity)])?;
    Ok(PyArray1::from_vec(py, rows.seen().map(|seen| (before + seen as u64) as i64).collect()).into_any())
}

/// Reads columns; those that share their values get the same codes.
fn read<'py, const N: usize>(columns: [&Bound<'py, PyAny>; N], shared: bool) -> PyResult<[Coded<'py>; N]> {
    let mut coded = array::from_fn(|_| Coded::default());
    for (i, column) in columns.into_iter().enumerate() {
        coded[i] = Coded::read(column, NAMES[i])?;
    }
    Rows::of((0..N).map(|i| (NAMES[i], coded[i].codes.len(), &Validity::ALL)))?;
    if shared && let [first, others @ ..] = &mut coded[..] {
        others.iter_mut().try_for_each(|other| first.join(other))?;
    }
    Ok(coded)
}

/// An observation, and how many times it occurs.
struct Row<const N: usize> {
    codes: [u32; N],
    /// The index of its first occurrence.
    index: usize,
    times: u64,
}

/// The rows of columns, without combining equal ones.
fn each_row<const N: usize>(columns: &[Coded<'_>; N]) -> PyResult<(Rows, Vec<Row<N>>)> {
    let mut validity = Vec::with_capacity(N);
    for column in columns {
        validity.push(column.validity()?);
    }
    let rows = Rows::of((0..N).map(|i| (NAMES[i], columns[i].codes.len(), &validity[i])))?;
    let row = |index: usize| Row { codes: array::from_fn(|i| columns[i].codes[index]), index, times: 1 };
    let each = rows.indices().map(row).collect();
    Ok((rows, each))
}

/// The distinct rows in the order in which they first occur, with how often each does.
fn gathered<const N: usize>(columns: [&[u32]; N]) -> Vec<Row<N>> {
    let mut rows: Vec<Row<N>> = Vec::new();
    let mut sparse: HashMap<[u32; N], usize> = HashMap::new();
    let len = columns.iter().map(|codes| codes.len()).min().unwrap_or(0);
    for index in 0..len {
        let codes = columns.map(|codes| codes[index]);
        if codes.contains(&MISSING) {
            continue;
        }
        let found = match codes[..] {
            // The codes of a column are in the order in which they first occur.
            [code] if (code as usize) < rows.len() => Some(code as usize),
            [_] => None,
            _ => match sparse.entry(codes) {
                Entry::Occupied(row) => Some(*row.get()),
                Entry::Vacant(row) => {
                    row.insert(rows.len());
                    None
                }
            },
        };
        match found {
            Some(row) => rows[row].times += 1,
            None => rows.push(Row { codes, index, times: 1 }),
        }
    }
    rows
}

/// A value of the statistic.
#[derive(Clone, Copy)]
enum Said {
    Number(f64),
    Count(u64),
    /// The value that the symbol stood for before.
    Before(Symbol),
    /// The value at an index of the column.
    Index(usize),
    Nothing,
}

/// The objects that symbols stood for.
type Before<'py> = HashMap<Symbol, Bound<'py, PyAny>>;

/// Updates with the rows, and writes the values of the statistic before the first and after each, if these are asked
/// for.
fn take<'py, K: Categorical<N>, const N: usize>(
    py: Python<'py>,
    objects: &Objects<K, N>,
    columns: &[Coded<'py>; N],
    rows: &[Row<N>],
    mut said: Option<&mut Vec<Said>>,
) -> PyResult<Before<'py>> {
    let mut verdicts: [Vec<Vec<Verdict>>; N] =
        array::from_fn(|i| (0..columns[i].distinct()).map(|_| Vec::new()).collect());
    loop {
        let step =
            objects.claim(py, |interned| match recognised(&interned.tables, K::owners(), columns, &verdicts) {
                Ok(variables) => take_known(py, interned, columns, rows, variables, said.as_deref_mut()).map(Ok),
                Err(open) => Ok(Err(open)),
            })??;
        match step {
            // The last reference to an object may be among those that are discarded, and dropping it may run Python
            // code.
            Ok((before, discarded)) => {
                drop(discarded);
                return Ok(before);
            }
            Err(Open { variable, code, keys }) => {
                compare(&keys, columns[variable].value(code).0, &mut verdicts[variable][code])?;
            }
        }
    }
}

/// A value of a column that only Python code can compare with some keys.
struct Open {
    variable: usize,
    code: usize,
    keys: Vec<Py<PyAny>>,
}

/// The symbols of all codes, or one of the codes whose value has to be compared with some keys first.
fn recognised<const N: usize>(
    tables: &[Table; N],
    owners: Range<usize>,
    columns: &[Coded<'_>; N],
    verdicts: &[Vec<Vec<Verdict>>; N],
) -> Result<[Variable; N], Open> {
    let mut variables: [Variable; N] = array::from_fn(|i| Variable::new(tables[i].symbols()));
    for i in owners {
        for (code, verdicts) in verdicts[i].iter().enumerate() {
            let (value, hash) = columns[i].value(code);
            let found = tables[i].find(value, hash, verdicts);
            variables[i].know(found.map_err(|keys| Open { variable: i, code, keys })?);
        }
    }
    Ok(variables)
}

/// The objects among the values that were held before, and the objects that are no longer held.
type Taken<'py> = (Before<'py>, Vec<Vec<Py<PyAny>>>);

/// Updates with rows whose codes are all known.
fn take_known<'py, K: Categorical<N>, const N: usize>(
    py: Python<'py>,
    interned: &mut Interned<K, N>,
    columns: &[Coded<'py>; N],
    rows: &[Row<N>],
    mut variables: [Variable; N],
    mut said: Option<&mut Vec<Said>>,
) -> PyResult<Taken<'py>> {
    if interned.tables.iter().zip(columns).any(|(table, column)| table.is_full(column.distinct())) {
        return Err(too_many());
    }
    let kernel = &mut interned.kernel;
    let (run, said_now) = (&mut variables, &mut said);
    let mut work = move || take_symbols(kernel, run, rows, said_now.as_deref_mut());
    if rows.len() < MANY {
        work()
    } else {
        py.detach(work)
    }
    let before = said.as_ref().map_or_else(HashMap::new, |said| kept(py, &interned.tables[0], said));
    Ok((before, settle(&mut interned.tables, columns, variables)))
}

/// Brings the tables up to date; returns the objects that they no longer hold.
fn settle<const N: usize>(
    tables: &mut [Table; N],
    columns: &[Coded<'_>; N],
    variables: [Variable; N],
) -> Vec<Vec<Py<PyAny>>> {
    let mut discarded = Vec::new();
    let object = |(column, index): (usize, usize)| {
        let column = &columns[column];
        let hash = column.value(column.codes[index] as usize).1;
        (column.object(index).clone().unbind(), hash)
    };
    for (variable, table) in variables.into_iter().zip(tables) {
        let changes = variable.changes();
        let changes = changes.map(|(symbol, at)| (symbol, at.map(object))).collect();
        discarded.push(table.settle(changes, variable.free));
    }
    discarded
}

/// The objects among the values of the statistic that were held before.
fn kept<'py>(py: Python<'py>, table: &Table, said: &[Said]) -> Before<'py> {
    let mut kept = HashMap::new();
    for said in said {
        if let &Said::Before(symbol) = said {
            kept.entry(symbol).or_insert_with(|| table.object(py, symbol).into_bound(py));
        }
    }
    kept
}

/// The symbols of a variable and its codes, during a batch.
struct Variable {
    /// For each code its symbol, [`MISSING`] where it has none.
    symbols: Vec<Symbol>,
    /// For each symbol its code, [`MISSING`] where it has none.
    codes: Vec<u32>,
    /// For each symbol what it stands for now.
    stands: Vec<Stands>,
    free: Vec<Symbol>,
}

/// What a symbol stands for.
#[derive(Clone, Copy, PartialEq)]
enum Stands {
    /// The object that it stood for before, if any.
    AsBefore,
    /// The object in a column at an index.
    For(usize, usize),
    /// Nothing any more.
    ForNothing,
}

impl Variable {
    fn new((symbols, free): (usize, &[Symbol])) -> Self {
        let (codes, stands) = (vec![MISSING; symbols], vec![Stands::AsBefore; symbols]);
        Self { symbols: Vec::new(), codes, stands, free: free.to_vec() }
    }

    /// Records the symbol of the next code.
    fn know(&mut self, symbol: Option<Symbol>) {
        if let Some(symbol) = symbol {
            self.codes[symbol as usize] = self.symbols.len() as u32;
        }
        self.symbols.push(symbol.unwrap_or(MISSING));
    }

    /// Gives a code a symbol, which stands for the object in a column at an index from now on.
    fn give(&mut self, code: u32, column: usize, index: usize) -> Symbol {
        let symbol = self.free.pop().unwrap_or_else(|| {
            self.codes.push(MISSING);
            self.stands.push(Stands::AsBefore);
            self.codes.len() as Symbol - 1
        });
        self.symbols[code as usize] = symbol;
        self.codes[symbol as usize] = code;
        self.stands[symbol as usize] = Stands::For(column, index);
        symbol
    }

    /// Frees a symbol.
    fn release(&mut self, symbol: Symbol) {
        let code = mem::replace(&mut self.codes[symbol as usize], MISSING);
        if code != MISSING {
            self.symbols[code as usize] = MISSING;
        }
        self.stands[symbol as usize] = Stands::ForNothing;
        self.free.push(symbol);
    }

    /// The symbols that stand for something else than before: for the object in a column at an index, or for nothing.
    fn changes(&self) -> impl Iterator<Item = (Symbol, Option<(usize, usize)>)> {
        self.stands.iter().zip(0..).filter_map(|(stands, symbol)| match stands {
            Stands::AsBefore => None,
            Stands::For(column, index) => Some((symbol, Some((*column, *index)))),
            Stands::ForNothing => Some((symbol, None)),
        })
    }
}

fn take_symbols<K: Categorical<N>, const N: usize>(
    kernel: &mut K,
    variables: &mut [Variable; N],
    rows: &[Row<N>],
    mut said: Option<&mut Vec<Said>>,
) {
    if let Some(said) = &mut said {
        said.clear();
        said.push(answer(kernel, variables));
    }
    for row in rows {
        let known: [Symbol; N] = array::from_fn(|i| variables[K::owner(i)].symbols[row.codes[i] as usize]);
        if known.contains(&MISSING) && !kernel.accepts_new() {
            kernel.skip(row.times);
        } else {
            let symbols = array::from_fn(|i| {
                let variable = &mut variables[K::owner(i)];
                // The code may just have been given a symbol for another variable.
                match variable.symbols[row.codes[i] as usize] {
                    MISSING => variable.give(row.codes[i], i, row.index),
                    symbol => symbol,
                }
            });
            if row.times == 1 {
                kernel.update(symbols)
            } else {
                kernel.update_times(symbols, row.times)
            }
            for (i, variable) in variables.iter_mut().enumerate() {
                while let Some(vacated) = kernel.next_freed(i) {
                    if vacated.reused {
                        variable.stands[vacated.symbol as usize] = Stands::For(i, row.index);
                    } else {
                        variable.release(vacated.symbol);
                    }
                }
            }
        }
        if let Some(said) = &mut said {
            said.push(answer(kernel, variables));
        }
    }
}

fn answer<K: Categorical<N>, const N: usize>(kernel: &K, variables: &[Variable; N]) -> Said {
    match kernel.get() {
        Value::Number(number) => Said::Number(number),
        Value::Count(count) => Said::Count(count),
        Value::Symbol(symbol) => match variables[0].stands[symbol as usize] {
            Stands::For(_, index) => Said::Index(index),
            Stands::AsBefore | Stands::ForNothing => Said::Before(symbol),
        },
        Value::Nothing => Said::Nothing,
    }
}
