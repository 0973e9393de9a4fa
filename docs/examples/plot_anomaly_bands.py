"""
Bands for what is unusual
=========================

An exponentially weighted mean and variance follow a series. Readings more than three deviations above the mean are
marked. Each reading is compared *before* it is added, so that it cannot hide itself.
"""

import math

import matplotlib.pyplot as plt
import numpy as np
from vega_datasets import data

from river import stats

weather = data.seattle_weather()
dates, wind = weather["date"], weather["wind"].to_numpy()

mean, var = stats.EWMean(0.03), stats.EWVar(0.03)
upper, unusual = np.full(len(wind), np.nan), []
for i, x in enumerate(wind):
    if i >= 30:
        upper[i] = mean.get() + 3 * math.sqrt(var.get())
        if x > upper[i]:
            unusual.append(i)
    mean.update(x)
    var.update(x)

fig, ax = plt.subplots(figsize=(8, 4), layout="constrained")
ax.plot(dates, wind, ".", markersize=2, color="grey", label="wind, daily")
ax.plot(dates, upper, color="C0", label="mean and three deviations")
ax.plot(dates.iloc[unusual], wind[unusual], "o", color="C3", markersize=4, label="unusual")
ax.set_ylim(0, 12)
ax.set_ylabel("m/s")
ax.legend(ncols=3)
plt.show()

print(f"{len(unusual)} of {len(wind)} days")
