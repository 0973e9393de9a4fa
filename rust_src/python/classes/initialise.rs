//! `__init__` of the `Rs*` classes, which makes the kernel.
//!
//! It is a fast method too, so that `super().__init__(...)` of a public class packs no tuple.

use crate::{Error, python::ffi::arguments::Parameter};

/// `__init__`
pub enum Initialise {}

/// `__init__` of a class: reads the parameters, of which some have defaults, and stores the kernel made of them.
macro_rules! initialised {
    (
        $rust:ident, $kernel:ty, ($($param:ident: $kind:ty $(= $default:expr)?),*),
        |$py:ident, $this:ident, $made:ident| $store:expr
    ) => {
        impl FastMethod<$rust> for initialise::Initialise {
            type Convention = Keywords;
            const NAME: &'static CStr = c"__init__";

            fn signature() -> &'static Signature {
                static SIGNATURE: Signature = Signature::new(&[
                    $(initialise::parameter(stringify!($param), initialise::default!($($default)?))),*
                ]);
                &SIGNATURE
            }

            fn doc() -> String {
                "Initialise the statistic.".into()
            }

            // Shared by `__init__` and the slot that initialises objects without a Python frame.
            #[inline(never)]
            fn call<'py>($this: &Bound<'py, $rust>, arguments: Arguments<'py>) -> PyResult<impl Returned<'py>> {
                let ($py, $this) = ($this.py(), $this.get());
                let [$($param,)* ..] = arguments.bind(<Self as FastMethod<$rust>>::signature())?;
                $(let $param = argument::read_or::<$kind>($param, stringify!($param), initialise::or!($($default)?))?;)*
                let $made = initialise::Made::kernel(<$kernel>::new($($param.into()),*))?;
                $store
            }
        }
    };
}
pub(crate) use initialised;

/// A default as the signature shows it.
macro_rules! default {
    () => {
        None
    };
    ($default:expr) => {
        Some("...")
    };
}
pub(crate) use default;

/// A default, if there is one.
macro_rules! or {
    () => {
        || None
    };
    ($default:expr) => {
        || Some($default)
    };
}
pub(crate) use or;

/// A parameter that the public class explains.
pub const fn parameter(name: &'static str, default: Option<&'static str>) -> Parameter {
    Parameter { name, default, doc: "", type_error: "", value_error: "" }
}

/// What a kernel's `new` returns: the kernel, or an error where parameters can be wrong.
pub(crate) trait Made<K> {
    fn kernel(self) -> Result<K, Error>;
}

impl<K> Made<K> for K {
    fn kernel(self) -> Result<K, Error> {
        Ok(self)
    }
}

impl<K> Made<K> for Result<K, Error> {
    fn kernel(self) -> Result<K, Error> {
        self
    }
}
