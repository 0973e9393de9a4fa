//! What one pass over a block of values tells several statistics at once.
//!
//! A mean needs a sum without rounding errors, which takes about as long with the smallest and the largest value as
//! without; and the sum saves statistics of moments the pass in which they determine their shift.

use crate::kernels::{
    batch::simd::Facts,
    statistics::{Kurtosis, Max, Mean, Min, Sem, Skew, Std, Sum, Var},
};
use std::any::Any;

/// Whether a statistic needs the sum without rounding errors, which makes the other facts worth computing.
pub fn needs_sum(kernel: &mut dyn Any) -> bool {
    kernel.is::<Mean>() || kernel.is::<Sum>()
}

/// Updates a kernel with a block whose facts are known. Returns false if the kernel cannot use them.
pub fn update_with(kernel: &mut dyn Any, Facts { xs, sum, smallest, largest }: &Facts<'_>) -> bool {
    macro_rules! try_each {
        ($($kernel:ident => $($path:ident).+($known:expr)),+) => {
            $(if let Some(kernel) = kernel.downcast_mut::<$kernel>() {
                kernel.$($path).+(xs, $known);
                return true;
            })+
        };
    }
    try_each! {
        Kurtosis => moments.update_block4(Some(sum.hi)),
        Max => update_block(*largest),
        Mean => sum.update_block(Some(*sum)),
        Min => update_block(*smallest),
        Sem => deviations.update_block(Some(sum.hi)),
        Skew => moments.update_block3(Some(sum.hi)),
        Std => deviations.update_block(Some(sum.hi)),
        Sum => sum.update_block(Some(*sum)),
        Var => deviations.update_block(Some(sum.hi))
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{batch::simd::ExactSums, traits::Statistic};

    fn check<K: Statistic<Input = f64> + 'static>(mut known: K, mut alone: K, xs: &[f64], bound: f64) {
        let mut exact = ExactSums::default();
        for block in xs.chunks(500) {
            alone.update_many(block);
            assert!(update_with(&mut known, &exact.facts(block).unwrap()));
        }
        let (known, alone) = (known.get().unwrap(), alone.get().unwrap());
        assert!((known - alone).abs() <= bound * alone.abs(), "{known} {alone}");
    }

    #[test]
    fn known_facts_change_nothing() {
        let xs: Vec<f64> = (0..5_003).map(|i| 1e3 + f64::from(i % 17) * f64::from(i % 5)).collect();
        check(Mean::new(), Mean::new(), &xs, 0.0);
        check(Sum::new(), Sum::new(), &xs, 0.0);
        check(Min::new(), Min::new(), &xs, 0.0);
        check(Max::new(), Max::new(), &xs, 0.0);
        check(Var::new(1).unwrap(), Var::new(1).unwrap(), &xs, 1e-14);
        check(Std::new(1).unwrap(), Std::new(1).unwrap(), &xs, 1e-14);
        check(Sem::new(1).unwrap(), Sem::new(1).unwrap(), &xs, 1e-14);
        check(Skew::new(true), Skew::new(true), &xs, 1e-12);
        check(Kurtosis::new(true), Kurtosis::new(true), &xs, 1e-12);
    }

    #[test]
    fn of_equal_extrema_the_first_is_known() {
        for xs in [[0.0, -0.0, 0.0], [-0.0, 0.0, -0.0]] {
            let facts = ExactSums::default().facts(&xs);
            assert!(facts.is_none_or(|facts| facts.smallest.to_bits() == xs[0].to_bits()));
        }
        let xs = [-0.0, 0.0, 3.0];
        assert!(ExactSums::default().facts(&xs).unwrap().smallest.is_sign_negative());
    }

    #[test]
    fn nothing_is_known_of_what_is_not_finite() {
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
            assert!(ExactSums::default().facts(&[1.0, x, 2.0]).is_none());
        }
        assert!(!update_with(&mut crate::kernels::Count::new(), &ExactSums::default().facts(&[1.0]).unwrap()));
    }
}
