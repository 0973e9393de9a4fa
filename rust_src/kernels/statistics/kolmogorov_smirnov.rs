//! Distance of two empirical distributions.
//!
//! Each distinct value is an item of a tree, with its count in each sample. The difference of the distribution functions at
//! a value is the sum of the differences of counts up to it. Nodes keep the largest and smallest prefix sum of the items
//! below, so an update is O(log n) and the extremes over all items are always known. Equal values are one item, so no
//! difference is taken between them.
//!
//! The idea of prefix extremes in a search tree: D. M. dos Reis et al., "Fast unsupervised online drift detection using
//! incremental Kolmogorov-Smirnov test", KDD 2016.

use crate::{
    Error,
    kernels::{
        numerics::validate::{self, Shown},
        structures::order_tree::{Item, OrderTree},
        traits::{Merge, Revert, Statistic, Unmerge, same_parameters},
        watermill::bivariate,
        window::rollable,
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The distance of two distribution functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Distance {
    /// The largest absolute difference.
    KolmogorovSmirnov,
    /// The largest positive difference plus the largest negative one.
    Kuiper,
}

impl Distance {
    /// The names, as errors show them.
    pub const NAMES: &str = "'ks' or 'kuiper'";

    /// The name, as a parameter.
    pub fn name(self) -> &'static str {
        match self {
            Self::KolmogorovSmirnov => "ks",
            Self::Kuiper => "kuiper",
        }
    }
}

impl Shown for Distance {
    fn shown(&self) -> String {
        format!("'{}'", self.name())
    }
}

/// A distinct value and its count in each sample.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Point {
    value: f64,
    x: u64,
    y: u64,
}

/// The sum of the differences of a run of points, and the extremes of its prefix sums.
#[derive(Clone, Copy, Debug)]
struct Prefixes {
    sum: i64,
    max: i64,
    min: i64,
}

impl Item for Point {
    type Key = f64;
    type Summary = Prefixes;

    #[inline]
    fn key(&self) -> f64 {
        self.value
    }

    #[inline]
    fn summarize(run: &[Self]) -> Prefixes {
        let mut all = Prefixes { sum: 0, max: i64::MIN, min: i64::MAX };
        for point in run {
            all.sum += point.x as i64 - point.y as i64;
            all.max = all.max.max(all.sum);
            all.min = all.min.min(all.sum);
        }
        all
    }

    #[inline]
    fn combine(left: Prefixes, right: Prefixes) -> Prefixes {
        Prefixes {
            sum: left.sum + right.sum,
            max: left.max.max(left.sum + right.max),
            min: left.min.min(left.sum + right.min),
        }
    }
}

/// The Kolmogorov-Smirnov or Kuiper distance of two samples that grow in pairs.
#[derive(Clone, Debug)]
pub struct KolmogorovSmirnov {
    /// Which distance it is.
    pub statistic: Distance,
    n: u64,
    /// The number of NaNs in each sample, which are not in the tree.
    nans: [u64; 2],
    points: OrderTree<Point>,
}

impl KolmogorovSmirnov {
    /// The distance that `statistic` names, "ks" or "kuiper".
    pub fn new(statistic: String) -> Result<Self, Error> {
        let statistic = match statistic.as_str() {
            "ks" => Distance::KolmogorovSmirnov,
            "kuiper" => Distance::Kuiper,
            other => return Err(Error::parameter("statistic", format!("'{other}'"), Distance::NAMES)),
        };
        Ok(Self { statistic, n: 0, nans: [0; 2], points: OrderTree::default() })
    }

    /// The values in ascending order, each with its count in either sample.
    pub fn points(&self) -> impl Iterator<Item = (f64, u64, u64)> {
        self.points.iter().map(|point| (point.value, point.x, point.y))
    }

    /// The probability of a largest difference at least as large if both samples are of one continuous distribution. With
    /// `n` values in each and a difference of `h / n` it is `2 (c(h) - c(2h) + c(3h) - ...)`, where `c(k)` is the binomial
    /// coefficient of `2n` and `n - k` over that of `2n` and `n` (B. V. Gnedenko, V. S. Korolyuk, "On the maximum discrepancy
    /// between two empirical distributions", Doklady Akademii Nauk SSSR 80 (1951)). `None` for Kuiper's distance.
    pub fn p_value(&self) -> Option<f64> {
        if self.statistic == Distance::Kuiper {
            return None;
        }
        if self.nans != [0; 2] {
            return Some(f64::NAN);
        }
        let height = self.points.summary().map_or(0, |Prefixes { max, min, .. }| max.max(-min)) as u64;
        if height == 0 {
            return Some(1.0);
        }
        let (mut sum, mut ratio, mut sign) = (0.0, 1.0, 1.0);
        for k in 1..=self.n {
            ratio *= (self.n + 1 - k) as f64 / (self.n + k) as f64;
            if k.is_multiple_of(height) {
                sum += sign * ratio;
                sign = -sign;
            }
            // What follows is smaller still.
            if ratio < f64::EPSILON * 1e-2 * sum || ratio == 0.0 {
                break;
            }
        }
        Some((2.0 * sum).min(1.0))
    }

    fn add(&mut self, value: f64, x: u64, y: u64) {
        if value.is_nan() {
            self.nans[0] += x;
            self.nans[1] += y;
            return;
        }
        let known = self.points.change(value, |point| {
            point.x += x;
            point.y += y;
        });
        if !known {
            self.points.insert(Point { value, x, y });
        }
    }

    fn holds(&self, value: f64, of: fn(&Point) -> u64, nans: u64) -> bool {
        if value.is_nan() { nans > 0 } else { self.points.find(value).is_some_and(|point| of(point) > 0) }
    }

    fn remove(&mut self, value: f64, x: u64, y: u64) {
        if value.is_nan() {
            self.nans[0] -= x;
            self.nans[1] -= y;
            return;
        }
        let mut left = 0;
        self.points.change(value, |point| {
            point.x -= x;
            point.y -= y;
            left = point.x + point.y;
        });
        if left == 0 {
            self.points.remove(value);
        }
    }
}

impl Statistic for KolmogorovSmirnov {
    type Input = (f64, f64);

    #[inline]
    fn update(&mut self, (x, y): (f64, f64)) {
        self.n += 1;
        self.add(x, 1, 0);
        self.add(y, 0, 1);
    }

    fn get(&self) -> Option<f64> {
        if self.nans != [0; 2] {
            return Some(f64::NAN);
        }
        let Some(Prefixes { max, min, .. }) = self.points.summary() else { return Some(0.0) };
        // The last prefix sum is 0, so the largest one is not negative and the smallest not positive.
        let distance = match self.statistic {
            Distance::KolmogorovSmirnov => max.max(-min),
            Distance::Kuiper => max - min,
        };
        Some(distance as f64 / self.n as f64)
    }

    fn n(&self) -> f64 {
        self.n as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        let (mut xs, mut ys) = (u128::from(self.nans[0]), u128::from(self.nans[1]));
        for (_, x, y) in self.points() {
            (xs, ys) = (xs + u128::from(x), ys + u128::from(y));
        }
        validate::ensure(self.n < 1 << 62, "more observations than a stream can have")?;
        validate::ensure(xs == u128::from(self.n) && ys == xs, "values and their count differ")
    }
}

impl Revert for KolmogorovSmirnov {
    fn revert(&mut self, (x, y): (f64, f64)) -> Result<(), Error> {
        let [nan_x, nan_y] = self.nans;
        if !self.holds(x, |point| point.x, nan_x) || !self.holds(y, |point| point.y, nan_y) {
            return Err(Error::NotSeen);
        }
        self.n -= 1;
        self.remove(x, 1, 0);
        self.remove(y, 0, 1);
        Ok(())
    }
}

impl Merge for KolmogorovSmirnov {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        same_parameters!(self, other; statistic);
        let n = validate::joint_count(self.n, other.n)?;
        if self.n == 0 {
            *self = Self { statistic: self.statistic, ..other.clone() };
            return Ok(());
        }
        self.n = n;
        for (value, x, y) in other.points() {
            self.add(value, x, y);
        }
        let [x, y] = other.nans;
        self.add(f64::NAN, x, y);
        Ok(())
    }
}

impl Unmerge for KolmogorovSmirnov {
    fn unmerge(&mut self, other: &Self) -> Result<(), Error> {
        same_parameters!(self, other; statistic);
        let is_here =
            |(value, x, y): (f64, u64, u64)| self.points.find(value).is_some_and(|point| point.x >= x && point.y >= y);
        let [x, y] = other.nans;
        if self.nans[0] < x || self.nans[1] < y || !other.points().all(is_here) {
            return Err(Error::NotSeen);
        }
        self.n -= other.n;
        for (value, x, y) in other.points() {
            self.remove(value, x, y);
        }
        self.remove(f64::NAN, x, y);
        Ok(())
    }
}

impl Serialize for KolmogorovSmirnov {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let points: Vec<_> = self.points.iter().collect();
        (self.statistic, self.n, self.nans, points).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for KolmogorovSmirnov {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (statistic, n, nans, points) = <(Distance, u64, [u64; 2], Vec<Point>)>::deserialize(deserializer)?;
        let counted = |point: &Point| point.x < 1 << 62 && point.y < 1 << 62 && point.x + point.y > 0;
        let rising = points.windows(2).all(|pair| pair[0].value < pair[1].value);
        if !rising || !points.iter().all(|point| counted(point) && !point.value.is_nan()) {
            return Err(D::Error::custom("points that are no sample"));
        }
        // Counts above n could overflow the sums in the tree.
        let total = |of: fn(&Point) -> u64| points.iter().map(|point| u128::from(of(point))).sum::<u128>();
        if total(|point| point.x).max(total(|point| point.y)) > u128::from(n.min(1 << 62)) {
            return Err(D::Error::custom("values and their count differ"));
        }
        let mut tree = OrderTree::default();
        points.into_iter().for_each(|point| tree.insert(point));
        Ok(Self { statistic, n, nans, points: tree })
    }
}

rollable!(KolmogorovSmirnov: reverting);
bivariate!(KolmogorovSmirnov);

#[cfg(test)]
mod tests {
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
}
