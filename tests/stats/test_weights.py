"""Frequency weights: a weight of k counts as k observations, and an invalid weight changes nothing."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from river import stats
from tests.stats.cases import CASES, Case, Params, feed
from tests.stats.closeness import assert_close, assert_same, bound
from tests.stats.streams import Row

WEIGHTED = [case for case in CASES if "weighted" in case.abilities]
#: Including those whose weights may only be whole numbers.
ANY_WEIGHTED = [case for case in CASES if not case.abilities.isdisjoint({"weighted", "counted"})]
VARIANTS = [(case, params) for case in WEIGHTED for params in case.params]


def weighted(rows: list[Row], seed: int, largest: float = 3.0) -> list[Row]:
    rng = random.Random(seed)
    return [(*row, largest * rng.random()) for row in rows]


@pytest.mark.parametrize(("case", "params"), [(case, params) for case in ANY_WEIGHTED for params in case.params])
def test_a_whole_weight_is_as_many_observations(case: Case, params: Params) -> None:
    rng = random.Random(41)
    stat, plain = case.make(params), case.make(params)
    for n, row in enumerate(case.streams["skewed"][:60], start=1):
        w = rng.randint(1, 4)
        stat.update(*row, w)
        feed(plain, [row] * w)
        assert stat.n == plain.n
        assert_close(stat.get(), plain.get(), 10 * bound(case, case.streams["skewed"][:n]))


@pytest.mark.parametrize(("case", "params"), VARIANTS)
@pytest.mark.parametrize("largest", [3.0, 0.01])
def test_fractional_weights_agree_with_the_oracle(case: Case, params: Params, largest: float) -> None:
    for name in ("skewed", "constant", "offset"):
        rows = case.streams[name][:50]
        stat, oracle = case.make(params), case.oracle(**params)
        for n, row in enumerate(weighted(rows, 43, largest), start=1):
            stat.update(*row)
            oracle.update(*row)
            assert_close(stat.get(), oracle.get(), 10 * bound(case, rows[:n]))


@pytest.mark.parametrize("case", ANY_WEIGHTED)
def test_the_weight_can_be_given_by_name_and_is_one_by_default(case: Case) -> None:
    by_name, by_position, plain = case.make(), case.make(), case.make()
    for row in case.short:
        by_name.update(*row, w=1)
        by_position.update(*row, 1.0)
        plain.update(*row)
    assert by_name.to_bytes() == by_position.to_bytes() == plain.to_bytes()


@pytest.mark.parametrize("case", ANY_WEIGHTED)
def test_a_weight_of_zero_changes_nothing(case: Case) -> None:
    for stat in (case.make(), case.fed()):
        before = stat.to_bytes()
        for x in (7.0, math.nan, math.inf):
            row = (x, *case.short[0][1:])
            stat.update(*row, 0)
            if "revert" in case.abilities:
                stat.revert(*row, w=0.0)
        assert stat.to_bytes() == before


@pytest.mark.parametrize("case", ANY_WEIGHTED)
@pytest.mark.parametrize("w", [-1, -1e-300, math.nan, math.inf, -math.inf])
def test_what_is_no_weight_is_named_and_changes_nothing(case: Case, w: float) -> None:
    for stat in (case.make(), case.fed()):
        before = stat.to_bytes()
        reverts = "revert" in case.abilities
        for call in (stat.update, *([stat.revert] if reverts else [])):
            if reverts and call == stat.update and -1 <= w < 0:
                # That reverts.
                continue
            with pytest.raises(ValueError, match=r"\bw\b.*(inf|NaN|-1)"):
                call(*case.short[0], w)
            with pytest.raises(ValueError, match=r"\bw\b"):
                call(*case.short[0], w=w)
            with pytest.raises(TypeError):
                call(*case.short[0], "1")
        assert stat.to_bytes() == before


@pytest.mark.parametrize("case", [case for case in WEIGHTED if "revert" in case.abilities])
def test_a_negative_weight_reverts_as_much(case: Case) -> None:
    """River's models revert like this, `metrics.R2` among them."""
    updated, reverted, column = case.fed(), case.fed(), case.fed()
    updated.update(*case.short[0], -0.5)
    reverted.revert(*case.short[0], 0.5)
    column.update_many(*([x] for x in case.short[0]), w=[-0.5])
    assert updated.to_bytes() == reverted.to_bytes() == column.to_bytes()
    before = updated.to_bytes()
    with pytest.raises(ValueError, match="revert"):
        updated.update(*case.short[0], -1e9)
    with pytest.raises(ValueError, match="revert"):
        updated.update_many(*([x, x] for x in case.short[0]), w=[1.0, -1e9])
    assert updated.to_bytes() == before


@pytest.mark.parametrize("case", WEIGHTED)
def test_weights_whose_total_overflows_are_refused(case: Case) -> None:
    stat = case.make()
    stat.update(*case.short[0], 1.7e308)
    before = stat.to_bytes()
    with pytest.raises(ValueError, match="w"):
        stat.update(*case.short[0], 1.7e308)
    assert stat.to_bytes() == before


@pytest.mark.parametrize("w", [1e-300, 1e-100, 1e100, 1e300])
def test_the_unit_of_the_weights_makes_no_difference(w: float) -> None:
    rng = random.Random(47)
    values = [(rng.uniform(1, 2), rng.uniform(1, 2)) for _ in range(50)]
    for cls, tolerance in (
        (stats.Mean, 1e-15),
        (stats.GeometricMean, 1e-15),
        (stats.HarmonicMean, 1e-15),
        (stats.RootMeanSquare, 1e-15),
    ):
        heavy, light = cls(), cls()
        for x, _ in values:
            heavy.update(x, w)
            light.update(x)
        assert heavy.get() == pytest.approx(light.get(), rel=tolerance)
    for ddof in (0,):
        var, plain, cov, plain_cov = stats.Var(ddof), stats.Var(ddof), stats.Cov(ddof), stats.Cov(ddof)
        pearson = stats.PearsonCorr()
        for x, y in values:
            var.update(x, w)
            plain.update(x)
            cov.update(x, y, w)
            plain_cov.update(x, y)
            pearson.update(x, y, w)
        assert var.get() == pytest.approx(plain.get(), rel=1e-14)
        assert cov.get() == pytest.approx(plain_cov.get(), rel=1e-12)
        assert pearson.get() == pytest.approx(np.corrcoef(*zip(*values, strict=True))[0, 1], rel=1e-12)


@pytest.mark.parametrize("total", [0.5, 1.0, 40.0])
def test_weights_agree_with_numpy(total: float) -> None:
    rng = np.random.default_rng(53)
    x, y, w = rng.normal(size=30), rng.normal(size=30), rng.random(30)
    w *= total / w.sum()
    for ddof in (0, 2):
        cov, var, pearson = stats.Cov(ddof), stats.Var(ddof), stats.PearsonCorr(ddof)
        for row in zip(x, y, w, strict=True):
            cov.update(*row)
            pearson.update(*row)
            var.update(row[0], row[2])
        matrix = np.cov(x, y, aweights=w, ddof=0)
        correction = total / (total - ddof) if total > ddof else 0.0
        assert cov.get() == pytest.approx(matrix[0, 1] * correction, rel=1e-12)
        assert var.get() == pytest.approx(matrix[0, 0] * correction, rel=1e-12)
        assert pearson.get() == pytest.approx(matrix[0, 1] / math.sqrt(matrix[0, 0] * matrix[1, 1]), rel=1e-12)


def test_ten_tenths_are_one() -> None:
    for cls in (stats.Mean, stats.Var, stats.Sum):
        stat = cls()
        for _ in range(10):
            stat.update(5.0, 0.1)
        assert_same(stat.n, 1.0)
        assert stat.get() == {stats.Mean: 5.0, stats.Var: 0.0, stats.Sum: 5.0}[cls]


def test_a_weighted_constant_has_no_deviation() -> None:
    rng = random.Random(53)
    for _ in range(300):
        x = rng.choice((0.1, 3.3, 1e9 + 0.1, rng.gauss(0, 1)))
        weights = [rng.choice((0.5, 1.0, 2.0, 3.0, rng.random())) for _ in range(4)]
        for cls in (stats.Var, stats.SEM, stats.CoefficientOfVariation):
            assert feed(cls(), [(x, w) for w in weights]).get() == 0.0
        pairs = [(x, rng.random(), w) for w in weights]
        for pair in (stats.Cov, stats.PearsonCorr):
            assert feed(pair(), pairs).get() == 0.0
            assert feed(pair(), [(y, x, w) for x, y, w in pairs]).get() == 0.0
            many = pair()
            many.update_many(*np.array(pairs).T)
            assert many.get() == 0.0


@pytest.mark.parametrize("w", [1e300, 1e-300])
def test_weights_of_any_size(w: float) -> None:
    for rows in ([(1e17, 1.0), (0.0, w)], [(0.0, w), (1e17, 1.0)]):
        expected = float(np.cov([x for x, _ in rows], ddof=0, aweights=[w for _, w in rows]))
        assert feed(stats.Var(ddof=0), rows).get() == pytest.approx(expected, rel=1e-12)
