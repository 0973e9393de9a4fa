"""`python -m tests.fuzz [--seconds N] [--target NAME] [--seed N]`: each target again and again, each time with a seed.

A separate process with little memory runs each target, so that a crash, an endless loop or an absurd allocation is
found as well. A failure is reported with its seed, and is reproduced by `--target NAME --seed N`.
"""

from __future__ import annotations

import argparse
import faulthandler
import random
import subprocess
import sys
import time
import warnings
from collections.abc import Callable

from tests.fuzz import columns, observers, sequences, states
from tests.processes import ROOT, limit_memory

TARGETS: dict[str, Callable[[random.Random], None]] = {
    "sequences": sequences.run,
    "observers": observers.run,
    "states": states.run,
    "river's pickles": states.run_river,
    "columns": columns.run,
}
#: No single run takes longer than this.
LONGEST = 60


def once(target: str, seed: int) -> None:
    faulthandler.dump_traceback_later(LONGEST, exit=True)
    try:
        TARGETS[target](random.Random(f"{target} {seed}"))
    except BaseException as error:
        error.add_note(f"python -m tests.fuzz --target {target!r} --seed {seed}")
        raise
    finally:
        faulthandler.cancel_dump_traceback_later()


def child(target: str, seconds: float, start: int) -> None:
    """Run a target until the time is over; print how often, and last the seed that comes next."""
    limit_memory(4 << 30)
    warnings.simplefilter("ignore")
    end, seed = time.monotonic() + seconds, start
    while time.monotonic() < end:
        print(seed, flush=seed % 100 == 0)
        once(target, seed)
        seed += 1
    print(seed)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=float, default=60, help="how long all targets take together")
    parser.add_argument("--start", type=int, default=time.time_ns() // 10**9 * 10**6, help="the first seed")
    parser.add_argument("--target", choices=TARGETS, help="run one target only")
    parser.add_argument("--seed", type=int, help="run it once, with this seed")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.seed is not None:
        once(options.target, options.seed)
        return 0
    if options.child:
        child(options.target, options.seconds, options.start)
        return 0
    failed = False
    targets = [options.target] if options.target else list(TARGETS)
    for target in targets:
        seconds = options.seconds / len(targets)
        command = [sys.executable, "-m", "tests.fuzz", "--child", "--target", target]
        command += ["--seconds", str(seconds), "--start", str(options.start)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        seeds = done.stdout.split()
        print(f"{target}: {int(seeds[-1]) - options.start if seeds else 0} runs in {seconds:.0f} s", flush=True)
        if done.returncode:
            failed = True
            print(f"exit code {done.returncode}, seed {seeds[-1:]}\n{done.stderr[-3_000:]}", file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main())
