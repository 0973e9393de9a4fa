"""A call that fails leaves a window unchanged."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from river import stats, utils


class Word(str):
    """A value whose hash or comparison fails from a certain call on."""

    left: int | None = None

    def _ask(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise ZeroDivisionError

    def __hash__(self) -> int:
        self._ask()
        return hash(len(self))

    def __eq__(self, other: object) -> bool:
        self._ask()
        return str(self) == str(other)


def value(text: str, left: int | None = None) -> Word:
    word = Word(text)
    word.left = left
    return word


def known(window: Any) -> Any:
    """Return the content of a window over hashable values, including its order."""
    obj = window.obj
    counted = obj.counts if hasattr(obj, "counts") else getattr(obj, "counter", None)
    return repr(window.get()), len(window), window.n, repr(counted), window.n_late if hasattr(window, "n_late") else 0


def rows(cls: Any, texts: str) -> list[tuple[Word, ...]]:
    return [(value(x), value(x.upper())) if cls is stats.ChiSquared else (value(x),) for x in texts]


@pytest.mark.parametrize("cls", [stats.Mode, stats.Entropy, stats.ChiSquared])
@pytest.mark.parametrize("timed", [False, True])
def test_values_that_cannot_be_hashed_or_compared(cls: Any, timed: bool) -> None:
    for texts in ("ab", "aba", "abca", "abcab", "aabbc"):
        for new in "abd":
            for left in range(8):
                make: Any = utils.TimeRolling if timed else utils.Rolling
                window, twin = make(cls, 3), make(cls, 3)
                for t, row in enumerate(rows(cls, texts)):
                    for other in (window, twin):
                        other.update(*row, **({"t": t} if timed else {}))
                at: dict[str, Any] = {"t": len(texts) + 1} if timed else {}
                before = known(window)
                bad = (value(new, left), *([value(new.upper())] if cls is stats.ChiSquared else []))
                try:
                    window.update(*bad, **at)
                except ZeroDivisionError:
                    assert known(window) == before, (texts, new, left)
                    for unhashable in ([], {}):
                        with pytest.raises(TypeError):
                            window.update(*([unhashable] * len(bad)), **at)
                    assert known(window) == before
                    window.update(*rows(cls, new)[0], **at)
                bad[0].left = None
                twin.update(*rows(cls, new)[0], **at)
                assert known(window) == known(twin)


def test_ties_are_what_they_were() -> None:
    window = utils.Rolling(stats.Mode, 2)
    window.update_many(["a", "b"])
    before = window.to_bytes()
    for bad in ([], {}):
        with pytest.raises(TypeError):
            window.update(bad)
    for arguments in ((), ("a", "b")):
        with pytest.raises(TypeError, match="update"):
            window.update(*arguments)
    with pytest.raises(TypeError, match="update takes no argument y"):
        window.update(y="a")
    assert window.get() == "a" and window.to_bytes() == before
    window.update(x="c")
    assert window.get() == "b"


@pytest.mark.parametrize("cls", [stats.Mode, stats.Entropy, stats.ChiSquared, stats.Count])
def test_bytes_after_a_failure(cls: Any) -> None:
    pair = cls is stats.ChiSquared
    for window in (utils.Rolling(cls, 3), utils.TimeRolling(cls, 3)):
        timed = isinstance(window, utils.TimeRolling)
        for t, x in enumerate("abcb"):
            window.update(*([x, x] if pair else [x]), **({"t": t} if timed else {}))
        before = window.to_bytes()
        bad: tuple[Any, ...] = ([], "a") if pair else (1, 2, 3) if cls is stats.Count else ([],)
        with pytest.raises(TypeError):
            window.update(*bad, **({"t": 9} if timed else {}))
        assert window.to_bytes() == before


def test_an_old_value_that_cannot_be_hashed_any_more() -> None:
    for window in (utils.TimeRolling(stats.Mode, 3), utils.Rolling(stats.Mode, 3)):
        timed = isinstance(window, utils.TimeRolling)
        words = [value(x) for x in "aab"]
        for t, word in enumerate(words):
            window.update(word, **({"t": t} if timed else {}))
        before = known(window)
        words[0].left = 0
        with pytest.raises(ZeroDivisionError):
            window.update(value("d"), **({"t": 5} if timed else {}))
        words[0].left = None
        assert known(window) == before
        if timed:
            words[1].left = 0
            # What leaves is already known: no method of it is called.
            window.advance(9)
            assert len(window) == 0


class Listed:
    """Fails before, and after, it has changed; or when something is to be reverted."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def update(self, x: int) -> None:
        if x == 13:
            raise ZeroDivisionError
        self.seen.append(x)
        if x == 14:
            raise ZeroDivisionError

    def revert(self, x: int) -> None:
        if x == 15:
            raise ZeroDivisionError
        self.seen.remove(x)

    def get(self) -> list[int]:
        return list(self.seen)


class Bounded:
    """Refuses sums above 100, after it has changed."""

    def __init__(self) -> None:
        self.sum = 0

    def update(self, x: int) -> None:
        if x == 13:
            raise ZeroDivisionError
        self.sum += x

    def __iadd__(self, other: Bounded) -> Bounded:
        self.sum += other.sum
        if self.sum > 100:
            raise ZeroDivisionError
        return self

    def get(self) -> int:
        return self.sum


class Replayed(stats.base.Univariate[Any]):
    """A statistic that can only be updated, and fails after it has changed."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def update(self, x: int) -> None:
        self.seen.append(x)
        if x in (13, 14):
            raise ZeroDivisionError

    def get(self) -> list[int]:
        return list(self.seen)


@pytest.mark.parametrize(("cls", "bad"), [(Listed, (13, 14)), (Bounded, (13, 101)), (Replayed, (13, 14))])
@pytest.mark.parametrize("filled", [1, 2, 3, 4, 5, 6])
def test_classes_of_ones_own(cls: Any, bad: tuple[int, ...], filled: int) -> None:
    for make in (utils.Rolling, utils.TimeRolling):
        window: Any = make(cls, 3)

        def update(x: int, t: int, window: Any = window) -> None:
            window.update(x, **({"t": t} if isinstance(window, utils.TimeRolling) else {}))

        for x in range(1, filled + 1):
            update(x, x)
        before = window.get(), len(window)
        for x in bad:
            with pytest.raises(ZeroDivisionError):
                update(x, filled + 2)
            assert (window.get(), len(window)) == before
        with pytest.raises(ZeroDivisionError):
            window.update_many([1, bad[0]], **({"t": [9, 9]} if make is utils.TimeRolling else {}))
        assert (window.get(), len(window)) == before
        for x in (7, 8, 9):
            update(x, 20)
        assert window.get() == (24 if cls is Bounded else [7, 8, 9])


def test_an_observation_that_cannot_be_taken_back_stays() -> None:
    window, timed = utils.Rolling(Listed, 2), utils.TimeRolling(Listed, 2)
    for t, x in enumerate((15, 1)):
        window.update(x)
        timed.update(x, t=t)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            window.update(2)
        with pytest.raises(ZeroDivisionError):
            timed.advance(2)
        assert window.get() == timed.get() == [15, 1] and len(window) == len(timed) == 2


class Distinct(Listed):
    """Refuses values that it already has."""

    def update(self, x: int) -> None:
        if x in self.seen:
            raise ZeroDivisionError
        self.seen.append(x)


def test_what_waited_and_is_refused_when_it_comes_in() -> None:
    window = utils.TimeRolling(Distinct, 3, closed="left")
    for x, t in ((60, 1), (60, 2)):
        window.update(x, t=t)
    with pytest.raises(ZeroDivisionError):
        window.update(1, t=3)
    with pytest.raises(ZeroDivisionError):
        window.advance(3)
    assert (window.get(), len(window)) == ([60], 1)
    window.advance(9)
    assert (window.get(), len(window), window._events) == ([], 0, {})


def test_a_mode_of_time_has_a_break_where_nothing_was_in_the_window() -> None:
    window = utils.TimeRolling(stats.Mode, 3)
    for x, t in (("a", 0), ("b", 2), ("a", 4)):
        window.update(x, t=t)
    assert window.get() == "b"


def test_a_failed_init_leaves_the_window() -> None:
    window: Any = utils.Rolling(stats.Mean, 3)
    window.update(1)
    for arguments in ({"window_size": 5, "min_samples": 6}, {"window_size": 0}, {"window_size": 5, "ddof": 1}):
        with pytest.raises((TypeError, ValueError)):
            window.__init__(stats.Mean, **arguments)
    with pytest.raises(TypeError, match="Mean cannot become one over Var"):
        window.__init__(stats.Var, 3)
    assert (window.window_size, window.clone().window_size, window.get(), window.cls) == (3, 3, 1.0, stats.Mean)
    for cls in (stats.Mean, stats.Count):
        timed: Any = utils.TimeRolling(cls, 3, closed="left")
        for arguments in ({"period": 0}, {"period": 5, "closed": "x"}, {"period": None}, {"period": 5, "k": 3}):
            with pytest.raises((TypeError, ValueError)):
                timed.__init__(cls, **arguments)
        assert (timed.period, timed.closed, timed.clone().closed) == (3, "left", "left")
        timed.update(1, t=1)


@pytest.mark.parametrize("cls", [stats.Mean, stats.Count, stats.Mode, stats.Rate, stats.Entropy, Listed])
def test_parameters_of_windows_over_time(cls: Any) -> None:
    wanted = "a timedelta, a number of seconds or a string such as '1h30min'"
    with pytest.raises(TypeError, match=f"^period must be {wanted}, got None$"):
        utils.TimeRolling(cls, None)  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="closed"):
        utils.TimeRolling(cls, 3, closed="nonsense")
    assert pickle.loads(pickle.dumps(copy.deepcopy(utils.TimeRolling(cls, 3)))).period == 3


def test_windows_that_follow_each_other_share_no_parameter() -> None:
    window = utils.TumblingWindow(stats.Link, 2, left=stats.Mean(), right=stats.Max())
    window.update_many([100, 100, 1, 1])
    assert window.get() == 1.0
