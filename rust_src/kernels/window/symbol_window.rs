//! Windows over hashable values, by count and by time. A window of a categorical statistic is a categorical statistic itself.

use crate::{
    Error,
    kernels::{
        numerics::{timestamp::Timestamp, validate},
        structures::{chunked_queue::ChunkedQueue, counts::Counts},
        traits::{Categorical, Freed, Symbol, Value},
        window::{
            bounds::{Bounds, Closed, Which},
            clock::Clock,
            symbols::{Part, TimedSymbols},
            time_span::{Span, Turn},
        },
    },
};
use std::array;

/// A categorical statistic of which windows can be made.
pub trait RollableSymbols<const N: usize>: Categorical<N> {
    /// The running state, which is kept up to date while observations enter and leave.
    type Running: Categorical<N>;

    /// The empty running state; `self` is empty, too.
    fn running(&self) -> Self::Running;

    /// The value over a window, if it follows from the running state; otherwise the window is replayed.
    fn value_of(&self, running: &Self::Running) -> Option<Value>;

    /// The statistic over a window, if the running state is that statistic.
    fn statistic_of(&self, running: &Self::Running) -> Option<Self>;
}

/// Implements windows of a statistic whose reverts leave no trace: the statistic itself is kept up to date.
macro_rules! rolls_by_reverts {
    ($kernel:ty, $n:literal) => {
        impl $crate::kernels::window::RollableSymbols<$n> for $kernel {
            type Running = Self;

            fn running(&self) -> Self {
                self.clone()
            }

            fn value_of(&self, running: &Self) -> Option<$crate::kernels::traits::Value> {
                Some($crate::kernels::traits::Categorical::get(running))
            }

            fn statistic_of(&self, running: &Self) -> Option<Self> {
                Some(running.clone())
            }
        }
    };
}
pub(crate) use rolls_by_reverts;

/// The observations in a window.
#[derive(Clone, Debug)]
pub(super) enum Extent<V> {
    /// The newest observations, after the largest number of them.
    Newest(u64, ChunkedQueue<V>),
    /// Those of the last period.
    Recent(Clock, Box<Span<V, ()>>),
}

impl<V: Copy> Extent<V> {
    fn len(&self) -> usize {
        match self {
            Self::Newest(_, queue) => queue.len(),
            Self::Recent(_, span) => span.events().len(),
        }
    }

    /// Calls `f` with the observations in the window, in their order.
    pub(super) fn for_each(&self, f: impl FnMut(V)) {
        match self {
            Self::Newest(_, queue) => queue.iter().copied().for_each(f),
            Self::Recent(_, span) => span.events().iter().map(|(_, value)| value).for_each(f),
        }
    }
}

/// A categorical statistic over the newest observations, or over those of the last period.
#[derive(Clone, Debug)]
pub struct SymbolWindow<K: RollableSymbols<N>, const N: usize> {
    /// How many observations it needs to have a value.
    pub(super) min_samples: u64,
    pub(super) kernel: K,
    pub(super) running: K::Running,
    /// How often a symbol is in the window, or waits for the clock to advance.
    pub(super) held: [Counts; N],
    pub(super) extent: Extent<[Symbol; N]>,
}

impl<K: RollableSymbols<N>, const N: usize> SymbolWindow<K, N> {
    pub(super) fn new(kernel: K, min_samples: u64, extent: Extent<[Symbol; N]>) -> Self {
        let held = array::from_fn(|_| Counts::default());
        Self { min_samples, running: kernel.running(), kernel, held, extent }
    }

    /// A statistic, passed in empty, over the newest `window_size` observations.
    pub fn by_count(kernel: K, min_samples: u64, window_size: i128) -> Result<Self, Error> {
        let window_size = validate::at_least_one("window_size", window_size)?;
        Ok(Self::new(kernel, min_samples, Extent::Newest(window_size, ChunkedQueue::default())))
    }

    /// The same over the last `period` nanoseconds.
    pub fn by_time(kernel: K, min_samples: u64, period: i128, closed: Closed) -> Result<Self, Error> {
        Ok(Self::new(kernel, min_samples, Extent::Recent(Clock::default(), Box::new(Span::new(period, closed)?))))
    }

    /// The same over the newest `window_size` rows, in some of which an observation may be missing.
    pub fn by_rows(kernel: K, min_samples: u64, window_size: i128) -> Result<Self, Error> {
        let rows = validate::at_least_one("window_size", window_size)?;
        let span = Span::new(rows.into(), Closed::Right)?;
        Ok(Self::new(kernel, min_samples, Extent::Recent(Clock::ROWS, Box::new(span))))
    }

    /// How many observations are in the window.
    pub fn len(&self) -> usize {
        self.extent.len()
    }

    /// Whether no observation is in the window.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The statistic that has seen the observations in the window.
    pub fn statistic(&self) -> K {
        self.kernel.statistic_of(&self.running).unwrap_or_else(|| self.replayed())
    }

    fn replayed(&self) -> K {
        let (mut kernel, mut counted) = (self.kernel.clone(), Vec::new());
        self.extent.for_each(|symbols| update_known(&mut kernel, &mut counted, symbols));
        kernel
    }
}

/// Updates a kernel whose symbols are not interned for it alone: a symbol that has left it, or never entered it, is new
/// to it.
fn update_known<K: Categorical<N>, const N: usize>(kernel: &mut K, known: &mut Vec<bool>, symbols: [Symbol; N]) {
    // Only kernels of one variable refuse new values.
    if !kernel.accepts_new() && !known.get(symbols[0] as usize).is_some_and(|&known| known) {
        return kernel.skip(1);
    }
    kernel.update(symbols);
    if known.len() <= symbols[0] as usize {
        known.resize(symbols[0] as usize + 1, false);
    }
    known[symbols[0] as usize] = true;
    for variable in 0..N {
        while let Some(Freed { symbol, reused }) = kernel.next_freed(variable) {
            if variable == 0 {
                known[symbol as usize] = reused;
            }
        }
    }
}

/// Lets an observation enter the running state of the window, or leave it.
pub(super) fn turn<R: Categorical<N>, const N: usize>(running: &mut R, turn: Turn, symbols: [Symbol; N]) {
    match turn {
        Turn::Enter => running.update(symbols),
        // What has entered can leave: no error to report.
        Turn::Leave => _ = running.revert(symbols),
    }
    // The window itself keeps track of which symbols are in use.
    (0..N).for_each(|variable| while running.next_freed(variable).is_some() {});
}

/// Updates the running state with an observation that enters or leaves, and releases the symbols of one that leaves.
/// Those of one that enters are held by the caller.
fn moving<'a, R: Categorical<N>, const N: usize>(
    running: &'a mut R,
    held: &'a mut [Counts; N],
) -> impl FnMut(Turn, [Symbol; N]) + use<'a, R, N> {
    |which, symbols| {
        turn(running, which, symbols);
        if which == Turn::Leave {
            release::<R, N>(held, symbols);
        }
    }
}

fn hold<R: Categorical<N>, const N: usize>(held: &mut [Counts; N], symbols: [Symbol; N]) {
    symbols.into_iter().enumerate().for_each(|(variable, symbol)| _ = held[R::owner(variable)].add(symbol));
}

fn release<R: Categorical<N>, const N: usize>(held: &mut [Counts; N], symbols: [Symbol; N]) {
    symbols.into_iter().enumerate().for_each(|(variable, symbol)| _ = held[R::owner(variable)].remove(symbol));
}

impl<K: RollableSymbols<N>, const N: usize> TimedSymbols<N> for SymbolWindow<K, N> {
    type Kernel = K;

    fn part(&self, which: Which) -> Option<Part<K, N>> {
        let kernel = match which {
            Which::Empty => self.kernel.clone(),
            Which::Current => self.statistic(),
            Which::Closed => return None,
        };
        Some(Part { kernel, symbols: None })
    }

    fn events(&self) -> Option<Vec<([Symbol; N], Option<Timestamp>)>> {
        let mut events = Vec::with_capacity(self.len());
        match &self.extent {
            Extent::Newest(_, queue) => events.extend(queue.iter().map(|&symbols| (symbols, None))),
            Extent::Recent(clock, span) => {
                events.extend(span.all().map(|(time, symbols)| (symbols, clock.timestamp(time))));
            }
        }
        Some(events)
    }

    fn now(&self) -> Option<Timestamp> {
        if let Extent::Recent(clock, span) = &self.extent { clock.timestamp(span.now?) } else { None }
    }

    fn count_late(&mut self, n: u64) {
        if let Extent::Recent(_, span) = &mut self.extent {
            span.n_late = span.n_late.saturating_add(n);
        }
    }

    fn n_late(&self) -> u64 {
        if let Extent::Recent(_, span) = &self.extent { span.n_late } else { 0 }
    }

    fn bounds(&self) -> Bounds {
        match &self.extent {
            Extent::Newest(size, _) => Bounds { window_size: Some(*size), ..Bounds::default() },
            Extent::Recent(clock, span) => span.bounds(*clock),
        }
    }

    fn min_samples(&self) -> u64 {
        self.min_samples
    }

    fn admit(&self, t: Option<Timestamp>) -> Result<(), Error> {
        match (&self.extent, t) {
            (Extent::Newest(..), None) => Ok(()),
            (Extent::Newest(..), Some(_)) => {
                Err(Error::Type("update takes no argument t here: the window is by count".into()))
            }
            (Extent::Recent(clock, span), t) => { *clock }.next(t, span.now).map(drop),
        }
    }

    fn update_at(&mut self, symbols: [Symbol; N], t: Option<Timestamp>) -> Result<bool, Error> {
        let Self { running, held, extent, .. } = self;
        match (extent, t) {
            (Extent::Recent(clock, span), t) => {
                let time = match t {
                    // A row of a window that is being merged.
                    Some(Timestamp::Naive(row)) if clock.counts_rows() => row,
                    t => clock.next(t, span.now)?,
                };
                let inside = span.update(time, symbols, |_| (), moving(running, held));
                hold::<K, N>(held, symbols);
                if !inside {
                    release::<K, N>(held, symbols);
                }
            }
            (Extent::Newest(size, queue), None) => {
                if queue.len() as u64 == *size
                    && let Some(oldest) = queue.pop()
                {
                    moving(running, held)(Turn::Leave, oldest);
                }
                queue.push(symbols);
                moving(running, held)(Turn::Enter, symbols);
                hold::<K, N>(held, symbols);
            }
            _ => self.admit(t)?,
        }
        Ok(false)
    }

    fn rows(&self) -> i128 {
        if let Extent::Recent(clock, span) = &self.extent { span.rows(*clock) } else { 0 }
    }

    fn advance(&mut self, t: Option<Timestamp>) -> Result<bool, Error> {
        if let Extent::Recent(clock, span) = &mut self.extent {
            let time = match t {
                Some(Timestamp::Naive(row)) if clock.counts_rows() => row,
                t => clock.next(t, span.now)?,
            };
            span.advance(time, |_| (), moving(&mut self.running, &mut self.held));
        }
        Ok(false)
    }
}

impl<K: RollableSymbols<N>, const N: usize> Categorical<N> for SymbolWindow<K, N> {
    const RETURNS_SYMBOL: bool = K::RETURNS_SYMBOL;
    const SHARED: bool = K::SHARED;

    fn update(&mut self, symbols: [Symbol; N]) {
        // No observation is refused by count, nor if rows are counted; windows by time are not updated this way.
        _ = self.update_at(symbols, None);
    }

    /// Only updates change a window.
    fn revert(&mut self, _: [Symbol; N]) -> Result<(), Error> {
        Err(Error::NotSeen)
    }

    fn get(&self) -> Value {
        if (self.len() as u64) < self.min_samples {
            return Value::Nothing;
        }
        self.kernel.value_of(&self.running).unwrap_or_else(|| self.replayed().get())
    }

    fn n(&self) -> u64 {
        self.len() as u64
    }

    fn next_freed(&mut self, variable: usize) -> Option<Freed> {
        loop {
            let freed = self.held[variable].next_freed()?;
            if !(K::SHARED && freed.reused) {
                return Some(freed);
            }
        }
    }

    fn symbols(&self, variable: usize) -> Vec<Symbol> {
        self.held[variable].symbols()
    }

    fn validate(&self) -> Result<(), &'static str> {
        match &self.extent {
            Extent::Newest(size, queue) => {
                validate::ensure(*size >= 1, "a window of no size")?;
                validate::ensure(queue.len() as u64 <= *size, "more values than the window takes")
            }
            Extent::Recent(clock, span) => span.validate(*clock),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::statistics::{ChiSquared, CountDistinct, Entropy, KullbackLeibler, Mode, RollingMode};

    /// Against a fresh statistic over the observations in the window, at points in time that come late, wait, and are over.
    fn compare<K: RollableSymbols<N>, const N: usize>(kernel: &K, near: impl Fn(&K, &K) -> bool) {
        let mut random = fastrand::Rng::with_seed(7);
        for closed in [Closed::Right, Closed::Left, Closed::Both, Closed::Neither] {
            let mut by_count = SymbolWindow::by_count(kernel.clone(), 0, 6).unwrap();
            let mut by_time = SymbolWindow::by_time(kernel.clone(), 0, 5_000_000_000, closed).unwrap();
            let mut by_rows = SymbolWindow::by_rows(kernel.clone(), 0, 11).unwrap();
            let (mut all, mut events) = (Vec::new(), Vec::new());
            for i in 0..400 {
                let symbols: [Symbol; N] = array::from_fn(|_| random.u32(..5));
                let t = f64::from(i / 3) - f64::from(random.u8(..3)) * 4.0;
                by_count.update(symbols);
                // In every second row an observation is missing.
                by_rows.advance(None).unwrap();
                by_rows.update(symbols);
                by_time.update_at(symbols, Some(Timestamp::Seconds(t))).unwrap();
                all.push(symbols);
                events.push((t, symbols));
                let now = events.iter().map(|event| event.0).fold(t, f64::max);
                let mut inside: Vec<_> = events
                    .iter()
                    .filter(|(t, _)| match closed {
                        Closed::Right => now - t < 5.0,
                        Closed::Left => now - t <= 5.0 && *t < now,
                        Closed::Both => now - t <= 5.0,
                        Closed::Neither => now - t < 5.0 && *t < now,
                    })
                    .copied()
                    .collect();
                inside.sort_by(|a, b| a.0.total_cmp(&b.0));
                let of = |values: &mut dyn Iterator<Item = [Symbol; N]>| {
                    let (mut fresh, mut known) = (kernel.clone(), Vec::new());
                    values.for_each(|symbols| update_known(&mut fresh, &mut known, symbols));
                    fresh
                };
                let newest = of(&mut all[all.len().saturating_sub(6)..].iter().copied());
                let recent = of(&mut inside.iter().map(|event| event.1));
                let lengths = [all.len().min(6), inside.len(), all.len().min(6)];
                let windows = [(&mut by_count, newest.clone()), (&mut by_time, recent), (&mut by_rows, newest)];
                for (i, (window, fresh)) in windows.into_iter().enumerate() {
                    assert!(near(&window.statistic(), &fresh), "{i}");
                    assert_eq!(window.len(), lengths[i]);
                    for variable in 0..N {
                        // A symbol is freed once it is neither in the window nor waiting.
                        while let Some(freed) = window.next_freed(variable) {
                            assert_eq!(freed.reused, window.symbols(variable).contains(&freed.symbol));
                        }
                    }
                    window.validate().unwrap();
                }
            }
        }
    }

    #[test]
    fn a_window_has_seen_what_is_in_it() -> Result<(), Error> {
        let value = |kernel: &Entropy| kernel.entropy();
        for fading_factor in [1.0, 0.9] {
            compare(&Entropy::new(fading_factor, 0.0)?, |a, b| (value(a) - value(b)).abs() < 1e-13);
        }
        compare(&ChiSquared::new(false), |a, b| (a.chi_squared() - b.chi_squared()).abs() < 1e-12);
        compare(&KullbackLeibler::new(), |a, b| a.divergence() == b.divergence());
        compare(&CountDistinct::new(), |a, b| a.get() == b.get());
        compare(&RollingMode::new(3)?, |a, b| a.get() == b.get());
        compare(&Mode::new(2)?, |a, b| a.get() == b.get());
        // Of equally frequent values one may have been in the window before its oldest value.
        let most = |mode: &Mode| match mode.get() {
            Value::Symbol(symbol) => mode.counts().count(symbol),
            _ => 0,
        };
        compare(&Mode::new(-1)?, |a, b| most(a) == most(b));
        Ok(())
    }
}
