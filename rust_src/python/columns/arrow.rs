//! Columns in Arrow's memory as numbers.

use crate::python::{
    columns::{Column, Values, not_numbers},
    ffi::capsule::Exported,
};
use arrow_array::{Array, cast::AsArray, types::*};
use arrow_buffer::ScalarBuffer;
use arrow_schema::DataType;
use pyo3::PyResult;

/// Reads numbers; nulls are no numbers.
pub fn read<'py>(column: &Exported, name: &str) -> PyResult<Column<'py>> {
    let chunks = &column.chunks;
    let missing = column.missing();
    match chunks.iter().map(|chunk| present(chunk)).collect() {
        Some(values) => Ok(Column { values: Values::Arrow(values), missing }),
        None => Err(not_numbers(name, format!("an Arrow column of type {}", column.kind))),
    }
}

/// The values that are not null: the chunk's own memory where it already is that. `None` if they are no numbers.
fn present(chunk: &dyn Array) -> Option<ScalarBuffer<f64>> {
    let values = floats(chunk)?;
    Some(match chunk.logical_nulls().filter(|nulls| nulls.null_count() > 0) {
        Some(nulls) => values.iter().zip(&nulls).filter_map(|(&x, valid)| valid.then_some(x)).collect(),
        None => values,
    })
}

/// All values as floats; what stands at the place of a null means nothing.
fn floats(chunk: &dyn Array) -> Option<ScalarBuffer<f64>> {
    macro_rules! convert {
        ($kind:ident, $float:expr) => {
            chunk.as_primitive::<$kind>().values().iter().map($float).collect()
        };
    }
    Some(match chunk.data_type() {
        DataType::Float64 => chunk.as_primitive::<Float64Type>().values().clone(),
        DataType::Float32 => convert!(Float32Type, |&x| f64::from(x)),
        DataType::Float16 => convert!(Float16Type, |&x| f64::from(x)),
        DataType::Int8 => convert!(Int8Type, |&x| f64::from(x)),
        DataType::Int16 => convert!(Int16Type, |&x| f64::from(x)),
        DataType::Int32 => convert!(Int32Type, |&x| f64::from(x)),
        DataType::Int64 => convert!(Int64Type, |&x| x as f64),
        DataType::UInt8 => convert!(UInt8Type, |&x| f64::from(x)),
        DataType::UInt16 => convert!(UInt16Type, |&x| f64::from(x)),
        DataType::UInt32 => convert!(UInt32Type, |&x| f64::from(x)),
        DataType::UInt64 => convert!(UInt64Type, |&x| x as f64),
        DataType::Boolean => chunk.as_boolean().values().iter().map(|x| f64::from(u8::from(x))).collect(),
        DataType::Decimal128(_, scale) => {
            let unit = 10_f64.powi(i32::from(*scale));
            convert!(Decimal128Type, |&x| x as f64 / unit)
        }
        DataType::Null => std::iter::repeat_n(f64::NAN, chunk.len()).collect(),
        DataType::Dictionary(..) => {
            let dictionary = chunk.as_any_dictionary();
            let values = floats(dictionary.values())?;
            let keys = if values.is_empty() { Vec::new() } else { dictionary.normalized_keys() };
            let nulls = chunk.len() - keys.len();
            keys.into_iter().map(|key| values[key]).chain(std::iter::repeat_n(f64::NAN, nulls)).collect()
        }
        _ => return None,
    })
}
