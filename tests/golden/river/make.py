"""Write pickles of river's own statistics, and what river says of them.

It runs in an environment that holds one of river's releases, and nothing else is needed::

    python -m venv env && env/bin/pip install river==0.26.1
    env/bin/python tests/golden/river/make.py tests/golden/river

writes ``river-0.26.1.json.gz`` into the folder. For every statistic, with a few parameters, that
file holds the pickle after a number of values, the value of the statistic at that point, and its
values after further ones of the same stream. An answer of ``ERROR`` is not a value: river raised or
panicked.
"""

from __future__ import annotations

import datetime as dt
import gzip
import itertools
import json
import math
import pickle
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

#: After how many further values the value is recorded.
CHECKPOINTS = (1, 10, 100, 1000)
ERROR = "<error>"

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


def uniform(seed: int) -> Iterator[float]:
    """Yield numbers from 0 to 1, the same on every machine (Knuth's MMIX generator)."""
    state = seed
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (state >> 40) / 2**24


def numbers(seed: int) -> Iterator[Arguments]:
    for u in uniform(seed):
        yield (20 * u - 5 + u**8 * 100,), {}


def integers(seed: int) -> Iterator[Arguments]:
    for u in uniform(seed):
        yield (int(50 * u - 20),), {}


def numpy_numbers(seed: int) -> Iterator[Arguments]:
    import numpy as np

    for ((x,), _), kind in zip(numbers(seed), itertools.cycle([np.float64, np.float32, np.int64])):
        yield (kind(x),), {}


def with_nan(seed: int) -> Iterator[Arguments]:
    for i, arguments in enumerate(numbers(seed)):
        yield ((math.nan,), {}) if i == 7 else arguments


def with_infinity(seed: int) -> Iterator[Arguments]:
    for i, arguments in enumerate(numbers(seed)):
        yield ((math.inf,), {}) if i == 7 else arguments


def far_from_zero(seed: int) -> Iterator[Arguments]:
    for (x,), _ in numbers(seed):
        yield (1e6 + x,), {}


def weighted(seed: int) -> Iterator[Arguments]:
    for ((x,), _), u in zip(numbers(seed), uniform(seed + 1), strict=False):
        yield (x, 3 * u + 0.1), {}


def pairs(seed: int) -> Iterator[Arguments]:
    for ((x,), _), u in zip(numbers(seed), uniform(seed + 1), strict=False):
        yield (x, x / 2 + 10 * u), {}


def pairs_of_integers(seed: int) -> Iterator[Arguments]:
    for x, y in zip(uniform(seed), uniform(seed + 1), strict=False):
        yield (int(10 * x), int(12 * y)), {}


def weighted_pairs(seed: int) -> Iterator[Arguments]:
    for (pair, _), u in zip(pairs(seed), uniform(seed + 2), strict=False):
        yield (*pair, 3 * u + 0.1), {}


def words(seed: int) -> Iterator[Arguments]:
    for u in uniform(seed):
        yield ("word" + str(int(12 * u * u)),), {}


def objects(seed: int) -> Iterator[Arguments]:
    kinds = [None, True, 2, 2.5, "a", b"b", ("c", 3), frozenset({4}), 2**70]
    for u in uniform(seed):
        yield (kinds[int(len(kinds) * u)],), {}


def pairs_of_words(seed: int) -> Iterator[Arguments]:
    for x, y in zip(uniform(seed), uniform(seed + 1), strict=False):
        yield ("row" + str(int(4 * x * x)), int(5 * y)), {}


def timed(seed: int) -> Iterator[Arguments]:
    now = dt.datetime(2024, 2, 28)
    for ((x,), _), u in zip(numbers(seed), uniform(seed + 1), strict=False):
        now += dt.timedelta(hours=10 * u)
        yield (x,), {"t": now}


def timed_pairs(seed: int) -> Iterator[Arguments]:
    for (pair, _), (_, at) in zip(pairs(seed), timed(seed), strict=False):
        yield pair, at


def timed_out_of_order(seed: int) -> Iterator[Arguments]:
    # Late by less than the period, so that every event is in the window when it comes.
    for ((x, *_), at), u in zip(timed(seed), uniform(seed + 2), strict=False):
        yield (x,), {"t": at["t"] - dt.timedelta(hours=20 * u)}


LEVELS = (0, 1, 2, 3, 5, 6, 40, 1000)
FEW = (0, 1, 3, 40)
AFTER = (20,)

Case = tuple[Callable[[int], Iterator[Arguments]], tuple[int, ...]]
ON_NUMBERS: tuple[Case, ...] = (
    (numbers, LEVELS),
    (integers, (40,)),
    (numpy_numbers, (40,)),
    (with_nan, (9, 20)),
    (with_infinity, (20,)),
    (far_from_zero, (100,)),
)
ON_PAIRS: tuple[Case, ...] = ((pairs, LEVELS), (pairs_of_integers, (40,)))
ON_OBJECTS: tuple[Case, ...] = ((words, LEVELS), (objects, (1, 5, 60)))

#: Class, parameters, streams with the numbers of values after which the statistic is pickled.
STATISTICS: tuple[tuple[str, dict[str, Any], tuple[Case, ...]], ...] = (
    ("AbsMax", {}, ON_NUMBERS),
    ("AutoCorr", {"lag": 1}, ON_NUMBERS),
    ("AutoCorr", {"lag": 7}, ((numbers, LEVELS),)),
    ("BayesianMean", {"prior": 3.0, "prior_weight": 2.5}, ON_NUMBERS),
    ("ChiSquared", {}, ((pairs_of_words, LEVELS),)),
    ("Count", {}, ON_NUMBERS),
    ("Cov", {}, (*ON_PAIRS, (weighted_pairs, (40,)))),
    ("Cov", {"ddof": 0}, ((pairs, LEVELS),)),
    ("EWCov", {}, ON_PAIRS),
    ("EWCov", {"fading_factor": 0.02}, ((pairs, LEVELS),)),
    ("EWMean", {}, ON_NUMBERS),
    ("EWMean", {"fading_factor": 0.02}, ((numbers, LEVELS),)),
    ("EWVar", {}, ON_NUMBERS),
    ("EWVar", {"fading_factor": 0.02}, ((numbers, LEVELS),)),
    ("Entropy", {}, ON_OBJECTS),
    ("Entropy", {"fading_factor": 0.9}, ((words, (0, 1, 40)),)),
    ("IQR", {}, ON_NUMBERS),
    ("IQR", {"q_inf": 0.05, "q_sup": 0.9}, ((numbers, LEVELS),)),
    ("KolmogorovSmirnov", {}, ((pairs, FEW), (pairs_of_integers, (40,)))),
    ("KolmogorovSmirnov", {"statistic": "kuiper"}, ((pairs, FEW),)),
    ("Kurtosis", {}, ON_NUMBERS),
    ("Kurtosis", {"bias": True}, ((numbers, LEVELS),)),
    ("MAD", {}, ON_NUMBERS),
    ("Max", {}, ON_NUMBERS),
    ("Mean", {}, (*ON_NUMBERS, (weighted, (1, 40)))),
    ("Min", {}, ON_NUMBERS),
    ("Mode", {}, ON_OBJECTS),
    ("Mode", {"k": 3}, ON_OBJECTS),
    ("Mode", {"k": -1}, ON_OBJECTS),
    ("PeakToPeak", {}, ON_NUMBERS),
    ("PearsonCorr", {}, ON_PAIRS),
    ("Quantile", {}, ON_NUMBERS),
    ("Quantile", {"q": 0.95}, ((numbers, LEVELS),)),
    ("RollingAbsMax", {"window_size": 10}, ((numbers, LEVELS), (numpy_numbers, (40,)))),
    ("RollingIQR", {"window_size": 1}, ((numbers, FEW),)),
    ("RollingIQR", {"window_size": 10}, ((numbers, LEVELS), (integers, (40,)), (with_infinity, (20,)))),
    ("RollingIQR", {"window_size": 30, "q_inf": 0.0, "q_sup": 1.0}, ((numbers, FEW),)),
    ("RollingMax", {"window_size": 1}, ((numbers, FEW),)),
    ("RollingMax", {"window_size": 10}, ((numbers, LEVELS), (integers, (40,)), (with_infinity, (12, 20)))),
    ("RollingMin", {"window_size": 10}, ((numbers, LEVELS), (numpy_numbers, (40,)))),
    ("RollingMode", {"window_size": 1}, ((words, FEW),)),
    ("RollingMode", {"window_size": 10}, ON_OBJECTS),
    ("RollingPeakToPeak", {"window_size": 10}, ((numbers, LEVELS), (integers, (40,)))),
    ("RollingQuantile", {"q": 0.5, "window_size": 1}, ((numbers, FEW),)),
    ("RollingQuantile", {"q": 0.5, "window_size": 10}, ((numbers, LEVELS), (integers, (40,)), (with_infinity, (20,)))),
    ("RollingQuantile", {"q": 1.0, "window_size": 30}, ((numbers, FEW),)),
    ("SEM", {}, (*ON_NUMBERS, (weighted, (40,)))),
    ("SEM", {"ddof": 0}, ((numbers, FEW),)),
    ("Shift", {}, ((numbers, FEW), (with_nan, (8, 20)))),
    ("Shift", {"amount": 5, "fill_value": -1.0}, ((numbers, LEVELS), (integers, (40,)))),
    ("Shift", {"amount": 0}, ((numbers, FEW),)),
    ("Skew", {}, ON_NUMBERS),
    ("Skew", {"bias": True}, ((numbers, LEVELS),)),
    ("Sum", {}, ON_NUMBERS),
    ("Var", {}, (*ON_NUMBERS, (weighted, (1, 40)))),
    ("Var", {"ddof": 0}, ((numbers, LEVELS),)),
)

#: Class of the window, statistic, parameters of both.
WINDOWS: tuple[tuple[str, str, dict[str, Any], Any, tuple[Case, ...]], ...] = (
    ("Rolling", "BayesianMean", {"prior": 3.0, "prior_weight": 2.5}, 10, ((numbers, FEW),)),
    ("Rolling", "ChiSquared", {}, 10, ((pairs_of_words, FEW),)),
    ("Rolling", "Cov", {}, 10, ((pairs, FEW), (weighted_pairs, AFTER))),
    ("Rolling", "KolmogorovSmirnov", {}, 10, ((pairs, FEW),)),
    ("Rolling", "Mean", {}, 1, ((numbers, FEW),)),
    ("Rolling", "Mean", {}, 10, ((numbers, LEVELS), (integers, AFTER), (weighted, AFTER), (numpy_numbers, AFTER))),
    ("Rolling", "PearsonCorr", {}, 10, ((pairs, FEW),)),
    ("Rolling", "SEM", {}, 10, ((numbers, FEW),)),
    ("Rolling", "Sum", {}, 10, ((numbers, FEW),)),
    ("Rolling", "Var", {"ddof": 0}, 100, ((numbers, LEVELS), (weighted, AFTER))),
    ("TimeRolling", "Cov", {}, dt.timedelta(days=2), ((timed_pairs, FEW),)),
    ("TimeRolling", "Mean", {}, dt.timedelta(days=2), ((timed, FEW), (timed_out_of_order, FEW))),
    ("TimeRolling", "Sum", {}, dt.timedelta(hours=7.5), ((timed, FEW),)),
    ("TimeRolling", "Var", {"ddof": 0}, dt.timedelta(days=30), ((timed, FEW),)),
)

#: The parts of links, made from the left: ``a | b | c``.
LINKS: tuple[tuple[tuple[tuple[str, dict[str, Any]], ...], tuple[Case, ...]], ...] = (
    ((("Shift", {"amount": 2}), ("Mean", {})), ((numbers, FEW),)),
    ((("Mean", {}), ("Max", {})), ((numbers, FEW),)),
    ((("Shift", {}), ("EWMean", {}), ("Quantile", {"q": 0.3})), ((numbers, FEW),)),
    ((("RollingQuantile", {"q": 0.5, "window_size": 5}), ("Var", {})), ((numbers, FEW),)),
)


def build(name: str, parameters: dict[str, Any]) -> Any:
    from river import stats

    return getattr(stats, name)(**parameters)


def window(kind: str, name: str, parameters: dict[str, Any], size: Any) -> Any:
    import river
    from river import stats, utils

    if tuple(map(int, river.__version__.split(".")[:2])) < (0, 26):
        return getattr(utils, kind)(build(name, parameters), size)
    return getattr(utils, kind)(getattr(stats, name), size, **parameters)


def shown(parameters: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in parameters.items())


def made() -> Iterator[tuple[str, Callable[[], Any], tuple[Case, ...]]]:
    """Yield what is pickled: a name, a function that makes a new one, and the streams."""
    for name, parameters, cases in STATISTICS:
        yield f"{name}({shown(parameters)})", lambda name=name, parameters=parameters: build(name, parameters), cases
    for kind, name, parameters, size, cases in WINDOWS:
        yield (
            f"{kind}({name}({shown(parameters)}), {size})",
            lambda arguments=(kind, name, parameters, size): window(*arguments),
            cases,
        )
    for parts, cases in LINKS:

        def link(parts: Any = parts) -> Any:
            linked = build(*parts[0])
            for part in parts[1:]:
                linked = linked | build(*part)
            return linked

        yield " | ".join(f"{name}({shown(parameters)})" for name, parameters in parts), link, cases


def answer(method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return what a method of a statistic returns, in a form that JSON holds."""
    try:
        value = method(*args, **kwargs)
    except KeyboardInterrupt:
        raise
    except BaseException:  # a panic in Rust is not an Exception
        return ERROR
    if isinstance(value, bytes | tuple | frozenset):
        return repr(value)
    return value if value is None or isinstance(value, str | bool | int) else float(value)


def update(stat: Any, observation: Arguments) -> bool:
    """Update a statistic; tell whether it succeeded."""
    args, kwargs = observation
    # Up to river 0.20, update returns the statistic.
    return bool(answer(lambda: stat.update(*args, **kwargs) and None) != ERROR)


def go_on(stat: Any, stream: Iterator[Arguments]) -> list[Any]:
    """Return the values at the checkpoints, up to an update that fails in river."""
    values: list[Any] = []
    for i in range(1, CHECKPOINTS[-1] + 1):
        if not update(stat, next(stream)):
            break
        if i in CHECKPOINTS:
            values.append(answer(stat.get))
    return values


def text(data: bytes) -> str:
    """Return the bytes as characters, which gzip packs better than any encoding in letters."""
    return data.decode("latin-1")


def records() -> Iterator[dict[str, Any]]:
    for name, make, cases in made():
        for stream_of, levels in cases:
            for level in levels:
                try:
                    stat = make()
                except (AttributeError, ValueError):  # a class that this release does not have
                    continue
                stream = stream_of(level + 1)
                if not all(update(stat, observation) for observation in itertools.islice(stream, level)):
                    continue
                protocols = (2, pickle.DEFAULT_PROTOCOL) if level == levels[-1] else (pickle.DEFAULT_PROTOCOL,)
                pickles = {protocol: text(pickle.dumps(stat, protocol)) for protocol in protocols}
                yield {
                    "name": name,
                    "stream": stream_of.__name__,
                    "level": level,
                    "pickles": pickles,
                    "n": answer(getattr, stat, "n", None),
                    "value": answer(stat.get),
                    "further": go_on(stat, stream),
                }


def container() -> Any:
    """Return a container of statistics, one of which occurs twice."""
    mean = build("Mean", {})
    held = {
        "mean": mean,
        "again": [mean, build("Quantile", {}), 3, "text"],
        ("a", 1): (build("Mode", {}), window("Rolling", "Var", {}, 4)),
        "empty": build("RollingMax", {"window_size": 3}),
        "link": build("Shift", {}) | build("Sum", {}),
    }
    for args, _ in itertools.islice(numbers(1), 20):
        for stat in (mean, held["again"][1], *held["a", 1], held["link"]):
            stat.update(*args)
    return held


def main(folder: Path) -> None:
    import river

    warnings.simplefilter("ignore")
    random.seed(1)  # river's trees are random
    version = river.__version__
    found = {
        "river": version,
        "container": text(pickle.dumps(container())),
        "statistics": list(records()),
    }
    data = json.dumps(found, separators=(",", ":"), ensure_ascii=False).encode()
    path = folder / f"river-{version}.json.gz"
    path.write_bytes(gzip.compress(data, 9, mtime=0))
    print(path, len(found["statistics"]), "statistics,", path.stat().st_size, "bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
