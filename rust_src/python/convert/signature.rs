//! The signatures of `update` and `revert`: one for each shape of observation.

use crate::python::ffi::arguments::{Parameter, Signature};

pub const X: Parameter = Parameter { name: "x", default: None, doc: "The value, a number." };
pub const Y: Parameter = Parameter { name: "y", default: None, doc: "The value of the second variable, a number." };
pub const W: Parameter = Parameter {
    name: "w",
    default: Some("1.0"),
    doc: "The frequency weight: a finite number of at least 0. A weight of 0 changes nothing.",
};
pub const OPTIONAL_T: Parameter = Parameter {
    name: "t",
    default: Some("None"),
    doc: "The time of the observation: a datetime, a timedelta or a number of seconds. Without half-life there is none.",
};
pub const T: Parameter = Parameter {
    name: "t",
    default: None,
    doc: "The time of the event: a datetime, a timedelta or a number of seconds.",
};
const ANYTHING: Parameter =
    Parameter { name: "x", default: Some("None"), doc: "Whatever was observed; not looked at." };
const HASHABLE_X: Parameter = Parameter { name: "x", default: None, doc: "The value, any hashable object." };
const HASHABLE_Y: Parameter =
    Parameter { name: "y", default: None, doc: "The value of the second variable, any hashable object." };

const OBSERVATION_X: Parameter =
    Parameter { name: "x", default: None, doc: "The value, whatever the left side takes." };

pub static OBSERVATION: Signature = Signature::new(&[OBSERVATION_X]);
pub static NUMBER: Signature = Signature::new(&[X]);
pub static WEIGHTED_NUMBER: Signature = Signature::new(&[X, W]);
pub static TIMED_NUMBER: Signature = Signature::new(&[X, OPTIONAL_T]);
pub static PAIR: Signature = Signature::new(&[X, Y]);
pub static WEIGHTED_PAIR: Signature = Signature::new(&[X, Y, W]);
pub static TIMED_PAIR: Signature = Signature::new(&[X, Y, OPTIONAL_T]);
pub static EVENT: Signature = Signature::new(&[T]);
pub static ANY: Signature = Signature::new(&[ANYTHING]);
pub static OBJECT: Signature = Signature::new(&[HASHABLE_X]);
pub static PAIR_OF_OBJECTS: Signature = Signature::new(&[HASHABLE_X, HASHABLE_Y]);
