"""What windows over a count and over a time have in common."""

from __future__ import annotations

import copy
import importlib
import inspect
import operator
import warnings
from collections.abc import Iterable
from typing import Any, Self

from . import _engines as engines
from . import base

#: Methods of a statistic that would change it, which is not the way to change a window.
_CHANGES = frozenset({"revert", "update_many", "accumulate"})


class Window(base.Statistic[Any]):
    """What the windows have in common."""

    #: The name of the class in `utils`.
    _public: str
    _cls: type[Any]
    _kwargs: dict[str, Any]
    _min_samples_given: int | None
    _template: Any
    _engine: engines.Engine | None

    def _prepare(self, cls: Any, min_samples: int | None, kwargs: dict[str, Any], parameter: str) -> Any:
        """Return an object of the statistic and keep what further ones are made of."""
        self._template = None
        if min_samples is not None and operator.index(min_samples) < 0:
            raise ValueError(f"min_samples must be None or an integer >= 0, got {min_samples}")
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
        return self._template or self._cls

    @property
    def min_samples(self) -> int | None:
        """How many observations it takes for there to be a value."""
        return self._min_samples_given

    @property
    def obj(self) -> Any:
        """A statistic that has seen what is in the window."""
        if self._engine is not None:
            return self._engine.statistic(self._seen())
        obj = self._cls(**self._kwargs)
        obj.__setstate__((self._statistic(False), None))
        return obj

    @property
    def n(self) -> Any:
        """How many observations are in the window, or their total weight."""
        if self._engine is None and not self._weighted():
            return len(self)
        return getattr(self.obj, "n", len(self))

    def __len__(self) -> int:
        raise NotImplementedError

    def __bool__(self) -> bool:
        return True

    def _seen(self) -> Iterable[engines.Observation]:
        raise NotImplementedError

    def _get(self) -> Any:
        if len(self) < (self._min_samples_given or 0):
            return None
        return self.obj.get()

    def __getattr__(self, name: str) -> Any:
        # Nothing is there yet while an object is being copied or unpickled.
        if name.startswith("__") or "_cls" not in self.__dict__:
            raise AttributeError(name)
        if self._engine is None and name in _CHANGES:
            raise AttributeError(f"{type(self)._public} has no {name}: it is changed by update")
        return getattr(self.obj, name)

    def __getitem__(self, key: Any) -> Any:
        return self.obj[key]

    def __repr__(self) -> str:
        if self._engine is not None:
            return repr(self.obj)
        value = self.get()
        shown = format(value, self._fmt).rstrip("0") if isinstance(value, float) else repr(value)
        return f"{self._cls.__name__}: {shown}"

    def _name_with(self, window: str) -> str:
        name = getattr(self._make(), "name", self._cls.__name__.lower())
        return f"rolling{name}_{window}"

    def _window_params(self) -> dict[str, Any]:
        raise NotImplementedError

    def _get_params(self) -> dict[str, Any]:
        return {"cls": self.cls, **self._window_params(), **self._kwargs}

    def clone(self, new_params: dict[str, Any] | None = None, include_attributes: bool = False) -> Self:
        """Return a window with the same parameters, in which there is nothing."""
        params = {name: copy.deepcopy(value) for name, value in self._get_params().items()}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            clone = type(self)(**params | (new_params or {}))
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
        return _new, (type(self),), self.__getstate__()

    def __getstate__(self) -> tuple[bytes | None, dict[str, Any]]:
        return self._window(), dict(vars(self))

    def __setstate__(self, state: tuple[bytes | None, dict[str, Any]]) -> None:
        data, attributes = state
        if data is not None:
            self._fill(attributes["_cls"].__new__(attributes["_cls"]), data)
        vars(self).update(attributes)

    def _fill(self, obj: Any, data: bytes) -> None:
        raise NotImplementedError

    def to_bytes(self) -> bytes:
        """Return the window as bytes that `from_bytes` reads."""
        data: bytes | None = self._window()
        if data is None:
            raise TypeError(
                f"a window of {self._cls.__name__} holds Python objects, which have no bytes of "
                f"their own: pickle it instead"
            )
        return data

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the window that `to_bytes` made the bytes of."""
        own: Any = cls
        name = own._name_in(data)
        statistic = getattr(importlib.import_module("river.stats"), name or "", None)
        if statistic is None:
            raise ValueError(f"not a valid state of {cls._public}: it is one of something else")
        window: Self = own.__new__(cls, statistic)
        window._fill(statistic.__new__(statistic), data)
        obj = statistic.from_bytes(window._statistic(True))
        window._cls, window._kwargs, window._template = statistic, obj._get_params(), None
        window._engine = None
        window._min_samples_given = window._min_samples() or None
        window._read_back()
        return window

    def _read_back(self) -> None:
        raise NotImplementedError


def _new(cls: type[Any]) -> Any:
    """Return an object of a class of windows that is to be given its state."""
    new: Any = cls.__new__
    return new(cls)


def variant(cls: Any, univariate: type, bivariate: type, otherwise: type) -> type:
    """Return the class of a window, which is a statistic of as many variables as its statistic."""
    statistic = cls if inspect.isclass(cls) else type(cls)
    if issubclass(statistic, base.Univariate):
        return univariate
    return bivariate if issubclass(statistic, base.Bivariate) else otherwise
