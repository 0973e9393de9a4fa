//! Pickles that river 0.19 to 0.26 has written, read into states of this package.
//!
//! River's pickles hold the attributes of its objects. [`read`] turns those that say what a statistic has seen into the
//! state of the class of the same name, which reads and checks it like any other. It looks into built-in types,
//! numbers, and statistics that were read before; other objects are only asked for their value as a number, their hash
//! and whether they are equal.

use crate::{
    Error,
    kernels::{
        accumulators::{comoments::Comoments, dispersion::Dispersion, weighted_sum::WeightedSum},
        statistics::{
            auto_corr::AutoCorr,
            bayesian_mean::BayesianMean,
            chi_squared::ChiSquared,
            count::Count,
            cov::Cov,
            entropy::Entropy,
            ew_cov::EwCov,
            ew_mean::EwMean,
            ew_var::EwVar,
            iqr::Iqr,
            kolmogorov_smirnov::KolmogorovSmirnov,
            kurtosis::Kurtosis,
            mad::Mad,
            mean::Mean,
            min_max::{AbsMax, Max, Min},
            mode::Mode,
            peak_to_peak::PeakToPeak,
            pearson::PearsonCorr,
            quantile::Quantile,
            rolling_iqr::RollingIqr,
            rolling_min_max::{RollingAbsMax, RollingMax, RollingMin},
            rolling_peak_to_peak::RollingPeakToPeak,
            rolling_quantile::RollingQuantile,
            sem::Sem,
            shift::Shift,
            skew::Skew,
            sum::Sum,
            var::Var,
        },
        traits::{Categorical, Statistic},
        watermill_states::{
            RiverEwMean, RiverIqr, RiverKurtosis, RiverPeakToPeak, RiverQuantile, RiverRollingIqr,
            RiverRollingQuantile, RiverSkew, WatermillEwMean, WatermillQuantile, WrappedEwMean, WrappedEwVar,
        },
    },
    python::{
        convert::number::Integer,
        state::{envelope, shift, values::Token},
    },
};
use pyo3::{
    exceptions::{PyException, PyMemoryError, PyValueError},
    prelude::*,
    types::{PyBytes, PyDict, PyList, PyTuple},
};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::HashSet;

/// What `Stateful::set_state` takes: the kernel as bytes, and the objects that go with it.
type State<'py> = (Vec<u8>, Vec<Bound<'py, PyAny>>);

/// Reads what a pickle of river's `class` holds: the attributes of an object, or the bytes of a `Rs*` one. Returns the
/// state, and the attributes that are not river's.
pub fn read<'py>(class: &'static str, state: &Bound<'py, PyAny>) -> PyResult<(State<'py>, Bound<'py, PyAny>)> {
    if let Ok(bytes) = state.cast::<PyBytes>() {
        let kernel = watermill(class, bytes.as_bytes())?;
        return Ok(((kernel, Vec::new()), state.py().None().into_bound(state.py())));
    }
    let attributes = Attributes::new(class, state)?;
    let state = read_attributes(&attributes)?;
    Ok((state, attributes.rest()?))
}

/// The ValueError that says why an object of river's cannot be read.
pub fn unreadable(py: Python<'_>, class: &'static str, error: PyErr) -> PyErr {
    let wrong = error.is_instance_of::<PyException>(py) && !error.is_instance_of::<PyMemoryError>(py);
    if !wrong || error.is_instance_of::<PyValueError>(py) {
        return error;
    }
    let invalid = PyErr::from(Error::state(class, format!("what river stored cannot be read: {}", error.value(py))));
    invalid.set_cause(py, Some(error));
    invalid
}

/// The state of a kernel of the class, from bytes that river's `Rs*` class of that name has written.
fn watermill(class: &'static str, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    match class {
        "EWMean" => either::<EwMean, WrappedEwMean<WatermillEwMean>, WrappedEwMean<RiverEwMean>>(class, bytes),
        "EWVar" => either::<EwVar, WrappedEwVar<WatermillEwMean>, WrappedEwVar<RiverEwMean>>(class, bytes),
        "IQR" => either::<Iqr, RiverIqr<WatermillQuantile>, RiverIqr<RiverQuantile>>(class, bytes),
        "Kurtosis" => either::<Kurtosis, RiverKurtosis, RiverKurtosis>(class, bytes),
        "PeakToPeak" => either::<PeakToPeak, RiverPeakToPeak, RiverPeakToPeak>(class, bytes),
        "Quantile" => either::<Quantile, WatermillQuantile, RiverQuantile>(class, bytes),
        "RollingIQR" => either::<RollingIqr, RiverRollingIqr, RiverRollingIqr>(class, bytes),
        "RollingQuantile" => either::<RollingQuantile, RiverRollingQuantile, RiverRollingQuantile>(class, bytes),
        "Skew" => either::<Skew, RiverSkew, RiverSkew>(class, bytes),
        _ => Err(Error::state(class, "river stored no object of this class as bytes")),
    }
}

/// Reads the layout of river before 0.24 or the one since. Bytes cannot be valid in both, since the lengths differ.
fn either<K, Before, Since>(class: &'static str, bytes: &[u8]) -> Result<Vec<u8>, Error>
where
    K: Statistic + TryFrom<Before, Error = Error> + TryFrom<Since, Error = Error>,
    Before: DeserializeOwned,
    Since: DeserializeOwned,
{
    let kernel: K = match (envelope::bare(bytes), envelope::bare(bytes)) {
        (Some(state), _) => TryFrom::<Before>::try_from(state)?,
        (None, Some(state)) => TryFrom::<Since>::try_from(state)?,
        (None, None) => return Err(Error::state(class, "its bytes are not in a layout of river's")),
    };
    envelope::seal(class, &kernel)
}

/// The state, from the attributes of river's object.
fn read_attributes<'py>(attributes: &Attributes<'py>) -> PyResult<State<'py>> {
    match attributes.class {
        "AbsMax" => attributes.seal(&AbsMax::from_state(attributes.number("abs_max")?)),
        "AutoCorr" => {
            let window = numbers(&attributes.take("window")?)?;
            attributes.seal(&AutoCorr::from_state(
                attributes.integer("lag")?,
                window,
                &attributes.part("pearson", "PearsonCorr")?,
            )?)
        }
        "BayesianMean" => {
            let Mean { sum } = attributes.part("_mean", "Mean")?;
            attributes.seal(&BayesianMean {
                sum,
                ..BayesianMean::new(attributes.number("prior")?, attributes.number("prior_weight")?)?
            })
        }
        "ChiSquared" => chi_squared(attributes),
        "Count" => {
            let mut count = Count::new();
            count.update_times(attributes.natural("n")?);
            attributes.seal(&count)
        }
        "Cov" => {
            let (x, y): (Mean, Mean) = (attributes.part("mean_x", "Mean")?, attributes.part("mean_y", "Mean")?);
            let (n, ddof) = (x.n(), Cov::new(attributes.integer("ddof")?)?.ddof);
            attributes.agree(n == y.n(), "two numbers of pairs")?;
            // River's divisor, which is at least 1.
            let products = attributes.number("cov")? * (n - ddof as f64).max(1.0);
            attributes.seal(&Cov { comoments: Comoments::from_state(n, mean(&x), mean(&y), products), ddof })
        }
        "EWCov" => {
            let [x, y, products] =
                ["_mean_x", "_mean_y", "_mean_xy"].map(|name| attributes.part::<EwMean>(name, "EWMean"));
            let means = (x?.mean(), y?.mean(), products?.mean());
            let means = if let (Some(x), Some(y), Some(xy)) = means { Some((x, y, xy)) } else { None };
            attributes.seal(&EwCov::from_state(attributes.number("fading_factor")?, means)?)
        }
        "EWMean" => attributes.wrapped("_ewmean", &["fading_factor", "mean"]),
        "EWVar" => attributes.wrapped("_ewvar", &["fading_factor"]),
        "Entropy" => entropy(attributes),
        "IQR" => attributes.wrapped("_iqr", &["q_inf", "q_sup", "_is_updated"]),
        "KolmogorovSmirnov" => kolmogorov_smirnov(attributes),
        "Kurtosis" => attributes.wrapped("_kurtosis", &["bias"]),
        "Link" => Ok((Vec::new(), vec![attributes.take("left")?, attributes.take("right")?])),
        "MAD" => {
            let (median, distance) =
                (attributes.part("median", "Quantile")?, attributes.part("_quantile", "Quantile")?);
            attributes.forget(&["q", "_is_updated"])?;
            attributes.seal(&Mad::of(median, distance))
        }
        "Max" => attributes.seal(&Max::from_state(attributes.number("max")?)),
        "Mean" => attributes.seal(&Mean::from_state(attributes.number("n")?, attributes.number("_mean")?)?),
        "Min" => attributes.seal(&Min::from_state(attributes.number("min")?)),
        "Mode" => {
            let (keys, counts) = attributes.counts("counts")?;
            attributes.seal_with_keys(&counted(Mode::new(attributes.integer("k")?)?, &counts), [keys])
        }
        "PeakToPeak" => attributes.wrapped("_ptp", &["_is_updated"]),
        "PearsonCorr" => {
            let (x, y): (Var, Var) = (attributes.part("var_x", "Var")?, attributes.part("var_y", "Var")?);
            let both: Cov = attributes.part("cov_xy", "Cov")?;
            attributes.agree(x.n() == y.n() && y.n() == both.n(), "two numbers of pairs")?;
            let comoments = Comoments::from_sides(x.deviations, y.deviations, both.comoments.products());
            attributes.seal(&PearsonCorr { comoments, ddof: both.ddof })
        }
        "Quantile" => attributes.wrapped("_quantile", &["q", "_is_updated"]),
        "RollingAbsMax" => {
            let (size, values) = window(&attributes.take("window")?)?;
            attributes.seal(&filled(RollingAbsMax::new(size)?, &values))
        }
        "RollingIQR" => attributes.wrapped("_rolling_iqr", &["q_inf", "q_sup", "window_size_value", "_is_updated"]),
        "RollingMax" => {
            let (size, values) = window(&attributes.take("window")?)?;
            attributes.seal(&filled(RollingMax::new(size)?, &values))
        }
        "RollingMin" => {
            let (size, values) = window(&attributes.take("window")?)?;
            attributes.seal(&filled(RollingMin::new(size)?, &values))
        }
        "RollingMode" => rolling_mode(attributes),
        "RollingPeakToPeak" => {
            let (max, min): (RollingMax, RollingMin) =
                (attributes.part("max", "RollingMax")?, attributes.part("min", "RollingMin")?);
            let bits = |window: Vec<f64>| window.into_iter().map(f64::to_bits).collect::<Vec<_>>();
            attributes.agree(bits(max.arrivals()) == bits(min.arrivals()), "two windows")?;
            attributes.seal(&filled(RollingPeakToPeak::new(max.window_size.into())?, &max.arrivals()))
        }
        "RollingQuantile" => attributes.wrapped("_rolling_quantile", &["q", "window_size_value", "_is_updated"]),
        "SEM" => {
            let (deviations, ddof) = deviations(attributes)?;
            attributes.seal(&Sem { deviations, ddof })
        }
        "Shift" => {
            let fill_value: Option<Py<PyAny>> = attributes.take("fill_value")?.extract()?;
            let mut shift = Shift::new(attributes.integer("amount")?, fill_value)?;
            for value in values(&attributes.take("buffer")?)? {
                shift.push(value.unbind());
            }
            shift::state(attributes.py(), &shift)
        }
        "Skew" => attributes.wrapped("_skew", &["bias"]),
        "Sum" => attributes.seal(&Sum { sum: WeightedSum::of_total(attributes.number("sum")?) }),
        "Var" => {
            let (deviations, ddof) = deviations(attributes)?;
            attributes.seal(&Var { deviations, ddof })
        }
        class => Err(Error::state(class, "river has no such class").into()),
    }
}

/// The mean that the statistic has, 0 without values.
fn mean(mean: &Mean) -> f64 {
    mean.get().unwrap_or_default()
}

/// The deviations of a `Var`, and its `ddof`.
fn deviations(attributes: &Attributes<'_>) -> PyResult<(Dispersion, u64)> {
    let known: Mean = attributes.part("mean", "Mean")?;
    let squares = attributes.number("_S")?;
    // River's rounding errors can make it negative.
    let squares = if squares < 0.0 { 0.0 } else { squares };
    Ok((Dispersion::from_state(known.n(), mean(&known), squares), Var::new(attributes.integer("ddof")?)?.ddof))
}

/// A statistic after these values.
fn filled<K: Statistic<Input = f64>>(mut statistic: K, values: &[f64]) -> K {
    statistic.update_many(values);
    statistic
}

/// A statistic after the symbols from 0 on, each as often as its count says.
fn counted<K: Categorical<1>>(mut statistic: K, counts: &[u64]) -> K {
    for (&times, symbol) in counts.iter().zip(0..) {
        statistic.update_times([symbol], times);
    }
    statistic
}

fn entropy<'py>(attributes: &Attributes<'py>) -> PyResult<State<'py>> {
    let (keys, counts) = attributes.counts("counter")?;
    let entropy = Entropy::new(attributes.number("fading_factor")?, attributes.number("eps")?)?;
    attributes.forget(&["entropy"])?;
    attributes.agree(attributes.natural("n")? == counts.iter().sum::<u64>(), "counts and their number differ")?;
    if entropy.fading_factor < 1.0 && !counts.is_empty() {
        let lost = "river stored how often each value came but not when, so how far its weight has faded is lost";
        return Err(Error::state(attributes.class, lost).into());
    }
    attributes.seal_with_keys(&counted(entropy, &counts), [keys])
}

fn rolling_mode<'py>(attributes: &Attributes<'py>) -> PyResult<State<'py>> {
    let queue = attributes.take("window")?;
    let (keys, counts) = attributes.counts("counts")?;
    let mut symbols = Symbols::new(attributes.py());
    for key in &keys {
        symbols.of(key)?;
    }
    let window = values(&queue)?.iter().map(|value| symbols.of(value)).collect::<PyResult<Vec<_>>>()?;
    attributes.agree(symbols.keys.len() == keys.len(), "a value without its count")?;
    // As it is serialised: of equally frequent values, the counts tell which has been in the window longest.
    attributes.seal_with_keys(&(size_of_queue(&queue)?, counts, window), [keys])
}

fn chi_squared<'py>(attributes: &Attributes<'py>) -> PyResult<State<'py>> {
    let (mut rows, mut columns) = (Symbols::new(attributes.py()), Symbols::new(attributes.py()));
    let mut table = ChiSquared::new(false);
    let mut n = 0_u64;
    for (row, counts) in attributes.take("counts")?.cast_into::<PyDict>()? {
        let (keys, counts) = counts_in(&counts)?;
        n = n.saturating_add(counts.iter().sum::<u64>());
        attributes.agree(n <= MOST, "more observations than a stream can have")?;
        for (column, times) in keys.iter().zip(counts) {
            table.update_times([rows.of(&row)?, columns.of(column)?], times);
        }
    }
    attributes.forget(&["x_totals", "y_totals"])?;
    attributes.agree(attributes.natural("n")? == n, "counts and their number differ")?;
    attributes.seal_with_keys(&table, [rows.keys, columns.keys])
}

/// Walks the tree in which river keeps both samples, in order: each node holds a value and the sample that it belongs
/// to.
fn kolmogorov_smirnov<'py>(attributes: &Attributes<'py>) -> PyResult<State<'py>> {
    let class = attributes.py().import("river.stats.kolmogorov_smirnov")?.getattr("_Node")?;
    let mut next = attributes.take("treap")?;
    let (mut samples, mut path, mut seen) = ([Vec::new(), Vec::new()], Vec::new(), HashSet::new());
    loop {
        while !next.is_none() {
            // A node that occurs twice would lead to an endless loop.
            attributes.agree(
                next.get_type().is(&class) && seen.insert(next.as_ptr() as usize),
                "its samples are not in a tree",
            )?;
            let left = next.getattr("left")?;
            path.push(next);
            next = left;
        }
        let Some(node) = path.pop() else { break };
        let (value, sample): (f64, usize) = node.getattr("key")?.extract()?;
        attributes.agree(sample < samples.len(), "a value that belongs to neither sample")?;
        samples[sample].push(value);
        next = node.getattr("right")?;
    }
    let [xs, ys] = samples;
    let n = attributes.natural("n_samples")?;
    attributes.agree(xs.len() as u64 == n && ys.len() as u64 == n, "samples and their size differ")?;
    let mut statistic = KolmogorovSmirnov::new(attributes.take("statistic")?.extract()?)?;
    xs.into_iter().zip(ys).for_each(|pair| statistic.update(pair));
    attributes.seal(&statistic)
}

/// The attributes of an object of river's. Those that are read are removed.
struct Attributes<'py> {
    class: &'static str,
    instance: Bound<'py, PyDict>,
    slots: Option<Bound<'py, PyAny>>,
}

impl<'py> Attributes<'py> {
    /// As `object.__getstate__` returns them: a dict, or a pair of a dict (or None) and one of slots.
    fn new(class: &'static str, state: &Bound<'py, PyAny>) -> PyResult<Self> {
        let (instance, slots) = match state.cast::<PyTuple>() {
            Ok(pair) if pair.len() == 2 => (pair.get_item(0)?, Some(pair.get_item(1)?)),
            _ => (state.clone(), None),
        };
        match instance.cast::<PyDict>() {
            Ok(instance) => Ok(Self { class, instance: instance.copy()?, slots }),
            Err(_) => Err(Error::state(class, "it was written neither by this package nor by river").into()),
        }
    }

    fn py(&self) -> Python<'py> {
        self.instance.py()
    }

    /// Those that are left.
    fn rest(self) -> PyResult<Bound<'py, PyAny>> {
        match self.slots {
            Some(slots) => Ok(PyTuple::new(slots.py(), [self.instance.as_any(), &slots])?.into_any()),
            None => Ok(self.instance.into_any()),
        }
    }

    fn take(&self, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let found = self.instance.get_item(name)?;
        let found = found.ok_or_else(|| Error::state(self.class, format!("river's attribute {name} is missing")))?;
        self.instance.del_item(name)?;
        Ok(found)
    }

    /// Removes attributes that follow from others, if they are there.
    fn forget(&self, names: &[&str]) -> PyResult<()> {
        for name in names {
            if self.instance.contains(name)? {
                self.instance.del_item(name)?;
            }
        }
        Ok(())
    }

    fn number(&self, name: &str) -> PyResult<f64> {
        self.take(name)?.extract()
    }

    fn integer(&self, name: &str) -> PyResult<i128> {
        Ok(self.take(name)?.extract::<Integer>()?.into())
    }

    /// A number of observations.
    fn natural(&self, name: &str) -> PyResult<u64> {
        let n = self.take(name)?.extract()?;
        self.agree(n <= MOST, "more observations than a stream can have")?;
        Ok(n)
    }

    fn counts(&self, name: &str) -> PyResult<(Vec<Bound<'py, PyAny>>, Vec<u64>)> {
        counts_in(&self.take(name)?)
    }

    /// A statistic among the attributes, which was read before: its kernel.
    fn part<K: Statistic>(&self, name: &str, class: &'static str) -> PyResult<K> {
        Ok(envelope::open(class, &self.state_of(name, class)?, Statistic::validate)?)
    }

    /// The state of a statistic among the attributes.
    fn state_of(&self, name: &str, class: &'static str) -> PyResult<Vec<u8>> {
        let object = self.take(name)?;
        match object.getattr_opt("_kernel_state")? {
            Some(state) => state.call0()?.get_item(0)?.extract(),
            // An object of river's own extension module, if that is installed alongside this package.
            None => {
                let bytes = object.call_method0("__getstate__")?.cast_into::<PyBytes>()?;
                Ok(watermill(class, bytes.as_bytes())?)
            }
        }
    }

    /// The state of the `Rs*` object that river's class wraps; the attributes `others` follow from it.
    fn wrapped(&self, name: &str, others: &[&str]) -> PyResult<State<'py>> {
        self.forget(others)?;
        Ok((self.state_of(name, self.class)?, Vec::new()))
    }

    fn seal(&self, kernel: &impl Serialize) -> PyResult<State<'py>> {
        Ok((envelope::seal(self.class, kernel)?, Vec::new()))
    }

    /// Seals a state with the keys of each of the kernel's variables.
    fn seal_with_keys<const N: usize>(
        &self,
        kernel: &impl Serialize,
        keys: [Vec<Bound<'py, PyAny>>; N],
    ) -> PyResult<State<'py>> {
        let bytes = envelope::seal(self.class, &(kernel, Vec::<Vec<Token>>::new()))?;
        Ok((bytes, vec![Vec::from(keys).into_pyobject(self.py())?]))
    }

    fn agree(&self, holds: bool, otherwise: &str) -> PyResult<()> {
        if holds { Ok(()) } else { Err(Error::state(self.class, otherwise).into()) }
    }
}

/// More observations than any stream has.
const MOST: u64 = 1 << 62;

/// The symbols of objects: equal ones have the same.
struct Symbols<'py> {
    known: Bound<'py, PyDict>,
    keys: Vec<Bound<'py, PyAny>>,
}

impl<'py> Symbols<'py> {
    fn new(py: Python<'py>) -> Self {
        Self { known: PyDict::new(py), keys: Vec::new() }
    }

    fn of(&mut self, key: &Bound<'py, PyAny>) -> PyResult<u32> {
        if let Some(symbol) = self.known.get_item(key)? {
            return symbol.extract();
        }
        let symbol = self.keys.len() as u32;
        self.known.set_item(key, symbol)?;
        self.keys.push(key.clone());
        Ok(symbol)
    }
}

/// The keys of a dict, and how often each was seen.
fn counts_in<'py>(dict: &Bound<'py, PyAny>) -> PyResult<(Vec<Bound<'py, PyAny>>, Vec<u64>)> {
    let dict = dict.cast::<PyDict>()?;
    let (mut keys, mut counts, mut total) = (Vec::with_capacity(dict.len()), Vec::with_capacity(dict.len()), 0_u64);
    for (key, count) in dict {
        let count: u64 = count.extract()?;
        total = total.saturating_add(count);
        if count == 0 || total > MOST {
            return Err(PyValueError::new_err(format!(
                "a count is at least 1, and not more than a stream has: {count}"
            )));
        }
        keys.push(key);
        counts.push(count);
    }
    Ok((keys, counts))
}

/// The values in a list or a deque; iterating over other types might not end.
fn values<'py>(queue: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let deque = queue.py().import("collections")?.getattr("deque")?;
    if !queue.get_type().is(&deque) && !queue.is_exact_instance_of::<PyList>() {
        return Err(PyValueError::new_err("its values are not in a list or a deque"));
    }
    queue.try_iter()?.collect()
}

fn numbers(queue: &Bound<'_, PyAny>) -> PyResult<Vec<f64>> {
    values(queue)?.iter().map(|value| value.extract()).collect()
}

/// The maximum length of a deque.
fn size_of_queue(deque: &Bound<'_, PyAny>) -> PyResult<u64> {
    deque.getattr("maxlen")?.extract()
}

/// The size of river's `SortedWindow`, and its values in the order of their arrival.
fn window(sorted: &Bound<'_, PyAny>) -> PyResult<(i128, Vec<f64>)> {
    let arrivals = sorted.getattr("unsorted_window")?;
    Ok((size_of_queue(&arrivals)?.into(), numbers(&arrivals)?))
}
