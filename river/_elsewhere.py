"""Errors for imports of modules of river that are not in this package."""

from __future__ import annotations

import sys

_NAMES = """
    active anomaly api bandit checks cluster compat compose conf covariance datasets drift dummy ensemble evaluate facto
    feature_selection forest imblearn linear_model metrics misc model_selection multiclass
    multioutput naive_bayes neighbors optim preprocessing proba reco rules stream time_series tree
    base.anomaly_detector base.classifier base.clusterer base.drift_detector base.ensemble base.estimator
    base.multi_output base.regressor base.tags base.transformer base.typing base.viz base.wrapper
    feature_extraction.kernel_approx feature_extraction.poly feature_extraction.vectorize
    sketch.counter sketch.heavy_hitters sketch.histogram sketch.n_unique sketch.set
    utils.context_managers utils.dataframe utils.math utils.norm utils.pandas utils.param_grid utils.pretty utils.random
    utils.vectordict
"""

#: The modules of river 0.26.1; those in packages that exist here too have the name of the package in front.
MODULES = frozenset(_NAMES.split())


def refuse(name: str) -> None:
    """Raise an error if a module, by its full name, is one of river's."""
    if name.removeprefix("river.") not in MODULES:
        return
    raise ModuleNotFoundError(
        f"{name} is not in this package, which has the statistics of river and none of its models. "
        "`python -m river.overlay ENVIRONMENT` lays them over a river 0.26.1, which has both then; "
        "its --help and docs/with-rivers-models.md say more",
        # `from river.utils import math` would not show an error that names the module it has looked for.
        name=name if name.count(".") == 1 else None,
    )


class Last:
    """The last finder to be asked for a module, after those that know where modules are."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name.startswith("river."):
            refuse(name)


sys.meta_path.append(Last)
