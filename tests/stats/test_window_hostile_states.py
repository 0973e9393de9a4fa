"""Forged states of windows are refused with a ValueError."""

from __future__ import annotations

import datetime as dt
import struct
import zlib
from typing import Any

import pytest

from river import stats, utils


def resealed(data: bytes) -> bytes:
    """Return the bytes of a state with the checksum that they should have."""
    return data + struct.pack("<I", zlib.crc32(data))


def renamed(window: Any, name: bytes) -> bytes:
    """Return a window's bytes under another name."""
    data = window.to_bytes()[:-4]
    return resealed(data[:5] + bytes([len(name)]) + name + data[6 + data[5] :])


def timed(cls: Any, **params: Any) -> Any:
    window = utils.TimeRolling(cls, 3, **params)
    for t in (0.0, 1.0, 2.0):
        window.update("a", t=t)
    return window


NAMES = [
    *(b"TimeRolling", b"TimeRolling()", b"TimeRolling(", b"TimeRolling(Mode", b"Mode"),
    *(b"TimeRolling(Count, s)", b"TimeRolling(Nothing, s)", b"TimeRolling(Link, s)"),
    *(b"Rolling(Mode, s)", b"TumblingWindow(Mode, s)", b"TimeRolling(EWMean, ts)", b"TimeRolling(\xff, s)", b""),
]


@pytest.mark.parametrize("name", NAMES)
def test_names(name: bytes) -> None:
    window = timed(stats.Mode)
    assert utils.TimeRolling.from_bytes(renamed(window, b"TimeRolling(Mode, s)")).to_bytes() == window.to_bytes()
    for cls in (utils.Rolling, utils.TimeRolling, utils.TumblingWindow):
        with pytest.raises(ValueError, match="not a valid state of"):
            cls.from_bytes(renamed(window, name))


@pytest.mark.parametrize("period", [0, -1, 2**62, -(2**62), 2**126])
def test_periods(period: int) -> None:
    for window in (timed(stats.Count), utils.TumblingWindow(stats.Mean, period=3.0)):
        data = window.to_bytes()[:-4]
        at = data.rindex((3 * 10**9).to_bytes(16, "little"))
        changed = data[:at] + period.to_bytes(16, "little", signed=True) + data[at + 16 :]
        if 0 < period < 2**100:
            # An event that was within the period is within a longer one.
            assert type(window).from_bytes(resealed(changed)).n == window.n
            continue
        with pytest.raises(ValueError, match="not a valid state of"):
            type(window).from_bytes(resealed(changed))


NUMBERS = [2**60, 2**63 - 1, 2**64 - 1, 1 << 40, 0, 1]


@pytest.mark.parametrize(
    "window",
    [
        utils.TimeRolling(stats.Mean, 3),
        utils.TimeRolling(stats.Mean, 3, closed="neither"),
        utils.TimeRolling(stats.Mode, 3, closed="left"),
        utils.TimeRolling(stats.Count, dt.timedelta(seconds=3)),
        utils.TimeRolling(stats.Rate, 3),
        utils.TimeRolling(stats.EWMean, 3, halflife=2.0),
        utils.TimeRolling(stats.Entropy, 3, fading_factor=0.5),
        utils.TumblingWindow(stats.Mean, period=3),
        utils.TumblingWindow(stats.Mode, period=1),
    ],
    ids=["mean", "open", "mode", "count", "rate", "half-life", "entropy", "tumbling", "tumbling mode"],
)
def test_any_eight_bytes_changed(window: Any) -> None:
    arguments = () if window.cls is stats.Rate else (1.0,)
    for t in (1.0, 2.0, 2.5):
        window.update(*arguments, t=t)
    data = window.to_bytes()[:-4]
    for index in range(6 + data[5], len(data) - 7):
        for number in NUMBERS:
            changed = data[:index] + struct.pack("<Q", number) + data[index + 8 :]
            try:
                read = type(window).from_bytes(resealed(changed))
            except ValueError:
                continue
            # What can be read can be used.
            read.get(), repr(read), len(getattr(read, "name", ""))
            for t in (2.5, 1e9):
                try:
                    read.update(*arguments, t=t)
                    read.advance(t + 1)
                except (TypeError, ValueError):
                    continue
            type(read).from_bytes(read.to_bytes())


def test_periods_are_read_back_exactly() -> None:
    for period in (1e-9, 2.5e-7, 0.5, 3, 1e20, dt.timedelta(days=2), dt.timedelta.max):
        window = utils.TimeRolling(stats.Mean, period)
        read = utils.TimeRolling.from_bytes(window.to_bytes())
        assert read.to_bytes() == window.to_bytes() == read.clone().to_bytes()
