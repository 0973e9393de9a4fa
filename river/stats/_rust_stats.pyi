"""The kernels of `river.stats`, in Rust. The public classes derive from these."""

from typing import Any, Self, SupportsFloat, SupportsIndex, type_check_only

from typing_extensions import disjoint_base

__all__ = [
    "RsEWMean",
    "RsEWVar",
    "RsIQR",
    "RsKurtosis",
    "RsPeakToPeak",
    "RsQuantile",
    "RsRollingIQR",
    "RsRollingQuantile",
    "RsSkew",
    "adopt",
]

type _Number = SupportsFloat | SupportsIndex

@type_check_only
class _Statistic:
    def __new__(cls, *_args: Any, **_kwargs: Any) -> Self: ...
    def to_bytes(self) -> bytes: ...
    @classmethod
    def from_bytes(cls, data: bytes) -> Self: ...
    def __getstate__(self) -> tuple[bytes, Any]: ...
    def __setstate__(self, state: tuple[bytes, Any]) -> None: ...
    def __reduce__(self) -> tuple[Any, tuple[type[Self]], Any]: ...

@type_check_only
class _OfNumbers(_Statistic):
    def update(self, x: _Number) -> None: ...
    @property
    def n(self) -> int: ...

@type_check_only
class _Always(_OfNumbers):
    def get(self) -> float: ...

@type_check_only
class _OnceSeen(_OfNumbers):
    def get(self) -> float | None: ...

@disjoint_base
class RsEWMean(_Always):
    def __init__(self, fading_factor: float = 0.5) -> None: ...
    @property
    def fading_factor(self) -> float: ...

@disjoint_base
class RsEWVar(_Always):
    def __init__(self, fading_factor: float = 0.5) -> None: ...
    @property
    def fading_factor(self) -> float: ...

@disjoint_base
class RsIQR(_OnceSeen):
    def __init__(self, q_inf: float = 0.25, q_sup: float = 0.75) -> None: ...
    @property
    def q_inf(self) -> float: ...
    @property
    def q_sup(self) -> float: ...

@disjoint_base
class RsKurtosis(_Always):
    def __init__(self, bias: bool = False) -> None: ...
    @property
    def bias(self) -> bool: ...

@disjoint_base
class RsPeakToPeak(_Always): ...

@disjoint_base
class RsQuantile(_OnceSeen):
    def __init__(self, q: float = 0.5) -> None: ...
    @property
    def q(self) -> float: ...

@disjoint_base
class RsRollingIQR(_OnceSeen):
    def __init__(
        self, window_size: SupportsIndex, q_inf: float = 0.25, q_sup: float = 0.75
    ) -> None: ...
    @property
    def window_size(self) -> int: ...
    @property
    def q_inf(self) -> float: ...
    @property
    def q_sup(self) -> float: ...

@disjoint_base
class RsRollingQuantile(_OnceSeen):
    def __init__(self, q: float, window_size: SupportsIndex) -> None: ...
    @property
    def window_size(self) -> int: ...
    @property
    def q(self) -> float: ...

@disjoint_base
class RsSkew(_Always):
    def __init__(self, bias: bool = False) -> None: ...
    @property
    def bias(self) -> bool: ...

def adopt(class_: type) -> None: ...
