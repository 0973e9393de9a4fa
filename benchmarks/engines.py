"""Ten million rows of a file on the engines, with two workers each, compared with what the engine itself offers.

`python -m benchmarks.engines dask` measures one engine, and prints its rows as lines of JSON; a number after it, as in
`python -m benchmarks.engines dask 100000`, is the number of rows.
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.engine import Engine
from benchmarks.peers import OUT, ROOT
from benchmarks.tables import NONE, Table, duration

ROWS, FILES, KEYS = 10_000_000, 20, 1_000
RUNS = 3
MODULES = {"dask": "distributed", "datafusion": "datafusion", "ray": "ray", "spark": "pyspark"}


@dataclasses.dataclass(frozen=True)
class Row:
    """What is computed here of the column `x`, and by the engine itself, if it can."""

    what: str
    statistic: Any
    ours: Callable[[], Any]
    theirs: Callable[[], Any] | None = None
    #: The column of the keys.
    by: str | None = None

    def leaving(self, data: Path) -> int:
        """Return the size in bytes of the state of one partition, the first file."""
        from pyarrow import parquet

        from river.integrations._protocol import Aggregation

        columns = parquet.read_table(next(iter(sorted(data.iterdir()))))
        [state] = Aggregation({"x": self.statistic}, "an engine", self.by).part([columns.__getitem__])
        return len(state)


def write(rows: int) -> Path:
    """Write the rows, unless they exist: `x` and `y` of noise, and `k`, a key of a thousand."""
    data = OUT / f"engines-{rows}"
    if data.exists():
        return data
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    noise = np.random.default_rng(42)
    unfinished = data.with_suffix(".unfinished")
    unfinished.mkdir(parents=True, exist_ok=True)
    for i in range(FILES):
        size = rows // FILES
        keys = noise.integers(0, KEYS, size)
        table = pa.table({"x": noise.normal(size=size), "y": noise.normal(size=size), "k": keys})
        parquet.write_table(table, unfinished / f"{i:02}.parquet")
    unfinished.rename(data)
    return data


def dask(data: Path) -> Iterator[Row]:
    import dask.dataframe as dd
    import distributed

    from river import sketch, stats
    from river.integrations.dask import aggregate

    def ours(statistic: Any, by: Any = None) -> Callable[[], Any]:
        return lambda: aggregate(frame, {"x": statistic}, by=by).compute()

    options: dict[str, Any] = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster):
        frame = dd.read_parquet(str(data))
        var, kurtosis, median = stats.Var(), stats.Kurtosis(), sketch.KLL()
        yield Row("Var", var, ours(var), lambda: frame.x.var().compute())
        yield Row("Kurtosis", kurtosis, ours(kurtosis))
        yield Row("median, KLL", median, ours(median), lambda: frame.x.quantile(0.5).compute())
        by_key = frame.groupby("k").x.var()
        yield Row(f"Var by {KEYS:,} keys", var, ours(var, "k"), lambda: by_key.compute(), by="k")


def datafusion(data: Path) -> Iterator[Row]:
    import datafusion as df

    from river import sketch, stats
    from river.integrations.datafusion import aggregate, udaf

    ctx = df.SessionContext(df.SessionConfig().with_target_partitions(2))
    ctx.register_parquet("data", str(data))

    def query(value: str, end: str = "") -> Callable[[], Any]:
        return lambda: ctx.sql(f"SELECT {value} FROM data {end}").collect()

    for what, statistic, theirs in (
        ("Var", stats.Var(), query("var(x)")),
        ("Kurtosis", stats.Kurtosis(), None),
        ("median, KLL", sketch.KLL(), query("approx_median(x)")),
    ):
        name = f"river_{type(statistic).__name__.lower()}"
        ctx.register_udaf(udaf(statistic, name=name))
        yield Row(f"{what}, in SQL", statistic, query(f"{name}(x)"), theirs)
    # A SQL function over that many keys takes minutes: it is called for each key in each batch.
    var = stats.Var()
    yield Row(
        f"Var by {KEYS:,} keys, `aggregate`",
        var,
        lambda: aggregate(ctx.table("data"), {"x": var}, by="k"),
        query("k, var(x)", "GROUP BY k"),
        by="k",
    )


def ray(data: Path) -> Iterator[Row]:
    import ray
    from ray.data import aggregate as built_in

    from river import sketch, stats
    from river.integrations.ray import aggregate_fn

    environment = {"env_vars": {"PYTHONPATH": str(ROOT)}}
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, runtime_env=environment)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars, context.default_hash_shuffle_parallelism = False, 2
    rows = ray.data.read_parquet(str(data))
    for what, statistic, theirs in (
        ("Mean", stats.Mean(), built_in.Mean(on="x")),
        ("Std", stats.Std(), built_in.Std(on="x")),
        ("Kurtosis", stats.Kurtosis(), None),
        ("median, KLL", sketch.KLL(), None),
    ):
        ours = partial(rows.aggregate, aggregate_fn(statistic, on="x"))
        yield Row(what, statistic, ours, theirs and partial(rows.aggregate, theirs))
    std, by_key = stats.Std(), rows.groupby("k")
    yield Row(
        f"Std by {KEYS:,} keys",
        std,
        lambda: by_key.aggregate(aggregate_fn(std, on="x")).take_all(),
        lambda: by_key.aggregate(built_in.Std(on="x")).take_all(),
        by="k",
    )
    ray.shutdown()


def spark(data: Path) -> Iterator[Row]:
    from pyspark.sql import SparkSession

    from river import sketch, stats
    from river.integrations.spark import aggregate, aggregate_by

    os.environ |= {"PYSPARK_PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}
    builder = SparkSession.builder.master("local[2]").config("spark.sql.shuffle.partitions", 4)
    for name, value in {"ui.enabled": "false", "ui.showConsoleProgress": "false", "driver.host": "127.0.0.1"}.items():
        builder = builder.config(f"spark.{name}", value)
    session = builder.getOrCreate()
    frame = session.read.parquet(str(data))
    for what, statistic, theirs in (
        ("Var", stats.Var(), "var_samp(x)"),
        ("Kurtosis", stats.Kurtosis(), "kurtosis(x)"),
        ("median, KLL", sketch.KLL(), "percentile_approx(x, 0.5)"),
    ):
        yield Row(what, statistic, partial(aggregate, frame, {"x": statistic}), frame.selectExpr(theirs).collect)
    var = stats.Var()
    yield Row(
        f"Var by {KEYS:,} keys",
        var,
        lambda: aggregate_by(frame, "k", {"x": var}).select("k", "x").collect(),
        lambda: frame.groupBy("k").agg({"x": "var_samp"}).collect(),
        by="k",
    )
    session.stop()


def missing(name: str) -> str | None:
    """Return what an engine lacks here, None if it can run."""
    if importlib.util.find_spec(MODULES[name]) is None:
        return f"{MODULES[name]} is not installed"
    if name == "spark" and not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        return "there is no Java"
    return None


def seconds(run: Callable[[], Any]) -> float:
    """Return the shortest of some runs, after one that is not timed."""
    run()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def measure(engine: Engine) -> list[Table]:
    able = {name: MODULES[name] for name in MODULES if missing(name) is None}
    versions = ", ".join(f"{name} {importlib.metadata.version(module)}" for name, module in able.items())
    table = Table(
        key="engines",
        title="Engines",
        about=f"{ROWS:,} rows of {FILES} Parquet files, on two worker processes (DataFusion and Spark's own: two "
        f"threads): the least of {RUNS} runs by the clock, reading included, here and by what the engine has itself, "
        f"and the bytes of the state that leaves a partition here. {versions}.",
        header=["", "this", "the engine's own", "leaves a partition"],
    )
    write(ROWS)
    for name in MODULES:
        lacks = missing(name)
        if lacks is None:
            command = [sys.executable, "-m", "benchmarks.engines", name, str(ROWS)]
            done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
            for row in (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")):
                times = [NONE if t is None else duration(t * 1e9) for t in (row["ours"], row["theirs"])]
                table.add(f"{name}: {row['what']}", [*times, f"{row['bytes']:,} bytes"], seconds=row)
            lacks = "it ended with an error" if done.returncode else None
        if lacks is not None:
            table.not_built(f"{name} ({lacks})", lacks)
    return [table]


def main(name: str, rows: str = str(ROWS)) -> None:
    data = write(int(rows))
    for row in globals()[name](data):
        found = {
            "what": row.what,
            "ours": seconds(row.ours),
            "theirs": row.theirs and seconds(row.theirs),
            "bytes": row.leaving(data),
        }
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
