"""Statistics of two streams: merging gives what one pass over both, one after the other, gives."""

from __future__ import annotations

import copy
import functools
import itertools
import math
import operator
import pickle
import random
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import stats
from tests.stats.cases import CASES, NUMERIC, Case, Params, feed
from tests.stats.closeness import assert_close, assert_same, bound
from tests.stats.streams import Row

#: Each with parameters under which no value is left out: what `Mode` does otherwise is in the tests of objects.
MERGE = [
    (case, params)
    for case in CASES
    if "merge" in case.abilities
    for params in case.params
    if case.name != "Mode" or params.get("k") == -1
]
UNMERGE = [(case, params) for case, params in MERGE if hasattr(case.cls, "__sub__")]
ONE_EACH = [(case, params) for case, params in MERGE if params is case.params[0] or case.name == "Mode"]
#: Those from which more can be subtracted than is there.
BOTTOMLESS = [(case, params) for case, params in UNMERGE if "weighted" in case.abilities]
#: Another value of a parameter.
OTHERS: dict[str, Any] = {
    "amount": 2,
    "compression": 50_000,
    "ddof": 3,
    "eps": 0.5,
    "fading_factor": 0.7,
    "fill_value": "other",
    "k": 50_000,
    "lag": 4,
    "min_samples": 3,
    "order": 2,
    "prior": 0.5,
    "prior_weight": 7.0,
    "q": 0.45,
    "q_inf": 0.15,
    "q_sup": 0.65,
    "relative_accuracy": 0.3,
    "target": 0.5,
    "window_size": 6,
}
#: Both values of a parameter that has two.
BOTH: dict[str, tuple[Any, Any]] = {
    **dict.fromkeys(("adjust", "bias", "central", "correction", "ignore_na", "pct"), (False, True)),
    "interpolation": ("linear", "lower"),
    "statistic": ("ks", "kuiper"),
}
#: Parameters on which the state depends.
SHAPING = {"adjust", "amount", "fading_factor", "ignore_na", "lag", "order", "relative_accuracy", "target"}

# Rounding errors of the values before remain in what is left.
SLACK = 100


def other(case: Case, params: Params, name: str) -> Any:
    """Return another value of a parameter."""
    if name not in BOTH:
        return OTHERS[name]
    one, another = BOTH[name]
    return another if getattr(case.make(params), name) == one else one


def state(stat: Any) -> Any:
    """Return a value that distinguishes two states, whatever objects are in them."""
    try:
        return stat.to_bytes()
    except TypeError:
        data, *objects = stat._kernel_state()
        return data, repr(objects)


def assert_is_whole(case: Case, merged: Any, rows: list[Row], params: Params) -> None:
    """Assert that a statistic is what one pass over the rows gives, now and as it continues."""
    whole, exact = case.fed(rows, params), not case.tolerance
    assert type(merged) is case.cls
    for row in [*case.short[:3], None]:
        assert merged.n == whole.n
        if case.name == "RollingMode":
            # How long equally frequent values have been in the window may depend on what has left the newer one.
            assert merged.counts == whole.counts and list(merged.window) == list(whole.window)
            assert merged.counts[merged.get()] == whole.counts[whole.get()]
        elif exact:
            assert_same(merged.get(), whole.get())
        else:
            assert_close(merged.get(), whole.get(), SLACK * bound(case, rows), relative=1e-12)
        if row is not None:
            merged = pickle.loads(pickle.dumps(feed(copy.deepcopy(merged), [row])))
            rows, whole = [*rows, row], feed(whole, [row])
    if exact and case.equal_bytes and case.kind in ("number", "time", "object"):
        assert state(merged) == state(whole)


def groupings(parts: Sequence[Any]) -> Iterable[Any]:
    """Yield the sum of parts, bracketed from the left, from the right, as a tree, and in place."""
    yield functools.reduce(operator.add, parts)
    yield functools.reduce(lambda right, left: left + right, reversed(parts))
    tree = list(parts)
    while len(tree) > 1:
        tree = [functools.reduce(operator.add, tree[i : i + 2]) for i in range(0, len(tree), 2)]
    yield tree[0]
    total = copy.deepcopy(parts[0])
    for part in parts[1:]:
        total += part
    yield total


@pytest.mark.parametrize(("case", "params"), MERGE)
def test_a_stream_can_be_split_anywhere(case: Case, params: Params) -> None:
    for rows in case.streams.values():
        rows = rows[:25]
        for k in range(len(rows) + 1):
            left, right = case.fed(rows[:k], params), case.fed(rows[k:], params)
            states = state(left), state(right)
            both = left + right
            assert_is_whole(case, both, rows, params)
            assert (state(left), state(right)) == states
            left += right
            assert state(left) == state(both)


@pytest.mark.parametrize(("case", "params"), MERGE)
@given(data=st.data())
def test_parts_can_be_grouped_anyhow(case: Case, params: Params, data: st.DataObject) -> None:
    rows = case.streams[data.draw(st.sampled_from(sorted(case.streams)))]
    cuts = data.draw(st.lists(st.integers(0, len(rows)), max_size=5).map(sorted))
    edges = [0, *cuts, len(rows)]
    parts = [case.fed(rows[i:j], params) for i, j in itertools.pairwise(edges)]
    for merged in groupings(parts):
        assert_is_whole(case, merged, rows, params)


@pytest.mark.parametrize("case", [case for case in NUMERIC if {"merge", "weighted"} <= case.abilities])
def test_weights_merge(case: Case) -> None:
    rng = random.Random(5)
    rows = [(*row, rng.choice((0.0, 0.25, 1.0, 2.0, 1e3))) for row in case.streams["random"][:20]]
    for k in range(len(rows) + 1):
        merged, whole = case.fed(rows[:k]) + case.fed(rows[k:]), case.fed(rows)
        assert merged.n == whole.n
        assert_close(merged.get(), whole.get(), SLACK * bound(case, [row[:-1] for row in rows]), relative=1e-12)


@pytest.mark.parametrize(("case", "params"), [row for row in MERGE if "object" not in row[0].kind])
@pytest.mark.parametrize("unit", [1e300, 1e-300])
def test_magnitudes_merge(case: Case, params: Params, unit: float) -> None:
    if case.degree > 1:
        unit = math.sqrt(unit)
    rows = [tuple(unit * x for x in row) for row in case.streams["skewed"][:12]]
    mixed = [*rows[:4], *case.streams["skewed"][:4], *rows[4:8]]
    for stream in (rows, mixed):
        for k in range(len(stream) + 1):
            merged = case.fed(stream[:k], params) + case.fed(stream[k:], params)
            assert_close(merged.get(), case.fed(stream, params).get(), relative=1e-11)


@pytest.mark.parametrize(("case", "params"), MERGE)
def test_the_empty_statistic_is_the_identity(case: Case, params: Params) -> None:
    full, empty = case.fed(None, params), case.make(params)
    assert state(full + empty) == state(empty + full) == state(full)
    assert state(empty + empty) == state(case.make(params))
    for left, right in ((case.fed(None, params), empty), (case.make(params), full), (empty, case.make(params))):
        expected = state(left if left.n else right)
        left += right
        assert state(left) == expected


@pytest.mark.parametrize(("case", "params"), MERGE)
def test_a_statistic_merges_with_itself(case: Case, params: Params) -> None:
    stat = case.fed(None, params)
    stat += stat
    assert_is_whole(case, stat, case.short * 2, params)
    assert_is_whole(case, stat + stat, case.short * 4, params)


@pytest.mark.parametrize(("case", "params"), ONE_EACH)
def test_counts_never_wrap(case: Case, params: Params) -> None:
    stat = case.fed(None, params)
    merges, refused, before = 0, "", state(stat)
    while merges < 1100 and not refused:
        try:
            stat += stat
        except ValueError as error:
            refused = str(error)
            continue
        merges += 1
        feed(stat, case.short[:1])
        assert state(pickle.loads(pickle.dumps(stat))) == state(stat)
        if case.rolling:
            assert stat.n <= case.params[0]["window_size"]
        else:
            assert stat.n >= len(case.short) * 2.0**merges
        stat = pickle.loads(pickle.dumps(stat)) if merges % 2 else type(stat).from_bytes(stat.to_bytes())
        before = state(stat)
    assert state(stat) == before
    assert (merges, refused) == (1100, "") if case.rolling else merges > 45 and "n must be" in refused


@pytest.mark.parametrize(("case", "params"), MERGE)
def test_parameters_have_to_agree(case: Case, params: Params) -> None:
    for name in case.make(params)._get_params():
        if name not in OTHERS and name not in BOTH:
            assert name in ("alpha", "halflife")
            continue
        left, right = case.fed(None, params), case.fed(None, {**params, name: other(case, params, name)})
        values = [getattr(stat, name) for stat in (left, right)]
        states = [state(stat) for stat in (left, right)]
        for a, b in ((left, right), (right, left)):
            with pytest.raises(ValueError, match=name) as raised:
                a + b
            assert all(repr(value).replace("e-0", "e-") in str(raised.value) for value in values)
            with pytest.raises(ValueError, match=name):
                a += b
            if hasattr(a, "__sub__"):
                with pytest.raises(ValueError, match=name):
                    a - b
        assert [state(stat) for stat in (left, right)] == states


@pytest.mark.parametrize(("case", "params"), MERGE)
def test_beside_an_empty_statistic_the_parameters_of_the_left_one_stay(case: Case, params: Params) -> None:
    for name in case.make(params)._get_params().keys() & (OTHERS.keys() | BOTH.keys()):
        others = {**params, name: other(case, params, name)}
        full = case.fed(None, params)
        assert state(full + case.make(others)) == state(full)
        # If exponentially weighted, an estimate from a sample keeps more about the weights.
        if name not in SHAPING and not (name == "bias" and case.name.startswith("EW")):
            merged = case.make(others) + full
            assert getattr(merged, name) == others[name]
            if name not in ("window_size", "eps"):
                assert_is_whole(case, merged, case.short, others)


def test_an_empty_statistic_takes_what_has_faded_otherwise() -> None:
    faded = feed(stats.EWMean(0.1), [(1.0,), (2.0,)])
    merged = stats.EWMean(0.5) + faded
    assert (merged.fading_factor, merged.get(), merged.n) == (0.5, faded.get(), 2)
    merged.update(3.0)
    assert merged.get() == faded.get() + 0.5 * (3.0 - faded.get())


@pytest.mark.parametrize(("case", "params"), [row for row in UNMERGE if row[0] in NUMERIC])
def test_a_part_can_be_taken_out_again(case: Case, params: Params) -> None:
    for name in ("random", "skewed", "constant", "offset"):
        rows = case.streams[name][:25]
        for k in range(len(rows) + 1):
            left, right = case.fed(rows[:k], params), case.fed(rows[k:], params)
            rest = (left + right) - right
            assert rest.n == left.n
            if k == 0:
                assert rest.to_bytes() == case.make(params).to_bytes()
            if name != "random" or case.name not in ("GeometricMean", "HarmonicMean", "CoefficientOfVariation"):
                assert_close(rest.get(), left.get(), 1e4 * bound(case, rows))


@pytest.mark.parametrize(("case", "params"), BOTTOMLESS)
def test_taking_out_more_than_was_taken_in_leaves_nothing(case: Case, params: Params) -> None:
    few, many = case.fed(case.short[:3], params), case.fed(None, params)
    empty = case.make(params).get()
    assert (few - many).get() == empty
    few -= many
    assert few.get() == empty
    assert few.n == 0


@pytest.mark.parametrize(("case", "params"), MERGE)
def test_other_classes_do_not_merge(case: Case, params: Params) -> None:
    stat = case.fed(None, params)
    before = stat.to_bytes()
    for other in (1, None, stats.Quantile()):
        with pytest.raises(TypeError):
            stat + other
        with pytest.raises(TypeError):
            stat += other
        assert case.cls.__add__(stat, other) is NotImplemented
    assert stat.to_bytes() == before


@pytest.mark.parametrize(("case", "params"), MERGE)
def test_a_sum_is_a_copy_of_the_left_operand(case: Case, params: Params) -> None:
    class Tagged(case.cls):  # type: ignore[misc]
        pass

    left, right = Tagged(**params), case.fed(None, params)
    left.tags = ["a"]
    both: Any = left + right
    assert type(both) is Tagged
    assert both.tags == ["a"]
    assert both.tags is not left.tags
    assert type(right + left) is case.cls


@pytest.mark.parametrize(
    ("cls", "instead"),
    [
        (stats.Quantile, "stats.RollingQuantile"),
        (stats.EWQuantile, "stats.RollingQuantile"),
        (stats.IQR, "stats.RollingIQR"),
        (stats.MAD, "utils.Rolling"),
    ],
)
def test_estimates_name_what_can_be_merged(cls: Any, instead: str) -> None:
    left, right = (feed(cls(), [(1.0,), (2.0,)]) for _ in range(2))
    with pytest.raises(TypeError, match=f"{cls.__name__} .* cannot be merged exactly; {instead} "):
        left + right
    with pytest.raises(TypeError, match=instead):
        left += right
    assert cls.__add__(left, 1) is NotImplemented
