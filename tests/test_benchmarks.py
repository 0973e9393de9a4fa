"""The benchmark's own arithmetic: a wrong figure would look like any other."""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import engines, files, jobs, spread
from benchmarks.engine import Sample, ratio
from benchmarks.tables import Bar, Report, Table, duration, figure
from benchmarks.worker import Worker
from tests.oracles import RollingQuantile

pytestmark = pytest.mark.checkout


@pytest.mark.parametrize(
    "job",
    [
        jobs.Loop(make="stats.EWMean()", fill=3),
        jobs.SampledRun("stats.RollingIQR(9)", 9, 20),
        jobs.Batch("np.sum(X)"),
        jobs.Footprint("stats.EWMean()"),
        jobs.Latency("stats.EWMean()", 1, 2),
        jobs.Versions(),
    ],
)
def test_jobs_survive_the_pipe(job: jobs.Job) -> None:
    assert jobs.from_message(jobs.to_message(job)) == job


def test_ratio_is_taken_turn_by_turn() -> None:
    slow, fast = Sample(ns=[20.0, 2.0, 60.0, 7.0]), Sample(ns=[10.0, 1.0, 20.0])
    assert ratio(slow, fast) == 2.0
    assert ratio(slow, Sample(reason="not there")) is None


@pytest.mark.parametrize(
    ("measured", "sense", "verdict"),
    [
        (1.6, "at most", "reached"),
        (1.7, "at most", "**missed**"),
        (1.6, "at least", "reached"),
        (1.5, "at least", "**missed**"),
        (1.6, "under", "**missed**"),
        (None, "under", "not measured"),
    ],
)
def test_verdicts(measured: float | None, sense: str, verdict: str) -> None:
    assert Bar("what", measured, sense, 1.6).verdict == verdict


def test_numbers_keep_three_digits() -> None:
    assert [figure(x) for x in (0.01234, 1.0, 45.67, 1234.5)] == ["0.0123", "1.00", "45.7", "1,230"]
    assert [duration(x) for x in (12.3, 4560, 7.89e6, 1.2e9, None)] == ["12.3 ns", "4.56 µs", "7.89 ms", "1.20 s", "–"]


def test_spread_window_goes_on_like_a_fed_one() -> None:
    numbers = random.Random(1)
    values = [numbers.gauss(0, 1) for _ in range(101)]
    filled = RollingQuantile(0.3, 101)
    spread.fill(filled, values)
    assert filled.window.ordered == sorted(values)
    assert list(filled.window.arrived) != sorted(values)
    newer = [numbers.gauss(0, 1) for _ in range(101)]
    for x in newer:
        filled.update(x)
    assert filled.window.ordered == sorted(newer)


@pytest.mark.parametrize(
    ("body", "make", "expected"),
    [
        ("s.update(x)", "stats.EWMean(0.5)", "ns"),
        ("s.update(x)", "oracles.EWMean(0.5)", "ns"),
        ("s.update(x)", "stats.NoSuchStatistic()", "missing"),
        ("s.no_such_method(x)", "stats.EWMean(0.5)", "missing"),
        ("s.no_such_method(x)", "utils.Rolling(stats.Mean, 3)", "missing"),
        ("s.update(x)", "stats.EWMean(2.0)", "error"),
        ("s.update('x')", "stats.EWMean(0.5)", "error"),
    ],
)
def test_what_is_absent_is_no_error_and_an_error_is_not_absent(body: str, make: str, expected: str) -> None:
    answer = Worker().answer(jobs.Loop(body, make, calls=10))
    assert list(answer)[:1] == [expected]


def test_loop_feeds_the_stream_once_and_starts_anew() -> None:
    seen: list[list[float]] = []

    class Recorder:
        def __init__(self) -> None:
            seen.append([])

        def update(self, x: float) -> None:
            seen[-1].append(x)

    class Recording(Worker):
        def make(self, expression: str) -> Any:
            return Recorder

    worker, job = Recording(), jobs.Loop(make="Recorder()", calls=40, run=100)
    for _ in range(3):
        worker.loop(job)
    assert [len(values) for values in seen] == [80, 40]
    assert seen[1] == seen[0][:40]


def test_the_memory_of_a_command_is_its_own() -> None:
    held = b"x" * 200_000_000
    found = files.run([sys.executable, "-c", "b'x' * 50_000_000"])
    assert found is not None
    assert 50e6 < found.bytes < 100e6 < len(held)
    assert found.seconds > 0
    assert files.run([sys.executable, "-c", "raise SystemExit(3)"]) is None


def test_programs_that_are_absent_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(files, "files", lambda folder, full: [])
    [table] = files.measure(SimpleNamespace(full=False))  # type: ignore[arg-type]
    assert table.header == ["", "this", "polars", "DuckDB"]
    assert "Left out: qsv (it is not on the path); xan (it is not on the path)." in table.markdown()


def test_engines_say_what_they_lack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(engines.importlib.util, "find_spec", lambda name: None if name == "ray" else name)
    assert {name: engines.missing(name) for name in engines.MODULES} == {
        "dask": None,
        "datafusion": None,
        "ray": "ray is not installed",
        "spark": "there is no Java",
    }


def test_report_goes_between_the_markers_and_nowhere_else(tmp_path: Path) -> None:
    table = Table("speed", "Speed", "About it.", ["", "this"])
    table.add("Mean", [r"1 \1 ns"])
    report = Report.__new__(Report)
    report.tables, report.this, report.peer, report.date = [table], {"Python": "3"}, {}, "2000-01-01"
    document = tmp_path / "README.md"
    included = ":start-after: <!-- benchmark speed -->\n:end-before: <!-- end -->\n"
    document.write_text(f"{included}\n<!-- benchmark speed -->\nold\n<!-- end -->\nafter <!-- end -->\n")
    report.write_into(document)
    report.write_into(document)
    text = document.read_text()
    assert text.startswith(f"{included}\n<!-- benchmark speed -->\n### Speed\n")
    assert text.endswith("<!-- end -->\nafter <!-- end -->\n")
    assert text.count(r"| Mean | 1 \1 ns |") == 1
    assert "old" not in text
