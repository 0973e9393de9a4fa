//! The Python module `river.stats._rust_stats`: everything that knows PyO3.
//!
//! [`classes::table`] is the table of the classes, and `classes` holds what each row becomes.

mod batch;
mod classes;
mod columns;
mod convert;
mod ffi;
mod interning;
mod link;
mod state;
mod sync;
mod window;

use pyo3::prelude::*;

/// The kernels of `river.stats`; the public classes derive from these.
#[pymodule]
fn _rust_stats(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(state::pickle::rebuild, module)?)?;
    module.add_function(wrap_pyfunction!(classes::table::adopt, module)?)?;
    module.add_class::<batch::Accumulation>()?;
    module.add_function(wrap_pyfunction!(window::class::adopt_window, module)?)?;
    module.add_function(wrap_pyfunction!(state::python_windows::seal, module)?)?;
    module.add_function(wrap_pyfunction!(state::python_windows::unseal, module)?)?;
    module.add_function(wrap_pyfunction!(window::batch::update_rows, module)?)?;
    module.add_function(wrap_pyfunction!(window::batch::accumulate_rows, module)?)?;
    module.add_class::<window::python_events::RsSpan>()?;
    module.add_class::<window::python_events::RsStep>()?;
    module.add_class::<window::python_events::RsTumbler>()?;
    let py = module.py();
    module.add_class::<window::class::RsRolling>()?;
    module.add_class::<window::class::RsTimeRolling>()?;
    module.add_class::<link::sides::RsLink>()?;
    window::class::install_methods::<window::class::RsRolling>(&py.get_type::<window::class::RsRolling>())?;
    window::class::install_methods::<window::class::RsTimeRolling>(&py.get_type::<window::class::RsTimeRolling>())?;
    module.add_function(wrap_pyfunction!(link::class::adopt_link, module)?)?;
    link::class::adopt_link(&py.get_type::<link::sides::RsLink>())?;
    classes::table::add_to(module)
}
