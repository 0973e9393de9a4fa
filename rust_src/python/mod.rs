//! The Python module `river.stats._rust_stats`: everything that knows PyO3.
//!
//! [`classes`] is the table of the classes; [`class`] says what each of them has, [`abilities`], [`merging`] and [`parts`]
//! what it gets for each word in its row.

mod abilities;
mod batch;
mod cell;
mod class;
mod classes;
mod columns;
mod fast;
mod fast_forms;
mod fast_links;
mod fast_methods;
mod fast_objects;
mod fast_window;
mod input;
mod keys;
mod link;
mod lock;
mod merging;
mod objects;
mod parts;
mod span;
mod state;
mod symbols;
mod table;
mod time;
mod window;
mod window_columns;

use pyo3::prelude::*;

/// The kernels of `river.stats`; the public classes derive from these.
#[pymodule(gil_used = false)]
fn _rust_stats(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(classes::adopt, module)?)?;
    module.add_class::<batch::Accumulation>()?;
    module.add_function(wrap_pyfunction!(fast_window::adopt_window, module)?)?;
    module.add_class::<span::RsSpan>()?;
    module.add_class::<span::RsTumbler>()?;
    module.add_class::<window::RsRolling>()?;
    module.add_class::<window::RsTimeRolling>()?;
    module.add_class::<link::RsLink>()?;
    classes::add_to(module)
}
