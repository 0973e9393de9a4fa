"""Apache's libraries read the bytes written here, and the other way round."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
import pytest

from river import sketch
from tests.sketch.makers import fed

datasketches: Any = pytest.importorskip("datasketches", reason="it has no wheels for every platform and Python")

SIZES = (0, 1, 2, 100, 50_000)


@pytest.mark.parametrize("n", SIZES)
def test_kll(n: int) -> None:
    values = np.random.default_rng(n).normal(size=n)
    ours = fed(sketch.KLL, values, k=100)
    theirs = datasketches.kll_doubles_sketch.deserialize(ours.to_datasketches())
    assert (theirs.n, theirs.k) == (n, 100)
    made = datasketches.kll_doubles_sketch(150)
    for x in values:
        made.update(float(x))
    back = sketch.KLL.from_datasketches(made.serialize(), q=[0.1, 0.5])
    assert (back.n, back.k, back.q) == (n, 150, (0.1, 0.5))
    if n:
        assert (theirs.get_min_value(), theirs.get_max_value()) == tuple(ours.quantile([0, 1]))
        for q in (0.1, 0.5, 0.99):
            assert ours.quantile(q) == theirs.get_quantile(q, True)
            assert back.quantile(q) == made.get_quantile(q, True)
        assert ours.rank(0.5) == theirs.get_rank(0.5, True)
    assert sketch.KLL.from_datasketches(ours.to_datasketches()).quantile([0.1, 0.9]) == ours.quantile([0.1, 0.9])


@pytest.mark.parametrize("n", SIZES)
def test_t_digest(n: int) -> None:
    values = np.random.default_rng(n).normal(size=n)
    ours = fed(sketch.TDigest, values)
    theirs = datasketches.tdigest_double.deserialize(ours.to_datasketches())
    assert theirs.get_total_weight() == n
    made = datasketches.tdigest_double(120)
    for x in values:
        made.update(float(x))
    back = sketch.TDigest.from_datasketches(made.serialize())
    assert (back.n, back.compression) == (n, 120)
    if n:
        for q in (0.01, 0.5, 0.99):
            assert ours.quantile(q) == pytest.approx(theirs.get_quantile(q), abs=0.1)
            assert back.quantile(q) == pytest.approx(made.get_quantile(q), abs=0.1)


@pytest.mark.parametrize("kind", ["HLL_4", "HLL_6", "HLL_8"])
@pytest.mark.parametrize("n", SIZES)
def test_hll(n: int, kind: str) -> None:
    items: list[Any] = [*range(n // 3), *(f"item {i}" for i in range(n // 3)), *(i + 0.5 for i in range(n // 3, n))]
    ours = fed(sketch.NUnique, items)
    theirs = datasketches.hll_sketch.deserialize(ours.to_datasketches())
    assert theirs.get_estimate() == pytest.approx(ours.get(), abs=0.51, rel=1e-9)
    made = datasketches.hll_sketch(14, getattr(datasketches.tgt_hll_type, kind))
    for item in items:
        made.update(item)
    back = sketch.NUnique.from_datasketches(made.serialize_compact())
    assert back.get() == ours.get()
    assert sketch.NUnique.from_datasketches(made.serialize_updatable()).get() == ours.get()
    union = datasketches.hll_union(14)
    union.update(theirs)
    union.update(made)
    assert union.get_estimate() == pytest.approx(ours.get(), abs=0.51, rel=1e-9)
    back.update_many(items)
    assert back.get() == ours.get()


@pytest.mark.parametrize("n", SIZES)
def test_frequent_strings(n: int) -> None:
    items = [f"item {x}" for x in np.random.default_rng(n).zipf(1.2, n)]
    ours = fed(sketch.HeavyHitters, items, support=0.01, epsilon=0.01)
    theirs = datasketches.frequent_strings_sketch.deserialize(ours.to_datasketches())
    assert theirs.total_weight == n
    made = datasketches.frequent_strings_sketch(9)
    for item in items:
        made.update(item)
    back = sketch.HeavyHitters.from_datasketches(made.serialize(), support=0.01)
    assert back.n == n
    for item in set(items):
        assert ours.bounds(item) == (theirs.get_lower_bound(item), min(theirs.get_upper_bound(item), n))
        assert back.bounds(item) == (made.get_lower_bound(item), min(made.get_upper_bound(item), n))
    assert (back + back).n == 2 * n


def test_what_their_sketches_cannot_hold_is_an_error() -> None:
    nan = fed(sketch.KLL, [1.0, math.nan])
    with pytest.raises(ValueError, match="cannot export: a NaN was seen"):
        nan.to_datasketches()
    infinite = fed(sketch.KLL, [1.0, math.inf])
    assert datasketches.kll_doubles_sketch.deserialize(infinite.to_datasketches()).get_quantile(1.0) == math.inf
    for x in (math.nan, math.inf):
        with pytest.raises(ValueError, match="cannot export: a NaN or an infinity"):
            fed(sketch.TDigest, [1.0, x]).to_datasketches()
    with pytest.raises(ValueError, match=r"cannot export.*seed"):
        sketch.NUnique(seed=1).to_datasketches()
    with pytest.raises(ValueError, match="cannot export: an item is not a str"):
        fed(sketch.HeavyHitters, ["a", 1]).to_datasketches()


def test_bytes_that_ask_for_much_memory_get_none() -> None:
    # A t-digest of the oldest layout that claims to have 4 billion means, and frequent items of 2**30 slots.
    old = struct.pack(">Iddd I", 1, 0.0, 1.0, 100.0, 2**32 - 1)
    frequent = bytes([4, 1, 10, 30, 30, 0, 0, 0]) + struct.pack("<IIQQ", 1, 0, 1, 0) + struct.pack("<Q", 1) + bytes(8)
    for cls, data in ((sketch.TDigest, old), (sketch.HeavyHitters, frequent)):
        with pytest.raises(ValueError, match="not a valid state"):
            cls.from_datasketches(data)
