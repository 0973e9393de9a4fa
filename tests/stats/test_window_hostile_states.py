"""States of windows that nobody has stored are refused as values."""

from __future__ import annotations

import datetime as dt
import struct
import zlib
from typing import Any

import pytest

from river import stats, utils
from river.stats._rust_stats import seal, unseal


def resealed(window: Any, change: Any) -> bytes:
    return bytes(seal("TimeRolling", change(unseal("TimeRolling", window.to_bytes()))))


def counting(closed: str = "left") -> Any:
    window = utils.TimeRolling(stats.Count, 3, closed=closed)
    for t in (0.0, 1.0, 2.0):
        window.update(t=t)
    return window


def with_own(state: Any, place: int, value: Any) -> Any:
    """Return the state with another period, closed, span, number of arrivals, or events."""
    *first, own = state
    own = list(own)
    own[place] = value(own[place]) if callable(value) else value
    return (*first, tuple(own))


LENGTHS = [(10**9, 0, 0), (10**20, 0, 0), (1,) * 9, float("inf"), float("nan"), -1.0, 0, None, "1", ("x",), 4.0]


@pytest.mark.parametrize("length", LENGTHS)
def test_periods(length: Any) -> None:
    data = resealed(counting(), lambda state: with_own(state, 0, length))
    with pytest.raises(ValueError, match="not a valid state of TimeRolling"):
        utils.TimeRolling.from_bytes(data)
    window = utils.TumblingWindow(stats.Mean, period=3.0)
    window.update(1.0, t=1.0)
    for place in (1, 2):
        if place == 2 and length in (None, 0):
            continue
        name, own, *rest = unseal("TumblingWindow", window.to_bytes())
        data = seal("TumblingWindow", (name, (*own[:place], length, *own[place + 1 :]), *rest))
        with pytest.raises(ValueError, match="not a valid state of TumblingWindow"):
            utils.TumblingWindow.from_bytes(data)


CHANGES: dict[str, tuple[int, Any]] = {
    "closed otherwise": (1, "both"),
    "the last event is missing": (4, lambda events: events[:-1]),
    "the first event is missing": (4, lambda events: events[1:]),
    "an event too many": (4, lambda events: (*events, (3, (), ()))),
    "an event that is none": (4, lambda events: (*events[:-1], (2, (1, 2), ()))),
    "an argument of no name": (4, lambda events: (*events[:-1], (2, (), (("z", 1),)))),
    "arguments that are none": (4, lambda events: (*events[:-1], (2, None, ()))),
    "numbers that are none": (4, lambda events: (*events[:-1], ("2", (), ()))),
    "a number that an event has": (3, 2),
    "a number below zero": (3, -1),
    "a number beyond all": (3, 10**30),
    "a number beyond 64 bits": (3, 2**64),
    "no number": (3, "a"),
    "no span": (2, b""),
}


@pytest.mark.parametrize("change", CHANGES)
def test_events(change: str) -> None:
    place, value = CHANGES[change]
    data = resealed(counting(), lambda state: with_own(state, place, value))
    with pytest.raises(ValueError, match="not a valid state of TimeRolling"):
        utils.TimeRolling.from_bytes(data)
    untouched = resealed(counting(), lambda state: state)
    assert utils.TimeRolling.from_bytes(untouched).to_bytes() == counting().to_bytes()


NUMBERS = [2**60, 2**63 - 1, 2**64 - 1, 1 << 40, 0, 1]


@pytest.mark.parametrize(
    "window",
    [
        utils.TimeRolling(stats.Mean, 3),
        utils.TimeRolling(stats.Mean, 3, closed="neither"),
        utils.TimeRolling(stats.Mode, 3, closed="left"),
        utils.TimeRolling(stats.Count, dt.timedelta(seconds=3)),
        utils.TumblingWindow(stats.Mean, period=3),
    ],
    ids=["mean", "open", "mode", "count", "tumbling"],
)
def test_any_eight_bytes_changed(window: Any) -> None:
    for t in (1.0, 2.0, 2.5):
        window.update(1.0, t=t)
    data = window.to_bytes()[:-4]
    for place in range(6 + data[5], len(data) - 7):
        for number in NUMBERS:
            changed = data[:place] + struct.pack("<Q", number) + data[place + 8 :]
            try:
                read = type(window).from_bytes(changed + struct.pack("<I", zlib.crc32(changed)))
            except ValueError:
                continue
            # What can be read can be used.
            read.get(), repr(read), len(getattr(read, "name", ""))
            for t in (2.5, 1e9):
                try:
                    read.update(1.0, t=t)
                    read.advance(t + 1)
                except (TypeError, ValueError):
                    continue
            type(read).from_bytes(read.to_bytes())


def test_periods_are_read_back_exactly() -> None:
    for period in (1e-9, 2.5e-7, 0.5, 3, 1e20, dt.timedelta(days=2), dt.timedelta.max):
        window = utils.TimeRolling(stats.Mean, period)
        read = utils.TimeRolling.from_bytes(window.to_bytes())
        assert read.to_bytes() == window.to_bytes() == read.clone().to_bytes()
