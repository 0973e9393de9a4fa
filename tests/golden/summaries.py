"""States of summaries: `python -m tests.golden.summaries` adds missing ones to `summaries.jsonl`.

A line has the state as bytes and as a pickle, the value, and the one after more observations.
"""

from __future__ import annotations

import base64
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from river import stats, utils
from tests.golden.groups import summary

PATH = Path(__file__).parent / "summaries.jsonl"

#: The keyword argument that comes with the number of an observation.
WEIGHTS, TIMES, NOTHING = "w", "t", ""
SUMMARIES: dict[str, tuple[Callable[[], Any], str]] = {
    "shared moments": (summary, NOTHING),
    "weights": (lambda: utils.Summary(mean=stats.Mean(), var=stats.Var(), std=stats.Std(), skipna=True), WEIGHTS),
    "times": (lambda: utils.Summary(lately=stats.EWMean(halflife=3), high=stats.Max()), TIMES),
    "objects": (
        lambda: utils.Summary(mode=stats.Mode(), lately=utils.Rolling(stats.Sum, 2), n=stats.Count()),
        NOTHING,
    ),
    "described": (utils.Summary.describe, NOTHING),
    "described as categories": (lambda: utils.Summary.describe("category"), NOTHING),
    "SkipNaN": (lambda: utils.SkipNaN(stats.Kurtosis()), NOTHING),
    "SkipNaN of objects": (lambda: utils.SkipNaN(stats.Mode()), NOTHING),
}


def fed(name: str, statistic: Any, start: int) -> Any:
    """Update with five observations, and return the value."""
    beside = SUMMARIES[name][1]
    for i in range(start, start + 5):
        statistic.update(float(i * i % 7), **({beside: i + 0.5} if beside else {}))
    return statistic.get()


def described(name: str) -> dict[str, Any]:
    statistic = SUMMARIES[name][0]()
    value = fed(name, statistic, 0)
    states = {"bytes": statistic.to_bytes(), "pickle": pickle.dumps(statistic, 4)}
    encoded = {kind: base64.b85encode(state).decode() for kind, state in states.items()}
    return {"name": name, **encoded, "n": statistic.n, "get": value, "then": fed(name, statistic, 5)}


def lines() -> dict[str, dict[str, Any]]:
    """Return the stored lines, by name."""
    stored = map(json.loads, PATH.read_text("utf-8").splitlines()) if PATH.exists() else []
    return {line["name"]: line for line in stored}


def main() -> None:
    kept = lines()
    for name in SUMMARIES:
        if name not in kept:
            kept[name] = described(name)
            print(f"wrote {name}")
    PATH.write_text("".join(json.dumps(kept[name]) + "\n" for name in sorted(kept)), encoding="utf-8")


if __name__ == "__main__":
    main()
