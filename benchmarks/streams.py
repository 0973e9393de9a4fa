"""The data of the benchmarks: the same in every process."""

from __future__ import annotations

import datetime as dt
import functools
import random
from typing import Any

#: How the loop names the values of a stream.
TARGETS = {"pairs": "x, y", "labelled pairs": "x, y", "timed": "x, t", "rows": "x, y"}


@functools.lru_cache(maxsize=8)
def stream(name: str, length: int) -> list[Any]:
    """Return `length` values of a stream for loops over single values."""
    values = random.Random(42)
    match name:
        case "normal":
            return [values.gauss(0.0, 1.0) for _ in range(length)]
        case "uniform":
            return [values.random() for _ in range(length)]
        case "pairs":
            xs = stream("normal", length)
            return [(x, 0.5 * x + values.gauss(0.0, 1.0)) for x in xs]
        case "timed":
            start = dt.datetime(2024, 1, 1)
            second = dt.timedelta(seconds=1)
            return [(x, start + i * second) for i, x in enumerate(stream("normal", length))]
        case "labels":
            return [f"label {int(values.expovariate(0.05))}" for _ in range(length)]
        case "distinct":
            return [i * 7919 % 10_000 for i in range(length)]
        case "rows":
            means = [values.gauss(0.0, 1.0) for _ in range(3)]
            classes = [values.random() < 0.5 for _ in range(length)]
            noisy = ({f"x{i}": values.gauss(mean * y, 1.0) for i, mean in enumerate(means)} for y in classes)
            return list(zip(noisy, classes, strict=True))
        case "orders":
            return [{"customer": values.randrange(5), "amount": values.gauss(50.0, 20.0)} for _ in range(length)]
        case "labelled pairs":
            return [(values.randrange(8), values.randrange(8)) for _ in range(length)]
    raise ValueError(f"no stream is named {name!r}")


#: How many distinct strings the columns of labels have.
DISTINCT = (10, 1_000, 100_000)
#: The columns that a statement may name.
COLUMNS = {"X", "Y", "XS", "YS", "XP", "YP", "XYP", "XA", "XT", "XTP", "KEYS", "WIDEKEYS"}
COLUMNS |= {f"LABELS{distinct}{library}" for distinct in DISTINCT for library in ("", "P")}


class Columns(dict[str, Any]):
    """Whole columns by name, made when first asked for.

    `X` and `Y` are NumPy arrays, `XS` and `YS` pandas, `XP` and `YP` polars Series, `XA` an Arrow array; `XYP` is a
    polars frame; `XT` is a pandas Series and `XTP` a polars frame with one value a second; `LABELS10` is an Arrow and
    `LABELS10P` a polars column of ten different strings. `KEYS` is a NumPy array of a hundred thousand different
    integers, `WIDEKEYS` one of as many that are widely spread.
    """

    def __init__(self, length: int) -> None:
        super().__init__()
        self.length = length

    def __missing__(self, name: str) -> Any:
        self[name] = value = self._make(name)
        return value

    def _make(self, name: str) -> Any:
        match name:
            case "X" | "Y":
                import numpy as np

                noise = np.random.default_rng(ord(name)).normal(size=self.length)
                return noise if name == "X" else 0.5 * self["X"] + noise
            case "KEYS" | "WIDEKEYS":
                import numpy as np

                numbers = np.random.default_rng(len(name)).integers(0, 100_000, self.length)
                return numbers if name == "KEYS" else numbers * 0x9E3779B97F4A7C1
            case "XS" | "YS" | "XT":
                import pandas as pd

                seconds = pd.date_range("2024-01-01", periods=self.length, freq="s")
                return pd.Series(self[name[0]], index=seconds if name == "XT" else None)
            case "XA":
                import pyarrow as pa

                return pa.array(self["X"])
            case "XP" | "YP":
                import polars as pl

                return pl.Series(self[name[0]])
            case "XYP":
                import polars as pl

                return pl.DataFrame({"x": self["X"], "y": self["Y"]})
            case "XTP":
                import polars as pl

                return pl.DataFrame({"x": self["X"], "t": self["XT"].index.to_numpy()})
        if name.startswith("LABELS"):
            return self._labels(int(name.removeprefix("LABELS").removesuffix("P")), name.endswith("P"))
        raise KeyError(name)

    def _labels(self, distinct: int, in_polars: bool) -> Any:
        import numpy as np
        import polars as pl
        import pyarrow as pa

        numbers = np.random.default_rng(distinct).integers(0, distinct, self.length)
        labels = [f"label {number}" for number in numbers.tolist()]
        return pl.Series(labels) if in_polars else pa.array(labels)
