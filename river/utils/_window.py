"""What windows over a count and over a time have in common."""

from __future__ import annotations

import abc
import copy
import datetime as dt
import functools
import inspect
import operator
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from river.stats import base
from river.stats._rust_stats import RsRolling, RsTimeRolling, adopt_window, seal, unseal

from . import _river_pickles
from . import _strategies as engines
from ._factory import Recipe, is_ours, is_plain, public_class, refuse_own_windows, unwrapped

_T = TypeVar("_T")

#: Methods that a class of windows may be given faster forms of.
_OURS = {method for own in (RsRolling, RsTimeRolling) for method in (own.update, own.get)}

#: Methods of this package's statistics that would change one and not the window, or are for windows alone.
_NOT_OF_WINDOWS = {"revert", "_roll", "_roll_in_time", "_slide", "_distinct"}

#: What reading a state that was made up can raise.
UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RuntimeError)


class _Signature:
    """The parameters of a class of windows, which `inspect` would take from `__new__`."""

    def __get__(self, window: Any, owner: Any) -> inspect.Signature:
        signature = inspect.signature(owner.__init__)
        return signature.replace(parameters=list(signature.parameters.values())[1:])


class BaseRolling(base.Statistic[Any], Generic[_T]):
    """What `Rolling` and `TimeRolling` have in common; for annotations and `isinstance`."""

    __signature__ = _Signature()

    #: The name of the class in `utils`.
    _public: str
    #: What a window over a statistic of one variable is.
    _univariate: type[Any]
    #: The class that a user has named, of which that of the object is made: see `class_for`.
    _plain: type[Any]
    _recipe: Recipe
    _min_samples_given: int | None
    _engine: engines.Engine | None
    #: The attributes of an object of the statistic, where its class is not one of this package.
    _attributes: dict[str, Any] | None

    def _read(
        self, statistic: Any, kwargs: dict[str, Any], parameter: str
    ) -> tuple[Recipe, Any, engines.Engine | None]:
        """Return what the statistic is made of, an object of it, and what keeps the window, if not Rust does."""
        refuse_own_windows(statistic, self._public)
        recipe = Recipe(statistic, kwargs, self._public)
        if "_recipe" in vars(self) and recipe.cls is not self._recipe.cls:
            raise TypeError(f"a window over {self._recipe.cls.__name__} cannot become one over {recipe.cls.__name__}")
        given = recipe.cls is type(statistic)
        own = given and not is_plain(statistic)
        obj = statistic if own else recipe.make()
        engine = engines.engine(recipe.make, obj, given)
        if given:
            if not own:
                use = "its parameters are used, what it has seen is not in the window, and it is not updated"
            elif obj is getattr(engine, "obj", None):
                use = "it is updated itself, and what it has seen stays in its value"
            else:
                use = "it is not updated, and copies of it are, with what it has seen in each"
            warnings.warn(
                f"utils.{self._public} over an object is deprecated: pass the class and its parameters, as in "
                f"utils.{self._public}(stats.Var, {parameter}=..., ddof=0). Of an object of "
                f"{recipe.cls.__name__}, {use}",
                DeprecationWarning,
                stacklevel=3,
            )
        return recipe, obj, engine

    def _begin(self, recipe: Recipe, obj: Any, engine: engines.Engine | None, min_samples: int | None) -> None:
        """Set what was read, once nothing can fail any more."""
        self._recipe, self._engine, self._min_samples_given = recipe, engine, min_samples
        self._attributes = None if engine is not None or is_ours(recipe.cls) else vars(obj)

    @property
    def cls(self) -> Any:
        """The class of the statistic."""
        return self._recipe.statistic

    @property
    def min_samples(self) -> int | None:
        """How many observations it takes for there to be a value."""
        return self._min_samples_given

    @property
    def obj(self) -> _T:
        """A statistic that has seen what is in the window."""
        if self._engine is not None:
            engine = self._engine
            found: _T = self._alone(lambda: engine.statistic(self._seen()))
            return found
        obj = self._recipe.cls.__new__(self._recipe.cls)
        obj._set_kernel_state(self._statistic(False))
        if self._attributes is not None:
            # All objects have the same ones, so that nothing is lost with the object that it was set on.
            obj.__dict__ = self._attributes
        made: _T = obj
        return made

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
    def _seen(self) -> Iterator[engines.Observation]:
        """Go through the observations in the window, where they are kept as objects."""

    def _get(self) -> Any:
        if len(self) < (self._min_samples_given or 0):
            return None
        if self._engine is None:
            obj: Any = self.obj
            return obj.get()
        return self._engine.value(self._seen())

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __getitem__(self, key: Any) -> Any:
        obj: Any = self.obj
        return obj[key]

    def __repr__(self) -> str:
        if self._engine is not None and not isinstance(self._engine, engines.Ranking):
            return repr(self.obj)
        value = self.get()
        shown = format(value, self._fmt).rstrip("0") if isinstance(value, float) else repr(value)
        return f"{self._recipe.cls.__name__}: {shown}"

    def _name_with(self, window: str) -> str:
        return f"rolling{self._recipe.name}_{window}"

    @abc.abstractmethod
    def _window_params(self) -> dict[str, Any]:
        """Return the parameters of the window itself."""

    def _get_params(self) -> dict[str, Any]:
        return {"cls": self.cls, **self._window_params(), **self._recipe.passed}

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

    def _kernel_snapshot(self) -> Self:
        return copy.copy(self)

    def _restore_kernel(self, snapshot: Self) -> None:
        self.__setstate__(snapshot.__getstate__())

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _new, (self._plain, self._recipe.cls), self.__getstate__()

    def __getstate__(self) -> tuple[bytes | None, dict[str, Any]]:
        return self._window(), dict(vars(self))

    def __setstate__(self, state: tuple[bytes | None, dict[str, Any]] | dict[str, Any]) -> None:
        if isinstance(state, dict):
            self._set_rivers(state)
            return
        data, attributes = state
        if data is not None:
            statistic = attributes["_recipe"].cls
            self._fill(statistic.__new__(statistic), data)
        vars(self).update(attributes)

    def _set_rivers(self, state: dict[str, Any]) -> None:
        """Set what river has pickled."""
        try:
            _river_pickles.restore(self, functools.partial(class_for, type(self), univariate=self._univariate), state)
        except UNREADABLE as error:
            raise ValueError(f"not a valid state of {self._public}: {error}") from error

    @abc.abstractmethod
    def _fill(self, obj: Any, data: bytes) -> None:
        """Let an object of the statistic make the window that the bytes hold."""

    def __copy__(self) -> Self:
        # Two windows share nothing that changes.
        new: Self = _new(self._plain, self._recipe.cls)
        new.__setstate__(self.__getstate__())
        new._attributes = copy.deepcopy(self._attributes)
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
        name = self._recipe.public_name
        data: bytes | None = self._window()
        if data is not None and self._recipe.cls is public_class(self._recipe.cls.__name__):
            return data
        if name is None:
            raise TypeError(f"to_bytes holds no window of {self._recipe.cls.__name__}: pickle does")
        # What it knows beyond the observations, which is in what order they came in.
        known = self._engine.obj.to_bytes() if isinstance(self._engine, engines.Sliding) else None
        state = (name, self._recipe.make().to_bytes(), self._min_samples_given, known, self._own_state())
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
        window._begin(Recipe(statistic, obj._get_params(), cls._public), obj, None, window._min_samples() or None)
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
            if known is not None and isinstance(window._engine, engines.Sliding):
                obj = type(window._engine.obj).from_bytes(known)
                if obj.n != window._engine.obj.n:
                    raise ValueError("what is known is not of what is in the window")
                window._engine.obj = obj
        except UNREADABLE as error:
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


def _new(plain: Any, statistic: Any) -> Any:
    """Return a window over a class of statistics that is to be given its state."""
    return plain.__new__(plain, statistic)


def _ask(window: Any, name: str) -> Any:
    # Nothing is there yet while an object is being copied or unpickled.
    if name.startswith("__") or "_recipe" not in vars(window):
        raise AttributeError(name)
    if name in _NOT_OF_WINDOWS and inspect.ismethoddescriptor(inspect.getattr_static(window._recipe.cls, name, None)):
        raise AttributeError(f"a window has no {name}: it is changed by update")
    return getattr(window.obj, name)


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
    statistic = unwrapped(statistic)
    statistic = statistic if inspect.isclass(statistic) else type(statistic)
    kinds = [(base.Univariate, univariate), (base.Bivariate, base.Bivariate)]
    bases: list[Any] = [kind for of, kind in kinds if issubclass(statistic, of)]
    known = statistic if is_ours(statistic) else None
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
    names = {name for name in dir(statistic) if not name.startswith("__")} - {*dir(plain), *_NOT_OF_WINDOWS}
    return {name: property(operator.attrgetter(f"obj.{name}")) for name in names}
