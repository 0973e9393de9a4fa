"""What the statistics in windows are made of."""

from __future__ import annotations

import copy
import datetime as dt
import functools
import importlib
import inspect
import operator
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

from river.stats import base
from river.stats._rust_stats import has_groups, has_windows, nanoseconds_in

_Make = TypeVar("_Make", bound=Callable[..., Any])

#: What happens to an object whose class is one of this package.
NOT_IN_WINDOW = "its parameters are used, what it has seen is not in the window, and it is not updated"


class Recipe:
    """A factory for independent objects of one statistic.

    Parameters
    ----------
    statistic
        Its class, a `functools.partial` of it, or an object, of which copies are made.
    kwargs
        Its parameters, which may be statistics themselves.
    window
        The name of the class of windows, for error messages.

    """

    def __init__(self, statistic: Any, kwargs: dict[str, Any], window: str) -> None:
        #: What was passed, and the parameters that came separately.
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
            if is_native(self.cls):
                self.statistic, self.kwargs = self.cls, statistic._get_params()
                self.passed = self.kwargs
            else:
                self.template = statistic.clone() if is_plain(self.cls) else copy.deepcopy(statistic)
                self.statistic = self.template
        if not hasattr(self.cls, "update"):
            raise ValueError(f"utils.{window} needs a class with an update, got {statistic!r}")

    def make(self) -> Any:
        """Return an object that has seen nothing."""
        return self.cls(**copy.deepcopy(self.kwargs)) if self.template is None else copy.deepcopy(self.template)

    @property
    def name(self) -> str:
        """The name that the statistic has in features."""
        name: str = getattr(self.make(), "name", self.cls.__name__.lower())
        return name


def once(make: _Make) -> _Make:
    """Cache the classes that a function makes from a class on that class, and make none twice, even in two threads."""
    lock = threading.RLock()

    @functools.wraps(make)
    def found(cls: Any, *args: Any) -> Any:
        with lock:
            classes = cls.__dict__.get("_classes")
            if classes is None:
                cls._classes = classes = {}
            if args not in classes:
                classes[args] = make(cls, *args)
            return classes[args]

    return cast(_Make, found)


def is_ours(cls: type[Any]) -> bool:
    """Tell whether a class is one of `river.stats` or `river.sketch`."""
    return cls.__module__.startswith(("river.stats.", "river.sketch."))


def is_plain(cls: type[Any]) -> bool:
    """Tell whether the methods of a class are those of a class of `river.stats`."""
    owner = next((base for base in cls.__mro__ if is_ours(base)), None)
    return owner is not None and all(
        inspect.getattr_static(cls, name, None) is inspect.getattr_static(owner, name, None)
        for name in ("update", "get", "revert")
    )


def is_native(cls: type[Any], tumbling: bool = False) -> bool:
    """Tell whether windows over a class are kept in Rust; consecutive windows, if `tumbling`."""
    # Consecutive windows hand over objects; those of a subclass have attributes of their own.
    return has_windows(cls) and is_plain(cls) and (is_ours(cls) or not tumbling)


def parted(obj: Any) -> Any:
    """Return a copy that shares no mutable state."""
    return copy.copy(obj) if is_ours(type(obj)) and not isinstance(obj, base.Link) else copy.deepcopy(obj)


def size_of(held: dict[Any, Any]) -> int:
    """Return how many bytes a dict of statistics takes, with what they hold themselves."""
    return sys.getsizeof(held) + sum(map(sys.getsizeof, held.values()))


def unwrapped(statistic: Any) -> Any:
    """Return what a partial wraps, and anything else unchanged."""
    if not isinstance(statistic, functools.partial):
        return statistic
    if statistic.args:
        raise TypeError(f"parameters in a functools.partial must have names, got {statistic.args}")
    return statistic.func


def comparable(value: Any) -> Any:
    """Return what a parameter is compared by: partials are equal only to themselves."""
    return (value.func, value.args, value.keywords) if isinstance(value, functools.partial) else value


def has_kernels(template: Any) -> bool:
    """Tell whether groups and summaries of a statistic are kept in Rust."""
    cls = type(template)
    # Shifted values may be any objects.
    return is_ours(cls) and has_groups(template) and cls.__name__ != "Shift"


def public_class(name: str) -> Any:
    """Return the class of `river.stats` or `river.sketch`, or the summary, of this name, None if there is none."""
    rooms = ("river.utils",) if name == "Summary" else ("river.stats", "river.sketch")
    modules = map(importlib.import_module, rooms)
    found = next((cls for module in modules if (cls := getattr(module, name, None)) is not None), None)
    return found if inspect.isclass(found) and hasattr(found, "from_bytes") else None


def refuse_own_windows(statistic: Any, window: str) -> None:
    """Raise a ValueError for a class whose `window_size` would be confused with that of the window."""
    if inspect.isclass(statistic) and issubclass(statistic, base.RollingUnivariate):
        name = statistic.__name__
        raise ValueError(
            f"{name} has a window of its own, whose size cannot be told from that of utils.{window}: "
            f"pass functools.partial(stats.{name}, window_size=...)"
        )


def checked_size(window_size: Any) -> int:
    """Return a number of observations, which is at least 1."""
    size = checked_integer("window_size", window_size)
    if size < 1:
        raise ValueError(f"window_size must be an integer >= 1, got {window_size}")
    return size


def refuse_panes(panes: Any) -> None:
    """Raise a ValueError if panes are asked for although there is an exact window."""
    if panes is not None:
        raise ValueError(f"panes must be None for a class written in Python, whose windows are exact, got {panes}")


def checked_nulls(nulls: Any, skipna: Any) -> bool:
    """Return whether missing values occupy slots in a window."""
    if nulls not in ("skip", "slot"):
        raise ValueError(f'nulls must be "skip" or "slot", got {nulls!r}')
    if not isinstance(skipna, bool):
        raise TypeError(f"skipna must be a bool, got {skipna!r} ({type(skipna).__name__})")
    if skipna and nulls == "skip":
        raise ValueError('skipna must be False where nulls is "skip", got True: utils.SkipNaN leaves NaN out')
    return bool(nulls == "slot")


def checked_integer(name: str, value: Any) -> int:
    """Return an integer."""
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {value!r} ({type(value).__name__})") from None


def checked_length(name: str, length: Any) -> Any:
    """Return a length of time, a `period` or an `offset`: a string as a timedelta, anything else as it is."""
    nanoseconds = nanoseconds_in(length, name)
    return length_of(nanoseconds, False) if isinstance(length, str) else length


def check_least(min_samples: Any, window_size: int | None = None) -> None:
    """Raise an error unless `min_samples` is a number of observations that a window can have."""
    if min_samples is None:
        return
    if checked_integer("min_samples", min_samples) < 0:
        raise ValueError(f"min_samples must be None or an integer >= 0, got {min_samples}")
    if window_size is not None and min_samples > window_size:
        raise ValueError(
            f"min_samples must be at most window_size, got {min_samples} with a window_size of {window_size}"
        )


def check_statistic(recipe: Recipe, before: Recipe | None) -> None:
    """Raise a TypeError if a window over one statistic would become one over another."""
    if before is not None and recipe.cls is not before.cls:
        raise TypeError(f"a window over {before.cls.__name__} cannot become one over {recipe.cls.__name__}")


def length_of(nanoseconds: int, in_seconds: bool) -> dt.timedelta | float:
    """Return a length of time as a timedelta, or as a number of seconds."""
    microseconds, rest = divmod(nanoseconds, 1000)
    if in_seconds or rest:
        return nanoseconds / 10**9
    # Seconds stored as a double may round to more than the longest timedelta.
    return dt.timedelta(microseconds=min(microseconds, dt.timedelta.max // dt.timedelta(microseconds=1)))


def is_number(length: Any) -> bool:
    """Tell whether a length of time is a number of seconds."""
    return isinstance(length, (int, float))


def shown(length: Any) -> str:
    """Return a length of time as it appears in names of windows."""
    seconds = length.total_seconds() if isinstance(length, dt.timedelta) else float(length)
    return f"{seconds:.15g}s"
