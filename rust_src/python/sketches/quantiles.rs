//! Sketches of quantiles: any quantile, ranks, bounds, and the bytes of Apache's library.

use crate::{
    kernels::{
        numerics::validate,
        sketches::{Kll, Probabilities, QuantileSketch, TDigest},
    },
    python::{
        classes::{
            numeric::Class,
            table::{RsDDSketch, RsKLL, RsTDigest},
        },
        convert::{
            argument::{read, read_or},
            probabilities::numbers,
        },
        ffi::object::new_object,
        sync::kernel_cell::HoldsKernel,
    },
};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyType},
};

fn quantile<'py, T: HoldsKernel<Kernel: QuantileSketch>>(
    this: &T,
    q: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = q.py();
    let asked = read::<Probabilities>(q, "q")?;
    asked.as_slice().iter().try_for_each(|&q| validate::probability("q", q).map(drop))?;
    let found = this.cell().with(py, |kernel| kernel.quantiles(asked.as_slice()))?;
    match (found, asked) {
        (Some(found), Probabilities::One(_)) => Ok(found[0].into_pyobject(py)?.into_any()),
        (found, _) => found.into_pyobject(py),
    }
}

fn rank<T: HoldsKernel<Kernel: QuantileSketch>>(this: &T, object: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    let x = read(object, "x")?;
    Ok(this.cell().with(object.py(), |kernel| kernel.ranks(&[x]))?.map(|ranks| ranks[0]))
}

fn cdf<T: HoldsKernel<Kernel: QuantileSketch>>(this: &T, xs: &Bound<'_, PyAny>) -> PyResult<Option<Vec<f64>>> {
    let numbers = numbers(xs)?;
    this.cell().with(xs.py(), |kernel| kernel.ranks(&numbers))
}

fn bounds<T: HoldsKernel<Kernel: QuantileSketch>>(
    this: &T,
    q: &Bound<'_, PyAny>,
    confidence: Option<&Bound<'_, PyAny>>,
) -> PyResult<Option<(f64, f64)>> {
    let checked = validate::probability("q", read(q, "q")?)?;
    let confidence = read_or(confidence.map(Bound::as_borrowed), "confidence", || Some(0.95))?;
    Ok(this.cell().with(q.py(), |kernel| kernel.bounds(checked, confidence))??)
}

macro_rules! quantile_sketches {
    ($($rust:ident)*) => {$(
        #[pymethods]
        impl $rust {
            /// Return the quantile at any probability.
            ///
            /// Parameters
            /// ----------
            /// q
            ///     A probability between 0 and 1, or a sequence of them. The quantile is the smallest value that a
            ///     share `q` of the values does not exceed.
            ///
            /// Returns
            /// -------
            /// A float, or a list for a sequence; None before the first update.
            ///
            /// Raises
            /// ------
            /// ValueError
            ///     If a probability is outside 0 to 1.
            fn quantile<'py>(&self, q: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                quantile(self, q)
            }

            /// Return the share of the values that are less than or equal to a number.
            ///
            /// Parameters
            /// ----------
            /// x
            ///     The number.
            ///
            /// Returns
            /// -------
            /// A float from 0 to 1; None before the first update.
            fn rank(&self, x: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
                rank(self, x)
            }

            /// Return, for each of some numbers, the share of the values that are less than or equal to it: the
            /// distribution function.
            ///
            /// Parameters
            /// ----------
            /// xs
            ///     The numbers, in any order.
            ///
            /// Returns
            /// -------
            /// A list of floats from 0 to 1; None before the first update.
            fn cdf(&self, xs: &Bound<'_, PyAny>) -> PyResult<Option<Vec<f64>>> {
                cdf(self, xs)
            }

            /// Return a lower and an upper bound on a quantile.
            ///
            /// Parameters
            /// ----------
            /// q
            ///     The probability of the quantile, between 0 and 1.
            /// confidence
            ///     How likely it should be that the quantile lies within the bounds. It is rounded up to the next level
            ///     that the sketch guarantees; the class states the levels.
            ///
            /// Returns
            /// -------
            /// A pair of floats; None before the first update.
            ///
            /// Raises
            /// ------
            /// ValueError
            ///     If `q` is outside 0 to 1, or the sketch guarantees no such confidence.
            /// TypeError
            ///     If the sketch guarantees no bounds.
            #[pyo3(signature = (q, confidence=None), text_signature = "($self, q, confidence=0.95)")]
            fn bounds(
                &self,
                q: &Bound<'_, PyAny>,
                confidence: Option<&Bound<'_, PyAny>>,
            ) -> PyResult<Option<(f64, f64)>> {
                bounds(self, q, confidence)
            }
        }
    )*};
}

quantile_sketches! { RsDDSketch RsKLL RsTDigest }

/// An object of a class with a kernel that was read; the `__init__` of a subclass is not called.
fn made<'py, T: Class>(class: &Bound<'py, PyType>, kernel: T::Kernel) -> PyResult<Bound<'py, PyAny>> {
    let object = new_object::<T>(class)?;
    object.get().set(class.py(), kernel)?;
    Ok(object.into_any())
}

macro_rules! foreign_bytes {
    ($($rust:ident: $kernel:ident)*) => {$(
        #[pymethods]
        impl $rust {
            /// Return the sketch in the binary format of Apache's `datasketches`, which its libraries for Python, Java
            /// and C++ read: `kll_doubles_sketch`, `tdigest_double`.
            ///
            /// Returns
            /// -------
            /// The bytes, without `q`.
            ///
            /// Raises
            /// ------
            /// ValueError
            ///     If the sketch has seen a value that those libraries leave out: NaN or, in a t-digest, an infinity.
            fn to_datasketches<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
                Ok(PyBytes::new(py, &self.cell().with(py, |kernel| kernel.to_datasketches())??))
            }

            /// Return the sketch stored in bytes in the binary format of Apache's `datasketches`.
            ///
            /// Parameters
            /// ----------
            /// data
            ///     What `serialize` of `kll_doubles_sketch` or `tdigest_double` returned. Bytes from any source are
            ///     safe to read.
            /// q
            ///     As for the class.
            ///
            /// Returns
            /// -------
            /// A new object of the class. If the class has an `__init__` of its own, it is not called.
            ///
            /// Raises
            /// ------
            /// ValueError
            ///     If the bytes are not such a sketch.
            #[classmethod]
            #[pyo3(signature = (data, q=None), text_signature = "(data, q=0.5)")]
            fn from_datasketches<'py>(
                cls: &Bound<'py, PyType>,
                data: &[u8],
                q: Option<&Bound<'py, PyAny>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                let q = read_or(q.map(Bound::as_borrowed), "q", || Some(Probabilities::One(0.5)))?;
                made::<Self>(cls, $kernel::from_datasketches(q, data)?)
            }
        }
    )*};
}

foreign_bytes! { RsKLL: Kll RsTDigest: TDigest }
