//! Nanoseconds for an update of each kernel, compared with watermill's if watermill has one; for a merge; and for
//! adding a column to a sketch, compared with the sketch of the crate that it is built on.
//!
//! `cargo bench` runs all; `cargo bench --bench kernels -- quantile` those whose name contains `quantile`.

use criterion::Criterion;
use river::kernels::{Merge, Statistic};
use std::{error::Error, hint::black_box, time::Instant};
use watermill::stats::Univariate;

/// After this many values the stream repeats.
const PERIOD: usize = 100_000;

/// Watermill moves up to half the window at each update: a larger one would take minutes to fill.
const WATERMILL_LARGEST_WINDOW: usize = 100_000;

/// Sums of twelve uniform numbers: close to normal, mean 0, standard deviation 1.
fn stream(length: usize) -> Vec<f64> {
    let mut random = fastrand::Rng::with_seed(42);
    (0..length).map(|_| (0..12).map(|_| random.f64()).sum::<f64>() - 6.0).collect()
}

fn feed(statistic: &mut impl Univariate<f64>, values: &[f64]) {
    for &x in values {
        // A stream comes value by value: the compiler must not see it as a slice.
        statistic.update(black_box(x));
    }
}

/// Times one update of a statistic that has already seen `warm`; `values` repeat.
fn time(criterion: &mut Criterion, name: &str, mut statistic: impl Univariate<f64>, warm: &[f64], values: &[f64]) {
    let mut warmed = false;
    let mut rest: &[f64] = &[];
    criterion.bench_function(name, |bencher| {
        // Done here, so that no window is filled for a benchmark that the command line excludes.
        if !std::mem::replace(&mut warmed, true) {
            feed(&mut statistic, warm);
        }
        bencher.iter_custom(|updates| {
            let mut left = updates as usize;
            let start = Instant::now();
            while left > 0 {
                if rest.is_empty() {
                    rest = values;
                }
                let (now, later) = rest.split_at(left.min(rest.len()));
                feed(&mut statistic, now);
                rest = later;
                left -= now.len();
            }
            start.elapsed()
        });
    });
    // Some of watermill's statistics panic without values, as when the command line excludes the benchmark.
    if warmed {
        black_box(statistic.get());
    }
}

/// Times this project's kernel and watermill's, if there is one, on the same values.
fn compare(
    criterion: &mut Criterion,
    name: &str,
    (warm, values): (&[f64], &[f64]),
    ours: impl Univariate<f64>,
    theirs: Option<impl Univariate<f64>>,
) {
    time(criterion, &format!("{name}/river"), ours, warm, values);
    if let Some(theirs) = theirs {
        time(criterion, &format!("{name}/watermill"), theirs, warm, values);
    }
}

fn running(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    use river::kernels as ours;
    use watermill as theirs;

    let values = stream(PERIOD);
    let data = (values.as_slice(), values.as_slice());
    compare(criterion, "mean", data, ours::Mean::new(), Some(theirs::mean::Mean::new()));
    compare(criterion, "var", data, ours::Var::new(1)?, Some(theirs::variance::Variance::new(1)));
    compare(
        criterion,
        "quantile",
        data,
        ours::Quantile::new(0.5.into(), Default::default())?,
        Some(theirs::quantile::Quantile::new(0.5)?),
    );
    compare(criterion, "iqr", data, ours::Iqr::new(0.25, 0.75)?, Some(theirs::iqr::IQR::new(0.25, 0.75)?));
    compare(criterion, "peak_to_peak", data, ours::PeakToPeak::new(), Some(theirs::ptp::PeakToPeak::new()));
    compare(
        criterion,
        "ew_mean",
        data,
        ours::EwMean::new(0.5, None, false, 0, true)?,
        Some(theirs::ewmean::EWMean::new(0.5)),
    );
    compare(
        criterion,
        "ew_var",
        data,
        ours::EwVar::new(0.5, None, false, true, 0, true)?,
        Some(theirs::ewvariance::EWVariance::new(0.5)),
    );
    compare(criterion, "kurtosis", data, ours::Kurtosis::new(false), Some(theirs::kurtosis::Kurtosis::new(false)));
    compare(criterion, "skew", data, ours::Skew::new(false), Some(theirs::skew::Skew::new(false)));
    Ok(())
}

fn rolling(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    use river::kernels as ours;
    use watermill as theirs;

    for window in [100, 1_000, 10_000, 100_000, 1_000_000] {
        let values = stream(window + PERIOD);
        let data = values.split_at(window);
        let with_theirs = window <= WATERMILL_LARGEST_WINDOW;

        let median = with_theirs.then(|| theirs::quantile::RollingQuantile::new(0.5, window)).transpose()?;
        compare(
            criterion,
            &format!("rolling_quantile/{window}"),
            data,
            ours::RollingQuantile::new(0.5.into(), window as i128, Default::default())?,
            median,
        );
        let iqr = with_theirs.then(|| theirs::iqr::RollingIQR::new(0.25, 0.75, window)).transpose()?;
        compare(
            criterion,
            &format!("rolling_iqr/{window}"),
            data,
            ours::RollingIqr::new(window as i128, 0.25, 0.75)?,
            iqr,
        );
    }
    Ok(())
}

/// Times one merge of two statistics that have seen the stream.
fn merge(criterion: &mut Criterion, name: &str, empty: impl Merge<Input = f64>) {
    let [mut left, mut right] = [empty.clone(), empty];
    let values = stream(2 * PERIOD);
    left.update_many(&values[..PERIOD]);
    right.update_many(&values[PERIOD..]);
    criterion.bench_function(&format!("merge/{name}"), |bencher| {
        bencher.iter(|| {
            let mut merged = black_box(&left).clone();
            black_box(merged.merge(black_box(&right)).is_ok());
            merged
        });
    });
}

fn merging(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    use river::kernels as ours;

    merge(criterion, "mean", ours::Mean::new());
    merge(criterion, "var", ours::Var::new(1)?);
    merge(criterion, "kurtosis", ours::Kurtosis::new(false));
    merge(criterion, "ew_mean", ours::EwMean::new(1e-3, None, false, 0, true)?);
    merge(criterion, "ew_var", ours::EwVar::new(1e-3, None, false, true, 0, true)?);
    merge(criterion, "max", ours::Max::new());
    Ok(())
}

/// Times adding a stream to an empty sketch, with this project's sketch and with the crate's.
fn sketch<S>(
    criterion: &mut Criterion,
    name: &str,
    (ours, theirs): (impl Fn(&[f64]) -> Result<S, river::Error>, impl Fn(&[f64])),
) {
    let values = stream(PERIOD);
    criterion
        .bench_function(&format!("sketch/{name}/river"), |bencher| bencher.iter(|| ours(black_box(&values)).is_ok()));
    criterion
        .bench_function(&format!("sketch/{name}/datasketches"), |bencher| bencher.iter(|| theirs(black_box(&values))));
}

fn sketches(criterion: &mut Criterion) {
    use datasketches::{
        hash::value::canonical_float,
        hll::{Coupon, HllSketch, HllType},
        kll::{KllFloat, KllSketch},
        tdigest::TDigestMut,
    };
    use river::kernels::{ItemSketch, Kll, NUnique, Probabilities, TDigest, sketches::item::Part};

    fn filled<S: Statistic<Input = f64>>(mut sketch: S, xs: &[f64]) -> S {
        sketch.update_many(xs);
        sketch
    }
    let theirs = |xs: &[f64]| {
        let Ok(mut sketch) = KllSketch::new(200) else { return };
        xs.iter().flat_map(|&x| KllFloat::<f64>::new(x)).for_each(|x| sketch.update(x));
        black_box(sketch.n());
    };
    sketch(criterion, "kll", (|xs: &[f64]| Ok(filled(Kll::new(Probabilities::One(0.5), 200)?, xs)), theirs));
    let theirs = |xs: &[f64]| {
        let Ok(mut digest) = TDigestMut::new(100) else { return };
        xs.iter().for_each(|&x| digest.update(x));
        black_box(digest.total_weight());
    };
    sketch(criterion, "t_digest", (|xs: &[f64]| Ok(filled(TDigest::new(Probabilities::One(0.5), 100)?, xs)), theirs));
    let ours = |xs: &[f64]| {
        let mut sketch = NUnique::new(0.01, None)?;
        xs.iter().for_each(|&x| sketch.update_part(Part::Float(x)));
        Ok(sketch)
    };
    let theirs = |xs: &[f64]| {
        let Ok(mut sketch) = HllSketch::new(14, HllType::Hll8) else { return };
        xs.iter().for_each(|&x| sketch.update_with_coupon(Coupon::from_value(canonical_float::from_f64(x))));
        black_box(sketch.composite_estimate());
    };
    sketch(criterion, "hll", (ours, theirs));
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    running(&mut criterion)?;
    rolling(&mut criterion)?;
    merging(&mut criterion)?;
    sketches(&mut criterion);
    criterion.final_summary();
    Ok(())
}
