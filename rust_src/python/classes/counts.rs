//! The counts of a statistic as a mapping that follows it.

use crate::{
    kernels::{
        self,
        structures::counts::Counts,
        traits::{Categorical, Symbol},
    },
    python::interning::interned::{HoldsObjects, Interned},
};
use pyo3::{
    PyTraverseError, PyVisit,
    basic::CompareOp,
    prelude::*,
    types::{PyDict, PyIterator, PyTuple, PyType},
};

/// A kernel that counts the values of a variable.
pub trait Counting: Categorical<1> {
    fn counts(&self) -> &Counts;
}

impl Counting for kernels::Mode {
    fn counts(&self) -> &Counts {
        self.counts()
    }
}

impl Counting for kernels::RollingMode {
    fn counts(&self) -> &Counts {
        self.counts()
    }
}

/// A value and its count.
type Entry = (Py<PyAny>, u64);

/// How the counts of an object of some class are read.
struct Reader {
    count: fn(&Bound<'_, PyAny>, &Bound<'_, PyAny>) -> PyResult<u64>,
    distinct: fn(&Bound<'_, PyAny>) -> PyResult<usize>,
    entries: fn(&Bound<'_, PyAny>) -> PyResult<Vec<Entry>>,
}

struct Of<T>(T);

impl<T: HoldsObjects<1, Kernel: Counting>> Of<T> {
    const READER: Reader = Reader {
        count: |of, value| {
            let count = |kernel: &T::Kernel, [symbol]: [Option<Symbol>; 1]| {
                symbol.map_or(0, |symbol| kernel.counts().count(symbol))
            };
            Ok(of.cast::<T>()?.get().objects().look_up([value], count)?.unwrap_or_default())
        },
        distinct: |of| of.cast::<T>()?.get().objects().with(of.py(), |interned| interned.kernel.counts().distinct()),
        entries: |of| {
            let py = of.py();
            of.cast::<T>()?.get().objects().with(py, |interned| counted(py, interned, 0, interned.kernel.counts()))
        },
    };
}

/// The count of each value: a read-only mapping that always shows the current state of the statistic.
///
/// It is equal to a dict of the same counts, and in the order in which the values were first seen. A value that is not
/// counted has a count of 0, and is not `in` the mapping. A look-up is O(1). Iteration, `items`, `keys` and `values`
/// show the counts as they were at the call. Copies and pickles of it are dicts.
#[pyclass(module = "river.stats._rust_stats", frozen, mapping)]
pub struct RsCounts {
    of: Py<PyAny>,
    reader: &'static Reader,
}

impl RsCounts {
    pub fn of<T: HoldsObjects<1, Kernel: Counting>>(statistic: &Bound<'_, T>) -> Self {
        Self { of: statistic.clone().into_any().unbind(), reader: &Of::<T>::READER }
    }

    fn count(&self, value: &Bound<'_, PyAny>) -> PyResult<u64> {
        (self.reader.count)(self.of.bind(value.py()), value)
    }

    fn entries(&self, py: Python<'_>) -> PyResult<Vec<Entry>> {
        (self.reader.entries)(self.of.bind(py))
    }
}

#[pymethods]
impl RsCounts {
    fn __getitem__(&self, value: &Bound<'_, PyAny>) -> PyResult<u64> {
        self.count(value)
    }

    fn __contains__(&self, value: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.count(value)? > 0)
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        (self.reader.distinct)(self.of.bind(py))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.copy(py)?.try_iter()
    }

    fn __richcmp__<'py>(&self, other: &Bound<'py, PyAny>, op: CompareOp) -> PyResult<Bound<'py, PyAny>> {
        let py = other.py();
        let this = self.copy(py)?;
        match (op, other.cast::<Self>()) {
            (CompareOp::Eq | CompareOp::Ne, Ok(other)) => this.rich_compare(other.get().copy(py)?, op),
            (CompareOp::Eq | CompareOp::Ne, Err(_)) => this.rich_compare(other, op),
            _ => Ok(py.NotImplemented().into_bound(py)),
        }
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("counts({})", self.copy(py)?.repr()?))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyType>, (Bound<'py, PyDict>,))> {
        Ok((py.get_type::<PyDict>(), (self.copy(py)?,)))
    }

    /// Return the count of a value, or the default if it is not counted.
    #[pyo3(signature = (value, default=None), text_signature = "($self, value, default=None, /)")]
    fn get<'py>(
        &self,
        value: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.count(value)? {
            0 => Ok(default),
            count => Ok(Some(count.into_pyobject(value.py())?.into_any())),
        }
    }

    /// Return the current counts as a dict.
    fn copy<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        dict(py, self.entries(py)?)
    }

    /// Return the values that are currently counted, with their counts.
    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.copy(py)?.call_method0("items")
    }

    /// Return the values that are currently counted.
    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.copy(py)?.call_method0("keys")
    }

    /// Return the current counts.
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.copy(py)?.call_method0("values")
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.of)
    }
}

/// Registers it as a class of mappings.
pub fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add_class::<RsCounts>()?;
    let mapping = py.import("collections.abc")?.getattr("Mapping")?;
    mapping.call_method1("register", PyTuple::new(py, [py.get_type::<RsCounts>()])?).map(drop)
}

/// Each value of a variable with its count, in the order in which they were first seen.
pub fn counted<K: Categorical<N>, const N: usize>(
    py: Python<'_>,
    interned: &Interned<K, N>,
    variable: usize,
    counts: &Counts,
) -> Vec<Entry> {
    let entry = |symbol: Symbol| (interned.tables[variable].object(py, symbol), counts.count(symbol));
    counts.symbols().into_iter().map(entry).collect()
}

pub fn dict<'py>(
    py: Python<'py>,
    counts: impl IntoIterator<Item = (Py<PyAny>, impl IntoPyObject<'py>)>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    counts.into_iter().try_for_each(|(key, count)| dict.set_item(key, count))?;
    Ok(dict)
}
