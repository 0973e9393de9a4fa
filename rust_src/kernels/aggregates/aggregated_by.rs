//! One line in the file of a statistic says by which partial aggregate it is known.

/// Implements [`Aggregate`](crate::kernels::traits::Aggregate) by a partial aggregate that a field follows from, of the
/// values themselves or of what `map` makes of them; with `sums`, by faster sums over blocks of values.
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
