//! Compares a column processed at once with a window that is updated value by value.

use crate::kernels::{
    statistics::{kurtosis::Kurtosis, sem::Sem, skew::Skew, var::Var},
    traits::Statistic,
    window::rolling::{Rollable, Rolling},
};

/// Compares a column processed at once with a window that is updated value by value, and further updates of both after
/// it.
fn check<K: Rollable<Input = f64>>(kernel: &K, values: &[f64], (tolerance, least): (f64, f64)) {
    for size in SIZES {
        for before in [0, 1, 90, 200] {
            let mut window = Rolling::new(kernel.clone(), size as i128).unwrap();
            values[..before].iter().for_each(|&x| window.update(x));
            let mut loops = window.clone();
            let mut out = vec![0.0; values.len() - before];
            window.accumulate(&values[before..], &mut out);
            let near = |actual: f64, expected: f64, index: usize| {
                let same = actual == expected || (actual.is_nan() && expected.is_nan());
                let near = (actual - expected).abs() <= tolerance * expected.abs().max(least);
                let wrong = format!("{actual} instead of {expected} at {index} in a window of {size}");
                assert!(same || near, "{wrong}");
            };
            for (index, &x) in values[before..].iter().enumerate() {
                loops.update(x);
                near(out[index], loops.get().unwrap(), index + before);
            }
            assert_eq!(window.len(), loops.len());
            for &x in &values[..150] {
                window.update(x);
                loops.update(x);
                near(window.get().unwrap(), loops.get().unwrap(), values.len());
            }
        }
    }
}

const SIZES: [usize; 13] = [1, 2, 3, 5, 16, 17, 40, 41, 64, 100, 300, 1000, 5000];

fn noise(length: usize) -> Vec<f64> {
    let mut random = fastrand::Rng::with_seed(17);
    (0..length).map(|_| (0..6).map(|_| random.f64() - 0.5).sum()).collect()
}

fn check_all(values: &[f64], tolerance: f64) {
    check(&Var::new(1).unwrap(), values, (tolerance, 0.0));
    check(&Sem::new(0).unwrap(), values, (tolerance, 0.0));
    // Skewness and excess kurtosis may be close to 0 although their terms are not.
    check(&Skew::new(true), values, (tolerance, 1.0));
    check(&Kurtosis::new(false), values, (tolerance, 1.0));
}

#[test]
fn values_of_any_magnitude_and_offset() {
    let noise = noise(1300);
    for unit in [1.0, 1e-40, 1e40, 1e-150, 1e150, 1e-300, 1e300] {
        let values: Vec<f64> = noise.iter().map(|x| x * unit).collect();
        check_all(&values, 1e-12);
    }
    let values: Vec<f64> = noise.iter().map(|x| x + 1e9).collect();
    check_all(&values, 1e-12);
}

#[test]
fn trends_steps_and_stretches_of_equal_values() {
    let noise = noise(1300);
    let of = |f: &dyn Fn(usize, f64) -> f64| -> Vec<f64> { noise.iter().enumerate().map(|(i, &x)| f(i, x)).collect() };
    check_all(&of(&|i, x| x + 3.0 * i as f64), 1e-12);
    check_all(&of(&|i, x| x + if i < 700 { 0.0 } else { 1e6 }), 1e-12);
    check_all(&of(&|i, x| x * (i as f64 / 100.0).exp()), 1e-12);
    check_all(&of(&|i, x| if i % 400 < 150 { 0.1 } else { x }), 1e-12);
    check_all(&vec![0.1; 500], 0.0);
    check_all(&vec![0.0; 500], 0.0);
    let mut sum = 0.0;
    check_all(
        &of(&|_, x| {
            _ = x;
            1.0 / 3.0
        }),
        0.0,
    );
    let walk: Vec<f64> = noise
        .iter()
        .map(|x| {
            sum += x;
            sum
        })
        .collect();
    check_all(&walk, 1e-12);
}

#[test]
fn what_leaves_the_window_leaves_no_trace() {
    for special in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e17, 1e200, f64::MAX] {
        let mut values = noise(1300);
        for index in [100, 640, 641, 1299] {
            values[index] = special;
        }
        check_all(&values, 1e-12);
    }
}
