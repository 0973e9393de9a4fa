"""Everything that river 0.26.1 offers exists here: parameters, methods, attributes, empty values and names."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from math import inf
from typing import Any, NamedTuple

import pytest

from river import stats, utils
from tests.stats.cases import BY_NAME


class Row(NamedTuple):
    """One class of river 0.26.1."""

    name: str
    parameters: str
    arguments: str
    """Those of `update`."""
    members: str
    """Methods and attributes beside `update`, `get` and `name`."""
    empty: float | None
    """What `get` returns before any update."""
    label: str
    """The property `name`, where there is one."""
    inherited: str
    """The property `name` of a subclass that is called Other."""

    def make(self, cls: Any = None) -> Any:
        if self.name == "Link":
            return (cls or stats.Link)(stats.Shift(1), stats.Mean())
        return (cls or getattr(stats, self.name))(**BY_NAME[self.name].params[0])

    def fed(self) -> Any:
        stat = self.make()
        for x in (3, 1, 2, 4, 1, 1, 5):
            stat.update(*[x, x + 1][: len(self.arguments.replace("w", "").split())])
        return stat


ROWS = (
    Row("AbsMax", "", "x", "abs_max", 0.0, "absmax", "other"),
    Row("AutoCorr", "lag", "x", "lag pearson window", 0, "autocorr_1", "autocorr_1"),
    Row("BayesianMean", "prior prior_weight", "x", "prior prior_weight revert", 0.0, "bayes_mean", "bayes_mean"),
    Row("Count", "", "x", "n", 0, "count", "other"),
    Row(
        "Cov",
        "ddof",
        "x y w",
        "__add__ __iadd__ __isub__ __sub__ cov ddof mean_x mean_y n revert update_many",
        0.0,
        "",
        "",
    ),
    Row(
        "ChiSquared",
        "",
        "x y",
        "counts degrees_of_freedom n p_value revert x_totals y_totals",
        0.0,
        "chi_squared",
        "chi_squared",
    ),
    Row("Entropy", "fading_factor eps", "x", "counter entropy eps fading_factor n", 0.0, "entropy", "entropy"),
    Row("EWCov", "fading_factor", "x y", "fading_factor", 0.0, "ewcov_0.5", "ewcov_0.5"),
    Row("EWMean", "fading_factor", "x", "fading_factor", 0.0, "ewm_0.5", "ewm_0.5"),
    Row("EWVar", "fading_factor", "x", "fading_factor", 0.0, "ewv_0.5", "ewv_0.5"),
    Row("IQR", "q_inf q_sup", "x", "q_inf q_sup", None, "IQR_0.25_0.75", "Other_0.25_0.75"),
    Row("KolmogorovSmirnov", "statistic", "x y", "n_samples revert statistic treap", 0, "", ""),
    Row("Kurtosis", "bias", "x", "bias", -3.0, "kurtosis", "other"),
    Row("Link", "left right", "x", "left right", 0.0, "mean_of_shift_1", "mean_of_shift_1"),
    Row("MAD", "", "x", "median q", None, "mad", "other"),
    Row("Max", "", "x", "max", -inf, "max", "other"),
    Row("Mean", "", "x w", "__add__ __iadd__ __isub__ __sub__ n revert update_many", 0.0, "mean", "other"),
    Row("Min", "", "x", "min", inf, "min", "other"),
    Row("Mode", "k", "x", "counts k", None, "mode", "mode"),
    Row("PeakToPeak", "", "x", "", 0.0, "ptp", "ptp"),
    Row("PearsonCorr", "ddof", "x y", "cov_xy ddof revert update_many var_x var_y", 0, "", ""),
    Row("Quantile", "q", "x", "q", None, "quantile", "other"),
    Row("RollingAbsMax", "window_size", "x", "window window_size", None, "rollingabsmax_3", "other_3"),
    Row(
        "RollingIQR",
        "window_size q_inf q_sup",
        "x",
        "q_inf q_sup window_size window_size_value",
        None,
        "rollingiqr_3",
        "other_3",
    ),
    Row("RollingMax", "window_size", "x", "window window_size", None, "rollingmax_3", "other_3"),
    Row("RollingMin", "window_size", "x", "window window_size", None, "rollingmin_3", "other_3"),
    Row("RollingMode", "window_size", "x", "counts window window_size", None, "rollingmode_3", "other_3"),
    Row("RollingPeakToPeak", "window_size", "x", "max min window_size", None, "rollingpeaktopeak_3", "other_3"),
    Row(
        "RollingQuantile", "q window_size", "x", "q window_size window_size_value", None, "rollingquantile_3", "other_3"
    ),
    Row("SEM", "ddof", "x w", "__add__ __iadd__ __isub__ __sub__ ddof mean n revert update_many", None, "sem", "other"),
    Row("Shift", "amount fill_value", "x", "amount buffer fill_value", None, "shift_1", "shift_1"),
    Row("Skew", "bias", "x", "bias", 0.0, "skew", "skew"),
    Row("Sum", "", "x", "revert sum", 0.0, "sum", "other"),
    Row("Var", "ddof", "x w", "__add__ __iadd__ __isub__ __sub__ ddof mean n revert update_many", 0.0, "var", "other"),
)

rows = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
#: Classes in which `n` describes the statistic itself.
COUNTING = {"ChiSquared", "Count", "Cov", "Entropy", "Mean", "SEM", "Var"}
free = pytest.mark.parametrize("row", [row for row in ROWS if row.name not in COUNTING], ids=lambda row: row.name)


def names_of(function: Any) -> Sequence[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]


@rows
def test_parameters_and_arguments(row: Row) -> None:
    cls = getattr(stats, row.name)
    assert names_of(cls)[: len(row.parameters.split())] == row.parameters.split()
    assert names_of(cls.update)[: len(row.arguments.split())] == row.arguments.split()


@rows
def test_methods_and_attributes(row: Row) -> None:
    for stat in (row.make(), row.fed()):
        for member in (*row.members.split(), *row.parameters.split(), "update", "get"):
            assert hasattr(stat, member), member


@rows
def test_empty_values_and_names(row: Row) -> None:
    assert row.make().get() == row.empty
    if row.label:
        assert row.make().name == row.label


@rows
def test_names_of_subclasses(row: Row) -> None:
    if row.inherited:
        assert row.make(type("Other", (getattr(stats, row.name),), {})).name == row.inherited


def test_values_behind_other_names() -> None:
    assert stats.RollingQuantile(0.5, 3).window_size_value == stats.RollingIQR(3).window_size_value == 3


def test_what_counts_as_what() -> None:
    assert isinstance(stats.SEM(), stats.Var)
    assert isinstance(stats.MAD(), stats.Quantile)
    assert isinstance(utils.Rolling(stats.Mean, 3), stats.base.Univariate)
    for left, right in ((stats.Var(), stats.SEM()), (stats.SEM(), stats.Var())):
        for action in ("left + right", "left - right"):
            with pytest.raises(TypeError, match=r"statistics of the same class.*(Var and SEM|SEM and Var)"):
                eval(action, {"left": left, "right": right})
        with pytest.raises(TypeError, match="statistics of the same class"):
            left += right
    with pytest.raises(TypeError, match=r"unsupported operand.*'Mean' and 'Sum'"):
        stats.Mean() + stats.Sum()  # type: ignore[operator]


def test_links_are_generic() -> None:
    for link in (stats.Link[float, float], stats.base.Link[float, int]):
        made = link(stats.Shift(1), stats.Mean())  # type: ignore[operator]
        assert type(made) is stats.Link


@rows
def test_n_cannot_be_set_where_it_counts_and_can_be_elsewhere(row: Row) -> None:
    stat = row.fed()
    if row.name in COUNTING:
        with pytest.raises(AttributeError):
            stat.n = 3
        assert stat.n == 7
    else:
        assert stat.n == (6 if row.name == "Link" else 3 if "window_size" in row.parameters else 7)
        stat.n = "mine"
        assert stat.n == "mine"
        del stat.n
        assert stat.n != "mine"
    if row.name == "KolmogorovSmirnov":
        with pytest.raises(AttributeError):
            stat.n_samples = 3


@free
def test_a_class_tells_what_n_is(row: Row) -> None:
    assert "observations" in inspect.getdoc(getattr(stats, row.name).n) or row.name == "Link"  # type: ignore[operator]
