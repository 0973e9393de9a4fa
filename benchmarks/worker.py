"""The process in which one side of a comparison runs: jobs in, timings out, one JSON line each.

Both sides run this file, on the same version of Python.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import importlib
import importlib.metadata
import json
import os
import platform
import re
import sys
import time
import traceback
from array import array
from collections.abc import Callable
from typing import Any

from benchmarks import jobs, spread
from benchmarks.streams import COLUMNS, TARGETS, Columns, stream

#: The names that statements may use, and what they import.
MODULES = {
    "sketch": "river.sketch",
    "stats": "river.stats",
    "utils": "river.utils",
    "feature_extraction": "river.feature_extraction",
    "naive_bayes": "river.naive_bayes",
    "preprocessing": "river.preprocessing",
    "tree": "river.tree",
    "copy": "copy",
    "pickle": "pickle",
    "oracles": "tests.oracles",
    "np": "numpy",
    "pd": "pandas",
    "pl": "polars",
    "pa": "pyarrow",
    "duckdb": "duckdb",
    "bn": "bottleneck",
    "datasketches": "datasketches",
    "ddsketch": "ddsketch",
    "fastdigest": "fastdigest",
    "crick": "crick",
    "dt": "datetime",
}
LIBRARIES = (
    *("numpy", "pandas", "polars", "bottleneck", "pyarrow", "duckdb"),
    *("datasketches", "ddsketch", "fastdigest", "crick"),
)
SOURCE = "<benchmark>"
#: Loops are timed in processor time, if the system counts it finely enough: what other processes do
#: in between is left out.
CPU_CLOCK = time.thread_time_ns if time.get_clock_info("thread_time").resolution < 1e-6 else time.perf_counter_ns
#: Objects kept for their next turn: more than a row has contestants on one side.
HELD = 4
#: A placeholder for the object of a loop that needs none.
ABSENT = object()

_LOOP = """
def timed(s, values):
    start = cpu_clock()
    for {target} in values:
        {body}
    return cpu_clock() - start
"""
_LATENCY = """
def timed(s, values, out, i):
    for {target} in values:
        start = clock()
        {body}
        out[i] = clock() - start
        i += 1
"""


class Worker:
    def __init__(self) -> None:
        self.functions: dict[str, Callable[..., Any]] = {}
        self.columns: Columns | None = None
        # The object of a loop and how far into its stream it is.
        self.held: dict[jobs.Loop, tuple[Any, int]] = {}

    def namespace(self, *sources: str) -> dict[str, Any]:
        words = set(re.findall(r"[A-Za-z_]\w*", " ".join(sources)))
        names = {n: importlib.import_module(m) for n, m in MODULES.items() if n in words}
        return {"cpu_clock": CPU_CLOCK, "clock": time.perf_counter_ns, **names}

    def function(self, template: str, body: str, name: str) -> Callable[..., Any]:
        """Compile a loop of its own for a statement, so that CPython specialises it for that one."""
        source = template.format(target=TARGETS.get(name, "x"), body=body)
        if source not in self.functions:
            scope = self.namespace(body)
            exec(compile(source, SOURCE, "exec"), scope)
            self.functions[source] = scope["timed"]
        return self.functions[source]

    def make(self, expression: str) -> Callable[[], Any]:
        scope = self.namespace(expression)
        made: Callable[[], Any] = eval(compile(f"lambda: {expression}", SOURCE, "eval"), scope)
        return made

    def loop(self, job: jobs.Loop) -> float:
        timed = self.function(_LOOP, job.body, job.stream)
        # Longer than the window, or else the value that enters would be the one that leaves.
        length = max(job.run, 2 * job.fill, 200_000)
        end = job.fill + job.run if job.run else length
        key = dataclasses.replace(job, calls=0)
        s, at = self.held.pop(key, (None, end))
        # A value may be repeated, a time may not.
        if s is None or (at + job.calls > end and (job.run or job.stream == "timed")):
            s, at = self.make(job.make)() if job.make else ABSENT, job.fill
            self.fill(s, job, stream(job.stream, length)[: job.fill])
        values = stream(job.stream, length)
        some = [values[i % length] for i in range(at, at + job.calls)]
        elapsed = timed(s, some)
        self.held[key] = (s, at + job.calls)
        while len(self.held) > HELD:
            del self.held[next(iter(self.held))]
        return float(elapsed)

    def fill(self, s: Any, job: jobs.Loop, values: list[Any]) -> None:
        if job.spread:
            spread.fill(s, values)
            return
        feed = self.function(_LOOP, job.feed, job.stream)
        deadline = time.monotonic() + job.patience
        for at in range(0, len(values), 1000):
            feed(s, values[at : at + 1000])
            if time.monotonic() > deadline:
                raise Skipped(f"filling the window takes over {job.patience:.0f} s")

    def sampled_run(self, job: jobs.SampledRun) -> float:
        timed = self.function(_LOOP, "s.update(x)", job.stream)
        values = stream(job.stream, job.window + job.sample)
        growing, full = min(job.window, job.run), max(job.run - job.window, 0)
        # How full the window is, and how many updates of the run this represents.
        parts = [(growing // 4, growing / 2), (3 * growing // 4, growing / 2), (job.window, full)]
        total = 0.0
        for size, updates in parts:
            s = self.make(job.make)()
            spread.fill(s, values[:size])
            total += timed(s, values[size : size + job.sample]) / job.sample * updates
        return total

    def batch(self, job: jobs.Batch) -> float:
        if self.columns is None or self.columns.length != job.length:
            self.columns = Columns(job.length)
        code = compile(job.body, SOURCE, "eval")
        scope = self.namespace(job.body)
        scope |= {name: self.columns[name] for name in COLUMNS & set(code.co_names)}
        repeats, elapsed = 0, 0
        while elapsed < job.least_ns:
            start = time.perf_counter_ns()
            eval(code, scope)
            elapsed += time.perf_counter_ns() - start
            repeats += 1
        return elapsed / repeats

    def footprint(self, job: jobs.Footprint) -> float:
        make = self.make(job.make)
        feed = self.function(_LOOP, job.feed, job.stream)
        kept: list[Any] = [make()] * job.count
        values = stream(job.stream, job.fill)
        feed(kept[0], values[:100])
        before = resident_bytes()
        for i in range(job.count):
            s = kept[i] = make()
            feed(s, values)
        return (resident_bytes() - before) / job.count

    def latency(self, job: jobs.Latency) -> dict[str, float]:
        import numpy as np

        timed = self.function(_LATENCY, "s.update(x)", job.stream)
        self.make(job.make)()
        values = stream(job.stream, job.window + job.window // 2)
        least, worst = np.full(job.calls, np.iinfo(np.int64).max), 0.0
        for _ in range(job.runs):
            s = self.make(job.make)()
            self.function(_LOOP, "s.update(x)", job.stream)(s, values[: job.window])
            out, done, at = array("q", bytes(8 * job.calls)), 0, job.window
            while done < job.calls:
                some = values[at : at + job.calls - done]
                timed(s, some, out, done)
                done, at = done + len(some), 0
            once = np.frombuffer(out, dtype=np.int64)
            worst = max(worst, float(once.max()))
            np.minimum(least, once, out=least)
        least = least.astype(float)
        found = {f"p{p:g}": float(np.percentile(least, p)) for p in jobs.PERCENTILES}
        return found | {"max": float(least.max()), "max of all runs": worst}

    def value(self, job: jobs.Value) -> float | None:
        scope = self.namespace(job.expression)
        if job.make:
            scope["s"] = s = self.make(job.make)()
            for row in zip(*job.columns, strict=True):
                s.update(*row)
        else:
            import numpy as np

            scope |= dict(zip("xy", map(np.array, job.columns), strict=False))
        value = eval(compile(job.expression, SOURCE, "eval"), scope)
        return None if value is None else float(value)

    def versions(self) -> dict[str, str]:
        import river.stats

        found = {"Python": platform.python_version(), "river": river.__version__}
        for name in LIBRARIES:
            with contextlib.suppress(importlib.metadata.PackageNotFoundError):
                found[name] = importlib.metadata.version(name)
        return found

    def answer(self, job: jobs.Job) -> dict[str, Any]:
        try:
            match job:
                case jobs.Loop():
                    return {"ns": self.loop(job)}
                case jobs.SampledRun():
                    return {"ns": self.sampled_run(job)}
                case jobs.Batch():
                    return {"ns": self.batch(job)}
                case jobs.Footprint():
                    return {"bytes": self.footprint(job)}
                case jobs.Latency():
                    return {"latency": self.latency(job)}
                case jobs.Value():
                    return {"value": self.value(job)}
                case jobs.Versions():
                    return {"versions": self.versions()}
        except Skipped as reason:
            return {"skipped": str(reason)}
        except Exception as error:
            if is_missing(error):
                return {"missing": str(error)}
            return {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}


class Skipped(Exception):
    """A job that would take too long."""


def is_missing(error: Exception) -> bool:
    """Whether a benchmark names something that does not exist: a library, an attribute or a parameter.

    The same error from within a library is an error of that library.
    """
    if isinstance(error, ModuleNotFoundError):
        return True
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.name != "__getattr__"]
    if frames[-1].filename != SOURCE:
        return False
    return isinstance(error, AttributeError) or "unexpected keyword argument" in str(error)


def resident_bytes() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    replies, sys.stdout = sys.stdout, sys.stderr
    gc.disable()
    worker = Worker()
    for line in sys.stdin:
        reply = worker.answer(jobs.from_message(json.loads(line)))
        print(json.dumps(reply), file=replies, flush=True)
