"""Paired runs: the contestants of a row take turns, and ratios are taken turn by turn.

A machine that slows down for a second slows down all contestants of that turn, and the ratio
stays. Figures and ratios are medians over the turns.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
import statistics
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import jobs, peers

LEAST_ROUNDS, MOST_ROUNDS = 3, 60
#: How many processes of a side take turns at short loops. The placement of its code and data in
#: memory can make one process a third slower than the next, for its whole life.
PROCESSES = 3


@dataclasses.dataclass(frozen=True)
class Contestant:
    """A job, the side that runs it, and whether it may be cut to fit into a turn."""

    side: str
    job: jobs.Loop | jobs.SampledRun | jobs.Batch
    whole: bool = False

    @property
    def calls(self) -> int:
        """Calls, or values of a column, that the time of one turn is divided by."""
        return self.job.length if isinstance(self.job, jobs.Batch) else self.job.calls

    @property
    def run(self) -> int:
        """Calls that make up the whole run."""
        return 0 if isinstance(self.job, jobs.Batch) else self.job.run

    def timed(self, rounds: int) -> int:
        """Return the calls that were timed in this many rounds."""
        return 0 if isinstance(self.job, jobs.SampledRun) else rounds * self.calls

    @property
    def short(self) -> bool:
        """Whether it costs little to set the job up in several processes."""
        return isinstance(self.job, jobs.Loop) and not self.job.fill and not self.whole


@dataclasses.dataclass
class Sample:
    """The figures of one contestant: nanoseconds a call, one a round."""

    ns: list[float] = dataclasses.field(default_factory=list)
    #: Whether part of the run was timed, and the rest is taken to cost the same.
    scaled: bool = False
    #: Why there are no figures, if there are none.
    reason: str = ""

    @property
    def median(self) -> float | None:
        return statistics.median(self.ns) if self.ns else None


def ratio(numerator: Sample, denominator: Sample, less: Sample | None = None) -> float | None:
    """Return the median over rounds of the ratio within a round, of what both take beyond `less`."""
    common = itertools.repeat(0.0) if less is None else less.ns
    # If the clock has not moved, the round says nothing.
    rounds = [row for row in zip(numerator.ns, denominator.ns, common, strict=False) if row[1] != row[2]]
    return statistics.median((a - c) / (b - c) for a, b, c in rounds) if rounds else None


class Engine:
    """Runs jobs on both sides. `full` takes no short cuts; otherwise slow jobs are cut to a part."""

    def __init__(self, full: bool) -> None:
        self.full = full
        #: Seconds that a contestant may use in one turn, and in all turns of its row. Long jobs get
        #: only one turn.
        self.turn = math.inf if full else 0.05
        self.budget = 15.0 if full else 0.5
        self.long = 20.0 if full else 2.0
        self.rounds = 0
        self.interpreters: dict[str, str | Path | None] = {
            "this": sys.executable,
            "river": peers.river_interpreter(),
        }
        self.sides: dict[tuple[str, int], peers.Side] = {}
        self.errors: list[str] = []
        if not self.versions("this"):
            raise SystemExit("river cannot be imported: run `make build` first")

    def run(self, side: str, job: jobs.Job, process: int = 0, alone: bool = False) -> dict[str, Any]:
        """Run a job in a process of a side; `alone` in a new one, as memory is measured."""
        python = self.interpreters[side]
        if python is None:
            return {"missing": f"{peers.RIVER} could not be installed"}
        if alone:
            worker = peers.Side(python)
            reply = worker.run(job)
            worker.close()
        else:
            if (side, process) not in self.sides:
                self.sides[side, process] = peers.Side(python)
            reply = self.sides[side, process].run(job)
        if "error" in reply and side == "this":
            self.errors.append(f"{job}: {reply['error']}")
            print(reply["trace"], file=sys.stderr)
        return reply

    def measure(self, contestants: Mapping[str, Contestant], budget: float | None = None) -> dict[str, Sample]:
        """Time contestants in turns until each has used its budget.

        The one named `this` comes first; where it is not built, the others are not run either.
        """
        budget = self.budget if budget is None else budget
        samples = {name: Sample() for name in contestants}
        running: dict[str, Contestant] = {}
        for name, contestant in contestants.items():
            contestant, samples[name].reason = self._fit(contestant)
            if not samples[name].reason:
                running[name] = contestant
            elif name == "this":
                return samples
        used = dict.fromkeys(running, 0.0)
        while running:
            # Every second round in reverse, so that no contestant always follows the same neighbour.
            for name in list(running)[:: -1 if self.rounds % 2 else 1]:
                contestant, sample = running[name], samples[name]
                process = self.rounds % PROCESSES if contestant.short else 0
                reply = self.run(contestant.side, contestant.job, process)
                if "ns" not in reply:
                    sample.reason = next(iter(reply.values()))
                    del running[name]
                    continue
                sample.ns.append(reply["ns"] / contestant.calls)
                sample.scaled = contestant.timed(len(sample.ns)) < contestant.run
                seconds = reply["ns"] / 1e9
                used[name] += seconds
                # Ratios are to `this`: turns without it say nothing.
                left = budget if "this" in running else 0.0
                if self._enough(sample, seconds, used[name], left):
                    del running[name]
            self.rounds += 1
        return samples

    def _enough(self, sample: Sample, seconds: float, used: float, budget: float) -> bool:
        """Whether a contestant that last took `seconds` has had its rounds."""
        rounds = len(sample.ns)
        if self.full and sample.scaled:
            return False
        if rounds < LEAST_ROUNDS:
            return seconds > self.long
        return rounds >= MOST_ROUNDS or used + seconds > budget

    def _fit(self, contestant: Contestant) -> tuple[Contestant, str]:
        """Try a loop on a few calls; return it cut to fit into a turn, or the reason why it cannot run."""
        job = contestant.job
        if not isinstance(job, jobs.Loop):
            return contestant, ""
        trial = dataclasses.replace(job, calls=min(job.calls, 200 if job.fill else 2_000))
        reply = self.run(contestant.side, trial)
        if "ns" not in reply:
            return contestant, str(next(iter(reply.values())))
        fitting = self.turn / (reply["ns"] / trial.calls / 1e9)
        if contestant.whole or fitting >= job.calls:
            return contestant, ""
        job = dataclasses.replace(job, calls=max(int(fitting), 100))
        return dataclasses.replace(contestant, job=job), ""

    def versions(self, side: str) -> dict[str, str]:
        reply = self.run(side, jobs.Versions())
        return dict(reply.get("versions", {}))

    def close(self) -> None:
        for side in self.sides.values():
            side.close()


def write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n")
