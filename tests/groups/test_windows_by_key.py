"""Groups of windows of every kind over every class are a dict of such windows."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from river import stats, utils
from tests.groups.test_groups import columns, stream
from tests.stats.cases import Case
from tests.stats.closeness import assert_same
from tests.stats.windowed import CASES_IN_WINDOWS

KINDS: dict[str, tuple[Any, dict[str, Any]]] = {
    "Rolling": (utils.Rolling, {"window_size": 3}),
    "TimeRolling": (utils.TimeRolling, {"period": 4.0}),
    "TumblingWindow": (utils.TumblingWindow, {"window_size": 2}),
    "TumblingWindow by time": (utils.TumblingWindow, {"period": 5.0, "min_samples": 2}),
}


@pytest.mark.parametrize(
    ("case", "kind"),
    # An event is nothing but a time.
    [
        (case, kind)
        for case in CASES_IN_WINDOWS
        for kind in KINDS
        if case.kind != "time" or "period" not in KINDS[kind][1]
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value),
)
def test_windows_by_key(case: Case, kind: str) -> None:
    window, given = KINDS[kind]
    labels, rows = stream(case, ["a", 2, None])
    timed = "period" in given
    expected: dict[Any, Any] = {}
    groups = utils.GroupBy(window, case.cls, **given, **case.params[0])
    many = groups.clone()
    for t, (key, row) in enumerate(zip(labels, rows, strict=True)):
        named = {"t": float(t)} if timed else {}
        expected.setdefault(key, window(case.cls, **given, **case.params[0])).update(*row, **named)
        groups.update(key, *row, **named)
    times = {"t": [float(t) for t in range(len(rows))]} if timed else {}
    many.update_many(labels, *columns(rows), **times)
    for found in (groups, many, utils.GroupBy.from_bytes(groups.to_bytes()), pickle.loads(pickle.dumps(groups))):
        assert list(found) == list(expected)
        for key, other in expected.items():
            assert_same(found.get(key), other.get())
            assert type(found[key]) is type(other) and found[key].min_samples == other.min_samples
    copied = groups["a"]
    before = groups.get("a")
    copied.update(*rows[0], **({"t": 1e3} if timed else {}))
    assert_same(groups.get("a"), before)


def test_windows_refuse_what_they_refuse_alone() -> None:
    groups = utils.GroupBy(utils.TimeRolling, stats.Mean, period=10)
    groups.update_many(["a", "b"], [1.0, 2.0], t=[0, 1])
    before = groups.to_bytes()
    with pytest.raises(TypeError, match="t is missing"):
        groups.update("a", 1.0)
    with pytest.raises(ValueError, match="w must be"):
        groups.update("a", 1.0, -1.0, t=5)
    with pytest.raises(ValueError, match=r"w must be"):
        groups.update_many(["a", "c"], [1.0, 2.0], w=[1.0, -1.0], t=[2, 3])
    with pytest.raises(TypeError, match="takes no argument t here"):
        utils.GroupBy(utils.Rolling, stats.Mean, window_size=3).update("a", 1.0, t=5)
    assert groups.to_bytes() == before
    tumbling = utils.GroupBy(utils.TumblingWindow, stats.Mean, window_size=3)
    tumbling.update(1, 2.0)
    with pytest.raises(TypeError, match="unsupported operand"):
        tumbling + tumbling
    weighted = utils.GroupBy(utils.Rolling, stats.Mean, window_size=2)
    weighted.update_many([1, 1], [1.0, 5.0], w=[3.0, 1.0])
    assert weighted.get(1) == 2.0 and weighted[1].window_size == 2
