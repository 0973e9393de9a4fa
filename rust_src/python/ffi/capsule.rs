//! Columns that export themselves through Arrow's PyCapsule interface: those of pyarrow, polars, DuckDB and others.
//!
//! <https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>

#![allow(unsafe_code)]

use arrow_array::{
    Array, ArrayRef,
    ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi, from_ffi_and_data_type},
    ffi_stream::FFI_ArrowArrayStream,
    make_array,
};
use arrow_data::ArrayData;
use arrow_schema::{ArrowError, DataType};
use pyo3::{
    exceptions::PyValueError,
    intern,
    prelude::*,
    types::{PyCapsule, PyCapsuleMethods},
};
use std::ffi::{CStr, c_int};

/// A column in as many arrays as its owner keeps it in.
pub struct Exported {
    pub kind: DataType,
    pub chunks: Vec<ArrayRef>,
}

impl Exported {
    /// The column that an object exports; `None` if it exports nothing.
    pub fn of(object: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        let py = object.py();
        if let Some(export) = object.getattr_opt(intern!(py, "__arrow_c_stream__"))? {
            let capsule: Bound<'_, PyCapsule> = export.call0()?.cast_into()?;
            // SAFETY: the capsule's name says what it holds. The stream is moved out of it, as the interface has it.
            let stream = unsafe {
                let stream = capsule.pointer_checked(Some(c"arrow_array_stream"))?.cast::<FFI_ArrowArrayStream>();
                FFI_ArrowArrayStream::from_raw(stream.as_ptr())
            };
            return drain(stream).map(Some);
        }
        let Some(export) = object.getattr_opt(intern!(py, "__arrow_c_array__"))? else { return Ok(None) };
        let (schema, array): (Bound<'_, PyCapsule>, Bound<'_, PyCapsule>) = export.call0()?.extract()?;
        // SAFETY: the capsules' names say what they hold; the schema outlives its use here, the array is moved out of
        // its capsule, and both describe the same memory, as the interface has it.
        let array = unsafe {
            let schema = schema.pointer_checked(Some(c"arrow_schema"))?.cast::<FFI_ArrowSchema>();
            let array = array.pointer_checked(Some(c"arrow_array"))?.cast::<FFI_ArrowArray>();
            from_ffi(FFI_ArrowArray::from_raw(array.as_ptr()), schema.as_ref())
        };
        let array = aligned(array)?;
        Ok(Some(Self { kind: array.data_type().clone(), chunks: vec![array] }))
    }

    /// How many places there are.
    pub fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len()).sum()
    }

    /// Which places hold nulls, if any does.
    pub fn missing(&self) -> Option<Vec<bool>> {
        if self.chunks.iter().all(|chunk| chunk.logical_null_count() == 0) {
            return None;
        }
        let mut missing = Vec::with_capacity(self.len());
        for chunk in &self.chunks {
            match chunk.logical_nulls() {
                Some(nulls) => missing.extend(nulls.iter().map(|valid| !valid)),
                None => missing.resize(missing.len() + chunk.len(), false),
            }
        }
        Some(missing)
    }
}

/// Reads a stream to its end.
fn drain(mut stream: FFI_ArrowArrayStream) -> PyResult<Exported> {
    let (Some(get_schema), Some(get_next)) = (stream.get_schema, stream.get_next) else {
        return Err(PyValueError::new_err("the Arrow stream has been read already"));
    };
    let mut schema = FFI_ArrowSchema::empty();
    // SAFETY: the stream is alive, and its functions take it and a place to write to.
    let status = unsafe { get_schema(&mut stream, &mut schema) };
    check(&mut stream, status)?;
    let kind = DataType::try_from(&schema).map_err(unreadable)?;
    let mut chunks = Vec::new();
    loop {
        let mut array = FFI_ArrowArray::empty();
        // SAFETY: as above.
        let status = unsafe { get_next(&mut stream, &mut array) };
        check(&mut stream, status)?;
        if array.is_released() {
            return Ok(Exported { kind, chunks });
        }
        // SAFETY: the stream's arrays are of the type of its schema.
        let array = unsafe { from_ffi_and_data_type(array, kind.clone()) };
        chunks.push(aligned(array)?);
    }
}

fn check(stream: &mut FFI_ArrowArrayStream, status: c_int) -> PyResult<()> {
    if status == 0 {
        return Ok(());
    }
    // SAFETY: the stream is alive; what it returns is null or a string that lives until its next call.
    let message = stream.get_last_error.and_then(|last_error| unsafe {
        let message = last_error(stream);
        (!message.is_null()).then(|| CStr::from_ptr(message).to_string_lossy().into_owned())
    });
    let message = message.unwrap_or_else(|| format!("error {status}"));
    Err(PyValueError::new_err(format!("the Arrow stream cannot be read: {message}")))
}

/// An array whose memory is aligned as its type needs it; the interface does not promise that.
fn aligned(array: Result<ArrayData, ArrowError>) -> PyResult<ArrayRef> {
    let mut array = array.map_err(unreadable)?;
    array.align_buffers();
    Ok(make_array(array))
}

fn unreadable(error: ArrowError) -> PyErr {
    PyValueError::new_err(format!("the Arrow column cannot be read: {error}"))
}
