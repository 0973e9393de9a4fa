//! Statistics that look at the times of their observations, as windows keep them.

use crate::{
    Error,
    kernels::{
        numerics::timestamp::Timestamp,
        traits::{Statistic, Timed, update_at},
    },
};
use serde::{Deserialize, Serialize};

/// A statistic whose observations are those of `K` with their times, if they have any.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Timestamped<K>(pub K);

impl<K: Timed> Statistic for Timestamped<K> {
    type Input = (K::Input, Option<Timestamp>);

    fn update(&mut self, (x, t): Self::Input) {
        // A window keeps only admitted observations, and the statistic accepts any of them in the order of their times.
        _ = update_at(&mut self.0, x, t);
    }

    fn get(&self) -> Option<f64> {
        self.0.get()
    }

    fn n(&self) -> f64 {
        self.0.n()
    }

    fn validate(&self) -> Result<(), &'static str> {
        self.0.validate()
    }
}

/// The observation with its time, by default one second after that of the newest; an error if the statistic refuses it
/// after the newest, the only other observation that matters.
pub fn admit<K: Timed>(
    kernel: &K,
    newest: Option<(K::Input, Option<Timestamp>)>,
    (x, t): (K::Input, Option<Timestamp>),
) -> Result<(K::Input, Option<Timestamp>), Error> {
    let mut probe = kernel.clone();
    if let Some((x, t)) = newest {
        update_at(&mut probe, x, t)?;
    }
    let t = t.or_else(|| newest?.1.map(Timestamp::a_second_later));
    update_at(&mut probe, x, t)?;
    Ok((x, t))
}

/// [`Rollable::admit`](crate::kernels::window::rolling::Rollable::admit) of a [`Timestamped`] statistic.
macro_rules! admitted {
    () => {
        fn admit(
            &self,
            newest: impl FnOnce() -> Option<Self::Input>,
            x: Self::Input,
        ) -> Result<Self::Input, $crate::Error> {
            $crate::kernels::window::timestamped::admit(&self.0, newest(), x)
        }
    };
}
pub(crate) use admitted;
