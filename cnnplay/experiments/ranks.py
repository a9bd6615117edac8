"""How sure a difference between two sets of runs is: a rank test, exact with ties as well, and Holm's method."""

from collections.abc import Sequence
from math import comb

import numpy as np

SURE = 0.05  # an accident in one of twenty experiments is the usual limit


def rank_test(first: Sequence[float], second: Sequence[float]) -> float:
    """The two-sided p-value of the Mann-Whitney U test (Mann & Whitney 1947) of two samples of one size.

    All numbers are ranked together, equal ones with the mean of their ranks. p is the share of all ways to deal the
    ranks to the two samples in which the sum of the first differs as much from its mean as it does here. Without equal
    numbers it is that of `scipy.stats.mannwhitneyu(first, second, method="exact")`, which does not allow for them.
    """
    from scipy.stats import rankdata  # here: it takes a second to load

    doubled = np.rint(2 * rankdata([*first, *second])).astype(int)  # whole numbers: a mean of ranks may be a half
    size, total = len(first), int(doubled.sum())
    ways = np.zeros((size + 1, total + 1))  # [ranks taken, their sum] -> in how many ways
    ways[0, 0] = 1
    for rank in doubled:
        ways[1:, rank:] += ways[:-1, : total + 1 - rank].copy()
    away = np.abs(2 * np.arange(total + 1) - total)  # from the mean, total / 2
    return float(ways[size, away >= away[doubled[:size].sum()]].sum() / comb(2 * size, size))


def after_holm(p_values: Sequence[float]) -> list[float]:
    """p-values that allow for how many there are (Holm 1979): with many, one of them would look clear by accident.

    The smallest is multiplied by n, the next by n - 1 and so on, and none is less than the one before it.
    """
    adjusted, highest = [0.0] * len(p_values), 0.0
    for at, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, p_values[index] * (len(p_values) - at)))
        adjusted[index] = highest
    return adjusted


def enough_seeds(comparisons: int) -> int:
    """With how many seeds so many comparisons can be sure, where every run of one is above every run of the other."""
    seeds = 2
    while comparisons * 2 / comb(2 * seeds, seeds) > SURE:
        seeds += 1
    return seeds
