//! Sorting a block of numbers.

use crate::kernels::numerics::sort_key::sort_key;

/// Up to this many numbers are sorted by comparisons.
const FEW: usize = 1024;
/// The bits of a digit: the counters of three digits fit into the fastest cache.
const DIGIT: u32 = 11;
const PASSES: u32 = 3;
/// The most numbers that can be sorted: their indices are stored in the bits that belong to no digit.
pub const MOST: usize = 1 << (u64::BITS - PASSES * DIGIT);

/// The order of numbers; equal ones are in order of their indices.
#[derive(Default)]
pub struct Order {
    /// The first bits of a number's key, and its index: integers of 64 bits are sorted twice as fast as pairs.
    packed: Vec<u64>,
    /// The bits of the index.
    last_bits: u64,
    spare: Vec<u64>,
}

impl Order {
    /// Sorts at most [`MOST`] numbers, none of which is NaN: by the first bits of their keys, and where these are equal
    /// by comparisons. A radix sort takes the first 33 bits after the prefix that all keys share.
    pub fn sort(&mut self, values: &[f64]) {
        let last_bits = values.len().next_power_of_two() as u64 - 1;
        let Self { packed, spare, .. } = self;
        let keys = || values.iter().map(|&x| sort_key(x));
        packed.clear();
        let unsorted_bits = if values.len() <= FEW {
            packed.extend(keys().zip(0..).map(|(key, index)| (key & !last_bits) | index));
            packed.sort_unstable();
            last_bits
        } else {
            let (least, most) = keys().fold((u64::MAX, 0), |(least, most), key| (least.min(key), most.max(key)));
            let zeros = (most - least).leading_zeros() % u64::BITS;
            packed.extend(keys().zip(0..).map(|(key, index)| (((key - least) << zeros) & !last_bits) | index));
            if !packed.is_sorted() {
                radix_sort(packed, spare);
            }
            u64::MAX >> (PASSES * DIGIT)
        };
        for run in packed.chunk_by_mut(|a, b| a ^ b <= unsorted_bits) {
            if run.len() > 1 {
                let key = |packed: u64| sort_key(values[(packed & last_bits) as usize]);
                run.sort_unstable_by(|&a, &b| {
                    (a & !last_bits).cmp(&(b & !last_bits)).then_with(|| key(a).cmp(&key(b))).then(a.cmp(&b))
                });
            }
        }
        self.last_bits = last_bits;
    }

    /// The index of the number of this rank.
    #[inline]
    pub fn index(&self, rank: u32) -> usize {
        (self.packed[rank as usize] & self.last_bits) as usize
    }

    /// The indices in order.
    pub fn indices(&self) -> impl Iterator<Item = usize> {
        self.packed.iter().map(|packed| (packed & self.last_bits) as usize)
    }
}

/// Sorts by the first bits, from the last digit to the first.
fn radix_sort(packed: &mut Vec<u64>, spare: &mut Vec<u64>) {
    let digit = |packed: u64, pass: u32| (packed >> (u64::BITS - (PASSES - pass) * DIGIT)) as usize % (1 << DIGIT);
    let mut counts = [[0_u32; 1 << DIGIT]; PASSES as usize];
    for &packed in &*packed {
        for (pass, counts) in (0..).zip(&mut counts) {
            counts[digit(packed, pass)] += 1;
        }
    }
    spare.clear();
    spare.resize(packed.len(), 0);
    for (pass, counts) in (0..).zip(&mut counts) {
        let mut index = 0;
        for count in counts.iter_mut() {
            index += std::mem::replace(count, index);
        }
        for &packed in &*packed {
            let next = &mut counts[digit(packed, pass)];
            spare[*next as usize] = packed;
            *next += 1;
        }
        std::mem::swap(packed, spare);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_as_comparing_does() {
        let mut random = fastrand::Rng::with_seed(3);
        let mut of = |f: fn(&mut fastrand::Rng) -> f64| -> Vec<f64> { (0..5000).map(|_| f(&mut random)).collect() };
        let streams = [
            of(|random| random.f64() - 0.5),
            of(|random| 1e9 + random.f64()),
            of(|random| f64::from_bits(random.u64(..))),
            of(|random| f64::from(random.u8(0..3)) * -0.5),
            of(|random| 1.0 + f64::from(random.u8(..)) * f64::EPSILON + f64::from(random.u8(0..2)) * 1e5),
            of(|_| -0.0),
        ];
        let lengths = [5000, FEW + 1, FEW, 100, 1];
        for (values, length) in streams.iter().flat_map(|values| lengths.map(|length| (values, length))) {
            let values: Vec<f64> = values[..length].iter().copied().filter(|x| !x.is_nan()).collect();
            let mut expected: Vec<usize> = (0..values.len()).collect();
            expected.sort_by(|&a, &b| values[a].partial_cmp(&values[b]).unwrap());
            let mut order = Order::default();
            order.sort(&values);
            assert!(order.indices().eq(expected));
            assert!((0..).zip(order.indices()).all(|(rank, index)| order.index(rank) == index));
        }
    }
}
