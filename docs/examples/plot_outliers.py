"""
A median beside a mean under outliers
=====================================

Rain in Seattle: on most rainy days a few millimetres fall, in a storm fifty. Each storm lifts the mean of the last
forty rainy days, until it has left the window. The median hardly notices.
"""

import matplotlib.pyplot as plt
from vega_datasets import data

from river import stats, utils

weather = data.seattle_weather()
rainy = weather[weather["precipitation"] > 0]
dates, rain = rainy["date"], rainy["precipitation"]

mean = utils.Rolling(stats.Mean, window_size=40)
median = stats.RollingQuantile(0.5, window_size=40)

fig, (top, bottom) = plt.subplots(2, 1, sharex=True, figsize=(8, 5), layout="constrained")
top.plot(dates, rain, ".", markersize=3, color="grey")
top.set_ylabel("mm a day")
bottom.plot(dates, mean.accumulate(rain), label="utils.Rolling(stats.Mean, 40)")
bottom.plot(dates, median.accumulate(rain), label="stats.RollingQuantile(0.5, 40)")
bottom.set_ylabel("mm, last 40 rainy days")
bottom.legend()
plt.show()

# %%
# Over all days, in constant memory: the median is then an estimate by the P² algorithm.

mean, median = stats.Mean(), stats.Quantile(0.5)
mean.update_many(rain)
median.update_many(rain)
print(f"mean {mean.get():.2f}, median {median.get():.2f}, exact median {rain.median():.2f}")
