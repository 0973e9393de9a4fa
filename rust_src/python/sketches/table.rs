//! The classes of sketches of items: a row each, as in the table of the other classes.

use crate::{
    kernels::sketches::{self, ItemSketch},
    python::{
        classes::{
            calls::{MergeInPlace, no_arguments, required, with_arguments},
            docs,
            initialise::{self, initialised},
            merging, methods,
        },
        convert::{
            argument::{self, read_or},
            number::OptionalInteger,
            signature,
        },
        erased::class::register,
        ffi::{
            arguments::{Arguments, Signature},
            attach::attached,
            descriptor::{FastMethod, Keywords, NoArguments, Returned, install},
            initialiser::install_initialiser,
        },
        sketches::{
            items,
            windows::{HoldsItems, ItemClass},
        },
        state::{
            copying, envelope,
            pickle::{self, Stateful, stateful},
        },
        sync::kernel_cell::KernelCell,
    },
};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict, PyTuple, PyType},
};
use std::ffi::CStr;

/// `update` of one item.
pub enum UpdateItem {}
/// `get` of a sketch of items.
pub enum GetOfItems {}

impl<T: HoldsItems> FastMethod<T> for UpdateItem {
    with_arguments! { c"update", &signature::ITEM, update }

    #[inline(always)]
    fn call<'py>(this: &Bound<'py, T>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
        let [x] = required(arguments, &signature::ITEM)?;
        items::update(this.get().cell(), x)
    }
}

impl<T: HoldsItems> FastMethod<T> for GetOfItems {
    no_arguments! { c"get", docs::get("The value; the class documents what it is.") }

    fn call<'py>(this: &Bound<'py, T>, (): ()) -> PyResult<impl Returned<'py>> {
        let py = this.py();
        attached(py, |_| {
            let kernel = this.get().cell().with(py, |kernel| kernel.clone())?;
            T::value(py, &kernel)
        })
    }
}

macro_rules! item_sketches {
    ($($rust:ident = $name:literal: $kernel:ident ($($param:ident: $kind:ty = $default:expr),*);)*) => {$(
        #[pyclass(module = "river.stats._rust_stats", subclass, frozen)]
        pub struct $rust(KernelCell<sketches::$kernel>);

        #[pymethods]
        #[allow(non_snake_case, reason = "upper case is what columns are called in Python")]
        impl $rust {
            #[new]
            #[pyo3(signature = (*_args, **_kwargs))]
            fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
                Self(KernelCell::empty())
            }

            $(
                #[doc = concat!("The parameter `", stringify!($param), "`.")]
                #[getter]
                fn $param(&self, py: Python<'_>) -> PyResult<$kind> {
                    self.0.with(py, |kernel| kernel.$param.into())
                }
            )*

            #[doc = docs::n!()]
            #[getter]
            fn n(&self, py: Python<'_>) -> PyResult<u64> {
                self.0.with(py, |kernel| kernel.n())
            }

            #[doc = docs::update_many!()]
            fn update_many(&self, X: &Bound<'_, PyAny>) -> PyResult<()> {
                items::update_many(&self.0, X)
            }
        }

        initialised! {
            $rust, sketches::$kernel, ($($param: $kind = $default),*), |py, this, kernel| this.0.set(py, kernel)
        }

        impl Stateful for $rust {
            const CLASS: &'static str = $name;

            fn is_made(&self, py: Python<'_>) -> bool {
                self.0.try_with(py, |_| ()).is_ok_and(|found| found.is_some())
            }

            fn to_bytes(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
                Ok(self.0.with(py, |kernel| envelope::seal(Self::CLASS, kernel))??)
            }

            fn set_state(this: &Bound<'_, Self>, data: &[u8], objects: &Bound<'_, PyTuple>) -> PyResult<()> {
                let [] = objects.extract::<[Bound<'_, PyAny>; 0]>()?;
                let kernel = envelope::open(Self::CLASS, data, ItemSketch::validate)?;
                <Self as HoldsItems>::check(this.py(), &kernel)?;
                this.get().0.set(this.py(), kernel)
            }

            fn copy_to(&self, py: Python<'_>, target: &Self) -> PyResult<()> {
                target.0.set(py, self.0.with(py, |kernel| kernel.clone())?)
            }

            fn holds_constants(&self, _: Python<'_>) -> PyResult<bool> {
                Ok(true)
            }
        }

        stateful! { $rust }

        /// The locks are held one after the other, so both may be the same.
        impl merging::Merges for $rust {
            fn merge(this: &Bound<'_, Self>, other: &Bound<'_, Self>) -> PyResult<()> {
                let py = this.py();
                let other = other.get().0.with(py, |kernel| kernel.clone())?;
                Ok(this.get().0.with(py, |kernel| kernel.merge(&other))??)
            }
        }

        methods::merge! { methods $rust }

        impl $rust {
            /// Gives a class, this one or a subclass, the fast methods.
            fn install_methods(class: &Bound<'_, PyType>) -> PyResult<()> {
                static WINDOWS: ItemClass<$rust> = ItemClass::NEW;
                register(class, &WINDOWS);
                install_initialiser::<$rust, initialise::Initialise>(class)?;
                install::<$rust, UpdateItem>(class)?;
                install::<$rust, GetOfItems>(class)?;
                install::<$rust, MergeInPlace>(class)
            }
        }
    )*

        pub fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
            $(
                module.add_class::<$rust>()?;
                $rust::install_methods(&module.py().get_type::<$rust>())?;
            )*
            Ok(())
        }

        /// Gives a class in Python that derives from one of these fast methods of its own.
        pub fn adopt(class: &Bound<'_, PyType>) -> PyResult<()> {
            $(
                if class.is_subclass_of::<$rust>()? {
                    $rust::install_methods(class)?;
                }
            )*
            Ok(())
        }
    };
}

item_sketches! {
    RsHeavyHitters = "HeavyHitters": HeavyHitters(support: f64 = 0.001, epsilon: f64 = 0.005);
    RsNUnique = "NUnique": NUnique(error_rate: f64 = 0.01, seed: OptionalInteger = OptionalInteger(None));
}

impl HoldsItems for RsNUnique {
    type Kernel = sketches::NUnique;

    #[inline]
    fn cell(&self) -> &KernelCell<Self::Kernel> {
        &self.0
    }

    fn value<'py>(py: Python<'py>, kernel: &Self::Kernel) -> PyResult<Bound<'py, PyAny>> {
        Ok(kernel.get().into_pyobject(py)?.into_any())
    }
}

impl HoldsItems for RsHeavyHitters {
    type Kernel = sketches::HeavyHitters;

    #[inline]
    fn cell(&self) -> &KernelCell<Self::Kernel> {
        &self.0
    }

    fn value<'py>(py: Python<'py>, kernel: &Self::Kernel) -> PyResult<Bound<'py, PyAny>> {
        items::pairs(py, Self::CLASS, kernel.most_common().into_iter())?.into_pyobject(py)
    }

    fn check(py: Python<'_>, kernel: &Self::Kernel) -> PyResult<()> {
        items::pairs(py, Self::CLASS, kernel.entries().into_iter()).map(drop)
    }
}

#[pymethods]
impl RsNUnique {
    /// The number of buckets into which the sketch sorts hashes.
    #[getter]
    fn n_buckets(&self, py: Python<'_>) -> PyResult<u64> {
        self.0.with(py, |kernel| kernel.n_buckets())
    }

    /// Return a lower and an upper bound on the number of distinct items.
    ///
    /// Parameters
    /// ----------
    /// confidence
    ///     How likely it should be that the number lies within the bounds: at most 0.997. It is rounded up to 0.682,
    ///     0.954 or 0.997, which are one, two and three standard deviations.
    ///
    /// Returns
    /// -------
    /// A pair of floats.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If `confidence` is above 0.997, or not above 0.
    #[pyo3(signature = (confidence=None), text_signature = "($self, confidence=0.95)")]
    fn bounds(&self, py: Python<'_>, confidence: Option<&Bound<'_, PyAny>>) -> PyResult<(f64, f64)> {
        let confidence = read_or(confidence.map(Bound::as_borrowed), "confidence", || Some(0.95))?;
        Ok(self.0.with(py, |kernel| kernel.bounds(confidence))??)
    }

    /// Return the sketch in the binary format of Apache's `datasketches`, an `hll_sketch` in its libraries for Python,
    /// Java and C++.
    ///
    /// Strings, 64-bit integers and floats that are not integers count as the same items there.
    ///
    /// Returns
    /// -------
    /// The bytes, without the number of observations.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the sketch has a seed.
    fn to_datasketches<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.0.with(py, |kernel| kernel.to_datasketches())??))
    }

    /// Return the sketch stored in bytes in the binary format of Apache's `datasketches`.
    ///
    /// Parameters
    /// ----------
    /// data
    ///     What `serialize_compact` of an `hll_sketch` of any type returned. Bytes from any source are safe to read.
    ///
    /// Returns
    /// -------
    /// A new object of the class, whose `n` is the estimate. If the class has an `__init__` of its own, it is not
    /// called.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the bytes are not such a sketch.
    #[classmethod]
    #[pyo3(text_signature = "(data)")]
    fn from_datasketches<'py>(cls: &Bound<'py, PyType>, data: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        let kernel = sketches::NUnique::from_datasketches(data)?;
        pickle::from_bytes::<Self>(cls, &envelope::seal(Self::CLASS, &kernel)?).map(Bound::into_any)
    }
}

#[pymethods]
impl RsHeavyHitters {
    /// Return the most frequent items with their counts.
    ///
    /// Parameters
    /// ----------
    /// n
    ///     How many items to return at most; if None, all that may make up a share of `support`.
    ///
    /// Returns
    /// -------
    /// A list of pairs, the most frequent item first. A bool or a float that is equal to an int comes back as that int.
    #[pyo3(signature = (n=None), text_signature = "($self, n=None)")]
    fn most_common<'py>(&self, py: Python<'py>, n: Option<usize>) -> PyResult<Vec<(Bound<'py, PyAny>, u64)>> {
        let common = self.0.with(py, |kernel| kernel.most_common())?;
        items::pairs(py, Self::CLASS, common.into_iter().take(n.unwrap_or(usize::MAX)))
    }

    /// Return a lower and an upper bound on how often an item was seen.
    ///
    /// Parameters
    /// ----------
    /// x
    ///     The item.
    ///
    /// Returns
    /// -------
    /// A pair of ints; the count is certain to lie within them.
    ///
    /// Raises
    /// ------
    /// TypeError
    ///     If it is not an item that `update` takes.
    fn bounds(&self, x: &Bound<'_, PyAny>) -> PyResult<(u64, u64)> {
        let item = items::written(x)?;
        self.0.with(x.py(), |kernel| kernel.bounds(&item))
    }

    fn __getitem__(&self, x: &Bound<'_, PyAny>) -> PyResult<u64> {
        let item = items::written(x)?;
        self.0.with(x.py(), |kernel| kernel.count(&item))
    }

    fn __contains__(&self, x: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.__getitem__(x)? > 0)
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.0.with(py, |kernel| kernel.len())
    }

    /// Return the sketch in the binary format of Apache's `datasketches`, a `frequent_strings_sketch` in its libraries
    /// for Python, Java and C++.
    ///
    /// Returns
    /// -------
    /// The bytes, without `support`.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If an item is not a str.
    fn to_datasketches<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.0.with(py, |kernel| kernel.to_datasketches())??))
    }

    /// Return the sketch stored in bytes in the binary format of Apache's `datasketches`.
    ///
    /// Parameters
    /// ----------
    /// data
    ///     What `serialize` of a `frequent_strings_sketch` returned. Bytes from any source are safe to read.
    /// support
    ///     As for the class.
    ///
    /// Returns
    /// -------
    /// A new object of the class. If the class has an `__init__` of its own, it is not called.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     If the bytes are not such a sketch.
    #[classmethod]
    #[pyo3(signature = (data, support=None), text_signature = "(data, support=0.001)")]
    fn from_datasketches<'py>(
        cls: &Bound<'py, PyType>,
        data: &[u8],
        support: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let support = read_or(support.map(Bound::as_borrowed), "support", || Some(0.001))?;
        let kernel = sketches::HeavyHitters::from_datasketches(support, data)?;
        pickle::from_bytes::<Self>(cls, &envelope::seal(Self::CLASS, &kernel)?).map(Bound::into_any)
    }
}
