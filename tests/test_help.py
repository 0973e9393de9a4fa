"""Whoever asks for help, at the prompt, in IPython or in a notebook, gets a signature and a text."""

from __future__ import annotations

import inspect
import pydoc
from typing import Any

import pytest
from IPython.core.oinspect import Inspector

from river import stats, utils

WINDOWS = [utils.Rolling(stats.Mean, 3), utils.TimeRolling(stats.Mean, 3), utils.TumblingWindow(stats.Mean, 3)]
#: Windows have a class of their own for each statistic, with the same help as the public class.
CLASSES = {name: getattr(stats, name) for name in stats.__all__ if name != "base"}
CLASSES |= {type(window).__name__: getattr(utils, type(window).__name__) for window in WINDOWS}
CLASSES |= {f"{type(window).__name__} of Mean": type(window) for window in WINDOWS}
FUNCTIONS = [getattr(utils, name) for name in utils.__all__ if not inspect.isclass(getattr(utils, name))]


def public(cls: type[Any]) -> dict[str, Any]:
    """Return the public members, properties as they are in the class."""
    return {name: inspect.getattr_static(cls, name) for name in dir(cls) if not name.startswith("_")}


def methods(cls: type[Any]) -> dict[str, Any]:
    return {name: getattr(cls, name) for name in public(cls) if callable(getattr(cls, name))}


def asked(obj: Any, name: str) -> dict[str, Any]:
    """Return what IPython shows for `name?`."""
    info: dict[str, Any] = Inspector(theme_name="nocolor").info(obj, name)
    return info


@pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)
def test_every_method_has_a_signature_and_a_text(cls: type[Any]) -> None:
    found = methods(cls)
    assert {"update", "get", "update_many", "to_bytes", "from_bytes", "clone"} <= found.keys()
    for name, method in found.items():
        signature, info = inspect.signature(method), asked(method, name)
        # Later versions of Python break long signatures into lines.
        shown = pydoc.plain(pydoc.render_doc(method))
        assert "".join(f"{name}{signature}".split()) in "".join(shown.split()), name
        assert info["definition"].startswith(f"{name}("), name
        assert all(parameter in info["definition"] for parameter in signature.parameters), name
        assert info["docstring"] == inspect.getdoc(method) != "", name


@pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)
def test_every_attribute_has_a_text(cls: type[Any]) -> None:
    attributes = public(cls).keys() - methods(cls).keys()
    assert {"n", "name"} <= attributes
    for name in attributes:
        assert asked(public(cls)[name], name)["docstring"] not in (None, "<no docstring>"), name


@pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)
def test_every_class_shows_its_parameters_and_an_example(cls: type[Any]) -> None:
    info = asked(cls, cls.__name__)
    shown = "".join((info["init_definition"] or info["definition"]).split())
    assert shown.startswith(f"{cls.__name__}(")
    for name in inspect.signature(cls).parameters:
        assert name in shown
    for text in (info["docstring"], pydoc.plain(pydoc.render_doc(cls))):
        assert "Examples" in text
        assert ">>> from river import stats" in text


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_shows_its_parameters(function: Any) -> None:
    info = asked(function, function.__name__)
    for name in inspect.signature(function).parameters:
        assert name in info["definition"]
        assert f"\n{name}\n" in info["docstring"]


def test_an_object_shows_its_value_and_its_class() -> None:
    mean = stats.Mean()
    mean.update(3.0)
    info = asked(mean, "mean")
    assert (info["type_name"], info["string_form"]) == ("Mean", "Mean: 3.")
    assert "compensated sum" in info["docstring"]
