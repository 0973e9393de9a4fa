//! The classes that hold Python objects, and what each gets for the words in its row.

use crate::{
    Error,
    kernels::{
        structures::counts::Counts,
        traits::{Categorical, Symbol},
    },
    python::{
        interning::interned::{Interned, Objects},
        state::{
            envelope,
            values::{self, Token},
        },
    },
};
use pyo3::{
    prelude::*,
    types::{PyDict, PyTuple},
};

/// As `class::class`, for a kernel that works on symbols.
macro_rules! object_class {
    ($rust:ident = $name:literal, $kernel:ty, $variables:literal,
     ($($param:ident : $kind:ty $(= $default:expr)?),*), $($ability:ident)*) => {
        #[pyclass(module = "river.stats._rust_stats", subclass, frozen)]
        pub struct $rust(Objects<$kernel, $variables>);

        #[pymethods]
        impl $rust {
            #[new]
            #[pyo3(signature = (*_args, **_kwargs))]
            fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
                Self(Objects::empty())
            }

            #[pyo3(signature = ($($param $(= Argument::Default($default))?),*))]
            fn __init__(&self, py: Python<'_>, $($param: Argument<'_, $kind>),*) -> PyResult<()> {
                $(let $param = $param.named(stringify!($param))?;)*
                self.0.set(py, Interned::new(numeric::Made::kernel(<$kernel>::new($($param.into()),*))?));
                Ok(())
            }

            $(
                #[doc = concat!("The parameter `", stringify!($param), "`.")]
                #[getter]
                fn $param(&self, py: Python<'_>) -> PyResult<$kind> {
                    self.0.with(py, |interned| interned.kernel.$param.into())
                }
            )*

            #[doc = docs::n!()]
            #[getter]
            fn n(&self, py: Python<'_>) -> PyResult<u64> {
                self.0.with(py, |interned| interned.kernel.n())
            }

            fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
                self.0.traverse(&visit)
            }

            fn __clear__(&self, py: Python<'_>) {
                self.0.clear(py);
            }
        }

        impl HoldsObjects<$variables> for $rust {
            type Kernel = $kernel;

            #[inline]
            fn objects(&self) -> &Objects<$kernel, $variables> {
                &self.0
            }
        }

        impl Stateful for $rust {
            const CLASS: &'static str = $name;

            fn is_made(&self, py: Python<'_>) -> bool {
                self.0.with(py, |_| ()).is_ok()
            }

            fn to_bytes(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
                categorical::to_bytes(py, Self::CLASS, &self.0)
            }

            fn state<'py>(&self, py: Python<'py>) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)> {
                categorical::state(py, Self::CLASS, &self.0)
            }

            fn set_state(this: &Bound<'_, Self>, data: &[u8], objects: &Bound<'_, PyTuple>) -> PyResult<()> {
                let py = this.py();
                this.get().0.set(py, categorical::decode(py, Self::CLASS, data, objects)?);
                Ok(())
            }

            fn copy_to(&self, py: Python<'_>, target: &Self) -> PyResult<()> {
                target.0.set(py, self.0.with(py, |interned| interned.clone_ref(py))?);
                Ok(())
            }
        }

        stateful! {
            $rust,
            "",
            "Raises",
            "------",
            "TypeError",
            "    If one of the values is not None, bool, int, float, str, bytes or a tuple of these. Pickle keeps values",
            "    of any type.",
            "ValueError",
            "    If tuples are nested more than 100 deep."
        }
        $(categorical::$ability! { $rust })*
    };
}
pub(crate) use object_class;

/// A statistic of hashable values: `update(x)`.
macro_rules! object {
    ($rust:ident) => {
        methods::object_columns! { $rust (X) }
    };
}
pub(crate) use object;

/// A table of two variables of hashable values.
macro_rules! table {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            /// How often each pair was seen: for each value of x the counts of the values of y.
            #[getter]
            fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                let (kernel, [rows, columns]) = self.0.with(py, |interned| {
                    let kernel = interned.kernel.clone();
                    let rows = categorical::counted(py, interned, 0, kernel.rows());
                    let columns = categorical::counted(py, interned, 1, kernel.columns());
                    (kernel, [rows, columns])
                })?;
                let (row_numbers, column_numbers) = (kernel.rows().numbers(), kernel.columns().numbers());
                let mut cells: Vec<_> = kernel
                    .cells()
                    .map(|(row, column, count)| (row_numbers[row as usize], column_numbers[column as usize], count))
                    .collect();
                cells.sort_unstable();
                let counter = categorical::collection(py, "Counter")?;
                let all = PyDict::new(py);
                for row in cells.chunk_by(|left, right| left.0 == right.0) {
                    let counts = counter.call0()?;
                    for &(_, column, count) in row {
                        counts.set_item(&columns[column as usize].0, count)?;
                    }
                    all.set_item(&rows[row[0].0 as usize].0, counts)?;
                }
                categorical::collection(py, "defaultdict")?.call1((counter, all))
            }

            /// How often each value of x was seen.
            #[getter]
            fn x_totals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                let counts =
                    self.0.with(py, |interned| categorical::counted(py, interned, 0, interned.kernel.rows()))?;
                categorical::counter(py, counts)
            }

            /// How often each value of y was seen.
            #[getter]
            fn y_totals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                let counts =
                    self.0.with(py, |interned| categorical::counted(py, interned, 1, interned.kernel.columns()))?;
                categorical::counter(py, counts)
            }

            /// The distinct values of x less one, times those of y less one.
            #[getter]
            fn degrees_of_freedom(&self, py: Python<'_>) -> PyResult<u64> {
                self.0.with(py, |interned| interned.kernel.degrees_of_freedom())
            }

            /// How likely a value at least as large is if both variables are independent.
            #[getter]
            fn p_value(&self, py: Python<'_>) -> PyResult<f64> {
                self.0.with(py, |interned| interned.kernel.p_value())
            }
        }

        methods::object_columns! { $rust (X, Y) }
    };
}
pub(crate) use table;

/// `counts`, how often each value that is counted was seen.
macro_rules! counts {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            /// How often each value was counted, in the order in which they were first seen.
            #[getter]
            fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                let counts =
                    self.0.with(py, |interned| categorical::counted(py, interned, 0, interned.kernel.counts()))?;
                let int = py.get_type::<pyo3::types::PyInt>();
                categorical::collection(py, "defaultdict")?.call1((int, categorical::dict(py, counts)?))
            }
        }
    };
}
pub(crate) use counts;

/// `window`, the newest values.
macro_rules! window {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            /// The values in the window, the oldest first.
            #[getter]
            fn window<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                let (size, values) = self.0.with(py, |interned| {
                    let value = |symbol| interned.tables[0].object(py, symbol);
                    let values: Vec<_> = interned.kernel.window().map(value).collect();
                    (interned.kernel.window_size, values)
                })?;
                // The largest length that a deque knows.
                let size = size.min(isize::MAX as u64);
                categorical::collection(py, "deque")?.call1((values, size))
            }
        }
    };
}
pub(crate) use window;

/// The entropy and the weights that it is of.
macro_rules! weights {
    ($rust:ident) => {
        #[pymethods]
        impl $rust {
            /// The current value.
            #[getter]
            fn entropy(&self, py: Python<'_>) -> PyResult<f64> {
                self.0.with(py, |interned| interned.kernel.entropy())
            }

            /// How often each value counts.
            #[getter]
            fn counter<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                let (fades, counts, weights) = self.0.with(py, |interned| {
                    let kernel = &interned.kernel;
                    let weights: Vec<_> = kernel.symbols(0).into_iter().map(|symbol| kernel.weight(symbol)).collect();
                    (kernel.fading_factor < 1.0, categorical::counted(py, interned, 0, kernel.counts()), weights)
                })?;
                if fades {
                    let keys = counts.into_iter().map(|(key, _)| key);
                    categorical::counter(py, keys.zip(weights))
                } else {
                    categorical::counter(py, counts)
                }
            }
        }
    };
}
pub(crate) use weights;

/// Each value of a variable with its count, in the order in which they were first seen.
pub(crate) fn counted<K: Categorical<N>, const N: usize>(
    py: Python<'_>,
    interned: &Interned<K, N>,
    variable: usize,
    counts: &Counts,
) -> Vec<(Py<PyAny>, u64)> {
    let entry = |symbol: Symbol| (interned.tables[variable].object(py, symbol), counts.count(symbol));
    counts.symbols().into_iter().map(entry).collect()
}

/// A class of the module `collections`.
pub(crate) fn collection<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("collections")?.getattr(name)
}

pub(crate) fn dict<'py>(
    py: Python<'py>,
    counts: impl IntoIterator<Item = (Py<PyAny>, impl IntoPyObject<'py>)>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    counts.into_iter().try_for_each(|(key, count)| dict.set_item(key, count))?;
    Ok(dict)
}

pub(crate) fn counter<'py>(
    py: Python<'py>,
    counts: impl IntoIterator<Item = (Py<PyAny>, impl IntoPyObject<'py>)>,
) -> PyResult<Bound<'py, PyAny>> {
    collection(py, "Counter")?.call1((dict(py, counts)?,))
}

/// The kernel and the objects that its symbols stand for, all in bytes.
pub(crate) fn to_bytes<K: Categorical<N>, const N: usize>(
    py: Python<'_>,
    class: &'static str,
    objects: &Objects<K, N>,
) -> PyResult<Vec<u8>> {
    let (kernel, keys) = objects.snapshot(py)?;
    let tokens = keys.iter().map(|keys| values::write(py, keys)).collect::<PyResult<Vec<_>>>()?;
    Ok(envelope::seal(class, &(kernel, tokens))?)
}

/// As [`to_bytes`], but where bytes cannot hold the objects, these are in a list for each variable beside the bytes.
pub(crate) fn state<'py, K: Categorical<N>, const N: usize>(
    py: Python<'py>,
    class: &'static str,
    objects: &Objects<K, N>,
) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)> {
    let (kernel, keys) = objects.snapshot(py)?;
    let tokens: PyResult<Vec<_>> = keys.iter().map(|keys| values::write(py, keys)).collect();
    let (tokens, beside) = match tokens {
        Ok(tokens) if !tokens.iter().any(|tokens| values::hold_nan(tokens)) => (tokens, Vec::new()),
        _ => (Vec::new(), vec![Vec::from(keys).into_pyobject(py)?]),
    };
    Ok((envelope::seal(class, &(kernel, tokens))?, beside))
}

/// The kernel that the bytes hold, and its objects, which may be beside them.
pub(crate) fn decode<K: Categorical<N>, const N: usize>(
    py: Python<'_>,
    class: &'static str,
    data: &[u8],
    beside: &Bound<'_, PyTuple>,
) -> PyResult<Interned<K, N>> {
    let invalid = |reason| Error::state(class, reason);
    let (kernel, tokens): (K, Vec<Vec<Token>>) = envelope::open(class, data, |(kernel, _): &(K, _)| kernel.validate())?;
    let mut keys = Vec::new();
    for tokens in tokens {
        keys.push(values::read(py, tokens)?.ok_or_else(|| invalid("its values cannot be read"))?);
    }
    if !beside.is_empty() {
        if !keys.is_empty() {
            return Err(invalid("its values are given twice").into());
        }
        [keys] = beside.extract::<[Vec<Vec<_>>; 1]>()?;
    }
    Ok(Interned::with_keys(kernel, &keys)?.map_err(invalid)?)
}
