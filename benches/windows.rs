//! Windows: nanoseconds for an update and a read of the value, and the latency of single updates.
//!
//! `cargo bench --bench windows` prints both tables; `-- latency` or `-- time` one of them.

use river::kernels::{
    BayesianMean, Cov, EwVar, Kurtosis, Max, Mean, PearsonCorr, Quantile, Sem, Skew, Statistic, Var,
    numerics::timestamp::Timestamp,
    window::{Closed, Rollable, Rolling, TimeRolling},
};
use std::{error::Error, hint::black_box, time::Instant};

const UPDATES: usize = 1_000_000;
const LARGE: i128 = 1_000_000;

fn stream(length: usize) -> Vec<f64> {
    let mut random = fastrand::Rng::with_seed(42);
    (0..length).map(|_| (0..12).map(|_| random.f64()).sum::<f64>() - 6.0).collect()
}

fn time<K: Rollable<Input = f64>>(name: &str, kernel: K, values: &[f64]) -> Result<(), Box<dyn Error>> {
    time_of(name, kernel, values.iter().copied())
}

fn time_pairs<K: Rollable<Input = (f64, f64)>>(name: &str, kernel: K, values: &[f64]) -> Result<(), Box<dyn Error>> {
    time_of(name, kernel, values.iter().copied().zip(values.iter().rev().copied()))
}

fn time_of<K: Rollable>(
    name: &str,
    kernel: K,
    values: impl Iterator<Item = K::Input> + Clone,
) -> Result<(), Box<dyn Error>> {
    print!("{name:<24}");
    for size in [100, 10_000, LARGE] {
        let mut window = Rolling::new(kernel.clone(), size)?;
        values.clone().for_each(|x| window.update(black_box(x)));
        let start = Instant::now();
        for x in values.clone() {
            window.update(black_box(x));
            black_box(window.get());
        }
        print!("{:>10.1}", start.elapsed().as_nanos() as f64 / UPDATES as f64);
    }
    let mut window = TimeRolling::new(kernel, 100_000 * 1_000_000_000, Closed::Right)?;
    let mut worst = 0.0;
    for round in 0..2 {
        let start = Instant::now();
        for (i, x) in values.clone().enumerate() {
            window.update(Some(Timestamp::Naive((round * UPDATES + i) as i128 * 1_000_000_000)), black_box(x), 1.0)?;
            black_box(window.get());
        }
        worst = start.elapsed().as_nanos() as f64 / UPDATES as f64;
    }
    println!("{worst:>10.1}");
    Ok(())
}

fn latency<K: Rollable<Input = f64>>(name: &str, kernel: K, values: &[f64]) -> Result<(), Box<dyn Error>> {
    let mut window = Rolling::new(kernel, LARGE)?;
    values.iter().for_each(|&x| window.update(x));
    let mut least = vec![u32::MAX; 10 * UPDATES];
    let mut overall = 0;
    // The operating system interrupts each run at a different point: the least of three is the algorithm's own time.
    for _ in 0..3 {
        for (i, least) in least.iter_mut().enumerate() {
            let start = Instant::now();
            window.update(black_box(values[i % values.len()]));
            let elapsed = start.elapsed().as_nanos() as u32;
            *least = elapsed.min(*least);
            overall = overall.max(elapsed);
        }
    }
    least.sort_unstable();
    let at = |share: f64| least[((least.len() - 1) as f64 * share) as usize];
    let worst = at(1.0);
    println!("{name:<24}{:>10}{:>10}{:>10}{worst:>10}{overall:>12}", at(0.5), at(0.99), at(0.9999));
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let wanted = |what: &str| std::env::args().all(|arg| arg.starts_with('-') || arg.contains('/') || arg == what);
    let values = stream(UPDATES);
    if wanted("time") {
        println!("update and get, ns       w=100   w=10,000  w=1,000,000  100,000 s");
        time("Mean", Mean::new(), &values)?;
        time("Var", Var::new(1)?, &values)?;
        time("SEM", Sem::new(1)?, &values)?;
        time("BayesianMean", BayesianMean::new(0.0, 1.0)?, &values)?;
        time("Skew", Skew::new(false), &values)?;
        time("Kurtosis", Kurtosis::new(false), &values)?;
        time("Max", Max::new(), &values)?;
        time("EWVar", EwVar::new(0.1, None, false, true, 0, true)?, &values)?;
        time("Quantile", Quantile::new(0.5.into(), Default::default())?, &values)?;
        time_pairs("Cov", Cov::new(1)?, &values)?;
        time_pairs("PearsonCorr", PearsonCorr::new(1)?, &values)?;
    }
    if wanted("latency") {
        println!("one update, ns             p50       p99    p99.99       max  max of all");
        latency("Mean", Mean::new(), &values)?;
        latency("Var", Var::new(1)?, &values)?;
        latency("Kurtosis", Kurtosis::new(false), &values)?;
        latency("Max", Max::new(), &values)?;
        latency("Quantile", Quantile::new(0.5.into(), Default::default())?, &values)?;
    }
    Ok(())
}
