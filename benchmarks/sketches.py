"""Sketches compared with those of other libraries."""

from __future__ import annotations

from benchmarks import streams
from benchmarks.batch import LENGTH, Row, add
from benchmarks.engine import Engine
from benchmarks.tables import Table

ROWS: dict[str, Row] = {
    "KLL": Row(
        "sketch.KLL().update_many(X)",
        {"datasketches": "datasketches.kll_doubles_sketch(200).update(X)", "polars": "XP.approx_quantile(0.5)"},
        {"datasketches": 1.1},
    ),
    "DDSketch": Row(
        "sketch.DDSketch().update_many(X)",
        {"ddsketch": "any(map(ddsketch.DDSketch(0.01).add, X.tolist()))"},
        {"ddsketch": 0.1},
        nanoseconds=13.0,
    ),
    "TDigest": Row(
        "sketch.TDigest().update_many(X)",
        {
            "datasketches": "datasketches.tdigest_double(100).update(X)",
            "fastdigest": "fastdigest.TDigest(100).batch_update(X)",
            "crick": "crick.TDigest(100).update(X)",
        },
        {"crick": 1.0},
    ),
    "NUnique": Row(
        "sketch.NUnique().update_many(X)",
        {
            "datasketches": "any(map(datasketches.hll_sketch(14).update, X.tolist()))",
            "polars": "XP.approx_n_unique()",
        },
        {"datasketches": 0.5},
    ),
    **{
        f"NUnique of strings, {distinct:,} distinct": Row(
            f"sketch.NUnique().update_many(LABELS{distinct})",
            {"polars": f"LABELS{distinct}P.approx_n_unique()"},
            {},
        )
        for distinct in streams.DISTINCT
    },
    **{
        f"HeavyHitters of strings, {distinct:,} distinct": Row(
            f"sketch.HeavyHitters().update_many(LABELS{distinct})",
            {
                "datasketches": "any(map(datasketches.frequent_strings_sketch(10).update, "
                f"LABELS{distinct}.to_pylist()))"
            },
            {"datasketches": 0.5},
        )
        for distinct in streams.DISTINCT
    },
}


def measure(engine: Engine) -> list[Table]:
    table = Table(
        key="sketches",
        title="Sketches",
        about=f"A column of {LENGTH:,} float64 or strings into an empty sketch: nanoseconds a value, here and in each "
        "peer. Peers that take no columns take its values in a loop.",
        header=["", "this", "peers", "this / peer"],
    )
    for name, row in ROWS.items():
        add(engine, table, name, row)
    return [table]
