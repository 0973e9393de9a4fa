"""
A fan of quantiles over a year
==============================

How warm is it in Seattle, and how much does that change from day to night? Five quantiles of the last two weeks show
both. In a window quantiles are exact.
"""

import matplotlib.pyplot as plt
from vega_datasets import data

from river import stats

seattle = data.seattle_temps()
times, degrees = seattle["date"], seattle["temp"]
fan = {q: stats.RollingQuantile(q, window_size=14 * 24).accumulate(degrees) for q in (0.05, 0.25, 0.5, 0.75, 0.95)}

fig, ax = plt.subplots(figsize=(8, 4), layout="constrained")
ax.plot(times, degrees, ",", color="grey", alpha=0.6)
ax.fill_between(times, fan[0.05], fan[0.95], alpha=0.2, color="C0", label="5 % to 95 %")
ax.fill_between(times, fan[0.25], fan[0.75], alpha=0.4, color="C0", label="25 % to 75 %")
ax.plot(times, fan[0.5], color="C0", label="median")
ax.set_ylabel("°F")
ax.legend()
plt.show()
