//! Kullback-Leibler divergence of two streams of labels.
//!
//! With the shares `p` and `q` of each label in the two streams, the divergence of the first from the second is
//! (S. Kullback and R. A. Leibler, "On information and sufficiency", Annals of Mathematical Statistics 22 (1951))
//!
//! ```text
//! D = Σ p ln(p / q) = Σ (p ln(p / q) + q - p)
//! ```
//!
//! since both shares sum to 1. On the right no term is negative, and each is computed without cancellation from whole
//! numbers: with the counts `x` and `y` of `n` and `m` labels, `p : q` is `x m : y n`. A label in the first stream alone
//! makes the divergence infinite.
//!
//! An update changes the shares of all labels. Sums of `x ln x` and `x ln y` would follow it in O(1), but the small
//! difference of the two would be left with their rounding errors. So updates count, and the labels are visited when the
//! value is read.

use crate::{
    Error,
    kernels::{
        numerics::{double_double::DoubleDouble, special, validate},
        statistics::kolmogorov_smirnov::Sample,
        structures::counts::Counts,
        traits::{Categorical, Freed, MergeSymbols, Symbol, UnmergeSymbols, Value},
        window::rolls_by_reverts,
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// How often each label is in each of the two streams.
#[derive(Clone, Debug, Default)]
pub struct KullbackLeibler {
    /// How many labels each stream has had.
    sizes: [u64; 2],
    /// In both streams together.
    both: Counts,
    /// In the first alone.
    x: Vec<u64>,
}

impl KullbackLeibler {
    /// Two streams without labels.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many labels one stream has had.
    pub fn size(&self, of: Sample) -> u64 {
        self.sizes[of as usize]
    }

    /// The labels of one stream and how often each is in it, in the order in which they were first seen in either.
    pub fn counts(&self, of: Sample) -> impl Iterator<Item = (Symbol, u64)> {
        let count = move |symbol| (symbol, self.count(symbol)[of as usize]);
        self.both.symbols().into_iter().map(count).filter(|&(_, count)| count > 0)
    }

    /// The divergence of the first stream from the second, 0 where either is empty.
    pub fn divergence(&self) -> f64 {
        let [n, m] = self.sizes;
        if n == 0 || m == 0 {
            return 0.0;
        }
        let mut sum = DoubleDouble::default();
        for (symbol, _) in self.both.iter() {
            let [x, y] = self.count(symbol);
            if y == 0 {
                return f64::INFINITY;
            }
            let (p, q) = (i128::from(x) * i128::from(m), i128::from(y) * i128::from(n));
            sum.add(special::deviance(p as f64, q as f64, (p - q) as f64));
        }
        sum.value() / n as f64 / m as f64
    }

    /// How often a label is in each stream.
    fn count(&self, symbol: Symbol) -> [u64; 2] {
        let x = self.x.get(symbol as usize).copied().unwrap_or(0);
        [x, self.both.count(symbol) - x]
    }

    /// Adds a label to one stream, `times` times.
    pub fn update_one(&mut self, of: Sample, symbol: Symbol, times: u64) {
        self.sizes[of as usize] += times;
        self.both.add_times(symbol, times);
        if of == Sample::X {
            if self.x.len() <= symbol as usize {
                self.x.resize(symbol as usize + 1, 0);
            }
            self.x[symbol as usize] += times;
        }
    }

    /// Removes a label from one stream.
    pub fn revert_one(&mut self, of: Sample, symbol: Symbol) -> Result<(), Error> {
        if self.count(symbol)[of as usize] == 0 {
            return Err(Error::NotSeen);
        }
        self.remove(of, symbol, 1);
        Ok(())
    }

    /// Removes a label from one stream, which has it at least `times` times.
    fn remove(&mut self, of: Sample, symbol: Symbol, times: u64) {
        self.sizes[of as usize] -= times;
        if of == Sample::X {
            self.x[symbol as usize] -= times;
        }
        self.both.remove_times(symbol, times);
    }
}

impl Categorical<2> for KullbackLeibler {
    const SHARED: bool = true;

    #[inline]
    fn update(&mut self, symbols: [Symbol; 2]) {
        self.update_times(symbols, 1);
    }

    fn counts_only(&self) -> bool {
        true
    }

    #[inline]
    fn update_times(&mut self, [x, y]: [Symbol; 2], times: u64) {
        self.update_one(Sample::X, x, times);
        self.update_one(Sample::Y, y, times);
    }

    fn revert(&mut self, [x, y]: [Symbol; 2]) -> Result<(), Error> {
        if self.count(x)[0] == 0 || self.count(y)[1] == 0 {
            return Err(Error::NotSeen);
        }
        self.remove(Sample::X, x, 1);
        self.remove(Sample::Y, y, 1);
        Ok(())
    }

    fn get(&self) -> Value {
        Value::Number(self.divergence())
    }

    fn n(&self) -> u64 {
        self.sizes[0].max(self.sizes[1])
    }

    #[inline]
    fn next_freed(&mut self, variable: usize) -> Option<Freed> {
        if variable == 0 { self.both.next_freed() } else { None }
    }

    fn symbols(&self, variable: usize) -> Vec<Symbol> {
        if variable == 0 { self.both.symbols() } else { Vec::new() }
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.n() < 1 << 62, "more observations than a stream can have")
    }
}

impl MergeSymbols<2> for KullbackLeibler {
    fn check_merge(&self, other: &Self) -> Result<(), Error> {
        let [left, right] = [self, other].map(|streams| streams.sizes.iter().sum());
        validate::joint_count(left, right).map(drop)
    }

    fn merge(&mut self, other: &Self, [own, _]: [&[Option<Symbol>]; 2]) {
        for symbol in other.both.symbols() {
            let Some(here) = own[symbol as usize] else { continue };
            for (of, times) in [Sample::X, Sample::Y].into_iter().zip(other.count(symbol)).filter(|part| part.1 > 0) {
                self.update_one(of, here, times);
            }
        }
    }
}

impl UnmergeSymbols<2> for KullbackLeibler {
    fn unmerge(&mut self, other: &Self, [own, _]: [&[Option<Symbol>]; 2]) -> Result<(), Error> {
        let here = |symbol: Symbol| own[symbol as usize].map_or([0; 2], |here| self.count(here));
        let included =
            |(symbol, _)| here(symbol).into_iter().zip(other.count(symbol)).all(|(here, there)| here >= there);
        if !other.both.iter().all(included) {
            return Err(Error::NotSeen);
        }
        for (symbol, _) in other.both.iter() {
            let Some(here) = own[symbol as usize] else { continue };
            for (of, times) in [Sample::X, Sample::Y].into_iter().zip(other.count(symbol)).filter(|part| part.1 > 0) {
                self.remove(of, here, times);
            }
        }
        Ok(())
    }
}

/// For each label how often it is in each stream, in the order in which the labels were first seen.
type Stored = Vec<[u64; 2]>;

impl Serialize for KullbackLeibler {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.both.symbols().into_iter().map(|symbol| self.count(symbol)))
    }
}

impl<'de> Deserialize<'de> for KullbackLeibler {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let counts = Stored::deserialize(deserializer)?;
        let (mut both, mut sizes) = (Vec::with_capacity(counts.len()), [0_u64; 2]);
        for &[x, y] in &counts {
            both.push(x.checked_add(y).ok_or_else(|| D::Error::custom("counts that are too large"))?);
        }
        // Their sum is no more than can be counted, and so is that of either stream.
        let both = Counts::try_from(both.as_slice()).map_err(D::Error::custom)?;
        counts.iter().for_each(|&[x, y]| sizes = [sizes[0] + x, sizes[1] + y]);
        Ok(Self { sizes, both, x: counts.into_iter().map(|[x, _]| x).collect() })
    }
}

rolls_by_reverts!(KullbackLeibler, 2);

#[cfg(test)]
mod tests {
    use super::*;

    fn defined(x: &[Symbol], y: &[Symbol]) -> f64 {
        let share =
            |of: &[Symbol], label: Symbol| of.iter().filter(|&&at| at == label).count() as f64 / of.len() as f64;
        let mut sum = 0.0;
        for label in 0..6 {
            let (p, q) = (share(x, label), share(y, label));
            sum += if p > 0.0 { p * (p / q).ln() } else { 0.0 };
        }
        if x.is_empty() || y.is_empty() { 0.0 } else { sum }
    }

    #[test]
    fn agrees_with_the_definition_as_labels_come_and_go() -> Result<(), Error> {
        let mut random = fastrand::Rng::with_seed(5);
        let (mut kernel, mut streams) = (KullbackLeibler::new(), [Vec::new(), Vec::new()]);
        for i in 0..900 {
            let (of, at) = [(Sample::X, 0), (Sample::Y, 1)][random.usize(..2)];
            if streams[at].is_empty() || i / 150 % 2 == 0 || random.u8(..3) == 0 {
                let label = random.u32(..if of == Sample::X { 4 } else { 6 });
                streams[at].push(label);
                kernel.update_one(of, label, 1);
            } else {
                let label = streams[at].swap_remove(random.usize(..streams[at].len()));
                kernel.revert_one(of, label)?;
            }
            let (value, expected) = (kernel.divergence(), defined(&streams[0], &streams[1]));
            assert!(value == expected || (value - expected).abs() <= 1e-14 * expected.max(1.0), "{value} {expected}");
            assert_eq!([kernel.size(Sample::X), kernel.size(Sample::Y)], streams.each_ref().map(|of| of.len() as u64));
        }
        assert_eq!(kernel.revert_one(Sample::X, 99), Err(Error::NotSeen));
        assert_eq!(kernel.revert([0, 99]), Err(Error::NotSeen));
        Ok(())
    }

    /// Equal shares are exactly 0, and almost equal ones as exact as others: `D = ε²/2 + O(ε³)`.
    #[test]
    fn nothing_cancels() {
        let mut kernel = KullbackLeibler::new();
        for (of, factor) in [(Sample::X, 3), (Sample::Y, 1 << 40)] {
            (0..4).for_each(|symbol| kernel.update_one(of, symbol, factor * u64::from(symbol + 1)));
        }
        assert_eq!(kernel.divergence(), 0.0);
        let (mut near, half) = (KullbackLeibler::new(), 1 << 50);
        for (of, more) in [(Sample::X, 1 << 20), (Sample::Y, 0)] {
            near.update_one(of, 0, half + more);
            near.update_one(of, 1, half - more);
        }
        let epsilon = (1_u64 << 20) as f64 / half as f64;
        assert!((near.divergence() / (epsilon * epsilon / 2.0) - 1.0).abs() < 1e-9);
    }
}
