"""States of groups: `python -m tests.golden.groups` adds missing ones to `groups.jsonl`.

A line has the state as bytes and as a pickle, the values by key, and those after one more update of each key.
"""

from __future__ import annotations

import base64
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from river import stats, utils

PATH = Path(__file__).parent / "groups.jsonl"

KEYS: dict[str, list[Any]] = {
    "ints": [3, -1, 2**40, None],
    "texts": ["b", "ä", "", None],
    "any": [1.5, True, b"x", (1, "a"), 2**70, "c", None],
}
STATISTICS: dict[str, Callable[..., utils.GroupBy[Any]]] = {
    "Mean": lambda **limits: utils.GroupBy(stats.Mean, **limits),
    "Var": lambda **limits: utils.GroupBy(stats.Var, ddof=0, **limits),
    "Quantile": lambda **limits: utils.GroupBy(stats.Quantile, 0.9, **limits),
    "Count": lambda **limits: utils.GroupBy(stats.Count, **limits),
    "Mode": lambda **limits: utils.GroupBy(stats.Mode, **limits),
    "Summary": lambda **limits: utils.GroupBy(summary(), **limits),
    "Rolling": lambda **limits: utils.GroupBy(utils.Rolling, stats.Max, window_size=2, **limits),
}


def summary(**others: Any) -> utils.Summary:
    shared = {"kurtosis": stats.Kurtosis(), "skew": stats.Skew(bias=True), "var": stats.Var(), "std": stats.Std(ddof=0)}
    return utils.Summary(**shared, mean=stats.Mean(), high=stats.Max(), n=stats.Count(), **others)


LIMITS: dict[str, dict[str, Any]] = {"": {}, ", most": {"max_groups": 3}, ", idle": {"idle_after": 4.0, "skipna": True}}


def fed(groups: utils.GroupBy[Any], keys: list[Any], start: int) -> list[list[Any]]:
    """Update each key, and return the values by key."""
    for t, key in enumerate(keys, start):
        groups.update(key, float(t * t % 7), **({"t": float(t)} if groups.idle_after is not None else {}))
    return [[repr(key), value] for key, value in groups.get().items()]


def described(name: str, groups: utils.GroupBy[Any], keys: list[Any]) -> dict[str, Any]:
    before = fed(groups, keys + keys[:2], 0)
    states = {"bytes": groups.to_bytes(), "pickle": pickle.dumps(groups, 4)}
    encoded = {kind: base64.b85encode(state).decode() for kind, state in states.items()}
    return {"name": name, **encoded, "get": before, "then": fed(groups, keys, 20)}


def lines() -> dict[str, dict[str, Any]]:
    """Return the stored lines, by name."""
    stored = map(json.loads, PATH.read_text("utf-8").splitlines()) if PATH.exists() else []
    return {line["name"]: line for line in stored}


def names() -> dict[str, tuple[str, str, str]]:
    return {f"{cls} by {keys}{most}": (cls, keys, most) for cls in STATISTICS for keys in KEYS for most in LIMITS}


def main() -> None:
    kept = lines()
    for name, (cls, keys, most) in names().items():
        if name not in kept:
            kept[name] = described(name, STATISTICS[cls](**LIMITS[most]), KEYS[keys])
            print(f"wrote {name}")
    PATH.write_text("".join(json.dumps(kept[name]) + "\n" for name in sorted(kept)), encoding="utf-8")


if __name__ == "__main__":
    main()
