//! Numbers as integers of the same order.

/// The key of a number, which is not NaN; 0.0 and -0.0 have the same.
#[inline]
pub fn sort_key(x: f64) -> u64 {
    let bits = (x + 0.0).to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

/// The number with this key; 0.0 for both zeros.
#[inline]
pub fn from_sort_key(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}
