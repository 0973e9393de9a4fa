"""`utils.merge`, on any number of statistics."""

from __future__ import annotations

from typing import Any

import pytest

from river import stats, utils
from tests.stats.cases import Case, Params, feed
from tests.stats.test_merging import MERGE, assert_is_whole, state


@pytest.mark.parametrize(("case", "params"), MERGE)
def test_many_parts_make_the_whole(case: Case, params: Params) -> None:
    for rows in list(case.streams.values())[:3]:
        parts = [case.fed(rows[i : i + 7], params) for i in range(0, len(rows), 7)]
        before = [state(part) for part in parts]
        for statistics in (parts, tuple(parts), iter(parts)):
            assert_is_whole(case, utils.merge(statistics), rows, params)
        assert [state(part) for part in parts] == before


@pytest.mark.parametrize(("case", "params"), MERGE)
def test_one_part_is_copied(case: Case, params: Params) -> None:
    part = case.fed(None, params)
    before = state(part)
    merged = utils.merge([part])
    assert merged is not part
    assert state(merged) == before
    feed(merged, case.short)
    assert state(part) == before


def test_parts_are_asked_for_one_by_one() -> None:
    alive: list[Any] = []

    def days() -> Any:
        for day in range(5):
            alive.append(day)
            yield feed(stats.Sum(), [(day,)])
            alive.remove(day)
            assert not alive

    assert utils.merge(days()).get() == 10.0


def test_a_class_with_operators_of_its_own() -> None:
    class Longest:
        def __init__(self, words: tuple[str, ...] = ()) -> None:
            self.words = words

        def update(self, word: str) -> None:
            self.words = (*self.words, word)

        def get(self) -> str:
            return max(self.words, key=len)

        def __add__(self, other: Longest) -> Longest:
            return Longest(self.words + other.words)

    parts = [Longest(("a", "abc")), Longest(("ab",)), Longest(("abcd",))]
    assert utils.merge(parts).get() == "abcd"
    assert parts[0].words == ("a", "abc")


def test_nothing_cannot_be_merged() -> None:
    with pytest.raises(ValueError, match="at least one"):
        utils.merge([])
    with pytest.raises(ValueError, match="at least one"):
        utils.merge(stat for stat in list[Any]())


@pytest.mark.parametrize(
    ("statistics", "error", "match"),
    [
        ([stats.Mean(), stats.Mean(), stats.Var()], TypeError, r"statistics\[2\]: .*Var"),
        ([stats.Mean(), 1], TypeError, r"statistics\[1\] is no statistic, got 1"),
        ([stats.Mean], TypeError, r"statistics\[0\] is no statistic"),
        ([stats.Quantile(), stats.Quantile()], TypeError, r"statistics\[1\]: Quantile .* stats.RollingQuantile"),
        (
            [feed(stats.Var(ddof), [(1,), (2,)]) for ddof in (1, 1, 0)],
            ValueError,
            r"statistics\[2\]: ddof must be the same in both statistics, got 1 and 0",
        ),
    ],
)
def test_errors_name_the_index(statistics: list[Any], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        utils.merge(statistics)
    with pytest.raises(error, match=match):
        utils.merge(iter(statistics))


@pytest.mark.parametrize("statistics", [None, 3, stats.Mean()])
def test_what_is_not_iterable(statistics: Any) -> None:
    with pytest.raises(TypeError, match="not iterable"):
        utils.merge(statistics)
