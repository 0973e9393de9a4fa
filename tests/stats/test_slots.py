"""Windows of rows, some of which lack a value: the result is that over the values in the newest rows."""

from __future__ import annotations

import copy
import functools
import itertools
import math
import pickle
import random
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from river import sketch, stats, utils
from tests.stats.cases import Case
from tests.stats.closeness import assert_close, bound
from tests.stats.streams import Row
from tests.stats.windowed import CASES_IN_WINDOWS, agrees, fresh

NAN = math.nan
#: A window by number of rows has no times.
CASES = [case for case in CASES_IN_WINDOWS if case.kind != "time"]


class Model:
    """The newest rows; None where one is missing."""

    def __init__(self, case: Case, size: int, min_samples: int) -> None:
        self.case, self.min_samples = case, min_samples
        self.rows: deque[Row | None] = deque(maxlen=size)

    def update(self, row: Row | None) -> None:
        self.rows.append(row)

    def seen(self) -> list[Row]:
        return [row for row in self.rows if row is not None]

    def check(self, window: Any, value: Any = ...) -> None:
        rows = self.seen()
        assert len(window) == len(rows)
        value = window.get() if value is ... else value
        if len(rows) < self.min_samples:
            assert value is None
        elif rows:
            assert agrees(self.case, value, fresh(self.case, self.case.params[0], rows), rows), (value, rows)


def gapped(case: Case, seed: int, length: int = 60) -> list[Row | None]:
    """Return a stream in which every third row or so is missing, and several at both ends."""
    rng = random.Random(seed)
    rows = list(itertools.islice(itertools.cycle(case.short), length))
    return [None if i < 2 or i > length - 4 or rng.random() < 0.35 else row for i, row in enumerate(rows)]


def missing(case: Case, row: Row | None, place: int = 0) -> Row:
    """Return what represents a missing row: None in one position."""
    return row or tuple(None if i == place else case.short[0][i] for i in range(len(case.arguments)))


def window_of(case: Case, size: int, min_samples: int = 0, **kwargs: Any) -> Any:
    return utils.Rolling(case.cls, size, min_samples=min_samples, nulls="slot", **case.params[0], **kwargs)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("size", "min_samples"), [(1, 1), (4, 2), (7, 5)])
def test_value_by_value(case: Case, size: int, min_samples: int) -> None:
    window, model = window_of(case, size, min_samples), Model(case, size, min_samples)
    for i, row in enumerate(gapped(case, size)):
        window.update(*missing(case, row, i % len(case.arguments)))
        model.update(row)
        model.check(window)
        if i % 9 == 0:
            for other in (copy.copy(window), pickle.loads(pickle.dumps(window)), rebuilt(window)):
                assert (other.nulls, other.skipna, other.window_size) == ("slot", False, size)
                other.update(*missing(case, None))
                after = copy.deepcopy(model)
                after.update(None)
                after.check(other)
    empty = window.clone()
    assert (len(empty), empty.nulls, empty.min_samples) == (0, "slot", min_samples)


def rebuilt(window: Any) -> Any:
    data = window.to_bytes()
    again = utils.Rolling.from_bytes(data)
    assert again.to_bytes() == data
    assert again._get_params().items() >= window._get_params().items()
    return again


@pytest.mark.parametrize("case", CASES)
def test_columns(case: Case) -> None:
    rows = gapped(case, 5, 90)
    columns = [[missing(case, row, 0)[i] for row in rows] for i in range(len(case.arguments))]
    size, min_samples = 6, 3
    window, batch, model = (
        window_of(case, size, min_samples),
        window_of(case, size, min_samples),
        Model(case, size, min_samples),
    )
    values = window.accumulate(*columns)
    assert len(values) == len(rows)
    lazy = list(window_of(case, size, min_samples).accumulate(*map(iter, columns)))
    for row, value, other in zip(rows, values, lazy, strict=True):
        model.update(row)
        assert same(value, other)
        seen = model.seen()
        if len(seen) < min_samples:
            assert value is None or math.isnan(value)
        else:
            assert agrees(case, plain(value), fresh(case, case.params[0], seen), seen)
    model.check(window)
    for first in range(0, len(rows), 23):
        batch.update_many(*(column[first : first + 23] for column in columns))
    model.check(batch)


def same(value: Any, other: Any) -> bool:
    return bool(value == other) or (value != value and other != other)


def plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


@pytest.mark.parametrize("case", CASES)
def test_the_parts_of_a_stream_make_the_whole(case: Case) -> None:
    rows = gapped(case, 8)
    for size, i, j in [(1, 10, 30), (4, 20, 20), (50, 3, 41), (6, 57, 60), (6, 0, 2)]:
        whole, *parts = (window_of(case, size) for _ in range(4))
        for window, part in zip((whole, *parts), (rows, rows[:i], rows[i:j], rows[j:]), strict=True):
            for row in part:
                window.update(*missing(case, row))
        merged = utils.merge(parts)
        model = Model(case, size, 0)
        for row in [*rows, *case.short[:3], None, case.short[0]]:
            model.update(row)
        for window in (merged, parts[0] + (parts[1] + parts[2])):
            assert_close(window.get(), whole.get(), bound(case, case.short), relative=1e-12)
            for row in [*case.short[:3], None, case.short[0]]:
                window.update(*missing(case, row))
            model.check(window)


def test_a_window_of_rows_is_merged_with_its_like_alone() -> None:
    rows, skipping = utils.Rolling(stats.Sum, 3, nulls="slot"), utils.Rolling(stats.Sum, 3)
    for left, right in ((rows, skipping), (skipping, rows)):
        with pytest.raises(ValueError, match="nulls must be the same in both windows"):
            left += right
    rows.update(1.0)
    other = utils.Rolling(stats.Sum, 3, nulls="slot", skipna=True)
    other.update(1.0)
    with pytest.raises(ValueError, match="skipna must be the same"):
        rows += other


#: What pandas computes of a window of floats, and the class with its parameters.
PEERS: dict[str, tuple[Callable[[Any], Any], type[Any], dict[str, Any]]] = {
    "sum": (lambda rolling: rolling.sum(), stats.Sum, {}),
    "mean": (lambda rolling: rolling.mean(), stats.Mean, {}),
    "var": (lambda rolling: rolling.var(), stats.Var, {}),
    "std": (lambda rolling: rolling.std(), stats.Std, {}),
    "sem": (lambda rolling: rolling.std() / np.sqrt(rolling.count()), stats.SEM, {}),
    "max": (lambda rolling: rolling.max(), stats.Max, {}),
    "min": (lambda rolling: rolling.min(), stats.Min, {}),
    "median": (lambda rolling: rolling.median(), stats.Quantile, {}),
    "quantile": (lambda rolling: rolling.quantile(0.9), stats.Quantile, {"q": 0.9}),
    "skew": (lambda rolling: rolling.skew(), stats.Skew, {}),
    "kurt": (lambda rolling: rolling.kurt(), stats.Kurtosis, {}),
    "first": (lambda rolling: rolling.first(), stats.First, {}),
    "last": (lambda rolling: rolling.last(), stats.Last, {}),
}


def floats(seed: int) -> pd.Series:
    rng = np.random.default_rng(seed)
    values = rng.normal(3, 2, 200)
    values[rng.random(200) < 0.4] = NAN
    values[60:75] = NAN
    return pd.Series(values)


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize(("size", "least"), [(7, 4), (30, 5), (4, 4)])
def test_min_samples_is_min_periods(name: str, size: int, least: int) -> None:
    definition, cls, params = PEERS[name]
    column = floats(size)
    expected = definition(column.rolling(size, min_periods=least)).to_numpy()
    # A sample for which pandas gives no skewness or kurtosis is constant.
    make = functools.partial(utils.Rolling, cls, size, min_samples=least, nulls="slot", **params)
    nulls = [None if math.isnan(x) else x for x in column]
    ways = {
        "NaN": make(skipna=True).accumulate(column),
        "Arrow": make().accumulate(pa.array(nulls)),
        "pandas' nulls": make().accumulate(pd.Series(nulls, dtype="Float64")),
        "a masked array": make().accumulate(np.ma.masked_invalid(column)),
        "None": make().accumulate(nulls),
        "an array of objects": make().accumulate(np.array(nulls, dtype=object)),
        "one by one": one_by_one(make(), nulls),
        "NaN one by one": one_by_one(make(skipna=True), column),
    }
    for way, found in ways.items():
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9, err_msg=way)


def one_by_one(window: Any, column: Any) -> list[float]:
    found = []
    for x in column:
        window.update(x)
        found.append(NAN if window.get() is None else window.get())
    return found


@pytest.mark.parametrize(("cls", "method"), [(stats.Cov, "cov"), (stats.PearsonCorr, "corr")])
def test_a_pair_is_missing_where_one_of_its_values_is(cls: Any, method: str) -> None:
    x, y = floats(1), floats(2)
    both = x.notna() & y.notna()
    rolling = x.where(both).rolling(12, min_periods=4)
    expected = getattr(rolling, method)(y.where(both)).to_numpy(copy=True)
    # pandas requires this many values of each.
    expected[(both.rolling(12, min_periods=1).sum() < 4).to_numpy()] = NAN
    window = utils.Rolling(cls, 12, min_samples=4, nulls="slot", skipna=True)
    np.testing.assert_allclose(window.accumulate(x, y), expected, rtol=1e-9, atol=1e-9)
    again = utils.Rolling(cls, 12, min_samples=4, nulls="slot", skipna=True)
    for a, b in zip(x, y, strict=True):
        again.update(a, y=b)
    assert_close(again.get(), window.get(), 1e-9)


@pytest.mark.parametrize("make", [list, pd.Series, np.array], ids=["list", "Series", "array"])
def test_nan_among_objects_is_a_value_without_skipna(make: Any) -> None:
    column = make([1.0, math.nan, None, 4.0, 5.0], **({} if make is list else {"dtype": object}))
    window = utils.Rolling(stats.Mean, 2, nulls="slot")
    np.testing.assert_array_equal(window.accumulate(column), [1.0, math.nan, math.nan, 4.0, 4.5])
    skipping = utils.Rolling(stats.Mean, 2, nulls="slot", skipna=True)
    np.testing.assert_array_equal(skipping.accumulate(column), [1.0, 1.0, 0.0, 4.0, 4.5])


def test_nan_is_a_value_without_skipna() -> None:
    window = utils.Rolling(stats.Mean, 2, nulls="slot")
    np.testing.assert_equal(window.accumulate([1.0, NAN, None, 3.0, 5.0]), [1.0, NAN, NAN, 3.0, 4.0])


def test_what_is_hashable() -> None:
    column = ["a", "b", "b", None, NAN, "a", None, None, None]
    window = utils.Rolling(stats.CountDistinct, 3, nulls="slot")
    assert list(window.accumulate(column)) == [1, 2, 2, 1, 2, 2, 2, 1, 0]
    window = utils.Rolling(stats.CountDistinct, 3, nulls="slot", skipna=True)
    assert list(window.accumulate(pa.array(["a", "b", "b", None, None, "a", None, None, None]))) == [
        *(1, 2, 2, 1, 1, 1, 1, 1, 0),
    ]
    mode = utils.Rolling(stats.Mode, 4, min_samples=2, nulls="slot", skipna=True)
    for x, expected in zip(["a", "a", NAN, "b", "b", None], [None, "a", "a", "a", "b", "b"], strict=True):
        mode.update(x)
        assert mode.get() == expected
    assert len(mode) == 2 and mode.obj.n == 2


def test_what_is_only_counted() -> None:
    window = utils.Rolling(stats.Count, 3, nulls="slot")
    assert list(window.accumulate([1, None, "x", NAN, None])) == [1, 1, 2, 2, 2]
    window.update()
    assert window.get() == 2
    window.update(None)
    assert window.get() == 1
    left_out = utils.Rolling(stats.Count, 3, nulls="slot", skipna=True)
    assert list(left_out.accumulate(np.array([1.0, NAN, 2.0, NAN, NAN]))) == [1, 1, 2, 1, 1]
    expected = pd.Series([1.0, NAN, 2.0, NAN, NAN]).rolling(3, min_periods=0).count()
    assert list(expected) == [1, 1, 2, 1, 1]


def test_a_row_of_weight_0_takes_its_place() -> None:
    for weights in ([2.0, 0.0, 1.0], [2.0, 0, 1.0]):
        window = utils.Rolling(stats.Mean, 2, nulls="slot")
        for x, w in zip([1.0, 9.0, 4.0], weights, strict=True):
            window.update(x, w)
        assert (window.get(), len(window), window.n) == (4.0, 1, 1.0)
        column = utils.Rolling(stats.Mean, 2, nulls="slot")
        np.testing.assert_equal(column.accumulate([1.0, 9.0, 4.0], w=weights), [1.0, 1.0, 4.0])
    with pytest.raises(ValueError, match="w"):
        utils.Rolling(stats.Mean, 2, nulls="slot").update(1.0, -1.0)


def test_extrema_and_several_values() -> None:
    window = utils.Rolling(stats.Extrema, 3, nulls="slot")
    found = window.accumulate([4.0, None, 7.0, None, None, None])
    assert [getattr(value, "max", None) for value in found] == [4.0, 4.0, 7.0, 7.0, 7.0, None]


@pytest.mark.parametrize("cls", [sketch.DDSketch, sketch.KLL, sketch.TDigest, sketch.NUnique, sketch.HeavyHitters])
def test_windows_of_panes(cls: Any) -> None:
    rng = random.Random(4)
    window = utils.Rolling(cls, 12, panes=4, nulls="slot")
    whole = utils.Rolling(cls, 12, panes=4)
    column = [None if rng.random() < 0.3 else float(i % 5) for i in range(100)]
    for n, x in enumerate(column, start=1):
        window.update(x)
        # As many rows as a window of observations has, which are in the same panes.
        whole.update(0.0)
        covered = column[n - len(whole) : n]
        assert len(window) == sum(x is not None for x in covered)
    batch = utils.Rolling(cls, 12, panes=4, nulls="slot")
    found = batch.accumulate(column)
    assert len(found) == len(column) and len(batch) == len(window)
    for other in (copy.copy(window), pickle.loads(pickle.dumps(window)), utils.Rolling.from_bytes(window.to_bytes())):
        assert (len(other), other.nulls, other.panes, other.window_size) == (len(window), "slot", 4, 12)
        for _ in range(15):
            other.update(None)
        assert len(other) == 0


class Replayed(stats.base.Univariate[float]):
    """A user-defined class that is replayed; the next ones are reverted, and merged."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def update(self, x: float) -> None:
        if x == -1:
            raise ValueError("no such value")
        self.values.append(x)

    def get(self) -> float:
        return sum(self.values)


class Reverted(Replayed):
    def revert(self, x: float) -> None:
        self.values.remove(x)


class Merged(Replayed):
    def __iadd__(self, other: Merged) -> Merged:
        self.values += other.values
        return self


@pytest.mark.parametrize("cls", [Reverted, Replayed, Merged])
def test_classes_of_ones_own(cls: Any) -> None:
    rng = random.Random(6)
    column = [rng.choice([None, NAN, *range(9)]) for _ in range(80)]
    window, batch = (utils.Rolling(cls, 5, min_samples=2, nulls="slot", skipna=True) for _ in range(2))
    kept: deque[Any] = deque(maxlen=5)
    expected = []
    for i, x in enumerate(column):
        window.update(x)
        kept.append(x)
        seen = [x for x in kept if x is not None and x == x]
        expected.append(sum(seen) if len(seen) >= 2 else None)
        assert (len(window), window.get()) == (len(seen), expected[-1])
        if i % 20 == 7:
            with pytest.raises(ValueError, match="no such value"):
                window.update(-1)
            assert window.get() == expected[-1]
            again = pickle.loads(pickle.dumps(window))
            assert (again.get(), again.nulls, again.skipna, len(again)) == (expected[-1], "slot", True, len(seen))
    found = batch.accumulate(pa.array([None if x != x else x for x in column], pa.float64()))
    assert [None if math.isnan(x) else x for x in found] == expected
    lazily = utils.Rolling(cls, 5, min_samples=2, nulls="slot", skipna=True).accumulate(iter(column))
    assert [None if math.isnan(x) else x for x in lazily] == expected
    assert window.clone()._get_params() == window._get_params()


def test_parameters() -> None:
    window = utils.Rolling(stats.Mean, 3)
    assert (window.nulls, window.skipna) == ("skip", False)
    assert "nulls" not in window._get_params()
    with pytest.raises(ValueError, match='nulls must be "skip" or "slot", got \'other\''):
        utils.Rolling(stats.Mean, 3, nulls="other")  # type: ignore[call-overload]
    with pytest.raises(ValueError, match='skipna must be False where nulls is "skip"'):
        utils.Rolling(stats.Mean, 3, skipna=True)
    with pytest.raises(TypeError, match="skipna must be a bool, got 1"):
        utils.Rolling(stats.Mean, 3, nulls="slot", skipna=1)  # type: ignore[call-overload]
    for cls, params in ((stats.Rate, {}), (stats.EWMean, {"halflife": 3.0})):
        with pytest.raises(ValueError, match='nulls must be "skip" over a statistic that looks at times'):
            utils.Rolling(cls, 3, nulls="slot", **params)
    with pytest.raises(ValueError, match="window_size must be"):
        utils.Rolling(stats.Mean, 10**30, nulls="slot")
    assert utils.Rolling(stats.Mean, 2**63, nulls="slot").window_size == 2**63
    with pytest.raises(ValueError, match="panes must be None, got 2 for Mean"):
        utils.Rolling(stats.Mean, 3, nulls="slot", panes=2)
    with pytest.raises(ValueError, match="panes must be an integer"):
        utils.Rolling(sketch.KLL, 3, nulls="slot")


def test_times_are_refused() -> None:
    for window in (utils.Rolling(cls, 3, nulls="slot") for cls in (stats.Mean, stats.Mode, stats.Count)):
        window.update(1.0)
        before = window.to_bytes()
        for x in (2.0, None):
            with pytest.raises(TypeError, match="takes no argument t"):
                window.update(x, t=5)
        with pytest.raises(TypeError, match="takes no argument t"):
            window.update_many([1.0, None], t=[1, 2])
        assert window.to_bytes() == before


def test_what_leaves_missing_values_out_refuses_such_windows() -> None:
    makes: list[Callable[[Any], Any]] = [
        utils.GroupBy,
        lambda window: utils.Summary(lately=window),
        utils.SkipNaN,
        lambda window: window | stats.Mean(),
        lambda window: stats.Mean() | window,
    ]
    for cls in (stats.Mean, stats.Mode, Reverted):
        for make in makes:
            with pytest.raises(ValueError, match='nulls must be "skip" in groups, summaries and links'):
                make(utils.Rolling(cls, 3, nulls="slot"))
            make(utils.Rolling(cls, 3))


@pytest.mark.parametrize("cls", [stats.Mean, stats.Quantile, stats.Mode, sketch.NUnique])
def test_bytes_of_other_windows_are_refused(cls: Any) -> None:
    panes = {"panes": 2} if cls is sketch.NUnique else {}
    window = utils.Rolling(cls, 4, nulls="slot", **panes)
    for x in (1.0, None, 2.0):
        window.update(x)
    data = window.to_bytes()
    for other in (utils.TimeRolling, utils.TumblingWindow):
        with pytest.raises(ValueError, match="valid state"):
            other.from_bytes(data)
    for index in range(len(data)):
        for changed in (data[:index], data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :]):
            with pytest.raises(ValueError, match="valid state"):
                utils.Rolling.from_bytes(changed)


def test_a_failed_batch_changes_nothing() -> None:
    for cls, column in ((stats.Mean, [1.0, None, "a"]), (stats.Mode, ["a", None, []])):
        window = utils.Rolling(cls, 3, nulls="slot")
        window.update_many(column[:2])
        before = window.to_bytes()
        with pytest.raises(TypeError):
            window.update_many(column)
        assert window.to_bytes() == before


@pytest.mark.parametrize("cls", [stats.Sum, stats.CountDistinct])
def test_no_row_is_lost_among_threads(cls: Any) -> None:
    window = utils.Rolling(cls, 8_000, nulls="slot")
    values: Sequence[int | None] = [0, None]

    def run(offset: int) -> None:
        for i in range(1_000):
            window.update(values[i % 2] if i % 2 else offset * 1_000 + i)

    threads = [threading.Thread(target=run, args=(offset,)) for offset in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(window) == 2_000
    # The rows are counted: exactly as many more evict all of them.
    rest = utils.Rolling.from_bytes(window.to_bytes())
    for _ in range(4_000):
        rest.update(None)
    assert len(rest) == 2_000
    for _ in range(4_000):
        rest.update(None)
    assert len(rest) == 0
