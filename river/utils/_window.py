"""What windows of all kinds have in common, and the classes that are derived from theirs for each statistic."""

from __future__ import annotations

import abc
import copy
import copyreg
import functools
import inspect
import operator
import types
import warnings
from collections.abc import Sized
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, overload

from river.stats import base
from river.stats._rust_stats import adopt_window

from . import _river_pickles
from ._factory import (
    NOT_IN_WINDOW,
    Recipe,
    check_statistic,
    comparable,
    is_native,
    is_ours,
    once,
    public_class,
    refuse_own_windows,
    unwrapped,
)

_T = TypeVar("_T")
_RightT = TypeVar("_RightT")

#: The errors that reading a forged state can raise.
UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RuntimeError)


class _Signature:
    """The signature of a class of windows, which `inspect` would otherwise take from `__new__`."""

    def __get__(self, window: Any, owner: Any) -> inspect.Signature:
        signature = inspect.signature(owner.__init__)
        return signature.replace(parameters=list(signature.parameters.values())[1:])


class Windowed:
    """A window made from a class of statistics, or read back from its state; a base that precedes the class in Rust."""

    __signature__: ClassVar[_Signature] = _Signature()

    #: The name of the class in `utils`.
    _public: str
    #: The class that the user named, from which that of the object is derived: see `class_for`.
    _plain: type[Any]
    #: The class of windows over classes written in Python.
    _own: type[Any]
    #: The base classes of a window over a statistic of one, and of two variables.
    _kinds: tuple[type[Any] | None, type[Any] | None] = (None, None)
    _recipe: Recipe
    _min_samples_given: int | None

    def __new__(cls, /, *args: Any, **kwargs: Any) -> Self:
        statistic = args[0] if args else kwargs.get("cls")
        made_for: Any = cls if statistic is None else class_for(cls, statistic)
        window: Self = super().__new__(made_for)
        return window

    @property
    def cls(self) -> Any:
        """The class of the statistic."""
        return self._recipe.statistic

    @property
    def _statistic_class(self) -> Any:
        return self._recipe.cls

    @property
    def min_samples(self) -> int | None:
        """How many observations it takes for there to be a value."""
        return self._min_samples_given

    def to_bytes(self) -> bytes:
        """Return the window as bytes that `from_bytes` reads.

        Raises
        ------
        TypeError
            If the statistic is of a subclass, or has seen objects other than None, bool, int, float, str, bytes and
            tuples of these. Pickle stores all of them.

        """
        cls = self._recipe.cls
        if cls is not public_class(cls.__name__):
            raise TypeError(f"to_bytes cannot store a window over {cls.__name__}; pickle can")
        native: Any = super()
        data: bytes = native.to_bytes()
        return data

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the window that `to_bytes` wrote.

        Raises
        ------
        ValueError
            If the bytes are corrupt or truncated, or are those of something else.

        """
        own: Any = cls
        known = public_class(own._name_in(data) or "")
        made_for: Any = own if known is None else class_for(cls, known)
        base_class: Any = super(Windowed, made_for)
        window: Any = base_class.from_bytes(data)
        empty = window._empty(known)
        statistic: Any = type(empty)
        params = empty._get_params()
        defaults = inspect.signature(statistic).parameters
        clashing = params.keys() & set(inspect.signature(window._plain.__init__).parameters)
        if any(params[name] != defaults[name].default for name in clashing):
            statistic, params = functools.partial(statistic, **params), {}
        params = {name: value for name, value in params.items() if name not in clashing}
        window._begin(Recipe(statistic, params, cls._public), window._min_samples() or None)
        window._read_back()
        restored: Self = window
        return restored

    def _begin(self, recipe: Recipe, min_samples: int | None) -> None:
        """Set what was read, once nothing can fail any longer."""
        self._recipe, self._min_samples_given = recipe, min_samples

    def _read_back(self) -> None:
        """Set the attributes that follow from a window that was read from bytes."""

    def __setstate__(self, state: Any) -> None:
        window: Any = self
        if window._is_made():
            # That of the class in Rust, which follows this one in the MRO.
            super().__setstate__(state)  # type: ignore[misc]
        else:
            set_rivers(self, state)

    def __copy__(self) -> Self:
        # Two windows share no mutable state.
        new: Any = type(self).__new__(type(self))
        new._restore_kernel(self)
        vars(new).update(vars(self))
        if vars(self).get("_attributes") is not None:
            new._attributes = copy.deepcopy(vars(self)["_attributes"])
        copied: Self = new
        return copied

    def _window_params(self) -> dict[str, Any]:
        """Return the parameters of the window itself."""
        raise NotImplementedError

    def _get_params(self) -> dict[str, Any]:
        return {"cls": self.cls, **self._window_params(), **self._recipe.passed}

    def clone(self, new_params: dict[str, Any] | None = None, include_attributes: bool = False) -> Self:
        """Return an empty window with the same parameters."""
        params = {name: copy.deepcopy(value) for name, value in self._get_params().items()}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            clone: Self = self._plain(**params | (new_params or {}))
        if include_attributes:
            for name, value in vars(self).items():
                if name not in vars(clone):
                    setattr(clone, name, copy.deepcopy(value))
        return clone


class BaseRolling(base.Statistic[Any], Generic[_T]):
    """What `Rolling` and `TimeRolling` have in common; for annotations and `isinstance`."""

    #: The attributes of an object of the statistic, if its class is not one of this package.
    _attributes: dict[str, Any] | None

    if TYPE_CHECKING:
        _public: str
        _recipe: Recipe
        _min_samples_given: int | None
        _n: Any

        def _current(self, class_: Any) -> Any: ...
        def _len(self) -> int: ...
        def _bounds(self) -> Any: ...
        def _is_weighted(self) -> bool: ...
        def _window_params(self) -> dict[str, Any]: ...
        def _merge(self, other: Any) -> None: ...
        def __getattr__(self, name: str) -> Any: ...
        # Windows over a statistic of one variable are statistics of one: see `_kinds`.
        @overload
        def __or__(self, other: base.Statistic[_RightT]) -> base.Link[Any, _RightT]: ...
        @overload
        def __or__(self, other: Any) -> base.Link[Any, Any]: ...
        def __or__(self, other: Any) -> Any: ...

    def _read(self, statistic: Any, kwargs: dict[str, Any], parameter: str) -> tuple[Recipe, Any]:
        """Return the recipe of the statistic, and an object of it."""
        recipe = self._checked(statistic, kwargs)
        if recipe.cls is type(statistic):
            self._warn(recipe, NOT_IN_WINDOW, parameter)
        obj = recipe.make()
        self._attributes = None if is_ours(recipe.cls) else vars(obj)
        return recipe, obj

    def _checked(self, statistic: Any, kwargs: dict[str, Any]) -> Recipe:
        refuse_own_windows(statistic, self._public)
        recipe = Recipe(statistic, kwargs, self._public)
        check_statistic(recipe, vars(self).get("_recipe"))
        return recipe

    def _warn(self, recipe: Recipe, use: str, parameter: str) -> None:
        warnings.warn(
            f"utils.{self._public} over an object is deprecated: pass the class and its parameters, as in "
            f"utils.{self._public}(stats.Var, {parameter}=..., ddof=0). Of an object of {recipe.cls.__name__}, {use}",
            DeprecationWarning,
            stacklevel=4,
        )

    @property
    def obj(self) -> _T:
        """A statistic that has seen what is in the window."""
        obj = self._current(self._recipe.cls)
        if vars(self).get("_attributes") is not None:
            # All objects share one dict, so that no attribute is lost with the object that it was set on.
            obj.__dict__ = self._attributes
        found: _T = obj
        return found

    @property
    def n(self) -> Any:
        """How many observations are in the window, or their total weight."""
        return getattr(self.obj, "n", len(self)) if self._is_weighted() else len(self)

    @property
    def window(self) -> Sized:
        """An object as long as the window, which supports only `len`."""
        return self

    def __len__(self) -> int:
        return self._len()

    def __bool__(self) -> bool:
        return True

    def __iadd__(self, other: Any) -> Self:
        """Merge a window that has seen the stream after the one of this window.

        Parameters
        ----------
        other
            A window of the same kind, over the same statistic with the same parameters. The parameters of an empty one
            do not matter.

        Returns
        -------
        This window, which has seen both streams.

        Raises
        ------
        TypeError
            If the other is not a window of this kind; if either has panes, or is over a class written in Python.
        ValueError
            If parameters or times differ. The window is unchanged then.

        """
        if not isinstance(other, BaseRolling) or other._public != self._public:
            return NotImplemented
        # Windows of rows without an observation pass, too.
        nulls, others = (window._window_params().get("nulls", "skip") for window in (self, other))
        check_same({"nulls": nulls}, {"nulls": others})
        if len(self) and len(other):
            check_same(self._get_params(), other._get_params())
        elif self._recipe.cls is not other._recipe.cls:
            raise TypeError(f"cls must be the same in both windows, got {self.cls!r} and {other.cls!r}")
        self._merge(other)
        return self

    def __add__(self, other: Any) -> Self:
        """Return a new window that has seen the stream of this one, and then that of the other.

        Parameters
        ----------
        other
            As for `+=`, which also lists the errors.

        """
        merged = copy.deepcopy(self)
        return merged.__iadd__(other)

    def __getitem__(self, key: Any) -> Any:
        obj: Any = self.obj
        return obj[key]

    def __repr__(self) -> str:
        value = self.get()
        shown = format(value, self._fmt).rstrip("0") if isinstance(value, float) else repr(value)
        return f"{self._recipe.cls.__name__}: {shown}"

    @property
    def panes(self) -> int | None:
        """Into how many parts the window is divided; None if it is exact."""
        panes: int | None = self._bounds()[5]
        return panes

    def _panes_params(self) -> dict[str, Any]:
        return {} if self.panes is None else {"panes": self.panes}

    def _name_with(self, window: str) -> str:
        return f"rolling{self._recipe.name}_{window}"


def check_same(params: dict[str, Any], others: dict[str, Any]) -> None:
    """Raise a ValueError that names the first parameter that two windows do not have in common."""
    for name in params | others:
        values = comparable(params.get(name)), comparable(others.get(name))
        if values[0] is not values[1] and values[0] != values[1]:
            raise ValueError(f"{name} must be the same in both windows, got {values[0]!r} and {values[1]!r}")


class Made(abc.ABCMeta):
    """The metaclass of the classes that are made for each statistic, which pickles recreate."""

    #: What `made` was called with.
    _origin: tuple[Any, ...]


def _reduced(cls: Any) -> Any:
    return (made, cls._origin) if "_origin" in vars(cls) else cls.__qualname__


copyreg.pickle(Made, _reduced)


def class_for(plain: type[Any], statistic: Any) -> type[Any]:
    """Return the class of windows over a statistic: see `made`.

    Parameters
    ----------
    plain
        The class of windows that a user has named.
    statistic
        The class of the statistic, or an object of it.

    """
    plain = plain.__dict__.get("_plain", plain)
    statistic = unwrapped(statistic)
    statistic = statistic if inspect.isclass(statistic) else type(statistic)
    own = not is_native(statistic, tumbling=not issubclass(plain, BaseRolling))
    univariate, bivariate = plain._kinds
    kinds = [(base.Univariate, univariate), (base.Bivariate, bivariate)]
    return made(
        plain,
        None if own or not is_ours(statistic) else statistic,
        own,
        tuple(kind for of, kind in kinds if kind is not None and issubclass(statistic, of)),
    )


@once
def made(plain: Any, known: type[Any] | None, own: bool, kinds: tuple[type[Any], ...]) -> type[Any]:
    """Return the class of windows over some statistics.

    They are statistics of as many variables as the statistic, and have its attributes. CPython
    calls a method directly only if a class has no `__getattr__`, so the attributes of this
    package's classes, which are known, become properties. Those of other classes are looked up when
    they are accessed.

    Parameters
    ----------
    plain
        The class of windows that a user has named.
    known
        The class of the statistic, if it is one of `river.stats`.
    own
        Whether the statistics are of classes written in Python, which their windows call.
    kinds
        The base classes of windows over statistics of as many variables.

    """
    named = {"__doc__": plain.__doc__, "__module__": plain.__module__, "__qualname__": plain.__qualname__}
    origin = {"_plain": plain, "_origin": (plain, known, own, kinds)}
    above = plain._own.__mro__[1:]
    bases = (plain._own,) if own and plain in above else (plain, plain._own) if own else (plain,)
    new: type[Any] = Made(plain.__name__, (*bases, *kinds), named | origin | _attributes(plain, known, kinds))
    # Not if a subclass has methods of its own.
    if not own and all(isinstance(method, types.MethodDescriptorType) for method in (plain.update, plain.get)):
        adopt_window(new)
    return new


def _attributes(plain: Any, statistic: type[Any] | None, kinds: tuple[type[Any], ...]) -> dict[str, Any]:
    """Return the class attributes that give windows the attributes of their statistic."""
    if not issubclass(plain, BaseRolling):
        return {}
    if statistic is None:
        return {"__getattr__": _ask}
    names = {name for name in dir(statistic) if not name.startswith("__")} - {*dir(plain), "revert"}
    found: dict[str, Any] = {name: property(operator.attrgetter(f"obj.{name}")) for name in names}
    # The same number, without creating an object of the statistic.
    return found | {"n": plain._n} if plain.n is BaseRolling.n else found


def _ask(window: Any, name: str) -> Any:
    # Nothing is there yet while an object is being copied or unpickled.
    if name.startswith("__") or "_recipe" not in vars(window):
        raise AttributeError(name)
    if name == "revert" and inspect.ismethoddescriptor(inspect.getattr_static(window._recipe.cls, name, None)):
        raise AttributeError(f"a window has no {name}: it is changed by update")
    return getattr(window.obj, name)


def set_rivers(window: Any, state: dict[str, Any]) -> None:
    """Fill a window with what river has pickled."""
    try:
        _river_pickles.restore(window, functools.partial(class_for, type(window)), state)
    except UNREADABLE as error:
        raise ValueError(f"not a valid state of {window._public}: {error}") from error
