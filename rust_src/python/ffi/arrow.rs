//! Columns that export themselves through Arrow's PyCapsule interface: those of pyarrow, polars, DuckDB and others.
//!
//! The structures of Arrow's C data interface say how long an array is, and by its type how long its buffers are. All
//! of that is checked before anything is read; that memory is as long as its owner says has to be trusted.
//!
//! <https://arrow.apache.org/docs/format/CDataInterface.html>,
//! <https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>

use crate::python::ffi::memory::Memory;
use pyo3::{
    exceptions::PyValueError,
    intern,
    prelude::*,
    types::{PyCapsule, PyCapsuleMethods},
};
use std::{
    ffi::{CStr, c_char, c_int, c_void},
    fmt::Display,
    mem::MaybeUninit,
    ptr,
    sync::Arc,
};

/// `ArrowSchema`, `ArrowArray` or `ArrowArrayStream`.
pub(super) trait Structure {
    const CAPSULE: &'static CStr;

    /// The function that releases it; `None` once it is released.
    fn release(&mut self) -> &mut Option<unsafe extern "C" fn(*mut Self)>;
}

macro_rules! structure {
    ($name:ident $capsule:literal { $($field:ident: $kind:ty),* }) => {
        #[repr(C)]
        pub(super) struct $name {
            $(pub(super) $field: $kind,)*
            pub(super) release: Option<unsafe extern "C" fn(*mut Self)>,
            pub(super) private_data: *mut c_void,
        }

        impl Structure for $name {
            const CAPSULE: &'static CStr = $capsule;

            fn release(&mut self) -> &mut Option<unsafe extern "C" fn(*mut Self)> {
                &mut self.release
            }
        }
    };
}

structure! { Schema c"arrow_schema" {
    format: *const c_char, name: *const c_char, metadata: *const c_char, flags: i64, n_children: i64,
    children: *mut *mut Schema, dictionary: *mut Schema
} }
structure! { Array c"arrow_array" {
    length: i64, null_count: i64, offset: i64, n_buffers: i64, n_children: i64, buffers: *const *const c_void,
    children: *mut *mut Array, dictionary: *mut Array
} }
structure! { Stream c"arrow_array_stream" {
    get_schema: Option<unsafe extern "C" fn(*mut Stream, *mut Schema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut Stream, *mut Array) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut Stream) -> *const c_char>
} }

/// A structure that is released when it is dropped.
#[repr(transparent)]
pub(super) struct Owned<T: Structure>(pub(super) T);

impl<T: Structure> Drop for Owned<T> {
    fn drop(&mut self) {
        if let Some(release) = *self.0.release() {
            // SAFETY: the structure is valid and was not released.
            unsafe { release(&mut self.0) };
        }
    }
}

impl<T: Structure> Owned<T> {
    /// The structure, moved out of its capsule, which then counts as released.
    fn take(capsule: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        let capsule = capsule.cast::<PyCapsule>().map_err(|_| invalid(name, "what it exports is not a capsule"))?;
        let pointer = capsule.pointer_checked(Some(T::CAPSULE)).map_err(|error| invalid(name, error))?;
        // SAFETY: the capsule's name says what it holds, and no other thread looks at it now. As the interface
        // specifies, a structure is moved by copying it and marking the original as released.
        let mut structure = unsafe {
            let pointer = pointer.as_ptr().cast::<T>();
            let structure = ptr::read(pointer);
            *(*pointer).release() = None;
            structure
        };
        match structure.release() {
            Some(_) => Ok(Self(structure)),
            None => Err(invalid(name, "it has been read already")),
        }
    }
}

/// The type of a column: its format string in the C data interface, and the type of the values of its dictionary.
#[derive(Clone, Debug)]
pub struct Kind {
    pub format: String,
    pub dictionary: Option<Box<Kind>>,
}

impl Kind {
    fn of(schema: &Schema, name: &str) -> PyResult<Self> {
        if schema.format.is_null() {
            return Err(invalid(name, "it has no type"));
        }
        // SAFETY: the schema was not released, so its format is a string, and its dictionary is null or a schema.
        let (format, dictionary) = unsafe { (CStr::from_ptr(schema.format), schema.dictionary.as_ref()) };
        let dictionary = dictionary.map(|dictionary| Self::of(dictionary, name).map(Box::new)).transpose()?;
        Ok(Self { format: format.to_string_lossy().into_owned(), dictionary })
    }

    /// How the buffers are laid out.
    fn layout(&self) -> Layout {
        match self.format.as_bytes() {
            b"n" => Layout::Empty,
            b"b" => Layout::Fixed { bits: 1 },
            b"c" | b"C" => Layout::Fixed { bits: 8 },
            b"s" | b"S" | b"e" => Layout::Fixed { bits: 16 },
            b"i" | b"I" | b"f" | b"tdD" | b"tts" | b"ttm" => Layout::Fixed { bits: 32 },
            b"l" | b"L" | b"g" | b"tdm" | b"ttu" | b"ttn" => Layout::Fixed { bits: 64 },
            b"u" | b"z" => Layout::Bytes { wide: false },
            b"U" | b"Z" => Layout::Bytes { wide: true },
            b"vu" | b"vz" => Layout::Views,
            [b't', b's' | b'D', ..] => Layout::Fixed { bits: 64 },
            [b'd', b':', rest @ ..] => {
                let width = rest.split(|&byte| byte == b',').nth(2).map(str::from_utf8);
                match width.map_or(Some(128), |width| width.ok()?.parse().ok()) {
                    Some(bits) if bits <= 256 && bits % 8 == 0 => Layout::Fixed { bits },
                    _ => Layout::Other,
                }
            }
            _ => Layout::Other,
        }
    }
}

enum Layout {
    Empty,
    Fixed {
        bits: usize,
    },
    Bytes {
        wide: bool,
    },
    Views,
    /// Nested or unknown: only the validity mask is read.
    Other,
}

/// A column in as many arrays as its owner keeps it in.
pub struct Exported {
    pub kind: Arc<Kind>,
    pub chunks: Vec<Chunk>,
}

/// One array of a column.
pub struct Chunk {
    kind: Arc<Kind>,
    array: Owned<Array>,
}

// SAFETY: an array may be read and released by any thread; one of Python objects, by any attached thread.
unsafe impl Send for Chunk {}
// SAFETY: as above; nothing is changed through a reference.
unsafe impl Sync for Chunk {}

/// What one array holds, checked.
pub struct Values<'a> {
    pub kind: &'a Kind,
    pub len: usize,
    /// The validity mask, in which the first value has the bit at `offset`; `None` if no value is missing.
    valid: Option<Memory<'a>>,
    offset: usize,
    pub buffers: Buffers<'a>,
    pub dictionary: Option<Box<Values<'a>>>,
}

/// The memory of values, which begins with the first of them.
pub enum Buffers<'a> {
    /// Of a type that is nested, or has no memory.
    None,
    /// One bit each; the first is at `Values::offset`.
    Bits(Memory<'a>),
    /// As many bytes each.
    Fixed(Memory<'a>),
    /// Offsets of 64 bits, or of 32, one more than there are values; and what they point into.
    Bytes { offsets: Memory<'a>, wide: bool, data: Memory<'a> },
    /// Views of 16 bytes each, and what they point into.
    Views { views: Memory<'a>, data: Vec<Memory<'a>> },
}

impl Exported {
    /// The column that an object exports, which is the argument called `name`; `None` if it exports nothing.
    pub fn of(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<Self>> {
        let py = object.py();
        if let Some(export) = object.getattr_opt(intern!(py, "__arrow_c_stream__"))? {
            return drain(Owned::take(&export.call0()?, name)?, name).map(Some);
        }
        let Some(export) = object.getattr_opt(intern!(py, "__arrow_c_array__"))? else { return Ok(None) };
        let capsules = export.call0()?;
        let (schema, array): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
            capsules.extract().map_err(|_| invalid(name, "what it exports is not a pair of capsules"))?;
        let schema = Owned::<Schema>::take(&schema, name)?;
        let kind = Arc::new(Kind::of(&schema.0, name)?);
        let chunk = Chunk::new(&kind, Owned::take(&array, name)?, name)?;
        Ok(Some(Self { kind, chunks: vec![chunk] }))
    }

    /// How many indices there are.
    pub fn len(&self, name: &str) -> PyResult<usize> {
        let add = |sum: usize, chunk: &Chunk| Ok(sum.saturating_add(chunk.values(name)?.len));
        self.chunks.iter().try_fold(0, add)
    }
}

/// Reads a stream to its end.
fn drain(mut stream: Owned<Stream>, name: &str) -> PyResult<Exported> {
    let (Some(get_schema), Some(get_next)) = (stream.0.get_schema, stream.0.get_next) else {
        return Err(invalid(name, "its stream has no methods"));
    };
    let schema = next(&mut stream.0, get_schema, name)?.ok_or_else(|| invalid(name, "it has no type"))?;
    let kind = Arc::new(Kind::of(&schema.0, name)?);
    let mut chunks = Vec::new();
    while let Some(array) = next(&mut stream.0, get_next, name)? {
        chunks.push(Chunk::new(&kind, array, name)?);
    }
    Ok(Exported { kind, chunks })
}

/// The structure that a method of a stream writes; `None` if it is a released one.
fn next<T: Structure>(
    stream: &mut Stream,
    method: unsafe extern "C" fn(*mut Stream, *mut T) -> c_int,
    name: &str,
) -> PyResult<Option<Owned<T>>> {
    let mut out = MaybeUninit::<T>::zeroed();
    // SAFETY: the stream is alive, and its methods take it and a place to write to.
    let status = unsafe { method(stream, out.as_mut_ptr()) };
    if status == 0 {
        // SAFETY: it was written, and all zeros are a released structure.
        let mut out = unsafe { out.assume_init() };
        return Ok(if out.release().is_some() { Some(Owned(out)) } else { None });
    }
    // SAFETY: the stream is alive; what it returns is null or a string that lives until its next call.
    let message = stream.get_last_error.and_then(|last_error| unsafe {
        let message = last_error(stream);
        (!message.is_null()).then(|| CStr::from_ptr(message).to_string_lossy().into_owned())
    });
    Err(invalid(name, message.unwrap_or_else(|| format!("its stream ends with the error {status}"))))
}

/// How many bits are read at a time.
const BLOCK: usize = 4_096;

impl Chunk {
    fn new(kind: &Arc<Kind>, array: Owned<Array>, name: &str) -> PyResult<Self> {
        let chunk = Self { kind: kind.clone(), array };
        let (values, claimed) = (chunk.values(name)?, chunk.array.0.null_count);
        if claimed > 0
            && let Some(valid) = values.valid
        {
            let (mut nulls, mut flags) = (0, Vec::new());
            for first in (0..values.len).step_by(BLOCK) {
                flags.clear();
                valid.bits(values.offset + first, BLOCK.min(values.len - first), &mut flags);
                nulls += flags.iter().filter(|&&valid| !valid).count();
            }
            if nulls as i64 != claimed {
                return Err(invalid(name, format!("it has {nulls} nulls and claims {claimed}")));
            }
        }
        Ok(chunk)
    }

    /// What it holds.
    pub fn values(&self, name: &str) -> PyResult<Values<'_>> {
        // SAFETY: the array is not released before the chunk is dropped.
        unsafe { Values::new(&self.array.0, &self.kind) }.map_err(|reason| invalid(name, reason))
    }
}

impl<'a> Values<'a> {
    /// # Safety
    ///
    /// The array is not released during `'a`.
    unsafe fn new(array: &'a Array, kind: &'a Kind) -> Result<Self, String> {
        let (Ok(len), Ok(offset)) = (usize::try_from(array.length), usize::try_from(array.offset)) else {
            return Err(format!("it has a length of {} and an offset of {}", array.length, array.offset));
        };
        // In bits of the longest element, with one more offset.
        if array.length.checked_add(array.offset).and_then(|end| end.checked_add(1)?.checked_mul(256)).is_none() {
            return Err(format!("it has a length of {len} and an offset of {offset}"));
        }
        let end = len + offset;
        let layout = kind.layout();
        let expected = match layout {
            Layout::Empty => 0,
            Layout::Fixed { .. } => 2,
            Layout::Bytes { .. } => 3,
            // Those that the views point into, and their lengths.
            Layout::Views => array.n_buffers.max(3),
            // Unions and runs have no mask, and other nested types have one.
            Layout::Other => i64::from(array.n_buffers > 0 && !kind.format.starts_with("+u") && kind.format != "+r"),
        };
        let is_other = matches!(layout, Layout::Other | Layout::Empty);
        if !is_other && array.n_buffers != expected || expected > 0 && array.buffers.is_null() {
            return Err(format!("an array of format {} has {} buffers", kind.format, array.n_buffers));
        }
        let memory = |index: usize, bytes: usize| {
            // SAFETY: there are as many pointers to buffers as the array says, which is more than `index`. The owner of
            // an array keeps its buffers, of the lengths that follow from its type, until it is released.
            unsafe {
                let start = (*array.buffers.add(index)).cast::<u8>();
                match bytes {
                    0 => Ok(Memory::EMPTY),
                    _ if start.is_null() => Err(format!("its buffer {index} is null")),
                    _ => Ok(Memory::new(start, bytes)),
                }
            }
        };
        let valid = if expected > 0 && array.null_count != 0 { memory(0, end.div_ceil(8)).ok() } else { None };
        if array.null_count > 0 && len > 0 && valid.is_none() && expected > 0 {
            return Err(format!("it has {} nulls and no mask", array.null_count));
        }
        let buffers = match layout {
            Layout::Empty | Layout::Other => Buffers::None,
            Layout::Fixed { bits: 1 } => Buffers::Bits(memory(1, end.div_ceil(8))?),
            Layout::Fixed { bits } => Buffers::Fixed(memory(1, end * (bits / 8))?.from(offset * (bits / 8))),
            Layout::Bytes { wide } => {
                let width = if wide { 8 } else { 4 };
                let all = if len == 0 { Memory::EMPTY } else { memory(1, (end + 1) * width)? };
                let last = if wide { all.get::<i64>(end) } else { all.get::<i32>(end).map(i64::from) };
                let last = last.unwrap_or(0);
                let bytes = usize::try_from(last).map_err(|_| format!("its last offset is {last}"))?;
                Buffers::Bytes { offsets: all.from(offset * width), wide, data: memory(2, bytes)? }
            }
            Layout::Views => {
                let count = expected as usize - 3;
                let lengths = memory(expected as usize - 1, count * 8)?;
                let mut data = Vec::new();
                for index in 0..count {
                    let bytes = lengths.get::<i64>(index).and_then(|bytes| usize::try_from(bytes).ok());
                    data.push(memory(index + 2, bytes.ok_or("a buffer of negative length")?)?);
                }
                Buffers::Views { views: memory(1, end * 16)?.from(offset * 16), data }
            }
        };
        // SAFETY: an array's dictionary is null or an array that is released with it.
        let dictionary = match (unsafe { array.dictionary.as_ref() }, kind.dictionary.as_deref()) {
            // SAFETY: as above.
            (Some(dictionary), Some(kind)) => Some(Box::new(unsafe { Self::new(dictionary, kind) }?)),
            (None, None) => None,
            _ => return Err("its type and its array do not both have a dictionary".into()),
        };
        Ok(Self { kind, len, valid, offset, buffers, dictionary })
    }

    /// Whether some of the values may be missing.
    pub fn may_miss(&self) -> bool {
        self.valid.is_some()
    }

    /// Whether there is a value at an index, by the array's own mask.
    #[inline]
    pub fn is_valid(&self, index: usize) -> bool {
        self.valid.is_none_or(|valid| valid.bit(self.offset + index))
    }

    /// Appends for each index whether there is a value.
    pub fn flags(&self, to: &mut Vec<bool>) {
        match self.valid {
            Some(valid) => valid.bits(self.offset, self.len, to),
            None => to.resize(to.len() + self.len, true),
        }
    }

    /// The bit at an index of memory that has one for each value.
    #[inline]
    pub fn bit(&self, memory: Memory<'_>, index: usize) -> bool {
        memory.bit(self.offset + index)
    }
}

#[cold]
pub fn invalid(name: &str, reason: impl Display) -> PyErr {
    PyValueError::new_err(format!("{name} must be a valid Arrow column: {reason}"))
}
