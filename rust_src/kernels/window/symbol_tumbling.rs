//! A categorical statistic over tumbling windows; it is a categorical statistic itself.

use crate::{
    Error,
    kernels::{
        numerics::{timestamp::Timestamp, validate},
        traits::{Categorical, Freed, Symbol, Value},
        window::{
            bounds::{Bounds, Which},
            symbols::{Part, TimedSymbols},
            tumbling::{Step, Succession},
        },
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{array, mem};

/// A categorical statistic that starts anew with each window.
#[derive(Clone, Debug)]
pub struct SymbolTumbling<K: Categorical<N>, const N: usize> {
    /// The progress of the windows.
    windows: Succession,
    empty: K,
    open: K,
    closed: Option<Part<K, N>>,
    /// Which statistics use a symbol: [`OPEN`], [`CLOSED`].
    users: [Vec<u8>; N],
    vacated: [Vec<Symbol>; N],
}

const OPEN: u8 = 1;
const CLOSED: u8 = 2;

impl<K: Categorical<N>, const N: usize> SymbolTumbling<K, N> {
    /// A statistic, passed in empty, over tumbling windows.
    pub fn new(kernel: K, windows: Succession) -> Self {
        let (users, vacated) = (array::from_fn(|_| Vec::new()), array::from_fn(|_| Vec::new()));
        Self { windows, open: kernel.clone(), empty: kernel, closed: None, users, vacated }
    }

    fn close(&mut self) {
        self.closed = Some(Part { kernel: mem::replace(&mut self.open, self.empty.clone()), symbols: None });
        for (users, vacated) in self.users.iter_mut().zip(&mut self.vacated) {
            for (user, symbol) in users.iter_mut().zip(0..) {
                let before = mem::replace(user, if *user & OPEN > 0 { CLOSED } else { 0 });
                if before > 0 && *user == 0 {
                    vacated.push(symbol);
                }
            }
        }
    }

    fn update_open(&mut self, symbols: [Symbol; N]) {
        for (variable, symbol) in symbols.into_iter().enumerate() {
            let users = &mut self.users[K::owner(variable)];
            users.resize(users.len().max(symbol as usize + 1), 0);
        }
        // Only statistics of one variable refuse new values, and the closed window may know this one.
        if !self.open.accepts_new() && self.users[0][symbols[0] as usize] & OPEN == 0 {
            return self.open.skip(1);
        }
        self.open.update(symbols);
        for (variable, symbol) in symbols.into_iter().enumerate() {
            let users = &mut self.users[K::owner(variable)];
            users[symbol as usize] |= OPEN;
            while let Some(Freed { symbol, reused }) = self.open.next_freed(variable) {
                if !reused {
                    users[symbol as usize] &= !OPEN;
                }
                if users[symbol as usize] & CLOSED == 0 {
                    self.vacated[variable].push(symbol);
                }
            }
        }
    }
}

impl<K: Categorical<N>, const N: usize> TimedSymbols<N> for SymbolTumbling<K, N> {
    type Kernel = K;

    fn part(&self, which: Which) -> Option<Part<K, N>> {
        let kernel = match which {
            Which::Empty => self.empty.clone(),
            Which::Current => self.open.clone(),
            Which::Closed => return self.closed.clone(),
        };
        Some(Part { kernel, symbols: None })
    }

    fn n_late(&self) -> u64 {
        self.windows.n_late()
    }

    fn bounds(&self) -> Bounds {
        self.windows.bounds()
    }

    fn min_samples(&self) -> u64 {
        self.windows.min_samples
    }

    fn admit(&self, t: Option<Timestamp>) -> Result<(), Error> {
        self.windows.refuse_time_by_count(t)?;
        self.windows.judge(t).map(drop)
    }

    fn update_at(&mut self, symbols: [Symbol; N], t: Option<Timestamp>) -> Result<bool, Error> {
        let step = self.windows.judge(t)?;
        self.windows.count(step, t)?;
        if step == Step::Beyond {
            self.close();
        }
        if step != Step::Late {
            self.update_open(symbols);
        }
        if step == Step::Last {
            self.close();
        }
        for (variable, symbol) in symbols.into_iter().enumerate().map(|(variable, symbol)| (K::owner(variable), symbol))
        {
            // A symbol that was interned but is not used.
            if self.users[variable].get(symbol as usize).is_none_or(|&users| users == 0)
                && !self.vacated[variable].contains(&symbol)
            {
                self.vacated[variable].push(symbol);
            }
        }
        Ok(matches!(step, Step::Beyond | Step::Last))
    }

    fn advance(&mut self, t: Option<Timestamp>) -> Result<bool, Error> {
        let Some(t) = t else { return Ok(false) };
        let closes = self.windows.advance(t)?;
        if closes {
            self.close();
        }
        Ok(closes)
    }
}

impl<K: Categorical<N>, const N: usize> Categorical<N> for SymbolTumbling<K, N> {
    const RETURNS_SYMBOL: bool = K::RETURNS_SYMBOL;
    const SHARED: bool = K::SHARED;

    fn update(&mut self, symbols: [Symbol; N]) {
        // By count no observation is refused, and windows by time are not updated this way.
        _ = self.update_at(symbols, None);
    }

    /// Only updates change a window.
    fn revert(&mut self, _: [Symbol; N]) -> Result<(), Error> {
        Err(Error::NotSeen)
    }

    fn get(&self) -> Value {
        match self.closed.as_ref().filter(|_| self.windows.has_value()) {
            None => Value::Nothing,
            Some(part) => match part.kernel.get() {
                Value::Symbol(symbol) => Value::Symbol(part.here(0, symbol)),
                value => value,
            },
        }
    }

    fn n(&self) -> u64 {
        self.windows.n()
    }

    fn next_freed(&mut self, variable: usize) -> Option<Freed> {
        loop {
            let symbol = self.vacated[variable].pop()?;
            let reused = self.users[variable].get(symbol as usize).is_some_and(|&users| users > 0);
            if !(K::SHARED && reused) {
                return Some(Freed { symbol, reused });
            }
        }
    }

    /// The symbols of the open window first: a stored statistic numbers them from 0 on.
    fn symbols(&self, variable: usize) -> Vec<Symbol> {
        let mut symbols = self.open.symbols(variable);
        let is_open = |symbol: Symbol| self.users[variable][symbol as usize] & OPEN > 0;
        symbols.extend(self.closed.iter().flat_map(|part| part.used(variable)).filter(|&symbol| !is_open(symbol)));
        symbols
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.windows.validate()?;
        let closed = self.closed.as_ref().map(|part| &part.kernel);
        [&self.empty, &self.open].into_iter().chain(closed).try_for_each(K::validate)?;
        validate::ensure(self.empty.n() == 0, "a window of a statistic that is not empty")?;
        validate::ensure(self.closed.is_some() == self.windows.has_closed(), "a closed window is missing")
    }
}

/// The windows, the statistics, and for each symbol of the closed one its number here.
type StoredTumbling<K, C> = (Succession, K, K, Option<(C, Vec<Vec<u32>>)>);

impl<K: Categorical<N>, const N: usize> Serialize for SymbolTumbling<K, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = |variable: usize, part: &Part<K, N>| {
            let mut numbers = vec![0; self.users[variable].len()];
            self.symbols(variable).into_iter().zip(0..).for_each(|(symbol, number)| numbers[symbol as usize] = number);
            part.used(variable).map(|symbol| numbers[symbol as usize]).collect::<Vec<u32>>()
        };
        let closed = self.closed.as_ref().map(|part| {
            let numbers: Vec<_> = (0..N).map(|variable| number(variable, part)).collect();
            (&part.kernel, numbers)
        });
        (&self.windows, &self.empty, &self.open, closed).serialize(serializer)
    }
}

impl<'de, K: Categorical<N>, const N: usize> Deserialize<'de> for SymbolTumbling<K, N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (windows, empty, open, closed): StoredTumbling<K, K> = Deserialize::deserialize(deserializer)?;
        let mut tumbling = Self { open, ..Self::new(empty, windows) };
        for (variable, users) in tumbling.users.iter_mut().enumerate() {
            *users = vec![OPEN; tumbling.open.symbols(variable).len()];
        }
        if let Some((kernel, symbols)) = closed {
            let symbols = <[Vec<u32>; N]>::try_from(symbols).map_err(|_| D::Error::custom("its values are missing"))?;
            for (variable, symbols) in symbols.iter().enumerate() {
                let users = &mut tumbling.users[variable];
                if symbols.len() != kernel.symbols(variable).len() {
                    return Err(D::Error::custom("values and counts differ"));
                }
                for &symbol in symbols {
                    // Symbols that only the closed window uses follow those of the open one, in the order of the closed
                    // one.
                    if symbol as usize == users.len() {
                        users.push(0);
                    }
                    match users.get_mut(symbol as usize) {
                        Some(user) if *user & CLOSED == 0 => *user |= CLOSED,
                        _ => return Err(D::Error::custom("a value that occurs twice or is missing")),
                    }
                }
            }
            tumbling.closed = Some(Part { kernel, symbols: Some(symbols) });
        }
        Ok(tumbling)
    }
}
