"""A year of hourly temperatures through nine running statistics, one reading at a time.

Half-way the statistics are pickled. A second process loads them and goes on from there, and in the
end both processes must hold the same results, to the last bit. The year is drawn into demo/out/.
"""

from __future__ import annotations

import csv
import itertools
import json
import math
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from river import stats

DAY, WEEK = 24, 24 * 7
FADING = 1 / DAY
PICTURE = Path(__file__).parent / "out" / "year.png"

Statistics = dict[str, stats.base.Univariate[float]]


def nine() -> Statistics:
    return {
        "median": stats.Quantile(0.5),
        "IQR": stats.IQR(0.25, 0.75),
        "range": stats.PeakToPeak(),
        "EW mean": stats.EWMean(FADING),
        "EW var": stats.EWVar(FADING),
        "skew": stats.Skew(),
        "kurtosis": stats.Kurtosis(),
        "wk median": stats.RollingQuantile(0.5, WEEK),
        "wk IQR": stats.RollingIQR(WEEK),
    }


#: Estimated in constant memory, by the P² algorithm; the others are exact.
ESTIMATED = ("median", "IQR")


def by_numpy_and_pandas(temperatures: list[float]) -> dict[str, float]:
    """Compute the same nine from all values at once."""
    import numpy as np
    import pandas as pd

    year, week = pd.Series(temperatures), np.array(temperatures[-WEEK:])
    faded = year.ewm(alpha=FADING, adjust=False)
    return {
        "median": np.quantile(year, 0.5),
        "IQR": np.subtract(*np.quantile(year, [0.75, 0.25])),
        "range": np.ptp(year),
        "EW mean": faded.mean().iloc[-1],
        "EW var": faded.var(bias=True).iloc[-1],
        "skew": year.skew(),
        "kurtosis": year.kurt(),
        "wk median": np.quantile(week, 0.5),
        "wk IQR": np.subtract(*np.quantile(week, [0.75, 0.25])),
    }


def readings() -> Iterator[tuple[str, float]]:
    """Read the file row by row: the day, and the temperature."""
    from vega_datasets import data

    with open(data.seattle_temps.filepath, newline="") as file:
        for row in csv.DictReader(file):
            yield row["date"].split()[0], float(row["temp"])


def by_month(row: tuple[str, float]) -> str:
    return row[0][:7]


def results(statistics: Statistics) -> dict[str, float]:
    return {name: s.get_or(math.nan) for name, s in statistics.items()}


def bits(statistics: Statistics) -> dict[str, str]:
    """Return the results in hexadecimal, which shows every bit of them."""
    return {name: result.hex() for name, result in results(statistics).items()}


def line(through: str, n: int, cells: Iterator[str]) -> None:
    print(f"{through:<10}{n:>9,}" + "".join(f"{cell:>10}" for cell in cells), flush=True)


def main() -> int:
    total = sum(1 for _ in readings())
    print(f"Hourly temperatures in Seattle in 2010, in °F: {total:,} readings, one by one through")
    print("nine running statistics. Median and IQR are P² estimates, EW fades by 1/24 an hour,")
    print("wk is the last week. The results so far, after each month:\n")

    statistics = nine()
    print(f"{'through':<10}{'readings':>9}" + "".join(f"{name:>10}" for name in statistics))
    temperatures: list[float] = []
    courses: dict[str, list[float]] = {name: [] for name in statistics}
    pickled = b""
    for _, rows in itertools.groupby(readings(), key=by_month):
        for day, temperature in rows:
            for s in statistics.values():
                s.update(temperature)
            temperatures.append(temperature)
            for name, result in results(statistics).items():
                courses[name].append(result)
            if len(temperatures) == total // 2:
                pickled = pickle.dumps(statistics)
                print(f"{day:<10}{total // 2:>9,}  half-way: pickled, {len(pickled):,} bytes")
        line(day, len(temperatures), (f"{result:.4f}" for result in results(statistics).values()))

    print("\nAt the end, beside NumPy and pandas on all readings at once:\n")
    print(f"{'':<11}{'running':>14}{'at once':>14}{'difference':>14}")
    for name, exact in by_numpy_and_pandas(temperatures).items():
        running = results(statistics)[name]
        kind = "  estimate" if name in ESTIMATED else ""
        print(f"{name:<11}{running:>14.8f}{exact:>14.8f}{running - exact:>14.1e}{kind}")

    draw(temperatures, courses, PICTURE)
    print(f"\nThe year with its running statistics is drawn in {PICTURE}")

    resumed = resume_elsewhere(pickled)
    same = [name for name, b in bits(statistics).items() if resumed[name] == b]
    print(f"\nA second process loaded the pickle and took the other {total - total // 2:,} readings.")
    print(f"Same result to the last bit: {len(same)} of {len(statistics)}.")
    for name in statistics.keys() - set(same):
        print(f"{name} differs: {bits(statistics)[name]} here, {resumed[name]} there")
    return 0 if len(same) == len(statistics) else 1


#: What is drawn: panels with their labels, and the statistics in each, with their colours.
PANELS = {
    "°F": {"EW mean": "#f2a541", "median": "#30638e", "wk median": "#d1495b"},
    "spread, °F": {"range": "#8d99ae", "IQR": "#30638e", "wk IQR": "#d1495b"},
    "shape": {"skew": "#5f4b8b", "kurtosis": "#66a182"},
}


def draw(temperatures: list[float], courses: dict[str, list[float]], path: Path) -> None:
    """Draw the readings and how the statistics went on, hour by hour."""
    import matplotlib as mpl

    mpl.use("agg")
    import numpy as np
    from matplotlib import dates, pyplot

    hours = np.datetime64("2010-01-01T00") + np.arange(len(temperatures))
    heights = {"height_ratios": [3, 1.4, 1.4]}
    figure, axes = pyplot.subplots(3, 1, sharex=True, figsize=(9, 6.5), layout="constrained", gridspec_kw=heights)
    axes[0].plot(hours, temperatures, ".", markersize=1.2, color="#c3c9d4", label="readings")
    for ax, (unit, names) in zip(axes, PANELS.items(), strict=True):
        for name, colour in names.items():
            ax.plot(hours, courses[name], color=colour, linewidth=0.8 if name == "EW mean" else 1.6, label=name)
        ax.set_ylabel(unit)
        ax.spines[["top", "right"]].set_visible(False)
        ax.legend(loc="upper left", ncols=4, frameon=False, fontsize=9, markerscale=5)
        ax.margins(x=0.01, y=0.25)
    axes[-1].set_ylim(-2, 3)
    axes[-1].xaxis.set_major_formatter(dates.ConciseDateFormatter(dates.AutoDateLocator()))
    figure.suptitle("A year of hourly temperatures in Seattle, and what running statistics say at each hour")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def resume_elsewhere(pickled: bytes) -> dict[str, str]:
    """Load the pickle in a second process, let it go on, return the bits of its results."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "half-way.pickle"
        path.write_bytes(pickled)
        command = [sys.executable, __file__, "--resume", str(path)]
        reply = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found: dict[str, str] = json.loads(reply.stdout)
    return found


def resume(path: str) -> int:
    """Go on from a pickle: what the second process does."""
    statistics: Statistics = pickle.loads(Path(path).read_bytes())
    half = sum(1 for _ in readings()) // 2
    for _, temperature in itertools.islice(readings(), half, None):
        for s in statistics.values():
            s.update(temperature)
    print(json.dumps(bits(statistics)))
    return 0


if __name__ == "__main__":
    sys.exit(resume(sys.argv[2]) if sys.argv[1:2] == ["--resume"] else main())
