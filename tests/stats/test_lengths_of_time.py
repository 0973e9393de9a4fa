"""Lengths of time as strings, dates as times, and errors about them."""

from __future__ import annotations

import datetime as dt
import pickle
from typing import Any

import pandas as pd
import pytest

from river import stats, utils

WORDS = ("5s", "1h30min", "250ms", "90us", "2 days", "1.5h", "1D 12h", "3W", "1 minute 10 seconds", "7m", "2 hr")


@pytest.mark.parametrize("words", WORDS)
def test_words_mean_what_they_mean_in_pandas(words: str) -> None:
    length = pd.Timedelta(words).to_pytimedelta()
    window = utils.TimeRolling(stats.Mean, words)
    assert window.period == length
    assert window.to_bytes() == utils.TimeRolling(stats.Mean, length).to_bytes()
    assert window.name == utils.TimeRolling(stats.Mean, length).name
    for other in (window.clone(), pickle.loads(pickle.dumps(window))):
        assert other.period == length
    assert utils.TumblingWindow(stats.Mean, period=words, offset=words).offset == length
    assert stats.EWMean(halflife=words).halflife == pytest.approx(length.total_seconds(), rel=1e-15)
    assert stats.EWMean(halflife=words).clone()._get_params() == stats.EWMean(halflife=length)._get_params()


def test_nanoseconds_are_kept() -> None:
    assert utils.TimeRolling(stats.Mean, "1us 5ns").period == 1.005e-6


@pytest.mark.parametrize("words", ["x", "", "5", "1h30", "min", "1.2.3s", "5 parsecs", "-5s", "5s,", "00:05:00"])
def test_other_words_are_refused_by_name(words: str) -> None:
    wanted = "a timedelta, a number of seconds or a string such as '1h30min'"
    refused: dict[str, Any] = {
        "period": lambda: utils.TimeRolling(stats.Mean, words),
        "offset": lambda: utils.TumblingWindow(stats.Mean, period="5s", offset=words),
        "halflife": lambda: stats.EWMean(halflife=words),
    }
    for name, refuse in refused.items():
        with pytest.raises(ValueError, match=f"^{name} must be {wanted}, got ") as caught:
            refuse()
        assert str(caught.value).endswith(f'got "{words}"')
    with pytest.raises(ValueError, match=r"^period must be"):
        utils.TumblingWindow(stats.Mean, period=words)


def test_a_window_over_a_class_of_ones_own_takes_words_too() -> None:
    class Own:
        def __init__(self) -> None:
            self.values: list[float] = []

        def update(self, x: float) -> None:
            self.values.append(x)

        def revert(self, x: float) -> None:
            self.values.remove(x)

        def get(self) -> list[float]:
            return self.values

    window = utils.TimeRolling(Own, "2 days")
    for day in (1, 2, 3):
        window.update(day, t=dt.date(2024, 5, day))
    assert (window.get(), window.period) == ([2, 3], dt.timedelta(days=2))


def test_other_types_are_named() -> None:
    for make in (
        lambda: utils.TimeRolling(stats.Mean, [5]),  # type: ignore[call-overload]
        lambda: utils.TumblingWindow(stats.Mean, period=[5]),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError, match=r"^period must be .*, got \[5\] \(list\)$"):
            make()
    for name, value in (("window_size", "3"), ("window_size", 2.5), ("min_samples", "a")):
        given: Any = {"window_size": 3, name: value}
        for window in (utils.Rolling, utils.TumblingWindow):
            with pytest.raises(
                TypeError, match=rf"^{name} must be an integer, got {value!r} \({type(value).__name__}\)$"
            ):
                window(stats.Var, **given)


@pytest.mark.parametrize("cls", [stats.Mean, stats.Cov, stats.Extrema, stats.Mode, stats.Count])
def test_a_column_without_times_is_missed_by_name(cls: Any) -> None:
    window = utils.TimeRolling(cls, "5s")
    columns = [[1, 2, 3]] * (2 if cls is stats.Cov else 1)
    for method in (window.update_many, window.accumulate):
        with pytest.raises(TypeError, match=r"^t is missing: a column of the times of the observations$"):
            method(*columns)


def test_a_date_is_its_first_moment() -> None:
    days = [dt.date(2024, 5, day) for day in (1, 2, 4)]
    by_date, by_moment = utils.TimeRolling(stats.Sum, "2D"), utils.TimeRolling(stats.Sum, "2D")
    for day in days:
        by_date.update(1, t=day)
        by_moment.update(1, t=dt.datetime.combine(day, dt.time()))
        assert by_date.get() == by_moment.get()
    assert by_date.to_bytes() == by_moment.to_bytes()
    column = utils.TimeRolling(stats.Sum, "2D")
    assert list(column.accumulate([1, 1, 1], t=days)) == [1.0, 2.0, 1.0]
    faded = stats.EWMean(halflife="1 day")
    faded.update(0, t=days[0])
    faded.update(8, t=days[1])
    assert faded.get() == 4.0
    with pytest.raises(TypeError, match=r"mixed|time zone"):
        faded.update(1, t=dt.datetime(2024, 6, 1, tzinfo=dt.UTC))
