//! Windows over hashable values: what leaves and what comes in is one step, all of it or nothing.
//!
//! Which values are one is asked of Python, whose answer may be an error. So everything is found first, while nothing has
//! changed: putting back what has left would put it behind what is younger.

use crate::{
    Error,
    kernels::traits::{Categorical, Revert, Statistic, Symbol},
    python::{
        classes::table::{RsChiSquared, RsCount, RsEntropy, RsMode},
        interning::{
            interned::{HoldsObjects, Objects},
            table::{Table, Verdict, compare, hash},
        },
        sync::kernel_cell::HoldsKernel,
    },
};
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyDict, PyTuple},
};
use std::array;

/// The arguments of an update.
type Arguments<'py> = (Bound<'py, PyTuple>, Bound<'py, PyDict>);

/// The values of an update, which may come by their names.
fn values<'py, const N: usize>((args, named): &Arguments<'py>) -> PyResult<[Option<Bound<'py, PyAny>>; N]> {
    let names = &["x", "y"][..N];
    let mut given = array::from_fn(|i| args.get_item(i).ok());
    if args.len() > N {
        return Err(PyTypeError::new_err(format!("update takes {N} values at most, got {}", args.len())));
    }
    for (name, value) in named {
        let name = name.extract::<String>()?;
        match names.iter().position(|&known| known == name) {
            Some(place) if given[place].is_none() => given[place] = Some(value),
            Some(_) => return Err(PyTypeError::new_err(format!("update got two values of {name}"))),
            None => return Err(PyTypeError::new_err(format!("update takes no argument {name}"))),
        }
    }
    Ok(given)
}

/// Values that are looked for.
struct Sought<'py, const N: usize> {
    objects: [Bound<'py, PyAny>; N],
    hashes: [u64; N],
    verdicts: [Vec<Verdict>; N],
}

/// Keys that Python has to compare with one of the values first.
struct Open {
    variable: usize,
    keys: Vec<Py<PyAny>>,
}

impl<'py, const N: usize> Sought<'py, N> {
    fn new(arguments: &Arguments<'py>) -> PyResult<Self> {
        let given: Vec<_> = values::<N>(arguments)?.into_iter().flatten().collect();
        let objects = <[_; N]>::try_from(given)
            .map_err(|given| PyTypeError::new_err(format!("update takes {N} values, got {}", given.len())))?;
        let mut hashes = [0; N];
        for (hash_of, object) in hashes.iter_mut().zip(&objects) {
            *hash_of = hash(object)?;
        }
        Ok(Self { objects, hashes, verdicts: array::from_fn(|_| Vec::new()) })
    }

    fn find(&self, tables: &[Table; N]) -> Result<[Option<Symbol>; N], Open> {
        let mut found = [None; N];
        for (variable, table) in tables.iter().enumerate() {
            found[variable] = table
                .find(&self.objects[variable], self.hashes[variable], &self.verdicts[variable])
                .map_err(|keys| Open { variable, keys })?;
        }
        Ok(found)
    }
}

/// Takes observations back, and then perhaps one in.
fn slide<K: Categorical<N>, const N: usize>(
    py: Python<'_>,
    objects: &Objects<K, N>,
    leaving: &[Arguments<'_>],
    entering: Option<&Arguments<'_>>,
) -> PyResult<()> {
    let mut all = leaving.iter().chain(entering).map(Sought::<N>::new).collect::<PyResult<Vec<_>>>()?;
    // What goes, goes at the end, with the lock given back: that may run Python code.
    let mut gone = None;
    // Those before it were found; a whole round under one lock is the last.
    let mut from = 0;
    loop {
        let open = objects.with_mut(py, |interned| {
            let mut symbols = Vec::with_capacity(all.len() - from);
            for (place, sought) in all.iter().enumerate().skip(from) {
                match sought.find(&interned.tables) {
                    Ok(found) => symbols.push(found),
                    Err(open) => return Ok(Some((place, Some(open)))),
                }
            }
            if from > 0 {
                return Ok(Some((0, None)));
            }
            let known = symbols.iter().take(leaving.len()).map(|found| found.iter().copied().collect());
            let known = known.collect::<Option<Vec<Vec<_>>>>().ok_or(Error::NotSeen)?;
            for (sought, symbols) in all.iter().zip(known) {
                interned.kernel.revert(array::from_fn(|i| symbols[i]))?;
                if entering.is_none() {
                    interned.sweep(sought.objects.each_ref(), &mut gone);
                }
            }
            if let (Some(sought), Some(found)) = (all.get(leaving.len()), symbols.get(leaving.len())) {
                interned.update(sought.objects.each_ref(), *found, sought.hashes, &mut gone)?;
            }
            Ok::<_, PyErr>(None)
        })??;
        match open {
            Some((place, open)) => {
                if let Some(Open { variable, keys }) = open {
                    let Sought { objects, verdicts, .. } = &mut all[place];
                    compare(&keys, &objects[variable], &mut verdicts[variable])?;
                }
                from = place;
            }
            None => return Ok(()),
        }
    }
}

macro_rules! slides {
    ($($rust:ident),*) => {
        $(
            #[pymethods]
            impl $rust {
                /// For windows: observations leave, and then one may come in.
                #[pyo3(signature = (leaving, entering=None))]
                fn _slide<'py>(
                    &self,
                    py: Python<'py>,
                    leaving: Vec<Arguments<'py>>,
                    entering: Option<Arguments<'py>>,
                ) -> PyResult<()> {
                    slide(py, self.objects(), &leaving, entering.as_ref())
                }
            }
        )*
    };
}

slides! { RsChiSquared, RsEntropy, RsMode }

#[pymethods]
impl RsCount {
    /// For windows: observations leave, and then one may come in.
    #[pyo3(signature = (leaving, entering=None))]
    fn _slide<'py>(
        &self,
        py: Python<'py>,
        leaving: Vec<Arguments<'py>>,
        entering: Option<Arguments<'py>>,
    ) -> PyResult<()> {
        entering.as_ref().map(values::<1>).transpose()?;
        self.cell().with(py, |kernel| {
            leaving.iter().try_for_each(|_| kernel.revert(()))?;
            entering.iter().for_each(|_| kernel.update(()));
            Ok::<_, Error>(())
        })??;
        Ok(())
    }
}

#[pymethods]
impl RsMode {
    /// For windows: how many values differ.
    fn _distinct(&self, py: Python<'_>) -> PyResult<usize> {
        self.objects().with(py, |interned| interned.kernel.counts().distinct())
    }
}
