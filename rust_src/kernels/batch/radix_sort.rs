//! Sorting a block of numbers.

/// The sort key of a number, and its index in the block.
pub type Keyed = (u64, u32);

/// Scratch space.
#[derive(Default)]
pub struct Spare {
    keyed: Vec<Keyed>,
    packed: Vec<u64>,
}

/// Up to so many numbers are sorted by comparisons: as many as the last bits of a key can tell apart.
const FEW: usize = 1 << DIGIT;
/// The bits of a digit: the counters of three digits fit into the fastest cache.
const DIGIT: u32 = 11;
const PASSES: u32 = 3;

/// Sorts keys, which are given in order of their indices, equal keys by index. First by the 33 bits after the prefix that
/// all keys share, from the last digit to the first; then keys that share these bits by comparisons.
pub fn sort(keys: &mut Vec<Keyed>, Spare { keyed: spare, packed }: &mut Spare) {
    if keys.len() <= FEW {
        return sort_few(keys, spare, packed);
    }
    if u32::try_from(keys.len()).is_err() {
        return keys.sort_unstable();
    }
    let (least, most) = keys.iter().fold((u64::MAX, 0), |(least, most), &(key, _)| (least.min(key), most.max(key)));
    let zeros = (most - least).leading_zeros();
    if zeros == u64::BITS {
        return;
    }
    let prefix = |key: u64| ((key - least) << zeros) >> (u64::BITS - PASSES * DIGIT);
    let digit = |key: u64, pass: u32| (prefix(key) >> (pass * DIGIT)) as usize % (1 << DIGIT);
    let mut counts = [[0_u32; 1 << DIGIT]; PASSES as usize];
    for &(key, _) in &*keys {
        for (pass, counts) in (0..).zip(&mut counts) {
            counts[digit(key, pass)] += 1;
        }
    }
    spare.clear();
    spare.resize(keys.len(), (0, 0));
    for (pass, counts) in (0..).zip(&mut counts) {
        let mut index = 0;
        for count in counts.iter_mut() {
            index += std::mem::replace(count, index);
        }
        for &keyed in &*keys {
            let next = &mut counts[digit(keyed.0, pass)];
            spare[*next as usize] = keyed;
            *next += 1;
        }
        std::mem::swap(keys, spare);
    }
    for run in keys.chunk_by_mut(|a, b| prefix(a.0) == prefix(b.0)) {
        if run.len() > 1 {
            run.sort_unstable();
        }
    }
}

/// Integers of 64 bits are sorted twice as fast as pairs: the position of a key stands in its last bits, and keys that
/// differ in these alone are sorted afterwards.
fn sort_few(keys: &mut [Keyed], spare: &mut Vec<Keyed>, packed: &mut Vec<u64>) {
    let last_bits = FEW as u64 - 1;
    packed.clear();
    packed.extend(keys.iter().zip(0..).map(|(&(key, _), position)| (key & !last_bits) | position));
    packed.sort_unstable();
    spare.clear();
    spare.extend_from_slice(keys);
    for (key, &packed) in keys.iter_mut().zip(&*packed) {
        *key = spare[(packed & last_bits) as usize];
    }
    for run in keys.chunk_by_mut(|a, b| a.0 & !last_bits == b.0 & !last_bits) {
        if run.len() > 1 {
            run.sort_unstable();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::numerics::sort_key::{from_sort_key, sort_key};

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
            let mut keys: Vec<Keyed> = values.iter().zip(0..).map(|(&x, index)| (sort_key(x), index)).collect();
            let mut expected = keys.clone();
            expected.sort_unstable();
            sort(&mut keys, &mut Spare::default());
            assert_eq!(keys, expected);
            assert!(keys.iter().all(|&(key, index)| from_sort_key(key) == values[index as usize]));
        }
    }
}
