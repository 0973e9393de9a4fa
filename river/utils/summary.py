"""Many statistics of one stream in one pass."""

from __future__ import annotations

import copy
import html
import inspect
from typing import Any, Self

from river.stats._rust_stats import RsSummary, refuse_slots

from . import checkpoint
from ._factory import has_kernels, public_class

__all__ = ["SkipNaN", "Summary"]


class Summary(RsSummary):
    """Many statistics of one stream, in one pass.

    Every observation updates all of them. A column is read from memory once, block by block, and work that statistics
    share is done once (`Var`, `Std`, `SEM`, `Skew` and `Kurtosis` are computed from one state). For all others, an
    update costs as much as their updates together.

    Parameters
    ----------
    skipna
        Whether observations that are NaN or None are left out, and counted in `n_skipped`.
    **statistics
        The statistics by name, at least one. Only their parameters are used: what they have seen is not in the summary.

    Returns
    -------
    `get()` returns a dict from the name of each statistic to its value, `summary["mean"]` a copy of that statistic.

    Raises
    ------
    KeyError
        By `summary["mean"]`, if there is no such statistic.
    TypeError
        If one of them is not a statistic, or if two take different observations, as `Var` and `Cov` do.
    ValueError
        If there are no statistics.

    Notes
    -----
    All statistics see the same observations: a weight `w` is accepted if all of them take one, and a time `t` is passed
    to those that use times. A call that is refused by one of them changes none.

    Summaries with the same names, classes and parameters are merged by `+`, `+=` and `utils.merge`.

    Libraries that read Arrow see a summary as one row with a column per statistic: `polars.DataFrame(summary)`,
    `pyarrow.table(summary)`. `utils.GroupBy(utils.Summary, mean=stats.Mean(), n=stats.Count())` gives a table with a
    row per key.

    Links, windows, statistics of hashable values and classes written in Python may be among the statistics. Their
    methods are then called one after the other, each with all arguments, including a time `t`, and on the whole column;
    a call that is refused is undone from a copy of their states.

    Next to a `Kurtosis`, `Var`, `Std`, `SEM` and `Skew` are within 1e-12 of their values on their own; everything else
    is identical to the last bit.

    Cost: that of the statistics; for those that share a state, that of the one that keeps the highest powers.

    Examples
    --------
    >>> from river import stats, utils

    >>> summary = utils.Summary(mean=stats.Mean(), std=stats.Std(), most=stats.Max())
    >>> summary.update_many([3.0, 5.0, 4.0, 8.0])
    >>> summary.get()
    {'mean': 5.0, 'std': 2.160246899469287, 'most': 8.0}
    >>> summary.update(10.0)
    >>> summary
    Summary of 5 observations
      mean  6.
      std   2.915476
      most  10.
    >>> summary["mean"]
    Mean: 6.

    """

    def __init__(self, /, *, skipna: bool = False, **statistics: Any) -> None:
        if not statistics:
            raise ValueError("Summary needs at least one statistic, as in Summary(mean=stats.Mean())")
        templates = {name: _template(name, statistic) for name, statistic in statistics.items()}
        if not all(map(has_kernels, templates.values())):
            from ._own_summary import own_class

            self.__class__ = own_class(type(self))  # pyright: ignore[reportAttributeAccessIssue]
        self._make(list(templates), list(templates.values()), skipna)

    @staticmethod
    def describe(kind: str | None = None) -> Summary:
        """Return an empty summary that describes a column of any type.

        Missing values are counted and left out: None, NaN, nulls of a column, and pandas' NaT and NA. An update takes
        one value, and no weight or time.

        Parameters
        ----------
        kind
            What the values are, which determines what `get` returns. By default it is inferred from the type of the
            first column, or else from the first value that is not missing.

            - `"number"`: `n`, `missing`, `mean`, `std`, `min`, `25%`, `50%`, `75%`, `max`, `skew`, `kurtosis`,
              `distinct`, `top` and `freq`.
            - `"time"`, of dates and datetimes: `n`, `missing`, `min`, `max`, `distinct`, `top` and `freq`.
            - `"category"`, of strings, booleans and whatever else is hashable: `n`, `missing`, `distinct`, `top`
              and `freq`.
            - `"other"`, of values that are not hashable, such as lists: `n` and `missing`.

        Returns
        -------
        A summary, whose `get()` returns a dict. `n` is the number of values that are not missing, `top` the most
        frequent one (of several, the one seen first), and `freq` how often it was seen. A value is None while it is
        undefined, such as `mean` before the first number.

        Raises
        ------
        TypeError
            By `update` and `update_many`, if a value is not of this kind; nothing is changed then.
        ValueError
            If there is no such kind; by a merge, if the kinds differ.

        Notes
        -----
        Up to 10,000 distinct values are counted, and quartiles follow from the counts: they are exact, and interpolated
        as NumPy does. Beyond, `distinct`, `top` and `freq` are None, and quartiles are those of a
        {py:obj}`~river.sketch.TDigest` with a `compression` of 200, for whose error no bound is known. Mean, `std`,
        `skew` and `kurtosis` are those of the statistics, which `summary["mean"]` returns; names that are not those of
        a statistic raise a KeyError.

        Datetimes are kept to the microsecond; those with a time zone are converted to UTC and kept without one. In an
        Arrow table they are text.

        Cost: O(1) per observation, and at most 10,000 counts and some kilobytes of memory. A column is much faster than
        its values one by one.

        Examples
        --------
        >>> from river import utils

        >>> described = utils.Summary.describe()
        >>> described.update_many([3.0, 5.0, None, 4.0, 8.0, 4.0])
        >>> described.get()["50%"], described.get()["top"]
        (4.0, 4.0)
        >>> words = utils.Summary.describe()
        >>> words.update_many(["sun", "rain", None, "sun"])
        >>> words
        Summary of 3 observations, 1 left out
          n         3
          missing   1
          distinct  2
          top       sun
          freq      2

        """
        from ._description import Description

        return Description(kind)

    def __getitem__(self, name: str) -> Any:
        return self._statistic(name, False)

    def _statistic(self, name: str, empty: bool) -> Any:
        for column, (known, cls) in enumerate(self._statistics()):
            if known == name:
                statistic = public_class(cls)
                found = statistic.__new__(statistic)
                self._put(column, found, empty)
                return found
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return name in self.keys()

    def keys(self) -> list[str]:
        """Return a list of the names."""
        return [name for name, _ in self._statistics()]

    def __iter__(self) -> Any:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.keys())

    def __bool__(self) -> bool:
        return True

    @property
    def name(self) -> str:
        """The name of the class, in lower case."""
        return type(self).__name__.lower()

    def _get_params(self) -> dict[str, Any]:
        return {"skipna": self.skipna, **{name: self._statistic(name, True) for name in self.keys()}}

    def clone(self, new_params: dict[str, Any] | None = None, include_attributes: bool = False) -> Self:
        """Return a summary of the same statistics, which has seen nothing."""
        clone = type(self)(**self._get_params() | (new_params or {}))
        if include_attributes:
            for name, value in vars(self).items():
                vars(clone).setdefault(name, copy.deepcopy(value))
        return clone

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Return an Arrow table with one row and a column per statistic.

        Raises
        ------
        TypeError
            If a value is of a type that Arrow has no column for.

        """
        return self._arrow()

    def _rows(self) -> list[tuple[str, str]]:
        return [(name, _shown(value)) for name, value in self.get().items()]

    def _title(self) -> str:
        skipped = f", {self.n_skipped} left out" if self.n_skipped else ""
        return f"{type(self).__name__} of {self.n:.15g} observation{'' if self.n == 1 else 's'}{skipped}"

    def __repr__(self) -> str:
        rows = self._rows()
        width = max(len(name) for name, _ in rows)
        return "\n".join([self._title(), *(f"  {name:<{width}}  {value}" for name, value in rows)])

    def _repr_html_(self) -> str:
        row = '<tr><th style="text-align: left">{}</th><td>{}</td></tr>'
        rows = "".join(row.format(html.escape(name), html.escape(value)) for name, value in self._rows())
        return f"<table><caption>{html.escape(self._title())}</caption>{rows}</table>"

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
        if not isinstance(other, Summary):
            return NotImplemented
        self._check_peer(other)
        peer: Any = other
        self._merge(peer)
        return self

    def __add__(self, other: Any) -> Self:
        if not isinstance(other, Summary):
            return NotImplemented
        merged = copy.copy(self)
        merged += other
        return merged

    def _check_peer(self, other: Summary) -> None:
        """Raise an error if another summary cannot be merged into this one."""
        if type(self) is not type(other):
            names = f"{type(self).__name__} and {type(other).__name__}"
            raise TypeError(f"only summaries of the same statistics can be merged, got {names}")
        if self.keys() != other.keys():
            raise ValueError(f"names of statistics must be the same, got {self.keys()} and {other.keys()}")
        if self.skipna != other.skipna and self.n and other.n:
            raise ValueError(f"skipna must be the same in both, got {self.skipna} and {other.skipna}")
        for name in self.keys():
            try:
                # Statistics that cannot be merged raise an error that says why.
                _ = self._statistic(name, True) + other._statistic(name, True)
            except TypeError as error:
                raise TypeError(f"{name}: {error}") from error

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the summary that `to_bytes` wrote.

        Raises
        ------
        ValueError
            If the bytes are corrupt or truncated, or are those of something else.

        """
        if data[:4] == checkpoint.MAGIC:
            from ._own_summary import read

            own: Self = read(cls, data)
            return own
        return super().from_bytes(data)


class SkipNaN(Summary):
    """A statistic that leaves out NaN and None.

    An update costs the same as one of the statistic, and a column costs one more pass over it.

    Parameters
    ----------
    statistic
        The statistic. Only its parameters are used: what it has seen is not in this one.

    Returns
    -------
    `get()` returns what `get` of the statistic returns.

    Notes
    -----
    An observation of several values is left out if one of them is missing. `n_skipped` is how many were left out,
    missing values of a column included. `statistic` is a copy of the statistic itself.

    It is a `Summary` of one statistic, with `skipna`: merges, weights, times and bytes work as there.

    Examples
    --------
    >>> import math
    >>> from river import stats, utils

    >>> mean = utils.SkipNaN(stats.Mean())
    >>> for x in [1.0, math.nan, None, 3.0]:
    ...     mean.update(x)
    >>> mean.get(), mean.n_skipped
    (2.0, 2)
    >>> mean
    SkipNaN(Mean): 2.

    """

    def __init__(self, statistic: Any) -> None:
        super().__init__(skipna=True, statistic=statistic)

    @property
    def statistic(self) -> Any:
        """A copy of the statistic."""
        return self["statistic"]

    @property
    def name(self) -> str:
        """The name of the statistic."""
        statistic = self.statistic
        return getattr(statistic, "name", type(statistic).__name__.lower())

    def get(self) -> Any:
        """Return the value of the statistic."""
        return super().get()["statistic"]

    def _rows(self) -> list[tuple[str, str]]:
        return [("statistic", _shown(self.get()))]

    def _get_params(self) -> dict[str, Any]:
        return {"statistic": self._statistic("statistic", True)}

    def __repr__(self) -> str:
        return f"SkipNaN({type(self.statistic).__name__}): {_shown(self.get())}"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the statistic that `to_bytes` wrote; a ValueError if they are those of something else."""
        found = super().from_bytes(data)
        if found.keys() != ["statistic"] or not found.skipna:
            raise ValueError("not a valid state of SkipNaN: it is one of a Summary")
        return found


def _template(name: str, statistic: Any) -> Any:
    """Return an object of the statistic that has seen nothing."""
    if inspect.isclass(statistic) or not (hasattr(statistic, "update") and hasattr(statistic, "get")):
        raise TypeError(f"{name} must be a statistic, such as stats.Mean(), got {statistic!r}")
    refuse_slots(statistic)
    return statistic.clone() if hasattr(statistic, "clone") else copy.deepcopy(statistic)


def _shown(value: Any) -> str:
    """Return a value as the text of a statistic shows it."""
    return f"{value:,.6f}".rstrip("0") if isinstance(value, float) else str(value)
