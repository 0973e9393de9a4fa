//! Windows over hashable values as they are stored.

use crate::kernels::{
    numerics::validate,
    structures::{chunked_queue::ChunkedQueue, counts::Counts},
    traits::{Categorical, Symbol},
    window::{
        clock::Clock,
        symbol_window::{Extent, RollableSymbols, SymbolWindow, turn},
        time_span::{Span, Stored, Turn},
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::array;

/// The numbers of an observation's symbols in a stored state; the second is used only if there are two variables.
type Numbers = (u32, u32);

fn numbered<K: Categorical<N>, const N: usize>(symbols: [Symbol; N], numbers: &[Vec<u32>; N]) -> Numbers {
    let number = |variable: usize| numbers[K::owner(variable)][symbols[variable] as usize];
    (number(0), number(N - 1))
}

/// What a stored window holds: the running state follows from its observations, and from the order in which their
/// symbols arrived, if that is a different one.
#[derive(Serialize, Deserialize)]
struct StoredWindow<K> {
    min_samples: u64,
    kernel: K,
    orders: Vec<Vec<u32>>,
    extent: StoredExtent,
}

#[derive(Serialize, Deserialize)]
enum StoredExtent {
    Newest(u64, Vec<Numbers>),
    Recent(Clock, Stored<Numbers>),
}

impl<K: RollableSymbols<N>, const N: usize> Serialize for SymbolWindow<K, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let numbers = self.held.each_ref().map(Counts::numbers);
        let order = |variable: usize| {
            let symbols = self.running.symbols(variable).into_iter();
            symbols.map(|symbol| numbers[variable][symbol as usize]).collect()
        };
        let extent = match &self.extent {
            Extent::Newest(size, queue) => {
                StoredExtent::Newest(*size, queue.iter().map(|&symbols| numbered::<K, N>(symbols, &numbers)).collect())
            }
            Extent::Recent(clock, span) => {
                StoredExtent::Recent(*clock, span.stored().map(|symbols| numbered::<K, N>(symbols, &numbers)))
            }
        };
        let orders = (0..N).map(order).collect();
        StoredWindow { min_samples: self.min_samples, kernel: &self.kernel, orders, extent }.serialize(serializer)
    }
}

impl<'de, K: RollableSymbols<N>, const N: usize> Deserialize<'de> for SymbolWindow<K, N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::restored(StoredWindow::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl<K: RollableSymbols<N>, const N: usize> SymbolWindow<K, N> {
    fn restored(stored: StoredWindow<K>) -> Result<Self, &'static str> {
        let StoredWindow { min_samples, kernel, orders, extent } = stored;
        kernel.validate()?;
        validate::ensure(kernel.n() == 0, "a window of a statistic that is not empty")?;
        let symbols = |(first, last): Numbers| array::from_fn(|i| if i == 0 { first } else { last });
        let extent: Extent<[Symbol; N]> = match extent {
            StoredExtent::Newest(size, events) => {
                let mut queue = ChunkedQueue::default();
                events.into_iter().for_each(|numbers| queue.push(symbols(numbers)));
                Extent::Newest(size, queue)
            }
            StoredExtent::Recent(clock, stored) => {
                Extent::Recent(clock, Box::new(Span::restored(stored.map(symbols), |_| (), |_, _| ())?))
            }
        };
        let mut window = Self::new(kernel, min_samples, extent);
        let mut all = Vec::new();
        window.extent.for_each(|symbols| all.push(symbols));
        let inside = all.len();
        if let Extent::Recent(_, span) = &window.extent {
            all.extend_from_slice(span.pending());
        }
        let mut counts: [Vec<u64>; N] = array::from_fn(|_| Vec::new());
        for (variable, &symbol) in all.iter().flat_map(|symbols| symbols.iter().enumerate()) {
            let (counts, symbol) = (&mut counts[K::owner(variable)], symbol as usize);
            validate::ensure(symbol < N * all.len(), "a value that is missing")?;
            counts.resize(counts.len().max(symbol + 1), 0);
            counts[symbol] += 1;
        }
        for (held, counts) in window.held.iter_mut().zip(counts) {
            *held = Counts::try_from(counts.as_slice())?;
        }
        // Each symbol first enters once in the stored order, which the observations then do not change, and leaves
        // again at the end.
        let distinct = |variable: usize| window.held[variable].distinct();
        let orders = <[Vec<u32>; N]>::try_from(orders).map_err(|_| "the order of its values is missing")?;
        let known = |(variable, order): (usize, &Vec<u32>)| {
            order.len() <= distinct(variable) && order.iter().all(|&symbol| (symbol as usize) < distinct(variable))
        };
        validate::ensure(orders.iter().enumerate().all(known), "an order of other values")?;
        let empty = orders[K::owners()].iter().any(Vec::is_empty);
        validate::ensure(empty == (inside == 0), "the order of its values is missing")?;
        let longest = if empty { 0 } else { orders.iter().map(Vec::len).max().unwrap_or(0) };
        let primer = |order: &Vec<u32>, i: usize| order[i.min(order.len() - 1)];
        let primers = (0..longest).map(|i| array::from_fn(|variable| primer(&orders[K::owner(variable)], i)));
        let primers: Vec<[Symbol; N]> = primers.collect();
        let running = &mut window.running;
        primers.iter().chain(&all[..inside]).for_each(|&symbols| turn(running, Turn::Enter, symbols));
        primers.iter().for_each(|&symbols| turn(running, Turn::Leave, symbols));
        let same = (0..N).all(|variable| running.symbols(variable) == orders[variable]);
        validate::ensure(same, "an order of other values")?;
        Ok(window)
    }
}
