//! `update`, `get` and `revert` of all classes: each written once, for whatever the kernel observes.

use crate::{
    kernels::{
        self,
        numerics::timestamp::Timestamp,
        statistics::extrema::Extremes,
        traits::{self, Revert as _, RevertWeighted as _, Statistic, Timed, Weighted},
    },
    python::{
        classes::{docs, merging::Merges},
        convert::{
            argument::read,
            number::Number,
            signature,
            time::{OptionalTime, Time},
        },
        erased::numbers::Reading,
        ffi::{
            arguments::{Arguments, Bindings, Signature},
            attach::attached,
            descriptor::{FastMethod, Keywords, NoArguments, OneArgument, Returned},
        },
        interning::interned::HoldsObjects,
        sync::kernel_cell::HoldsKernel,
    },
};
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyList, PyType},
};
use std::ffi::CStr;

/// What a kernel of numbers observes.
pub trait Observation: Sized + 'static {
    const PLAIN: &'static Signature;
    const WEIGHTED: &'static Signature;
    const TIMED: &'static Signature;
    /// The index of the weight or the time among the arguments.
    const NUMBERS: usize;

    /// The observation, if the arguments are its numbers and nothing else, all of them positional.
    ///
    /// Always inline: what a call returns in memory would be loaded as one vector, which waits for its parts to be
    /// stored.
    fn bare(arguments: Arguments<'_>, signature: &Signature) -> PyResult<Option<Self>>;
    /// The observation, if its numbers are followed by one further argument.
    fn followed<'py>(
        arguments: Arguments<'py>,
        signature: &Signature,
    ) -> PyResult<Option<(Self, Borrowed<'py, 'py, PyAny>)>>;
    fn bound(bindings: Bindings<'_>) -> PyResult<Self>;
}

#[inline(always)]
fn number(object: Borrowed<'_, '_, PyAny>, name: &str) -> PyResult<f64> {
    read::<Number>(object, name).map(|Number(number)| number)
}

fn bound_number(argument: Option<Borrowed<'_, '_, PyAny>>, name: &str) -> PyResult<f64> {
    let argument = argument.ok_or_else(|| PyTypeError::new_err(format!("{name} is missing")))?;
    number(argument, name)
}

impl Observation for f64 {
    const PLAIN: &'static Signature = &signature::NUMBER;
    const WEIGHTED: &'static Signature = &signature::WEIGHTED_NUMBER;
    const TIMED: &'static Signature = &signature::TIMED_NUMBER;
    const NUMBERS: usize = 1;

    #[inline(always)]
    fn bare(arguments: Arguments<'_>, signature: &Signature) -> PyResult<Option<Self>> {
        let Some([x]) = arguments.exactly(signature) else { return Ok(None) };
        Ok(Some(number(x, "x")?))
    }

    #[inline(always)]
    fn followed<'py>(
        arguments: Arguments<'py>,
        signature: &Signature,
    ) -> PyResult<Option<(Self, Borrowed<'py, 'py, PyAny>)>> {
        let Some([x, further]) = arguments.exactly(signature) else { return Ok(None) };
        Ok(Some((number(x, "x")?, further)))
    }

    fn bound([x, ..]: Bindings<'_>) -> PyResult<Self> {
        bound_number(x, "x")
    }
}

impl Observation for (f64, f64) {
    const PLAIN: &'static Signature = &signature::PAIR;
    const WEIGHTED: &'static Signature = &signature::WEIGHTED_PAIR;
    const TIMED: &'static Signature = &signature::TIMED_PAIR;
    const NUMBERS: usize = 2;

    #[inline(always)]
    fn bare(arguments: Arguments<'_>, signature: &Signature) -> PyResult<Option<Self>> {
        let Some([x, y]) = arguments.exactly(signature) else { return Ok(None) };
        Ok(Some((number(x, "x")?, number(y, "y")?)))
    }

    #[inline(always)]
    fn followed<'py>(
        arguments: Arguments<'py>,
        signature: &Signature,
    ) -> PyResult<Option<(Self, Borrowed<'py, 'py, PyAny>)>> {
        let Some([x, y, further]) = arguments.exactly(signature) else { return Ok(None) };
        Ok(Some(((number(x, "x")?, number(y, "y")?), further)))
    }

    fn bound([x, y, ..]: Bindings<'_>) -> PyResult<Self> {
        Ok((bound_number(x, "x")?, bound_number(y, "y")?))
    }
}

/// An optional argument that may come with an observation.
trait Companion {
    type Value;

    fn read(argument: Borrowed<'_, '_, PyAny>) -> PyResult<Self::Value>;
    /// Its value if it is not given.
    fn default() -> Self::Value;
}

struct Weight;

impl Companion for Weight {
    type Value = f64;

    #[inline(always)]
    fn read(argument: Borrowed<'_, '_, PyAny>) -> PyResult<f64> {
        number(argument, "w")
    }

    fn default() -> f64 {
        1.0
    }
}

struct Moment;

impl Companion for Moment {
    type Value = Option<Timestamp>;

    #[inline(always)]
    fn read(argument: Borrowed<'_, '_, PyAny>) -> PyResult<Option<Timestamp>> {
        read::<OptionalTime>(argument, "t").map(|OptionalTime(t)| t)
    }

    fn default() -> Option<Timestamp> {
        None
    }
}

/// An observation of numbers.
#[inline(always)]
fn observation<I: Observation>(arguments: Arguments<'_>) -> PyResult<I> {
    match I::bare(arguments, I::PLAIN)? {
        Some(x) => Ok(x),
        None => I::bound(arguments.bind(I::PLAIN)?),
    }
}

/// An observation of numbers and what comes with it.
#[inline(always)]
fn with_companion<I: Observation, C: Companion>(
    arguments: Arguments<'_>,
    signature: &Signature,
) -> PyResult<(I, C::Value)> {
    if let Some((x, companion)) = I::followed(arguments, signature)? {
        return Ok((x, C::read(companion)?));
    }
    let bindings = arguments.bind(signature)?;
    let companion = bindings[I::NUMBERS].map_or_else(|| Ok(C::default()), C::read)?;
    Ok((I::bound(bindings)?, companion))
}

/// The input of a class's kernel.
type Input<T> = <<T as HoldsKernel>::Kernel as Statistic>::Input;

/// `update` of observations alone.
pub enum Update {}
/// `update` of observations with frequency weights.
pub enum UpdateWeighted {}
/// `update` of numbers with frequency weights, which cannot be reverted.
pub enum UpdateIrreversible {}
/// `update` of observations that may come at points in time.
pub enum UpdateTimed {}
/// `update` of events, of which nothing is known but their times.
pub enum UpdateEvent {}
/// `update` of anything.
pub enum UpdateAny {}
/// `update` of N hashable values.
pub enum UpdateObjects<const N: usize> {}
/// `revert` of observations alone.
pub enum Revert {}
/// `revert` of observations with frequency weights.
pub enum RevertWeighted {}
/// `revert` of N hashable values.
pub enum RevertObjects<const N: usize> {}
/// `get`, a float or None.
pub enum Get {}
/// `get`, how many observations there are.
pub enum GetCount {}
/// `get`, a float or one of the values.
pub enum GetObject<const N: usize> {}
/// `get`, extremes and where they are, or None.
pub enum GetExtremes {}
/// `get`, a float or a list of them.
pub enum GetNumbers {}
/// `a += b`
pub enum MergeInPlace {}

/// What methods without arguments have in common.
macro_rules! no_arguments {
    ($name:literal, $doc:expr) => {
        type Convention = NoArguments;
        const NAME: &'static CStr = $name;

        fn signature() -> &'static Signature {
            &signature::NOTHING
        }

        fn doc() -> String {
            $doc
        }
    };
}
pub(crate) use no_arguments;

/// What methods have in common that are called with the arguments of a signature.
macro_rules! with_arguments {
    ($name:literal, $signature:expr, $doc:ident) => {
        type Convention = Keywords;
        const NAME: &'static CStr = $name;

        fn signature() -> &'static Signature {
            $signature
        }

        fn doc() -> String {
            docs::$doc($signature)
        }
    };
}
pub(crate) use with_arguments;

impl<T: HoldsKernel<Kernel: Statistic<Input: Observation>>> FastMethod<T> for Update {
    with_arguments! { c"update", Input::<T>::PLAIN, update }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let x = observation(arguments)?;
        this.get().cell().with(this.py(), |kernel| kernel.update(x))
    }
}

impl<T: HoldsKernel<Kernel: traits::RevertWeighted + Statistic<Input: Observation>>> FastMethod<T> for UpdateWeighted {
    with_arguments! { c"update", Input::<T>::WEIGHTED, update }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let cell = this.get().cell();
        // Without a weight an update cannot fail.
        if let Some(x) = Input::<T>::bare(arguments, Input::<T>::WEIGHTED)? {
            return cell.with(this.py(), |kernel| kernel.update(x));
        }
        let (x, w) = with_companion::<_, Weight>(arguments, Input::<T>::WEIGHTED)?;
        Ok(cell.with(this.py(), |kernel| kernel.update_or_revert(x, w))??)
    }
}

impl<T: HoldsKernel<Kernel: Weighted + Statistic<Input = f64>>> FastMethod<T> for UpdateIrreversible {
    with_arguments! { c"update", &signature::IRREVERSIBLE_NUMBER, update }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let cell = this.get().cell();
        if let Some(x) = f64::bare(arguments, &signature::IRREVERSIBLE_NUMBER)? {
            return cell.with(this.py(), |kernel| kernel.update(x));
        }
        let (x, w) = with_companion::<f64, Weight>(arguments, &signature::IRREVERSIBLE_NUMBER)?;
        Ok(cell.with(this.py(), |kernel| kernel.update_weighted(x, w))??)
    }
}

impl<T: HoldsKernel<Kernel: Timed + Statistic<Input: Observation>>> FastMethod<T> for UpdateTimed {
    with_arguments! { c"update", Input::<T>::TIMED, update }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let cell = this.get().cell();
        match Input::<T>::bare(arguments, Input::<T>::TIMED) {
            Ok(Some(x)) => return cell.with(this.py(), |kernel| kernel.update(x)),
            Ok(None) => {}
            Err(error) => return update_missing(this, arguments, error),
        }
        match with_companion::<_, Moment>(arguments, Input::<T>::TIMED) {
            Ok((x, t)) => Ok(cell.with(this.py(), |kernel| kernels::update_at(kernel, x, t))??),
            Err(error) => update_missing(this, arguments, error),
        }
    }
}

/// Updates with an observation in which None stands for a missing number, if the kernel counts these; otherwise returns
/// `error`.
#[cold]
fn update_missing<T: HoldsKernel<Kernel: Statistic<Input: Observation>>>(
    this: &Bound<'_, T>,
    arguments: Arguments<'_>,
    error: PyErr,
) -> PyResult<()> {
    attached(this.py(), |py| {
        let cell = this.get().cell();
        if !cell.with(py, |kernel| kernel.counts_missing())? {
            return Err(error);
        }
        let bindings = arguments.bind(Input::<T>::TIMED)?;
        let (numbers, t) = (&bindings[..Input::<T>::NUMBERS], bindings[Input::<T>::NUMBERS]);
        if !numbers.iter().flatten().any(|number| number.is_none()) {
            return Err(error);
        }
        for (&number, name) in numbers.iter().zip(["x", "y"]) {
            if number.is_none_or(|number| !number.is_none()) {
                bound_number(number, name)?;
            }
        }
        let t = t.map_or_else(|| Ok(None), Moment::read)?;
        Ok(cell.with(py, |kernel| kernel.update_missing(t))??)
    })
}

impl<T: HoldsKernel<Kernel: Timed + Statistic<Input = ()>>> FastMethod<T> for UpdateEvent {
    with_arguments! { c"update", &signature::EVENT, update }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let [t] = required(arguments, &signature::EVENT)?;
        let Time(t) = read(t, "t")?;
        Ok(this.get().cell().with(this.py(), |kernel| kernel.update_at((), t))??)
    }
}

impl<T: HoldsKernel<Kernel: Statistic<Input = ()>>> FastMethod<T> for UpdateAny {
    with_arguments! { c"update", &signature::ANY, update }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let is_usual = arguments.are_positional() && arguments.positional().len() <= 1;
        if !is_usual {
            arguments.bind(&signature::ANY)?;
        }
        this.get().cell().with(this.py(), |kernel| kernel.update(()))
    }
}

impl<T: HoldsKernel<Kernel: traits::Revert + Statistic<Input: Observation>>> FastMethod<T> for Revert {
    with_arguments! { c"revert", Input::<T>::PLAIN, revert }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let x = observation(arguments)?;
        Ok(this.get().cell().with(this.py(), |kernel| kernel.revert(x))??)
    }
}

impl<T: HoldsKernel<Kernel: traits::RevertWeighted + Statistic<Input: Observation>>> FastMethod<T> for RevertWeighted {
    with_arguments! { c"revert", Input::<T>::WEIGHTED, revert }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let (x, w) = match Input::<T>::bare(arguments, Input::<T>::WEIGHTED)? {
            Some(x) => (x, Weight::default()),
            None => with_companion::<_, Weight>(arguments, Input::<T>::WEIGHTED)?,
        };
        Ok(this.get().cell().with(this.py(), |kernel| kernel.revert_weighted(x, w))??)
    }
}

impl<T: HoldsKernel> FastMethod<T> for Get {
    no_arguments! { c"get", docs::get("The value, a float; the class documents what it is before the first update.") }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, (): ()) -> PyResult<impl Returned<'py>> {
        this.get().cell().with(this.py(), |kernel| kernel.get())
    }
}

impl<T: HoldsKernel> FastMethod<T> for GetCount {
    no_arguments! { c"get", docs::get("The number of observations, an int.") }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, (): ()) -> PyResult<impl Returned<'py>> {
        this.get().cell().with(this.py(), |kernel| kernel.n() as u64)
    }
}

impl<T: HoldsKernel<Kernel = kernels::Extrema>> FastMethod<T> for GetExtremes {
    no_arguments! { c"get", docs::get("`(min, max, argmin, argmax)`, a named tuple; None before the first update.") }

    fn call<'py>(this: &Bound<'py, T>, (): ()) -> PyResult<impl Returned<'py>> {
        let py = this.py();
        let found = this.get().cell().with(py, |kernel| kernel.extremes())?;
        found.map_or_else(|| ().into_object(py), |found| attached(py, |_| extremes(py, found)))
    }
}

impl<T: HoldsKernel> FastMethod<T> for GetNumbers {
    no_arguments! {
        c"get",
        docs::get("The quantile at `q`, a float, or a list of the quantiles at all `q`; None before the first update.")
    }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, (): ()) -> PyResult<impl Returned<'py>> {
        let (py, cell) = (this.py(), this.get().cell());
        match cell.with(py, |kernel| kernel.width().map_or_else(|| Ok(kernel.get()), Err))? {
            Ok(number) => number.into_object(py),
            Err(width) => listed(py, width, &mut |out| cell.with(py, |kernel| kernel.values(out))),
        }
    }
}

/// Up to this many numbers are read without allocating memory.
const FEW: usize = 8;

/// The list of the numbers that `write` writes, this many of them; None if there are none.
pub fn listed<'py>(
    py: Python<'py>,
    width: usize,
    write: &mut dyn FnMut(&mut [f64]) -> PyResult<bool>,
) -> PyResult<Bound<'py, PyAny>> {
    let (mut few, mut many) = ([f64::NAN; FEW], Vec::new());
    let out = match few.get_mut(..width) {
        Some(few) => few,
        None => {
            many.resize(width, f64::NAN);
            &mut many
        }
    };
    if write(out)? { Ok(PyList::new(py, &*out)?.into_any()) } else { ().into_object(py) }
}

/// A reading of a statistic as an object.
pub fn reading_object<'py>(py: Python<'py>, reading: &Reading) -> PyResult<Bound<'py, PyAny>> {
    match reading {
        Reading::Number(number) => number.into_object(py),
        Reading::Count(Some(count)) => count.into_object(py),
        Reading::Extremes(Some(found)) => extremes(py, **found),
        Reading::Several(_, Some(numbers)) => numbers.into_pyobject(py),
        Reading::Count(None) | Reading::Extremes(None) | Reading::Several(_, None) => ().into_object(py),
        Reading::Named(names, readings) => {
            let values = PyDict::new(py);
            for (name, reading) in names.iter().zip(readings) {
                values.set_item(name, reading_object(py, reading)?)?;
            }
            Ok(values.into_any())
        }
    }
}

/// The named tuple of extremes.
pub fn extremes(py: Python<'_>, found: Extremes) -> PyResult<Bound<'_, PyAny>> {
    static EXTREMES: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let extremes = EXTREMES.import(py, "river.stats.extrema", "Extremes")?;
    extremes.call1((found.min, found.max, found.argmin, found.argmax))
}

/// In a subclass, `a += b` would also fill a slot of the sequence protocol, which must not return NotImplemented as
/// that of the number protocol does: CPython would take it for the result. A method is called through the number slot
/// alone.
impl<T: Merges> FastMethod<T> for MergeInPlace {
    type Convention = OneArgument;
    const NAME: &'static CStr = c"__iadd__";

    fn signature() -> &'static Signature {
        &signature::OPERAND
    }

    fn doc() -> String {
        "Return self+=other.".into()
    }

    fn call<'py>(this: &Bound<'py, T>, other: Borrowed<'py, 'py, PyAny>) -> PyResult<impl Returned<'py>> {
        let py = this.py();
        let Ok(other) = other.cast::<T>() else { return Ok(py.NotImplemented().into_bound(py)) };
        T::merge(this, &other)?;
        Ok(this.clone().into_any())
    }
}

impl<T: HoldsObjects<N>, const N: usize> FastMethod<T> for UpdateObjects<N> {
    with_arguments! { c"update", variables::<N>(), update }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let values: [_; N] = required(arguments, variables::<N>())?;
        this.get().objects().update(values.each_ref().map(|value| &**value))
    }
}

impl<T: HoldsObjects<N>, const N: usize> FastMethod<T> for RevertObjects<N> {
    with_arguments! { c"revert", variables::<N>(), revert }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let values: [_; N] = required(arguments, variables::<N>())?;
        attached(this.py(), |_| this.get().objects().revert(values.each_ref().map(|value| &**value)))
    }
}

impl<T: HoldsObjects<N>, const N: usize> FastMethod<T> for GetObject<N> {
    no_arguments! { c"get", docs::get("The value; the class documents what it is before the first update.") }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, (): ()) -> PyResult<impl Returned<'py>> {
        this.get().objects().get(this.py())
    }
}

fn variables<const N: usize>() -> &'static Signature {
    if N == 1 { &signature::HASHABLE } else { &signature::HASHABLE_PAIR }
}

/// The arguments of a signature whose parameters are all required, as they come.
#[inline(always)]
pub fn required<'py, const N: usize>(
    arguments: Arguments<'py>,
    signature: &Signature,
) -> PyResult<[Borrowed<'py, 'py, PyAny>; N]> {
    match arguments.exactly(signature) {
        Some(objects) => Ok(objects),
        None => all_required(arguments, signature),
    }
}

#[cold]
fn all_required<'py, const N: usize>(
    arguments: Arguments<'py>,
    signature: &Signature,
) -> PyResult<[Borrowed<'py, 'py, PyAny>; N]> {
    let bindings = arguments.bind(signature)?;
    let given: Vec<_> = bindings.into_iter().flatten().collect();
    given.try_into().map_err(|_| PyTypeError::new_err("an argument is missing"))
}
