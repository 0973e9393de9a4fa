from __future__ import annotations

import copy
import inspect
from typing import Any, Self

_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Base:
    """An object that knows the parameters it was made with.

    A parameter of `__init__` is kept in an attribute of the same name. From this follow the
    object's representation and its clones.

    """

    def _get_params(self) -> dict[str, Any]:
        """Return the parameters the object was made with.

        Returns
        -------
        Names and values. A parameter that is itself a `Base` appears as a pair of its class and
        its own parameters.

        """
        params = {}
        for name, parameter in inspect.signature(type(self)).parameters.items():
            if parameter.kind in _VARIADIC:
                continue
            value = getattr(self, name)
            is_base = isinstance(value, Base)
            params[name] = (type(value), value._get_params()) if is_base else value
        return params

    def clone(self, new_params: dict[str, Any] | None = None, include_attributes: bool = False) -> Self:
        """Return a new object with the same parameters, which has seen no data.

        Parameters
        ----------
        new_params
            Parameters to use instead of the object's own.
        include_attributes
            Whether the attributes of the instance that are no parameters are copied too.

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
        clone = type(self)(**{name: self._renew(name, value) for name, value in params.items()})
        if include_attributes:
            for name, value in vars(self).items():
                if name not in params:
                    setattr(clone, name, copy.deepcopy(value))
        return clone

    def _renew(self, name: str, value: Any) -> Any:
        match value:
            case (type(), dict() as params) if isinstance(getattr(self, name), Base):
                return getattr(self, name).clone(params)
            case Base():
                return value.clone()
        return copy.deepcopy(value)

    def __repr__(self) -> str:
        params = ", ".join(
            f"{name}={getattr(self, name)!r}"
            for name, parameter in inspect.signature(type(self)).parameters.items()
            if parameter.kind not in _VARIADIC
        )
        return f"{type(self).__name__}({params})"

    def __str__(self) -> str:
        return repr(self)
