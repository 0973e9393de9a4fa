"""Columns of times are read as `update` reads each."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

from river import stats, utils

pa = pytest.importorskip("pyarrow")
pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

DAYS = np.array(["2020-01-01", "2020-01-03", "2021-06-01", "1969-12-31", "2400-02-29"], "datetime64[D]")
MOMENTS = np.array(
    ["2020-01-01T00:00:00.123456789", "2020-01-01T00:00:00.123456790", "1969-12-31T23:59:59.9"], "M8[ns]"
)
UNITS = ("Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns")


def span(times: Any) -> float | None:
    """Return what tells times apart to the nanosecond: the rate of events at these times."""
    rate = stats.Rate()
    rate.update_many(times)
    looped = stats.Rate()
    looped.update_many(list(times))
    assert rate.to_bytes() == looped.to_bytes()
    return rate.get()


@pytest.mark.parametrize("unit", UNITS)
def test_datetime64_of_every_unit(unit: str) -> None:
    times = DAYS[:4].astype(f"M8[{unit}]")
    span(times)
    span(times[::-2])
    rate, loop = stats.Rate(), stats.Rate()
    rate.update_many(times)
    for t in times:
        loop.update(t)
    assert rate.to_bytes() == loop.to_bytes()
    span(times.astype(times.dtype.newbyteorder(">")))


@pytest.mark.parametrize("unit", ["ps", "fs", "as"])
def test_units_below_a_nanosecond(unit: str) -> None:
    times = np.array([1, 1_500, 10**10, -1], f"M8[{unit}]")
    rate, loop = stats.Rate(), stats.Rate()
    rate.update_many(times)
    for t in times:
        loop.update(t)
    assert rate.to_bytes() == loop.to_bytes()


def test_units_that_are_many() -> None:
    assert span(np.array([0, 1, 2], "M8[25s]")) == 1 / 25


def test_nanoseconds_are_kept() -> None:
    assert span(MOMENTS[:2]) == pytest.approx(1e9)
    for column in (
        pd.Series(MOMENTS[:2]),
        pa.array(MOMENTS[:2]),
        pl.Series(MOMENTS[:2]),
        pd.DatetimeIndex(MOMENTS[:2]),
    ):
        rate = stats.Rate()
        rate.update_many(column)
        assert rate.get() == pytest.approx(1e9)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_columns_of_every_library(unit: str) -> None:
    naive = DAYS[:3].astype(f"M8[{unit}]")
    expected = stats.Rate()
    for t in naive.astype("M8[us]").astype(object):
        expected.update(t)
    aware = stats.Rate()
    for t in naive.astype("M8[us]").astype(object):
        aware.update(t.replace(tzinfo=dt.UTC))
    arrow = pa.array(naive)
    series = pd.Series(naive)
    columns = [naive, series, pd.Index(series), arrow, pa.chunked_array([arrow[:1], arrow[1:]])]
    columns += [pd.Series(naive, dtype=pd.ArrowDtype(arrow.type))]
    zoned = [series.dt.tz_localize("UTC"), pa.array(naive, pa.timestamp(unit, "UTC"))]
    zoned += [series.dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo"), pd.Index(series.dt.tz_localize("UTC"))]
    if unit != "s":
        columns.append(pl.Series(naive))
        zoned.append(pl.Series(naive).dt.replace_time_zone("UTC"))
    for wanted, given in ((expected, columns), (aware, zoned)):
        for column in given:
            rate = stats.Rate()
            rate.update_many(column)
            assert rate.to_bytes() == wanted.to_bytes()
    mixed = stats.Rate()
    mixed.update_many(naive)
    for column in zoned:
        with pytest.raises(TypeError, match=r"t\[0\].*time zone"):
            mixed.update_many(column)
    assert mixed.to_bytes() == expected.to_bytes()


def test_dates_of_every_library() -> None:
    days = DAYS.astype(object).tolist()
    expected = stats.Rate()
    for day in days:
        expected.update(day)
    columns = [days, DAYS, np.array(days, object), pd.Series(days), pd.Index(days), pl.Series(days)]
    for arrow in (pa.array(days, pa.date32()), pa.array(days, pa.date64())):
        columns += [
            arrow,
            arrow[1:3],
            pa.chunked_array([arrow[:2], arrow[2:]]),
            pd.Series(days, dtype=pd.ArrowDtype(arrow.type)),
        ]
    for column in columns:
        rate, wanted = stats.Rate(), expected
        rate.update_many(column)
        if len(column) < len(days):
            wanted = stats.Rate()
            wanted.update_many(days[1:3])
        assert rate.to_bytes() == wanted.to_bytes()
    window = utils.TimeRolling(stats.Sum, "2D")
    assert window.accumulate([1.0, 2.0], t=pl.Series(days[:2])).tolist() == [1.0, 2.0]


def test_numbers_and_durations() -> None:
    expected = stats.Rate()
    for t in (0.0, 1.5, 3.0):
        expected.update(t)
    seconds = [0.0, 1.5, 3.0]
    spans = np.array([0, 1500, 3000], "m8[ms]")
    columns = [seconds, np.array(seconds), np.array(seconds, "f4"), pa.array(seconds), pl.Series(seconds)]
    columns += [spans, pd.Series(spans), pa.array(spans), pl.Series(spans), [dt.timedelta(seconds=t) for t in seconds]]
    columns += [pd.Series(seconds, dtype="Float64"), spans.astype("m8[ns]")[::1], tuple(seconds), iter(seconds)]
    for column in columns:
        rate = stats.Rate()
        rate.update_many(column)
        assert rate.to_bytes() == expected.to_bytes()
    whole = stats.Rate()
    whole.update_many(np.array([0, 2, 3]))
    assert whole.get() == 2 / 3


NOT_TIMES: list[tuple[Any, type[Exception], str]] = [
    (np.array(["2020-01-01", "NaT"], "M8[s]"), ValueError, r"t\[1\] .*NaT"),
    (np.array(["2020", "NaT"], "M8[Y]"), ValueError, r"t\[1\] .*NaT"),
    (np.array([1, "NaT"], "m8[s]"), ValueError, r"t\[1\] .*NaT"),
    (np.array([1.0, math.nan]), ValueError, r"t\[1\] .*NaN"),
    ([1.0, math.inf], ValueError, r"t\[1\].* inf"),
    (pd.Series([pd.Timestamp(0), pd.NaT]), ValueError, r"t\[1\] .*NaT"),
    (pd.Series([pd.Timestamp(0, tz="UTC"), pd.NaT]), ValueError, r"t\[1\] .*NaT"),
    (pd.Series([1, None], dtype="Int64"), ValueError, r"t\[1\] is missing"),
    (pa.array([dt.datetime(2020, 1, 1), None]), ValueError, r"t\[1\] is missing"),
    (pa.array([dt.date(2020, 1, 1), None]), ValueError, r"t\[1\] is missing"),
    (pl.Series([dt.time(1), dt.time(2)]), TypeError, "t must hold real numbers, got an Arrow column of type Time"),
    (pa.array([1.0, None]), ValueError, r"t\[1\] is missing"),
    (pl.Series([dt.datetime(2020, 1, 1), None]), ValueError, r"t\[1\] is missing"),
    (np.ma.array([1.0, 2.0], mask=[False, True]), ValueError, r"t\[1\] is missing"),
    (np.zeros((2, 1), "M8[s]"), ValueError, "one-dimensional"),
    (np.array(["a", "b"]), TypeError, "t must hold"),
    (pl.Series(["a", "b"]), TypeError, "t must hold"),
    ("ab", TypeError, "got str"),
    (5.0, TypeError, "got float"),
    ([1.0, "a"], TypeError, r"t\[1\]"),
    ([dt.datetime(2020, 1, 1), 3.0], TypeError, r"t\[1\]"),
    ([dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 1, tzinfo=dt.UTC)], TypeError, r"t\[1\]"),
]


@pytest.mark.parametrize(("times", "error", "message"), NOT_TIMES)
def test_what_is_no_time(times: Any, error: type[Exception], message: str) -> None:
    ewmean, window = stats.EWMean(halflife=1.0), utils.TimeRolling(stats.Mean, 5)
    rate = stats.Rate()
    for stat, columns in ((ewmean, [[1.0, 2.0]]), (window, [[1.0, 2.0]]), (rate, [])):
        before = stat.to_bytes()
        for method in (stat.update_many, stat.accumulate):
            with pytest.raises(error, match=message):
                method(*columns, t=times)
        assert stat.to_bytes() == before


def test_a_column_of_times_is_read_at_once() -> None:
    times = np.datetime64("2020-01-01", "ns") + np.arange(20_000) * np.timedelta64(1, "s")
    ewmean, loop = stats.EWMean(halflife=10.0), stats.EWMean(halflife=10.0)
    values = np.sin(np.arange(20_000))
    ewmean.update_many(values, t=times)
    for x, t in zip(values[:100].tolist(), times[:100], strict=True):
        loop.update(x, t)
    again = stats.EWMean(halflife=10.0)
    again.update_many(values[:100], t=times[:100])
    assert again.to_bytes() == loop.to_bytes()
    assert ewmean.n == 20_000
