"""What the tests of all engines have in common: the statistics that they take, and rows as records."""

from __future__ import annotations

from typing import Any

from river import utils
from river.integrations._protocol import IN_ORDER
from tests.stats.cases import Case, Params
from tests.stats.closeness import assert_close, assert_same, bound
from tests.stats.streams import Row
from tests.stats.test_merging import MERGE

#: Every class with a merge, with parameters under which the order does not matter.
ORDERLESS = [
    (case, params)
    for case, params in MERGE
    if not issubclass(case.cls, IN_ORDER) and params.get("fading_factor", 1.0) == 1.0
]
#: Those with a merge that depends on the order.
IN_SEQUENCE = [(case, params) for case, params in MERGE if (case, params) not in ORDERLESS]
ONE_OF_EACH = list({case.name: (case, params) for case, params in reversed(ORDERLESS)}.values())
#: Those of one column of numbers.
OF_NUMBERS = [(case, params) for case, params in ONE_OF_EACH if case.kind == "number"]


def has_groups(statistic: Any) -> bool:
    """Tell whether there are groups of a statistic."""
    try:
        utils.GroupBy(statistic)
    except TypeError:
        return False
    return True


OF_GROUPS = [(case, params) for case, params in ONE_OF_EACH if has_groups(case.make(params))]


def named(value: object) -> str | None:
    """Return the name of a case among parameters."""
    return repr(value) if isinstance(value, Case) else None


def rows_of(case: Case) -> list[Row]:
    """Return rows that engines have a type for."""
    return case.streams["strings" if "object" in case.kind else "random"]


def column_names(case: Case) -> Any:
    """Return what the statistic observes: a column, or a tuple of two."""
    return ("x", "y") if case.kind.endswith("pair") else "x"


def columns_of(case: Case) -> dict[str, list[Any]]:
    """Return the rows as columns."""
    return dict(zip("xy", map(list, zip(*rows_of(case), strict=True)), strict=False))


def assert_is_one_pass(case: Case, params: Params, result: Any, rows: list[Row] | None = None) -> None:
    """Assert that a statistic is what one pass over the rows gives, by default over all of them."""
    whole = case.fed(rows_of(case) if rows is None else rows, params)
    assert type(result) is case.cls
    assert result.n == whole.n
    assert_is_value(case, params, result.get(), rows)


def assert_is_value(case: Case, params: Params, value: object, rows: list[Row] | None = None) -> None:
    """Assert that a value is that of one pass over the rows."""
    rows = rows_of(case) if rows is None else rows
    whole = case.fed(rows, params)
    if case.name == "Mode":
        # Among several equally frequent ones, the first depends on the order.
        assert whole.counts[value] == max(whole.counts.values())
    elif case.tolerance:
        assert_close(value, whole.get(), 100 * bound(case, rows), relative=1e-12)
    else:
        assert_same(value, whole.get())
