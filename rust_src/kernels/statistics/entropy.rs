//! Shannon entropy of a distribution that may fade.
//!
//! Of weights `w_i` with the sum `W`, the entropy in nats is `-Σ (w_i/W) ln(w_i/W) = ln W - (Σ w_i ln w_i) / W`. An
//! update changes one weight, so both sums follow in O(1). They are compensated, and a term is subtracted exactly as it
//! was added, so they stay the sums of the present terms however many updates there were.
//!
//! Fading multiplies all weights by λ at each update. Only ratios of weights matter, so instead the weight of each new
//! value is 1/λ times that of the one before it. When it becomes very large, all weights are divided by it; those that
//! have become negligible vanish, so the ones that are left are those of the updates since the last two divisions, and
//! the divisions cost O(1) an update together.

use crate::{
    Error,
    kernels::{
        numerics::{double_double::DoubleDouble, validate},
        structures::counts::Counts,
        traits::{Categorical, Freed, MergeSymbols, Symbol, UnmergeSymbols, Value},
        window::RollableSymbols,
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Weights are divided when that of the newest value passes this. The logarithms of larger ones would cost digits.
const LARGE: f64 = f64::from_bits((1023 + 64) << 52);
/// The weight that is negligible compared with a newest one of at least 1: together with all that are smaller, it
/// changes the entropy by less than rounding does.
const NEGLIGIBLE: f64 = f64::from_bits((1023 - 64) << 52);

/// Entropy of the values seen, in which a value weighs `fading_factor` times as much as the one after it.
#[derive(Clone, Debug)]
pub struct Entropy {
    /// The factor λ.
    pub fading_factor: f64,
    /// A parameter of the approximate updating formula; this kernel does not use it.
    pub eps: f64,
    /// Whether values whose weight has vanished stay known, so that they can be reverted.
    windowed: bool,
    n: u64,
    counts: Counts,
    terms: Vec<Term>,
    /// The symbols whose weights fade, and perhaps some that were reverted; unused where nothing fades.
    fading: Vec<Symbol>,
    /// The weight of the newest value.
    newest: DoubleDouble,
    total: DoubleDouble,
    /// The sum of `w ln w`.
    sum: DoubleDouble,
    /// 1/λ.
    growth: DoubleDouble,
}

#[derive(Clone, Copy, Debug, Default)]
struct Term {
    weight: DoubleDouble,
    /// `w ln w`, as it was added to the sum.
    value: f64,
    /// Whether the symbol is in the list of fading ones.
    listed: bool,
}

fn parameters(fading_factor: f64, eps: f64) -> Result<(), Error> {
    if !(fading_factor > 0.0 && fading_factor <= 1.0) {
        return Err(Error::parameter("fading_factor", fading_factor, "between 0 (excluded) and 1"));
    }
    if eps >= 0.0 { Ok(()) } else { Err(Error::parameter("eps", eps, "a number >= 0")) }
}

impl Entropy {
    /// The entropy of counts that are multiplied by `fading_factor`, above 0 and at most 1, at each update.
    pub fn new(fading_factor: f64, eps: f64) -> Result<Self, Error> {
        parameters(fading_factor, eps)?;
        Ok(Self {
            fading_factor,
            eps,
            windowed: false,
            n: 0,
            counts: Counts::default(),
            terms: Vec::new(),
            fading: Vec::new(),
            newest: 1.0.into(),
            total: DoubleDouble::default(),
            sum: DoubleDouble::default(),
            growth: DoubleDouble::from(1.0).quotient(fading_factor.into()),
        })
    }

    /// The same, for a window: a value remains known until it is reverted, though its weight may have vanished.
    pub fn windowed(self) -> Self {
        Self { windowed: true, ..self }
    }

    /// The value of the statistic, which always is a number.
    #[inline]
    pub fn entropy(&self) -> f64 {
        if self.counts.distinct() < 2 {
            return 0.0;
        }
        let total = self.total.value();
        // Rounding could make a value close to 0 negative.
        (total.ln() - self.sum.value() / total).max(0.0)
    }

    /// How often each value was seen.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The weight of a value: how often it was seen, if nothing fades.
    pub fn weight(&self, symbol: Symbol) -> f64 {
        self.terms.get(symbol as usize).map_or(0.0, |term| term.weight.value() / self.newest.value())
    }

    /// Sets the weight of a symbol, and updates the sums.
    #[inline]
    fn set(&mut self, symbol: Symbol, weight: DoubleDouble) {
        let term = &mut self.terms[symbol as usize];
        self.total.subtract(term.weight);
        self.total.add_double(weight);
        let w = weight.value();
        let value = if w > 0.0 { w * w.ln() } else { 0.0 };
        self.sum.add(value);
        self.sum.add(-term.value);
        (term.weight, term.value) = (weight, value);
    }

    /// Lets all weights fade once.
    #[inline]
    fn fade(&mut self) {
        let newest = self.newest.times_double(self.growth);
        if newest.hi <= LARGE {
            self.newest = newest;
        } else {
            self.divide();
        }
    }

    /// Divides all weights by that of the next value, and drops those that have become negligible.
    #[cold]
    fn divide(&mut self) {
        self.rescale(self.fading_factor / self.newest.value(), 1.0.into());
    }

    /// Multiplies all weights by a factor, and drops those that have become negligible compared with the newest one.
    fn rescale(&mut self, factor: f64, newest: DoubleDouble) {
        self.newest = newest;
        (self.total, self.sum) = Default::default();
        for symbol in std::mem::take(&mut self.fading) {
            let weight = self.terms[symbol as usize].weight.times_double(factor.into());
            self.terms[symbol as usize] = Term::default();
            if weight.hi >= NEGLIGIBLE {
                self.terms[symbol as usize].listed = true;
                self.fading.push(symbol);
                self.set(symbol, weight);
            } else if !self.windowed {
                self.counts.forget(symbol);
            }
        }
    }
}

impl Entropy {
    /// Makes room for a symbol's weight.
    #[inline]
    fn make_room(&mut self, symbol: Symbol) {
        if self.terms.len() <= symbol as usize {
            self.terms.resize(symbol as usize + 1, Term::default());
        }
    }

    /// Adds a symbol to the list of those that fade.
    #[inline]
    fn list(&mut self, symbol: Symbol) {
        let term = &mut self.terms[symbol as usize];
        if !std::mem::replace(&mut term.listed, true) {
            self.fading.push(symbol);
        }
    }

    /// Resets the state to that without observations.
    fn clear(&mut self) {
        // No weights are left, so no rounding errors may be left either.
        (self.total, self.sum, self.newest) = (DoubleDouble::default(), DoubleDouble::default(), 1.0.into());
        self.fading.clear();
        self.terms.clear();
    }
}

impl MergeSymbols<1> for Entropy {
    fn check_merge(&self, other: &Self) -> Result<(), Error> {
        if other.n == 0 {
            return Ok(());
        }
        let is_alike = (self.fading_factor < 1.0) == (other.fading_factor < 1.0);
        if self.n > 0 || !is_alike {
            validate::same("fading_factor", self.fading_factor, other.fading_factor)?;
        }
        if self.n > 0 {
            validate::same("eps", self.eps, other.eps)?;
        }
        validate::joint_count(self.n, other.n).map(drop)
    }

    fn merge(&mut self, other: &Self, [own]: [&[Option<Symbol>]; 1]) {
        let fades = self.fading_factor < 1.0;
        if fades && other.n > 0 {
            let faded = self.fading_factor.powf(other.n as f64);
            self.rescale(faded * (other.newest.value() / self.newest.value()), other.newest);
        }
        for symbol in other.counts.symbols() {
            let Some(merged) = own[symbol as usize] else { continue };
            self.make_room(merged);
            if fades {
                self.list(merged);
            }
            self.counts.add_times(merged, other.counts.count(symbol));
            let mut weight = self.terms[merged as usize].weight;
            weight.add_double(other.terms[symbol as usize].weight);
            self.set(merged, weight);
        }
        self.n += other.n;
    }
}

impl UnmergeSymbols<1> for Entropy {
    fn unmerge(&mut self, other: &Self, [own]: [&[Option<Symbol>]; 1]) -> Result<(), Error> {
        if other.n == 0 {
            return Ok(());
        }
        validate::same("fading_factor", self.fading_factor, other.fading_factor)?;
        validate::same("eps", self.eps, other.eps)?;
        if self.fading_factor < 1.0 {
            return Err(Error::Merge("counts that have faded cannot be separated again"));
        }
        if !self.counts.include(&other.counts, own) {
            return Err(Error::NotSeen);
        }
        for (symbol, times) in other.counts.mapped(own) {
            let Some(symbol) = symbol else { continue };
            let left = self.counts.remove_times(symbol, times).unwrap_or_default();
            self.set(symbol, (left as f64).into());
        }
        self.n -= other.n;
        if self.n == 0 {
            self.clear();
        }
        Ok(())
    }
}

impl Categorical<1> for Entropy {
    #[inline]
    fn update(&mut self, [symbol]: [Symbol; 1]) {
        self.make_room(symbol);
        if self.fading_factor < 1.0 {
            self.fade();
            self.list(symbol);
        }
        self.n += 1;
        self.counts.add(symbol);
        let mut weight = self.terms[symbol as usize].weight;
        weight.add_double(self.newest);
        self.set(symbol, weight);
    }

    /// Where nothing fades, the sums are of terms that lie on a grid of 2^-52 (those that are not 0 are above 1), so
    /// they are exact, in whatever order the terms come, as long as their errors fit into one double: for 10^8
    /// observations they do with room to spare. So adding equal observations together leads to the same entropy as the
    /// loop.
    fn counts_only(&self) -> bool {
        self.fading_factor == 1.0
    }

    fn update_times(&mut self, symbols: [Symbol; 1], times: u64) {
        if !self.counts_only() {
            return (0..times).for_each(|_| self.update(symbols));
        }
        let [symbol] = symbols;
        self.make_room(symbol);
        self.n += times;
        self.counts.add_times(symbol, times);
        let mut weight = self.terms[symbol as usize].weight;
        weight.add(times as f64);
        self.set(symbol, weight);
    }

    /// If counts fade, the observation to revert must be the oldest one.
    fn revert(&mut self, [symbol]: [Symbol; 1]) -> Result<(), Error> {
        let left = self.counts.remove(symbol).ok_or(Error::NotSeen)?;
        self.n -= 1;
        if self.n == 0 {
            self.clear();
            return Ok(());
        }
        let mut weight = DoubleDouble::default();
        if left > 0 {
            weight = self.terms[symbol as usize].weight;
            let fades = self.fading_factor < 1.0;
            let oldest = if fades { self.newest.value() * self.fading_factor.powf(self.n as f64) } else { 1.0 };
            weight.add(-oldest);
            if weight.value() < 0.0 {
                weight = DoubleDouble::default();
            }
        }
        self.set(symbol, weight);
        Ok(())
    }

    #[inline]
    fn get(&self) -> Value {
        Value::Number(self.entropy())
    }

    fn n(&self) -> u64 {
        self.n
    }

    #[inline]
    fn next_freed(&mut self, _: usize) -> Option<Freed> {
        self.counts.next_freed()
    }

    fn symbols(&self, _: usize) -> Vec<Symbol> {
        self.counts.symbols()
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(parameters(self.fading_factor, self.eps).is_ok(), "a parameter is outside its range")?;
        let counted = self.counts.total();
        let forgets = self.fading_factor < 1.0 && !self.windowed;
        validate::ensure(counted == self.n || (forgets && counted < self.n), "values and their count differ")?;
        validate::ensure(self.n < 1 << 63, "more observations than a stream can have")?;
        let newest = self.newest;
        let in_range = (1.0..=LARGE).contains(&newest.hi) && newest.lo.abs() < 1e-10 * newest.hi;
        validate::ensure(in_range, "a weight outside its range")?;
        let (mut total, mut sum, mut size) = (DoubleDouble::default(), DoubleDouble::default(), 1.0);
        for (term, symbol) in self.terms.iter().zip(0..) {
            let weight = term.weight.value();
            let counts = self.fading_factor < 1.0 || weight == self.counts.count(symbol) as f64;
            validate::ensure(counts, "a weight that is not the count")?;
            validate::ensure((0.0..1e100).contains(&weight), "a weight outside its range")?;
            total.add(weight);
            sum.add(term.value);
            size += term.value.abs();
        }
        validate::ensure((total.minus(self.total)).abs() <= 1e-6 * total.value(), "weights and their sum differ")?;
        validate::ensure((sum.minus(self.sum)).abs() <= 1e-6 * size, "weights and their sum differ")
    }
}

/// What is serialised; the rest follows from it. The weights are in the order of the counts.
#[derive(Serialize, Deserialize)]
struct Stored<T, W> {
    fading_factor: f64,
    eps: f64,
    windowed: bool,
    n: u64,
    counts: T,
    weights: W,
    newest: DoubleDouble,
    total: DoubleDouble,
    sum: DoubleDouble,
}

impl Serialize for Entropy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let weights: Vec<DoubleDouble> =
            self.counts.symbols().into_iter().map(|symbol| self.terms[symbol as usize].weight).collect();
        let &Self { fading_factor, eps, windowed, n, ref counts, newest, total, sum, .. } = self;
        Stored { fading_factor, eps, windowed, n, counts, weights, newest, total, sum }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Entropy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let stored = Stored::<Counts, Vec<DoubleDouble>>::deserialize(deserializer)?;
        let mut kernel = Self::new(stored.fading_factor, stored.eps).map_err(D::Error::custom)?;
        if stored.weights.len() != stored.counts.distinct() {
            return Err(D::Error::custom("weights and counts differ"));
        }
        kernel.terms = vec![Term::default(); stored.weights.len()];
        for (&weight, symbol) in stored.weights.iter().zip(0..) {
            kernel.set(symbol, weight);
            if kernel.fading_factor < 1.0 && weight.value() > 0.0 {
                kernel.terms[symbol as usize].listed = true;
                kernel.fading.push(symbol);
            }
        }
        let Stored { windowed, n, counts, newest, total, sum, .. } = stored;
        Ok(Self { windowed, n, counts, newest, total, sum, ..kernel })
    }
}

/// Weights that have faded cannot be reverted exactly: if they fade, the window is replayed, and the running entropy
/// only keeps track of the values.
impl RollableSymbols<1> for Entropy {
    type Running = Self;

    fn running(&self) -> Self {
        Self { fading_factor: 1.0, growth: 1.0.into(), ..self.clone() }
    }

    fn value_of(&self, running: &Self) -> Option<Value> {
        (self.fading_factor == 1.0).then(|| running.get())
    }

    fn statistic_of(&self, running: &Self) -> Option<Self> {
        (self.fading_factor == 1.0).then(|| running.clone())
    }
}

#[cfg(test)]
mod tests;
