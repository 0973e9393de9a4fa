"""A statistic of a feature, or of the target, for each group of rows."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from river import base, utils

__all__ = ["Agg", "TargetAgg"]

#: The base classes that river's models expect, where these statistics are laid over a river.
_TRANSFORMER: Any = getattr(base, "Transformer", base.Base)
_SUPERVISED: Any = [cls for name, cls in vars(base).items() if name == "SupervisedTransformer"]


# The base is known only at run time, so mypy cannot follow.
class Agg(_TRANSFORMER):  # type: ignore[misc]
    """A statistic of a feature for each group of rows.

    `learn_one` updates the statistic of the row's group with the value of a feature, and `transform_one` returns the
    value of the statistic, as a feature with a name of its own. `learn_many` and `transform_many` do the same for a
    data frame.

    Parameters
    ----------
    on
        The feature that the statistic observes.
    by
        The feature that says which group a row is in, or a list of several. None for one group of all rows.
    how
        The statistic: an object, of which only the parameters are used. What it has seen is in no group.

    Raises
    ------
    KeyError
        If a row has no such feature.

    Notes
    -----
    The groups are `utils.GroupBy`: equal values are one group, and so are all NaN. A row whose group has learned
    nothing gets the value of a statistic that has seen nothing; asking for it does not create a group.

    Cost: O(1) per row, plus the cost of the statistic.

    Examples
    --------
    >>> from river import feature_extraction, stats

    >>> orders = [
    ...     {"customer": "anna", "city": "Oslo", "amount": 3.0},
    ...     {"customer": "ben", "city": "Rome", "amount": 10.0},
    ...     {"customer": "anna", "city": "Rome", "amount": 5.0},
    ... ]
    >>> spent = feature_extraction.Agg(on="amount", by="customer", how=stats.Mean())
    >>> for order in orders:
    ...     print(spent.transform_one(order))
    ...     spent.learn_one(order)
    {'amount_mean_by_customer': 0.0}
    {'amount_mean_by_customer': 0.0}
    {'amount_mean_by_customer': 3.0}
    >>> spent.state
    anna     4.0
    ben     10.0
    Name: amount_mean_by_customer, dtype: float64

    Several features can make up one key, and a window forgets old rows:

    >>> import datetime as dt
    >>> from river import utils

    >>> week = feature_extraction.Agg(
    ...     on="amount", by=["customer", "city"], how=utils.TimeRolling(stats.Sum, dt.timedelta(days=7))
    ... )
    >>> for day, order in enumerate(orders):
    ...     week.learn_one(order, t=dt.datetime(2026, 1, 1 + day))
    >>> week.transform_one({"customer": "anna", "city": "Rome"})
    {'amount_rollingsum_604800s_by_customer_and_city': 5.0}

    """

    def __init__(self, on: str, by: str | list[str] | None, how: Any) -> None:
        self.on = on
        self.by = by if isinstance(by, list) or by is None else [by]
        self.how = how
        self._groups: utils.GroupBy[Any] = utils.GroupBy(how)
        self._feature_name = f"{self.on}_{self.how.name}"
        if self.by:
            self._feature_name += f"_by_{'_and_'.join(self.by)}"

    def _make_key(self, x: Mapping[str, Any]) -> Any:
        names = self.by
        if not names:
            return None
        # A generator would take longer than the update.
        return (x[names[0]],) if len(names) == 1 else tuple([x[name] for name in names])

    def _make_keys(self, X: Any) -> Any:
        if not self.by:
            return [None] * len(X)
        return tuple(X[name] for name in self.by)

    def learn_one(self, x: Mapping[str, Any], t: Any = None) -> None:
        """Update the statistic of the row's group.

        Parameters
        ----------
        x
            The row, a dict of features.
        t
            The time of the row, if the statistic uses times.

        """
        self._learn(x, x[self.on], t)

    def _learn(self, x: Mapping[str, Any], value: Any, t: Any) -> None:
        if t is None:
            self._groups.update(self._make_key(x), value)
        else:
            self._groups.update(self._make_key(x), value, t=t)

    def learn_many(self, X: Any, t: Any = None) -> None:
        """Update with all rows of a data frame, like one `learn_one` per row; with all of them or, on an error, none.

        Parameters
        ----------
        X
            The rows: a data frame of pandas or polars.
        t
            A column of the times of the rows, if the statistic uses times.

        """
        self._groups.update_many(self._make_keys(X), X[self.on], t=t)

    def transform_one(self, x: Mapping[str, Any]) -> dict[str, Any]:
        """Return the feature of a row: the value of its group."""
        key, groups = self._make_key(x), self._groups
        try:
            value = groups.get(key)
        except KeyError:
            if key in groups:
                raise
            value = groups.empty().get()
        return {self._feature_name: value}

    def transform_many(self, X: Any) -> Any:
        """Return the feature of each row of a data frame, as a data frame of the same kind and index.

        Parameters
        ----------
        X
            The rows: a data frame of pandas or polars.

        """
        values = self._groups.get_many(self._make_keys(X))
        frame = type(X)
        index = {"index": X.index} if hasattr(X, "index") else {}
        return frame({self._feature_name: values if values.ndim == 1 else values.tolist()}, **index)

    @property
    def state(self) -> Any:
        """The value of each group, as a Series of pandas."""
        rivers = getattr(utils, "pandas", None)
        pd: Any = rivers.import_pandas() if rivers else importlib.import_module("pandas")
        values = self._groups.get()
        keys: list[Any] = list(values)
        if self.by and len(self.by) > 1:
            index: Any = pd.MultiIndex.from_tuples(keys, names=self.by)
        else:
            index = pd.Index([key[0] for key in keys] if self.by else keys)
        return pd.Series(list(values.values()), index=index, name=self._feature_name)

    def __str__(self) -> str:
        return self._feature_name

    def __setstate__(self, state: dict[str, Any]) -> None:
        if isinstance(state["_groups"], dict):  # of river
            groups: utils.GroupBy[Any] = utils.GroupBy(state["how"])
            for key, statistic in state["_groups"].items():
                groups[key] = statistic
            state = {**state, "_groups": groups}
        self.__dict__.update(state)


# As above.
class TargetAgg(*_SUPERVISED, Agg):  # type: ignore[misc]
    """A statistic of the target for each group of rows.

    Like `Agg`, but for the target instead of a feature: it encodes categories by what is known about the target in
    each. A row is transformed before its target is learned.

    Parameters
    ----------
    by
        The feature that says which group a row is in, or a list of several. None for one group of all rows.
    how
        The statistic: an object, of which only the parameters are used. What it has seen is in no group.
    target_name
        What the target is called in the name of the feature.

    Raises
    ------
    KeyError
        If a row has no such feature.

    Notes
    -----
    A mean of few values can be far off: `stats.BayesianMean` pulls it towards a prior.

    Cost: O(1) per row, plus the cost of the statistic.

    Examples
    --------
    >>> from river import feature_extraction, stats

    >>> encoded = feature_extraction.TargetAgg(by="city", how=stats.BayesianMean(prior=10.0, prior_weight=1.0))
    >>> for x, y in [({"city": "Oslo"}, 20.0), ({"city": "Rome"}, 4.0), ({"city": "Oslo"}, 30.0)]:
    ...     print(encoded.transform_one(x))
    ...     encoded.learn_one(x, y)
    {'y_bayes_mean_by_city': 10.0}
    {'y_bayes_mean_by_city': 10.0}
    {'y_bayes_mean_by_city': 15.0}

    """

    def __init__(self, by: str | list[str] | None, how: Any, target_name: str = "y") -> None:
        super().__init__(on=target_name, by=by, how=how)

    @property
    def target_name(self) -> str:
        """What the target is called in the name of the feature."""
        return self.on

    # As in river, a supervised transformer also learns from a target, and is not a drop-in for one that does not.
    def learn_one(self, x: Mapping[str, Any], y: Any, t: Any = None) -> None:  # type: ignore[override]
        """Update the statistic of the row's group with the target.

        Parameters
        ----------
        x
            The row, a dict of features.
        y
            The target.
        t
            The time of the row, if the statistic uses times.

        """
        self._learn(x, y, t)

    # As above.
    def learn_many(self, X: Any, y: Any, t: Any = None) -> None:  # type: ignore[override]
        """Update with all rows of a data frame, like one `learn_one` per row; with all of them or, on an error, none.

        Parameters
        ----------
        X
            The rows: a data frame of pandas or polars.
        y
            A column of the targets.
        t
            A column of the times of the rows, if the statistic uses times.

        """
        self._groups.update_many(self._make_keys(X), y, t=t)
