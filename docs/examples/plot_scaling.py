"""
Scale features while a model learns
===================================

A model that learns one example at a time cannot wait for the mean and the deviation of its features. Running ones
will do: each example is scaled by what has been seen so far. A window shows how often the model has been right lately.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import SGDClassifier

from river import stats, utils

X, y = load_breast_cancer(return_X_y=True)
order = np.random.default_rng(0).permutation(len(X))
X, y = X[order], y[order]


def hits(scale):
    """Return how often the model was right among the last 100 examples, after each."""
    model = SGDClassifier(loss="log_loss", random_state=0)
    means, deviations = ([cls() for _ in range(X.shape[1])] for cls in (stats.Mean, stats.Std))
    lately, found = utils.Rolling(stats.Mean, window_size=100), []
    for row, label in zip(X, y, strict=True):
        if scale:
            for x, mean, deviation in zip(row, means, deviations, strict=True):
                mean.update(x)
                deviation.update(x)
            row = np.array([(x - m.get()) / (d.get() or 1) for x, m, d in zip(row, means, deviations, strict=True)])
        if hasattr(model, "coef_"):
            lately.update(float(model.predict([row])[0] == label))
            found.append(lately.get())
        model.partial_fit([row], [label], classes=[0, 1])
    return found


fig, ax = plt.subplots(figsize=(8, 4), layout="constrained")
ax.plot(hits(scale=True), label="scaled by running mean and deviation")
ax.plot(hits(scale=False), label="as they are")
ax.set_ylim(0, 1)
ax.set_ylabel("right, of the last 100")
ax.set_xlabel("examples seen")
ax.legend(loc="lower right")
plt.show()
