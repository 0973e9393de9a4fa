"""Features for models: statistics of groups, updated row by row.

From river's own module, these are the transformers based on statistics; `python -m river.overlay` gives river's models
both modules.
"""

from __future__ import annotations

from .agg import Agg, TargetAgg

__all__ = ["Agg", "TargetAgg"]
