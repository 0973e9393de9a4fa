//! Columns that are exported through Arrow's PyCapsule interface: a stream of one array of structures, which is a
//! table.
//!
//! Each structure owns what its pointers lead to, by a box in `private_data`, and frees it when it is released.
//!
//! <https://arrow.apache.org/docs/format/CDataInterface.html>, <https://arrow.apache.org/docs/format/CStreamInterface.html>

use crate::python::ffi::arrow::{Array, Owned, Schema, Stream, Structure};
use pyo3::{prelude::*, types::PyCapsule};
use std::{
    ffi::{CStr, CString, c_char, c_int, c_void},
    ptr,
};

/// The memory of a column.
pub enum Buffer {
    Bytes(Vec<u8>),
    Integers(Vec<i64>),
    Floats(Vec<f64>),
}

impl Buffer {
    fn start(&self) -> *const c_void {
        match self {
            Self::Bytes(bytes) => bytes.as_ptr().cast(),
            Self::Integers(integers) => integers.as_ptr().cast(),
            Self::Floats(floats) => floats.as_ptr().cast(),
        }
    }
}

/// A column.
pub struct Column {
    pub name: CString,
    /// Its type, as a format string of the C data interface.
    pub format: &'static CStr,
    pub len: usize,
    /// A bit for each value that is there; `None` if all are.
    pub valid: Option<Vec<u8>>,
    pub missing: usize,
    /// The buffers after the validity bits, as many and as long as the type says.
    pub buffers: Vec<Buffer>,
}

impl Column {
    /// A column in which the values for which `missing` is true are null.
    pub fn new(
        name: CString,
        format: &'static CStr,
        len: usize,
        missing: impl Iterator<Item = usize>,
        buffers: Vec<Buffer>,
    ) -> Self {
        let mut column = Self { name, format, len, valid: None, missing: 0, buffers };
        for index in missing {
            let valid = column.valid.get_or_insert_with(|| vec![u8::MAX; len.div_ceil(8)]);
            valid[index / 8] &= !(1 << (index % 8));
            column.missing += 1;
        }
        column
    }
}

/// A capsule with a stream of one table.
pub fn stream(py: Python<'_>, columns: Vec<Column>) -> PyResult<Bound<'_, PyCapsule>> {
    let private = Box::new(Some(Table { columns }));
    let stream = Stream {
        get_schema: Some(get_schema),
        get_next: Some(get_next),
        get_last_error: Some(get_last_error),
        release: Some(release_stream),
        private_data: Box::into_raw(Box::new(Source { kinds: kinds(&private), table: private })).cast(),
    };
    PyCapsule::new_with_value(py, Owned(stream), Stream::CAPSULE)
}

struct Table {
    columns: Vec<Column>,
}

/// What a stream owns: the names and types of the columns, and the table until it is exported.
struct Source {
    kinds: Vec<(CString, &'static CStr)>,
    table: Box<Option<Table>>,
}

fn kinds(table: &Option<Table>) -> Vec<(CString, &'static CStr)> {
    let columns = table.iter().flat_map(|table| &table.columns);
    columns.map(|column| (column.name.clone(), column.format)).collect()
}

// SAFETY: a stream of this file owns all that it leads to, none of which belongs to a thread.
unsafe impl Send for Owned<Stream> {}

unsafe extern "C" fn get_schema(stream: *mut Stream, out: *mut Schema) -> c_int {
    // SAFETY: consumers call this with a stream that is not released, whose private data is a `Source`, and with a place
    // to write to.
    unsafe {
        let source = &*(*stream).private_data.cast::<Source>();
        ptr::write(out, schema(c"".to_owned(), c"+s", &source.kinds));
    }
    0
}

unsafe extern "C" fn get_next(stream: *mut Stream, out: *mut Array) -> c_int {
    // SAFETY: as above.
    unsafe {
        let source = &mut *(*stream).private_data.cast::<Source>();
        ptr::write(out, source.table.take().map_or_else(released, table));
    }
    0
}

unsafe extern "C" fn get_last_error(_: *mut Stream) -> *const c_char {
    ptr::null()
}

unsafe extern "C" fn release_stream(stream: *mut Stream) {
    // SAFETY: consumers call this once, with a stream that is not released, whose private data is a `Source` in a box.
    unsafe {
        drop(Box::from_raw((*stream).private_data.cast::<Source>()));
        (*stream).release = None;
    }
}

/// What a schema owns.
struct SchemaParts {
    name: CString,
    children: Vec<*mut Schema>,
}

fn schema(name: CString, format: &'static CStr, children: &[(CString, &'static CStr)]) -> Schema {
    /// Values may be missing.
    const NULLABLE: i64 = 2;
    let child = |(name, format): &(CString, &'static CStr)| Box::into_raw(Box::new(schema(name.clone(), format, &[])));
    let mut parts = Box::new(SchemaParts { name, children: children.iter().map(child).collect() });
    Schema {
        format: format.as_ptr(),
        name: parts.name.as_ptr(),
        metadata: ptr::null(),
        flags: NULLABLE,
        n_children: parts.children.len() as i64,
        children: parts.children.as_mut_ptr(),
        dictionary: ptr::null_mut(),
        release: Some(release_schema),
        private_data: Box::into_raw(parts).cast(),
    }
}

unsafe extern "C" fn release_schema(schema: *mut Schema) {
    // SAFETY: consumers call this once, with a schema that is not released, whose private data is a box of its parts.
    unsafe {
        let parts = Box::from_raw((*schema).private_data.cast::<SchemaParts>());
        release_children(&parts.children);
        (*schema).release = None;
    }
}

/// What an array owns.
struct ArrayParts {
    /// What the pointers lead to.
    _buffers: (Option<Vec<u8>>, Vec<Buffer>),
    pointers: Vec<*const c_void>,
    children: Vec<*mut Array>,
}

/// A released array, which says that there are no more.
fn released() -> Array {
    let mut end = array(0, 0, (None, Vec::new()), Vec::new());
    // SAFETY: it was made just now.
    unsafe { release_array(&raw mut end) };
    end
}

fn table(Table { columns }: Table) -> Array {
    let len = columns.first().map_or(0, |column| column.len);
    let child = |Column { len, valid, missing, buffers, .. }| {
        Box::into_raw(Box::new(array(len, missing, (valid, buffers), Vec::new())))
    };
    array(len, 0, (None, Vec::new()), columns.into_iter().map(child).collect())
}

fn array(len: usize, missing: usize, buffers: (Option<Vec<u8>>, Vec<Buffer>), children: Vec<*mut Array>) -> Array {
    let valid = buffers.0.as_ref().map_or(ptr::null(), |valid| valid.as_ptr().cast());
    let pointers = [valid].into_iter().chain(buffers.1.iter().map(Buffer::start)).collect();
    let mut parts = Box::new(ArrayParts { _buffers: buffers, pointers, children });
    Array {
        length: len as i64,
        null_count: missing as i64,
        offset: 0,
        n_buffers: parts.pointers.len() as i64,
        n_children: parts.children.len() as i64,
        buffers: parts.pointers.as_ptr(),
        children: parts.children.as_mut_ptr(),
        dictionary: ptr::null_mut(),
        release: Some(release_array),
        private_data: Box::into_raw(parts).cast(),
    }
}

unsafe extern "C" fn release_array(array: *mut Array) {
    // SAFETY: consumers call this once, with an array that is not released, whose private data is a box of its parts.
    unsafe {
        let parts = Box::from_raw((*array).private_data.cast::<ArrayParts>());
        release_children(&parts.children);
        (*array).release = None;
    }
}

/// Releases and frees children, unless a consumer has moved them away.
///
/// # Safety
///
/// They are pointers of boxes that nobody else frees.
unsafe fn release_children<T: Structure>(children: &[*mut T]) {
    for &child in children {
        // SAFETY: as the caller promised; dropping what it holds releases it if it is not released.
        drop(unsafe { Box::from_raw(child.cast::<Owned<T>>()) });
    }
}
