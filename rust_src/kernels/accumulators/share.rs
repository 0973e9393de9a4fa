//! How an exponentially weighted mean and the products of deviations from it change with a value.

use crate::kernels::numerics::double_double::DoubleDouble;
use std::{f64::consts::LN_2, hint::black_box};

/// The weight of the newest value and that of all older ones together. Both are kept, since `1 - x` would lose the digits
/// of a small one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The weight of the newest value.
    pub newest: f64,
    /// The weight of all older ones.
    pub older: f64,
}

/// How many times a deviation the distance from the origin may be. A deviation that is small by chance moves the origin
/// once in some dozens of values, which costs a little time and nothing else.
const FAR: f64 = 64.0;

/// The mean with an origin next to it. By value, since a reference would keep the mean in memory through a loop.
#[cold]
fn with_near_origin(mean: DoubleDouble) -> DoubleDouble {
    DoubleDouble::sum(mean.hi, mean.lo)
}

/// Where `x` moves a mean if one of them is not finite, or only their distance.
#[cold]
fn moved(mean: f64, x: f64, newest: f64, older: f64) -> f64 {
    let deviation = x - mean;
    // An infinite mean stays infinite with a finite value; `inf - inf` would make it NaN.
    if deviation.is_finite() { mean + newest * deviation } else { newest * x + older * mean }
}

impl Share {
    /// Moves a mean towards the newest value `x`; returns the distance of `x` from the mean before.
    ///
    /// The mean is an origin, `hi`, and the distance from it, `lo`. Only the distance changes, so rounding errors are of
    /// its size, not of the size of an offset that all values share (T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms
    /// for computing the sample variance: analysis and recommendations", The American Statistician 37 (1983)). Each step
    /// waits for one addition, as with a mean in one number. An origin that is too far away is moved.
    #[inline]
    pub fn move_mean(self, mean: &mut DoubleDouble, x: f64) -> f64 {
        let deviation = (x - mean.hi) - mean.lo;
        let distance = mean.lo + self.newest * deviation;
        // False too if something is not finite.
        if distance.abs() <= (FAR * deviation.abs()).min(f64::MAX) {
            mean.lo = distance;
            return deviation;
        }
        if deviation.is_finite() {
            *mean = with_near_origin(DoubleDouble { hi: mean.hi, lo: distance });
            return deviation;
        }
        let before = mean.value();
        // `black_box` keeps both weights from becoming one vector, whose load would wait for two stores at every update.
        *mean = moved(before, x, self.newest, black_box(self.older)).into();
        x - before
    }

    /// What the newest pair adds to a mean of products of deviations: `older · dx · newest · dy`, where `dx` and `dy` are
    /// its distances from the means before. NaN if the values themselves are not finite.
    #[inline]
    pub fn product(self, dx: f64, dy: f64, finite: bool) -> f64 {
        if dx.is_finite() && dy.is_finite() && finite {
            self.older * dx * (self.newest * dy)
        } else if !finite {
            f64::NAN
        } else if self.newest == 0.0 || self.older == 0.0 || dx == 0.0 || dy == 0.0 {
            // The distance of finite values may be infinite, but a factor of 0 wins.
            0.0
        } else {
            dx * dy
        }
    }
}

/// The share of a value that comes `elapsed` seconds after the last.
pub fn share_after(elapsed: f64, halflife: f64) -> Share {
    let halflives = elapsed / halflife;
    Share { newest: -(-LN_2 * halflives).exp_m1(), older: (-halflives).exp2() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_one_however_small_one_is() {
        for elapsed in [0.0, 1e-20, 1e-3, 1.0, 70.0, 2000.0, f64::MAX] {
            let share = share_after(elapsed, 1.0);
            assert!((share.newest + share.older - 1.0).abs() < 1e-15, "{share:?}");
        }
        assert_eq!(share_after(3.0, 3.0), Share { newest: 0.5, older: 0.5 });
        assert!((share_after(1e-20, 1.0).newest / (1e-20 * LN_2) - 1.0).abs() < 1e-15);
        assert_eq!(share_after(100.0, 1.0).older, 2.0_f64.powi(-100));
    }
}
