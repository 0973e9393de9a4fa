//! Distance of two empirical distributions.
//!
//! Each distinct value is an item of a tree, with its count in each sample. The difference of the distribution functions at
//! a value is the sum of the differences of counts up to it. Nodes keep the largest and smallest prefix sum of the items
//! below, so an update is O(log n) and the extremes over all items are always known. Equal values are one item, so no
//! difference is taken between them.
//!
//! If the samples differ in size, each count is weighted by the size of the other sample, which changes with every
//! update. So the extremes over all items are then computed when the value is read.
//!
//! The idea of prefix extremes in a search tree: D. M. dos Reis et al., "Fast unsupervised online drift detection using
//! incremental Kolmogorov-Smirnov test", KDD 2016.

use crate::{
    Error,
    kernels::{
        numerics::validate::{self, Shown},
        statistics::kolmogorov_smirnov::p_value::{Test, greatest_common_divisor},
        structures::order_tree::{Item, OrderTree},
        traits::{Merge, Revert, Statistic, Unmerge, same_parameters},
        watermill::bivariate,
        window::rollable,
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

pub mod p_value;

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

/// One of the two samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// The first.
    X,
    /// The second.
    Y,
}

/// The Kolmogorov-Smirnov or Kuiper distance of two samples.
#[derive(Clone, Debug)]
pub struct KolmogorovSmirnov {
    /// Which distance it is.
    pub statistic: Distance,
    /// How large each sample is.
    sizes: [u64; 2],
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
        Ok(Self { statistic, sizes: [0; 2], nans: [0; 2], points: OrderTree::default() })
    }

    /// How many values are in a sample.
    pub fn size(&self, of: Sample) -> u64 {
        self.sizes[of as usize]
    }

    /// Adds a value to one sample.
    pub fn update_one(&mut self, of: Sample, value: f64) {
        self.sizes[of as usize] += 1;
        self.add(value, (of == Sample::X).into(), (of == Sample::Y).into());
    }

    /// Removes a value from one sample.
    pub fn revert_one(&mut self, of: Sample, value: f64) -> Result<(), Error> {
        if !self.holds(value, of) {
            return Err(Error::NotSeen);
        }
        self.sizes[of as usize] -= 1;
        self.remove(value, (of == Sample::X).into(), (of == Sample::Y).into());
        Ok(())
    }

    /// The values in ascending order, each with its count in either sample.
    pub fn points(&self) -> impl Iterator<Item = (f64, u64, u64)> {
        self.points.iter().map(|point| (point.value, point.x, point.y))
    }

    /// What the p-value follows from; `None` for Kuiper's distance.
    pub fn test(&self) -> Option<Test> {
        let (max, min) = self.extremes();
        let height = if self.nans == [0; 2] { Some(max.max(-min).unsigned_abs()) } else { None };
        (self.statistic == Distance::KolmogorovSmirnov).then_some(Test { sizes: self.sizes, height })
    }

    /// The largest and the smallest difference of the distribution functions, in units of one over the least common multiple
    /// of the samples' sizes; 0 where one of them is empty.
    fn extremes(&self) -> (i128, i128) {
        let [x, y] = self.sizes;
        if x == y {
            // The last prefix sum is 0, so the largest one is not negative and the smallest not positive.
            return self.points.summary().map_or((0, 0), |Prefixes { max, min, .. }| (max.into(), min.into()));
        }
        if x == 0 || y == 0 {
            return (0, 0);
        }
        let divisor = greatest_common_divisor(x, y);
        let (of_x, of_y) = (i128::from(y / divisor), i128::from(x / divisor));
        let mut sum = 0;
        self.points().fold((0, 0), |(max, min), (_, x, y)| {
            sum += i128::from(x) * of_x - i128::from(y) * of_y;
            (sum.max(max), sum.min(min))
        })
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

    fn holds(&self, value: f64, of: Sample) -> bool {
        if value.is_nan() {
            return self.nans[of as usize] > 0;
        }
        self.points.find(value).is_some_and(|point| if of == Sample::X { point.x > 0 } else { point.y > 0 })
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
        self.update_one(Sample::X, x);
        self.update_one(Sample::Y, y);
    }

    fn get(&self) -> Option<f64> {
        if self.nans != [0; 2] {
            return Some(f64::NAN);
        }
        let (max, min) = self.extremes();
        let distance = match self.statistic {
            Distance::KolmogorovSmirnov => max.max(-min),
            Distance::Kuiper => max - min,
        };
        let [x, y] = self.sizes;
        let multiple =
            if x == y { u128::from(x) } else { u128::from(x / greatest_common_divisor(x, y)) * u128::from(y) };
        Some(if distance == 0 { 0.0 } else { distance as f64 / multiple as f64 })
    }

    /// The number of pairs or, where the samples differ in size, that of values in the larger one.
    fn n(&self) -> f64 {
        self.sizes[0].max(self.sizes[1]) as f64
    }

    fn validate(&self) -> Result<(), &'static str> {
        validate::ensure(self.sizes.iter().all(|&n| n < 1 << 62), "more observations than a stream can have")
    }
}

impl Revert for KolmogorovSmirnov {
    fn revert(&mut self, (x, y): (f64, f64)) -> Result<(), Error> {
        if !self.holds(y, Sample::Y) {
            return Err(Error::NotSeen);
        }
        self.revert_one(Sample::X, x)?;
        self.revert_one(Sample::Y, y)
    }
}

impl Merge for KolmogorovSmirnov {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        same_parameters!(self, other; statistic);
        let [x, y] = other.sizes;
        let sizes = [validate::joint_count(self.sizes[0], x)?, validate::joint_count(self.sizes[1], y)?];
        if self.sizes == [0; 2] {
            *self = Self { statistic: self.statistic, ..other.clone() };
            return Ok(());
        }
        self.sizes = sizes;
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
        self.sizes = [self.sizes[0] - other.sizes[0], self.sizes[1] - other.sizes[1]];
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
        (self.statistic, self.sizes[0].max(self.sizes[1]), self.nans, points).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for KolmogorovSmirnov {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (statistic, n, nans, points) = <(Distance, u64, [u64; 2], Vec<Point>)>::deserialize(deserializer)?;
        let counted = |point: &Point| point.x < 1 << 62 && point.y < 1 << 62 && point.x + point.y > 0;
        let rising = points.windows(2).all(|pair| pair[0].value < pair[1].value);
        if !rising || !points.iter().all(|point| counted(point) && !point.value.is_nan()) {
            return Err(D::Error::custom("points that are not a sample"));
        }
        let total = |of: fn(&Point) -> u64, nans: u64| {
            let counts = points.iter().map(|point| u128::from(of(point))).sum::<u128>();
            u64::try_from(counts + u128::from(nans)).ok().filter(|&total| total <= n)
        };
        // Counts above n could overflow the sums in the tree.
        let (Some(x), Some(y)) = (total(|point| point.x, nans[0]), total(|point| point.y, nans[1])) else {
            return Err(D::Error::custom("values and their count differ"));
        };
        if n != x.max(y) || n >= 1 << 62 {
            return Err(D::Error::custom("values and their count differ"));
        }
        let mut tree = OrderTree::default();
        points.into_iter().for_each(|point| tree.insert(point));
        Ok(Self { statistic, sizes: [x, y], nans, points: tree })
    }
}

rollable!(KolmogorovSmirnov: reverting);
bivariate!(KolmogorovSmirnov);

#[cfg(test)]
mod tests;
