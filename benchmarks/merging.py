"""The merge of one statistic into another, compared with the libraries that have one."""

from __future__ import annotations

import dataclasses

from benchmarks import jobs
from benchmarks.engine import Contestant, Engine, ratio
from benchmarks.tables import NONE, Bar, Table, figure, raw, timing

#: Values that each of the two has seen at first.
SEEN = 1_000


@dataclasses.dataclass(frozen=True)
class Side:
    """A statistic as it is made, updated and merged."""

    make: str
    update: str = "update(x)"
    merge: str = "a += b"
    stream: str = "normal"
    side: str = "this"

    @property
    def contestant(self) -> Contestant:
        feed = f"s[0].{self.update}; s[1].{self.update}"
        job = jobs.Loop(
            f"a, b = s; {self.merge}", f"({self.make}, {self.make})", self.stream, calls=2_000, fill=SEEN, feed=feed
        )
        return Contestant(self.side, job)


#: Nanoseconds that the merge of two states of moments may take.
MOMENTS = 150.0
COV = Side("stats.Cov()", "update(x, y)", stream="pairs")
ROWS: dict[str, tuple[Side, dict[str, Side], float | None]] = {
    **{
        name: (Side(f"stats.{name}()"), {"river 0.26.1": Side(f"stats.{name}()", side="river")}, MOMENTS)
        for name in ("Mean", "Var")
    },
    "Kurtosis": (Side("stats.Kurtosis()"), {}, MOMENTS),
    "Cov": (COV, {"river 0.26.1": dataclasses.replace(COV, side="river")}, None),
    "EWVar": (Side("stats.EWVar(0.5)"), {}, None),
    "KLL": (
        Side("sketch.KLL()"),
        {"datasketches": Side("datasketches.kll_doubles_sketch(200)", merge="a.merge(b)")},
        None,
    ),
    "DDSketch": (
        Side("sketch.DDSketch()"),
        {"ddsketch": Side("ddsketch.DDSketch(0.01)", "add(x)", "a.merge(b)")},
        None,
    ),
    "TDigest": (
        Side("sketch.TDigest()"),
        {
            "datasketches": Side("datasketches.tdigest_double(100)", merge="a.merge(b)"),
            "crick": Side("crick.TDigest(100)", "add(x)", "a.merge(b)"),
        },
        None,
    ),
    "NUnique": (Side("sketch.NUnique()"), {}, None),
}


def measure(engine: Engine) -> list[Table]:
    table = Table(
        key="merging",
        title="Merging",
        about=f"`a += b`, where each has seen {SEEN:,} values at first; or what a peer has for it.",
        header=["", "this", "peers", "this / peer"],
    )
    for name, row in ROWS.items():
        _add(engine, table, name, *row)
    return [table]


def _add(engine: Engine, table: Table, name: str, ours: Side, peers: dict[str, Side], most: float | None) -> None:
    contestants = {"this": ours.contestant} | {peer: side.contestant for peer, side in peers.items()}
    samples = engine.measure(contestants, engine.budget / 4)
    this = samples["this"]
    if this.median is None:
        table.not_built(name, this.reason)
        return
    ratios = [ratio(this, samples[peer]) for peer in peers]
    table.add(
        name,
        [
            timing(this),
            ", ".join(f"{peer} {timing(samples[peer])}" for peer in peers),
            ", ".join(figure(found) if found else NONE for found in ratios),
        ],
        ns=raw(samples),
    )
    if most:
        table.bars.append(Bar(f"{name}, merge", this.median, "under", most, "ns"))
