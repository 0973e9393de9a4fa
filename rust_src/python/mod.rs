//! The Python module `river.stats._rust_stats`: everything that knows PyO3.
//!
//! [`classes::table`] is the table of the classes, and `classes` holds what each row becomes.

mod batch;
mod classes;
mod columns;
mod convert;
mod erased;
mod ffi;
mod groups;
mod interning;
mod link;
mod sketches;
mod state;
mod summary;
mod sync;
mod window;

use crate::python::{
    groups::store::RsGroupBy,
    link::sides::RsLink,
    summary::store::RsSummary,
    window::class::{RsRolling, RsTimeRolling, RsTumblingWindow},
};
use pyo3::{exceptions::PyImportError, prelude::*, types::PyType};

/// The kernels of `river.stats`; the public classes derive from these.
///
/// A free-threaded interpreter turns its global lock on: no tests have run without one yet.
#[pymodule(gil_used = true)]
fn _rust_stats(module: &Bound<'_, PyModule>) -> PyResult<()> {
    if !ffi::attach::is_main_interpreter(module.py()) {
        return Err(PyImportError::new_err("river.stats cannot be used in a subinterpreter, only in the main one"));
    }
    ffi::lock::count_forks();
    module.add_function(wrap_pyfunction!(state::pickle::rebuild, module)?)?;
    module.add_function(wrap_pyfunction!(adopt, module)?)?;
    module.add_class::<batch::walk::Accumulation>()?;
    module.add_function(wrap_pyfunction!(window::class::adopt_window, module)?)?;
    module.add_function(wrap_pyfunction!(window::class::has_windows, module)?)?;
    module.add_function(wrap_pyfunction!(window::class::refuse_slots, module)?)?;
    module.add_function(wrap_pyfunction!(window::batch::nulls_as_none, module)?)?;
    module.add_function(wrap_pyfunction!(window::class::nanoseconds_in, module)?)?;
    module.add_function(wrap_pyfunction!(window::batch::update_rows, module)?)?;
    module.add_function(wrap_pyfunction!(window::batch::accumulate_rows, module)?)?;
    module.add_class::<window::events::RsSpan>()?;
    module.add_class::<window::events::RsStep>()?;
    module.add_class::<window::events::RsTumbler>()?;
    module.add_class::<RsRolling>()?;
    module.add_class::<RsTimeRolling>()?;
    module.add_class::<RsTumblingWindow>()?;
    module.add_class::<RsLink>()?;
    module.add_class::<RsGroupBy>()?;
    module.add_class::<RsSummary>()?;
    summary::class::register(&module.py().get_type::<RsSummary>());
    module.add_function(wrap_pyfunction!(summary::class::summary_table, module)?)?;
    module.add_function(wrap_pyfunction!(groups::class::has_groups, module)?)?;
    module.add_function(wrap_pyfunction!(groups::own::group_key, module)?)?;
    module.add_function(wrap_pyfunction!(groups::own::group_time, module)?)?;
    module.add_function(wrap_pyfunction!(groups::own::group_rows, module)?)?;
    module.add_function(wrap_pyfunction!(groups::own::group_table, module)?)?;
    window::class::install_methods::<RsRolling>(&module.py().get_type::<RsRolling>())?;
    window::class::install_methods::<RsTimeRolling>(&module.py().get_type::<RsTimeRolling>())?;
    window::class::install_methods::<RsTumblingWindow>(&module.py().get_type::<RsTumblingWindow>())?;
    groups::class::install_methods(&module.py().get_type::<RsGroupBy>())?;
    link::class::install_methods(&module.py().get_type::<RsLink>())?;
    classes::counts::add_to(module)?;
    sketches::table::add_to(module)?;
    classes::table::add_to(module)
}

/// Give a class that derives from one of these the fast methods as methods of its own, and make it the public class.
#[pyfunction]
fn adopt(class_: &Bound<'_, PyType>) -> PyResult<()> {
    if class_.is_subclass_of::<RsLink>()? {
        link::class::install_methods(class_)?;
    }
    if class_.is_subclass_of::<RsGroupBy>()? {
        groups::class::install_methods(class_)?;
    }
    sketches::table::adopt(class_)?;
    classes::table::adopt(class_)
}
