"""
Correlation of stocks in a window of time
=========================================

How closely do the monthly returns of two stocks move together? The correlation over the last two years answers this
at any moment. A window by time takes prices as they come, whether or not there is one for each month.
"""

import datetime as dt

import matplotlib.pyplot as plt
import numpy as np
from vega_datasets import data

from river import stats, utils

prices = data.stocks().pivot(index="date", columns="symbol", values="price")
returns = np.log(prices).diff()

fig, ax = plt.subplots(figsize=(8, 4), layout="constrained")
for other in ("AAPL", "AMZN", "IBM"):
    pair = returns[["MSFT", other]].dropna()
    window = utils.TimeRolling(stats.PearsonCorr, period=dt.timedelta(days=730), min_samples=12)
    ax.plot(pair.index, window.accumulate(pair["MSFT"], pair[other], t=pair.index), label=f"MSFT and {other}")
ax.axhline(0, color="grey", linewidth=0.5)
ax.set_ylabel("correlation, two years")
ax.legend()
plt.show()
