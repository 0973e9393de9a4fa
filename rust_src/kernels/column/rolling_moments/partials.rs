//! What windows hold, made of many values at once.

use super::{CHUNK, GROWN, Middle, Sums, add_powers, central, total};
use crate::kernels::{column::BLOCK, double::Double, moments::OfMoments, window::Partial};
use pulp::Arch;

/// The combinations of the values from each place on, as they would be joined one by one.
pub fn ends<const K: usize, S: OfMoments>(statistic: &S, xs: &[f64]) -> Vec<S::Partial> {
    let arch = Arch::new();
    let mut ends: Vec<S::Partial> = Vec::with_capacity(xs.len());
    let append = |ends: &mut Vec<S::Partial>, x: f64| {
        let run = statistic.lift(x, 1.0);
        ends.push(ends.last().map_or(run, |&newer| run.join(newer)));
    };
    xs.iter().rev().take(GROWN).for_each(|&x| append(&mut ends, x));
    while ends.len() < xs.len() {
        let (before, staying) = xs.split_at(xs.len() - ends.len());
        let block = &before[before.len().saturating_sub(staying.len())..];
        let shift = arch.dispatch(Middle { leaving: &[], others: staying });
        let mut rest = total(arch, [0.0; K], staying, shift);
        for chunk in block.rchunks(CHUNK) {
            let mut powers = [0.0; K];
            for &x in chunk.iter().rev() {
                add_powers(&mut powers, x - shift);
                let sums: Sums<K> = std::array::from_fn(|power| rest[power] + powers[power]);
                match central(ends.len() as f64 + 1.0, &sums, shift) {
                    (moments, offset, true) => ends.push(statistic.partial(&moments, Double { hi: shift, lo: offset })),
                    _ => append(&mut ends, x),
                }
            }
            rest.iter_mut().zip(powers).for_each(|(sum, more)| *sum += more);
        }
    }
    ends.reverse();
    ends
}

/// The combination of all values.
pub fn run<const K: usize, S: OfMoments>(statistic: &S, xs: &[f64]) -> Option<S::Partial> {
    let arch = Arch::new();
    let run = |block: &[f64]| {
        let shift = arch.dispatch(Middle { leaving: &[], others: block });
        match central(block.len() as f64, &total::<K>(arch, [0.0; K], block, shift), shift) {
            (moments, offset, true) => Some(statistic.partial(&moments, Double { hi: shift, lo: offset })),
            _ => block.iter().map(|&x| statistic.lift(x, 1.0)).reduce(S::Partial::join),
        }
    };
    xs.chunks(BLOCK).filter_map(run).reduce(S::Partial::join)
}
