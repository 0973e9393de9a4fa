from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import inspect

# The name under which the parameters list what `*args` took.
_POSITIONAL = "_POSITIONAL_ARGS"


class Base:
    """An object that knows the parameters it was made with.

    A parameter of `__init__` is kept in an attribute of the same name. The object's representation
    and its clones are derived from these.

    """

    def _get_params(self) -> dict[str, Any]:
        """Return the parameters the object was made with.

        Returns
        -------
        Names and values. A parameter that is itself a `Base` appears as a pair of its class and its
        own parameters. What `**kwargs` took is listed among the others, what `*args` took under
        `_POSITIONAL_ARGS`.

        """
        params: dict[str, Any] = {}
        for name, parameter in self._parameters().items():
            if parameter.kind is parameter.VAR_POSITIONAL:
                if given := getattr(self, name, ()):
                    params[_POSITIONAL] = given
            elif parameter.kind is parameter.VAR_KEYWORD:
                params |= {key: _described(value) for key, value in getattr(self, name, {}).items()}
            else:
                params[name] = _described(getattr(self, name))
        return params

    def _parameters(self) -> Mapping[str, inspect.Parameter]:
        return _parameters_of(type(self).__init__)

    def clone(self, new_params: dict[str, Any] | None = None, include_attributes: bool = False) -> Self:
        """Return a new object with the same parameters, which has seen no data.

        Parameters
        ----------
        new_params
            Parameters to use instead of the object's own.
        include_attributes
            Whether the attributes of the instance that are not parameters are copied too.

        Returns
        -------
        The new object. Parameters that are themselves a `Base` are cloned, others deep-copied.

        Examples
        --------
        >>> from river import stats

        >>> mean = stats.EWMean(fading_factor=0.2)
        >>> mean.update(3)
        >>> mean.clone()
        EWMean: 0.
        >>> mean.clone({"fading_factor": 0.7}).fading_factor
        0.7

        """
        params = self._get_params() | (new_params or {})
        named = {name: self._renew(name, value) for name, value in params.items() if name != _POSITIONAL}
        further = [_renewed(value) for value in params.get(_POSITIONAL, ())]
        # If further positional arguments follow, those before them have to be positional too.
        leading = [named.pop(name) for name in self._places() if name in named] if further else []
        clone = type(self)(*leading, *further, **named)
        if include_attributes:
            for name, value in vars(self).items():
                if name not in params:
                    setattr(clone, name, copy.deepcopy(value))
        return clone

    def _places(self) -> list[str]:
        return [
            name for name, parameter in self._parameters().items() if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        ]

    def _renew(self, name: str, value: Any) -> Any:
        match value:
            case (type(), dict() as params) if isinstance(held := self._held(name), Base):
                return held.clone(params)
        return _renewed(value)

    def _held(self, name: str) -> Any:
        """Return the value of a parameter, which may have come by `**kwargs`."""
        for keyword, parameter in self._parameters().items():
            if parameter.kind is parameter.VAR_KEYWORD and name in (given := getattr(self, keyword, {})):
                return given[name]
        return getattr(self, name, None)

    def __repr__(self) -> str:
        params = ", ".join(
            f"{name}={getattr(self, name)!r}"
            for name, parameter in self._parameters().items()
            if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        )
        return f"{type(self).__name__}({params})"

    def __str__(self) -> str:
        return repr(self)


# Reading a signature takes ten times as long as making a statistic.
@functools.lru_cache(maxsize=1024)
def _parameters_of(init: Callable[..., None]) -> Mapping[str, inspect.Parameter]:
    # Takes half as long to import as everything else here, and is not needed for statistics that are only updated.
    import inspect

    (_, *parameters) = inspect.signature(init).parameters.items()
    return dict(parameters)


def _described(value: Any) -> Any:
    return (type(value), value._get_params()) if isinstance(value, Base) else value


def _renewed(value: Any) -> Any:
    return value.clone() if isinstance(value, Base) else copy.deepcopy(value)
