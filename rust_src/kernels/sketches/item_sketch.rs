//! What sketches of items have in common.

use crate::{
    Error,
    kernels::{sketches::item::Part, traits::InPanes},
};

/// A sketch that counts items.
pub trait ItemSketch: InPanes {
    /// Updates with an item that is one part.
    fn update_part(&mut self, part: Part<'_>);

    /// Updates with any item, in its bytes.
    fn update_item(&mut self, item: &[u8]);

    /// The number of observations.
    fn n(&self) -> u64;

    /// Whether only the set of items matters, not how often or in what order they come.
    fn is_of_a_set(&self) -> bool {
        false
    }

    /// Counts repeated observations, whose items were added before.
    fn skip(&mut self, _times: u64) {}

    /// Adds the observations of `other`. An error leaves the state as it was.
    fn merge(&mut self, other: &Self) -> Result<(), Error>;

    /// Checks a decoded state.
    fn validate(&self) -> Result<(), &'static str>;
}

/// Implements what windows need of a sketch.
macro_rules! in_windows {
    ($kernel:ty) => {
        impl $crate::kernels::traits::Windowed for $kernel {
            fn is_new(&self) -> bool {
                $crate::kernels::sketches::ItemSketch::n(self) == 0
            }

            fn check(&self) -> Result<(), &'static str> {
                $crate::kernels::sketches::ItemSketch::validate(self)
            }
        }

        impl $crate::kernels::traits::InPanes for $kernel {
            fn add(&mut self, other: &Self) -> Result<(), $crate::Error> {
                $crate::kernels::sketches::ItemSketch::merge(self, other)
            }
        }
    };
}
pub(crate) use in_windows;
