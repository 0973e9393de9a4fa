"""
A change seen in two windows
============================

The Nile carried less water after 1898. Two consecutive windows show it: the mean of the last ten years, and that of
the ten years before. Where they are far apart compared with their spread, something has changed.
"""

import matplotlib.pyplot as plt
import numpy as np
import statsmodels.datasets.nile as nile

from river import stats, utils

years, volume = nile.load_pandas().data.to_numpy(float).T
size = 10


def window(cls):
    return utils.Rolling(cls, window_size=size, min_samples=size)


now, spread = window(stats.Mean), window(stats.SEM)
before = stats.Shift(size) | window(stats.Mean)
apart = np.full(len(volume), np.nan)
for i, x in enumerate(volume):
    now.update(x)
    before.update(x)
    spread.update(x)
    if before.get() is not None:
        apart[i] = (now.get() - before.get()) / spread.get()

fig, (top, bottom) = plt.subplots(2, 1, sharex=True, figsize=(8, 5), layout="constrained")
top.plot(years, volume, ".-", color="grey", linewidth=0.5)
top.plot(years, window(stats.Mean).accumulate(volume), label="mean of ten years")
top.set_ylabel("10⁸ m³ a year")
top.legend()
bottom.plot(years, apart)
bottom.axhline(-5, color="C3", linestyle="--", label="five standard errors")
bottom.set_ylabel("now against before")
bottom.legend()
plt.show()

# %%
# The first year that is more than five standard errors off:

print(int(years[np.argmax(apart < -5)]))
