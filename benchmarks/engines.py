"""Ten million rows of a file on the engines, two worker processes or threads each, beside what the engine has itself.

`python -m benchmarks.engines dask` measures one engine, and prints its rows as lines of JSON.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from benchmarks.engine import Engine
from benchmarks.peers import OUT, ROOT
from benchmarks.tables import NONE, Table, duration

ROWS, FILES, KEYS = 10_000_000, 20, 1_000
RUNS = 3
DATA = OUT / "engines"
MODULES = {"dask": "distributed", "datafusion": "datafusion", "ray": "ray", "spark": "pyspark"}

#: What is computed here, and by the engine itself, if it can.
Rows = Iterator[tuple[str, Callable[[], Any], Callable[[], Any] | None]]


def write() -> None:
    """Write the rows, unless they are there: `x` and `y` of noise, and `k`, a key of a thousand."""
    if DATA.exists():
        return
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    noise = np.random.default_rng(42)
    unfinished = DATA.with_suffix(".unfinished")
    unfinished.mkdir(parents=True, exist_ok=True)
    for i in range(FILES):
        size = ROWS // FILES
        keys = noise.integers(0, KEYS, size)
        table = pa.table({"x": noise.normal(size=size), "y": noise.normal(size=size), "k": keys})
        parquet.write_table(table, unfinished / f"{i:02}.parquet")
    unfinished.rename(DATA)


def dask() -> Rows:
    import dask.dataframe as dd
    import distributed

    from river import stats
    from river.integrations.dask import aggregate

    options: dict[str, Any] = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster):
        frame = dd.read_parquet(str(DATA))
        yield "Var", lambda: aggregate(frame, {"x": stats.Var()}).compute(), lambda: frame.x.var().compute()
        yield "Kurtosis", lambda: aggregate(frame, {"x": stats.Kurtosis()}).compute(), None
        yield (
            f"Var by {KEYS:,} keys",
            lambda: aggregate(frame, {"x": stats.Var()}, by="k").compute(),
            lambda: frame.groupby("k").x.var().compute(),
        )


def datafusion() -> Rows:
    import datafusion as df

    from river import stats
    from river.integrations.datafusion import aggregate, udaf

    ctx = df.SessionContext(df.SessionConfig().with_target_partitions(2))
    ctx.register_parquet("data", str(DATA))
    ctx.register_udaf(udaf(stats.Var(), name="river_var"))
    ctx.register_udaf(udaf(stats.Kurtosis(), name="river_kurtosis"))

    def query(value: str) -> Callable[[], Any]:
        return lambda: ctx.sql(f"SELECT {value} FROM data").collect()

    yield "Var, in SQL", query("river_var(x)"), query("var(x)")
    yield "Kurtosis, in SQL", query("river_kurtosis(x)"), None
    # A function of SQL over as many keys takes minutes: it is called for each key in each batch.
    yield (
        f"Var by {KEYS:,} keys, `aggregate`",
        lambda: aggregate(ctx.table("data"), {"x": stats.Var()}, by="k"),
        lambda: ctx.sql("SELECT k, var(x) FROM data GROUP BY k").collect(),
    )


def ray() -> Rows:
    import ray

    from river import stats
    from river.integrations.ray import aggregate_fn

    environment = {"env_vars": {"PYTHONPATH": str(ROOT)}}
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, runtime_env=environment)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars, context.default_hash_shuffle_parallelism = False, 2
    data, std = ray.data.read_parquet(str(DATA)), ray.data.aggregate.Std(on="x")
    yield "Std", lambda: data.aggregate(aggregate_fn(stats.Std(), on="x")), lambda: data.aggregate(std)
    yield "Kurtosis", lambda: data.aggregate(aggregate_fn(stats.Kurtosis(), on="x")), None
    ray.shutdown()


def spark() -> Rows:
    import os

    from pyspark.sql import SparkSession

    from river import stats
    from river.integrations.spark import aggregate, aggregate_by

    os.environ |= {"PYSPARK_PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", 4).getOrCreate()
    frame = session.read.parquet(str(DATA))

    def rows(expression: str) -> Any:
        return frame.selectExpr(expression).collect()

    for name, ours, theirs in (("Var", stats.Var(), "var_samp(x)"), ("Kurtosis", stats.Kurtosis(), "kurtosis(x)")):
        yield (
            name,
            partial(aggregate, frame, {"x": ours}),
            partial(rows, theirs),
        )
    yield (
        f"Var by {KEYS:,} keys",
        lambda: aggregate_by(frame, "k", {"x": stats.Var()}).select("k", "x").collect(),
        lambda: frame.groupBy("k").agg({"x": "var_samp"}).collect(),
    )
    session.stop()


def seconds(run: Callable[[], Any]) -> float:
    """Return the least of some runs, after one that is not timed."""
    run()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def measure(engine: Engine) -> list[Table]:
    table = Table(
        key="engines",
        title="Engines",
        about=f"{ROWS:,} rows of {FILES} Parquet files, on two worker processes (DataFusion: two threads): the least "
        f"of {RUNS} runs by the clock, reading included, and what the engine has itself.",
        header=["", "this", "the engine's own"],
    )
    write()
    for name, module in MODULES.items():
        if importlib.util.find_spec(module) is None:
            table.not_built(name, f"{module} is not installed")
            continue
        command = [sys.executable, "-m", "benchmarks.engines", name]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            table.not_built(name, "it ended with an error")
            continue
        for line in done.stdout.splitlines():
            if line.startswith("{"):
                row = json.loads(line)
                cells = [NONE if t is None else duration(t * 1e9) for t in (row["ours"], row["theirs"])]
                table.add(f"{name}: {row['what']}", cells, seconds=row)
    return [table]


def main(name: str) -> None:
    write()
    for what, ours, theirs in globals()[name]():
        row = {"what": what, "ours": seconds(ours), "theirs": theirs and seconds(theirs)}
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
