//! One line in the file of a statistic names its partial aggregate.

/// Implements [`Aggregate`](crate::kernels::traits::Aggregate) by a partial aggregate from which a field follows, of
/// the values themselves or of the results of `map`; with `sums`, by faster sums over blocks of values.
macro_rules! aggregated_by {
    ($kernel:ident, $field:ident: $input:ty => $partial:ty $(, sums $sums:ty)? $(, map $map:expr)?) => {
        impl $crate::kernels::traits::Aggregate for $kernel {
            type Partial = $partial;

            #[inline]
            fn lift(&self, x: $input, w: f64) -> $partial {
                $(let x = $map(x);)?
                <$partial>::new(x, w)
            }

            $(
                #[inline]
                fn suffixes(
                    &self,
                    newest_first: impl Iterator<Item = ($input, f64)>,
                ) -> impl Iterator<Item = $partial> {
                    $crate::kernels::aggregates::pivoted_sums::suffixes::<$sums>(newest_first, <$partial>::new)
                }

                #[inline]
                fn total(&self, newest_first: impl Iterator<Item = ($input, f64)> + Clone) -> Option<$partial> {
                    $crate::kernels::aggregates::pivoted_sums::total::<$sums>(newest_first, <$partial>::new)
                }
            )?

            #[inline]
            #[allow(clippy::needless_update, reason = "some kernels have no parameters")]
            fn lower(&self, run: Option<$partial>) -> Self {
                Self { $field: run.map(Into::into).unwrap_or_default(), ..*self }
            }
        }
    };
}
pub(crate) use aggregated_by;
