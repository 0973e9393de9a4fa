"""Features for models: statistics of groups, followed row by row.

Of river's own module, these are the transformers that are made of statistics; `python -m river.overlay` gives river's
models both.
"""

from __future__ import annotations

from .agg import Agg, TargetAgg

__all__ = ["Agg", "TargetAgg"]
