//! The Python module `river.stats._rust_stats`: everything that knows PyO3.
//!
//! [`classes`] is the table of the classes; [`abilities`] says what a class gets for each word in its row.

mod abilities;
mod cell;
mod classes;
mod fast;
mod input;
mod state;

use pyo3::prelude::*;

/// The kernels of `river.stats`; the public classes derive from these.
#[pymodule(gil_used = false)]
fn _rust_stats(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(classes::adopt, module)?)?;
    classes::add_to(module)
}
