"""
Groups of customers
===================

Do people see a doctor less often if they pay a share themselves? An American insurance experiment gave its customers
plans with different shares. A group for each plan follows the mean number of visits a year, row by row: `accumulate`
returns the value of a row's own group. At the end, each group has a mean and a standard error, and all groups form
one table.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from statsmodels.datasets import randhie

from river import stats, utils

people = randhie.load_pandas().data
# The file has the logarithm of the share in percent, plus 1.
shares = np.expm1(people["lncoins"]).round().astype(int)
visits = people["mdvis"]

plans = utils.GroupBy(utils.Summary, mean=stats.Mean(), sem=stats.SEM())
plans.update_many(shares, visits)
table = pd.DataFrame.from_arrow(plans).set_index("key").sort_index()

running = utils.GroupBy(stats.Mean)
means = pd.Series(running.accumulate(shares, visits))

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4), sharey=True, layout="constrained", width_ratios=[2, 1])
for share, rows in means.groupby(shares):
    left.plot(rows.index, rows, linewidth=1, label=f"{share} %")
left.set(xlabel="row of the file", ylabel="visits a year", ylim=(1.5, 5))
left.legend(title="own share", ncols=3)
right.errorbar(table.index.astype(str) + " %", table["mean"], yerr=2 * table["sem"], fmt="o", capsize=4)
right.set(xlabel="own share", title="mean, ± 2 standard errors")
plt.show()
