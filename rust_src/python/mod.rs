//! The Python module `river.stats._rust_stats`: everything that knows PyO3.
//!
//! [`classes`] is the table of the classes; [`class`] says what each of them has, [`abilities`], [`merging`] and [`parts`]
//! what it gets for each word in its row.

mod abilities;
mod argument;
mod batch;
mod cell;
mod class;
mod classes;
mod columns;
mod docs;
mod fast;
mod fast_forms;
mod fast_init;
mod fast_links;
mod fast_methods;
mod fast_objects;
mod fast_window;
mod gate;
mod held;
mod input;
mod keys;
mod link;
mod link_columns;
mod lock;
mod merging;
mod object_columns;
mod objects;
mod parts;
mod saved;
mod sealed;
mod sliding;
mod span;
mod state;
mod symbols;
mod table;
mod time;
mod twin;
mod window;
mod window_columns;
mod window_making;

use pyo3::prelude::*;

/// The kernels of `river.stats`; the public classes derive from these.
#[pymodule(gil_used = false)]
fn _rust_stats(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(class::rebuild, module)?)?;
    module.add_function(wrap_pyfunction!(classes::adopt, module)?)?;
    module.add_class::<batch::Accumulation>()?;
    module.add_function(wrap_pyfunction!(fast_window::adopt_window, module)?)?;
    module.add_function(wrap_pyfunction!(sealed::seal, module)?)?;
    module.add_function(wrap_pyfunction!(sealed::unseal, module)?)?;
    module.add_function(wrap_pyfunction!(window_columns::update_rows, module)?)?;
    module.add_function(wrap_pyfunction!(window_columns::accumulate_rows, module)?)?;
    module.add_class::<span::RsSpan>()?;
    module.add_class::<span::RsStep>()?;
    module.add_class::<span::RsTumbler>()?;
    module.add_class::<window::RsRolling>()?;
    module.add_class::<window::RsTimeRolling>()?;
    module.add_class::<link::RsLink>()?;
    classes::add_to(module)
}
