"""One statistic for each of many keys."""

from __future__ import annotations

import copy
import datetime as dt
import functools
import inspect
from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar

from river import stats
from river.stats._rust_stats import RsGroupBy, adopt, has_groups, refuse_slots

from . import checkpoint
from ._factory import comparable, has_kernels, is_number, is_ours, length_of, public_class
from ._window import Windowed
from .rolling import Rolling
from .summary import Summary
from .time_rolling import TimeRolling
from .tumbling import TumblingWindow

__all__ = ["GroupBy"]

_T = TypeVar("_T")

WINDOWS: dict[str, Any] = {cls.__name__: cls for cls in (Rolling, TimeRolling, TumblingWindow)}


class GroupBy(RsGroupBy, Generic[_T]):
    """A statistic for each of many keys.

    The statistics of all groups lie side by side in memory, indexed by one hash table: a million of them take little
    more than the numbers they hold, and columns of keys and values are read without creating a Python object for each
    row.

    Parameters
    ----------
    statistic
        The class of the statistic, or an object of it, of which only the parameters are used: what it has seen is not
        in the groups.
    *args, **kwargs
        Parameters of the statistic.
    max_groups
        The largest number of groups, at least 1: before it would be exceeded, the least recently updated group is
        evicted. None for no limit.
    idle_after
        How long a group may go without an update before it is evicted: a timedelta or a number of seconds above 0.
        `update` then takes the time `t` of each observation. The clock shows the latest time seen, and a group is idle
        since the time that it showed at the group's last update.
    on_evict
        A function that is called with the key and the statistic of each evicted group. It is called at the end of the
        call that evicts them, once everything else is done, and its exception propagates: the observations are then in
        the groups, and the evicted groups are not. If several groups are evicted, it is called for each, and the first
        exception propagates. `to_bytes` and `utils.save` do not store it.
    skipna
        Whether observations that are NaN or None are left out, and counted in `n_skipped`.

    Returns
    -------
    `get()` returns a dict from each key to the value of its group, `get(key)` the value of one group, and `groups[key]`
    a copy of its statistic.

    Raises
    ------
    KeyError
        By `get`, `pop` and `groups[key]`, if the key has no group.
    TypeError
        If a key is not hashable.
    ValueError
        If `max_groups` is below 1 or `idle_after` is not above 0.

    Notes
    -----
    Keys are the same if they are the same key of a `dict`: 1, 1.0 and True share a group, whose key is the first one
    seen. Two things differ from a `dict`. All NaN are one key, as in `DataFrame.groupby` with `dropna=False` and in
    polars. A NumPy scalar counts as the number or string that it holds. None is the key of rows without one: a null in
    a column of keys.

    `len`, `in` and iteration over the keys work as in a `dict`. Groups are in the order in which they were first seen;
    when one is removed, the last one takes its place.

    Groups of the same statistic and parameters are merged by `+`, `+=` and `utils.merge`. A call that is refused
    changes nothing; with limits, or if the statistic takes weights or times, this costs `update_many` a copy of what it
    changes.

    Cost: O(1) per observation.

    Examples
    --------
    >>> from river import stats, utils

    >>> means = utils.GroupBy(stats.Mean)
    >>> for customer, amount in [("anna", 3.0), ("ben", 10.0), ("anna", 5.0)]:
    ...     means.update(customer, amount)
    >>> means.get()
    {'anna': 4.0, 'ben': 10.0}

    Whole columns, and a feature that does not include the observation itself:

    >>> means.update_many(["ben", "carla"], [20.0, 1.0])
    >>> means.accumulate(["anna", "carla"], [7.0, 2.0], before=True)
    array([4., 1.])
    >>> means["ben"]
    Mean: 15.

    At most two groups, of which the one updated least recently is evicted:

    >>> evicted = []
    >>> newest = utils.GroupBy(stats.Sum, max_groups=2, on_evict=lambda key, total: evicted.append(key))
    >>> newest.update_many(["a", "b", "a", "c"], [1, 2, 3, 4])
    >>> newest.get(), evicted
    ({'a': 4.0, 'c': 4.0}, ['b'])

    """

    _template: _T
    _on_evict: Callable[[Any, _T], object] | None

    def __init__(
        self,
        statistic: Callable[..., _T] | _T,
        /,
        *args: Any,
        max_groups: int | None = None,
        idle_after: dt.timedelta | float | None = None,
        on_evict: Callable[[Any, _T], object] | None = None,
        skipna: bool = False,
        **kwargs: Any,
    ) -> None:
        template: Any = template_of(statistic, args, kwargs)
        refuse_slots(template)
        if type(template) is Summary and template.skipna:
            raise ValueError("of summaries in groups, the groups leave out NaN: pass skipna=True to GroupBy alone")
        if not is_native(template):
            from ._own_groups import own_class

            self.__class__ = own_class(type(self))  # pyright: ignore[reportAttributeAccessIssue]
        self._make(template, max_groups, idle_after, is_number(idle_after), skipna)
        self._begin(template, on_evict)  # pyright: ignore[reportArgumentType]

    def _begin(self, template: _T, on_evict: Callable[[Any, _T], object] | None) -> None:
        self._template = template
        self.on_evict = on_evict

    @property
    def on_evict(self) -> Callable[[Any, _T], object] | None:
        """The function that is called with the key and the statistic of each evicted group."""
        return self._on_evict

    @on_evict.setter
    def on_evict(self, on_evict: Callable[[Any, _T], object] | None) -> None:
        if on_evict is not None and not callable(on_evict):
            raise TypeError(f"on_evict must be None or something that can be called, got {on_evict!r}")
        self._on_evict = on_evict
        self._set_tells(on_evict is not None)

    def _tell(self, key: Any, statistic: _T) -> None:
        if self._on_evict is not None:
            self._on_evict(key, statistic)

    def _new(self) -> _T:
        """Return an object of the statistic's class, which is about to receive its kernel."""
        template: Any = self._template
        cls: Any = type(template)
        made: Any = template.clone() if isinstance(template, Windowed) else cls.__new__(cls)
        new: _T = made
        return new

    @property
    def max_groups(self) -> int | None:
        """The largest number of groups."""
        most: int | None = self._limits()[0]
        return most

    @property
    def idle_after(self) -> dt.timedelta | float | None:
        """How long a group may go without an update before it is evicted."""
        _, nanoseconds, in_seconds, _ = self._limits()
        return None if nanoseconds is None else length_of(nanoseconds, in_seconds)

    @property
    def skipna(self) -> bool:
        """Whether observations that are NaN or None are left out."""
        skipna: bool = self._limits()[3]
        return skipna

    def empty(self) -> _T:
        """Return a statistic that has seen nothing, as a new group begins with."""
        return copy.deepcopy(self._template)

    def __setitem__(self, key: Any, statistic: _T) -> None:
        """Set a group to a copy of a statistic, such as one that was evicted.

        Raises
        ------
        TypeError
            If it is of another class than those of the groups.
        ValueError
            If it has other parameters.

        """
        template: Any = self._template
        if type(statistic) is not type(template):
            raise TypeError(f"a group must be a {type(template).__name__}, got {statistic!r}")
        if params_of(statistic) != params_of(template):
            raise ValueError(f"a group must have the parameters {params_of(template)}, got {params_of(statistic)}")
        self._put(key, statistic)

    def advance(self, t: Any) -> None:
        """Advance the clock, so that groups that have been idle for too long are evicted.

        Parameters
        ----------
        t
            The time, as in `update`. One that is not later than the latest seen changes nothing.

        """
        if self.idle_after is None:
            raise TypeError("without idle_after there is no clock to advance")
        self._advance(t)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Return an Arrow table with a row per group: a column `key`, or one per part of it, and one for the value.

        The column of values has the name of the statistic; if a value has several parts, such as several quantiles or
        the values of a `Summary`, there is a column for each. `polars.DataFrame(groups)`, `pyarrow.table(groups)` and
        `pandas.DataFrame.from_arrow(groups)` call this.

        Raises
        ------
        TypeError
            If keys, except None, are of several types, or of a type that Arrow has no column for.

        """
        return self._arrow(self._value_name)

    @property
    def _value_name(self) -> str:
        """The name of the column of the values, or the prefix if a value has several."""
        return getattr(self._template, "name", type(self._template).__name__.lower())

    def _get_params(self) -> dict[str, Any]:
        names = ("max_groups", "idle_after", "on_evict", "skipna")
        return {"statistic": self._template, **{name: getattr(self, name) for name in names}}

    def clone(self, new_params: dict[str, Any] | None = None, include_attributes: bool = False) -> Self:
        """Return a new object with the same parameters and no groups."""
        params = self._get_params() | (new_params or {})
        clone = type(self)(params.pop("statistic"), **params)
        if include_attributes:
            for name, value in vars(self).items():
                vars(clone).setdefault(name, copy.deepcopy(value))
        return clone

    def __repr__(self) -> str:
        count = len(self)
        return f"GroupBy({type(self._template).__name__}): {count} group{'' if count == 1 else 's'}"

    def __bool__(self) -> bool:
        return True

    def __setstate__(self, state: Any) -> None:
        super().__setstate__(state)
        self._set_tells(self._on_evict is not None)

    def __copy__(self) -> Self:
        new = type(self).__new__(type(self))
        new._restore_kernel(self)
        vars(new).update(vars(self))
        return new

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        new = copy.copy(self)
        memo[id(self)] = new
        vars(new).update(copy.deepcopy(vars(self), memo))
        return new

    def __iadd__(self, other: Any) -> Self:
        if not isinstance(other, GroupBy):
            return NotImplemented
        self._check_peer(other)
        peer: Any = other
        self._merge(peer)
        return self

    def __add__(self, other: Any) -> Self:
        if not isinstance(other, GroupBy):
            return NotImplemented
        merged = copy.copy(self)
        merged += other
        return merged

    def _check_peer(self, other: GroupBy[Any]) -> None:
        """Raise an error if other groups cannot be merged into these."""
        ours: Any = self._template
        theirs: Any = other._template
        if type(ours) is not type(theirs):
            names = f"{type(ours).__name__} and {type(theirs).__name__}"
            raise TypeError(f"only groups of the same statistic can be merged, got groups of {names}")
        # Statistics that cannot be merged raise an error that says why.
        _ = ours + theirs
        if not len(self) or not len(other):
            return
        for left, right in ((self._shown_params(), other._shown_params()), (params_of(ours), params_of(theirs))):
            for name, value in left.items():
                if value != right.get(name):
                    raise ValueError(
                        f"{name} must be the same in groups that are merged, got {value} and {right.get(name)}"
                    )

    def _shown_params(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("max_groups", "idle_after", "skipna")}

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the groups that `to_bytes` wrote.

        Raises
        ------
        ValueError
            If the bytes are corrupt or truncated, or are those of something else.

        """
        if data[:4] == checkpoint.MAGIC:
            from ._own_groups import read

            own: Self = read(cls, data)
            return own
        groups = super().from_bytes(data)
        kind, of, _ = (cls._name_in(data) or "").partition("(")
        statistic = WINDOWS[kind] if of else public_class(kind)
        groups._begin(statistic.from_bytes(groups._template_bytes()), None)
        return groups


def template_of(statistic: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return an object of the statistic that has seen nothing."""
    if inspect.isclass(statistic) or isinstance(statistic, functools.partial) or not hasattr(statistic, "update"):
        if not callable(statistic):
            raise TypeError(f"GroupBy needs a statistic, got {statistic!r}")
        made = statistic(*args, **kwargs)
    elif args or kwargs:
        raise TypeError(
            f"GroupBy takes parameters with a class, got {[*args, *kwargs]} with an object of "
            f"{type(statistic).__name__}, which has its own"
        )
    else:
        made = statistic.clone() if hasattr(statistic, "clone") else copy.deepcopy(statistic)
    if not hasattr(made, "update"):
        raise ValueError(f"GroupBy needs a statistic with an update, got {made!r}")
    return made


def params_of(statistic: Any) -> dict[str, Any]:
    """Return the parameters of a statistic, as far as they are known."""
    params: dict[str, Any] = statistic._get_params() if hasattr(statistic, "_get_params") else {}
    # Parameters that are statistics are compared by their classes and parameters.
    held = {name: value for name, value in params.items() if isinstance(value, stats.base.Statistic)}
    compared = {name: comparable(value) for name, value in params.items()}
    return compared | {name: (type(value), params_of(value)) for name, value in held.items()}


def is_native(template: Any) -> bool:
    """Tell whether groups of a statistic are kept in Rust."""
    cls = type(template)
    if isinstance(template, Windowed):
        return cls._plain is WINDOWS.get(cls.__name__) and is_ours(template._recipe.cls) and has_groups(template)
    return cls is Summary or has_kernels(template)


adopt(GroupBy)
