"""What windows over a count and over a time have in common."""

from __future__ import annotations

import abc
import copy
import datetime as dt
import functools
import importlib
import inspect
import operator
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Self

from . import _engines as engines
from . import base
from ._rust_stats import RsRolling, RsTimeRolling, adopt_window, seal, unseal

#: Methods that a class of windows may be given faster forms of.
_OURS = {method for own in (RsRolling, RsTimeRolling) for method in (own.update, own.get)}


class Window(base.Statistic[Any]):
    """What the windows have in common."""

    #: The name of the class in `utils`.
    _public: str
    #: The class that a user has named, of which that of the object is made: see `class_for`.
    _plain: type[Any]
    _cls: type[Any]
    _kwargs: dict[str, Any]
    _min_samples_given: int | None
    _template: Any
    _partial: functools.partial[Any] | None
    _engine: engines.Engine | None

    def _prepare(self, cls: Any, min_samples: int | None, kwargs: dict[str, Any], parameter: str) -> Any:
        """Return an object of the statistic and keep what further ones are made of."""
        self._template = self._partial = None
        if min_samples is not None and operator.index(min_samples) < 0:
            raise ValueError(f"min_samples must be None or an integer >= 0, got {min_samples}")
        if isinstance(cls, functools.partial):
            # Parameters of the same name as one of the window's can be given in no other way.
            self._partial = cls
            cls, kwargs = _unwrapped(cls), {**cls.keywords, **kwargs}
        elif inspect.isclass(cls) and issubclass(cls, base.RollingUnivariate):
            raise ValueError(
                f"{cls.__name__} has a window of its own, whose size cannot be told from that of "
                f"utils.{type(self)._public}: pass functools.partial(stats.{cls.__name__}, window_size=...)"
            )
        if inspect.isclass(cls):
            # Parameters may be statistics themselves, which no two objects must share.
            self._cls, self._kwargs = cls, copy.deepcopy(kwargs)
            obj = self._make()
        else:
            name = type(self)._public
            if kwargs:
                raise TypeError(
                    f"utils.{name} takes the parameters {sorted(kwargs)} with a class, got an "
                    f"object of {type(cls).__name__}, which has its own"
                )
            if not hasattr(cls, "update"):
                raise ValueError(f"utils.{name} needs a class, got {cls!r}")
            warnings.warn(
                f"utils.{name} over an object is deprecated: pass the class and its parameters, "
                f"as in utils.{name}(stats.Var, {parameter}=..., ddof=0)",
                DeprecationWarning,
                stacklevel=3,
            )
            obj = cls
            self._cls, self._kwargs = type(obj), {}
            if engines.is_own(obj):
                self._kwargs = obj._get_params()
                obj = obj.clone()
            else:
                self._template = copy.deepcopy(obj)
        self._min_samples_given = min_samples
        return obj

    def _make(self) -> Any:
        return copy.deepcopy(self._template) if self._template else self._cls(**copy.deepcopy(self._kwargs))

    @property
    def cls(self) -> Any:
        """The class of the statistic."""
        return self._partial or self._template or self._cls

    @property
    def min_samples(self) -> int | None:
        """How many observations it takes for there to be a value."""
        return self._min_samples_given

    @property
    def obj(self) -> Any:
        """A statistic that has seen what is in the window."""
        if self._engine is not None:
            engine = self._engine
            return self._alone(lambda: engine.statistic(self._seen()))
        obj = self._cls(**self._kwargs)
        obj.__setstate__((self._statistic(False), None))
        return obj

    @property
    def n(self) -> Any:
        """How many observations are in the window, or their total weight."""
        if self._engine is None and not self._weighted():
            return len(self)
        return getattr(self.obj, "n", len(self))

    @abc.abstractmethod
    def __len__(self) -> int:
        """Return how many observations are in the window."""

    def __bool__(self) -> bool:
        return True

    @abc.abstractmethod
    def _seen(self) -> Iterable[engines.Observation]:
        """Return the observations in the window, where they are kept as objects."""

    def _get(self) -> Any:
        if len(self) < (self._min_samples_given or 0):
            return None
        if self._engine is None:
            return self.obj.get()
        return self._engine.value(self._seen())

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __getitem__(self, key: Any) -> Any:
        return self.obj[key]

    def __repr__(self) -> str:
        if self._engine is not None and not isinstance(self._engine, engines.Ranking):
            return repr(self.obj)
        value = self.get()
        shown = format(value, self._fmt).rstrip("0") if isinstance(value, float) else repr(value)
        return f"{self._cls.__name__}: {shown}"

    def _name_with(self, window: str) -> str:
        name = getattr(self._make(), "name", self._cls.__name__.lower())
        return f"rolling{name}_{window}"

    @abc.abstractmethod
    def _window_params(self) -> dict[str, Any]:
        """Return the parameters of the window itself."""

    def _get_params(self) -> dict[str, Any]:
        given = self._partial.keywords if self._partial else {}
        own = {name: value for name, value in self._kwargs.items() if name not in given}
        return {"cls": self.cls, **self._window_params(), **own}

    def clone(self, new_params: dict[str, Any] | None = None, include_attributes: bool = False) -> Self:
        """Return a window with the same parameters, in which there is nothing."""
        params = {name: copy.deepcopy(value) for name, value in self._get_params().items()}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            clone: Self = self._plain(**params | (new_params or {}))
        if include_attributes:
            for name, value in vars(self).items():
                if name not in vars(clone):
                    setattr(clone, name, copy.deepcopy(value))
        return clone

    def _twin(self) -> Self:
        """Return a window that goes on by itself and holds the same objects as observations."""
        memo = {id(value): value for args, kwargs in self._seen() for value in (*args, *kwargs.values())}
        return copy.deepcopy(self, memo)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _new, (self._plain, self._cls), self.__getstate__()

    def __getstate__(self) -> tuple[bytes | None, dict[str, Any]]:
        return self._window(), dict(vars(self))

    def __setstate__(self, state: tuple[bytes | None, dict[str, Any]]) -> None:
        data, attributes = state
        if data is not None:
            self._fill(attributes["_cls"].__new__(attributes["_cls"]), data)
        vars(self).update(attributes)

    @abc.abstractmethod
    def _fill(self, obj: Any, data: bytes) -> None:
        """Let an object of the statistic make the window that the bytes hold."""

    def __copy__(self) -> Self:
        # Two windows share nothing that changes.
        new: Self = _new(self._plain, self._cls)
        new.__setstate__(self.__getstate__())
        if self._engine is not None:
            new._engine = copy.copy(self._engine)
            new._part()
        return new

    @abc.abstractmethod
    def _part(self) -> None:
        """Copy what this window shares with the one that it is a copy of."""

    def to_bytes(self) -> bytes:
        """Return the window as bytes that `from_bytes` reads.

        Raises
        ------
        TypeError
            If the statistic is a link or not of this package, or looks at objects other than None,
            bool, int, float, str, bytes and tuples of these. Pickle keeps all of them.

        """
        data: bytes | None = self._window()
        if data is not None:
            return data
        if self._template is not None or self._partial is not None or self._cls is not public_class(self._cls.__name__):
            raise TypeError(f"to_bytes holds no window of {self._cls.__name__}: pickle does")
        # What it knows beyond the observations, which is in what order they came in.
        known = self._engine.obj.to_bytes() if isinstance(self._engine, engines.Reverting) else None
        state = (self._cls.__name__, self._make().to_bytes(), self._min_samples_given, known, self._own_state())
        return seal(self._public, state)

    @abc.abstractmethod
    def _own_state(self) -> tuple[Any, ...]:
        """Return parameters and observations, of values that bytes can hold."""

    @staticmethod
    @abc.abstractmethod
    def _own_window(state: Any) -> tuple[dict[str, Any], Callable[[Any], None]]:
        """Return the window's parameters in such a state, and what puts the observations in."""

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the window that `to_bytes` made the bytes of.

        Raises
        ------
        ValueError
            If the bytes were changed or cut off, or are those of something else.

        """
        own: Any = cls
        name = own._name_in(data)
        if name is None:
            return cls._unpacked(data)
        statistic = public_class(name)
        if statistic is None:
            raise ValueError(f"not a valid state of {cls._public}: it is one of something else")
        window: Self = own.__new__(cls, statistic)
        window._fill(statistic.__new__(statistic), data)
        obj = statistic.from_bytes(window._statistic(True))
        window._cls, window._kwargs, window._template, window._partial = statistic, obj._get_params(), None, None
        window._engine = None
        window._min_samples_given = window._min_samples() or None
        window._read_back()
        return window

    @classmethod
    def _unpacked(cls, data: bytes) -> Self:
        own: Any = cls
        state = unseal(cls._public, data)
        try:
            name, empty, min_samples, known, rest = state
            statistic = public_class(name)
            params, fill = own._own_window(rest)
            window: Self = own(
                statistic, min_samples=min_samples, **params, **statistic.from_bytes(empty)._get_params()
            )
            fill(window)
            if known is not None and isinstance(window._engine, engines.Reverting):
                obj = type(window._engine.obj).from_bytes(known)
                if obj.n != window._engine.obj.n:
                    raise ValueError("what is known is not of what is in the window")
                window._engine.obj = obj
        except (TypeError, ValueError, KeyError, AttributeError, RuntimeError) as error:
            raise ValueError(f"not a valid state of {cls._public}: {error}") from error
        return window

    @abc.abstractmethod
    def _read_back(self) -> None:
        """Set the attributes that follow from a window that was read from bytes."""


def plain_length(length: dt.timedelta | float | None) -> Any:
    """Return a length of time as numbers, which bytes can hold."""
    return (length.days, length.seconds, length.microseconds) if isinstance(length, dt.timedelta) else length


def length_of(plain: Any) -> Any:
    """Return the length of time that `plain_length` made numbers of."""
    return dt.timedelta(*plain) if isinstance(plain, tuple) else plain


def public_class(name: str) -> Any:
    """Return the class of `river.stats` of this name, None where there is none."""
    found = getattr(importlib.import_module("river.stats"), name, None)
    return found if inspect.isclass(found) and hasattr(found, "from_bytes") else None


def _new(plain: Any, statistic: Any) -> Any:
    """Return a window over a class of statistics that is to be given its state."""
    return plain.__new__(plain, statistic)


def _ask(window: Any, name: str) -> Any:
    # Nothing is there yet while an object is being copied or unpickled.
    if name.startswith("__") or "_cls" not in vars(window):
        raise AttributeError(name)
    return getattr(window.obj, name)


def _unwrapped(statistic: Any) -> Any:
    if not isinstance(statistic, functools.partial):
        return statistic
    if statistic.args:
        raise TypeError(f"parameters in a functools.partial must have names, got {statistic.args}")
    return statistic.func


def class_for(plain: type[Any], statistic: Any, univariate: type[Any]) -> type[Any]:
    """Return the class of windows over a statistic.

    They are statistics of as many variables as theirs, and have its attributes. CPython takes its
    short way to a method only where a class has no `__getattr__`, so that the attributes of this
    package's classes, which are known, become properties. Those of others are looked for when they
    are asked for.

    Parameters
    ----------
    plain
        The class of windows that a user has named.
    statistic
        The class of the statistic, or an object of it.
    univariate
        What windows over a statistic of one variable are.

    """
    plain = plain.__dict__.get("_plain", plain)
    statistic = _unwrapped(statistic)
    statistic = statistic if inspect.isclass(statistic) else type(statistic)
    kinds = [(base.Univariate, univariate), (base.Bivariate, base.Bivariate)]
    bases: list[Any] = [kind for of, kind in kinds if issubclass(statistic, of)]
    known = statistic if statistic.__module__.startswith("river.stats.") else None
    classes = plain.__dict__.get("_classes")
    if classes is None:
        plain._classes = classes = {}
    key = known or tuple(bases)
    if key not in classes:
        names = {"__doc__": plain.__doc__, "__module__": plain.__module__, "__qualname__": plain.__qualname__}
        new: Any = abc.ABCMeta(plain.__name__, (plain, *bases), {**names, "_plain": plain, **_attributes(plain, known)})
        if {plain.update, plain.get} <= _OURS:
            adopt_window(new)
        classes[key] = new
    found: type[Any] = classes[key]
    return found


def _attributes(plain: type[Any], statistic: type[Any] | None) -> dict[str, Any]:
    """Return what gives windows the attributes of their statistic."""
    if statistic is None:
        return {"__getattr__": _ask}
    # A `revert` would change the statistic and not the window.
    names = {name for name in dir(statistic) if not name.startswith("_")} - {*dir(plain), "revert"}
    return {name: property(operator.attrgetter(f"obj.{name}")) for name in names}
