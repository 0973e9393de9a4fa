use super::*;

fn defined(pairs: &[(f64, f64)]) -> (i64, i64) {
    let at_most = |at: f64| {
        let count = |of: fn(&(f64, f64)) -> f64| pairs.iter().filter(|pair| of(pair) <= at).count() as i64;
        count(|pair| pair.0) - count(|pair| pair.1)
    };
    let all = pairs.iter().flat_map(|&(x, y)| [x, y]).map(at_most);
    (all.clone().max().unwrap_or(0), all.min().unwrap_or(0))
}

#[test]
fn agrees_with_the_definition_as_pairs_come_and_go() -> Result<(), Error> {
    let mut random = fastrand::Rng::with_seed(5);
    for distinct in [3, 30, 1 << 20] {
        let (mut ks, mut kuiper) = (KolmogorovSmirnov::new("ks".into())?, KolmogorovSmirnov::new("kuiper".into())?);
        let mut pairs = Vec::new();
        for i in 0..900 {
            let grows = pairs.is_empty() || i < 400 || random.u8(..5) == 0;
            if grows {
                let pair = (f64::from(random.i32(..distinct)), f64::from(random.i32(..distinct) / 2));
                pairs.push(pair);
                ks.update(pair);
                kuiper.update(pair);
            } else {
                let pair = pairs.swap_remove(random.usize(..pairs.len()));
                ks.revert(pair)?;
                kuiper.revert(pair)?;
            }
            if i % 9 == 0 {
                let ((max, min), n) = (defined(&pairs), pairs.len().max(1) as f64);
                assert_eq!(ks.get(), Some(max.max(-min) as f64 / n));
                assert_eq!(kuiper.get(), Some((max - min) as f64 / n));
                ks.validate().unwrap();
            }
        }
    }
    Ok(())
}

#[test]
fn samples_of_any_size_have_the_distance_of_their_functions() -> Result<(), Error> {
    let mut random = fastrand::Rng::with_seed(6);
    for (sizes, distinct) in [([30, 20], 7), ([1, 50], 1 << 20), ([64, 63], 40)] {
        let mut statistics = [KolmogorovSmirnov::new("ks".into())?, KolmogorovSmirnov::new("kuiper".into())?];
        let [xs, ys]: [Vec<f64>; 2] = sizes.map(|n| (0..n).map(|_| f64::from(random.u32(..distinct))).collect());
        for (of, values) in [(Sample::X, &xs), (Sample::Y, &ys)] {
            for &value in values {
                statistics.iter_mut().for_each(|statistic| statistic.update_one(of, value));
            }
        }
        let share = |of: &[f64], at: f64| of.iter().filter(|&&value| value <= at).count() as f64 / of.len() as f64;
        let apart = xs.iter().chain(&ys).map(|&at| share(&xs, at) - share(&ys, at));
        let (max, min) = apart.fold((0.0_f64, 0.0_f64), |(max, min), apart| (max.max(apart), min.min(apart)));
        for (statistic, expected) in statistics.iter().zip([max.max(-min), max - min]) {
            assert!(statistic.get().is_some_and(|distance| (distance - expected).abs() < 1e-15));
        }
        for statistic in &mut statistics {
            assert_eq!((statistic.size(Sample::X), statistic.size(Sample::Y)), (sizes[0], sizes[1]));
            xs.iter().try_for_each(|&x| statistic.revert_one(Sample::X, x))?;
            assert_eq!((statistic.get(), statistic.revert_one(Sample::X, xs[0])), (Some(0.0), Err(Error::NotSeen)));
        }
    }
    Ok(())
}

#[test]
fn reverts_only_values_that_were_seen() -> Result<(), Error> {
    let mut ks = KolmogorovSmirnov::new("ks".into())?;
    ks.update((1.0, f64::NAN));
    for pair in [(1.0, 1.0), (f64::NAN, 1.0), (2.0, f64::NAN)] {
        assert_eq!(ks.revert(pair), Err(Error::NotSeen));
        assert!(ks.get().is_some_and(f64::is_nan));
    }
    ks.update((2.0, 1.0));
    ks.revert((1.0, f64::NAN))?;
    assert_eq!(ks.get(), Some(1.0));
    Ok(())
}
