//! Memory that others own, to which another thread may write while it is read.
//!
//! Elements are copied. A copy made during a write may hold any bytes, so only types for which any bytes are a valid
//! value are read. Only for sums and the like, which a copy would slow down, are numbers read in place.

use numpy::{Element, PyArray1, PyArrayDescrMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::prelude::*;
use std::{marker::PhantomData, ptr};

/// Bytes that stay readable for `'a` and may change meanwhile.
#[derive(Clone, Copy)]
pub struct Memory<'a> {
    start: *const u8,
    bytes: usize,
    owner: PhantomData<&'a ()>,
}

// SAFETY: it is only ever read, by whichever thread, and concurrent writes by others are allowed for.
unsafe impl Send for Memory<'_> {}
// SAFETY: as above.
unsafe impl Sync for Memory<'_> {}

/// A number type for which any bytes are a valid value.
///
/// # Safety
///
/// The type has no invalid bit patterns and no padding.
pub unsafe trait Plain: Copy + Default {}

macro_rules! plain {
    ($($kind:ty)*) => {
        $(
            // SAFETY: a primitive number has no invalid bit patterns and no padding.
            unsafe impl Plain for $kind {}
        )*
    };
}
plain! { u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 }

impl<'a> Memory<'a> {
    pub const EMPTY: Self = Self { start: ptr::null(), bytes: 0, owner: PhantomData };

    /// # Safety
    ///
    /// `bytes` bytes from `start` on stay readable for `'a`.
    pub unsafe fn new(start: *const u8, bytes: usize) -> Self {
        Self { start, bytes, owner: PhantomData }
    }

    /// The elements of an array of contiguous `T`; `None` if it is not one.
    ///
    /// Python code may change the type and the shape of an array. So call this only when no more of it runs in this
    /// thread until the memory is read. An array that is referred to keeps its memory, unless `resize(refcheck=False)`
    /// makes it give it up all the same.
    pub fn of_elements<T: Element>(array: &'a Bound<'_, PyUntypedArray>) -> Option<Self> {
        array.cast::<PyArray1<T>>().ok().and_then(|_| Self::of_array(array))
    }

    /// As [`of_elements`](Self::of_elements), for elements of any type that holds no references.
    pub fn of_array(array: &'a Bound<'_, PyUntypedArray>) -> Option<Self> {
        let dtype = array.dtype();
        if array.ndim() != 1 || !array.is_c_contiguous() || dtype.has_object() {
            return None;
        }
        let bytes = array.len().checked_mul(dtype.itemsize())?;
        // SAFETY: the array is alive for 'a, and its elements are contiguous.
        Some(unsafe { Self::new((*array.as_array_ptr()).fields.data.cast(), bytes) })
    }

    /// How many bytes there are.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many elements there are.
    pub fn len<T: Plain>(&self) -> usize {
        self.bytes / size_of::<T>()
    }

    /// Copies the elements from `first` on; `false` if there are fewer than `to` takes.
    #[inline]
    #[must_use]
    pub fn copy<T: Plain>(&self, first: usize, to: &mut [T]) -> bool {
        if first > self.len::<T>() || to.len() > self.len::<T>() - first {
            return false;
        }
        // SAFETY: the bytes are readable, `to` is separate memory, and any bytes are a valid T. They need not be
        // aligned.
        unsafe {
            let from = self.start.wrapping_add(first * size_of::<T>());
            ptr::copy_nonoverlapping(from, to.as_mut_ptr().cast(), size_of_val(to));
        }
        true
    }

    /// The numbers where they lie, for a kernel that derives no index, length or address from a number, as
    /// [`Statistic::reads_in_place`](crate::kernels::Statistic::reads_in_place) says. `None` if they are not aligned.
    pub fn in_place(&self) -> Option<&'a [f64]> {
        let start = self.start.cast::<f64>();
        if self.bytes == 0 || !start.is_aligned() {
            return None;
        }
        // SAFETY: the bytes are readable and aligned, and all bytes are an f64. A thread that writes to them meanwhile
        // races with these loads. Such a load may return any number, and as the kernel only does arithmetic with
        // numbers, the worst outcome is a wrong number.
        Some(unsafe { std::slice::from_raw_parts(start, self.len::<f64>()) })
    }

    /// Copies one element.
    #[inline]
    pub fn get<T: Plain>(&self, index: usize) -> Option<T> {
        let mut element = [T::default()];
        self.copy(index, &mut element).then_some(element[0])
    }

    /// The bit at an index, counted from the lowest bit of the first byte.
    #[inline]
    pub fn bit(&self, index: usize) -> bool {
        self.get::<u8>(index / 8).is_some_and(|byte| byte >> (index % 8) & 1 == 1)
    }

    /// Appends `count` bits from an index on. Bytes are copied in blocks, as one at a time takes several times as long.
    pub fn bits(&self, first: usize, count: usize, to: &mut Vec<bool>) {
        let (start, from, bytes) = (to.len(), first / 8, (first % 8 + count).div_ceil(8));
        let mut block = [0_u8; 512];
        for done in (0..bytes).step_by(block.len()) {
            let block = &mut block[..512.min(bytes - done)];
            if !self.copy(from + done, block) {
                block.fill(0);
            }
            block.iter().for_each(|byte| to.extend([0, 1, 2, 3, 4, 5, 6, 7].map(|bit| byte >> bit & 1 == 1)));
        }
        to.drain(start..start + first % 8);
        to.truncate(start + count);
    }

    /// The memory from this byte on.
    pub fn from(self, byte: usize) -> Self {
        let byte = byte.min(self.bytes);
        Self { start: self.start.wrapping_add(byte), bytes: self.bytes - byte, owner: self.owner }
    }
}
