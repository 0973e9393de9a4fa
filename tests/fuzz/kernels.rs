//! Kernels under arbitrary sequences of operations, beside their definition in exact integer arithmetic; and arbitrary bytes
//! read as their states.
//!
//! `cargo test --test fuzz` takes some seconds for each; `RIVER_FUZZ_SECONDS=3600` says how many. What fails has a seed,
//! with which `arbtest` repeats it.

#![allow(clippy::unwrap_used, reason = "an operation that fails is what is looked for")]

use arbtest::{
    arbitrary::{Result, Unstructured},
    arbtest,
};
use river::kernels::{
    Kurtosis, Max, Mean, Merge, Min, PeakToPeak, Quantile, RevertWeighted, RollingQuantile, Skew, Statistic, Sum,
    Unmerge, Var,
    window::{Rollable, Rolling},
};
use std::{collections::VecDeque, env};

/// Values are whole eighths, so that integers hold their sums of powers exactly.
const UNIT: f64 = 8.0;

fn run(check: impl FnMut(&mut Unstructured<'_>) -> Result<()>) {
    let seconds = env::var("RIVER_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    arbtest(check).budget_ms(1_000 * seconds);
}

fn value(u: &mut Unstructured<'_>) -> Result<i128> {
    Ok(i128::from(u.int_in_range(-2_000..=2_000_i32)?))
}

fn number(eighths: i128) -> f64 {
    eighths as f64 / UNIT
}

fn numbers(eighths: &[i128]) -> Vec<f64> {
    eighths.iter().copied().map(number).collect()
}

#[track_caller]
fn assert_near(found: Option<f64>, expected: Option<f64>, unit: f64) {
    match (found, expected) {
        (Some(found), Some(expected)) => {
            let same = found == expected || (found.is_nan() && expected.is_nan());
            assert!(same || (found - expected).abs() <= 1e-11 * unit, "{found:?} instead of {expected:?}");
        }
        _ => assert_eq!(found, expected),
    }
}

/// The state, stored and read.
fn stored<K: Statistic>(kernel: &K) -> K {
    let bytes = bincode::serialize(kernel).unwrap();
    let read: K = bincode::deserialize(&bytes).unwrap();
    assert_eq!(read.validate(), Ok(()));
    assert_eq!(bincode::serialize(&read).unwrap(), bytes);
    read
}

/// What every kernel of numbers can do, beside the list of what it has seen.
fn observe<K: Statistic<Input = f64>>(u: &mut Unstructured<'_>, kernel: &mut K, seen: &mut Vec<i128>) -> Result<()> {
    let xs = (0..u.int_in_range(0..=40)?).map(|_| value(u)).collect::<Result<Vec<_>>>()?;
    match u.int_in_range(0..=3)? {
        0 => xs.iter().for_each(|&x| kernel.update(number(x))),
        1 => kernel.update_many(&numbers(&xs)),
        2 => {
            let mut out = vec![0.0; xs.len()];
            kernel.accumulate(&numbers(&xs), &mut out);
            if let (Some(&last), Some(value)) = (out.last(), kernel.get()) {
                assert_near(Some(last), Some(value), value.abs().max(1.0));
            }
        }
        _ => {
            *kernel = stored(kernel);
            return Ok(());
        }
    }
    seen.extend(xs);
    Ok(())
}

/// Sums of powers up to the fourth, in eighths.
fn powers(seen: &[i128]) -> [i128; 5] {
    [0, 1, 2, 3, 4].map(|power| seen.iter().map(|x| x.pow(power)).sum())
}

/// The central moments, times the number of values, by exact numerators.
fn moments(seen: &[i128]) -> (f64, [f64; 3]) {
    let [n, s1, s2, s3, s4] = powers(seen);
    let second = n * s2 - s1 * s1;
    let third = n * n * s3 - 3 * n * s1 * s2 + 2 * s1 * s1 * s1;
    let fourth = n * n * n * s4 - 4 * n * n * s1 * s3 + 6 * n * s1 * s1 * s2 - 3 * s1 * s1 * s1 * s1;
    let n = n as f64;
    let moment = |numerator: i128, power: i32| numerator as f64 / n.powi(power - 1) / UNIT.powi(power);
    (n, [moment(second, 2), moment(third, 3), moment(fourth, 4)])
}

/// The variance with `ddof=1`.
fn variance(seen: &[i128]) -> f64 {
    let (n, [second, ..]) = if seen.is_empty() { (0.0, [0.0; 3]) } else { moments(seen) };
    if n > 1.0 { second / (n - 1.0) } else { 0.0 }
}

fn mean(seen: &[i128]) -> f64 {
    if seen.is_empty() { 0.0 } else { seen.iter().sum::<i128>() as f64 / seen.len() as f64 / UNIT }
}

/// Observations, weights, reverts and merges in any order.
fn weighted<K: RevertWeighted<Input = f64> + Unmerge>(
    u: &mut Unstructured<'_>,
    new: impl Fn() -> K,
    expected: impl Fn(&[i128]) -> f64,
    unit: f64,
) -> Result<()> {
    let (mut kernel, mut seen) = (new(), Vec::new());
    while !u.is_empty() {
        let (x, times) = (value(u)?, u.int_in_range(0..=3)?);
        match u.int_in_range(0..=4)? {
            0 => {
                kernel.update_weighted(number(x), times as f64).unwrap();
                seen.extend(vec![x; times]);
            }
            1 if !seen.is_empty() => {
                let x = seen.swap_remove(u.choose_index(seen.len())?);
                kernel.revert_weighted(number(x), 1.0).unwrap();
            }
            2 => {
                let (mut other, mut others) = (new(), Vec::new());
                observe(u, &mut other, &mut others)?;
                kernel.merge(&other).unwrap();
                if times > 0 {
                    seen.extend(others);
                } else {
                    kernel.unmerge(&other).unwrap();
                }
            }
            _ => observe(u, &mut kernel, &mut seen)?,
        }
        assert_near(kernel.get(), Some(expected(&seen)), unit * (seen.len() + 1) as f64);
    }
    Ok(())
}

/// Observations and merges in any order.
fn merged<K: Statistic<Input = f64> + Merge>(
    u: &mut Unstructured<'_>,
    new: impl Fn() -> K,
    expected: impl Fn(&[i128]) -> Option<f64>,
    unit: f64,
) -> Result<()> {
    let (mut kernel, mut seen) = (new(), Vec::new());
    while !u.is_empty() {
        if u.ratio(1, 3)? {
            let (mut other, mut others) = (new(), Vec::new());
            observe(u, &mut other, &mut others)?;
            kernel.merge(&other).unwrap();
            seen.extend(others);
        } else {
            observe(u, &mut kernel, &mut seen)?;
        }
        if let Some(expected) = expected(&seen) {
            assert_near(kernel.get(), Some(expected), unit);
        }
    }
    Ok(())
}

/// A window, and a window of the same kernel that replays nothing but what is in it.
fn windowed<K: Rollable<Input = f64>>(
    u: &mut Unstructured<'_>,
    kernel: K,
    expected: impl Fn(&[i128]) -> Option<f64>,
    unit: f64,
) -> Result<()> {
    let size = u.int_in_range(1..=70)?;
    let (mut window, mut seen) = (Rolling::new(kernel, size as i128).unwrap(), Vec::new());
    while !u.is_empty() {
        observe(u, &mut window, &mut seen)?;
        let inside = &seen[seen.len().saturating_sub(size)..];
        assert_near(window.get(), expected(inside), unit);
    }
    Ok(())
}

fn quantile(seen: &[i128], q: f64) -> Option<f64> {
    let mut sorted = seen.to_vec();
    sorted.sort_unstable();
    let index = q * (sorted.len().checked_sub(1)? as f64);
    let [low, high] = [index.floor(), index.ceil()].map(|index| number(sorted[index as usize]));
    Some(low + (high - low) * (index - index.floor()))
}

#[test]
fn sums_and_means() {
    run(|u| weighted(u, Mean::default, mean, 250.0));
    run(|u| weighted(u, Sum::default, |seen| number(seen.iter().sum()), 250.0));
}

#[test]
fn variances() {
    run(|u| weighted(u, || Var::new(1).unwrap(), variance, 62_500.0));
}

#[test]
fn shapes() {
    let shape = |bias: fn(&[i128]) -> Option<f64>| bias;
    run(|u| {
        let expected = shape(|seen| {
            let (n, [second, third, _]) = if seen.is_empty() { return None } else { moments(seen) };
            (second > 0.0).then(|| third / n / (second / n).powf(1.5))
        });
        merged(u, || Skew::new(true), expected, 10.0)
    });
    run(|u| {
        let expected = shape(|seen| {
            let (n, [second, _, fourth]) = if seen.is_empty() { return None } else { moments(seen) };
            (second > 0.0).then(|| fourth / n / (second / n).powi(2) - 3.0)
        });
        merged(u, || Kurtosis::new(true), expected, 100.0)
    });
}

#[test]
fn extrema() {
    run(|u| merged(u, Min::default, |seen| seen.iter().min().map(|&x| number(x)), 0.0));
    run(|u| merged(u, Max::default, |seen| seen.iter().max().map(|&x| number(x)), 0.0));
    let range = |seen: &[i128]| Some(number(seen.iter().max()? - seen.iter().min()?));
    run(|u| merged(u, PeakToPeak::default, range, 0.0));
}

#[test]
fn windows() {
    run(|u| windowed(u, Var::new(1).unwrap(), |inside| Some(variance(inside)), 62_500.0));
    run(|u| windowed(u, Quantile::new(0.3.into(), Default::default()).unwrap(), |inside| quantile(inside, 0.3), 1.0));
    run(|u| {
        let size = u.int_in_range(1..=70)?;
        let (mut kernel, mut seen) =
            (RollingQuantile::new(0.9.into(), size as i128, Default::default()).unwrap(), Vec::new());
        while !u.is_empty() {
            observe(u, &mut kernel, &mut seen)?;
            let inside = &seen[seen.len().saturating_sub(size)..];
            assert_near(kernel.get(), quantile(inside, 0.9), 1.0);
        }
        Ok(())
    });
    run(|u| {
        let (mut window, mut inside) = (Rolling::new(Max::default(), 3).unwrap(), VecDeque::new());
        while !u.is_empty() {
            let x = value(u)?;
            window.update(number(x));
            inside.push_back(x);
            if inside.len() > 3 {
                inside.pop_front();
            }
            assert_near(window.get(), inside.iter().max().map(|&x| number(x)), 0.0);
        }
        Ok(())
    });
}

/// Whatever bytes hold a state that is valid, it can be used.
fn decoded<K: Statistic<Input = f64>>(u: &mut Unstructured<'_>) -> Result<()> {
    let bytes = u.bytes(u.len() / 2)?;
    let Ok(mut kernel) = bincode::deserialize::<K>(bytes) else { return Ok(()) };
    if kernel.validate().is_ok() {
        let mut seen = Vec::new();
        while !u.is_empty() {
            observe(u, &mut kernel, &mut seen)?;
            kernel.get();
        }
    }
    Ok(())
}

#[test]
fn states() {
    run(decoded::<Mean>);
    run(decoded::<Var>);
    run(decoded::<Kurtosis>);
    run(decoded::<RollingQuantile>);
    run(decoded::<Rolling<Var>>);
}
