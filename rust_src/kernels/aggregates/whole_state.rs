//! The state of a statistic as the partial aggregate of a run.

use crate::{
    Error,
    kernels::traits::{Merge, PartialAggregate},
};
use serde::{Deserialize, Serialize};
use std::fmt::Debug;

/// A statistic that is its own partial aggregate.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct WholeState<K: Merge + Copy + Debug>(pub K);

/// Drops an error. Not inlined, since it would take more instructions than most merges.
#[cold]
#[inline(never)]
fn forget(_: Error) {}

impl<K: Merge + Copy + Debug> PartialAggregate for WholeState<K> {
    #[inline]
    fn combine(mut self, newer: Self) -> Self {
        // The parameters are equal. What is too large to be merged is left out.
        if let Err(error) = self.0.merge(&newer.0) {
            forget(error);
        }
        self
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.0.validate()
    }
}

/// Implements [`Aggregate`](crate::kernels::traits::Aggregate) by the whole state of the statistic.
macro_rules! aggregated_whole {
    ($($kernel:ty),+) => {$(
        $crate::kernels::aggregates::whole_state::aggregated_whole! {
            @ $kernel, |state, x, _w| $crate::kernels::traits::Statistic::update(&mut state, x)
        }
    )+};
    // A weight is checked before it comes here.
    ($($kernel:ty),+; weighted) => {$(
        $crate::kernels::aggregates::whole_state::aggregated_whole! {
            @ $kernel, |state, x, w| _ = $crate::kernels::traits::Weighted::update_weighted(&mut state, x, w)
        }
    )+};
    (@ $kernel:ty, |$state:ident, $x:ident, $w:ident| $update:expr) => {
        impl $crate::kernels::traits::Aggregate for $kernel {
            type Partial = $crate::kernels::aggregates::whole_state::WholeState<Self>;

            #[inline]
            fn lift(&self, $x: <Self as $crate::kernels::traits::Statistic>::Input, $w: f64) -> Self::Partial {
                let mut $state = *self;
                $update;
                $crate::kernels::aggregates::whole_state::WholeState($state)
            }

            #[inline]
            fn lower(&self, run: Option<Self::Partial>) -> Self {
                run.map_or(*self, |run| run.0)
            }
        }
    };
}
pub(crate) use aggregated_whole;
