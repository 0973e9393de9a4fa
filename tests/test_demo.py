"""The demonstration runs, shows what it says, and fails where the results differ."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.checkout

DEMO = Path(__file__).parents[1] / "demo" / "demo.py"


@pytest.fixture
def demo() -> ModuleType:
    spec = importlib.util.spec_from_file_location("demo", DEMO)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_runs_whole() -> None:
    done = subprocess.run([sys.executable, DEMO], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "8,759 readings" in done.stdout
    for month in range(1, 13):
        assert f"\n2010/{month:02}/" in done.stdout
    found = re.search(r"drawn in (.*)", done.stdout)
    assert found is not None
    assert Path(found[1]).read_bytes().startswith(b"\x89PNG")
    assert done.stdout.endswith("Same result to the last bit: 9 of 9.\n")


def test_nine_classes(demo: ModuleType) -> None:
    assert {type(s).__name__ for s in demo.nine().values()} == {
        "EWMean",
        "EWVar",
        "IQR",
        "Kurtosis",
        "PeakToPeak",
        "Quantile",
        "RollingIQR",
        "RollingQuantile",
        "Skew",
    }


def test_agrees_with_numpy_and_pandas(demo: ModuleType) -> None:
    statistics, temperatures = demo.nine(), []
    for _, temperature in demo.readings():
        temperatures.append(temperature)
        for s in statistics.values():
            s.update(temperature)
    for name, exact in demo.by_numpy_and_pandas(temperatures).items():
        # P² promises no bound. Seasons are the hard case for it: the stream is not in random order.
        tolerance = 0.1 if name in demo.ESTIMATED else 1e-12
        assert statistics[name].get() == pytest.approx(exact, rel=tolerance), name


def test_a_different_bit_fails(
    demo: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def one_bit_off(pickled: bytes) -> dict[str, str]:
        elsewhere: dict[str, str] = resume_elsewhere(pickled)
        return elsewhere | {"skew": (float.fromhex(elsewhere["skew"]) * (1 + 2**-52)).hex()}

    resume_elsewhere = demo.resume_elsewhere
    monkeypatch.setattr(demo, "resume_elsewhere", one_bit_off)
    assert demo.main() == 1
    printed = capsys.readouterr().out
    assert "8 of 9" in printed
    assert "skew differs" in printed
