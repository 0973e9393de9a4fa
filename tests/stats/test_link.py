"""Links: what flows from one statistic to the next, and what a link is as an object."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
import zlib
from typing import Any

import pytest

from river import stats, utils
from tests.oracles import Link as Oracle
from tests.stats.cases import OF_NUMBERS, Case, feed
from tests.stats.closeness import assert_same


class Words(stats.base.Univariate[str]):
    """A statistic written in Python, of things that are not numbers."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def update(self, x: str) -> None:
        self.words.append(x)

    def get(self) -> int | None:  # type: ignore[override]
        return len(self.words[-1]) if self.words[-1] != "" else None


@pytest.mark.parametrize("case", OF_NUMBERS)
def test_agrees_with_the_sides_called_one_after_the_other(case: Case) -> None:
    link, oracle = case.make() | stats.PeakToPeak(), Oracle(case.make(), stats.PeakToPeak())
    for row in case.short:
        link.update(*row)
        oracle.update(*row)
        assert_same(link.get(), oracle.get())
        assert link.n == link.right.n
    assert repr(link) == str(link) == repr(link.right)


def test_nothing_flows_further_than_a_none() -> None:
    left = (stats.Shift(1) | stats.EWMean(0.5)) | stats.Max()
    right = stats.Shift(1) | (stats.EWMean(0.5) | stats.Max())
    assert left.name == right.name == "max_of_ewm_0.5_of_shift_1"
    for x in (-5, -3, -4, -1):
        left.update(x)
        right.update(x)
        assert_same(left.get(), right.get())
        assert left.n == right.n
    assert left.get() == -4.0
    longer = stats.Shift(1) | stats.Shift(1) | stats.Shift(1) | stats.Max()
    assert feed(longer, [(x,) for x in (3, 2, 1, 0)]).get() == 3.0
    assert longer.n == 1


def test_statistics_in_python_take_part() -> None:
    link = Words() | stats.Max() | stats.FirstDifference()
    for word in ("a", "", "abc"):
        link.update(word)
    assert link.get() == 2.0
    with pytest.raises(TypeError, match="number"):
        (stats.Shift(0) | stats.Max()).update("a")


class Twice(stats.base.Link):
    def update(self, x: Any) -> None:
        super().update(x)
        super().update(x)


def test_a_subclass_has_its_own_update_wherever_it_stands() -> None:
    left = Twice(stats.EWMean(0.5), stats.Max()) | stats.FirstDifference()
    left.update(1)
    assert left.left.n == 2
    right = stats.EWMean(0.5) | Twice(stats.Max(), stats.Min())
    right.update(1)
    assert right.n == 2


@pytest.mark.parametrize("wrong", [3, None, "mean", stats.Max, object()])
def test_only_statistics_are_linked(wrong: Any) -> None:
    with pytest.raises(TypeError):
        stats.Max() | wrong
    with pytest.raises(TypeError, match="left must be"):
        stats.Link(wrong, stats.Max())
    with pytest.raises(TypeError, match="right must be"):
        stats.Link(stats.Max(), wrong)
    with pytest.raises(TypeError):
        stats.Link(stats.Max())  # type: ignore[call-arg]
    with pytest.raises(RuntimeError, match="__init__"):
        stats.Link.__new__(stats.Link).get()


def linked() -> list[Any]:
    return [
        stats.Shift(1) | stats.EWMean(0.3),
        stats.Shift(2) | stats.EWMean(0.3) | stats.RollingMax(3),
        stats.Shift(2, fill_value=1.0) | (stats.EWMean(halflife=3, adjust=True) | stats.Max()),
    ]


@pytest.mark.parametrize("k", range(3))
def test_goes_on_identically_after_every_prefix(k: int) -> None:
    ways = [
        copy.deepcopy,
        lambda x: type(x).from_bytes(x.to_bytes()),
        *(lambda x, p=p: pickle.loads(pickle.dumps(x, p)) for p in range(6)),
    ]
    for again in ways:
        for n in range(6):
            link = feed(linked()[k], [(float(i),) for i in range(n)])
            before = link.to_bytes()
            other = again(link)
            assert type(other) is stats.Link
            feed(other, [(7.0,), (8.0,)])
            assert link.to_bytes() == before
            feed(link, [(7.0,), (8.0,)])
            assert other.to_bytes() == link.to_bytes()
            assert_same(other.get(), link.get())


@pytest.mark.parametrize("k", range(3))
def test_a_clone_is_empty_and_has_the_same_parameters(k: int) -> None:
    link = feed(linked()[k], [(1.0,), (2.0,), (3.0,), (4.0,)])
    clone = link.clone()
    assert clone.to_bytes() == linked()[k].to_bytes()
    assert clone.name == link.name
    assert clone.left is not link.left


def test_a_copy_shares_its_sides_as_any_object_does() -> None:
    link = linked()[0]
    assert copy.copy(link).left is link.left


def test_attributes_survive() -> None:
    link = linked()[0]
    link.note = ["a"]
    assert pickle.loads(pickle.dumps(link)).note == copy.deepcopy(link).note == ["a"]


def test_damaged_and_foreign_states_are_refused() -> None:
    data = feed(linked()[1], [(1.0,), (2.0,)]).to_bytes()
    for i in range(len(data)):
        with pytest.raises(ValueError, match="Link"):
            stats.Link.from_bytes(data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :])
        with pytest.raises(ValueError, match="Link"):
            stats.Link.from_bytes(data[:i])
        changed = data[:i] + bytes([data[i] ^ 1]) + data[i + 1 : -4]
        with pytest.raises(ValueError, match="state"):
            stats.Link.from_bytes(changed + zlib.crc32(changed).to_bytes(4, "little"))
    with pytest.raises(ValueError, match="Link"):
        stats.Link.from_bytes(stats.Max().to_bytes())
    with pytest.raises(AttributeError):
        (Words() | stats.Max()).to_bytes()


def test_very_long_chains_work_and_their_states_have_a_limit() -> None:
    link: Any = stats.Shift(0)
    for _ in range(50):
        link = link | stats.Shift(0)
    link.update(3)
    assert link.get() == 3.0
    assert stats.Link.from_bytes(link.to_bytes()).get() == 3.0
    for _ in range(5_000):
        link = link | stats.Shift(0)
    link.update(4)
    assert link.get() == 4.0
    with pytest.raises(ValueError, match="deep"):
        link.to_bytes()


def test_a_link_in_a_cycle_is_collected() -> None:
    left = Words()
    link = left | stats.Max()
    left.back = link  # type: ignore[attr-defined]
    gone = weakref.ref(left)
    del left, link
    gc.collect()
    assert gone() is None


def windows() -> list[Any]:
    return [
        utils.Rolling(stats.Mean, 3),
        utils.Rolling(stats.Mode, 3),
        utils.Rolling(stats.Count, 2, min_samples=1),
        utils.TumblingWindow(stats.Mean, 2),
    ]


@pytest.mark.parametrize("k", range(4))
def test_states_over_windows_are_read(k: int) -> None:
    for sides in ((stats.Shift(1), windows()[k]), (windows()[k], stats.Shift(1))):
        link = feed(stats.Link(*sides), [(float(x),) for x in (1, 2, 2, 3)])
        again = stats.Link.from_bytes(link.to_bytes())
        assert again.to_bytes() == link.to_bytes()
        for other in (link, again):
            feed(other, [(4.0,), (5.0,)])
        assert_same(again.get(), link.get())
        assert again.to_bytes() == link.to_bytes()


def test_states_over_windows_of_time_are_read() -> None:
    window = utils.TimeRolling(stats.Mean, 10)
    window.update(3.0, t=1)
    again = stats.Link.from_bytes((stats.Shift(1) | window).to_bytes())
    assert again.right.to_bytes() == window.to_bytes()


def sealed(name: str, payload: bytes) -> bytes:
    content = b"RVST\1" + bytes([len(name)]) + name.encode() + payload
    return content + zlib.crc32(content).to_bytes(4, "little")


@pytest.mark.parametrize("name", ["Nothing", "base", "Any", "annotations", "__name__", "Rolling)", "", "Link"])
def test_states_over_what_is_no_class_are_refused(name: str) -> None:
    sides = (sealed(name, b""), stats.Max().to_bytes())
    payload = b"".join(len(side).to_bytes(8, "little") + side for side in sides)
    with pytest.raises(ValueError, match="state"):
        stats.Link.from_bytes(sealed("Link", payload))


class Noted(stats.Link):
    """A subclass that defines what pickle stores in addition to the sides."""

    def __getstate__(self) -> Any:
        return {"note": self.note}

    def __setstate__(self, state: Any) -> None:
        self.note = [*state["note"], "set"]


def test_a_subclass_says_what_pickle_keeps() -> None:
    link = feed(Noted(stats.Shift(1), stats.EWMean(0.5)), [(1.0,), (2.0,)])
    link.note = ["got"]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(link, protocol))
        assert type(again) is Noted
        assert again.note == ["got", "set"]
        assert again.to_bytes() == link.to_bytes()


def test_a_pickle_of_another_class_is_refused() -> None:
    for state in ({"left": stats.Mean()}, (stats.Mean(), stats.Max(), None), None, b"", (b"", None)):
        with pytest.raises(ValueError, match="state of Link"):
            stats.Link.__new__(stats.Link).__setstate__(state)
