//! Tests of the entropy against its definition.

use super::*;

fn defined(values: &[Symbol], fading_factor: f64) -> f64 {
    let mut weights = [0.0; 64];
    let mut weight = 1.0;
    for &value in values.iter().rev() {
        weights[value as usize] += weight;
        weight *= fading_factor;
    }
    let total: f64 = weights.iter().sum();
    let share = |&weight: &f64| if weight > 0.0 { weight / total } else { 1.0 };
    -weights.iter().map(share).map(|p| p * p.ln()).sum::<f64>()
}

/// Past several divisions of the weights, with values that vanish and come back.
#[test]
fn agrees_with_the_definition() -> Result<(), Error> {
    let mut random = fastrand::Rng::with_seed(2);
    for fading_factor in [1.0, 0.9999, 0.9, 0.3, 1e-3, 1e-200, 5e-324] {
        let mut kernel = Entropy::new(fading_factor, 0.0)?;
        let mut values = Vec::new();
        for i in 0..4_000 {
            values.push(random.u32(..if i % 1_000 < 500 { 40 } else { 2 }));
            kernel.update([values[values.len() - 1]]);
            if i % 7 == 0 {
                let difference = kernel.entropy() - defined(&values, fading_factor);
                assert!(difference.abs() < 1e-13, "{fading_factor} {i} {difference}");
            }
        }
        kernel.validate().unwrap();
    }
    Ok(())
}

#[test]
fn a_window_is_what_a_fresh_kernel_makes_of_it() -> Result<(), Error> {
    let mut random = fastrand::Rng::with_seed(3);
    for (fading_factor, size) in [(1.0, 50), (0.99, 50), (0.5, 3_000), (0.5, 1)] {
        let mut kernel = Entropy::new(fading_factor, 0.0)?.windowed();
        let mut values: Vec<Symbol> = Vec::new();
        for i in 0..6_000 {
            values.push(random.u32(..20));
            kernel.update([values[i]]);
            if i >= size {
                kernel.revert([values[i - size]])?;
            }
            while kernel.next_freed(0).is_some() {}
            let window = &values[(i + 1).saturating_sub(size)..];
            assert!((kernel.entropy() - defined(window, fading_factor)).abs() < 1e-12);
            assert_eq!(kernel.n() as usize, window.len());
        }
        for &value in &values[values.len() - size..] {
            kernel.revert([value])?;
        }
        assert_eq!((kernel.entropy(), kernel.total), (0.0, DoubleDouble::default()));
        assert_eq!(kernel.revert([0]), Err(Error::NotSeen));
    }
    Ok(())
}

#[test]
fn vanished_values_are_given_back() -> Result<(), Error> {
    let mut kernel = Entropy::new(0.5, 0.0)?;
    for symbol in 0..100 {
        kernel.update([symbol]);
    }
    for _ in 0..5_000 {
        kernel.update([7]);
    }
    assert_eq!(kernel.symbols(0), [7]);
    let mut vacated: Vec<_> = std::iter::from_fn(|| kernel.next_freed(0)).map(|vacated| vacated.symbol).collect();
    vacated.sort_unstable();
    assert!(vacated.into_iter().eq((0..100).filter(|&symbol| symbol != 7)));
    Ok(())
}
