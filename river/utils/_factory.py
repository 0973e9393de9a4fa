"""What the statistics in windows are made of."""

from __future__ import annotations

import copy
import functools
import importlib
import inspect
import operator
from typing import Any

from river.stats import base


class Recipe:
    """Make objects of one statistic, which share nothing.

    Parameters
    ----------
    statistic
        Its class, a `functools.partial` of it, or an object, of which copies are made.
    kwargs
        Its parameters, which may be statistics themselves.
    window
        What is to be said of errors: the name of the class of windows.

    """

    def __init__(self, statistic: Any, kwargs: dict[str, Any], window: str) -> None:
        #: What was passed, and those of the parameters that are not in it.
        self.statistic, self.passed = statistic, copy.deepcopy(kwargs)
        self.template: Any = None
        self.cls: Any = statistic
        self.kwargs: dict[str, Any] = self.passed
        if isinstance(statistic, functools.partial):
            self.cls, self.kwargs = unwrapped(statistic), copy.deepcopy(statistic.keywords | kwargs)
        elif not inspect.isclass(statistic):
            if kwargs:
                raise TypeError(
                    f"utils.{window} takes the parameters {sorted(kwargs)} with a class, got an instance "
                    f"of {type(statistic).__name__}, which has its own"
                )
            self.cls = type(statistic)
            if is_plain(statistic) and hasattr(statistic, "_roll"):
                self.statistic, self.kwargs = self.cls, statistic._get_params()
                self.passed = self.kwargs
            else:
                self.template = statistic.clone() if is_plain(statistic) else copy.deepcopy(statistic)
                self.statistic = self.template
        if not hasattr(self.cls, "update"):
            raise ValueError(f"utils.{window} needs a class with an update, got {statistic!r}")

    def make(self) -> Any:
        """Return an object that has seen nothing."""
        return self.cls(**copy.deepcopy(self.kwargs)) if self.template is None else copy.deepcopy(self.template)

    @property
    def public_name(self) -> str | None:
        """The name in `river.stats` that tells all there is to know but the parameters, if there is one."""
        return self.cls.__name__ if self.statistic is public_class(self.cls.__name__) else None

    @property
    def name(self) -> str:
        """The name that the statistic has in features."""
        name: str = getattr(self.make(), "name", self.cls.__name__.lower())
        return name


def is_ours(cls: type[Any]) -> bool:
    """Tell whether a class is one of `river.stats`."""
    return cls.__module__.startswith("river.stats.")


def is_plain(obj: Any) -> bool:
    """Tell whether the methods of an object are those of a class of `river.stats`."""
    owner = next((cls for cls in type(obj).__mro__ if is_ours(cls)), None)
    return owner is not None and all(
        inspect.getattr_static(type(obj), name, None) is inspect.getattr_static(owner, name, None)
        for name in ("update", "get", "revert")
    )


def unwrapped(statistic: Any) -> Any:
    """Return what a partial is of, and anything else as it is."""
    if not isinstance(statistic, functools.partial):
        return statistic
    if statistic.args:
        raise TypeError(f"parameters in a functools.partial must have names, got {statistic.args}")
    return statistic.func


def public_class(name: str) -> Any:
    """Return the class of `river.stats` of this name, None where there is none."""
    found = getattr(importlib.import_module("river.stats"), name, None)
    return found if inspect.isclass(found) and hasattr(found, "from_bytes") else None


def refuse_own_windows(statistic: Any, window: str) -> None:
    """Raise a ValueError for a class whose `window_size` cannot be told from that of the window."""
    if inspect.isclass(statistic) and issubclass(statistic, base.RollingUnivariate):
        name = statistic.__name__
        raise ValueError(
            f"{name} has a window of its own, whose size cannot be told from that of utils.{window}: "
            f"pass functools.partial(stats.{name}, window_size=...)"
        )


def checked_size(window_size: Any) -> int:
    """Return a number of observations, which is at least 1."""
    size = operator.index(window_size)
    if size < 1:
        raise ValueError(f"window_size must be an integer >= 1, got {window_size}")
    return size


def check_least(min_samples: Any, window_size: int | None = None) -> None:
    """Raise an error unless `min_samples` is a number of observations that a window can have."""
    if min_samples is None:
        return
    if operator.index(min_samples) < 0:
        raise ValueError(f"min_samples must be None or an integer >= 0, got {min_samples}")
    if window_size is not None and min_samples > window_size:
        raise ValueError(
            f"min_samples must be at most window_size, got {min_samples} with a window_size of {window_size}"
        )
