"""How close a result has to be to what is expected."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tests.stats.cases import Case
from tests.stats.streams import Row, columns


def bound(case: Case, rows: Sequence[Row]) -> float:
    """Return the largest error that one-pass arithmetic may make on `rows`.

    Data with a spread s about an offset M carries rounding errors of the size of M, so that
    deviations from the mean are known to 1 + M / s times the precision of the values alone: the
    condition number of the variance (Chan, Golub and LeVeque 1983). Objects carry none.
    """
    if case.tolerance == 0 or "object" in case.kind:
        return case.tolerance
    data = columns(rows)
    magnitude = max(abs(x) for column in data for x in column)
    spread = max(max(column) - min(column) for column in data)
    if case.name == "Regression":
        return case.tolerance * slope_unit(rows) * (1 + max(map(abs, data[0])) / (max(data[0]) - min(data[0]) or 1))
    if spread == 0:
        return case.tolerance * magnitude if case.degree == 1 else 0.0
    return case.tolerance * (1 + magnitude / spread) * spread**case.degree


def slope_unit(rows: Sequence[Row]) -> float:
    """Return the largest y over the spread of x: what a slope of 1 is where both are of the size of 1."""
    xs, ys = ([x for x in column if math.isfinite(x)] for column in columns(rows)[:2])
    spread = max(xs, default=0.0) - min(xs, default=0.0)
    return max(map(abs, ys), default=0.0) / spread if spread else 0.0


def parts(result: object) -> tuple[object, ...]:
    """Return the parts of a result; anything but a tuple is its own only part."""
    return result if isinstance(result, tuple) else (result,)


def is_nan(result: object) -> bool:
    """Tell whether every number of the result is NaN; integers are positions, and do not count."""
    numbers = [part for part in parts(result) if isinstance(part, float)]
    return bool(numbers) and all(math.isnan(number) for number in numbers)


def scaled(result: object, factor: float) -> object:
    """Return the result in another unit, of which `factor` make up the former one; integers have no unit."""
    found = tuple(factor * part if isinstance(part, float) else part for part in parts(result))
    return found if isinstance(result, tuple) else found[0]


def assert_close(actual: object, expected: object, bound: float = 0.0, relative: float = 0.0) -> None:
    """Assert that both are the same value, NaN equal to NaN, or numbers at most `bound` apart.

    The bound is an absolute one, or relative to what is expected. If one is given, two units in the
    last place are allowed as well: they are more if the result is much larger than the data. For
    tuples, every part is compared.
    """
    if isinstance(expected, tuple):
        assert isinstance(actual, tuple), f"{actual!r} instead of {expected!r}"
        for left, right in zip(actual, expected, strict=True):
            assert_close(left, right, bound, relative)
        return
    if relative and isinstance(expected, float) and math.isfinite(expected):
        bound = max(bound, relative * abs(expected))
    if bound and isinstance(expected, float):
        bound = max(bound, 2.0**-51 * abs(expected))
    assert type(actual) is type(expected), f"{actual!r} instead of {expected!r}"
    if not isinstance(actual, float) or not isinstance(expected, float):
        assert actual == expected
        return
    same = actual == expected or (math.isnan(actual) and math.isnan(expected))
    assert same or abs(actual - expected) <= bound, f"{actual!r} instead of {expected!r}"


def assert_same(left: object, right: object) -> None:
    """Assert that two results are the same to the last bit, sign of zero and NaN included."""
    assert repr(left) == repr(right)
