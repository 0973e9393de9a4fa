"""
Now against then
================

A mean can stay the same while a distribution changes. The statistic of Kolmogorov and Smirnov is the largest distance
between two distributions. Here it compares the temperatures of the last two weeks with those of the two weeks before.
"""

import matplotlib.pyplot as plt
from vega_datasets import data

from river import stats, utils

seattle = data.seattle_temps()
times, degrees = seattle["date"], seattle["temp"].to_numpy()
lag = 14 * 24

distance = utils.Rolling(stats.KolmogorovSmirnov, window_size=lag, min_samples=lag)
values = distance.accumulate(degrees[lag:], degrees[:-lag])

fig, (top, bottom) = plt.subplots(2, 1, sharex=True, figsize=(8, 5), layout="constrained")
top.plot(times, degrees, color="grey", linewidth=0.3)
top.set_ylabel("°F")
bottom.plot(times[lag:], values, color="C3")
bottom.set_ylabel("distance")
plt.show()
