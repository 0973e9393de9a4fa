"""Importing river's models raises an error that says that they are not in this package, and where they are."""

from __future__ import annotations

import importlib
import pickle
import sys
from pathlib import Path

import pytest

import river
from river import _elsewhere
from tests.processes import run_code

SAID = "is not in this package, which has the statistics of river and none of its models. .*river.overlay"
#: Ways to ask for a module.
ASKED = [
    "import river.linear_model",
    "from river import linear_model",
    "from river import stats, linear_model",
    "from river.linear_model import LogisticRegression",
    "import river.linear_model.glm as glm",
    "import river; river.linear_model.LogisticRegression()",
    "from river.api import *",
    "import river.utils.math",
    "from river.utils import math",
    "from river.utils.vectordict import VectorDict",
    "from river.base import classifier",
    "from river.sketch import Histogram",
]


@pytest.mark.parametrize("code", ASKED)
def test_a_module_of_rivers_is_said_to_be_elsewhere(code: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=SAID):
        exec(code, {})


@pytest.mark.parametrize("name", sorted(_elsewhere.MODULES))
def test_all_modules_that_are_not_here_are_known(name: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=rf"river\.{name.partition('.')[0]}.* {SAID}") as raised:
        importlib.import_module(f"river.{name}")
    if "." not in name:
        assert raised.value.name == f"river.{name}"


def test_a_pickled_model_says_so_too() -> None:
    with pytest.raises(ModuleNotFoundError, match=f"river.linear_model {SAID}"):
        pickle.loads(b"criver.linear_model.log_reg\nLogisticRegression\n.")


def test_other_names_are_as_unknown_as_ever() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'river\.nothing'"):
        importlib.import_module("river.nothing")
    with pytest.raises(ImportError, match="cannot import name 'nothing' from 'river'"):
        exec("from river import nothing", {})
    with pytest.raises(ModuleNotFoundError, match="No module named 'linear_model'"):
        importlib.import_module("linear_model")
    assert not hasattr(river, "nothing")
    assert "linear_model" not in dir(river)


def test_modules_that_are_there_are_found_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "linear_model.py").write_text("answer = 42\n")
    monkeypatch.setattr(river, "__path__", [*river.__path__, str(tmp_path)])
    assert importlib.import_module("river.linear_model").answer == 42
    exec("from river import linear_model; assert linear_model.answer == 42", {})
    # Not by monkeypatch, which would restore them.
    del sys.modules["river.linear_model"]
    delattr(river, "linear_model")


def test_other_finders_are_asked_first() -> None:
    assert run_code("import sys, river; print(sys.meta_path[-1].__module__)") == "river._elsewhere\n"
