"""Threads, and bytes from anywhere."""

from __future__ import annotations

import random
import zlib

import numpy as np
import pytest

from river import stats, utils
from tests.stats.test_threads import run_together


def filled() -> utils.Summary:
    summary = utils.Summary(kurtosis=stats.Kurtosis(), var=stats.Var(), low=stats.Min(), n=stats.Count())
    summary.update_many([1.0, 4.0, 2.0, 8.0])
    return summary


def test_threads_lose_nothing_and_see_one_moment() -> None:
    summary = utils.Summary(total=stats.Sum(), n=stats.Count(), mean=stats.Mean(), high=stats.Max())
    other = summary.clone()
    other.update_many([1.0] * 3)
    xs = np.ones(20_000)

    def work() -> None:
        for _ in range(20):
            summary.update(1.0)
            summary.update_many([1.0] * 5)
            summary.update_many(xs)
            summary.__iadd__(other)
            values = summary.get()
            assert values["total"] == values["n"] and values["mean"] == 1.0
            assert utils.Summary.from_bytes(summary.to_bytes()).get()["high"] == 1.0

    run_together(*[work] * 8)
    assert summary.get()["n"] == summary.n == 8 * 20 * (1 + 5 + 20_000 + 3)


def sealed(content: bytes) -> bytes:
    """Return bytes with a matching checksum, as an attacker would write."""
    return content + zlib.crc32(content).to_bytes(4, "little")


def test_bytes_that_were_changed_are_refused_or_those_of_a_summary() -> None:
    rng = random.Random(2)
    state = filled().to_bytes()
    # The envelopes inside, innermost first: name, class and state of each statistic have an envelope of their own.
    starts = [index for index in range(len(state)) if state.startswith(b"RVST", index)]
    refused = 0
    for _ in range(3_000):
        content = bytearray(state[:-4])
        for _ in range(rng.randrange(1, 4)):
            content[rng.randrange(12, len(content))] = rng.choice([0, 1, 255, rng.randrange(256)])
        content[starts[1] :] = sealed(bytes(content[starts[1] : -4])) if rng.random() < 0.5 else content[starts[1] :]
        try:
            summary = utils.Summary.from_bytes(sealed(bytes(content)))
        except ValueError:
            refused += 1
            continue
        assert list(summary.get()) == list(summary)
        assert utils.Summary.from_bytes(summary.to_bytes()).keys() == summary.keys()
        summary.clone().update_many([1.0, 2.0])
        repr(summary)
    assert refused > 1_000


def test_states_of_others_are_refused() -> None:
    state = filled().to_bytes()
    for data in (b"", b"RVST", b"RVCK", stats.Var().to_bytes(), state[:-1], state + b"0"):
        with pytest.raises(ValueError, match="not a valid state of"):
            utils.Summary.from_bytes(data)
    groups = utils.GroupBy(utils.Summary, mean=stats.Mean())
    groups.update(1, 1)
    with pytest.raises(ValueError, match="not a valid state of Summary"):
        utils.Summary.from_bytes(groups.to_bytes())
    with pytest.raises(ValueError, match="not a valid state of GroupBy"):
        utils.GroupBy.from_bytes(state)
    with pytest.raises(RuntimeError, match="__init__ of the statistic has not run"):
        utils.Summary.__new__(utils.Summary).get()
