//! What every `Rs*` class of hashable values has: parameters, state and pickling.

/// As `class::class`, for a kernel that works on symbols.
macro_rules! object_class {
    ($rust:ident = $name:literal, $kernel:ty, $variables:literal,
     ($($param:ident : $kind:ty $(= $default:expr)?),*), $($ability:ident)*) => {
        #[pyclass(module = "river.stats._rust_stats", subclass, frozen)]
        pub struct $rust(Objects<$kernel, $variables>, Members<{ <[&str]>::len(&[$(stringify!($param)),*]) }>);

        #[pymethods]
        impl $rust {
            #[new]
            #[pyo3(signature = (*_args, **_kwargs))]
            fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
                Self(Objects::empty(), Members::none())
            }

            $(
                #[doc = concat!("The parameter `", stringify!($param), "`.")]
                #[getter]
                fn $param(&self, py: Python<'_>) -> PyResult<$kind> {
                    self.0.with(py, |interned| interned.kernel.$param.into())
                }
            )*

            #[doc = docs::n!()]
            #[getter]
            fn n(&self, py: Python<'_>) -> PyResult<u64> {
                self.0.with(py, |interned| interned.kernel.n())
            }

            fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
                self.0.traverse(&visit)
            }

            fn __clear__(&self, py: Python<'_>) {
                self.0.clear(py);
            }
        }

        initialised! {
            $rust, $kernel, ($($param: $kind $(= $default)?),*),
            |py, this, kernel| HoldsObjects::set(this, py, Interned::new(kernel))
        }

        impl HoldsObjects<$variables> for $rust {
            type Kernel = $kernel;

            #[inline]
            fn objects(&self) -> &Objects<$kernel, $variables> {
                &self.0
            }

            #[allow(unused_variables, reason = "a class may have no parameters")]
            fn set(&self, py: Python<'_>, interned: Interned<$kernel, $variables>) -> PyResult<()> {
                let shown = [$(parameters::object::<$kind>(py, interned.kernel.$param.into())?),*];
                self.0.set(py, interned)?;
                self.1.set(shown);
                Ok(())
            }
        }

        impl clones::Renew for $rust {
            fn public() -> &'static PyOnceLock<clones::Public> {
                static PUBLIC: PyOnceLock<clones::Public> = PyOnceLock::new();
                &PUBLIC
            }

            fn parameters() -> &'static [Parameter] {
                <initialise::Initialise as FastMethod<Self>>::signature().parameters()
            }

            #[allow(unused_variables, reason = "a class may have no parameters")]
            fn renew_to(&self, py: Python<'_>, target: &Self) -> PyResult<bool> {
                let made = self.0.with(py, |interned| {
                    $(let $param: $kind = interned.kernel.$param.into();)*
                    initialise::Made::kernel(<$kernel>::new($($param.into()),*))
                })?;
                HoldsObjects::set(target, py, Interned::new(made?))?;
                Ok(true)
            }
        }

        impl Stateful for $rust {
            const CLASS: &'static str = $name;

            fn is_made(&self, py: Python<'_>) -> bool {
                self.0.with(py, |_| ()).is_ok()
            }

            fn to_bytes(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
                symbols::to_bytes(py, Self::CLASS, &self.0)
            }

            fn state<'py>(&self, py: Python<'py>) -> PyResult<(Vec<u8>, Vec<Bound<'py, PyAny>>)> {
                symbols::state(py, Self::CLASS, &self.0)
            }

            fn set_state(this: &Bound<'_, Self>, data: &[u8], objects: &Bound<'_, PyTuple>) -> PyResult<()> {
                let py = this.py();
                this.get().set(py, symbols::decode(Self::CLASS, data, objects)?)
            }

            fn copy_to(&self, py: Python<'_>, target: &Self) -> PyResult<()> {
                target.set(py, self.0.with(py, |interned| interned.clone_ref(py))?)
            }

            fn holds_constants(&self, py: Python<'_>) -> PyResult<bool> {
                self.0.with(py, |interned| {
                    let mut objects = interned.tables.iter().flat_map(|table| table.objects());
                    objects.all(|object| is_constant(object.bind(py)))
                })
            }
        }

        stateful! {
            $rust,
            "",
            "Raises",
            "------",
            "TypeError",
            "    If one of the values is not None, bool, int, float, str, bytes or a tuple of these. Pickle keeps values",
            "    of any type.",
            "ValueError",
            "    If tuples are nested more than 100 deep."
        }
        $(methods::$ability! { methods $rust })*

        impl $rust {
            /// Gives a class, this one or a subclass, the fast methods.
            fn install_methods(class: &Bound<'_, PyType>) -> PyResult<()> {
                install_initialiser::<$rust, initialise::Initialise>(class)?;
                let names = [$(stringify!($param)),*];
                members::install::<$rust, _>(class, names, |this| &this.1)?;
                $(methods::$ability! { install $rust class })*
                Ok(())
            }
        }
    };
}
pub(crate) use object_class;
