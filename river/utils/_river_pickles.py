"""Windows in pickles of river: an object of the statistic, and the arguments of the updates in the window."""

from __future__ import annotations

import collections
import datetime as dt
import warnings
from typing import Any

from ._factory import is_ours, is_plain

#: How far rounding may have taken river's sums of weights, relative to them.
_ROUNDING = 1e-6

#: The `n` of a `Sum` of river, which keeps no count.
_UNCOUNTED = 2**53


def restore(window: Any, cls: Any, state: dict[str, Any]) -> None:
    """Fill a window that is still empty with what river has pickled of one.

    Parameters
    ----------
    window
        The window, an object of `Rolling` or `TimeRolling` itself.
    cls
        Returns the class of windows over a class of statistics.
    state
        The attributes of river's window.

    """
    attributes = dict(state)
    obj = attributes.pop("obj")
    read = _by_count if "window" in attributes else _by_time
    parameters, events, latest = read(attributes)
    if not is_plain(type(obj)):
        # It is updated again below.
        for _, args, kwargs in events:
            obj.revert(*args, **kwargs)
    window.__class__ = cls(type(obj))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        window.__init__(obj, **parameters)
    for at, args, kwargs in events:
        window.update(*args, **at, **kwargs)
    if latest is not None:
        window.advance(latest)
    if is_plain(type(obj)):
        _compare(window, obj)
        if not is_ours(type(obj)):
            vars(window.obj).update(vars(obj))
    vars(window).update(attributes)


Event = tuple[dict[str, Any], tuple[Any, ...], dict[str, Any]]


def _by_count(attributes: dict[str, Any]) -> tuple[dict[str, Any], list[Event], None]:
    kept = _checked(attributes.pop("window"), collections.deque)
    attributes.pop("_window_size", None)
    return {"window_size": kept.maxlen}, [_event({}, arguments) for arguments in kept], None


def _by_time(attributes: dict[str, Any]) -> tuple[dict[str, Any], list[Event], Any]:
    period, latest = _checked(attributes.pop("period"), dt.timedelta), attributes.pop("_latest")
    if "_events" in attributes:  # up to river 0.19
        timed = [_checked(event, tuple) for event in _checked(attributes.pop("_events"), list)]
    else:
        times, data = (_checked(attributes.pop(name), list) for name in ("_timestamps", "_datum"))
        timed = list(zip(times, data, strict=True))
    # Without events there is no latest time.
    return {"period": period}, [_event({"t": t}, arguments) for t, arguments in timed], latest if timed else None


def _event(at: dict[str, Any], arguments: Any) -> Event:
    args, kwargs = _checked(arguments, tuple)
    return at, _checked(args, tuple), _checked(kwargs, dict)


def _checked(value: Any, kind: type[Any]) -> Any:
    """Return a value if it is of a built-in type: iterating over one of another type might not end."""
    if type(value) is not kind:
        raise TypeError(f"a {kind.__name__} was to be there, and a {type(value).__name__} is")
    return value


def _compare(window: Any, obj: Any) -> None:
    """Raise an error if the statistic has seen something that is not in its window."""
    seen, inside = obj.n, window.n
    late = getattr(window, "n_late", 0)
    if not late and seen != _UNCOUNTED and abs(seen - inside) > _ROUNDING * max(seen, inside):
        raise ValueError(
            f"its {type(obj).__name__} has seen {seen} values, of which {inside} are in the window: the others are lost"
        )
