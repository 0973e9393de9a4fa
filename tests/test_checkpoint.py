"""`utils.save` and `utils.load`: what is restored, what is refused, and what a crash leaves behind."""

from __future__ import annotations

import datetime as dt
import functools
import json
import math
import os
import pickle
import random
import stat as modes
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections import OrderedDict, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from river import stats, utils
from tests.observers import OBSERVERS, Observer
from tests.processes import ROOT
from tests.stats.cases import CASES, Case, feed
from tests.stats.windowed import CASES_IN_WINDOWS


def saved(tmp_path: Path, obj: Any) -> Any:
    """Return an object after saving and loading it."""
    utils.save(tmp_path / "state", obj)
    return utils.load(tmp_path / "state")


@pytest.mark.parametrize("case", CASES)
def test_every_class_goes_on(case: Case, tmp_path: Path) -> None:
    held = {f"{params}": case.fed(params=params) for params in case.params}
    again = saved(tmp_path, held)
    assert list(again) == list(held)
    for name, stat in held.items():
        assert type(again[name]) is type(stat)
        assert again[name].to_bytes() == stat.to_bytes()
        goes_on = feed(again[name], case.short).to_bytes() == feed(stat, case.short).to_bytes()
        assert goes_on or not case.equal_bytes


@pytest.mark.parametrize("case", CASES_IN_WINDOWS)
def test_windows_over_every_class_go_on(case: Case, tmp_path: Path) -> None:
    windows = [utils.Rolling(case.cls, 3, **case.params[0]), utils.TumblingWindow(case.cls, 3, **case.params[0])]
    if case.kind != "time":
        windows.append(utils.TimeRolling(case.cls, dt.timedelta(seconds=3), **case.params[0]))

    def feed_all(some: list[Any]) -> list[Any]:
        for i, row in enumerate(case.short):
            for window in some[:2]:
                window.update(*row)
            for window in some[2:]:
                window.update(*row, t=i)
        return [window.to_bytes() for window in some]

    feed_all(windows)
    again = saved(tmp_path, windows)
    assert [type(window) for window in again] == [type(window) for window in windows]
    assert feed_all(again) == feed_all(windows)


@pytest.mark.parametrize("row", OBSERVERS, ids=repr)
def test_sketches_summaries_and_groups_go_on(row: Observer, tmp_path: Path) -> None:
    held = [row.make(3), row.make(3)]
    models = [row.model(3), row.model(3)]

    def observe(stat: Any, model: Any, first: int) -> None:
        for i, observed in enumerate(row.rows, first):
            stat.update(*observed, **row.named(i))
            model.update(*observed, **row.named(i))

    observe(held[1], models[1], 0)
    again = saved(tmp_path, held)
    assert [type(stat) for stat in again] == [type(stat) for stat in held]
    for stat, model in zip(again, models, strict=True):
        model.check(stat)
        observe(stat, model, len(row.rows))
        model.check(stat)


def test_links_go_on(tmp_path: Path) -> None:
    link = stats.Shift(1) | stats.FirstDifference() | stats.Max()
    feed(link, [(1,), (5,), (2,)])
    again = saved(tmp_path, link)
    assert again.name == link.name
    assert feed(again, [(9,), (0,)]).to_bytes() == feed(link, [(9,), (0,)]).to_bytes()


PLAIN: list[Any] = [
    *(None, True, False, 0, -1, 2**63 - 1, -(2**63), 2**63, -(2**64), 10**5_000),
    *(0.1, -0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf),
    *("", "é\0\n\ud800", b"", bytes(range(256)), [], {}, (), [[], {}, ()], (1, ("a", b"a")), {"a": {"b": [1, {}]}}),
    {None: 1, True: 2, 7: 3, 1.5: 4, "a": 5, b"a": 6, (1, "a", (None,)): 7, -math.inf: 8, 2**70: 9},
]


@pytest.mark.parametrize("obj", PLAIN, ids=range(len(PLAIN)))
def test_plain_values_come_back(obj: Any, tmp_path: Path) -> None:
    again = saved(tmp_path, obj)
    assert pickle.dumps(again) == pickle.dumps(obj)  # including types, signs of zero and the order of keys


def test_nan_comes_back(tmp_path: Path) -> None:
    (key, value), *_ = saved(tmp_path, {math.nan: math.nan}).items()
    assert math.isnan(key) and math.isnan(value)


def test_what_is_there_twice_is_one_object(tmp_path: Path) -> None:
    mean, names = stats.Mean(), ["a"]
    again = saved(tmp_path, {"a": mean, "b": [mean, names], "c": (names, stats.Mean())})
    assert again["a"] is again["b"][0]
    assert again["b"][1] is again["c"][0]
    assert again["a"] is not again["c"][1]


class Own(stats.Mean):
    pass


def seen(stat: Any, value: Any) -> Any:
    stat.update(value)
    return stat


INSIDE_ITSELF: list[Any] = []
INSIDE_ITSELF.append({"again": INSIDE_ITSELF})
REFUSED: list[tuple[Any, str]] = [
    (Own(), r"obj is of .*Own: .*, and not of subclasses of Mean"),
    ({"users": [stats.Mean(), Own()]}, r"obj\['users'\]\[1\] is of "),
    ({1: {"a": (object(),)}}, r"obj\[1\]\['a'\]\[0\] is of builtins.object"),
    ({(1, frozenset()): 1}, r"the key of obj\[\(1, frozenset\(\)\)\]\[1\] is of builtins.frozenset"),
    (defaultdict(stats.Mean), "obj is of collections.defaultdict: .*, and not of subclasses of dict"),
    ([OrderedDict()], r"obj\[0\] is of collections.OrderedDict"),
    ([np.float64(1)], r"obj\[0\] is of numpy.float64: .*, and not of subclasses of float"),
    ([stats.Mean], r"obj\[0\] is of "),
    ([np.zeros(3)], r"obj\[0\] is of numpy.ndarray"),
    ({"mode": seen(stats.Mode(), frozenset())}, r"obj\['mode'\], a Mode, cannot be stored: .*pickle"),
    ([utils.Rolling(Own, 3)], r"obj\[0\], a Rolling, cannot be stored: .*pickle"),
    ([functools.partial(stats.Mean)], r"obj\[0\] is of functools.partial"),
    (INSIDE_ITSELF, r"obj\[0\]\['again'\] is an object that it is in itself"),
    (functools.reduce(lambda inner, _: [inner], range(102), None), r"obj(\[0\])+ is nested more than 100 deep"),
]


@pytest.mark.parametrize(("obj", "message"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_stored_is_named_and_nothing_is_written(obj: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / "state"
    with pytest.raises(TypeError, match=message):
        utils.save(path, obj)
    assert not list(tmp_path.iterdir())
    utils.save(path, "old")
    with pytest.raises(TypeError, match=message):
        utils.save(path, obj)
    assert utils.load(path) == "old"
    assert list(tmp_path.iterdir()) == [path]


def some() -> dict[str, Any]:
    return {"mean": seen(stats.Mean(), 2.5), "window": [seen(utils.Rolling(stats.Max, 3), 1)], "n": (1, b"a", math.nan)}


def test_every_changed_byte_and_every_cut_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state"
    utils.save(path, some())
    whole = path.read_bytes()
    rng = random.Random(5)
    damaged = [whole[:length] for length in range(len(whole))] + [whole + b"\0", whole * 2]
    damaged += [whole[:i] + bytes([whole[i] ^ 1 << rng.randrange(8)]) + whole[i + 1 :] for i in range(len(whole))]
    for data in damaged:
        path.write_bytes(data)
        with pytest.raises(ValueError, match=r"state cannot be read: .*(damaged|cut off|has not written it)"):
            utils.load(path)


def sealed(tree: bytes, states: bytes = b"") -> bytes:
    """Return a file whose checksum matches."""
    content = struct.pack("<Q", len(tree)) + tree + states
    data = struct.pack("<4sBQ", b"RVCK", 1, len(content)) + content
    return data + struct.pack("<I", zlib.crc32(data))


MADE_UP = [
    *(b"", b"\xff", b"{", b"{}", b'{"a": 1, "b": 2}', b'{"again": 0}', b'{"again": -1}', b'[{"again": null}]'),
    *(b'{"os.system": 0}', b'{"stats.base": 0}', b'{"stats.Nothing": 0}', b'{"stats.Mean": 0}', b'{"stats.Mean": 9}'),
    *(b'{"stats.Mean": -1}', b'{"stats.Mean": "a"}', b'{"utils.save": 0}', b'{"stats.Statistic": 0}', b'{"tuple": 1}'),
    *(b'{"dict": 1}', b'{"dict": [1]}', b'{"dict": [[1, 2, 3]]}', b'{"dict": [[[], 2]]}', b'{"bytes": "g"}'),
    *(b'{"bytes": 1}', b'{"int": "g"}', b'{"int": 1}', b'{"float": "a"}', b'{"float": []}', b"[" * 100_000),
    *(b'{"tuple": [' * 50_000 + b"]}" * 50_000, b"[" * 9_000 + b"]" * 9_000, b"9" * 5_000),
]


@pytest.mark.parametrize("tree", MADE_UP, ids=range(len(MADE_UP)))
def test_a_file_that_was_made_up_is_refused(tree: bytes, tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_bytes(sealed(tree))
    with pytest.raises(ValueError, match="state cannot be read"):
        utils.load(path)


def test_a_state_under_a_wrong_name_or_left_over_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state"
    state = stats.Mean().to_bytes()
    length = len(state)
    path.write_bytes(sealed(json.dumps({"stats.Mean": length}).encode(), state))
    assert utils.load(path).get() == 0.0
    for tree, states in (({"stats.Sum": length}, state), ({"stats.Mean": length}, state + b"a"), ([], state)):
        path.write_bytes(sealed(json.dumps(tree).encode(), states))
        with pytest.raises(ValueError, match="state cannot be read"):
            utils.load(path)
    path.write_bytes(sealed(b"1").replace(b"RVCK\1", b"RVCK\2"))
    with pytest.raises(ValueError, match="of a later version of river: its format is 2, known is 1"):
        utils.load(path)


def test_what_version_1_wrote_is_read_for_ever(tmp_path: Path) -> None:
    golden = Path(__file__).parent / "golden" / "checkpoint-1.river"
    again = utils.load(golden)
    assert repr(again) == "{'mean': Mean: 2.5, 'window': [Max: 1.], 'n': (1, b'a', nan)}"
    utils.save(tmp_path / "state", again)
    assert (tmp_path / "state").read_bytes() == golden.read_bytes()


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        utils.load(tmp_path / "nothing")
    with pytest.raises(FileNotFoundError):
        utils.save(tmp_path / "no folder" / "state", 1)


@pytest.mark.skipif(os.name != "posix", reason="modes and links of files are those of POSIX")
def test_a_file_keeps_its_mode_and_a_link_stays_one(tmp_path: Path) -> None:
    path, link = tmp_path / "state", tmp_path / "link"
    utils.save(path, 1)
    path.chmod(0o640)
    link.symlink_to(path)
    utils.save(str(link), 2)
    assert link.is_symlink()
    assert utils.load(path) == utils.load(os.fspath(link)) == 2
    assert modes.S_IMODE(path.stat().st_mode) == 0o640


def test_a_write_that_fails_leaves_the_old_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state"
    utils.save(path, "old")

    def full(*args: Any) -> None:
        raise OSError("no space left")

    for name in ("fsync", "replace"):
        monkeypatch.setattr(os, name, full)
        with pytest.raises(OSError, match="no space left"):
            utils.save(path, "new")
        monkeypatch.undo()
        assert utils.load(path) == "old"
        assert list(tmp_path.iterdir()) == [path]


def test_file_and_folder_are_synchronised_around_the_renaming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def noted(descriptor: int) -> None:
        steps.append("folder" if modes.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def renamed(source: Any, target: Any) -> None:
        steps.append("renamed")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(os, "replace", renamed)
    utils.save(tmp_path / "state", 1)
    assert steps == ["file", "renamed", *(["folder"] if os.name == "posix" else [])]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows renames no file over one that is being read")
def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "state"
    held = [[letter] * 20_000 for letter in "ab"]

    def write(obj: Any) -> None:
        for _ in range(20):
            utils.save(path, obj)

    threads = [threading.Thread(target=write, args=(obj,)) for obj in held]
    write(held[0])
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert utils.load(path) in held
    for thread in threads:
        thread.join()
    assert list(tmp_path.iterdir()) == [path]


WRITER = """
import sys
from river import stats, utils

path = sys.argv[1]
held = utils.load(path)
while True:
    held["n"] += 1
    held["count"].update(1)
    held["window"].update(held["n"])
    utils.save(path, held)
    print(held["n"], flush=True)
"""


def killed(path: Path, rng: random.Random) -> None:
    """Kill a writer at a random moment, and check what is there."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, path], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    first = int(writer.stdout.readline())
    time.sleep(rng.uniform(0, 0.02))
    writer.kill()
    confirmed = [first, *(int(line) for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n"))]
    writer.wait()
    writer.stdout.close()
    held = utils.load(path)
    # What was confirmed is there; the writer may have been killed between the renaming and the confirmation.
    assert held["n"] in (confirmed[-1], confirmed[-1] + 1)
    assert held["count"].get() == held["n"]
    assert held["window"].get() == held["n"]
    assert len(held["window"]) == min(held["n"] + 20_000, 20_000)


@pytest.mark.parametrize(
    "times", [pytest.param(50, marks=pytest.mark.slow), pytest.param(1_000, marks=pytest.mark.long)]
)
def test_a_killed_writer_leaves_the_old_file_or_the_new_one(times: int, tmp_path: Path) -> None:
    path = tmp_path / "state"
    window = utils.Rolling(stats.Max, 20_000)
    window.update_many(-np.arange(20_000.0))
    utils.save(path, {"n": 0, "count": stats.Count(), "window": window})
    rng = random.Random(times)
    for _ in range(times):
        killed(path, rng)
    assert utils.load(path)["n"] >= times
