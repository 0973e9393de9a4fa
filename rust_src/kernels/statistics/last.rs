//! The newest value of a stream.

use crate::{
    Error,
    kernels::{
        aggregates::aggregated_whole,
        numerics::validate,
        traits::{Merge, Statistic},
        watermill::univariate,
        window::rollable,
    },
};
use serde::{Deserialize, Serialize};

/// The newest value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Last {
    n: u64,
    value: f64,
}

impl Last {
    /// Over no values.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Statistic for Last {
    type Input = f64;

    #[inline]
    fn update(&mut self, x: f64) {
        self.value = x;
        self.n += 1;
    }

    fn update_many(&mut self, xs: &[f64]) {
        if let Some(&last) = xs.last() {
            self.value = last;
            self.n += xs.len() as u64;
        }
    }

    #[inline]
    fn get(&self) -> Option<f64> {
        (self.n > 0).then_some(self.value)
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(validate::is_count(self.n), "more observations than a stream can have")?;
        validate::ensure(self.n > 0 || self.value == 0.0, "a value that was never seen")
    }
}

impl Merge for Last {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        let n = validate::joint_count(self.n, other.n)?;
        if other.n > 0 {
            self.value = other.value;
        }
        self.n = n;
        Ok(())
    }
}

aggregated_whole!(Last);
rollable!(Last: combining);
univariate!(Last);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_can_be_split_anywhere() -> Result<(), Error> {
        let values = [3.0, f64::NAN, -0.0, 5.0];
        for split in 0..=values.len() {
            let (mut older, mut newer) = (Last::new(), Last::new());
            older.update_many(&values[..split]);
            values[split..].iter().for_each(|&x| newer.update(x));
            older.merge(&newer)?;
            assert_eq!((older.get(), older.n()), (Some(5.0), 4.0));
        }
        assert_eq!(Last::new().get(), None);
        Ok(())
    }
}
