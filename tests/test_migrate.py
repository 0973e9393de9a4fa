"""`python -m river.migrate` converts files of river's pickles, and reports what it has found."""

from __future__ import annotations

import gzip
import json
import pickle
import re
from pathlib import Path

import pytest

from river import migrate, stats
from tests.processes import run_module
from tests.test_river_pickles import FILES, containers

FOUND = ["1  Link", "1  Mean", "1  Mode", "1  Quantile", "1  Rolling(Var)", "1  RollingMax", "1  Shift", "1  Sum"]


def pickled(name: str, level: int) -> bytes:
    """Return the pickle of a statistic by the newest of the releases."""
    records = json.loads(gzip.decompress(FILES[-1].read_bytes()))["statistics"]
    found = (record["pickles"]["4"] for record in records if record["name"] == name and record["level"] == level)
    return bytes(next(found), "latin-1")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "river.pkl"


@pytest.mark.parametrize("data", list(containers()))
def test_writes_the_same_with_statistics_of_this_package(
    data: bytes, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = source.with_name("new.pkl")
    source.write_bytes(data)
    assert migrate.main([str(source), str(target)]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [*FOUND, f"{target} written"]
    held, again = pickle.loads(data), pickle.loads(target.read_bytes())
    assert again["again"][0] is again["mean"]
    assert list(again) == list(held)
    for key in ("mean", "link", "empty"):
        assert again[key].to_bytes() == held[key].to_bytes()
    assert source.read_bytes() == data
    assert sorted(path.name for path in source.parent.iterdir()) == ["new.pkl", "river.pkl"]


def test_a_file_may_be_written_over_and_turned_twice(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source.write_bytes(pickled("Mean()", 40) + pickled("Var()", 40) + pickle.dumps([1]))
    assert migrate.main([str(source), str(source)]) == 0
    assert capsys.readouterr().out.split() == ["1", "Mean", "1", "Var", str(source), "written"]
    once = source.read_bytes()
    assert migrate.main([str(source), str(source)]) == 0
    assert capsys.readouterr().out.split() == [str(source), "written"]
    assert source.read_bytes() == once
    with source.open("rb") as file:
        assert [type(pickle.load(file)) for _ in range(3)] == [stats.Mean, stats.Var, list]


def test_what_is_lost_is_said_and_nothing_is_written(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = source.with_name("new.pkl")
    source.write_bytes(pickled("Entropy(fading_factor=0.9)", 40) + pickled("Mean()", 40))
    assert migrate.main([str(source), str(target)]) == 1
    out = capsys.readouterr().out
    assert re.search(r"^ +1  Mean$", out, re.MULTILINE)
    assert re.search(r"^ +lost  Entropy: .* is lost$", out, re.MULTILINE)
    assert out.endswith("nothing written\n")
    assert not target.exists()
    assert migrate.main(["--restart", str(source), str(target)]) == 1
    assert "is lost; it starts anew" in capsys.readouterr().out
    with target.open("rb") as file:
        entropy = pickle.load(file)
        assert pickle.load(file).n == 40
    assert (entropy.fading_factor, entropy.n) == (0.9, 0)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"no pickle", "cannot be read"),
        (pickled("Mean()", 40)[:-5], "cannot be read"),
        (b"criver.tree.hoeffding_tree_classifier\nHoeffdingTreeClassifier\n.", "river.tree.hoeffding_tree_classifier"),
        (b"criver.stats.mean\nOther\n.", "river.stats.mean.Other, which is not installed here"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error(
    data: bytes, reason: str, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source.write_bytes(data)
    assert migrate.main([str(source), str(source.with_name("new.pkl"))]) == 2
    assert reason in capsys.readouterr().err
    assert [path.name for path in source.parent.iterdir()] == [source.name]


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert migrate.main([str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    assert "a cannot be read" in capsys.readouterr().err


def test_protocols_0_and_1_are_read(source: Path) -> None:
    # What river 0.26.1 writes for the values 1 and 2 with protocol 0.
    source.write_bytes(
        b"ccopy_reg\n_reconstructor\np0\n(criver.stats.mean\nMean\np1\nc__builtin__\nobject\np2\nNtp3\nRp4\n"
        b"(dp5\nVn\np6\nF2.0\nsV_mean\np7\nF1.5\nsb."
    )
    assert migrate.main([str(source), str(source)]) == 0
    mean = pickle.loads(source.read_bytes())
    assert (mean.get(), mean.n) == (1.5, 2.0)


def test_help() -> None:
    assert "--restart" in run_module("river.migrate", "--help")
