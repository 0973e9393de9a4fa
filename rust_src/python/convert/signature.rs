//! The signatures of `update` and `revert`: one for each shape of observation, declared here alone.

use crate::python::ffi::arguments::{Parameter, Signature};

pub const X: Parameter = Parameter {
    name: "x",
    default: None,
    doc: "The value: a float, an int, or an object that converts to a float by `__float__` or `__index__`.",
    type_error: "`x` is not a number",
    value_error: "",
};

pub const Y: Parameter = Parameter {
    name: "y",
    default: None,
    doc: "The value of the second variable, a number like `x`.",
    type_error: "`y` is not a number",
    value_error: "",
};

pub const W: Parameter = Parameter {
    name: "w",
    default: Some("1.0"),
    doc: "The frequency weight: the observation counts as `w` observations. A weight of 0 changes\n    nothing; a negative one, allowed in `update` only, reverts that many.",
    type_error: "`w` is not a number",
    value_error: "`w` is NaN or infinite, or would revert more than the total weight",
};

/// The weight where nothing can be reverted.
const IRREVERSIBLE_W: Parameter = Parameter {
    doc: "The frequency weight: the observation counts as `w` observations. A weight of 0 changes nothing.",
    value_error: "`w` is negative, NaN or infinite, or not a weight that the class can count",
    ..W
};

/// The time of an observation that may come without one.
pub const OPTIONAL_T: Parameter = Parameter {
    name: "t",
    default: Some("None"),
    doc: "The time of the observation, if there is a half-life: a datetime, or a timedelta or number of seconds since
    any fixed start. Without it, the observation counts as made one second after the previous one.",
    type_error: "`t` is given without a half-life, is not a time, or is of another kind than the earlier times",
    value_error: "`t` is NaN, infinite or NaT, or earlier than the last one",
};

/// The time of an observation or event.
pub const T: Parameter = Parameter {
    name: "t",
    default: None,
    doc: "The time of the event: a datetime, or a timedelta or number of seconds since any fixed start.",
    type_error: "`t` is not a time, or is of another kind than the earlier times",
    value_error: "`t` is NaN, infinite or NaT",
};

const ANYTHING: Parameter = Parameter {
    name: "x",
    default: Some("None"),
    doc: "The observation, any object; its value is not used.",
    type_error: "",
    value_error: "",
};

const OBJECT_X: Parameter =
    Parameter { name: "x", default: None, doc: "The value, any object.", type_error: "", value_error: "" };

const HASHABLE_X: Parameter = Parameter {
    name: "x",
    default: None,
    doc: "The value, any hashable object.",
    type_error: "`x` is not hashable",
    value_error: "",
};

const HASHABLE_Y: Parameter = Parameter {
    name: "y",
    default: None,
    doc: "The value of the second variable, any hashable object.",
    type_error: "`y` is not hashable",
    value_error: "",
};

const ITEM_X: Parameter = Parameter {
    name: "x",
    default: None,
    doc: "The item: a str, bytes, an int, a float, a bool, None or a tuple of these.",
    type_error: "`x` is not of one of these types",
    value_error: "tuples are nested more than 100 deep",
};

const FIRST: Parameter = Parameter {
    name: "x",
    default: None,
    doc: "The value, for the statistic on the left.",
    type_error: "the statistic on the left refuses `x`",
    value_error: "",
};

const LEFT: Parameter = Parameter {
    name: "left",
    default: None,
    doc: "The statistic that sees the values.",
    type_error: "`left` is not a statistic",
    value_error: "",
};

const RIGHT: Parameter = Parameter {
    name: "right",
    default: None,
    doc: "The statistic that sees the values of `left`.",
    type_error: "`right` is not a statistic",
    value_error: "",
};

pub static NUMBER: Signature = Signature::new(&[X]);
pub static WEIGHTED_NUMBER: Signature = Signature::new(&[X, W]);
pub static IRREVERSIBLE_NUMBER: Signature = Signature::new(&[X, IRREVERSIBLE_W]);
pub static TIMED_NUMBER: Signature = Signature::new(&[X, OPTIONAL_T]);
pub static PAIR: Signature = Signature::new(&[X, Y]);
pub static WEIGHTED_PAIR: Signature = Signature::new(&[X, Y, W]);
pub static TIMED_PAIR: Signature = Signature::new(&[X, Y, OPTIONAL_T]);
pub static EVENT: Signature = Signature::new(&[T]);
pub static ANY: Signature = Signature::new(&[ANYTHING]);
pub static OBJECT: Signature = Signature::new(&[OBJECT_X]);
pub static HASHABLE: Signature = Signature::new(&[HASHABLE_X]);
pub static ITEM: Signature = Signature::new(&[ITEM_X]);
pub static HASHABLE_PAIR: Signature = Signature::new(&[HASHABLE_X, HASHABLE_Y]);
/// Of links: what the statistic on the left takes.
pub static LINK: Signature = Signature::new(&[FIRST]);

/// Of links: what they are made of.
pub static SIDES: Signature = Signature::new(&[LEFT, RIGHT]);
pub static NOTHING: Signature = Signature::new(&[]);
/// Of methods of operators.
pub static OPERAND: Signature = Signature::of_text("other, /");
/// Of windows: what the statistic takes.
pub static WINDOW: Signature = Signature::of_text("*args, **kwargs");
/// Of groups: a key, and what the statistic takes.
pub static GROUPS: Signature = Signature::of_text("key, *args, **kwargs");

/// Of `clone`, as classes written in Python have it too.
pub static CLONE: Signature = Signature::new(&[
    Parameter { name: "new_params", default: Some("None"), doc: "", type_error: "", value_error: "" },
    Parameter { name: "include_attributes", default: Some("False"), doc: "", type_error: "", value_error: "" },
]);
