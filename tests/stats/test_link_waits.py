"""Waiting for a link or a window that another thread uses can be interrupted."""

from __future__ import annotations

import sys

import pytest

from tests.processes import run_code

SLOW = """
import os, signal, threading, time
from river import stats, utils

class Slow(stats.base.Univariate[float]):
    started, done = threading.Event(), threading.Event()

    def __init__(self):
        self.seen = []

    def update(self, x):
        self.seen.append(x)
        Slow.started.set()
        Slow.done.wait(30)

    def revert(self, x):
        pass

    def get(self):
        return 0.0

def interrupt():
    time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGINT)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that a process can send itself as Ctrl-C")
@pytest.mark.parametrize("made", ["stats.Mean() | Slow()", "utils.Rolling(Slow, 3)"])
@pytest.mark.parametrize("call", ["update(2.0)", "update_many([2.0])"])
def test_ctrl_c_ends_the_wait(made: str, call: str) -> None:
    code = f"""
stat = {made}
thread = threading.Thread(target=stat.update, args=(1.0,))
thread.start()
Slow.started.wait()
threading.Thread(target=interrupt).start()
begin = time.monotonic()
try:
    stat.{call}
except KeyboardInterrupt:
    waited = time.monotonic() - begin
Slow.done.set()
thread.join()
assert waited < 10
# It is free again.
stat.update(3.0)
print("interrupted")
"""
    assert run_code(SLOW + code) == "interrupted\n"
